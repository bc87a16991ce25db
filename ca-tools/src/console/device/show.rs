//! One device.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use certs::{DeviceNo, Timestamp};

use super::super::fact::{Fact, flag, list, named, person, text};
use super::super::frame::{Frame, page};
use super::super::label::Label;
use super::super::line::{CertificateLine, LetterLine, SightingLine, TicketLine};
use super::super::may::Right;
use super::super::missing::silent;
use super::super::offer::Offers;
use super::super::operator::Operator;
use super::super::spelled::elsewhere;
use super::super::timeline::{Timeline, told};
use super::about::{About, Doing};
use super::standing::{InTheWay, KnownDevice};
use super::{approval, decide, hold, inspect, lost, path_of, place, retire, revoke, ticket, users};
use crate::calendar::minute;
use crate::clock::now;
use crate::desk::Desk;
use crate::language::Language;
use crate::ledger::{Entry, MailFilter, TicketFilter};
use crate::refusal::{Loss, Refusal};
use crate::rows::SubjectKind;
use crate::words::said;

#[derive(Template)]
#[template(path = "console/device/show.html")]
struct DevicePage<'a> {
    frame: Frame<'a>,
    device: DeviceNo,
    label: Label,
    in_the_way: Vec<InTheWay>,
    facts: Vec<Fact>,
    people: Vec<Fact>,
    everyone: bool,
    certificates: Vec<CertificateLine>,
    tickets: Vec<TicketLine>,
    letters: Vec<LetterLine>,
    seen: Vec<SightingLine>,
    suspicions: Vec<Fact>,
    offers: Offers,
    timeline: Timeline,
}

/// What is told of a device beside its own row.
struct Beside {
    loss: Option<Loss>,
    tickets: Vec<Entry>,
    letters: Vec<Entry>,
    seen: Vec<Entry>,
    suspicions: Vec<Entry>,
    first_use: Option<Timestamp>,
}

/// So many letters are shown here; the rest is behind a link.
const LETTERS: u32 = 10;

/// `GET /console/devices/{device}`.
pub(super) async fn show(
    State(desk): State<Desk>,
    Path(typed): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let about = match About::of(&desk, &operator, &typed).await {
        Ok(about) => about,
        Err(answer) => return answer,
    };
    let no = about.no;
    if let Some(answer) = elsewhere(&typed, &no.to_string(), &path_of(no), query.as_deref()) {
        return answer;
    }
    let beside = match beside(&desk, no).await {
        Ok(beside) => beside,
        Err(refusal) => {
            tracing::warn!(%refusal, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    let timeline = match told(&desk, &operator, (SubjectKind::Device, &no.to_string())).await {
        Ok(timeline) => timeline,
        Err(answer) => return answer,
    };
    let now = now();
    let known = KnownDevice {
        no,
        device: &about.device,
        office: &about.office,
        loss: beside.loss.as_ref(),
        tickets: &beside.tickets,
        now,
    };
    let frame = Frame::of(&desk, &operator, now, about.named());
    let frame = frame.telling_what_was_done(&desk, query.as_deref()).await;
    let certificates: Vec<_> = list(&about.device, "certificates").map(|one| CertificateLine::of(one, now)).collect();
    let shown = DevicePage {
        device: no,
        label: Label::of_device(&about.device),
        in_the_way: known.in_the_way(&operator.may()),
        facts: facts(&about, &beside, now),
        people: about
            .people()
            .into_iter()
            .map(|(id, name)| Fact::new("", name).leading(format!("/console/people/{id}")))
            .collect(),
        everyone: about.serves_everyone(),
        tickets: beside.tickets.iter().rev().map(|one| TicketLine::of(one, now)).collect(),
        letters: beside.letters.iter().map(LetterLine::of).collect(),
        seen: beside.seen.iter().map(SightingLine::of).collect(),
        suspicions: beside.suspicions.iter().map(suspicion).collect(),
        offers: offers(&operator, known, !certificates.is_empty()),
        certificates,
        timeline,
        frame,
    };
    page(StatusCode::OK, &shown)
}

async fn beside(desk: &Desk, no: DeviceNo) -> Result<Beside, Refusal> {
    let ledger = desk.writer().ledger();
    let about = MailFilter { about: Some(no.to_string()), ..MailFilter::default() };
    Ok(Beside {
        loss: ledger.loss(no).await?,
        tickets: ledger.tickets(TicketFilter { device: Some(no), state: None }).await?,
        letters: ledger.letters_before(about, None, LETTERS).await?,
        seen: ledger.sightings(no).await?,
        suspicions: ledger.suspicions(Some(no)).await?,
        first_use: ledger.first_use_of(no).await?,
    })
}

/// What the registry says of it, in people's words.
fn facts(about: &About, beside: &Beside, now: Timestamp) -> Vec<Fact> {
    let device = &about.device;
    let office = text(device, "office");
    let mut facts = vec![
        Fact::new("事業所", named(office, text(device, "office_name"))).leading(format!("/console/offices/{office}")),
    ];
    facts.extend(["label", "place", "os", "ownership"].iter().filter_map(|field| Fact::of(device, field)));
    for (at, by, heading) in [("inspected_at", "inspected_by", "検査"), ("approved_at", "approved_by", "承認")] {
        if let Some(fact) = Fact::of(device, at) {
            facts.push(Fact::new(heading, format!("{}　{}", fact.said, person(device, text(device, by)))));
        }
    }
    facts.extend(approval::facts(device, now));
    let application = text(device, "application");
    facts.push(Fact::application(application));
    let first_use = beside.first_use.map_or_else(|| "まだ使われていません".to_owned(), minute);
    facts.push(Fact::new("最初に使われた日時", first_use));
    if let Some(seen) = beside.seen.first().map(SightingLine::of) {
        facts.push(Fact::new("最後に使われた日時", format!("{}　{}　{}", seen.last, seen.system, seen.network)));
    }
    facts
}

fn suspicion(entry: &Entry) -> Fact {
    let at = said("at", text(entry, "at"), &[], Language::Japanese);
    let kind = said("kind", text(entry, "kind"), &[], Language::Japanese);
    let serial = text(entry, "serial");
    Fact::new(at, format!("{kind}（シリアル番号 {serial}）")).leading(format!("/console/certificates/{serial}"))
}

/// What can be done as things stand; the registry's rules say so once more when it is done.
fn offers(operator: &Operator, known: KnownDevice<'_>, certificates: bool) -> Offers {
    let (stage, no) = (text(known.device, "stage"), known.no);
    let (lives, held) = (!known.is_over(), flag(known.device, "suspended"));
    let add =
        |offers: Offers, can: bool, doing: Doing| offers.offering_if(can, doing.right, doing.words, doing.path(no));
    let mut offers = Offers::to(operator.may());
    offers = add(offers, stage == "applied", inspect::INSPECT);
    offers = add(offers, stage == "inspected", decide::APPROVE);
    offers = add(offers, stage == "approved" && !held, ticket::TICKET);
    offers = add(offers, lives && held, hold::RESUME);
    offers = add(offers, lives && !held, hold::SUSPEND);
    offers = add(offers, lives && known.loss.is_none(), lost::LOST);
    offers = add(offers, lives && !flag(known.device, "everyone"), users::USERS);
    offers = add(offers, lives, place::PLACE);
    offers = add(offers, lives && stage != "applied", inspect::INSPECT);
    offers = add(offers, stage == "approved", Doing { words: "承認の期限を変える・承認を続ける", ..decide::APPROVE });
    offers = add(offers, matches!(stage, "applied" | "inspected"), decide::REJECT);
    offers = add(offers, certificates, revoke::REVOKE);
    offers = add(offers, stage == "approved", retire::RETIRE);
    let emergency = format!("/console/change/proposals/new/emergency/{no}");
    offers = offers.offering_if(lives && !held, Right::Change, "緊急用電子証明書（72時間）を提案する", emergency);
    let incident = format!("/console/change/incidents/new/open?device={no}");
    offers = offers.offering(Right::Change, "事故・障害を記録する", incident);
    offers.offering(Right::Read, "端末の用紙を印刷する", format!("{}/sheet", path_of(no)))
}
