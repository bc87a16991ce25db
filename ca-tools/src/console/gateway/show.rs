//! One gateway: what it applies, when it told last, what it cut.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::fact::{Fact, moment, number, text};
use super::super::frame::{Frame, page};
use super::super::label::Label;
use super::super::may::Right;
use super::super::missing::{nothing, silent};
use super::super::offer::Offers;
use super::super::operator::Operator;
use super::super::timeline::{Timeline, told};
use crate::calendar::minute;
use crate::clock::now;
use crate::desk::Desk;
use crate::ledger::Entry;
use crate::refusal::Refusal;
use crate::rows::SubjectKind;

/// A change after which something was cut.
struct Cut {
    version: i64,
    connections: i64,
    seconds: String,
}

#[derive(Template)]
#[template(path = "console/gateway/show.html")]
struct GatewayPage<'a> {
    frame: Frame<'a>,
    label: Label,
    facts: Vec<Fact>,
    cuts: Vec<Cut>,
    /// Whether the reader may open what a change was about.
    reads: bool,
    offers: Offers,
    timeline: Option<Timeline>,
}

/// `GET /console/operations/gateways/{name}`.
pub(super) async fn show(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let ledger = desk.writer().ledger();
    let (entry, cuts) = match ledger.gateway(&name).await {
        Ok(entry) => (entry, ledger.cuts(&name).await.unwrap_or_default()),
        Err(Refusal::Unknown(..)) => {
            return nothing(&desk, &operator, "この名前のゲートウェイからは、報告がありません。");
        }
        Err(refusal) => {
            tracing::warn!(%refusal, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    let now = now();
    let frame = Frame::of(&desk, &operator, now, format!("ゲートウェイ {name}"));
    let frame = frame.telling_what_was_done(&desk, query.as_deref()).await;
    let area: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let offers = Offers::to(operator.may()).offering_if(
        moment(&entry, "retired_at").is_none(),
        Right::Custody,
        "使用を終えたゲートウェイにする",
        format!("/console/custody/gateways/{}/retire", area.replace('+', "%20")),
    );
    let reads = operator.may().has(Right::Read);
    // Who sees no person is told nothing of who did what.
    let timeline = if reads {
        match told(&desk, &operator, (SubjectKind::Gateway, &name)).await {
            Ok(timeline) => Some(timeline),
            Err(answer) => return answer,
        }
    } else {
        None
    };
    let label = Label::of_gateway(&entry, now);
    let cuts = cuts.iter().map(Cut::of).collect();
    page(StatusCode::OK, &GatewayPage { frame, label, facts: facts(&entry), cuts, reads, offers, timeline })
}

fn facts(gateway: &Entry) -> Vec<Fact> {
    let (applied, version) = (number(gateway, "applied"), number(gateway, "version"));
    let mut facts =
        vec![Fact::new("反映した台帳の版", applied.to_string()), Fact::new("台帳の版", version.to_string())];
    if !text(gateway, "strayed").is_empty() {
        let said = "この台帳とは別の歴史に従っています。台帳を戻したあとの確認が済んでいないか、別の台帳を見ています。";
        facts.push(Fact::new("注意", said));
    }
    facts.push(Fact::new("最後の報告", moment(gateway, "told_at").map(minute).unwrap_or_default()));
    facts.push(Fact::new(
        "届かなかった報告",
        format!("{}件（ゲートウェイの記録には残っています）", number(gateway, "dropped")),
    ));
    facts
}

impl Cut {
    fn of(cut: &Entry) -> Self {
        let microseconds = number(cut, "microseconds").unsigned_abs();
        let seconds = std::time::Duration::from_micros(microseconds).as_secs_f64();
        Self {
            version: number(cut, "at_version"),
            connections: number(cut, "connections"),
            seconds: format!("{seconds:.3}秒"),
        }
    }
}
