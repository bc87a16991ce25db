//! Verifies a `Gateway-Assertion` with jsonwebtoken. Reads one question, says who asks, or ends with 1 and the reason.

use std::io::Read;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::Value;

/// Seconds two clocks may stand apart.
const SKEW: i64 = 5;
/// The gateway signs for no longer.
const LIFE: i64 = 60;
/// A body of a stated length up to this is digested.
const SMALL: usize = 64 * 1024;

fn digested(octets: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, octets))
}

fn verify(token: &str, jwks: &Value, (issuer, audience): (&str, &str), now: i64) -> Result<Value, String> {
    let head = decode_header(token).map_err(|why| why.to_string())?;
    if head.alg != Algorithm::ES256 || head.crit.is_some() {
        return Err("not an ES256 token".into());
    }
    let kid = head.kid.ok_or("no key is named")?;
    let named = |key: &&Value| key["kid"] == kid.as_str() && key["kty"] == "EC" && key["crv"] == "P-256";
    let jwk = jwks["keys"].as_array().and_then(|keys| keys.iter().find(named)).ok_or("unknown key")?;
    let coordinate = |name: &str| jwk[name].as_str().unwrap_or_default();
    let key = DecodingKey::from_ec_components(coordinate("x"), coordinate("y")).map_err(|why| why.to_string())?;
    let mut wanted = Validation::new(Algorithm::ES256);
    wanted.set_issuer(&[issuer]);
    wanted.set_audience(&[audience]);
    wanted.set_required_spec_claims(&["iss", "aud", "exp"]);
    // The times are held against our own clock below, so that a test can say what time it is.
    wanted.validate_exp = false;
    let claims: Value = decode(token, &key, &wanted).map_err(|why| why.to_string())?.claims;
    let time = |name: &str| claims[name].as_i64().ok_or("a time is missing");
    let (iat, exp) = (time("iat")?, time("exp")?);
    if iat > now + SKEW || !(0..=LIFE).contains(&(exp - iat)) {
        return Err("lifetime".into());
    }
    if exp + SKEW <= now {
        return Err("expired".into());
    }
    let says = |factor: &str| claims["amr"].as_array().is_some_and(|named| named.iter().any(|name| name == factor));
    if !(says("pwd") && says("mfa") && (says("swk") || says("hwk"))) {
        return Err("one factor".into());
    }
    Ok(claims)
}

/// Only where the route has `request_binding`: the assertion is for this request and no other.
fn bound(claims: &Value, request: &Value) -> Result<(), String> {
    if claims.get("htm").is_none() {
        return Ok(());
    }
    if claims["htm"] != request["method"] || claims["htp"] != request["path"] {
        return Err("another request".into());
    }
    let query = request["query"].as_str().map(|query| digested(query.as_bytes()));
    if claims["htq"].as_str() != query.as_deref() {
        return Err("another query".into());
    }
    let body = BASE64_STANDARD.decode(request["body"].as_str().unwrap_or_default()).map_err(|why| why.to_string())?;
    let same = claims["htb"].as_str().map_or(!(1..=SMALL).contains(&body.len()), |said| said == digested(&body));
    if same { Ok(()) } else { Err("another body".into()) }
}

fn answer() -> Result<Value, String> {
    let mut question = String::new();
    std::io::stdin().read_to_string(&mut question).map_err(|why| why.to_string())?;
    let question: Value = serde_json::from_str(&question).map_err(|why| why.to_string())?;
    let text = |name: &str| question[name].as_str().ok_or_else(|| format!("{name} is missing"));
    let now = question["now"].as_i64().ok_or("now is missing")?;
    let claims = verify(text("token")?, &question["jwks"], (text("issuer")?, text("audience")?), now)?;
    bound(&claims, &question["request"])?;
    Ok(claims)
}

fn main() -> std::process::ExitCode {
    match answer() {
        Ok(claims) => {
            println!("{claims}");
            std::process::ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            std::process::ExitCode::FAILURE
        }
    }
}
