//! Which reports there are.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::frame::{Frame, page};
use super::super::missing::silent;
use super::super::operator::Operator;
use crate::application::Month;
use crate::clock::now;
use crate::desk::Desk;
use crate::ledger::MonthReviewed;
use crate::today::open_months;

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
        path: "/console/reports/review",
        title: "月次点検",
        answers: "失敗の理由、ロックされたID、知らない電子証明書、時間外の利用、新しいネットワーク、緊急の発行と単独操作、使われていないものを、ひと月分まとめて。",
    },
    Offered {
        path: "/console/reports/numbers",
        title: "人数・台数",
        answers: "職種・事業所・OSごとの人数と台数、電子証明書の状態ごとの枚数。",
    },
    Offered {
        path: "/console/reports/devices",
        title: "端末の台帳",
        answers: "承認済みの端末を、保管場所、最後に使われた日、そのときのOSとネットワークとともに。棚卸しに。",
    },
    Offered {
        path: "/console/reports/unused",
        title: "使われていないIDと端末",
        answers: "長く使われていないIDと端末を、事業所ごとに、最後に使われた日とともに。棚卸しと、退職者のIDの消し忘れの確認に。",
    },
    Offered {
        path: "/console/reports/retention",
        title: "保存期間",
        answers: "何を何日残すか、いま終わるものの件数、事故の調査などのために消さないようにしているもの。",
    },
    Offered {
        path: "/console/lockout",
        title: "設定を変えると通れなくなる人と端末",
        answers: "認証局・方針・経路・TLSの下限を変える前に、直近の日々に実際に通った人・端末・事業所のうち、通れなくなるものと、その理由を。",
    },
];

#[derive(Template)]
#[template(path = "console/report/index.html")]
struct IndexPage<'a> {
    frame: Frame<'a>,
    offered: &'static [Offered],
    /// Months that nobody reviewed.
    open: Vec<Month>,
    reviewed: Vec<MonthReviewed>,
}

/// Reviews that are named on the page: three years.
const NAMED: usize = 36;

/// `GET /console/reports`.
pub(super) async fn show(State(desk): State<Desk>, RawQuery(query): RawQuery, operator: Operator) -> Response {
    let (mut reviewed, began) = match desk.writer().ledger().reviewed_months().await {
        Ok(known) => known,
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    let open = open_months(&reviewed, began, now());
    reviewed.truncate(NAMED);
    let frame = Frame::of(&desk, &operator, now(), "報告書").telling_what_was_done(&desk, query.as_deref()).await;
    page(StatusCode::OK, &IndexPage { frame, offered: OFFERED, open, reviewed })
}
