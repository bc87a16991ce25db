//! A person changes their own password: the present one once more, and a new one that keeps to the
//! rules.
//!
//! Who came in with the initial password some minutes ago has just typed it: there the gateway's word, bound to this
//! request, is enough that the session was opened with it.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use certs::Timestamp;
use registry::LoginId;
use serde::{Deserialize, Deserializer};
use serde_json::json;
use zeroize::Zeroizing;

use super::believed::PrivateRequest;
use super::pool::{Door, PoolFull};
use super::reference;
use super::source::Source;
use super::state::Desk;
use crate::acts::{By, NewPassword, PasswordChanged, ProofMethod};
use crate::assertion::AssertionRefusal;
use crate::assertion::LongBody;
use crate::clock::now;
use crate::password::{self, HashRefusal, Mistake, Surroundings};
use crate::refusal::Refusal;

/// Where the gateway posts a change.
pub(super) const PATH: &str = "/desk/password";

/// Seconds after a login with the initial password for which that is not asked for again. The gateway's page leaves the
/// field out for half as long, so that whoever begins in time can finish.
const RESTS_ON_LOGIN: i64 = 600;
/// The clocks of two machines.
const SKEW: i64 = 60;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    #[serde(default, deserialize_with = "maybe_secret")]
    password: Option<Zeroizing<String>>,
    /// What stands for it.
    #[serde(default)]
    initial_login: Option<InitialLogin>,
    #[serde(deserialize_with = "secret")]
    new_password: Zeroizing<String>,
    /// Nothing is to be changed; only what is wrong is asked for.
    #[serde(default)]
    judge_only: bool,
}

/// A session that was opened with the initial password.
#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct InitialLogin {
    opened_at: Timestamp,
    password_set_at: Timestamp,
}

fn secret<'de, D: Deserializer<'de>>(input: D) -> Result<Zeroizing<String>, D::Error> {
    String::deserialize(input).map(Zeroizing::new)
}

fn maybe_secret<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Zeroizing<String>>, D::Error> {
    secret(input).map(Some)
}

/// `POST /desk/password`.
pub(super) async fn change(
    State(desk): State<Desk>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = PrivateRequest { method: &method, uri: &uri, headers: &headers, body: &body, long: LongBody::Bound };
    match changed(&desk, request).await {
        Ok(PasswordChanged { version, set_at }) => {
            (StatusCode::OK, axum::Json(json!({ "version": version, "set_at": set_at }))).into_response()
        }
        Err(why) => why.into_response(),
    }
}

async fn changed(desk: &Desk, request: PrivateRequest<'_>) -> Result<PasswordChanged, NotChanged> {
    let assertion = desk.believed(request).await?;
    let wish: Wish = serde_json::from_slice(request.body).map_err(|_| NotChanged::Malformed)?;
    let login_id = assertion.login_id().clone();
    let mut around = desk.writer.ledger().password_surroundings(&login_id).await?;
    around.blocklist.clone_from(&desk.blocklist);
    let present = around.hashes.first().cloned().unwrap_or_default();
    let proof = match (wish.password, wish.initial_login) {
        (Some(password), None) => Proof::Typed(password),
        (None, Some(login)) if rests(desk, &login_id, login).await? => Proof::Login,
        (None, Some(_)) => Proof::None,
        (Some(_), Some(_)) | (None, None) => return Err(NotChanged::Malformed),
    };
    let (profile, judged_by) = (desk.profile, present.clone());
    let (new, judge_only) = (wish.new_password, wish.judge_only);
    let source = Source::of_device(assertion.device());
    let attempt = Attempt { proof, new, judge_only, present, around };
    let hashing = move || judged(profile, &attempt);
    let hashed = desk.pool.run((Door::Private, &source), hashing).await??;
    let request = reference::request(request.headers);
    let by = By { request, ..By::of(login_id, now(), ProofMethod::Office) };
    let new = NewPassword { hash: hashed };
    Ok(desk.writer.change_password(&by, &judged_by, new).await?)
}

/// What shows that the present password is known.
enum Proof {
    Typed(Zeroizing<String>),
    Login,
    None,
}

/// Does that login count: with the initial password of now, and not long ago?
async fn rests(desk: &Desk, login_id: &LoginId, login: InitialLogin) -> Result<bool, Refusal> {
    let age = now().unix().saturating_sub(login.opened_at.unix());
    let set_at = desk.writer.ledger().initial_password_set_at(login_id).await?;
    Ok((-SKEW..=RESTS_ON_LOGIN).contains(&age) && set_at == Some(login.password_set_at))
}

/// A new password, and what it is judged by.
struct Attempt {
    proof: Proof,
    new: Zeroizing<String>,
    /// Nothing is to be changed.
    judge_only: bool,
    /// The hash of the password of now.
    present: String,
    around: Surroundings,
}

/// All mistakes at once. Whoever holds only the session learns nothing of former passwords: the new one is then judged by
/// its form alone.
fn judged(profile: password::Profile, attempt: &Attempt) -> Result<String, NotChanged> {
    let Attempt { proof, new, judge_only, present, around } = attempt;
    let unproven = match proof {
        Proof::Typed(typed) if password::matches(typed, present) => None,
        Proof::Typed(_) => Some("wrong_password"),
        Proof::Login => None,
        Proof::None => Some("present_password_needed"),
    };
    if let Some(word) = unproven {
        let formal = Surroundings { hashes: Vec::new(), ..around.clone() };
        return Err(NotChanged::Unproven(word, password::judge(profile, new, &formal).err().unwrap_or_default()));
    }
    password::judge(profile, new, around).map_err(NotChanged::Mistakes)?;
    if *judge_only { Err(NotChanged::Mistakes(Vec::new())) } else { Ok(password::hash(new)?) }
}

/// Why a password was not changed.
#[derive(Debug, thiserror::Error)]
enum NotChanged {
    #[error(transparent)]
    Assertion(#[from] AssertionRefusal),
    #[error(transparent)]
    Busy(#[from] PoolFull),
    #[error("the form cannot be read")]
    Malformed,
    #[error("the new password does not keep to the rules")]
    Mistakes(Vec<Mistake>),
    #[error(transparent)]
    NoHash(#[from] HashRefusal),
    #[error(transparent)]
    Registry(#[from] Refusal),
    #[error("the present password was not proven: {0}")]
    Unproven(&'static str, Vec<Mistake>),
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
            Self::Unproven(word, mistakes) if !mistakes.is_empty() => {
                let body = axum::Json(json!({ "refused": word, "mistakes": mistakes }));
                return (StatusCode::FORBIDDEN, body).into_response();
            }
            Self::Unproven(word, _) => (StatusCode::FORBIDDEN, *word),
            Self::Registry(Refusal::TooManyChanges(_)) => (StatusCode::TOO_MANY_REQUESTS, "too_many_changes"),
            Self::Registry(Refusal::WrongPassword) => (StatusCode::FORBIDDEN, "wrong_password"),
            Self::Registry(refusal) => (StatusCode::FORBIDDEN, refusal.code()),
        };
        tracing::info!(why = %self, "a password was not changed");
        (status, axum::Json(json!({ "refused": word }))).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::body;
    use super::*;
    use crate::refusal::tests::refusals;
    use crate::words::tests::speaks_no_command;

    #[tokio::test]
    async fn the_gateway_is_told_one_word_of_why_a_password_was_not_changed_and_no_sentence() {
        for refusal in refusals() {
            let answer = body(NotChanged::Registry(refusal.clone()).into_response()).await;
            speaks_no_command(&answer, &refusal);
            let told: serde_json::Value = serde_json::from_str(&answer).unwrap();
            let word = told["refused"].as_str().unwrap();
            assert!(word.bytes().all(|sign| sign.is_ascii_lowercase() || sign == b'_'), "{answer}");
        }
    }
}
