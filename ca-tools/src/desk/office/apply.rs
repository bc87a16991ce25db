//! 申請 of the office's contact, who logged in with two factors: for their own office and no other.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::apply::{Asking, Choice, Stopped, blank, choices, fields, sent};
use super::super::page::{Frame, page};
use super::Person;
use crate::acts::Hand;
use crate::application::{Kind, office_of};
use crate::clock::now;
use crate::desk::state::Desk;
use crate::refusal::{ApplicationRefusal, Refusal};
use crate::words::for_people;

const HOME: &str = "/office/apply";

/// What an office that is registered applies for.
const KINDS: [Kind; 4] = [Kind::Certificate, Kind::Ids, Kind::OfficeChange, Kind::OfficeNumber];

/// `GET /office/apply`.
pub(super) async fn which(State(desk): State<Desk>, person: Person) -> Response {
    if let Some(answer) = not_a_contact(&desk, &person).await {
        return answer;
    }
    let list = KINDS.map(|kind| Choice::of(kind, format!("{HOME}/{kind}")));
    let frame = frame(&desk, &person, "申請");
    choices(frame, ("申請の種類を選んでください。", &list), Some(("/office/", "うちの事業所へ")))
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
        return stopped(&desk, &person, StatusCode::FORBIDDEN, for_people(&Refusal::from(why)).ja);
    }
    sent(asking, fields(&person.fields)).await
}

async fn asking<'a>(desk: &'a Desk, person: &'a Person, kind: &str) -> Result<Asking<'a>, Response> {
    let Some(kind) = KINDS.into_iter().find(|known| known.as_str() == kind) else {
        let text = "この申請はありません。申請の種類を選び直してください。".to_owned();
        return Err(stopped(desk, person, StatusCode::NOT_FOUND, text));
    };
    if let Some(answer) = not_a_contact(desk, person).await {
        return Err(answer);
    }
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

async fn not_a_contact(desk: &Desk, person: &Person) -> Option<Response> {
    match desk.writer.ledger().is_contact(person.login_id(), person.office()).await {
        Ok(true) => None,
        Ok(false) => {
            let text =
                "申請は、事業所のカシワニネット担当者だけができます。担当者の登録や変更は、柏市へご連絡ください。";
            Some(stopped(desk, person, StatusCode::FORBIDDEN, text.to_owned()))
        }
        Err(refusal) => {
            tracing::warn!(%refusal, "it cannot be looked up who the contact is");
            let text = "ただいま申請を受け付けられません。しばらくしてから、もう一度お試しください。";
            Some(stopped(desk, person, StatusCode::SERVICE_UNAVAILABLE, text.to_owned()))
        }
    }
}

fn frame<'a>(desk: &'a Desk, person: &'a Person, heading: &'a str) -> Frame<'a> {
    Frame { words: &desk.words, reference: &person.reference, now: now(), heading }
}

fn stopped(desk: &Desk, person: &Person, status: StatusCode, text: String) -> Response {
    page(status, &Stopped { frame: frame(desk, person, "申請できませんでした"), text, home: "/office/" })
}
