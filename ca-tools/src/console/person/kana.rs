//! How a person's name is read: by it they are found on the telephone.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act, Field, FieldKind, seen};
use super::super::fact::text;
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::operator::Operator;
use super::{Subject, path_of};
use crate::application::kana_of;
use crate::clock::now;
use crate::desk::Desk;

const WORDS: &str = "ふりがなを変える";

/// `GET …/kana`; what a query names is filled in with it, for whoever takes a change back.
pub(super) async fn ask(State(desk): State<Desk>, Path(person): Path<String>, operator: Operator) -> Response {
    let (subject, mut page) = match about(&desk, &operator, &person).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let asked = operator.fields().all().any(|(name, _)| name == "kana");
    if let Some(field) = page.fields.iter_mut().find(|field| field.name == "kana" && !asked) {
        text(&subject.entry, "kana").clone_into(&mut field.value);
    }
    page.shown()
}

pub(super) async fn act(State(desk): State<Desk>, Path(person): Path<String>, operator: Operator) -> Response {
    let (subject, mut page) = match about(&desk, &operator, &person).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    match kana_of(operator.fields().get("kana")) {
        Ok(kana) => {
            let done = desk.writer().change_kana(&operator.by(now()), &subject.id, &kana).await;
            page.answered((&desk, &operator), subject.id.as_str(), done).await
        }
        Err(why) => {
            page.wrong("kana", &why.ja);
            page.mistaken()
        }
    }
}

async fn about<'a>(desk: &'a Desk, operator: &'a Operator, person: &str) -> Result<(Subject, Act<'a>), Response> {
    let subject = Subject::of(desk, operator, (person, Right::Change)).await?;
    let frame = Frame::of(desk, operator, now(), WORDS);
    let path = format!("/console/change/people/{}/kana", subject.id);
    let kana = Field {
        hint: "ひらがなかカタカナ（例：さとう はなこ）。空にすると、ふりがなが消えます。",
        ..Field::new("kana", "ふりがな", FieldKind::Line)
    };
    let page = Act {
        touched: subject.touched(),
        told: vec!["検索で、ふりがなでも見つかるようになります。本人へのお知らせは送りません。".to_owned()],
        fields: vec![kana.filled(operator), Field::why(false).filled(operator), seen(desk).await],
        ..Act::of(frame, WORDS, path, path_of(&subject.id))
    };
    Ok((subject, page))
}
