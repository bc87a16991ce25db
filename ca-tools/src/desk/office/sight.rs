//! How far does whoever is logged in see into their office? Asked of the registry at each request; and what is said where it does
//! not answer.

use axum::http::StatusCode;
use axum::response::Response;

use super::super::apply::Stopped;
use super::super::page::{Frame, page};
use super::super::spoken::say;
use super::Person;
use crate::clock::now;
use crate::desk::state::Desk;
use crate::ledger::Sight;
use crate::refusal::Unavailable;

/// Where every page of an office leads back to.
pub(super) const HOME: &str = "/office/";

/// What the office's own page is called.
pub(super) fn home() -> &'static str {
    say("うちの事業所", "うちの事業所", "Our office")
}

/// What this person sees.
pub(super) async fn sight_of(desk: &Desk, person: &Person) -> Result<Sight, Response> {
    let sight = desk.writer.ledger().sight(person.login_id(), person.office()).await;
    sight.map_err(|why| silent(desk, person, &why))
}

/// The same of who speaks for the office; nobody else does this.
pub(super) async fn contact_of(desk: &Desk, person: &Person) -> Result<Sight, Response> {
    let sight = sight_of(desk, person).await?;
    if sight.contact {
        return Ok(sight);
    }
    let text = say(
        "このページは、事業所のカシワニネット担当者だけが使えます。担当者の登録や変更は、柏市へご連絡ください。",
        "このページは、事業所のカシワニネット担当者だけが使えます。担当者を変えるときは、柏市へ電話してください。",
        "Only the Kashiwani-Net contact of your office can use this page. To register or change the contact, please contact Kashiwa City.",
    );
    Err(stopped(desk, person, (StatusCode::FORBIDDEN, text.to_owned())))
}

pub(super) fn frame<'a>(desk: &'a Desk, person: &'a Person, heading: &'a str) -> Frame<'a> {
    Frame { words: &desk.words, reference: &person.reference, now: now(), heading }
}

/// The registry does not answer.
pub(super) fn silent(desk: &Desk, person: &Person, why: &Unavailable) -> Response {
    tracing::warn!(%why, "an office's page could not be read");
    let text = say(
        "ただいま表示できません。しばらくしてから、もう一度お試しください。",
        "いまは見られません。少し待って、もう一度試してください。",
        "This cannot be shown at the moment. Please try again in a while.",
    );
    stopped(desk, person, (StatusCode::SERVICE_UNAVAILABLE, text.to_owned()))
}

/// Nothing is shown, and why.
pub(super) fn stopped(desk: &Desk, person: &Person, (status, text): (StatusCode, String)) -> Response {
    page(status, &Stopped { frame: frame(desk, person, home()), text, home: HOME })
}
