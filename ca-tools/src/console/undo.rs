//! 取り消す: the page on which an act of the last ten minutes is undone.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;

use super::act::{Act, Field, Touched, seen};
use super::address::path_of;
use super::frame::Frame;
use super::may::Right;
use super::missing::{not_undone, not_yours, nothing, silent};
use super::operator::Operator;
use crate::clock::now;
use crate::desk::Desk;
use crate::ledger::Happened;
use crate::refusal::Refusal;
use crate::undo::MayUndo;
use crate::words::event::Sentence;
use crate::words::for_console;
use crate::words::undo::how_long;

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/console/change/audit/{version}/undo", get(ask).post(undo))
}

async fn ask(desk: State<Desk>, version: Path<String>, operator: Operator) -> Response {
    match asked(&desk, &operator, &version).await {
        // No button that would be refused: the sentence alone.
        Ok((_, page)) if page.is_mistaken() => not_undone(&desk, &operator, &page.mistakes.concat()),
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

async fn undo(desk: State<Desk>, version: Path<String>, operator: Operator) -> Response {
    let (happened, page) = match asked(&desk, &operator, &version).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let event = happened.event;
    let done = desk.writer().undo(&operator.by(now()), event.version).await;
    page.answered((&desk, &operator), &event.subject, done.map(|undone| undone.version)).await
}

async fn asked<'a>(desk: &'a Desk, operator: &'a Operator, typed: &str) -> Result<(Happened, Act<'a>), Response> {
    if !operator.may().has(Right::Change) {
        return Err(not_yours(desk, operator, Right::Change));
    }
    let missing = || nothing(desk, operator, "この番号の操作記録はありません。");
    let version = typed.parse::<i64>().map_err(|_| missing())?;
    let ledger = desk.writer().ledger();
    let read = (ledger.happened_at(version).await, ledger.undoable(version, now()).await);
    let (happened, judged) = match read {
        (Ok(Some(happened)), Ok(judged)) => (happened, judged),
        (Ok(None), _) => return Err(missing()),
        (Err(why), _) | (_, Err(why)) => {
            tracing::warn!(%why, "the registry does not answer");
            return Err(silent(desk, operator));
        }
    };
    let said = Sentence::of(&happened);
    let thing = path_of(happened.kind(), &happened.event.subject);
    let record = format!("/console/audit/{version}");
    let frame = Frame::of(desk, operator, now(), "操作を取り消す");
    let path = format!("/console/change/audit/{version}/undo");
    let mut page = Act::of(frame, "取り消す", path, thing.clone().unwrap_or_else(|| record.clone()));
    page.touched = vec![
        Touched {
            what: "取り消す操作",
            said: format!("{}（{} が{}）", said.did, said.who, said.when),
            path: Some(record),
        },
        Touched { what: "対象", said: said.subject, path: thing },
    ];
    page.fields = vec![Field::why(false).filled(operator), seen(desk).await];
    match judged {
        Ok(may) => page.told = told(may),
        Err(refusal) => page.mistakes.push(for_console(&Refusal::from(refusal)).ja),
    }
    Ok((happened, page))
}

fn told(may: MayUndo) -> Vec<String> {
    let letters = may.letters();
    let letters = if letters == 0 {
        "この操作では、メールは送られていません。取り消しのメールも送られません。".to_owned()
    } else {
        format!("この操作のメール{letters}通は、まだ出ていません。いっしょに取りやめ、だれにも送りません。")
    };
    vec![
        "操作の前の内容に戻ります。もとの操作も、取り消したことも、操作記録に残ります。".to_owned(),
        letters,
        how_long(may).ja,
    ]
}
