//! Who could see what at a moment: of a room its people, of a person their rooms.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use certs::Timestamp;

use super::super::fact::{named, text};
use super::super::frame::{Frame, page};
use super::super::missing::{nothing, silent};
use super::super::operator::Operator;
use super::super::person;
use super::{path_of, typed};
use crate::application::{Day, moment_of};
use crate::calendar::minute;
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::ledger::{CouldSee, RoomSight, SightOf};
use crate::refusal::{Refusal, Unavailable};
use crate::spelling;

#[derive(Template)]
#[template(path = "console/room/sights.html")]
struct Sights<'a> {
    frame: Frame<'a>,
    /// Where the form goes, and where one came from.
    path: String,
    back: String,
    /// What was typed, and what is wrong with it.
    typed: String,
    mistake: Option<String>,
    /// The moment in words.
    at: String,
    /// Since when it is kept, where what was before is not known.
    kept_since: Option<String>,
    of_room: bool,
    could: Vec<RoomSight>,
    others: Vec<RoomSight>,
}

/// `GET …?at=2026-11-28%2009:05`.
pub(super) async fn of_room(
    State(desk): State<Desk>,
    Path(room): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let missing = || nothing(&desk, &operator, "この番号の部屋はありません。");
    let Some(number) = typed(&room) else { return missing() };
    let entry = match desk.writer().ledger().room(&number).await {
        Ok(entry) => entry,
        Err(Refusal::Unknown(..)) => return missing(),
        Err(refusal) => return unanswered(&desk, &operator, &refusal),
    };
    let called = named(number.as_str(), text(&entry, "name"));
    shown((&desk, &operator), (called, path_of(&number), "sights"), (SightOf::Room(&number), query)).await
}

/// `GET …?at=2026-11-28%2009:05`.
pub(super) async fn of_person(
    State(desk): State<Desk>,
    Path(person): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let missing = || nothing(&desk, &operator, "このIDの利用者はいません。");
    let Some(id) = person::typed(&person) else { return missing() };
    let entry = match desk.writer().ledger().user(&id).await {
        Ok(entry) => entry,
        Err(Refusal::Unknown(..)) => return missing(),
        Err(refusal) => return unanswered(&desk, &operator, &refusal),
    };
    let called = named(id.as_str(), text(&entry, "name"));
    shown((&desk, &operator), (called, person::path_of(&id), "rooms"), (SightOf::Person(&id), query)).await
}

async fn shown(
    (desk, operator): (&Desk, &Operator),
    (called, back, word): (String, String, &str),
    (of, query): (SightOf<'_>, Option<String>),
) -> Response {
    let fields = Fields::of(query.as_deref().unwrap_or_default().as_bytes());
    let typed = fields.get("at").trim().to_owned();
    let (at, mistake) = match moment(&typed) {
        Some(at) => (at, None),
        None if typed.is_empty() => (now(), None),
        None => (now(), Some("2026-11-28 09:05 のように入力してください。いまの時点を表示しています。".to_owned())),
    };
    let found = gathered(desk, (of, at)).await;
    let (sights, kept_since) = match found {
        Ok(found) => found,
        Err(why) => return unanswered(desk, operator, &why.into()),
    };
    let of_room = matches!(of, SightOf::Room(_));
    let heading = if of_room {
        format!("{called}を見ることができた人")
    } else {
        format!("{called}が見ることができた部屋")
    };
    let (could, others) = sights.into_iter().partition(|one| one.sight == CouldSee::Could);
    let status = if mistake.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let shown = Sights {
        frame: Frame::of(desk, operator, now(), heading),
        path: format!("{back}/{word}"),
        back,
        typed: if typed.is_empty() { moment_field(at) } else { typed },
        mistake,
        at: format!("{}{:02}秒", minute(at), at.in_japan().second()),
        kept_since: kept_since.map(minute),
        of_room,
        could,
        others,
    };
    page(status, &shown)
}

async fn gathered(
    desk: &Desk,
    (of, at): (SightOf<'_>, Timestamp),
) -> Result<(Vec<RoomSight>, Option<Timestamp>), Unavailable> {
    let ledger = desk.writer().ledger();
    Ok((ledger.could_see(of, at).await?, ledger.standings_kept_since().await?))
}

fn unanswered(desk: &Desk, operator: &Operator, refusal: &Refusal) -> Response {
    tracing::warn!(%refusal, "the registry does not answer");
    silent(desk, operator)
}

/// A moment; of a day, its last second.
fn moment(typed: &str) -> Option<Timestamp> {
    let plain = spelling::code(typed).unwrap_or_else(|_| typed.to_owned());
    plain.parse::<Day>().map(Day::last_second).or_else(|_| moment_of(typed)).ok()
}

/// A moment as it stands in the field of one: a minute, and what is asked of it is its first second.
pub(super) fn moment_field(at: Timestamp) -> String {
    let there = at.in_japan();
    format!("{} {:02}:{:02}", Day::of(at), there.hour(), there.minute())
}
