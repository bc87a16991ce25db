//! What cannot be verified gets 401.

use std::sync::atomic::Ordering::Relaxed;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hyper::{Request, header};
use serde_json::{Value, json};

use crate::gateway::{House, Key, claims, now};

/// Refused on every path, for this reason.
async fn refused(house: &House, token: &str, reason: &str) {
    for path in ["/", "/echo", "/rooms/r1/", "/rooms/r1/ws", "/no-such-page"] {
        let answer = house.get(path, token).await;
        assert_eq!((answer.status, &answer.json()["reason"]), (401, &Value::from(reason)), "{path}");
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
    }
}

fn but(change: impl FnOnce(&mut Value)) -> Value {
    let mut claims = claims(Some("r1"));
    change(&mut claims);
    claims
}

#[tokio::test]
async fn a_true_assertion_is_let_in() {
    let house = House::new().await;
    let token = house.key.sign(&claims(Some("r1")));
    assert_eq!(house.get("/rooms/r1/", &token).await.status, 200);
    assert_eq!(house.get("/", &token).await.status, 200);
    assert_eq!(house.get("/no-such-page", &token).await.status, 404);
    assert_eq!((house.service.entered(), house.service.refused()), (3, 0));
}

#[tokio::test]
async fn without_an_assertion_or_with_two_nothing_is_answered() {
    let house = House::new().await;
    let token = house.key.sign(&claims(None));
    let none = Request::get(format!("{}/", house.url));
    let two = Request::get(format!("{}/", house.url)).header("gateway-assertion", &token);
    for request in [none, two.header("gateway-assertion", &token)] {
        let answer = house.send(request, axum::body::Body::empty()).await;
        assert_eq!((answer.status, &answer.json()["reason"]), (401, &json!("missing")));
    }
    assert_eq!((house.service.entered(), house.service.refused()), (0, 2));
}

#[tokio::test]
async fn an_assertion_signed_with_nothing_is_refused() {
    let house = House::new().await;
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    for alg in ["none", "None", "NONE"] {
        let header = json!({"alg": alg, "typ": "JWT", "kid": "present"});
        refused(&house, &format!("{}.{}.", part(&header), part(&claims(Some("r1")))), "algorithm").await;
        refused(&house, &house.key.sign_as(&header, &claims(Some("r1"))), "algorithm").await;
    }
}

#[tokio::test]
async fn another_algorithm_than_es256_is_refused() {
    let house = House::new().await;
    for alg in ["HS256", "RS256", "ES384", "EdDSA"] {
        let header = json!({"alg": alg, "typ": "JWT", "kid": "present"});
        refused(&house, &house.key.sign_as(&header, &claims(Some("r1"))), "algorithm").await;
    }
}

#[tokio::test]
async fn an_expired_assertion_is_refused() {
    let house = House::new().await;
    let past = but(|claims| (claims["iat"], claims["exp"]) = ((now() - 70).into(), (now() - 10).into()));
    refused(&house, &house.key.sign(&past), "expired").await;
}

#[tokio::test]
async fn an_assertion_from_the_future_or_for_too_long_is_refused() {
    let house = House::new().await;
    let future = but(|claims| (claims["iat"], claims["exp"]) = ((now() + 30).into(), (now() + 90).into()));
    refused(&house, &house.key.sign(&future), "lifetime").await;
    let day = but(|claims| claims["exp"] = (now() + 86_400).into());
    refused(&house, &house.key.sign(&day), "lifetime").await;
}

#[tokio::test]
async fn an_assertion_for_another_service_or_of_another_gateway_is_refused() {
    let house = House::new().await;
    refused(&house, &house.key.sign(&but(|claims| claims["aud"] = "desk".into())), "audience").await;
    refused(&house, &house.key.sign(&but(|claims| claims["iss"] = "https://elsewhere".into())), "issuer").await;
    let list = but(|claims| claims["aud"] = json!(["desk", "care-record"]));
    refused(&house, &house.key.sign(&list), "malformed").await;
}

#[tokio::test]
async fn a_changed_assertion_is_refused() {
    let house = House::new().await;
    let token = house.key.sign(&claims(Some("r2")));
    let parts: Vec<&str> = token.split('.').collect();
    let payload = BASE64_URL_SAFE_NO_PAD.encode(claims(Some("r1")).to_string());
    refused(&house, &format!("{}.{payload}.{}", parts[0], parts[2]), "signature").await;
    let mut signature = BASE64_URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
    signature[40] ^= 1;
    let signature = BASE64_URL_SAFE_NO_PAD.encode(signature);
    refused(&house, &format!("{}.{}.{signature}", parts[0], parts[1]), "signature").await;
    for broken in ["", "a", "a.b.c", "....", parts[0]] {
        refused(&house, broken, "malformed").await;
    }
}

#[tokio::test]
async fn a_key_of_somebody_else_under_our_name_is_refused() {
    let house = House::new().await;
    refused(&house, &Key::new("present").sign(&claims(Some("r1"))), "signature").await;
    refused(&house, &Key::new("other").sign(&claims(Some("r1"))), "unknown_key").await;
    let crit = json!({"alg": "ES256", "kid": "present", "crit": ["b64"], "b64": false});
    refused(&house, &house.key.sign_as(&crit, &claims(Some("r1"))), "malformed").await;
}

#[tokio::test]
async fn an_assertion_of_one_factor_is_refused() {
    let house = House::new().await;
    for amr in [json!(["pwd"]), json!(["swk", "mfa"]), json!(["pwd", "mfa"]), json!([])] {
        refused(&house, &house.key.sign(&but(|claims| claims["amr"] = amr)), "one_factor").await;
    }
}

#[tokio::test]
async fn a_room_opens_only_to_the_assertion_that_names_it() {
    let house = House::new().await;
    let (r1, none) = (house.key.sign(&claims(Some("r1"))), house.key.sign(&claims(None)));
    for (path, token) in [
        ("/rooms/r2/", &r1),
        ("/rooms/r1/", &none),
        ("/rooms/r2/echo", &r1),
        ("/rooms/%721/", &r1),
        ("/rooms/R1/", &r1),
        ("/rooms/", &r1),
        ("/rooms//r1/", &r1),
    ] {
        let answer = house.get(path, token).await;
        assert_eq!((answer.status, &answer.json()["reason"]), (401, &json!("room")), "{path}");
    }
}

#[tokio::test]
async fn a_new_key_is_fetched_when_it_is_first_used() {
    let house = House::new().await;
    assert_eq!(house.get("/", &house.key.sign(&claims(None))).await.status, 200);
    let next = Key::new("next");
    house.list(&next);
    servers::until("the new key is fetched", async || house.get("/", &next.sign(&claims(None))).await.status == 200)
        .await;
}

#[tokio::test]
async fn a_thousand_made_up_keys_do_not_make_a_thousand_questions() {
    let house = House::new().await;
    let started = tokio::time::Instant::now();
    let key = Key::new("made-up");
    for number in 0..1000 {
        let header = json!({"alg": "ES256", "kid": format!("made-up-{number}")});
        assert_eq!(house.get("/", &key.sign_as(&header, &claims(None))).await.status, 401);
    }
    let may = 1 + started.elapsed().as_millis() / 250;
    assert!(u128::from(house.asked.load(Relaxed)) <= may, "{} > {may}", house.asked.load(Relaxed));
}
