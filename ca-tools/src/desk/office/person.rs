//! Who asks at the private door, and what did they send? The assertion is of this very request, or nothing is read.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, USER_AGENT};
use axum::response::{IntoResponse, Response};
use certs::{DeviceNo, Timestamp};
use registry::{LoginId, OfficeNo};
use serde_json::json;

use super::super::form::Fields;
use super::super::multipart::{SentFile, parts_of};
use super::super::pool::Door;
use super::super::reference;
use super::super::source::Source;
use super::super::spoken::say;
use crate::acts::{By, ProofMethod};
use crate::assertion::{LongBody, VerifiedAssertion};
use crate::desk::believed::PrivateRequest;
use crate::desk::state::Desk;
use crate::ticket::Secrets;

/// A person of an office, with both factors, and what they sent.
#[derive(Debug)]
pub(crate) struct Person {
    assertion: VerifiedAssertion,
    /// The body's fields.
    pub(crate) fields: Fields,
    /// The file beside them.
    pub(crate) file: Option<SentFile>,
    /// What their browser says of itself.
    pub(crate) agent: String,
    /// As whom they are counted: their device.
    pub(crate) source: Source,
    /// The support code of this request; stands in the gateway's access line, too.
    pub(crate) reference: String,
    /// The gateway's number of this request, where it said one.
    pub(crate) request: Option<String>,
}

impl Person {
    pub(crate) fn login_id(&self) -> &LoginId {
        self.assertion.login_id()
    }

    pub(crate) fn office(&self) -> &OfficeNo {
        self.assertion.office()
    }

    pub(crate) fn device(&self) -> DeviceNo {
        self.assertion.device()
    }

    /// base64url SHA-256 of the certificate they came with.
    pub(crate) fn certificate(&self) -> &str {
        self.assertion.certificate()
    }

    /// Draws a ticket's number and code for them, in turn with whoever else has something hashed; nothing where too many wait.
    pub(crate) async fn draw(&self, desk: &Desk) -> Option<Secrets> {
        match desk.pool.run((Door::Private, &self.source), Secrets::draw).await {
            Ok(Ok(secrets)) => Some(secrets),
            Ok(Err(_)) | Err(_) => None,
        }
    }

    /// As whom a change of theirs is recorded.
    pub(crate) fn by(&self, at: Timestamp) -> By {
        By { request: self.request.clone(), ..By::of(self.login_id().clone(), at, ProofMethod::Office) }
    }
}

impl FromRequest<Desk> for Person {
    type Rejection = Response;

    async fn from_request(request: Request, desk: &Desk) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        let (method, uri, headers) = (parts.method.clone(), parts.uri.clone(), parts.headers.clone());
        let long = parts.extensions.get::<LongBody>().copied().unwrap_or_default();
        let body = Bytes::from_request(Request::from_parts(parts, body), desk).await.map_err(|why| unread(&why))?;
        let request = PrivateRequest { method: &method, uri: &uri, headers: &headers, body: &body, long };
        let assertion = desk.believed(request).await.map_err(|why| {
            tracing::info!(%why, path = uri.path(), "assertion rejected");
            (StatusCode::UNAUTHORIZED, axum::Json(json!({ "refused": "bad_assertion" }))).into_response()
        })?;
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let kind = text(CONTENT_TYPE.as_str());
        let (fields, file) = if kind.starts_with("multipart/form-data") {
            parts_of(&kind, body).await.ok_or_else(|| StatusCode::BAD_REQUEST.into_response())?
        } else {
            (Fields::of(&body), None)
        };
        let (agent, request) = (text(USER_AGENT.as_str()), text("x-request-id"));
        let reference = reference::of(&request);
        Ok(Self {
            fields,
            file,
            agent,
            reference,
            request: reference::request(&headers),
            source: Source::of_device(assertion.device()),
            assertion,
        })
    }
}

/// What was sent was not read to its end; who sent it is not known then.
fn unread(why: &BytesRejection) -> Response {
    let said = match why.status() {
        StatusCode::PAYLOAD_TOO_LARGE => say(
            "入力が長すぎます。前の画面に戻り、短くしてから、もう一度送ってください。何も登録していません。",
            "書いたものが長すぎます。前の画面に戻って、短くしてください。そのあと、もう一度送ってください。何も登録していません。",
            "What you typed is too long. Please go back, make it shorter and send it again. Nothing was registered.",
        ),
        _ => say(
            "送られた内容を読み取れませんでした。前の画面に戻り、もう一度送ってください。何も登録していません。",
            "送ったものを読めませんでした。前の画面に戻って、もう一度送ってください。何も登録していません。",
            "What was sent could not be read. Please go back and send it again. Nothing was registered.",
        ),
    };
    (why.status(), said).into_response()
}
