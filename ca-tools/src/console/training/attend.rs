//! Who attended is put down, or taken back.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use registry::LoginId;

use super::super::act::{Act, Field, FieldKind, seen};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::operator::Operator;
use super::{TrainingSubject, path_of};
use crate::application::{Day, login_of};
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::spelling::{code, visible};

const WORDS: &str = "受講した人を登録する";
/// So many are typed at once; more come as a table.
const MOST: usize = 200;

pub(super) async fn ask(
    State(desk): State<Desk>,
    Path(year): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let asked = Fields::of(query.as_deref().unwrap_or_default().as_bytes());
    let chosen = asked.each("user").collect::<Vec<_>>().join("\n");
    match about(&desk, &operator, (&year, &chosen)).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn act(State(desk): State<Desk>, Path(year): Path<String>, operator: Operator) -> Response {
    let (subject, page) = match about(&desk, &operator, (&year, "")).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let people = match people(operator.fields().get("people")) {
        Ok(people) => people,
        Err(mistake) => return page.with_wrong("people", mistake).mistaken(),
    };
    let on = match operator.fields().get("on").trim() {
        "" => None,
        typed => match code(typed).ok().and_then(|text| text.parse::<Day>().ok()) {
            Some(on) => Some(on),
            None => {
                return page
                    .with_wrong("on", "受講日を 2026-11-28 または 令和8年11月28日 のように入力してください。")
                    .mistaken();
            }
        },
    };
    let (writer, by) = (desk.writer(), operator.by(now()));
    let done = if operator.fields().get("do_what") == "remove" {
        writer.unattend(&by, subject.year, &people).await
    } else {
        writer.attend(&by, (subject.year, on), &people).await.map(|(_, version)| version)
    };
    page.answered((&desk, &operator), &subject.year.to_string(), done).await
}

/// IDs, one a line or with commas between.
fn people(typed: &str) -> Result<Vec<LoginId>, String> {
    let words = typed.split(['\n', '\r', '、', ',', '，', ' ', '　']).filter(|word| !word.trim().is_empty());
    let mut people = Vec::new();
    for word in words {
        let id = login_of(word).map_err(|why| format!("{}：{}", visible(word), why.ja))?;
        if !people.contains(&id) {
            people.push(id);
        }
    }
    match people.len() {
        0 => Err("受講した人のカシワニネットIDを、1行に1つ入力してください。".to_owned()),
        count if count > MOST => {
            Err(format!("この画面で一度に登録できるのは{MOST}名までです。表から取り込んでください。"))
        }
        _ => Ok(people),
    }
}

async fn about<'a>(
    desk: &'a Desk,
    operator: &'a Operator,
    (year, chosen): (&str, &str),
) -> Result<(TrainingSubject, Act<'a>), Response> {
    let subject = TrainingSubject::of(desk, operator, (year, Right::Change)).await?;
    let frame = Frame::of(desk, operator, now(), format!("{}の研修会：{WORDS}", subject.year.japanese()));
    let path = format!("/console/change/trainings/{}/attend", subject.year);
    let people = Field::new("people", "受講した人のカシワニネットID", FieldKind::Lines)
        .hinted("1行に1つ。多いときは、表からまとめて登録できます。")
        .needed()
        .filled(operator)
        .or(chosen);
    let on = Field::new("on", "受講日", FieldKind::Day).hinted("空のときは研修会の日").filled(operator);
    let which = vec![
        ("attend".to_owned(), "受講を登録する".to_owned()),
        ("remove".to_owned(), "間違えた登録を取り消す".to_owned()),
    ];
    let which = Field::new("do_what", "すること", FieldKind::Choice(which)).filled(operator).or("attend");
    let page = Act {
        touched: vec![subject.touched()],
        told: vec!["1人でも登録できないときは、だれも登録しません。メールは送りません。".to_owned()],
        fields: vec![people, which, on, Field::why(false).filled(operator), seen(desk).await],
        ..Act::of(frame, "登録する", path, path_of(subject.year))
    };
    Ok((subject, page))
}
