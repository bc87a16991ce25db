//! One incident: what is known, how many days are left, what was noted, what was reached.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::fact::{Fact, flag, list, named, number, person, text};
use super::super::frame::{Frame, page};
use super::super::label::{Label, Tone};
use super::super::may::Right;
use super::super::missing::silent;
use super::super::offer::Offers;
use super::super::operator::Operator;
use super::super::spelled::elsewhere;
use super::super::timeline::{Timeline, told};
use super::list::label;
use super::{found, path_of};
use crate::calendar::minute;
use crate::clock::now;
use crate::desk::Desk;
use crate::incident::IncidentNo;
use crate::language::Language;
use crate::ledger::{Entry, OwedReport};
use crate::rows::SubjectKind;
use crate::words::said;

#[derive(Template)]
#[template(path = "console/incident/show.html")]
struct IncidentPage<'a> {
    frame: Frame<'a>,
    no: IncidentNo,
    state: Label,
    facts: Vec<Fact>,
    what: Vec<String>,
    reports: Vec<ReportLine>,
    notes: Vec<NoteLine>,
    extracts: Vec<ExtractLine>,
    /// How an extract is made, where the logs are.
    command: String,
    timeline: Timeline,
    offers: Offers,
}

struct ReportLine {
    called: String,
    due: String,
    standing: Label,
    /// Where it is written down that it was made, by who may.
    done: Option<String>,
}

struct NoteLine {
    at: String,
    by: String,
    said: Vec<String>,
}

struct ExtractLine {
    number: i64,
    made: String,
    by: String,
    digest: String,
}

/// `GET /console/incidents/{incident}`.
pub(super) async fn show(
    State(desk): State<Desk>,
    Path(typed): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let (no, entry) = match found(&desk, &operator, &typed).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    if let Some(ours) = elsewhere(&typed, &no.to_string(), &path_of(no), query.as_deref()) {
        return ours;
    }
    let owed = match desk.writer().ledger().owed_reports(no).await {
        Ok(owed) => owed,
        Err(refusal) => {
            tracing::warn!(%refusal, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    let timeline = match told(&desk, &operator, (SubjectKind::Incident, &no.to_string())).await {
        Ok(timeline) => timeline,
        Err(answer) => return answer,
    };
    let frame = Frame::of(&desk, &operator, now(), format!("事故・障害 {no}"));
    let frame = frame.telling_what_was_done(&desk, query.as_deref()).await;
    let open = text(&entry, "state") == "open";
    let may = open && operator.may().has(Right::Change);
    let shown = IncidentPage {
        frame,
        no,
        state: label(&entry),
        facts: facts(&entry),
        what: lines(text(&entry, "what")),
        reports: owed.iter().map(|owed| report(owed, (no, may))).collect(),
        notes: list(&entry, "notes").map(|note| self::note(&entry, note)).collect(),
        extracts: list(&entry, "extracts").map(|one| extract(&entry, one)).collect(),
        command: format!("ca-tools incident extract {no} --from 日時 --to 日時 access.log"),
        timeline,
        offers: offers(&operator, (no, open)),
    };
    page(StatusCode::OK, &shown)
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

fn facts(entry: &Entry) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (heading, number, name, room) in [
        ("端末", "device", "device_label", "devices"),
        ("利用者", "login_id", "person_name", "people"),
        ("事業所", "office", "office_name", "offices"),
    ] {
        let id = text(entry, number);
        if !id.is_empty() {
            facts.push(Fact::new(heading, named(id, text(entry, name))).leading(format!("/console/{room}/{id}")));
        }
    }
    facts.extend(["found_at", "reported_by"].iter().filter_map(|field| Fact::of(entry, field)));
    let wrongful =
        if flag(entry, "wrongful") { "あり（確報は60日以内）" } else { "なし（確報は30日以内）" };
    facts.push(Fact::new("不正の目的のおそれ", wrongful));
    facts.extend(Fact::of(entry, "opened_at"));
    let by = text(entry, "opened_by");
    facts.push(Fact::new("記録した職員", person(entry, by)).leading(format!("/console/people/{by}")));
    facts.extend(["outcome", "closed_at"].iter().filter_map(|field| Fact::of(entry, field)));
    facts
}

fn report(owed: &OwedReport, (no, may): (IncidentNo, bool)) -> ReportLine {
    let standing = owed.duty.standing((owed.due, owed.done.as_ref()), now());
    let tone = match &owed.done {
        Some(_) => Tone::Calm,
        None if owed.due < now() => Tone::Stop,
        None => Tone::Care,
    };
    let done = (may && owed.done.is_none())
        .then(|| format!("/console/change/incidents/{no}/report?report={}", owed.duty.as_str()));
    ReportLine { called: owed.duty.called().ja, due: minute(owed.due), standing: Label::new(standing.ja, tone), done }
}

fn note(entry: &Entry, note: &Entry) -> NoteLine {
    NoteLine {
        at: said("noted_at", text(note, "noted_at"), &[], Language::Japanese),
        by: person(entry, text(note, "noted_by")),
        said: lines(text(note, "said")),
    }
}

fn extract(entry: &Entry, one: &Entry) -> ExtractLine {
    ExtractLine {
        number: number(one, "extract"),
        made: said("made_at", text(one, "made_at"), &[], Language::Japanese),
        by: person(entry, text(one, "made_by")),
        digest: text(one, "digest").to_owned(),
    }
}

fn offers(operator: &Operator, (no, open): (IncidentNo, bool)) -> Offers {
    let change = |act: &str| format!("/console/change/incidents/{no}/{act}");
    Offers::to(operator.may())
        .offering_if(open, Right::Change, "記事を加える", change("note"))
        .offering_if(open, Right::Change, "端末・ID・パスワードを止める", change("stop"))
        .offering_if(open, Right::Change, "終結する", change("close"))
        .offering(Right::Read, "市長への報告書を印刷する", format!("{}/paper", path_of(no)))
}
