//! One ticket, found by its name, or by the number itself.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use certs::Timestamp;

use super::super::fact::{Fact, named, number, person, text};
use super::super::frame::{Frame, page};
use super::super::label::Label;
use super::super::may::Right;
use super::super::missing::{nothing, silent};
use super::super::offer::Offers;
use super::super::operator::Operator;
use super::super::spelled::{elsewhere, ticket as spelled, ticket_number};
use super::super::timeline::{Timeline, told};
use super::path_of;
use crate::clock::now;
use crate::desk::Desk;
use crate::language::Language;
use crate::ledger::Entry;
use crate::refusal::Refusal;
use crate::rows::SubjectKind;
use crate::words::said;

#[derive(Template)]
#[template(path = "console/ticket/show.html")]
struct TicketPage<'a> {
    frame: Frame<'a>,
    label: Label,
    /// What it does and does not open, in a sentence.
    standing: &'static str,
    facts: Vec<Fact>,
    offers: Offers,
    timeline: Timeline,
}

const NONE: &str = "この取得用番号はありません。管理番号は T-000001 のような番号です。";

/// `GET /console/tickets/{ticket}`.
pub(super) async fn show(
    State(desk): State<Desk>,
    Path(typed): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let Some(ticket) = spelled(&typed) else {
        return by_number(&desk, &operator, &typed).await;
    };
    if let Some(answer) = elsewhere(&typed, &ticket, &path_of(&ticket), query.as_deref()) {
        return answer;
    }
    let entry = match desk.writer().ledger().ticket(&ticket).await {
        Ok(entry) => entry,
        Err(Refusal::Unknown(..)) => return nothing(&desk, &operator, NONE),
        Err(refusal) => return quiet(&desk, &operator, &refusal),
    };
    let timeline = match told(&desk, &operator, (SubjectKind::Ticket, &ticket)).await {
        Ok(timeline) => timeline,
        Err(answer) => return answer,
    };
    let now = now();
    let frame = Frame::of(&desk, &operator, now, format!("取得用番号 {ticket}"));
    let frame = frame.telling_what_was_done(&desk, query.as_deref()).await;
    let device = text(&entry, "device");
    let offers = Offers::to(operator.may())
        .offering(Right::Change, "新しい取得用番号を発行する", format!("/console/change/devices/{device}/ticket"))
        .offering_if(
            text(&entry, "state") != "killed",
            Right::Change,
            "この取得用番号を無効にする",
            format!("/console/change/tickets/{ticket}/kill"),
        );
    let label = Label::of_ticket(&entry, now);
    let (standing, facts) = (standing(&entry, now), facts(&entry));
    page(StatusCode::OK, &TicketPage { frame, label, standing, facts, offers, timeline })
}

/// A number that somebody reads out leads to its ticket; it is never shown.
async fn by_number(desk: &Desk, operator: &Operator, typed: &str) -> Response {
    let Some(number) = ticket_number(typed) else { return nothing(desk, operator, NONE) };
    match desk.writer().ledger().ticket_known_by(&number.known_by()).await {
        Ok(Some(found)) => Redirect::to(&path_of(found.name())).into_response(),
        Ok(None) => nothing(desk, operator, "この取得用番号はありません。読み間違いがないか、もう一度聞いてください。"),
        Err(refusal) => quiet(desk, operator, &refusal),
    }
}

fn quiet(desk: &Desk, operator: &Operator, refusal: &Refusal) -> Response {
    tracing::warn!(%refusal, "the registry does not answer");
    silent(desk, operator)
}

fn standing(ticket: &Entry, now: Timestamp) -> &'static str {
    let over = super::super::fact::moment(ticket, "until").is_some_and(|until| until < now);
    match (text(ticket, "state"), over) {
        ("open", false) => "まだ使われていません。取得用番号と確認コードで、電子証明書を1回取得できます。",
        ("open", true) => "期限が切れました。電子証明書は取得できません。必要なら、新しい番号を発行してください。",
        ("used", false) => {
            "電子証明書を取得済みです。期限までは、別の形式での取得やダウンロードのやり直しができることがあります。"
        }
        ("used", true) => "電子証明書を取得済みです。もう何も取得できません。",
        _ => "無効です。何も取得できません。必要なら、新しい番号を発行してください。",
    }
}

fn facts(ticket: &Entry) -> Vec<Fact> {
    let (device, office) = (text(ticket, "device"), text(ticket, "office"));
    let mut facts = vec![
        Fact::new("端末", named(device, text(ticket, "label"))).leading(format!("/console/devices/{device}")),
        Fact::new("事業所", named(office, text(ticket, "office_name"))).leading(format!("/console/offices/{office}")),
        Fact::new("用途", said("purpose", text(ticket, "purpose"), &[], Language::Japanese)),
    ];
    let replaces = text(ticket, "replaces");
    if !replaces.is_empty() {
        facts.push(Fact::new("入れ替える古い端末", replaces).leading(format!("/console/devices/{replaces}")));
    }
    facts.extend(["issued_at", "until"].iter().filter_map(|field| Fact::of(ticket, field)));
    facts.push(Fact::new("発行した職員", person(ticket, text(ticket, "issued_by"))));
    facts.push(Fact::new("確認コードを間違えられる残りの回数", format!("{}回", number(ticket, "tries_left"))));
    facts.extend(Fact::of(ticket, "used_at"));
    let serial = text(ticket, "serial");
    if !serial.is_empty() {
        facts.push(Fact::new("電子証明書", serial).leading(format!("/console/certificates/{serial}")));
    }
    let application = text(ticket, "application");
    facts.push(Fact::application(application));
    facts
}
