//! `/office/rooms`: to which rooms people of the office are invited. By their numbers alone: a room's name may be a patient's.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::form::Fields;
use super::super::page::{Frame, page};
use super::super::spoken::say;
use super::Person;
use super::sight::{frame, sight_of, silent};
use super::told::people;
use crate::desk::state::Desk;
use crate::ledger::{Leaf, OwnRoom, Sight};

#[derive(Template)]
#[template(path = "office/rooms.html")]
struct RoomsPage<'a> {
    frame: Frame<'a>,
    sight: Sight,
    leaf: Leaf<OwnRoom>,
}

impl RoomsPage<'_> {
    fn people(&self, room: &OwnRoom) -> String {
        people(room.people)
    }
}

/// `GET /office/rooms`.
pub(super) async fn show(State(desk): State<Desk>, RawQuery(query): RawQuery, person: Person) -> Response {
    let sight = match sight_of(&desk, &person).await {
        Ok(sight) => sight,
        Err(answer) => return answer,
    };
    let query = Fields::of(query.unwrap_or_default().as_bytes());
    match desk.writer.ledger().own_rooms(&sight, query.get("after")).await {
        Ok(leaf) => {
            page(StatusCode::OK, &RoomsPage { frame: frame(&desk, &person, say("部屋", "部屋", "Rooms")), sight, leaf })
        }
        Err(why) => silent(&desk, &person, &why),
    }
}
