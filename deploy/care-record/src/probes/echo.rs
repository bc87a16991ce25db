//! What did the gateway send, exactly? `/echo` tells the whole request, `/sink` only counts its body.

use aws_lc_rs::digest::{Context, SHA256};
use axum::{
    Json,
    body::Body,
    extract::Request,
    http::{HeaderMap, Version},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use http_body_util::BodyExt;
use serde::Serialize;

/// Of a longer body only this much is told back (bytes).
const TOLD: usize = 64 * 1024;

/// The request as received. Header names are in lower case (HTTP/2 has no other), values byte for byte as Latin-1.
#[derive(Debug, Serialize)]
struct Received {
    method: String,
    target: String,
    authority: Option<String>,
    http_version: &'static str,
    headers: Vec<(String, String)>,
    trailers: Vec<(String, String)>,
    body_bytes: u64,
    body_base64: String,
    body_sha256: String,
    body_complete: bool,
}

#[derive(Debug, Serialize)]
struct Counted {
    bytes: u64,
    sha256: String,
    complete: bool,
}

/// Tells the request back.
pub async fn echo(request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = read(body).await;
    // HTTP/2 spells its target in parts; put together again it would be a form nobody sent.
    let origin_form = head.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let target = if head.version == Version::HTTP_2 { origin_form } else { head.uri.to_string() };
    let received = Received {
        method: head.method.to_string(),
        target,
        authority: head.uri.authority().map(ToString::to_string),
        http_version: spelled(head.version),
        headers: listed(&head.headers),
        trailers: listed(&body.trailers),
        body_bytes: body.bytes,
        body_base64: BASE64_STANDARD.encode(&body.first),
        body_sha256: body.sha256,
        body_complete: body.complete,
    };
    Json(received).into_response()
}

/// Counts the body and forgets it.
pub async fn sink(body: Body) -> Response {
    let body = read(body).await;
    Json(Counted { bytes: body.bytes, sha256: body.sha256, complete: body.complete }).into_response()
}

struct Read {
    bytes: u64,
    first: Vec<u8>,
    sha256: String,
    trailers: HeaderMap,
    complete: bool,
}

async fn read(mut body: Body) -> Read {
    let mut sha256 = Context::new(&SHA256);
    let mut read =
        Read { bytes: 0, first: Vec::new(), sha256: String::new(), trailers: HeaderMap::new(), complete: true };
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            read.complete = false;
            break;
        };
        match frame.into_data() {
            Ok(data) => {
                sha256.update(&data);
                read.bytes += data.len() as u64;
                let room = TOLD - read.first.len();
                read.first.extend_from_slice(&data[..data.len().min(room)]);
            }
            Err(frame) => read.trailers.extend(frame.into_trailers().unwrap_or_default()),
        }
    }
    read.sha256 = sha256.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    read
}

fn listed(headers: &HeaderMap) -> Vec<(String, String)> {
    let latin1 = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect();
    headers.iter().map(|(name, value)| (name.to_string(), latin1(value.as_bytes()))).collect()
}

fn spelled(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_11 => "HTTP/1.1",
        Version::HTTP_2 => "HTTP/2",
        _ => "other",
    }
}
