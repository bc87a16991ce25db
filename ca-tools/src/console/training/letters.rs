//! Offices are told of a training, or of who is missing.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act, Field, FieldKind, once, seen};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::operator::Operator;
use super::{TrainingSubject, path_of};
use crate::acts::{TrainingLetter, TrainingTold};
use crate::clock::now;
use crate::desk::Desk;
use crate::refusal::{Refusal, TrainingRefusal};

const WORDS: &str = "メールを送る";

pub(super) async fn ask(State(desk): State<Desk>, Path(year): Path<String>, operator: Operator) -> Response {
    match about(&desk, &operator, &year).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn act(State(desk): State<Desk>, Path(year): Path<String>, operator: Operator) -> Response {
    let (subject, page) = match about(&desk, &operator, &year).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let what = match operator.fields().get("what") {
        "invite" => TrainingLetter::Invite,
        "missing" => TrainingLetter::Missing,
        _ => return page.with_wrong("what", "送るメールを選んでください。").mistaken(),
    };
    let sent = once(&desk, &operator, async {
        match desk.writer().tell_of_training(&operator.by(now()), subject.year, what).await {
            Ok(told) => Ok(format!("{}?done={}", path_of(subject.year), told.version)),
            Err(refusal) => Err(page.answered((&desk, &operator), &subject.year.to_string(), Err(refusal)).await),
        }
    });
    match sent.await {
        // Sent for once more, the form finds what its first press did.
        Ok(path) => axum::response::IntoResponse::into_response(axum::response::Redirect::to(&path)),
        Err(answer) => answer,
    }
}

async fn about<'a>(desk: &'a Desk, operator: &'a Operator, year: &str) -> Result<(TrainingSubject, Act<'a>), Response> {
    let subject = TrainingSubject::of(desk, operator, (year, Right::Change)).await?;
    let frame =
        Frame::of(desk, operator, now(), format!("{}の研修会：事業所にメールで知らせる", subject.year.japanese()));
    let path = format!("/console/change/trainings/{}/letters", subject.year);
    let mut choices = Vec::new();
    let mut told = vec!["事業所の担当者だけに送ります。利用者のいない事業所には送りません。".to_owned()];
    for (what, word, words) in [
        (TrainingLetter::Invite, "invite", "研修会の案内"),
        (TrainingLetter::Missing, "missing", "まだ受講していない人のお知らせ（その人がいる事業所だけ）"),
    ] {
        let seen = desk.writer().foresee_training_letters(&operator.by(now()), subject.year, what).await;
        match seen {
            Ok(TrainingTold { by_mail, no_address, .. }) => {
                choices.push((word.to_owned(), format!("{words}：{}件の事業所", by_mail.len())));
                if !no_address.is_empty() {
                    let named: Vec<_> =
                        no_address.iter().take(20).map(|(no, name)| format!("{name}（{no}）")).collect();
                    told.push(format!(
                        "{words}：メールアドレスのない事業所が{}件あります。電話などで伝えてください：{}{}",
                        no_address.len(),
                        named.join("、"),
                        if no_address.len() > named.len() { "ほか" } else { "" }
                    ));
                }
            }
            Err(Refusal::Training(TrainingRefusal::NobodyToTell(_))) => {
                told.push(format!("{words}：知らせる事業所はありません。"));
            }
            Err(refusal) => return Err(Act::of(frame, "", path, path_of(subject.year)).brought_back(&refusal)),
        }
    }
    let what = Field::new("what", "送るメール", FieldKind::Choice(choices)).needed().filled(operator);
    let page = Act {
        touched: vec![subject.touched()],
        told,
        warning: Some("出したメールは取り消せません。".to_owned()),
        fields: vec![what, Field::why(false).filled(operator), Field::once(), seen(desk).await],
        ..Act::of(frame, WORDS, path, path_of(subject.year))
    };
    Ok((subject, page))
}
