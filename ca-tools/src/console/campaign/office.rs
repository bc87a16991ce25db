//! What one office said: each row, by whom, when, how.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::fact::{Fact, named};
use super::super::frame::{Frame, page};
use super::super::label::Label;
use super::super::may::{May, Right};
use super::super::offer::Offers;
use super::super::operator::Operator;
use super::super::timeline::{Timeline, told};
use super::{campaign_of, office_path, path_of, sheet_of};
use crate::application::ApplicationNo;
use crate::calendar::minute;
use crate::campaign::{CampaignNo, CampaignRow, OfficeProgress, OfficeSheet, RowStanding, RowSubject};
use crate::clock::now;
use crate::desk::{Desk, called, evidence, named_of};
use crate::language::Language;
use crate::ledger::CampaignView;
use crate::rows::SubjectKind;

#[derive(Template)]
#[template(path = "console/campaign/office.html")]
struct SheetPage<'a> {
    frame: Frame<'a>,
    label: Label,
    offers: Offers,
    facts: Vec<Fact>,
    /// Where its table is asked for.
    sheet: String,
    groups: Vec<SheetGroup>,
    /// What came in too late.
    notes: Vec<String>,
    timeline: Timeline,
}

/// People, or devices.
struct SheetGroup {
    words: &'static str,
    of: &'static str,
    rows: Vec<SheetLine>,
}

/// A row as a line.
struct SheetLine {
    path: String,
    called: String,
    evidence: String,
    label: Label,
    by: String,
    channel: &'static str,
}

/// `GET /console/campaigns/{campaign}/offices/{office}`.
pub(super) async fn show(
    State(desk): State<Desk>,
    Path((typed, office)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let found = match campaign_of(&desk, &operator, (&typed, Right::Read)).await {
        Ok(view) => sheet_of(&desk, &operator, (&view, &office)).await.map(|sheet| (view, sheet)),
        Err(answer) => Err(answer),
    };
    let (view, sheet) = match found {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let timeline = match told(&desk, &operator, (SubjectKind::Office, sheet.office.as_str())).await {
        Ok(timeline) => timeline,
        Err(answer) => return answer,
    };
    let no = view.campaign.no;
    let heading = format!("{}　現況届 {no}", named(sheet.office.as_str(), &sheet.called));
    let frame = Frame::of(&desk, &operator, now(), heading).telling_what_was_done(&desk, query.as_deref()).await;
    let page_of = SheetPage {
        frame,
        label: Label::of_stage(OfficeProgress::of(&sheet).stage),
        offers: offers(&view, &sheet, operator.may()),
        facts: facts(no, &sheet),
        sheet: format!("/console/export/campaigns/{no}/{}", sheet.office),
        groups: groups(&sheet),
        notes: notes(&sheet),
        timeline,
    };
    page(StatusCode::OK, &page_of)
}

fn offers(view: &CampaignView, sheet: &OfficeSheet, may: May) -> Offers {
    let (no, office) = (view.campaign.no, &sheet.office);
    let change = |act: &str| format!("/console/change/campaigns/{no}/offices/{office}/{act}");
    let whole = sheet.count(RowStanding::Unanswered) == 0 && sheet.confirmed.is_none();
    Offers::to(may)
        .offering_if(whole && view.campaign.closed_at.is_none(), Right::Change, "提出済みにする", change("confirm"))
        .offering(Right::Change, "紙・電話の回答を記録する", change("answer"))
        .offering(Right::Read, "この事業所の用紙を印刷する", format!("{}/paper", office_path(no, office)))
}

fn facts(no: CampaignNo, sheet: &OfficeSheet) -> Vec<Fact> {
    let office = &sheet.office;
    let mut facts = vec![
        Fact::new("現況届", no.to_string()).leading(path_of(no)),
        Fact::new("事業所", named(office.as_str(), &sheet.called)).leading(format!("/console/offices/{office}")),
    ];
    if let Some(last) = &sheet.answered {
        let who = named_of(sheet, last.by.as_str());
        facts.push(Fact::new("最後の回答", format!("{}、{who}、{}", minute(last.at), last.channel.japanese())));
    }
    facts.push(match &sheet.confirmed {
        Some((by, at)) => Fact::new("提出", format!("{}、{}", minute(*at), named_of(sheet, by.as_str()))),
        None => Fact::new("提出", "まだです"),
    });
    if sheet.keeps_house {
        let why = "なりません。柏市の職員の事業所です。職員が使えなくなると、取り消せる人がいなくなります。";
        facts.push(Fact::new("予告・一時停止・削除の対象", why));
    }
    for form in &sheet.forms {
        let lines = form.lines(Language::Japanese);
        let said: Vec<_> = lines.iter().skip(1).map(|line| format!("{}：{}", line.label, line.text)).collect();
        facts.push(Fact::new(format!("{}（提出のときに受け付けます）", form.kind().japanese()), said.join("、")));
    }
    facts.extend(
        sheet
            .received
            .iter()
            .filter(|number| number.parse::<ApplicationNo>().is_ok())
            .map(|number| Fact::application(number)),
    );
    facts
}

fn groups(sheet: &OfficeSheet) -> Vec<SheetGroup> {
    let rows = |people: bool| {
        let of = sheet.standings().filter(move |(row, _)| matches!(row.subject, RowSubject::Person(_)) == people);
        of.map(|(row, stands)| line(sheet, row, stands)).collect()
    };
    vec![
        SheetGroup { words: "利用者", of: "氏名とID", rows: rows(true) },
        SheetGroup { words: "端末", of: "端末", rows: rows(false) },
    ]
}

fn line(sheet: &OfficeSheet, row: &CampaignRow, stands: RowStanding) -> SheetLine {
    let given = row.answer.as_ref();
    let by = given.map(|given| {
        let vouched = given.vouched_by.as_ref().map(|other| format!("、確認 {}", named_of(sheet, other.as_str())));
        format!("{}、{}{}", named_of(sheet, given.by.as_str()), minute(given.at), vouched.unwrap_or_default())
    });
    let mut told = evidence(row);
    if row.held.is_some() {
        told.push("未回答のため一時停止中".to_owned());
    }
    SheetLine {
        path: match &row.subject {
            RowSubject::Person(person) => format!("/console/people/{person}"),
            RowSubject::Device(device) => format!("/console/devices/{device}"),
        },
        called: called(row),
        evidence: told.join("、"),
        label: Label::of_row(stands),
        by: by.unwrap_or_default(),
        channel: given.map_or("", |given| given.channel.japanese()),
    }
}

/// What came in after the end.
fn notes(sheet: &OfficeSheet) -> Vec<String> {
    let notes = sheet.notes.iter().map(|note| {
        let said: Vec<_> = note.said.iter().map(|(row, answer)| format!("{row} {answer}")).collect();
        let who = named_of(sheet, note.noted.by.as_str());
        format!("{}、{who}、{}：{}", minute(note.noted.at), note.noted.channel.japanese(), said.join("、"))
    });
    notes.collect()
}
