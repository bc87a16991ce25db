//! A letter is tried once more, at once.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act, Field, Touched, seen};
use super::super::fact::text;
use super::super::frame::Frame;
use super::super::line::{LetterLine, kind};
use super::super::may::Right;
use super::super::missing::{not_yours, nothing};
use super::super::operator::Operator;
use super::{path_of, spelled};
use crate::clock::now;
use crate::desk::Desk;

const WORDS: &str = "メールをもう一度送る";

pub(super) async fn ask(desk: State<Desk>, letter: Path<String>, operator: Operator) -> Response {
    match asked(&desk, &letter, &operator).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn retry(desk: State<Desk>, letter: Path<String>, operator: Operator) -> Response {
    let (letter, page) = match asked(&desk, &letter, &operator).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let done = desk.writer().retry_mail(&operator.by(now()), letter.number).await;
    page.answered((&desk, &operator), &letter.about, done).await
}

async fn asked<'a>(desk: &'a Desk, typed: &str, operator: &'a Operator) -> Result<(LetterLine, Act<'a>), Response> {
    if !operator.may().has(Right::Operate) {
        return Err(not_yours(desk, operator, Right::Operate));
    }
    let missing = || nothing(desk, operator, "この番号のメールはありません。");
    let number = spelled(typed).ok_or_else(missing)?;
    let entry = desk.writer().ledger().mail(number).await.map_err(|_| missing())?;
    let line = LetterLine::of(&entry);
    let mut touched = vec![Touched {
        what: "メール",
        said: format!("{}（番号 {number}）", kind(&entry)),
        path: Some(path_of(number)),
    }];
    if operator.may().has(Right::Read) {
        touched.push(Touched { what: "宛先", said: text(&entry, "recipient").to_owned(), path: None });
    }
    let page = Act {
        frame: Frame::of(desk, operator, now(), WORDS),
        path: format!("{}/retry", path_of(number)),
        touched,
        told: vec![
            "すぐに、同じ宛先へ同じ内容をもう一度送ります。送れないときは、また7日間、間をおいて試します。".to_owned(),
        ],
        warning: None,
        fields: vec![Field::why(false).filled(operator), seen(desk).await],
        mistakes: Vec::new(),
        button: WORDS,
        back: path_of(number),
        proposes: false,
    };
    Ok((line, page))
}
