//! What happens to a request before anything here answers it: the assertion is verified, the room is compared, the
//! body is held against its digest where the assertion has one.

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, Full, Limited};

use crate::{
    assertion::{
        AssertionRefusal, Binding, Statement,
        binding::{self, BODY_LIMIT, RequestLine},
        verify,
    },
    service::Service,
};

/// The header the gateway speaks in.
pub const ASSERTION: &str = "gateway-assertion";

/// Lets a request in with its [`Statement`], or answers 401.
pub async fn verified(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    match entered(&service, request).await {
        Ok(request) => {
            service.entered.fetch_add(1, Relaxed);
            next.run(request).await
        }
        Err(refusal) => {
            service.refused.fetch_add(1, Relaxed);
            tracing::info!(reason = %refusal, "refused");
            refused(refusal)
        }
    }
}

async fn entered(service: &Service, mut request: Request) -> Result<Request, AssertionRefusal> {
    let token = token(&request)?;
    let key = service.keys.named(&verify::key_name(&token)?).await?;
    let statement = verify::verify(&token, &key, &service.expected, now())?;
    right_room(&request, &statement)?;
    let bound = binding::of(statement.claims(), line(&request))?;
    request.extensions_mut().insert(Arc::new(statement));
    match bound {
        Binding::Head | Binding::None => Ok(request),
        Binding::HeadAndBody(digest) => right_body(request, &digest).await,
    }
}

/// Two assertions are as bad as none: which of them would the next reader believe?
fn token(request: &Request) -> Result<String, AssertionRefusal> {
    let mut values = request.headers().get_all(ASSERTION).iter();
    match (values.next(), values.next()) {
        (Some(only), None) => only.to_str().map(str::to_owned).map_err(|_| AssertionRefusal::Malformed),
        (Some(_), Some(_)) | (None, _) => Err(AssertionRefusal::Missing),
    }
}

/// Compared as received: an escaped spelling of a room is no name of it.
fn right_room(request: &Request, statement: &Statement) -> Result<(), AssertionRefusal> {
    let Some(rest) = request.uri().path().strip_prefix("/rooms/") else { return Ok(()) };
    let asked = rest.split('/').next().unwrap_or_default();
    if statement.claims().room.as_deref() == Some(asked) { Ok(()) } else { Err(AssertionRefusal::Room) }
}

fn line(request: &Request) -> RequestLine<'_> {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    RequestLine {
        method: request.method().as_str(),
        path: request.uri().path(),
        query: request.uri().query(),
        body_length: length.and_then(|length| length.parse().ok()),
    }
}

async fn right_body(request: Request, digest: &str) -> Result<Request, AssertionRefusal> {
    let (head, body) = request.into_parts();
    let limit = usize::try_from(BODY_LIMIT).unwrap_or(usize::MAX);
    let whole = Limited::new(body, limit).collect().await.map_err(|_| AssertionRefusal::Body)?;
    let trailers = whole.trailers().cloned().map(Ok);
    let bytes = whole.to_bytes();
    if binding::digested(&bytes) != digest {
        return Err(AssertionRefusal::Body);
    }
    Ok(Request::from_parts(head, Body::new(Full::new(bytes).with_trailers(std::future::ready(trailers)))))
}

fn refused(refusal: AssertionRefusal) -> Response {
    let body = serde_json::json!({
        "type": "about:blank",
        "title": "the gateway's assertion was not believed",
        "status": 401,
        "reason": refusal.to_string(),
    });
    let headers = [
        (header::CONTENT_TYPE, "application/problem+json"),
        (header::CACHE_CONTROL, "no-store"),
        (header::WWW_AUTHENTICATE, "Gateway-Assertion"),
    ];
    (StatusCode::UNAUTHORIZED, headers, body.to_string()).into_response()
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
