//! One room.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use registry::RoomRef;

use super::super::fact::{Fact, named, text};
use super::super::frame::{Frame, page};
use super::super::label::Label;
use super::super::may::Right;
use super::super::missing::{nothing, silent};
use super::super::offer::Offers;
use super::super::operator::Operator;
use super::super::spelled::elsewhere;
use super::super::timeline::{Timeline, told};
use super::{path_of, typed};
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::ledger::PersonLine;
use crate::refusal::Refusal;
use crate::rows::SubjectKind;

/// So many stand on a page.
const MEMBERS: i64 = 150;

#[derive(Template)]
#[template(path = "console/room/show.html")]
struct RoomPage<'a> {
    frame: Frame<'a>,
    room: RoomRef,
    open: bool,
    state: Label,
    facts: Vec<Fact>,
    /// How many take part.
    total: i64,
    members: Vec<PersonLine>,
    /// Where the others are.
    next: Option<String>,
    timeline: Timeline,
    offers: Offers,
}

impl RoomPage<'_> {
    fn person_state(&self, state: &str) -> Label {
        Label::of_person(state)
    }

    /// Whether a member can be taken out here.
    fn removes(&self) -> bool {
        self.open && self.frame.may.has(Right::Change)
    }
}

/// `GET /console/rooms/{room}`.
pub(super) async fn show(
    State(desk): State<Desk>,
    Path(room): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let Some(number) = typed(&room) else {
        return nothing(&desk, &operator, "部屋番号は、英数字・「-」「_」の64文字までです。");
    };
    if let Some(ours) = elsewhere(&room, number.as_str(), &path_of(&number), query.as_deref()) {
        return ours;
    }
    let ledger = desk.writer().ledger();
    let after = Fields::of(query.as_deref().unwrap_or_default().as_bytes()).get("after").to_owned();
    let found = match ledger.room(&number).await {
        Ok(entry) => {
            ledger.members(&number, (&after, MEMBERS + 1)).await.map(|members| (entry, members)).map_err(Refusal::from)
        }
        Err(refusal) => Err(refusal),
    };
    match found {
        Ok((entry, (total, mut members))) => {
            let shown = usize::try_from(MEMBERS).unwrap_or(usize::MAX);
            let more = members.len() > shown;
            members.truncate(shown);
            let next =
                members.last().filter(|_| more).map(|last| format!("{}?after={}", path_of(&number), last.login_id));
            let frame = Frame::of(&desk, &operator, now(), named(number.as_str(), text(&entry, "name")));
            let frame = frame.telling_what_was_done(&desk, query.as_deref()).await;
            let open = text(&entry, "state") == "open";
            let change = |act: &str| format!("/console/change/rooms/{number}/{act}");
            let offers = Offers::to(operator.may());
            let offers = if open {
                offers.offering(Right::Change, "人を招待する", change("invite")).offering(
                    Right::Change,
                    "部屋を終了する",
                    change("close"),
                )
            } else {
                offers
            };
            let timeline = match told(&desk, &operator, (SubjectKind::Room, number.as_str())).await {
                Ok(timeline) => timeline,
                Err(answer) => return answer,
            };
            let shown = RoomPage {
                frame,
                timeline,
                open,
                state: Label::of_room(text(&entry, "state")),
                facts: vec![Fact::new("部屋番号", number.as_str())],
                total,
                members,
                next,
                offers,
                room: number,
            };
            page(StatusCode::OK, &shown)
        }
        Err(Refusal::Unknown(..)) => nothing(&desk, &operator, "この番号の部屋はありません。"),
        Err(refusal) => {
            tracing::warn!(%refusal, "the registry does not answer");
            silent(&desk, &operator)
        }
    }
}
