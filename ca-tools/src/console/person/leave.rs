//! A person moves to another office (異動).

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use registry::OfficeNo;

use super::super::act::{Act, Field, FieldKind, Touched, done, meanwhile, seen};
use super::super::fact::{named, text};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::office;
use super::super::operator::Operator;
use super::simple::ends;
use super::{Subject, path_of};
use crate::clock::now;
use crate::desk::{Desk, Fields};

const WORDS: &str = "別の事業所に移す";

/// `GET …?office=1272200001`.
pub(super) async fn ask(
    State(desk): State<Desk>,
    Path(person): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let query = Fields::of(query.unwrap_or_default().as_bytes());
    match about(&desk, &operator, &person).await {
        Ok((_, mut page)) => {
            for field in page.fields.iter_mut().filter(|field| field.name == "office") {
                query.get("office").clone_into(&mut field.value);
            }
            page.shown()
        }
        Err(answer) => answer,
    }
}

pub(super) async fn act(State(desk): State<Desk>, Path(person): Path<String>, operator: Operator) -> Response {
    let (subject, mut page) = match about(&desk, &operator, &person).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    page.mistakes.extend(meanwhile(&desk, &operator, subject.id.as_str()).await);
    let by = operator.by(now());
    if by.application.is_none() {
        page.wrong("application", "申請番号を入力してください（紙の申請は、その番号）。");
    }
    let to = office::typed(operator.fields().get("office"));
    let Some(to) = to else {
        page.wrong("office", "移る先の事業所番号を、10桁の数字（または英大文字）で入力してください。");
        return page.mistaken();
    };
    if page.is_mistaken() {
        return page.mistaken();
    }
    foresee(&desk, &operator, (&subject, &to), &mut page).await;
    // What it ends is shown with the office's name, before it is done.
    if page.is_mistaken() {
        return page.mistaken();
    }
    if operator.fields().get("sure") != "1" {
        page.wrong("sure", "移る先と、終わるものを確かめて、チェックを入れてください。");
        return page.mistaken();
    }
    match desk.writer().move_user(&by, &subject.id, &to).await {
        Ok((_, version)) => done(&path_of(&subject.id), version),
        Err(refusal) => page.brought_back(&refusal),
    }
}

/// Where they go, and what of the old office ends with it.
async fn foresee(desk: &Desk, operator: &Operator, (subject, to): (&Subject, &OfficeNo), page: &mut Act<'_>) {
    let ledger = desk.writer().ledger();
    match ledger.office(to).await {
        Ok(entry) => page.touched.push(Touched {
            what: "移る先",
            said: named(to.as_str(), text(&entry, "name")),
            path: Some(office::path_of(to)),
        }),
        Err(refusal) => page.refused(&refusal),
    }
    match desk.writer().foresee_move(&operator.by(now()), &subject.id, to).await {
        Ok(leaving) => page.told.extend(ends(&leaving)),
        Err(refusal) => page.refused(&refusal),
    }
    page.mistakes.dedup();
}

async fn about<'a>(desk: &'a Desk, operator: &'a Operator, person: &str) -> Result<(Subject, Act<'a>), Response> {
    let subject = Subject::of(desk, operator, (person, Right::Change)).await?;
    let frame = Frame::of(desk, operator, now(), WORDS);
    let path = format!("/console/change/people/{}/move", subject.id);
    let office = Field {
        required: true,
        hint: "移る先の番号（10桁）",
        ..Field::new("office", "移る先の事業所番号", FieldKind::Line)
    };
    let sure = Field::new("sure", "移る先と、前の事業所で終わるものを確かめました", FieldKind::Tick);
    let page = Act {
        touched: subject.touched(),
        told: vec![
            "ID とパスワードは、そのまま使えます。ログイン中のときは、すぐに終わります。".to_owned(),
            "前の事業所の端末と部屋は、使えなくなります。新しい事業所の端末と部屋は、その事業所の申請で加えます。"
                .to_owned(),
            "本人へのお知らせは送りません。".to_owned(),
        ],
        fields: vec![
            office.filled(operator),
            Field::application().filled(operator),
            Field::why(false).filled(operator),
            sure.filled(operator),
            seen(desk).await,
        ],
        ..Act::of(frame, WORDS, path, path_of(&subject.id))
    };
    Ok((subject, page))
}
