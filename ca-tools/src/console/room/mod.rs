//! A room: who is in it, and what can be done.
//!
//! `show` is its page, `sights` who could see it at a moment, `open` makes one, `consent` writes down who asked and consented,
//! `invite` lets several people in at once, `extend` and `confirm` say until when and on whose word, `leave` takes invitations
//! back, `close` ends it.

mod close;
mod confirm;
mod consent;
mod extend;
mod invite;
mod leave;
mod open;
mod show;
mod sights;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use registry::{LoginId, RoomRef};

use super::act::{Act, Field, FieldKind, Touched};
use super::fact::{named, text};
use super::may::Right;
use super::missing::{not_yours, nothing, silent};
use super::operator::Operator;
use crate::acts::ConsentTyped;
use crate::application::RoomFact;
use crate::desk::Desk;
use crate::ledger::{Entry, InvitedLine};
use crate::refusal::Refusal;
use crate::spelling;

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/console/rooms/{room}", get(show::show))
        .route("/console/rooms/{room}/sights", get(sights::of_room))
        .route("/console/people/{person}/rooms", get(sights::of_person))
        .route("/console/change/rooms/{room}/consent", get(consent::ask).post(consent::act))
        .route("/console/change/rooms/{room}/extend", get(extend::ask).post(extend::act))
        .route("/console/change/rooms/{room}/confirm", get(confirm::ask).post(confirm::act))
        .route("/console/change/rooms/new/open", get(open::ask).post(open::act))
        .route("/console/change/rooms/{room}/invite", get(invite::ask).post(invite::act))
        .route("/console/change/rooms/{room}/remove", get(leave::ask).post(leave::act))
        .route("/console/change/rooms/{room}/close", get(close::ask).post(close::act))
}

/// Its page.
fn path_of(room: &RoomRef) -> String {
    format!("/console/rooms/{room}")
}

/// A reference as people type it. Its letters stay as they are: small ones are others than capital ones.
fn typed(text: &str) -> Option<RoomRef> {
    spelling::code(text).ok()?.parse().ok()
}

/// Which room an act is about.
struct RoomSubject {
    room: RoomRef,
    entry: Entry,
}

impl RoomSubject {
    /// Looked up, for somebody who may act on rooms.
    async fn of(desk: &Desk, operator: &Operator, room: &str) -> Result<Self, Response> {
        if !operator.may().has(Right::Change) {
            return Err(not_yours(desk, operator, Right::Change));
        }
        let missing = || nothing(desk, operator, "この番号の部屋はありません。");
        let room = typed(room).ok_or_else(missing)?;
        match desk.writer().ledger().room(&room).await {
            Ok(entry) => Ok(Self { room, entry }),
            Err(Refusal::Unknown(..)) => Err(missing()),
            Err(refusal) => {
                tracing::warn!(%refusal, "the registry does not answer");
                Err(silent(desk, operator))
            }
        }
    }

    fn touched(&self) -> Touched {
        let said = named(self.room.as_str(), text(&self.entry, "name"));
        Touched { what: "部屋", said, path: Some(path_of(&self.room)) }
    }

    fn members(&self) -> i64 {
        self.entry.get("members").and_then(serde_json::Value::as_i64).unwrap_or_default()
    }
}

/// A field for a fact of a room, as it is called everywhere.
fn fact_field(fact: RoomFact, kind: FieldKind) -> Field {
    Field { hint: fact.hint(), ..Field::new(fact.as_str(), fact.japanese(), kind) }
}

/// The fields of a consent.
const CONSENT: [RoomFact; 4] = [RoomFact::AskedBy, RoomFact::PersonConsent, RoomFact::FamilyConsent, RoomFact::HeardBy];

/// What was typed into them.
fn consent_typed(operator: &Operator) -> ConsentTyped<'_> {
    let [asked_by, person, family, heard_by] = CONSENT.map(|fact| operator.fields().get(fact.as_str()).trim());
    ConsentTyped { asked_by, person, family, heard_by }
}

/// Each field of a consent that is empty says so, so that all are told at once.
fn consent_missing(page: &mut Act<'_>, operator: &Operator) {
    for fact in CONSENT {
        if operator.fields().get(fact.as_str()).trim().is_empty() {
            page.wrong(fact.as_str(), "入力してください。");
        }
    }
}

/// Brought back, with what is wrong beside the field of the fact that it is about.
fn brought_back(mut page: Act<'_>, refusal: &Refusal) -> Response {
    match refusal.room_fact() {
        Some(fact) => {
            page.wrong(fact.as_str(), &crate::words::for_console(refusal).ja);
            page.mistaken()
        }
        None => page.brought_back(refusal),
    }
}

/// So many are offered to be ticked; where there are more, the command takes a file of them.
const TICKED: i64 = 200;

/// Those who are invited, to be ticked.
async fn members_to_tick(
    (desk, operator): (&Desk, &Operator),
    subject: &RoomSubject,
    said: fn(&InvitedLine) -> String,
) -> Result<Field, Response> {
    match desk.writer().ledger().members(&subject.room, ("", TICKED)).await {
        Ok((_, members)) => {
            let choice = |one: &InvitedLine| (one.person.login_id.clone(), said(one));
            let kind = FieldKind::Several(members.iter().map(choice).collect());
            Ok(Field::new("user", "対象の人", kind).needed())
        }
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            Err(silent(desk, operator))
        }
    }
}

/// Who was ticked.
fn ticked(operator: &Operator) -> Vec<LoginId> {
    operator.fields().each("user").filter_map(super::person::typed).collect()
}
