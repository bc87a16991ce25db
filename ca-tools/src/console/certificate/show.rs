//! One certificate.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use certs::{Serial, Timestamp};

use super::super::fact::{Fact, flag, named, text};
use super::super::frame::{Frame, page};
use super::super::label::Label;
use super::super::line::{SightingLine, left};
use super::super::may::Right;
use super::super::missing::{nothing, silent};
use super::super::offer::Offers;
use super::super::operator::Operator;
use super::super::spelled::{elsewhere, serial as spelled};
use super::super::timeline::{Timeline, told};
use crate::calendar::minute;
use crate::clock::now;
use crate::desk::Desk;
use crate::ledger::Entry;
use crate::refusal::Refusal;
use crate::rows::SubjectKind;

#[derive(Template)]
#[template(path = "console/certificate/show.html")]
struct CertificatePage<'a> {
    frame: Frame<'a>,
    label: Label,
    facts: Vec<Fact>,
    /// Those before it, itself, the one after it.
    chain: Vec<Fact>,
    seen: Vec<SightingLine>,
    offers: Offers,
    timeline: Timeline,
}

/// `GET /console/certificates/{serial}`.
pub(super) async fn show(
    State(desk): State<Desk>,
    Path(typed): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let Some(serial) = spelled(&typed) else {
        return nothing(
            &desk,
            &operator,
            "シリアル番号は、数字とaからfまでの文字です。アドレスの番号を確かめてください。",
        );
    };
    let path = format!("/console/certificates/{serial}");
    if let Some(answer) = elsewhere(&typed, &serial.to_string(), &path, query.as_deref()) {
        return answer;
    }
    let now = now();
    let ShownCertificate { entry, chain, first_use, seen } = match read(&desk, &serial).await {
        Ok(found) => found,
        Err(Refusal::Unknown(..)) => return nothing(&desk, &operator, "このシリアル番号の電子証明書はありません。"),
        Err(refusal) => {
            tracing::warn!(%refusal, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    let timeline = match told(&desk, &operator, (SubjectKind::Certificate, &serial.to_string())).await {
        Ok(timeline) => timeline,
        Err(answer) => return answer,
    };
    let frame = Frame::of(&desk, &operator, now, format!("電子証明書 {serial}"));
    let frame = frame.telling_what_was_done(&desk, query.as_deref()).await;
    let device = text(&entry, "device");
    let offers = Offers::to(operator.may()).offering_if(
        text(&entry, "state") != "revoked",
        Right::Change,
        "この電子証明書を失効する",
        format!("/console/change/devices/{device}/revoke?serial={serial}"),
    );
    let shown = CertificatePage {
        frame,
        label: Label::of_certificate(&entry, now),
        facts: facts(&entry, first_use, now),
        chain,
        seen: seen.iter().map(SightingLine::of).collect(),
        offers,
        timeline,
    };
    page(StatusCode::OK, &shown)
}

/// What is known of a certificate.
struct ShownCertificate {
    entry: Entry,
    chain: Vec<Fact>,
    first_use: Option<Timestamp>,
    seen: Vec<Entry>,
}

async fn read(desk: &Desk, serial: &Serial) -> Result<ShownCertificate, Refusal> {
    let ledger = desk.writer().ledger();
    let entry = ledger.certificate(serial).await?;
    let mut chain = Vec::new();
    for before in ledger.predecessors(serial).await? {
        chain.push(Fact::new("前の電子証明書", &before).leading(format!("/console/certificates/{before}")));
    }
    let after = text(&entry, "successor");
    if !after.is_empty() {
        chain.push(Fact::new("次の電子証明書", after).leading(format!("/console/certificates/{after}")));
    }
    Ok(ShownCertificate {
        entry,
        chain,
        first_use: ledger.first_use(serial).await?,
        seen: ledger.sightings_of(serial).await?,
    })
}

fn facts(entry: &Entry, first_use: Option<Timestamp>, now: Timestamp) -> Vec<Fact> {
    let (device, office) = (text(entry, "device"), text(entry, "office"));
    let mut facts = vec![
        Fact::new("端末", named(device, text(entry, "label"))).leading(format!("/console/devices/{device}")),
        Fact::new("事業所", named(office, text(entry, "office_name"))).leading(format!("/console/offices/{office}")),
    ];
    facts.extend(Fact::of(entry, "not_before"));
    if let Some(mut end) = Fact::of(entry, "not_after") {
        let left = left(entry, now);
        if !left.is_empty() {
            end.said.push_str(&format!("（{left}）"));
        }
        facts.push(end);
    }
    if flag(entry, "shortened") {
        facts.push(Fact::new("期限", "標準より短い期限で発行しました（更新には理由が必要です）"));
    }
    facts.extend(["superseded_from", "revoked_at", "revoked_reason"].iter().filter_map(|field| Fact::of(entry, field)));
    let first_use = first_use.map_or_else(|| "まだ使われていません".to_owned(), minute);
    facts.push(Fact::new("最初に使われた日時", first_use));
    facts
        .extend(["key_origin", "assurance", "fingerprint", "issuer"].iter().filter_map(|field| Fact::of(entry, field)));
    let application = text(entry, "application");
    if !application.is_empty() {
        facts.push(Fact::application(application));
    }
    facts
}
