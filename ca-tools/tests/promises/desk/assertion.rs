//! The desk believes the gateway's assertion of this very request, and nothing else.

use std::process::Child;
use std::time::SystemTime;

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::body::Body;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ca_tools::password;
use hyper::Request;
use hyper_util::rt::TokioIo;
use serde_json::{Value as Json, json};
use tokio::net::UnixStream;

use crate::fixtures::house::House;

pub(crate) const OLD: &str = "雨の7川-と舟歌";
pub(crate) const NEW: &str = "雪の8山-と橋唄";

/// A desk that is open, and the gateway's key.
pub(crate) struct OpenDesk {
    pub(crate) house: House,
    gateway: EcdsaKeyPair,
    program: Child,
}

impl OpenDesk {
    /// One that reads the gateway's keys from a file.
    pub(crate) async fn new() -> Self {
        Self::reading("jwks_file = \"../jwks.json\"").await
    }

    /// One whose configuration says this, too.
    pub(crate) async fn in_a_house_with(sections: &str) -> Self {
        Self::configured("jwks_file = \"../jwks.json\"", sections).await
    }

    pub(crate) async fn reading(source: &str) -> Self {
        Self::configured(source, "").await
    }

    async fn configured(source: &str, sections: &str) -> Self {
        let house = House::furnished();
        house.chooses("k.sato", OLD);
        let gateway = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        std::fs::write(house.folder.join("jwks.json"), jwks(&gateway)).unwrap();
        let config = std::fs::read_to_string(house.folder.join("ca/ca.toml")).unwrap();
        let desk = format!("\n[desk]\n{source}\nissuer = \"https://gate\"\nsocket = \"../desk.sock\"\n{sections}");
        std::fs::write(house.folder.join("ca/ca.toml"), config + &desk).unwrap();
        let program = house.command(&["--config", "ca/ca.toml", "serve"]).spawn().unwrap();
        let desk = Self { house, gateway, program };
        let socket = desk.house.folder.join("desk.sock");
        servers::until("the desk is open", async || UnixStream::connect(&socket).await).await;
        desk
    }

    fn claims(body: &str) -> Json {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        json!({ "iss": "https://gate", "aud": "desk", "sub": "k.sato", "iat": now, "exp": now + 60,
            "office": "1272200001", "device": "DEV-000001", "roles": [], "cnf": { "x5t#S256": "leaf" }, "amr": ["pwd", "swk", "mfa"],
            "htm": "POST", "htp": "/desk/password", "htb": digested(body) })
    }

    pub(crate) fn sign(&self, header: &Json, claims: &Json) -> String {
        let said = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
        let signature = self.gateway.sign(&SystemRandom::new(), said.as_bytes()).unwrap();
        format!("{said}.{}", BASE64.encode(signature))
    }

    async fn post(&self, assertion: Option<&str>, body: &str) -> (u16, Json) {
        let stream = UnixStream::connect(self.house.folder.join("desk.sock")).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let mut request =
            Request::post("/desk/password").header("host", "desk").header("content-type", "application/json");
        if let Some(assertion) = assertion {
            request = request.header("gateway-assertion", assertion);
        }
        let answer = sender.send_request(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
        let status = answer.status().as_u16();
        let body = axum::body::to_bytes(Body::new(answer.into_body()), 65_536).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or(Json::Null))
    }

    pub(crate) async fn change(&self, password: &str, new_password: &str) -> (u16, Json) {
        let body = json!({ "password": password, "new_password": new_password }).to_string();
        let assertion = self.sign(&json!({ "alg": "ES256", "kid": "now" }), &Self::claims(&body));
        self.post(Some(&assertion), &body).await
    }
}

/// A person as the gateway tells of them.
pub(crate) struct Known {
    device: String,
    thumbprint: String,
}

/// `k.sato`, on this device with this certificate.
pub(crate) fn person(device: &str, thumbprint: &str) -> Known {
    Known { device: device.to_owned(), thumbprint: thumbprint.to_owned() }
}

impl OpenDesk {
    /// What the private door answers this person; a form is posted.
    pub(crate) async fn as_person(&self, who: &Known, path: &str, form: Option<&[(&str, &str)]>) -> (u16, String) {
        let body =
            form.map(|fields| url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish());
        let method = if body.is_some() { "POST" } else { "GET" };
        let assertion = self.said_of(who, (method, path), body.as_deref().unwrap_or_default());
        let (status, place, text) = self.asked((method, path), Some(&assertion), body.unwrap_or_default()).await;
        // On to the page of a pick-up or a renewal, as a browser goes.
        let on = place.filter(|place| place.starts_with("/office/pickup/") || place.starts_with("/office/renew?"));
        let Some(place) = on else { return (status, text) };
        let assertion = self.said_of(who, ("GET", &place), "");
        let (status, _, text) = self.asked(("GET", &place), Some(&assertion), String::new()).await;
        (status, text)
    }

    /// A request that carries the assertion of another path.
    pub(crate) async fn replayed(&self, who: &Known, said: &str, path: &str) -> (u16, String) {
        let assertion = self.said_of(who, ("GET", said), "");
        let (status, _, text) = self.asked(("GET", path), Some(&assertion), String::new()).await;
        (status, text)
    }

    pub(crate) async fn unasserted(&self, path: &str) -> (u16, String) {
        let (status, _, text) = self.asked(("GET", path), None, String::new()).await;
        (status, text)
    }

    fn said_of(&self, who: &Known, (method, path): (&str, &str), body: &str) -> String {
        let mut claims = Self::claims(body);
        claims["device"] = who.device.as_str().into();
        claims["cnf"] = json!({ "x5t#S256": who.thumbprint });
        claims["htm"] = method.into();
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        claims["htp"] = path.into();
        if let Some(query) = query {
            claims["htq"] = digested(query).into();
        }
        self.sign(&json!({ "alg": "ES256", "kid": "now" }), &claims)
    }

    /// The status, where the answer leads to, and what it says.
    async fn asked(
        &self,
        (method, path): (&str, &str),
        assertion: Option<&str>,
        body: String,
    ) -> (u16, Option<String>, String) {
        let stream = UnixStream::connect(self.house.folder.join("desk.sock")).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let mut request = Request::builder().method(method).uri(path).header("host", "desk");
        request =
            request.header("content-type", "application/x-www-form-urlencoded").header("sec-fetch-site", "same-origin");
        request = request.header("user-agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0.0.0");
        if let Some(assertion) = assertion {
            request = request.header("gateway-assertion", assertion);
        }
        let answer = sender.send_request(request.body(Body::from(body)).unwrap()).await.unwrap();
        let status = answer.status().as_u16();
        let place = answer.headers().get("location").map(|place| place.to_str().unwrap().to_owned());
        let body = axum::body::to_bytes(Body::new(answer.into_body()), 1 << 20).await.unwrap();
        (status, place, String::from_utf8_lossy(&body).into_owned())
    }
}

impl Drop for OpenDesk {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

pub(crate) fn jwks(gateway: &EcdsaKeyPair) -> String {
    let point = gateway.public_key().as_ref();
    let key = json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "now",
        "x": BASE64.encode(&point[1..33]), "y": BASE64.encode(&point[33..]) });
    json!({ "keys": [key] }).to_string()
}

pub(crate) fn digested(body: &str) -> String {
    BASE64.encode(digest::digest(&digest::SHA256, body.as_bytes()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_changes_their_password_and_the_registry_says_at_which_version() {
    let desk = OpenDesk::new().await;
    assert_eq!(desk.change("wrong", NEW).await, (403, json!({ "refused": "wrong_password" })));
    let refused = json!({ "mistakes": ["too_short", "needs_digit", "needs_symbol"] });
    assert_eq!(desk.change(OLD, "short").await, (422, refused));
    assert_eq!(desk.change(OLD, OLD).await, (422, json!({ "mistakes": ["used_before"] })));
    assert_eq!(desk.change(OLD, "k.sato-2026").await, (422, json!({ "mistakes": ["same_as_id"] })));
    // All at once; but whether a new one was used before is told to nobody who does not know the present one.
    let both = json!({ "refused": "wrong_password", "mistakes": ["too_short", "needs_digit", "needs_symbol"] });
    assert_eq!(desk.change("wrong", "short").await, (403, both));
    assert_eq!(desk.change("wrong", OLD).await, (403, json!({ "refused": "wrong_password" })));

    let writer = desk.house.writer().await;
    let before = writer.ledger().version().await.unwrap();
    let (status, told) = desk.change(OLD, NEW).await;
    assert_eq!((status, &told["version"]), (200, &json!(before + 1)));
    assert!(told["set_at"].is_i64(), "{told}");
    let around = writer.ledger().password_surroundings(&"k.sato".parse().unwrap()).await.unwrap();
    assert!(password::matches(NEW, &around.hashes[0]) && password::matches(OLD, &around.hashes[1]));
    let event = &writer.ledger().events_after(before, 1).await.unwrap()[0].event;
    assert_eq!((event.action.as_str(), event.operator.as_str()), ("user.change-password", "k.sato"));
    assert!(!event.detail.contains("argon2"), "{event:?}");
    assert_eq!(desk.change(OLD, NEW).await.0, 403);
    desk.house.done("user suspend k.sato");
    assert_eq!(desk.change(NEW, OLD).await.0, 422);
    assert_eq!(desk.change(NEW, "霧の9谷-と鐘詩").await, (403, json!({ "refused": "illegal_change" })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_with_the_initial_password_stands_for_it_some_minutes_and_no_other_does() {
    let desk = OpenDesk::new().await;
    let ask = async |wish: Json| {
        let body = wish.to_string();
        let assertion = desk.sign(&json!({ "alg": "ES256", "kid": "now" }), &OpenDesk::claims(&body));
        desk.post(Some(&assertion), &body).await
    };
    let now = OpenDesk::claims("")["iat"].as_i64().unwrap();
    let set_at = || desk.house.ask("SELECT CAST(password_set_at AS TEXT) FROM system_users WHERE login_id = 'k.sato'");
    let login = |opened_at: i64, set_at: &str| json!({ "new_password": NEW, "initial_login": { "opened_at": opened_at, "password_set_at": set_at.parse::<i64>().unwrap() } });
    let refused = (403, json!({ "refused": "present_password_needed" }));
    assert_eq!(ask(login(now, &set_at())).await, refused, "it is the person's own");
    tokio::task::block_in_place(|| {
        desk.house.meddle("UPDATE system_users SET password_initial = 1 WHERE login_id = 'k.sato'");
    });
    assert_eq!(ask(login(now - 700, &set_at())).await, refused, "too long ago");
    assert_eq!(ask(login(now + 300, &set_at())).await, refused, "not yet");
    assert_eq!(ask(login(now, "1")).await, refused, "another initial password");
    for malformed in [
        json!({ "new_password": NEW }),
        json!({ "new_password": NEW, "password": OLD, "initial_login": { "opened_at": now, "password_set_at": 1 } }),
    ] {
        assert_eq!(ask(malformed).await.0, 400);
    }
    let mut looked = login(now, &set_at());
    looked["judge_only"] = true.into();
    assert_eq!(ask(looked).await, (422, json!({ "mistakes": [] })), "only looked at");
    assert_eq!(ask(login(now - 500, &set_at())).await.0, 200);
    assert_eq!(ask(login(now, &set_at())).await, refused, "it is the person's own now");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_gateway_did_not_say_of_this_request_is_not_believed() {
    let desk = OpenDesk::new().await;
    let body = json!({ "password": OLD, "new_password": NEW }).to_string();
    let header = json!({ "alg": "ES256", "kid": "now" });
    let whole = OpenDesk::claims(&body);
    let now = whole["iat"].as_i64().unwrap();
    let changes: [(&str, Json); 12] = [
        ("iss", json!("https://other")),
        ("aud", json!("care-record")),
        ("exp", json!(now - 10)),
        ("exp", json!(now + 3_600)),
        ("iat", json!(now + 30)),
        ("amr", json!(["pwd"])),
        ("amr", json!(["swk", "mfa"])),
        ("htm", json!("PUT")),
        ("htp", json!("/desk/other")),
        ("htb", json!(digested("{}"))),
        ("htb", json!(null)),
        ("htq", json!(digested("a=b"))),
    ];
    let refused = (401, json!({ "refused": "bad_assertion" }));
    for (claim, value) in changes {
        let mut claims = whole.clone();
        claims[claim] = value.clone();
        assert_eq!(desk.post(Some(&desk.sign(&header, &claims)), &body).await, refused, "{claim} {value}");
    }
    for header in [
        json!({ "alg": "none", "kid": "now" }),
        json!({ "alg": "HS256", "kid": "now" }),
        json!({ "alg": "ES256", "kid": "other" }),
        json!({ "alg": "ES256" }),
        json!({ "alg": "ES256", "kid": "now", "crit": ["b64"], "b64": false }),
    ] {
        assert_eq!(desk.post(Some(&desk.sign(&header, &whole)), &body).await, refused, "{header}");
    }
    let good = desk.sign(&header, &whole);
    let unsigned = format!("{}.", good.rsplit_once('.').unwrap().0);
    for assertion in [None, Some(""), Some("x.y.z"), Some(unsigned.as_str())] {
        assert_eq!(desk.post(assertion, &body).await, refused, "{assertion:?}");
    }
    let tampered = body.replace(NEW, "嵐の9海-と笛歌");
    assert_eq!(desk.post(Some(&good), &tampered).await, refused);
    let hollow = "{}";
    let assertion = desk.sign(&header, &OpenDesk::claims(hollow));
    assert_eq!(desk.post(Some(&assertion), hollow).await, (400, json!({ "refused": "malformed" })));
    assert_eq!(desk.post(Some(&good), &body).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_socket_is_for_its_group_and_a_second_desk_is_told() {
    use std::os::unix::fs::MetadataExt;
    let desk = OpenDesk::new().await;
    let socket = desk.house.folder.join("desk.sock");
    assert_eq!(std::fs::metadata(&socket).unwrap().mode() & 0o777, 0o660);
    let told = desk.house.run(&["--config", "ca/ca.toml", "serve"]);
    assert!(told.code == 1 && told.err.contains("another desk listens"), "{told:?}");
    let told = desk.house.run(&["--config", "ca/ca.toml", "serve", "--listen", "0.0.0.0:0"]);
    assert!(told.code == 1 && told.err.contains("not a loopback address"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn either_program_may_start_first_and_the_desk_asks_the_gateway_for_its_keys() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let desk = OpenDesk::reading(&format!("jwks_url = \"http://{address}/jwks.json\"")).await;
    assert_eq!(desk.change(OLD, NEW).await, (401, json!({ "refused": "bad_assertion" })));

    let keys = jwks(&desk.gateway);
    let router = axum::Router::new().route("/jwks.json", axum::routing::get(async move || keys));
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let gateway = tokio::spawn(async move { axum::serve(listener, router).await });
    // However often it is asked, the desk asks the gateway no more than four times a second.
    servers::until("the desk has asked for the keys", async || desk.change("wrong", NEW).await.0 != 401).await;
    gateway.abort();
    assert_eq!(desk.change(OLD, NEW).await.0, 200, "keys once read outlast a gateway that restarts");
}
