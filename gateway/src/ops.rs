//! The operations listener: alive, ready, metrics, keys. Loopback only; it asks nobody who they are.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

use crate::house::House;

/// Serves until the task is ended.
pub async fn serve(listener: TcpListener, house: Arc<House>) {
    loop {
        let Ok((tcp, _)) = listener.accept().await else {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            continue;
        };
        let house = Arc::clone(&house);
        tokio::spawn(async move {
            let answering = service_fn(|request| {
                let answer = answer(&house, &request);
                async { Ok::<_, Infallible>(answer) }
            });
            let serving = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(tcp), answering);
            if let Err(error) = serving.await {
                tracing::debug!(%error, "an operations connection ended");
            }
        });
    }
}

fn answer(house: &House, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return text(StatusCode::METHOD_NOT_ALLOWED, "only GET\n".into());
    }
    match request.uri().path() {
        "/livez" => text(StatusCode::OK, "alive\n".into()),
        "/readyz" => ready(house),
        "/metrics" => {
            let mut response = text(StatusCode::OK, house.metrics.text(house));
            let kind = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
            response
        }
        "/jwks.json" => {
            let mut response = text(StatusCode::OK, house.rules.load().keys.jwks().to_owned());
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        }
        _ => text(StatusCode::NOT_FOUND, "/livez /readyz /metrics /jwks.json\n".into()),
    }
}

/// Says what is silent from the first second, long before requests are refused for it.
fn ready(house: &House) -> Response<Full<Bytes>> {
    let mut said = Vec::new();
    if let Some(why) = house.feed.why_silent() {
        let silent = house.feed.silent_for(Instant::now()).as_secs_f64();
        said.push(format!("registry: {why} (silent for {silent:.1} s)"));
    } else if house.feed.newest().is_none() {
        said.push("registry: not read yet".to_owned());
    }
    if let Err(silent) = house.sessions.ready() {
        said.push(format!("sessions: {silent}"));
    }
    if let Err(error) = house.log.ready() {
        said.push(format!("access log: {error}"));
    }
    let ready = said.is_empty();
    if ready {
        said.push("ready".to_owned());
    }
    // Requests are judged as well as ever; but after a restart an older registry would not be known as such.
    if let Some(why) = house.feed.why_unkept() {
        said.push(format!("registry: the highest version applied is not kept over restarts: {why}"));
    }
    said.extend(house.sessions.notes().into_iter().map(|note| format!("sessions: {note}")));
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    text(status, said.join("\n") + "\n")
}

fn text(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
