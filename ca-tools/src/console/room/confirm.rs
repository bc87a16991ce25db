//! Who confirmed that people take part, the care manager as a rule, is written down.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act, Field, FieldKind, done, meanwhile, seen};
use super::super::frame::Frame;
use super::super::operator::Operator;
use super::{RoomSubject, brought_back, fact_field, members_to_tick, path_of, ticked};
use crate::acts::Confirmed;
use crate::application::RoomFact;
use crate::clock::now;
use crate::desk::Desk;

const WORDS: &str = "参加の確認を記録する";

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
    let fields = operator.fields();
    let (by, on) = (fields.get(RoomFact::ConfirmedBy.as_str()), fields.get(RoomFact::ConfirmedOn.as_str()));
    for (fact, typed) in [(RoomFact::ConfirmedBy, by), (RoomFact::ConfirmedOn, on)] {
        if typed.trim().is_empty() {
            page.wrong(fact.as_str(), "入力してください。");
        }
    }
    if page.is_mistaken() {
        return page.mistaken();
    }
    let confirmed = match Confirmed::read((by, on), now()) {
        Ok(Some(confirmed)) => confirmed,
        Ok(None) => return page.mistaken(),
        Err(refusal) => return brought_back(page, &refusal),
    };
    match desk.writer().confirm_invitations(&operator.by(now()), &subject.room, (&users, &confirmed)).await {
        Ok(version) => done(&path_of(&subject.room), version),
        Err(refusal) => page.brought_back(&refusal),
    }
}

async fn about<'a>(desk: &'a Desk, operator: &'a Operator, room: &str) -> Result<(RoomSubject, Act<'a>), Response> {
    let subject = RoomSubject::of(desk, operator, room).await?;
    let members = members_to_tick((desk, operator), &subject, |one| {
        let person = &one.person;
        let confirmed = if one.confirmed_by.is_some() { "" } else { "　確認は未記録" };
        format!("{}（{}）　{}{confirmed}", person.name, person.login_id, person.office_name)
    });
    let members = members.await?.chosen(operator);
    let frame = Frame::of(desk, operator, now(), WORDS);
    let path = format!("/console/change/rooms/{}/confirm", subject.room);
    let page = Act {
        touched: vec![subject.touched()],
        told: vec!["だれが部屋に入れるかは変わりません。お知らせは送りません。".to_owned()],
        fields: vec![
            members,
            fact_field(RoomFact::ConfirmedBy, FieldKind::Line).needed().filled(operator),
            fact_field(RoomFact::ConfirmedOn, FieldKind::Day).needed().filled(operator),
            Field::why(false).filled(operator),
            seen(desk).await,
        ],
        ..Act::of(frame, WORDS, path, path_of(&subject.room))
    };
    Ok((subject, page))
}
