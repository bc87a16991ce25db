//! Who asked for a room, and when the person and the family consented, is written down.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act, Field, FieldKind, done, meanwhile, seen};
use super::super::fact::text;
use super::super::frame::Frame;
use super::super::operator::Operator;
use super::{CONSENT, RoomSubject, brought_back, consent_missing, consent_typed, fact_field, path_of};
use crate::acts::RoomConsent;
use crate::clock::now;
use crate::desk::Desk;

const WORDS: &str = "依頼者と同意を記録する";

pub(super) async fn ask(State(desk): State<Desk>, Path(room): Path<String>, operator: Operator) -> Response {
    match about(&desk, &operator, &room).await {
        Ok((subject, mut page)) => {
            // What stands there is there to be corrected.
            for field in &mut page.fields {
                if CONSENT.iter().any(|fact| fact.as_str() == field.name) {
                    text(&subject.entry, field.name).clone_into(&mut field.value);
                }
            }
            page.shown()
        }
        Err(answer) => answer,
    }
}

pub(super) async fn act(State(desk): State<Desk>, Path(room): Path<String>, operator: Operator) -> Response {
    let (subject, mut page) = match about(&desk, &operator, &room).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    page.mistakes = meanwhile(&desk, &operator, subject.room.as_str()).await;
    consent_missing(&mut page, &operator);
    if page.is_mistaken() {
        return page.mistaken();
    }
    let consent = match RoomConsent::read(consent_typed(&operator), now()) {
        Ok(Some(consent)) => consent,
        Ok(None) => return page.mistaken(),
        Err(refusal) => return brought_back(page, &refusal),
    };
    match desk.writer().record_consent(&operator.by(now()), &subject.room, &consent).await {
        Ok(version) => done(&path_of(&subject.room), version),
        Err(refusal) => page.brought_back(&refusal),
    }
}

async fn about<'a>(desk: &'a Desk, operator: &'a Operator, room: &str) -> Result<(RoomSubject, Act<'a>), Response> {
    let subject = RoomSubject::of(desk, operator, room).await?;
    let frame = Frame::of(desk, operator, now(), WORDS);
    let path = format!("/console/change/rooms/{}/consent", subject.room);
    let mut fields: Vec<Field> = CONSENT.map(|fact| fact_field(fact, FieldKind::Line).needed().filled(operator)).into();
    fields.extend([Field::why(false).filled(operator), seen(desk).await]);
    let page = Act {
        touched: vec![subject.touched()],
        told: vec!["だれが部屋に入れるかは変わりません。お知らせは送りません。".to_owned()],
        fields,
        ..Act::of(frame, WORDS, path, path_of(&subject.room))
    };
    Ok((subject, page))
}
