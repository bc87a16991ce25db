//! A room ends.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act, Field, FieldKind, done, meanwhile, seen};
use super::super::frame::Frame;
use super::super::operator::Operator;
use super::{RoomSubject, brought_back, fact_field, path_of};
use crate::acts::LastPost;
use crate::application::RoomFact;
use crate::clock::now;
use crate::desk::Desk;

const WORDS: &str = "部屋を終了する";

pub(super) async fn ask(State(desk): State<Desk>, Path(room): Path<String>, operator: Operator) -> Response {
    match about(&desk, &operator, &room).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn act(State(desk): State<Desk>, Path(room): Path<String>, operator: Operator) -> Response {
    let (subject, mut page) = match about(&desk, &operator, &room).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    page.mistakes = meanwhile(&desk, &operator, subject.room.as_str()).await;
    if page.is_mistaken() {
        return page.mistaken();
    }
    let (typed, nothing) = (operator.fields().get("last_post").trim(), operator.fields().get("no_post") == "1");
    if nothing && !typed.is_empty() {
        page.wrong("no_post", "日付と「一度も書き込まれていない」の、どちらか一方にしてください。");
        return page.mistaken();
    }
    let last_post = if nothing { Ok(LastPost::nothing()) } else { LastPost::on(typed, now()) };
    let last_post = match last_post {
        Ok(last_post) => last_post,
        Err(refusal) => return brought_back(page, &refusal),
    };
    match desk.writer().close_room(&operator.by(now()), &subject.room, last_post).await {
        Ok(version) => done(&path_of(&subject.room), version),
        Err(refusal) => page.brought_back(&refusal),
    }
}

async fn about<'a>(desk: &'a Desk, operator: &'a Operator, room: &str) -> Result<(RoomSubject, Act<'a>), Response> {
    let subject = RoomSubject::of(desk, operator, room).await?;
    let frame = Frame::of(desk, operator, now(), WORDS);
    let path = format!("/console/change/rooms/{}/close", subject.room);
    let page = Act {
        touched: vec![subject.touched()],
        told: vec![
            format!("参加者{}人が、すぐに入れなくなります。", subject.members()),
            "先に、部屋の連絡帳に終了の書き込みがあることを確かめてください。お知らせは送りません。".to_owned(),
        ],
        warning: Some("終了した部屋は、もう一度開けません。".to_owned()),
        fields: vec![
            fact_field(RoomFact::LastPost, FieldKind::Day).filled(operator),
            Field::new("no_post", "一度も書き込まれていない（理由が必要です）", FieldKind::Tick).filled(operator),
            Field::why(false).filled(operator),
            seen(desk).await,
        ],
        ..Act::of(frame, WORDS, path, path_of(&subject.room))
    };
    Ok((subject, page))
}
