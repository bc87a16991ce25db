//! An assertion made for one request is worth nothing on another.

use axum::body::Body;
use care_record::assertion::binding::digested;
use hyper::{Method, Request};
use serde_json::{Value, json};

use crate::gateway::{Answer, House, claims};

async fn asked(house: &House, method: Method, path: &str, bound: Value) -> Answer {
    let mut claims = claims(None);
    for (name, value) in bound.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let body = if method == Method::POST { "内容" } else { "" };
    let request = Request::builder().method(method).uri(format!("{}{path}", house.url));
    house.send(request.header("gateway-assertion", house.key.sign(&claims)), Body::from(body)).await
}

#[tokio::test]
async fn the_request_it_was_made_for_passes() {
    let house = House::new().await;
    let query = digested(b"a=%31&b");
    let get = json!({"htm": "GET", "htp": "/echo/%41", "htq": query});
    assert_eq!(asked(&house, Method::GET, "/echo/%41?a=%31&b", get).await.status, 200);
    let post = json!({"htm": "POST", "htp": "/echo", "htb": digested("内容".as_bytes())});
    let answer = asked(&house, Method::POST, "/echo", post).await;
    assert_eq!((answer.status, &answer.json()["body_bytes"]), (200, &json!(6)));
}

#[tokio::test]
async fn another_method_path_query_or_body_is_refused() {
    let house = House::new().await;
    let body = digested("内容".as_bytes());
    for (method, path, bound, reason) in [
        (Method::POST, "/echo", json!({"htm": "GET", "htp": "/echo", "htb": body}), "method"),
        (Method::POST, "/echo", json!({"htb": body}), "method"),
        (Method::GET, "/echo/A", json!({"htm": "GET", "htp": "/echo/%41"}), "path"),
        (Method::GET, "/echo", json!({"htm": "GET"}), "path"),
        (Method::GET, "/echo?a=2", json!({"htm": "GET", "htp": "/echo", "htq": digested(b"a=1")}), "query"),
        (Method::GET, "/echo?a=1", json!({"htm": "GET", "htp": "/echo"}), "query"),
        (Method::GET, "/echo", json!({"htm": "GET", "htp": "/echo", "htq": digested(b"a=1")}), "query"),
        (Method::POST, "/echo", json!({"htm": "POST", "htp": "/echo", "htb": digested(b"other")}), "body"),
        (Method::POST, "/echo", json!({"htm": "POST", "htp": "/echo"}), "body"),
    ] {
        let answer = asked(&house, method, path, bound.clone()).await;
        assert_eq!((answer.status, &answer.json()["reason"]), (401, &json!(reason)), "{bound}");
    }
}

#[tokio::test]
async fn a_digested_body_beyond_the_limit_is_refused() {
    let house = House::new().await;
    let long = vec![b'x'; 64 * 1024 + 1];
    let mut claims = claims(None);
    (claims["htm"], claims["htp"], claims["htb"]) = ("POST".into(), "/sink".into(), digested(&long).into());
    let token = house.key.sign(&claims);
    let request = Request::post(format!("{}/sink", house.url)).header("gateway-assertion", token);
    assert_eq!(house.send(request, Body::from(long)).await.status, 401);
}
