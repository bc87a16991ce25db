//! A person's invitation to a room is taken back.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use registry::LoginId;

use super::super::act::{Act, Field, FieldKind, Touched, done, meanwhile, seen};
use super::super::fact::{named, text};
use super::super::frame::Frame;
use super::super::missing::nothing;
use super::super::operator::Operator;
use super::super::person;
use super::{RoomSubject, path_of};
use crate::clock::now;
use crate::desk::{Desk, Fields};

const WORDS: &str = "招待を取り消す";

/// `GET …?user=k.sato`.
pub(super) async fn ask(
    State(desk): State<Desk>,
    Path(room): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let query = Fields::of(query.unwrap_or_default().as_bytes());
    match about(&desk, &operator, (&room, query.get("user"))).await {
        Ok((.., page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn act(State(desk): State<Desk>, Path(room): Path<String>, operator: Operator) -> Response {
    let (subject, user, mut page) = match about(&desk, &operator, (&room, operator.fields().get("user"))).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    page.mistakes = meanwhile(&desk, &operator, subject.room.as_str()).await;
    if page.is_mistaken() {
        return page.mistaken();
    }
    match desk.writer().remove(&operator.by(now()), &subject.room, &user).await {
        Ok(version) => done(&path_of(&subject.room), version),
        Err(refusal) => page.brought_back(&refusal),
    }
}

async fn about<'a>(
    desk: &'a Desk,
    operator: &'a Operator,
    (room, user): (&str, &str),
) -> Result<(RoomSubject, LoginId, Act<'a>), Response> {
    let subject = RoomSubject::of(desk, operator, room).await?;
    let missing = || nothing(desk, operator, "このIDの利用者はいません。");
    let id = person::typed(user).ok_or_else(missing)?;
    let entry = desk.writer().ledger().user(&id).await.map_err(|_| missing())?;
    let frame = Frame::of(desk, operator, now(), WORDS);
    let path = format!("/console/change/rooms/{}/remove", subject.room);
    let touched =
        Touched { what: "利用者", said: named(id.as_str(), text(&entry, "name")), path: Some(person::path_of(&id)) };
    let page = Act {
        touched: vec![subject.touched(), touched],
        told: vec![
            "この人は、すぐにこの部屋に入れなくなります。ほかの部屋はそのままです。".to_owned(),
            "お知らせは送りません。必要なときは、電話などで伝えてください。".to_owned(),
        ],
        fields: vec![
            Field { value: id.to_string(), ..Field::new("user", "", FieldKind::Hidden) },
            Field::why(false).filled(operator),
            seen(desk).await,
        ],
        ..Act::of(frame, WORDS, path, path_of(&subject.room))
    };
    Ok((subject, id, page))
}
