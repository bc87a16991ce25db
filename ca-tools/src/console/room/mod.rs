//! A room: who is in it, and what can be done.
//!
//! `show` is its page, `open` makes one, `invite` lets several people in at once, `leave` takes invitations back, `close` ends
//! it.

mod close;
mod invite;
mod leave;
mod open;
mod show;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use registry::RoomRef;

use super::act::Touched;
use super::fact::{named, text};
use super::may::Right;
use super::missing::{not_yours, nothing, silent};
use super::operator::Operator;
use crate::desk::Desk;
use crate::ledger::Entry;
use crate::refusal::Refusal;
use crate::spelling;

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/console/rooms/{room}", get(show::show))
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
