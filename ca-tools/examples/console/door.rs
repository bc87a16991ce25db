//! A gateway of this program's own: the desk believes its key, and it says that the operator proved both factors.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant, SystemTime};

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::body::Body;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use hyper::Request;
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::UnixStream;

use super::Told;
use super::house::{CITY, House, OPERATOR};
use super::table::Measured;

/// A way in that stays open.
pub(super) struct Door {
    gateway: EcdsaKeyPair,
    socket: std::path::PathBuf,
    /// The number of the desk's process.
    desk: u32,
    kept: Option<SendRequest<Body>>,
}

/// A desk, ended when it is dropped.
pub(super) struct Desk(Child);

/// What came back.
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) text: String,
}

impl Desk {
    pub(super) fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Door {
    /// Starts the desk of this house, and waits until it answers.
    pub(super) fn open(house: &House) -> Told<(Self, Desk)> {
        let gateway = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
        let point = gateway.public_key().as_ref();
        let key = json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "now",
            "x": BASE64.encode(&point[1..33]), "y": BASE64.encode(&point[33..]) });
        std::fs::write(house.folder.join("jwks.json"), json!({ "keys": [key] }).to_string())?;
        let path = house.folder.join("ca/ca.toml");
        let config = std::fs::read_to_string(&path)?;
        if !config.contains("\n[desk]\n") {
            let desk = "\n[desk]\njwks_file = \"../jwks.json\"\nissuer = \"https://gate\"\nsocket = \"../desk.sock\"\n";
            std::fs::write(&path, config + desk)?;
        }
        let log = std::fs::File::create(house.folder.join("desk.out"))?;
        let begun = Instant::now();
        let mut desk = house.command()?;
        let desk = Desk(desk.args(["--config", "ca/ca.toml", "serve"]).stdout(Stdio::null()).stderr(log).spawn()?);
        let socket = house.folder.join("desk.sock");
        while std::os::unix::net::UnixStream::connect(&socket).is_err() {
            if begun.elapsed() > Duration::from_secs(60) {
                return Err(std::fs::read_to_string(house.folder.join("desk.out"))?.into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        println!("the desk is open after {} ms", begun.elapsed().as_millis());
        Ok((Self { gateway, socket, desk: desk.0.id(), kept: None }, desk))
    }

    /// One page.
    pub(super) async fn get(&mut self, path: &str) -> Told<Page> {
        let request = self.request(path)?;
        let mut sender = match self.kept.take().filter(SendRequest::is_ready) {
            Some(sender) => sender,
            None => {
                let stream = UnixStream::connect(&self.socket).await?;
                let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
                tokio::spawn(connection);
                sender
            }
        };
        let answer = sender.send_request(request).await?;
        let status = answer.status().as_u16();
        let body = axum::body::to_bytes(Body::new(answer.into_body()), 1 << 24).await?;
        self.kept = Some(sender);
        Ok(Page { status, text: String::from_utf8_lossy(&body).into_owned() })
    }

    /// The same page so many times, one after the other.
    pub(super) async fn timed(&mut self, path: &str, times: usize) -> Told<Measured> {
        let (mut took, mut status, mut octets) = (Vec::new(), 0, 0);
        let before = self.worked()?;
        for _ in 0..times {
            let begun = Instant::now();
            let page = self.get(path).await?;
            took.push(begun.elapsed());
            (status, octets) = (page.status, page.text.len());
        }
        let worked = (self.worked()? - before) / u32::try_from(times)?;
        took.sort();
        let (median, slowest) = (took.get(times / 2).copied(), took.last().copied());
        let path = path.to_owned();
        let (median, slowest) = (median.unwrap_or_default(), slowest.unwrap_or_default());
        Ok(Measured { path, status, octets, median, slowest, worked })
    }

    /// How long the desk has worked since it began, by its processors: what others do beside it does not count.
    fn worked(&self) -> Told<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.desk))?;
        let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
        // Field 14 and 15 of the whole line: hundredths of a second in its own code, and in the kernel's.
        let ticks = fields.skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
        Ok(Duration::from_millis(ticks * 10))
    }

    fn request(&self, path: &str) -> Told<Request<Body>> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
        let (plain, query) = path.split_once('?').map_or((path, None), |(plain, query)| (plain, Some(query)));
        let digested = |text: &str| BASE64.encode(digest::digest(&digest::SHA256, text.as_bytes()));
        let mut claims = json!({ "iss": "https://gate", "aud": "desk", "sub": OPERATOR, "iat": now, "exp": now + 60,
            "office": CITY, "device": "DEV-000001", "roles": [], "cnf": { "x5t#S256": "leaf" },
            "amr": ["pwd", "swk", "mfa"], "htm": "GET", "htp": plain, "htb": digested("") });
        if let Some(query) = query {
            claims["htq"] = digested(query).into();
        }
        let header = json!({ "alg": "ES256", "kid": "now" });
        let said = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
        let signature = self.gateway.sign(&SystemRandom::new(), said.as_bytes())?;
        let asked = Request::get(path).header("host", "desk").header("sec-fetch-site", "same-origin");
        let asked = asked.header("gateway-assertion", format!("{said}.{}", BASE64.encode(signature)));
        Ok(asked.body(Body::empty())?)
    }
}
