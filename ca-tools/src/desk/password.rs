//! A person changes their own password: the present one once more, and a new one that keeps to the
//! rules.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Deserializer};
use serde_json::json;
use zeroize::Zeroizing;

use super::assertion::AssertionRefusal;
use super::pool::Full;
use super::serve::Desk;
use super::statement::Asked;
use crate::command::now;
use crate::password::{self, HashRefusal, Mistake, Surroundings};
use crate::writer::{By, NewPassword, PasswordChanged, Refusal, SetBy};

/// Where the gateway posts a change.
pub(super) const PATH: &str = "/desk/password";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    #[serde(deserialize_with = "secret")]
    password: Zeroizing<String>,
    #[serde(deserialize_with = "secret")]
    new_password: Zeroizing<String>,
}

fn secret<'de, D: Deserializer<'de>>(input: D) -> Result<Zeroizing<String>, D::Error> {
    String::deserialize(input).map(Zeroizing::new)
}

/// `POST /desk/password`.
pub(super) async fn change(
    State(desk): State<Desk>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked = Asked { method: &method, uri: &uri, headers: &headers, body: &body };
    match changed(&desk, asked).await {
        Ok(PasswordChanged { version, set_at }) => {
            (StatusCode::OK, axum::Json(json!({ "version": version, "set_at": set_at }))).into_response()
        }
        Err(why) => why.into_response(),
    }
}

async fn changed(desk: &Desk, asked: Asked<'_>) -> Result<PasswordChanged, NotChanged> {
    let statement = desk.believed(asked).await?;
    let wish: Wish = serde_json::from_slice(asked.body).map_err(|_| NotChanged::Malformed)?;
    let login_id = statement.login_id().clone();
    let mut around = desk.writer.password_surroundings(&login_id).await?;
    around.blocklist.clone_from(&desk.blocklist);
    let present = around.hashes.first().cloned().unwrap_or_default();
    let (profile, judged_by) = (desk.profile, present.clone());
    let hashed = desk.pool.run(move || judged(profile, &wish, (&present, &around))).await??;
    let by = By { operator: login_id, at: now(), why: None, application: None };
    let new = NewPassword { hash: hashed, set_by: SetBy::Person };
    Ok(desk.writer.change_password(&by, &judged_by, new).await?)
}

/// The present password is asked first: whoever holds only the session learns nothing of the new one.
fn judged(
    profile: password::Profile,
    wish: &Wish,
    (present, around): (&str, &Surroundings),
) -> Result<String, NotChanged> {
    if !password::matches(&wish.password, present) {
        return Err(NotChanged::WrongPassword);
    }
    password::judge(profile, &wish.new_password, around).map_err(NotChanged::Mistakes)?;
    Ok(password::hash(&wish.new_password)?)
}

/// Why a password was not changed.
#[derive(Debug, thiserror::Error)]
enum NotChanged {
    #[error(transparent)]
    Assertion(#[from] AssertionRefusal),
    #[error(transparent)]
    Busy(#[from] Full),
    #[error("the form cannot be read")]
    Malformed,
    #[error("the new password does not keep to the rules")]
    Mistakes(Vec<Mistake>),
    #[error(transparent)]
    NoHash(#[from] HashRefusal),
    #[error(transparent)]
    Registry(#[from] Refusal),
    #[error("the present password is another one")]
    WrongPassword,
}

impl IntoResponse for NotChanged {
    fn into_response(self) -> Response {
        let (status, word) = match &self {
            Self::Assertion(_) => (StatusCode::UNAUTHORIZED, "bad_assertion"),
            Self::Busy(_) => (StatusCode::TOO_MANY_REQUESTS, "busy"),
            Self::Malformed => (StatusCode::BAD_REQUEST, "malformed"),
            Self::Mistakes(mistakes) => {
                let body = axum::Json(json!({ "mistakes": mistakes }));
                return (StatusCode::UNPROCESSABLE_ENTITY, body).into_response();
            }
            Self::NoHash(_) | Self::Registry(Refusal::Unavailable(_)) => {
                (StatusCode::SERVICE_UNAVAILABLE, "registry_unavailable")
            }
            Self::WrongPassword | Self::Registry(Refusal::WrongPassword) => (StatusCode::FORBIDDEN, "wrong_password"),
            Self::Registry(refusal) => (StatusCode::FORBIDDEN, refusal.code()),
        };
        tracing::info!(why = %self, "a password was not changed");
        (status, axum::Json(json!({ "refused": word }))).into_response()
    }
}
