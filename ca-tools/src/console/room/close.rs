//! A room ends.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act, Field, done, meanwhile, seen};
use super::super::frame::Frame;
use super::super::operator::Operator;
use super::{RoomSubject, path_of};
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
    match desk.writer().close_room(&operator.by(now()), &subject.room).await {
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
            "部屋の連絡帳に、終了の書き込みがあることを確かめてください。お知らせは送りません。".to_owned(),
        ],
        warning: Some("終了した部屋は、もう一度開けません。".to_owned()),
        fields: vec![Field::why(false).filled(operator), seen(desk).await],
        ..Act::of(frame, WORDS, path, path_of(&subject.room))
    };
    Ok((subject, page))
}
