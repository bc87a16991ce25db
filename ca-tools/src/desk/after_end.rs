//! `/pickup/renew`: the certificate of this device has ended; the next one is asked for, without a login and with no number
//! to type.
//!
//! Whoever comes here was sent by the gateway's refusal (KW-102, or KW-101 where the browser hides what has ended). Its
//! link carries a statement, signed by the gateway and good for an hour, that this browser showed this device's certificate,
//! or the cookie that remembers it. On that alone nothing is handed out: the ticket's number goes to the office's contact by
//! mail, and its code is told here.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use certs::{DeviceNo, Timestamp};
use pages::Language;

use super::apply::ApplyKey;
use super::form::Fields;
use super::page::{Frame, page};
use super::pool::Door;
use super::spoken::{minute, say};
use super::state::Desk;
use super::visitor::Visitor;
use crate::acts::NotGiven;
use crate::assertion::{AssertionRefusal, device_shown};
use crate::calendar::day;
use crate::clock::now;
use crate::refusal::Refusal;
use crate::ticket::{ConfirmationCode, Secrets, code_of};

/// Keeps what the desk's key makes here apart from what it signs elsewhere.
const LABEL: &str = "sekisho renewal after end code 1";

#[derive(Template)]
#[template(path = "pickup/renew.html")]
struct RenewPage<'a> {
    frame: Frame<'a>,
    step: Step<'a>,
}

/// Where somebody stands.
enum Step<'a> {
    /// They came without the gateway's word.
    Unknown,
    /// They may ask.
    Offered { device: DeviceNo, label: String, shown: &'a str },
    /// They asked. Until when what they get can be taken.
    Asked { device: DeviceNo, label: String, code: String, until: Timestamp },
    /// Nothing is given, and why.
    Refused { device: DeviceNo, why: &'static str },
}

impl RenewPage<'_> {
    fn minute(&self, at: &Timestamp) -> String {
        minute(*at)
    }
}

/// `GET /pickup/renew`.
pub(super) async fn show(State(desk): State<Desk>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    let query = Fields::of(query.unwrap_or_default().as_bytes());
    offer(&desk, &visitor, query.get("for")).await
}

async fn offer(desk: &Desk, visitor: &Visitor, token: &str) -> Response {
    let Some((device, label)) = known(desk, token).await else {
        return shown(desk, visitor, (StatusCode::OK, Step::Unknown));
    };
    shown(desk, visitor, (StatusCode::OK, Step::Offered { device, label, shown: token }))
}

/// `POST /pickup/renew`: once a day. A second press finds what the first one got.
pub(super) async fn ask(State(desk): State<Desk>, visitor: Visitor, body: Bytes) -> Response {
    let fields = Fields::of(&body);
    let token = fields.get("for");
    let (Some((device, _)), Some(key)) = (known(&desk, token).await, &desk.apply_key) else {
        return shown(&desk, &visitor, (StatusCode::FORBIDDEN, Step::Unknown));
    };
    let now = now();
    let code = code(key, device, now);
    let secrets = match desk.pool.run((Door::PickUp, &visitor.source), move || Secrets::with(code)).await {
        Ok(Ok(secrets)) => secrets,
        Ok(Err(_)) | Err(_) => {
            let why = say(
                "ただいま混み合っています。1分ほど待ってから、もう一度お試しください。",
                "いま、たくさんの人が使っています。1分ぐらい待って、もう一度試してください。",
                "Many people are using this at the moment. Please wait a minute and try again.",
            );
            return shown(&desk, &visitor, (StatusCode::TOO_MANY_REQUESTS, Step::Refused { device, why }));
        }
    };
    let given = match visitor.by(now) {
        Ok(by) => desk.writer.open_after_end(&by, device, &secrets).await,
        Err(why) => Err(why.into()),
    };
    match given {
        Ok(_) | Err(NotGiven::Today) => Redirect::to(&format!("/pickup/renew/asked?for={token}")).into_response(),
        Err(why) => {
            tracing::info!(%device, why = why.code(), "a renewal after the end was not given");
            let (status, why) = said(&why);
            shown(&desk, &visitor, (status, Step::Refused { device, why }))
        }
    }
}

/// `GET /pickup/renew/asked`: the code, as often as one looks.
pub(super) async fn asked(State(desk): State<Desk>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    let query = Fields::of(query.unwrap_or_default().as_bytes());
    let token = query.get("for");
    let (Some((device, label)), Some(key)) = (known(&desk, token).await, &desk.apply_key) else {
        return shown(&desk, &visitor, (StatusCode::OK, Step::Unknown));
    };
    match desk.writer.ledger().asked_after_end(device, now()).await {
        Ok(Some((given, until))) => {
            let code = code(key, device, given).reveal();
            shown(&desk, &visitor, (StatusCode::OK, Step::Asked { device, label, code, until }))
        }
        // Taken meanwhile, or made void.
        Ok(None) => offer(&desk, &visitor, token).await,
        Err(refusal) => {
            let (status, why) = said(&refusal.into());
            shown(&desk, &visitor, (status, Step::Refused { device, why }))
        }
    }
}

/// The device of which the gateway said that it was shown, and what it is called.
async fn known(desk: &Desk, token: &str) -> Option<(DeviceNo, String)> {
    let device = match shown_device(desk, token).await {
        Ok(device) => device,
        Err(why) => {
            if !token.is_empty() {
                tracing::info!(%why, "the statement about a shown device is rejected");
            }
            return None;
        }
    };
    let label = desk.writer.ledger().label_of(device).await.ok().flatten()?;
    Some((device, label))
}

async fn shown_device(desk: &Desk, token: &str) -> Result<DeviceNo, AssertionRefusal> {
    let key = desk.key_of(token).await?;
    device_shown((token, &key), &desk.issuer, now())
}

/// The same all day, so that a reload shows the code that holds.
fn code(key: &ApplyKey, device: DeviceNo, given: Timestamp) -> ConfirmationCode {
    let tag = key.sign(format!("{LABEL}\0{device}\0{}", day(given)).as_bytes());
    let mut octets = [0; 10];
    octets.copy_from_slice(&tag.as_ref()[..10]);
    code_of(&octets)
}

fn said(why: &NotGiven) -> (StatusCode, &'static str) {
    match why {
        NotGiven::Refusal(Refusal::Unavailable(_)) => (
            StatusCode::SERVICE_UNAVAILABLE,
            say(
                "ただいま受け付けられません。しばらくしてから、もう一度お試しください。",
                "いまは受け付けられません。少し待って、もう一度試してください。",
                "This cannot be done at the moment. Please try again in a while.",
            ),
        ),
        NotGiven::Refusal(Refusal::HasCertificate(..)) => (
            StatusCode::CONFLICT,
            say(
                "この端末には、すでに新しい電子証明書が発行されています。ブラウザをすべて閉じて開き直し、期限の新しいほうを選んでください。入っていないときは、柏市へご連絡ください。",
                "この端末には、もう新しい電子証明書があります。ブラウザをすべて閉じて、もう一度開いて、期限の新しいものを選んでください。入っていないときは、柏市へ電話してください。",
                "A new certificate was issued for this device. Close every window of the browser, open it again and choose the one that ends later. If it is not installed, please contact Kashiwa City.",
            ),
        ),
        NotGiven::ByTheCity => (
            StatusCode::CONFLICT,
            say(
                "柏市から、この端末の取得用番号をすでにお送りしています。カシワニネット担当者にお確かめください。",
                "柏市から、この端末の取得用番号をもう送りました。カシワニネット担当者に聞いてください。",
                "Kashiwa City has sent the pick-up number for this device. Please ask the Kashiwani-Net contact of your office.",
            ),
        ),
        NotGiven::TooLongAgo | NotGiven::NotEnded => (
            StatusCode::CONFLICT,
            say(
                "期限が切れてから30日を過ぎたか、電子証明書が無効になっているため、ここでは更新できません。取得申請からお申し込みください。",
                "期限が切れてから30日が過ぎたか、電子証明書が無効です。ここでは更新できません。取得申請をしてください。",
                "More than 30 days have passed since its end, or the certificate was revoked: it cannot be renewed here. Please apply for a certificate.",
            ),
        ),
        NotGiven::NoAddress => (
            StatusCode::CONFLICT,
            say(
                "事業所のメールアドレスが登録されていないため、取得用番号をお送りできません。柏市へお電話ください。",
                "事業所のメールアドレスが登録してありません。取得用番号を送れません。柏市へ電話してください。",
                "No mail address is registered for your office, so the number cannot be sent. Please call Kashiwa City.",
            ),
        ),
        NotGiven::Refusal(Refusal::Renewal(_)) => (
            StatusCode::CONFLICT,
            say(
                "この端末の電子証明書は、緊急用など、短い期限で発行されたものでした。ここでは更新できません。\
                 使い続けるときは、カシワニネット担当者が取得申請をしてください。",
                "この端末の電子証明書は、短い期間だけのものでした。ここでは更新できません。\
                 まだ使うときは、カシワニネット担当者が取得申請をしてください。",
                "The certificate of this device was issued for a short while, for an emergency or the like: it cannot be renewed here. To go \
                 on, the Kashiwani-Net contact applies for a certificate.",
            ),
        ),
        NotGiven::Today | NotGiven::Refusal(_) => (
            StatusCode::CONFLICT,
            say(
                "この端末は、一時停止中か、承認の期限が過ぎています。柏市へご連絡ください。",
                "この端末は、いま止まっているか、承認の期限が過ぎています。柏市へ電話してください。",
                "This device is stopped, or its approval has ended. Please contact Kashiwa City.",
            ),
        ),
    }
}

fn shown(desk: &Desk, visitor: &Visitor, (status, step): (StatusCode, Step<'_>)) -> Response {
    let heading = match &step {
        Step::Unknown | Step::Offered { .. } => {
            say("期限が切れた電子証明書の更新", "期限が切れた電子証明書の更新", "Renewing a certificate that has ended")
        }
        Step::Asked { .. } => say("更新を受け付けました", "更新を受け付けました", "Your renewal was received"),
        Step::Refused { .. } => say("ここでは更新できません", "ここでは更新できません", "It cannot be renewed here"),
    };
    let frame = Frame { words: &desk.words, reference: &visitor.reference, now: now(), heading };
    page(status, &RenewPage { frame, step })
}
