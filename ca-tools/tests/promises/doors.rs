//! A desk with both its doors open, and a gateway that speaks through them.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant, SystemTime};

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::body::Body;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use hyper::Request;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::UnixStream;

use super::house::House;

/// A desk with both doors open, and the gateway's key.
pub(crate) struct Doors {
    pub(crate) house: House,
    gateway: EcdsaKeyPair,
    program: Child,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Page {
    /// Where it leads to.
    pub(crate) place: Option<String>,
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Doors {
    pub(crate) fn of(house: House) -> Self {
        let gateway = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let point = gateway.public_key().as_ref();
        let key = json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "now",
            "x": BASE64.encode(&point[1..33]), "y": BASE64.encode(&point[33..]) });
        std::fs::write(house.folder.join("jwks.json"), json!({ "keys": [key] }).to_string()).unwrap();
        let config = std::fs::read_to_string(house.folder.join("ca/ca.toml")).unwrap();
        let desk = "\n[desk]\njwks_file = \"../jwks.json\"\nissuer = \"https://gate\"\nsocket = \"../desk.sock\"\n\
                    public_socket = \"../public.sock\"\n[links]\nhelp_url = \"https://help.example.jp\"\n";
        std::fs::write(house.folder.join("ca/ca.toml"), config + desk).unwrap();
        let log = std::fs::File::create(house.folder.join("desk.out")).unwrap();
        let program = house.command(&["--config", "ca/ca.toml", "serve"]).stderr(Stdio::from(log)).spawn().unwrap();
        let doors = Self { house, gateway, program };
        let deadline = Instant::now() + Duration::from_secs(30);
        while std::os::unix::net::UnixStream::connect(doors.house.folder.join("public.sock")).is_err() {
            let log = std::fs::read_to_string(doors.house.folder.join("desk.out")).unwrap();
            assert!(Instant::now() < deadline, "the desk did not open: {log}");
            std::thread::sleep(Duration::from_millis(10));
        }
        doors
    }

    pub(crate) async fn ask(&self, socket: &str, request: Request<Body>) -> Page {
        let stream = UnixStream::connect(self.house.folder.join(socket)).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let answer = sender.send_request(request).await.unwrap();
        let status = answer.status().as_u16();
        let place = answer.headers().get("location").map(|place| place.to_str().unwrap().to_owned());
        let body = axum::body::to_bytes(Body::new(answer.into_body()), 1 << 20).await.unwrap();
        Page { status, place, text: String::from_utf8(body.to_vec()).unwrap() }
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        self.ask("public.sock", from("192.0.2.1", Request::get(path)).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_from("192.0.2.1", path, fields).await
    }

    pub(crate) async fn post_from(&self, source: &str, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = from(source, Request::post(path)).header("content-type", "application/x-www-form-urlencoded");
        let page = self.ask("public.sock", request.body(Body::from(encoded(fields))).unwrap()).await;
        // On to the page that says what was done, as a browser goes.
        match page.place.as_deref().filter(|place| place.starts_with("/apply/mailed?")) {
            Some(place) => self.get(place).await,
            None => page,
        }
    }

    /// Through the private door, as this person of this office.
    pub(crate) async fn as_person(
        &self,
        (id, office): (&str, &str),
        path: &str,
        fields: Option<&[(&str, &str)]>,
    ) -> Page {
        let (method, body) = match fields {
            Some(fields) => ("POST", encoded(fields)),
            None => ("GET", String::new()),
        };
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let digested = BASE64.encode(digest::digest(&digest::SHA256, body.as_bytes()));
        let claims = json!({ "iss": "https://gate", "aud": "desk", "sub": id, "iat": now, "exp": now + 60,
            "office": office, "device": "DEV-000001", "roles": [], "cnf": { "x5t#S256": "leaf" },
            "amr": ["pwd", "swk", "mfa"], "htm": method, "htp": path, "htb": digested });
        let header = json!({ "alg": "ES256", "kid": "now" });
        let said = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
        let signature = self.gateway.sign(&SystemRandom::new(), said.as_bytes()).unwrap();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "desk")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("gateway-assertion", format!("{said}.{}", BASE64.encode(signature)));
        self.ask("desk.sock", request.body(Body::from(body)).unwrap()).await
    }

    /// The newest letter of this kind, once there are so many.
    pub(crate) async fn letter(&self, kind: &str, count: usize) -> (String, String) {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let text = self.outbox();
            if text.iter().filter(|(of, _)| of == kind).count() >= count {
                let text = text.into_iter().rfind(|(of, _)| of == kind).unwrap().1;
                return (addressee(&text).to_owned(), text);
            }
            assert!(Instant::now() < deadline, "no {kind}: {text:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// How many letters went to this address.
    pub(crate) fn sent_to(&self, address: &str) -> usize {
        self.outbox().iter().filter(|(_, text)| addressee(text) == address).count()
    }

    /// Every delivered letter: its kind and its text, in order.
    fn outbox(&self) -> Vec<(String, String)> {
        let Ok(folder) = std::fs::read_dir(self.house.folder.join("ca/outbox")) else { return Vec::new() };
        let files: Vec<_> = folder
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|end| end == "eml"))
            .collect();
        let order = self.house.ask("SELECT message_id || ' ' || kind FROM mails ORDER BY mail");
        let file = |id: &str| files.iter().find(|path| path.to_string_lossy().contains(id));
        order
            .lines()
            .filter_map(|line| {
                let (id, kind) = line.split_once(' ')?;
                Some((kind.to_owned(), std::fs::read_to_string(file(id)?).ok()?))
            })
            .collect()
    }

    /// Confirms an address; the token of the link that came.
    pub(crate) async fn link(&self, fields: &[(&str, &str)], count: usize) -> (String, String) {
        let page = self.post("/apply/begin", fields).await;
        assert_eq!(page.status, 200, "{page:?}");
        let (to, text) = self.letter("confirm_address", count).await;
        let (_, rest) = text.split_once("https://help.example.jp/apply/form?t=").unwrap_or_else(|| panic!("{text}"));
        (to, rest.split_whitespace().next().unwrap().to_owned())
    }
}

impl Drop for Doors {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn from(source: &str, request: hyper::http::request::Builder) -> hyper::http::request::Builder {
    request.header("host", "desk").header("x-forwarded-for", source).header("gateway-ref", "K7Q-2XM")
}

fn encoded(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn addressee(text: &str) -> &str {
    text.lines().find_map(|line| line.strip_prefix("To: ")).unwrap().trim()
}
