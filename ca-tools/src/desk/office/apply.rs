//! 申請 of the office's contact, who logged in with two factors: for their own office and no other.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::apply::{Asking, Choice, Stopped, blank, choices, fields, sent};
use super::super::page::page;
use super::super::spoken::{say, why_not};
use super::Person;
use super::sight::{HOME as OFFICE, contact_of, frame};
use crate::acts::Hand;
use crate::application::{Kind, office_of};
use crate::clock::now;
use crate::desk::state::Desk;
use crate::refusal::{ApplicationRefusal, Refusal};

const HOME: &str = "/office/apply";

/// What an office that is registered applies for.
const KINDS: [Kind; 4] = [Kind::Certificate, Kind::Ids, Kind::OfficeChange, Kind::OfficeNumber];

/// `GET /office/apply`.
pub(super) async fn which(State(desk): State<Desk>, person: Person) -> Response {
    if let Err(answer) = contact_of(&desk, &person).await {
        return answer;
    }
    let list = KINDS.map(|kind| Choice::of(kind, format!("{HOME}/{kind}")));
    let frame = frame(&desk, &person, say("申請", "申請", "Applications"));
    let lead = say("申請の種類を選んでください。", "申請の種類を選んでください。", "Choose what to apply for.");
    let back = say("うちの事業所へ", "うちの事業所へ", "Back to your office");
    choices(frame, (lead, &list), Some((OFFICE, back)))
}

/// `GET /office/apply/{kind}`.
pub(super) async fn form(State(desk): State<Desk>, Path(kind): Path<String>, person: Person) -> Response {
    match asking(&desk, &person, &kind).await {
        Ok(asking) => blank(asking).await,
        Err(answer) => answer,
    }
}

/// `POST /office/apply/{kind}`.
pub(super) async fn filled(State(desk): State<Desk>, Path(kind): Path<String>, person: Person) -> Response {
    let asking = match asking(&desk, &person, &kind).await {
        Ok(asking) => asking,
        Err(answer) => return answer,
    };
    // Our page names no other office; whoever does is told, rather than put right.
    let named = person.fields.get("office");
    if !named.is_empty() && office_of(named).ok().as_ref() != Some(person.office()) {
        let why = ApplicationRefusal::OnlyOwnOffice(person.office().clone());
        tracing::warn!(%why, person = %person.login_id(), named, "an application for another office");
        return stopped(&desk, &person, StatusCode::FORBIDDEN, why_not(&Refusal::from(why)));
    }
    sent(asking, fields(&person.fields)).await
}

async fn asking<'a>(desk: &'a Desk, person: &'a Person, kind: &str) -> Result<Asking<'a>, Response> {
    let Some(kind) = KINDS.into_iter().find(|known| known.as_str() == kind) else {
        let text = say(
            "この申請はありません。申請の種類を選び直してください。",
            "この申請はありません。申請の種類をもう一度選んでください。",
            "There is no such application. Please choose another.",
        );
        return Err(stopped(desk, person, StatusCode::NOT_FOUND, text.to_owned()));
    };
    contact_of(desk, person).await?;
    Ok(Asking {
        desk,
        kind,
        action: format!("{HOME}/{kind}"),
        token: "",
        office: Some(person.office().clone()),
        hand: Hand::Contact,
        by: person.by(now()),
        reference: &person.reference,
        home: HOME,
    })
}

fn stopped(desk: &Desk, person: &Person, status: StatusCode, text: String) -> Response {
    let heading = say("申請できませんでした", "申請できませんでした", "Your application was not received");
    page(status, &Stopped { frame: frame(desk, person, heading), text, home: OFFICE })
}
