//! A ticket is made to open nothing any more.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act, Field, Touched, seen};
use super::super::fact::{named, text};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::missing::{not_yours, nothing};
use super::super::operator::Operator;
use super::super::spelled::ticket as spelled;
use super::path_of;
use crate::clock::now;
use crate::desk::Desk;

const WORDS: &str = "取得用番号を無効にする";

pub(super) async fn ask(desk: State<Desk>, ticket: Path<String>, operator: Operator) -> Response {
    match asked(&desk, &ticket, &operator).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn kill(desk: State<Desk>, ticket: Path<String>, operator: Operator) -> Response {
    let (ticket, page) = match asked(&desk, &ticket, &operator).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let done = desk.writer().kill_ticket(&operator.by(now()), &ticket).await;
    page.answered((&desk, &operator), &ticket, done.map(|killed| killed.version)).await
}

async fn asked<'a>(desk: &'a Desk, typed: &str, operator: &'a Operator) -> Result<(String, Act<'a>), Response> {
    if !operator.may().has(Right::Change) {
        return Err(not_yours(desk, operator, Right::Change));
    }
    let missing = || nothing(desk, operator, "この取得用番号はありません。");
    let ticket = spelled(typed).ok_or_else(missing)?;
    let entry = desk.writer().ledger().ticket(&ticket).await.map_err(|_| missing())?;
    let (device, office) = (text(&entry, "device"), text(&entry, "office"));
    let touched = vec![
        Touched { what: "取得用番号", said: ticket.clone(), path: Some(path_of(&ticket)) },
        Touched {
            what: "端末",
            said: named(device, text(&entry, "label")),
            path: Some(format!("/console/devices/{device}")),
        },
        Touched {
            what: "事業所",
            said: named(office, text(&entry, "office_name")),
            path: Some(format!("/console/offices/{office}")),
        },
    ];
    let page = Act {
        frame: Frame::of(desk, operator, now(), WORDS),
        path: format!("/console/change/tickets/{ticket}/kill"),
        touched,
        told: vec![
            "この番号では、もう何も取得できません。別の形式での取得も、ダウンロードのやり直しもできません。".to_owned(),
            "取得済みの電子証明書は、そのまま使えます。止めるときは、端末のページで一時停止か失効をしてください。"
                .to_owned(),
            "メールは送られません。必要なら事業所に伝えてください。".to_owned(),
        ],
        warning: Some("この番号を使えるように戻すことはできません。必要なら、新しい番号を発行します。".to_owned()),
        fields: vec![Field::why(false).filled(operator), seen(desk).await],
        mistakes: Vec::new(),
        button: WORDS,
        back: path_of(&ticket),
        proposes: false,
    };
    Ok((ticket, page))
}
