//! Asks as a browser would, through hyper: one request, its whole answer.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::time::timeout;

use crate::dial::{Dialer, Speech};
use crate::environment::{Environment, told};

/// An answer that takes longer is none.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
}

/// A kept HTTP/2 connection.
pub(crate) type Kept = http2::SendRequest<Full<Bytes>>;

/// Opens an HTTP/2 connection to be kept.
pub(crate) async fn keep(dialer: &Dialer) -> io::Result<Kept> {
    let tls = dialer.tls(Speech::H2).await?;
    let (send, driver) = http2::handshake(TokioExecutor::new(), TokioIo::new(tls)).await.map_err(io::Error::other)?;
    tokio::spawn(driver);
    Ok(send)
}

/// Asks on a kept connection.
pub(crate) async fn ask_on(mut kept: Kept, request: Request<Full<Bytes>>) -> io::Result<Answer> {
    let asking = async {
        kept.ready().await.map_err(io::Error::other)?;
        whole(kept.send_request(request).await.map_err(io::Error::other)?).await
    };
    timeout(LIMIT, asking).await?
}

/// Asks on a fresh HTTP/1.1 connection, which ends with it.
pub(crate) async fn ask(dialer: &Dialer, request: Request<Full<Bytes>>) -> io::Result<Answer> {
    let asking = async {
        let tls = dialer.tls(Speech::H1).await?;
        let (mut send, driver) = http1::handshake(TokioIo::new(tls)).await.map_err(io::Error::other)?;
        let driving = tokio::spawn(driver);
        let answer = match send.send_request(request).await {
            Ok(response) => whole(response).await,
            Err(error) => Err(io::Error::other(error)),
        };
        driving.abort();
        answer
    };
    timeout(LIMIT, asking).await?
}

async fn whole(response: http::Response<hyper::body::Incoming>) -> io::Result<Answer> {
    let (head, body) = response.into_parts();
    body.collect().await.map_err(io::Error::other)?;
    Ok(Answer { status: head.status, headers: head.headers })
}

/// A GET of `path`, for HTTP/1.1; with a session's cookie where there is one.
pub(crate) fn get(dialer: &Dialer, path: &str, cookie: &str) -> io::Result<Request<Full<Bytes>>> {
    let request = Request::get(path).header(header::HOST, dialer.authority()).header(header::COOKIE, cookie);
    request.body(Full::default()).map_err(io::Error::other)
}

/// The same for HTTP/2, whose address is whole.
pub(crate) fn get_on(dialer: &Dialer, path: &str, cookie: &str) -> io::Result<Request<Full<Bytes>>> {
    let address = format!("https://{}{path}", dialer.authority());
    let request = Request::get(address).header(header::COOKIE, cookie);
    request.body(Full::default()).map_err(io::Error::other)
}

/// A form, posted from a page of the site's own, for HTTP/1.1.
pub(crate) fn form(
    dialer: &Dialer,
    path: &str,
    cookie: &str,
    fields: &[(&str, &str)],
) -> io::Result<Request<Full<Bytes>>> {
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::HOST, dialer.authority())
        .header(header::COOKIE, cookie)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    request.body(Full::from(urlencoded(fields))).map_err(io::Error::other)
}

/// Logs in on a fresh connection and returns the session's cookie.
pub(crate) async fn login(env: &Environment, dialer: &Dialer, (id, password): (&str, &str)) -> io::Result<String> {
    let (id, password) = (env.value(id)?, env.value(password)?);
    let answer = ask(dialer, form(dialer, LOGIN, "", &[("login_id", id), ("password", password)])?).await?;
    cookie_of(&answer).ok_or_else(|| told(format!("the login of {id} was answered {}", answer.status)))
}

/// Where one logs in.
pub(crate) const LOGIN: &str = "/.gateway/login";

/// The session that an answer gives out, as a browser sends it back.
pub(crate) fn cookie_of(answer: &Answer) -> Option<String> {
    let given = answer.headers.get_all(header::SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
    let mut sessions = given.filter(|cookie| cookie.starts_with("__Host-session=") && answer.status == 303);
    Some(sessions.next()?.split(';').next()?.to_owned())
}

/// `application/x-www-form-urlencoded`; every octet that is no letter or digit is escaped.
pub(crate) fn urlencoded(fields: &[(&str, &str)]) -> String {
    let escaped =
        |text: &str| -> String {
            text.bytes()
                .map(|octet| {
                    if octet.is_ascii_alphanumeric() { char::from(octet).to_string() } else { format!("%{octet:02X}") }
                })
                .collect()
        };
    fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect::<Vec<_>>().join("&")
}
