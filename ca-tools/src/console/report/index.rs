//! Which reports there are.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::frame::{Frame, page};
use super::super::operator::Operator;
use crate::clock::now;
use crate::desk::Desk;

/// A report that can be asked for.
pub(super) struct Offered {
    /// Where.
    path: &'static str,
    title: &'static str,
    /// What it answers, in a sentence.
    answers: &'static str,
}

/// All of them, in the order in which they stand on the page.
const OFFERED: &[Offered] = &[
    Offered {
        path: "/console/reports/access",
        title: "アクセスログ照会",
        answers: "端末・利用者・事業所・部屋について、だれが、いつ、何をしたかを、氏名とともに。",
    },
    Offered {
        path: "/console/reports/maintenance",
        title: "保守作業照合",
        answers: "作業計画の時間帯に、保守用のIDで行われたことを、時刻順に。作業計画書との照合に。",
    },
    Offered {
        path: "/console/reports/unused",
        title: "使われていないIDと端末",
        answers: "長く使われていないIDと端末を、事業所ごとに、最後に使われた日とともに。棚卸しと、退職者のIDの消し忘れの確認に。",
    },
];

#[derive(Template)]
#[template(path = "console/report/index.html")]
struct IndexPage<'a> {
    frame: Frame<'a>,
    offered: &'static [Offered],
}

/// `GET /console/reports`.
pub(super) async fn show(State(desk): State<Desk>, operator: Operator) -> Response {
    let frame = Frame::of(&desk, &operator, now(), "報告書");
    page(StatusCode::OK, &IndexPage { frame, offered: OFFERED })
}
