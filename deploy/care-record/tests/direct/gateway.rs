//! The gateway as a test plays it: it signs what it likes, and its JWKS can change.

use std::{
    sync::{Arc, Mutex},
    time::{SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use axum::{Json, Router, body::Body, routing::get};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use bytes::Bytes;
use care_record::{Address, Service, Settings, serve::Listener};
use http_body_util::BodyExt;
use hyper::{Request, Response};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};
use tokio::{sync::oneshot, task::JoinHandle};

pub(crate) const ISSUER: &str = "https://kashiwani.example.jp";
pub(crate) const AUDIENCE: &str = "care-record";

/// A key to sign with.
pub(crate) struct Key {
    pub(crate) name: String,
    pair: EcdsaKeyPair,
}

impl Key {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap() }
    }

    fn jwk(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let (x, y) = (BASE64_URL_SAFE_NO_PAD.encode(&point[1..33]), BASE64_URL_SAFE_NO_PAD.encode(&point[33..]));
        json!({"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": self.name, "x": x, "y": y})
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_as(&json!({"alg": "ES256", "typ": "JWT", "kid": self.name}), claims)
    }

    pub(crate) fn sign_as(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }
}

pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// What the gateway says of a care worker who stands in `room`.
pub(crate) fn claims(room: Option<&str>) -> Value {
    let mut claims = json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "KW000001", "iat": now(), "exp": now() + 60,
        "office": "1270001", "device": "DEV-000001", "roles": [],
        "amr": ["pwd", "swk", "mfa"], "cnf": {"x5t#S256": "AAAA"},
    });
    if let Some(room) = room {
        claims["room"] = room.into();
    }
    claims
}

/// The service, running, and the keys it can fetch.
pub(crate) struct House {
    pub(crate) service: Arc<Service>,
    pub(crate) url: String,
    pub(crate) key: Key,
    listed: Arc<Mutex<Vec<Value>>>,
    stop: Option<oneshot::Sender<()>>,
    _keys_stop: oneshot::Sender<()>,
    pub(crate) serving: JoinHandle<()>,
    pub(crate) asked: Arc<std::sync::atomic::AtomicU64>,
}

impl House {
    pub(crate) async fn new() -> Self {
        let key = Key::new("present");
        let listed = Arc::new(Mutex::new(vec![key.jwk()]));
        let asked = Arc::new(std::sync::atomic::AtomicU64::new(0));
        let (told, counted) = (Arc::clone(&listed), Arc::clone(&asked));
        let jwks = Router::new().route(
            "/jwks.json",
            get(async move || {
                counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                Json(json!({"keys": *told.lock().unwrap()}))
            }),
        );
        let (keys, keys_stop, _) = running(jwks).await;
        let jwks_url = format!("{keys}/jwks.json");
        let (issuer, audience) = (ISSUER.to_owned(), AUDIENCE.to_owned());
        let service = Service::new(Settings { jwks_url, issuer, audience, rooms: vec![] }).unwrap();
        let (url, stop, serving) = running(service.router()).await;
        Self { url, service, key, listed, stop: Some(stop), _keys_stop: keys_stop, serving, asked }
    }

    pub(crate) fn stop(&mut self) {
        drop(self.stop.take());
    }

    pub(crate) fn list(&self, key: &Key) {
        self.listed.lock().unwrap().push(key.jwk());
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        self.send(Request::get(format!("{}{path}", self.url)).header("gateway-assertion", token), Body::empty()).await
    }

    pub(crate) async fn send(&self, request: hyper::http::request::Builder, body: Body) -> Answer {
        Answer::of(
            Client::builder(TokioExecutor::new()).build_http().request(request.body(body).unwrap()).await.unwrap(),
        )
        .await
    }
}

/// A response, read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: hyper::HeaderMap,
    pub(crate) trailers: hyper::HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) async fn of(response: Response<hyper::body::Incoming>) -> Self {
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap();
        let trailers = body.trailers().cloned().unwrap_or_default();
        Self { status: head.status.as_u16(), headers: head.headers, trailers, body: body.to_bytes() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }
}

/// Runs until the sender is dropped.
async fn running(router: Router) -> (String, oneshot::Sender<()>, JoinHandle<()>) {
    let listener = Listener::bind(&Address::Tcp(([127, 0, 0, 1], 0).into())).await.unwrap();
    let url = format!("http://{}", listener.address().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async move { drop(stopped.await) };
    (url, stop, tokio::spawn(care_record::serve::serve(listener, router, None, stopped)))
}
