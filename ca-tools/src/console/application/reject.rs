//! An application is turned down, with a reason that its office is told.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act, Field, done, meanwhile, seen};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::operator::Operator;
use super::super::person::latest;
use super::{Subject, path_of};
use crate::clock::now;
use crate::desk::Desk;

const WORDS: &str = "却下する";

pub(super) async fn ask(State(desk): State<Desk>, Path(application): Path<String>, operator: Operator) -> Response {
    match about(&desk, &operator, &application).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn act(State(desk): State<Desk>, Path(application): Path<String>, operator: Operator) -> Response {
    let (subject, mut page) = match about(&desk, &operator, &application).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    page.mistakes = meanwhile(&desk, &operator, &subject.no.to_string()).await;
    if page.is_mistaken() {
        return page.mistaken();
    }
    match desk.writer().reject_application(&operator.by(now()), subject.no).await {
        Ok(_) => {
            let version = latest(&desk, &operator, &subject.no.to_string()).await;
            done(&path_of(subject.no), version.unsigned_abs())
        }
        Err(refusal) => page.brought_back(&refusal),
    }
}

async fn about<'a>(desk: &'a Desk, operator: &'a Operator, no: &str) -> Result<(Subject, Act<'a>), Response> {
    let subject = Subject::of(desk, operator, (no, Right::Approve)).await?;
    let heading = format!("{} {} を却下する", subject.form.kind().japanese(), subject.no);
    let frame = Frame::of(desk, operator, now(), heading);
    let path = format!("/console/approve/applications/{}/reject", subject.no);
    let why = Field {
        label: "却下の理由",
        hint: "このまま事業所の担当者に伝わり、操作記録に残ります。何を直して、どうすればよいかを書いてください。",
        ..Field::why(true)
    };
    let page = Act {
        touched: subject.touched(),
        told: vec![
            "却下したことと理由を、事業所の担当者にメールでお知らせします（メールアドレスがあるとき）。".to_owned(),
        ],
        warning: Some(
            "お知らせのメールが出たあとは、却下を取り消せません。そのときは、もう一度申請してもらってください。"
                .to_owned(),
        ),
        fields: vec![why.filled(operator), seen(desk).await],
        ..Act::of(frame, WORDS, path, path_of(subject.no))
    };
    Ok((subject, page))
}
