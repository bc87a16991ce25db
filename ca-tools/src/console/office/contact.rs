//! Who speaks for an office: one of its people becomes its カシワニネット担当者.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;

use super::super::act::{Act, Field, FieldKind, done, meanwhile, seen};
use super::super::fact::named;
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::missing::silent;
use super::super::operator::Operator;
use super::super::person;
use super::{Subject, path_of};
use crate::clock::now;
use crate::desk::{Desk, Fields};

const WORDS: &str = "担当者を決める";

/// `GET …?person=k.sato`.
pub(super) async fn ask(
    State(desk): State<Desk>,
    Path(office): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let query = Fields::of(query.unwrap_or_default().as_bytes());
    match about(&desk, &operator, (&office, query.get("person"))).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn act(State(desk): State<Desk>, Path(office): Path<String>, operator: Operator) -> Response {
    let chosen = operator.fields().get("person");
    let (subject, mut page) = match about(&desk, &operator, (&office, chosen)).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    page.mistakes = meanwhile(&desk, &operator, subject.office.as_str()).await;
    let offered = page.fields.iter().any(|field| match &field.kind {
        FieldKind::Select(people) => people.iter().any(|(id, _)| id == chosen),
        FieldKind::Line
        | FieldKind::Lines
        | FieldKind::Day
        | FieldKind::Choice(_)
        | FieldKind::Several(_)
        | FieldKind::Tick
        | FieldKind::File
        | FieldKind::Cells(_)
        | FieldKind::Becomes(_)
        | FieldKind::Link(_)
        | FieldKind::Hidden => false,
    });
    let Some(id) = person::typed(chosen).filter(|_| offered) else {
        page.wrong("person", "この事業所の、利用中の人を選んでください。");
        return page.mistaken();
    };
    if page.is_mistaken() {
        return page.mistaken();
    }
    match desk.writer().name_contact(&operator.by(now()), &id).await {
        Ok(version) => done(&path_of(&subject.office), version),
        Err(refusal) => page.brought_back(&refusal),
    }
}

async fn about<'a>(
    desk: &'a Desk,
    operator: &'a Operator,
    (office, chosen): (&str, &str),
) -> Result<(Subject, Act<'a>), Response> {
    let subject = Subject::of(desk, operator, (office, Right::Change)).await?;
    let around = desk.writer().ledger().around_office(&subject.office, now()).await;
    let people = around.map_err(|why| {
        tracing::warn!(%why, "the registry does not answer");
        silent(desk, operator)
    })?;
    let people = people.people.into_iter().filter(|person| person.state == "active");
    let people = people.map(|person| {
        let said = named(&person.login_id, &person.name);
        let said = if person.contact { format!("{said}　今の担当者") } else { said };
        (person.login_id, said)
    });
    let choice = Field {
        required: true,
        value: chosen.to_owned(),
        ..Field::new("person", "担当者にする人", FieldKind::Select(people.collect()))
    };
    let frame = Frame::of(desk, operator, now(), WORDS);
    let path = format!("/console/change/offices/{}/contact", subject.office);
    let page = Act {
        touched: subject.touched(),
        told: vec![
            "二要素でログインして、この事業所の申請ができるようになります。".to_owned(),
            "お知らせの宛先（メールアドレス）は変わりません。変えるときは、登録内容を変更してください。".to_owned(),
            "本人へのお知らせは送りません。".to_owned(),
        ],
        fields: vec![choice, Field::why(false).filled(operator), seen(desk).await],
        ..Act::of(frame, WORDS, path, path_of(&subject.office))
    };
    Ok((subject, page))
}
