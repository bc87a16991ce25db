//! Invitations end at another moment than was said, or not by themselves.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act, Field, FieldKind, done, meanwhile, seen};
use super::super::frame::Frame;
use super::super::operator::Operator;
use super::{RoomSubject, members_to_tick, path_of, ticked};
use crate::application::end_of;
use crate::calendar::last_day;
use crate::clock::now;
use crate::desk::Desk;

const WORDS: &str = "招待の期限を変える";

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
    let users = ticked(&operator);
    if users.is_empty() {
        page.wrong("user", "1人以上選んでください。");
    }
    let (typed, endless) = (operator.fields().get("until").trim(), operator.fields().get("no_end") == "1");
    let until = match (typed.is_empty(), endless) {
        (true, true) => None,
        (false, false) => {
            let until = end_of(typed).ok();
            if until.is_none() {
                page.wrong("until", "2026-12-31 のような日付で入力してください。");
            }
            until
        }
        (true, false) => {
            page.wrong("until", "日付を入力するか、「期限をなくす」を選んでください。");
            None
        }
        (false, true) => {
            page.wrong("no_end", "日付と「期限をなくす」の、どちらか一方にしてください。");
            None
        }
    };
    if page.is_mistaken() {
        return page.mistaken();
    }
    match desk.writer().extend_invitations(&operator.by(now()), &subject.room, (&users, until)).await {
        Ok(version) => done(&path_of(&subject.room), version),
        Err(refusal) => page.brought_back(&refusal),
    }
}

async fn about<'a>(desk: &'a Desk, operator: &'a Operator, room: &str) -> Result<(RoomSubject, Act<'a>), Response> {
    let subject = RoomSubject::of(desk, operator, room).await?;
    let members = members_to_tick((desk, operator), &subject, |one| {
        let until = one.until.map_or_else(|| "期限なし".to_owned(), |until| format!("{}まで", last_day(until)));
        let person = &one.person;
        format!("{}（{}）　{}　{until}", person.name, person.login_id, person.office_name)
    });
    let members = members.await?.chosen(operator);
    let frame = Frame::of(desk, operator, now(), WORDS);
    let path = format!("/console/change/rooms/{}/extend", subject.room);
    let page = Act {
        touched: vec![subject.touched()],
        told: vec![
            "期限の日が終わると、その人は自動で部屋に入れなくなります。期限の前なら、何度でも変えられます。".to_owned(),
            "それぞれの事業所の担当者に、メールでお知らせします（メールアドレスがあるとき）。".to_owned(),
        ],
        fields: vec![
            members,
            Field::new("until", "新しい期限（この日まで）", FieldKind::Day).filled(operator),
            Field::new("no_end", "期限をなくす（取り消されるまで）", FieldKind::Tick).filled(operator),
            Field::why(false).filled(operator),
            seen(desk).await,
        ],
        ..Act::of(frame, WORDS, path, path_of(&subject.room))
    };
    Ok((subject, page))
}
