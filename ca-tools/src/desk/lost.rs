//! `/lost`: somebody lost a device, perhaps at night, and has the code that was told at pick-up.
//!
//! The code puts the device on hold and does nothing else, so that a found slip of paper costs a
//! telephone call at most. What was done is told on a page of its own (303), so that a reload stops nothing again.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use certs::{DeviceNo, Timestamp};
use pages::{Language, Locale};

use super::apply::ApplyKey;
use super::form::Fields;
use super::page::{Frame, page};
use super::pool::Door;
use super::spoken::{locale, minute, say};
use super::state::Desk;
use super::visitor::Visitor;
use crate::acts::By;
use crate::clock::now;
use crate::ledger::receipts;
use crate::password;
use crate::refusal::Refusal;
use crate::reports::{Confirmation, Receipt};
use crate::ticket::LossCode;

#[derive(Template)]
#[template(path = "lost.html")]
struct LostPage<'a> {
    frame: Frame<'a>,
    device: &'a str,
    mistake: Option<String>,
}

#[derive(Template)]
#[template(path = "lost_stopped.html")]
struct StoppedPage<'a> {
    frame: Frame<'a>,
    device: DeviceNo,
    at: String,
    /// Every gateway said that the device is out.
    confirmed: bool,
}

/// Has every gateway said that the device is out? Which one has not, and since which version, is for operators
/// (`device show`, `gateway list`): here it changes nothing of what a person does.
fn all_confirmed(receipts: &[Receipt]) -> bool {
    !receipts.is_empty() && receipts.iter().all(|receipt| matches!(receipt.says, Confirmation::Done { .. }))
}

/// A device that was put on hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stopped {
    pub(super) device: DeviceNo,
    /// The registry's version from which on it is.
    pub(super) version: u64,
    /// When it was reported.
    pub(super) at: Timestamp,
}

/// Seconds for which the page about it can be opened again.
const TOLD: i64 = 24 * 60 * 60;
/// Keeps what the desk's key proves here apart from what it signs elsewhere.
const LABEL: &str = "sekisho lost receipt 1";

impl Stopped {
    /// As it stands in the page's address. Nobody else can write one, so nobody is shown a stop that never was.
    fn signed(self, key: &ApplyKey) -> String {
        let said = format!("{}.{}.{}", self.device, self.version, self.at.unix());
        format!("{said}.{}", BASE64.encode(key.sign(labelled(&said).as_bytes())))
    }

    fn read(token: &str, key: &ApplyKey, now: Timestamp) -> Option<Self> {
        let (said, proof) = token.rsplit_once('.')?;
        if !key.proves(labelled(said).as_bytes(), &BASE64.decode(proof).ok()?) {
            return None;
        }
        let mut parts = said.split('.');
        let (device, version, at) = (parts.next()?, parts.next()?, parts.next()?);
        let at = Timestamp::from_unix(at.parse().ok()?);
        let told = (0..=TOLD).contains(&now.unix().saturating_sub(at.unix()));
        let stopped = Self { device: device.parse().ok()?, version: version.parse().ok()?, at };
        told.then_some(stopped)
    }
}

fn labelled(said: &str) -> String {
    format!("{LABEL}\0{said}")
}

/// `GET /lost`.
pub(super) async fn show(State(desk): State<Desk>, visitor: Visitor) -> Response {
    asked(&desk, &visitor, StatusCode::OK, "", None)
}

/// `POST /lost`: number and code; out at once.
pub(super) async fn report(State(desk): State<Desk>, visitor: Visitor, body: Bytes) -> Response {
    let (fields, now) = (Fields::of(&body), now());
    let typed = fields.get("device");
    let guess = match desk.guesses.begin(&visitor.source, now) {
        Ok(guess) => guess,
        Err(seconds) => {
            let minutes = seconds / 60 + 1;
            let words = match locale() {
                Locale::Japanese => format!(
                    "入力の間違いが続いたため、受け付けを止めています。{minutes}分ほど待つか、柏市へお電話ください。"
                ),
                Locale::EasyJapanese => {
                    format!("何度も間違えました。{minutes}分ぐらい待つか、柏市へ電話してください。")
                }
                Locale::English => {
                    format!("Too many mistakes in a row. Please wait some {minutes} minutes or call Kashiwa City.")
                }
            };
            let mut answer = asked(&desk, &visitor, StatusCode::TOO_MANY_REQUESTS, typed, Some(words));
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            return answer;
        }
    };
    let proven = proven(&desk, &fields, (&visitor, guess.record())).await;
    if !matches!(proven, Ok(None)) {
        guess.was_none();
    }
    let device = match proven {
        Ok(Some(device)) => device,
        Ok(None) => {
            let words = say(
                "端末番号または利用停止コードをご確認ください。わからないときは、柏市へお電話ください。",
                "端末番号か利用停止コードが違います。わからないときは、柏市へ電話してください。",
                "Please check the device number and the stop code. If you do not know them, please call Kashiwa City.",
            );
            return asked(&desk, &visitor, StatusCode::FORBIDDEN, typed, Some(words.to_owned()));
        }
        Err(status) => return unavailable(&desk, &visitor, (status, typed)),
    };
    let why = Some("利用停止コードによる紛失の報告".to_owned());
    let Ok(by) = visitor.by(now) else { return unavailable(&desk, &visitor, (StatusCode::SERVICE_UNAVAILABLE, typed)) };
    match desk.writer.report_own_loss(&By { why, ..by }, device, "利用停止コードを知る人").await {
        Ok((before, version)) => {
            let at = before.lost_since(now);
            stopped(&desk, ("", &visitor.reference), Stopped { device, version, at }).await
        }
        Err(Refusal::Loss(_)) => {
            let words = say(
                "この端末は、すでに使用を終わっています。止めるものはありません。",
                "この端末は、もう使えません。止めなくてもだいじょうぶです。",
                "This device is no longer in use. There is nothing to stop.",
            )
            .to_owned();
            asked(&desk, &visitor, StatusCode::CONFLICT, typed, Some(words))
        }
        Err(refusal) => {
            tracing::error!(%refusal, %device, "a lost device was not put on hold");
            unavailable(&desk, &visitor, (StatusCode::SERVICE_UNAVAILABLE, typed))
        }
    }
}

/// The way to the page that says so. A desk without a key has no page that could be believed later, and says it at once.
pub(super) async fn stopped(desk: &Desk, (base, reference): (&str, &str), stopped: Stopped) -> Response {
    tracing::info!(device = %stopped.device, version = stopped.version, "a lost device was put on hold by its people");
    match &desk.apply_key {
        Some(key) => Redirect::to(&format!("{base}/lost/stopped?of={}", stopped.signed(key))).into_response(),
        None => page_of(desk, reference, stopped).await,
    }
}

/// `GET /lost/stopped`.
pub(super) async fn told(State(desk): State<Desk>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    match read(&desk, query.as_deref()) {
        Some(stopped) => page_of(&desk, &visitor.reference, stopped).await,
        None => asked(&desk, &visitor, StatusCode::OK, "", None),
    }
}

/// What the page's address says was stopped, if we wrote it.
pub(super) fn read(desk: &Desk, query: Option<&str>) -> Option<Stopped> {
    let query = Fields::of(query.unwrap_or_default().as_bytes());
    Stopped::read(query.get("of"), desk.apply_key.as_ref()?, now())
}

/// The page that says so, with what every gateway says of it by now.
pub(super) async fn page_of(desk: &Desk, reference: &str, stopped: Stopped) -> Response {
    let now = now();
    // It is on hold whatever the gateways say; what cannot be asked is not confirmed.
    let receipts = receipts(&desk.writer.ledger(), stopped.version, now).await.unwrap_or_default();
    let confirmed = all_confirmed(&receipts);
    if !confirmed {
        let said: Vec<_> = receipts.iter().map(|receipt| receipt.text().en).collect();
        tracing::warn!(device = %stopped.device, version = stopped.version, said = said.join("; "), "device lost: not every gateway confirmed the hold");
    }
    let frame = Frame {
        words: &desk.words,
        reference,
        now,
        heading: say("端末の利用を止めました", "端末を止めました", "The device is stopped"),
    };
    page(StatusCode::OK, &StoppedPage { frame, device: stopped.device, at: minute(stopped.at), confirmed })
}

/// The device whose number and code these are.
async fn proven(
    desk: &Desk,
    fields: &Fields,
    (visitor, record): (&Visitor, i64),
) -> Result<Option<DeviceNo>, StatusCode> {
    let (device, code) = (DeviceNo::typed(fields.get("device")).ok(), LossCode::typed(fields.get("code")).ok());
    let hash = match device {
        Some(device) => {
            desk.writer.ledger().loss_code_hash(device).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?
        }
        None => None,
    };
    let typed = zeroize::Zeroizing::new(code.map(|code| code.signs().to_owned()).unwrap_or_default());
    let full = |_| StatusCode::TOO_MANY_REQUESTS;
    let turn = desk.pool.turn(Door::Lost, (&visitor.source, record)).await.map_err(full)?;
    let hashing = move || password::matches_if_any(&typed, hash.as_deref());
    let (matches, _) = turn.run(hashing).await.map_err(full)?;
    Ok(device.filter(|_| matches))
}

fn unavailable(desk: &Desk, visitor: &Visitor, (status, typed): (StatusCode, &str)) -> Response {
    let words = say(
        "ただいま受け付けられません。お急ぎのときは、柏市へお電話ください。",
        "いまは使えません。急ぐときは、柏市へ電話してください。",
        "This cannot be done at the moment. If it is urgent, please call Kashiwa City.",
    )
    .to_owned();
    asked(desk, visitor, status, typed, Some(words))
}

fn asked(desk: &Desk, visitor: &Visitor, status: StatusCode, device: &str, mistake: Option<String>) -> Response {
    let now: Timestamp = now();
    let frame = Frame {
        words: &desk.words,
        reference: &visitor.reference,
        now,
        heading: say("端末の紛失・盗難", "端末をなくしたとき・盗まれたとき", "Lost or stolen device"),
    };
    page(status, &LostPage { frame, device, mistake })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_number_is_read_however_it_was_typed() {
        let one = DeviceNo::new(123).ok();
        for typed in ["DEV-000123", "dev000123", "１２３", " ＤＥＶ－０００１２３ ", "123"] {
            assert_eq!(DeviceNo::typed(typed).ok(), one, "{typed}");
        }
        for typed in ["", "DEV-", "DEV-12a", "0", "9999999999"] {
            assert_eq!(DeviceNo::typed(typed).ok(), None, "{typed}");
        }
    }
}
