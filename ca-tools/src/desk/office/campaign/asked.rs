//! What is a request about? The open campaign, what the reader's office said so far, and what the reader may do.

use axum::http::StatusCode;
use axum::response::Response;
use certs::Timestamp;

use super::super::Person;
use super::PATH;
use super::forms::{beside_of, is_beside};
use super::line::{field, named, told, who_else};
use super::pages::{ReportForm, ReportState};
use super::typed::{Chosen, left, lines};
use crate::application::{Day, Fields as Beside, KnownOffice, Mistakes};
use crate::calendar::minute;
use crate::campaign::{Campaign, OfficeSheet, RowAnswer, RowStanding, RowSubject};
use crate::clock::now;
use crate::desk::Fields;
use crate::desk::apply::{Sheet, Shown, Stopped, rows};
use crate::desk::page::{Frame, page};
use crate::desk::state::Desk;
use crate::refusal::Refusal;

const HEADING: &str = "現況届";
const SILENT: &str = "ただいま表示できません。しばらくしてから、もう一度お試しください。";

/// One request.
pub(super) struct ReportAsked<'a> {
    pub(super) desk: &'a Desk,
    pub(super) person: &'a Person,
    pub(super) campaign: Campaign,
    pub(super) sheet: OfficeSheet,
    pub(super) known: KnownOffice,
    /// Whether the reader answers for the office.
    pub(super) contact: bool,
    pub(super) now: Timestamp,
}

/// A form as it comes back: what was typed, what is wrong with it, what was done.
#[derive(Default)]
pub(super) struct FilledReport {
    pub(super) chosen: Chosen,
    /// What was typed beside the answers; nothing where what was kept is shown.
    pub(super) beside: Option<Beside>,
    pub(super) mistakes: Mistakes,
    /// What is wrong with rows, or with the whole: where it leads, and what it says.
    pub(super) wrong: Vec<(String, String)>,
    pub(super) more_rows: usize,
    pub(super) told: Option<String>,
}

impl<'a> ReportAsked<'a> {
    /// What this person asks about.
    pub(super) async fn of(desk: &'a Desk, person: &'a Person) -> Result<Self, Response> {
        let ledger = desk.writer.ledger();
        let silent = |why: Refusal| {
            tracing::warn!(%why, "the registry does not answer");
            stopped((desk, person), StatusCode::SERVICE_UNAVAILABLE, SILENT)
        };
        let campaign = ledger.open_campaign().await.map_err(|why| silent(why.into()))?;
        let Some(campaign) = campaign else { return Err(past(desk, person).await) };
        let sheet = match ledger.campaign_office(campaign.no, person.office()).await {
            Ok(sheet) => sheet,
            Err(Refusal::Campaign(_)) => {
                let text = "いまの現況届を始めたあとに登録された事業所です。今回は、答えていただくものはありません。";
                return Err(stopped((desk, person), StatusCode::OK, text));
            }
            Err(why) => return Err(silent(why)),
        };
        let known = ledger.known_office(person.office()).await.map_err(|why| silent(why.into()))?;
        let Some(known) = known else {
            return Err(stopped((desk, person), StatusCode::CONFLICT, "この事業所は、いま利用されていません。"));
        };
        let contact = ledger.is_contact(person.login_id(), person.office()).await.map_err(silent)?;
        Ok(Self { desk, person, campaign, sheet, known, contact, now: now() })
    }

    /// Who reads, as an ID.
    pub(super) fn own(&self) -> &str {
        self.person.login_id().as_str()
    }

    /// The page as it is opened.
    pub(super) fn shown(&self, query: &Fields) -> Response {
        let told = match query.get("told") {
            "saved" => self
                .sheet
                .answered
                .as_ref()
                .map(|kept| format!("途中まで保存しました（{}）。まだ提出していません。", minute(kept.at))),
            "sent" => Some("現況届を提出しました。".to_owned()),
            "waits" => Some("回答を保存しました。ほかの人が確かめるまで、提出は終わりません。".to_owned()),
            "vouched" => Some("確かめたことを記録しました。".to_owned()),
            _ => None,
        };
        let opens = self.contact && (self.sheet.confirmed.is_none() || query.get("correct") == "1");
        if opens {
            return self.form(StatusCode::OK, FilledReport { told, ..FilledReport::default() });
        }
        self.state(StatusCode::OK, told, None)
    }

    /// The form, with what was chosen over what stands there.
    pub(super) fn form(&self, status: StatusCode, filled: FilledReport) -> Response {
        let FilledReport { chosen, beside, mistakes, mut wrong, more_rows, told } = filled;
        let today = Day::of(self.now);
        let kept = || beside_of(&self.sheet.office, &self.known, (&self.sheet.forms, today));
        let fields = beside.unwrap_or_else(kept);
        let professions = &self.desk.professions;
        let rows = rows(&fields, more_rows);
        let shown = Shown { fields: &fields, mistakes: &mistakes, people: Some(&self.known), rows, professions };
        let [mut people, mut devices] = lines(&self.sheet, &chosen);
        for line in people.iter_mut().chain(&mut devices) {
            line.mistake = wrong.iter().find(|(field, _)| *field == line.field).map(|(_, text)| text.clone());
        }
        let alone = RowSubject::Person(self.person.login_id().clone());
        if let Some(own) = people.iter_mut().find(|line| line.field == field(&alone)) {
            own.others = self.own_word();
        }
        wrong.extend(mistakes.0.iter().map(|mistake| (mistake.field.clone(), mistake.with_label().ja)));
        let form = ReportForm {
            frame: self.frame(HEADING),
            campaign: self.campaign.no.to_string(),
            office: format!("{}（{}）", self.known.details[crate::application::Detail::Name], self.sheet.office),
            due: self.campaign.dates.due.japanese(),
            seen: self.sheet.edition,
            left: left(&self.sheet, &chosen).count(),
            all: people.iter().chain(&devices).filter(|line| line.open).count(),
            people,
            devices,
            sheet: Sheet::beside_report(&shown),
            mistakes: wrong,
            told,
        };
        page(status, &form)
    }

    /// Who else says of the contact that they go on, where there is somebody.
    fn own_word(&self) -> Option<String> {
        (self.sheet.people() > 1).then(|| {
            let who = who_else(&self.sheet, self.own());
            format!(
                "ご自身の「継続する」は、ほかの人の確認も必要です。確認できる人：{who}。その人がこのページ（{PATH}）を開くと、確認のボタンが出ます。"
            )
        })
    }

    /// How far it is.
    pub(super) fn state(&self, status: StatusCode, told: Option<String>, mistake: Option<String>) -> Response {
        let sheet = &self.sheet;
        let count = |wanted: &[RowStanding]| wanted.iter().map(|stands| sheet.count(*stands)).sum::<usize>();
        let said = match (&sheet.confirmed, self.contact) {
            (Some(_), _) => "提出は済んでいます。",
            (None, true) => "まだ提出していません。",
            (None, false) => "現況届は、事業所のカシワニネット担当者が答えます。いまの状況は、次のとおりです。",
        };
        let mut lines = vec![
            ("現況届の番号", self.campaign.no.to_string()),
            ("提出の期限", self.campaign.dates.due.japanese()),
            ("継続する", format!("{}件", count(&[RowStanding::Continues]))),
            ("削除する", format!("{}件", count(&[RowStanding::Goes, RowStanding::Ended]))),
            ("ほかの人の確認を待つもの", format!("{}件", count(&[RowStanding::OwnWordAlone]))),
            ("回答していないもの", format!("{}件", count(&[RowStanding::Unanswered]))),
        ];
        if let Some(last) = &sheet.answered {
            let who = named(sheet, last.by.as_str());
            lines.push(("最後の回答", format!("{}、{who}（{}）", minute(last.at), last.channel.japanese())));
        }
        if let Some((by, at)) = &sheet.confirmed {
            lines.push(("提出", format!("{}、{}", minute(*at), named(sheet, by.as_str()))));
        }
        if !sheet.received.is_empty() {
            lines.push(("受け付けた申請", sheet.received.join("、")));
        }
        if let Some(row) = sheet.row(&RowSubject::Person(self.person.login_id().clone())) {
            let answer = row.answer.as_ref().map_or("まだありません".to_owned(), |given| told_of(sheet, given));
            lines.push(("あなたのIDについての回答", answer));
        }
        let mut ways = Vec::new();
        if self.contact {
            let words = if sheet.confirmed.is_some() { "提出した内容を直す" } else { "回答する" };
            ways.push((words, format!("{PATH}?correct=1")));
        }
        let page_of = ReportState {
            frame: self.frame(HEADING),
            told,
            said: vec![said.to_owned()],
            lines,
            vouches: self.vouches(),
            campaign: self.campaign.no.to_string(),
            ways,
            mistake,
        };
        page(status, &page_of)
    }

    /// Whom the reader can stand for: whoever said of themselves that they go on.
    fn vouches(&self) -> Vec<(String, String)> {
        let alone = self.sheet.standings().filter(|(_, stands)| *stands == RowStanding::OwnWordAlone);
        let others = alone.filter(|(row, _)| row.subject.to_string() != self.own());
        others.map(|(row, _)| (row.subject.to_string(), super::line::called(row))).collect()
    }

    pub(super) fn frame(&self, heading: &'a str) -> Frame<'a> {
        frame(self.desk, self.person, self.now, heading)
    }

    /// What was typed beside the answers, over the office whose it is.
    pub(super) fn beside(&self) -> Beside {
        let mut fields: Beside = self.person.fields.all().filter(|(name, _)| is_beside(name)).collect();
        fields.set("office", self.sheet.office.as_str());
        fields
    }

    /// Whether the contact's own word would stand alone.
    pub(super) fn alone(&self, chosen: &Chosen) -> bool {
        let own = RowSubject::Person(self.person.login_id().clone());
        let stands = self.sheet.row(&own).and_then(|row| row.answer.as_ref());
        let vouched = stands.is_some_and(|given| {
            given.answer == RowAnswer::Continue
                && (given.by.as_str() != self.own()
                    || given.vouched_by.as_ref().is_some_and(|other| other != &given.by))
        });
        self.sheet.people() > 1 && chosen.get(&own) == Some(&RowAnswer::Continue) && !vouched
    }
}

fn told_of(sheet: &OfficeSheet, given: &crate::campaign::GivenAnswer) -> String {
    told(sheet, given)
}

fn frame<'a>(desk: &'a Desk, person: &'a Person, now: Timestamp, heading: &'a str) -> Frame<'a> {
    Frame { words: &desk.words, reference: &person.reference, now, heading }
}

/// Nothing is asked, and what was before.
async fn past(desk: &Desk, person: &Person) -> Response {
    let Ok(past) = desk.writer.ledger().campaigns_of_office(person.office()).await else {
        return stopped((desk, person), StatusCode::SERVICE_UNAVAILABLE, SILENT);
    };
    let lines = past.into_iter().map(|(campaign, sheet)| {
        let said = match (&sheet.confirmed, campaign.closed_at) {
            (Some((by, at)), _) => format!("{}：{}に{}が提出", campaign.no, minute(*at), named(&sheet, by.as_str())),
            (None, Some(at)) => format!("{}：提出なし（{}に締め切り）", campaign.no, minute(at)),
            (None, None) => campaign.no.to_string(),
        };
        ("これまでの現況届", said)
    });
    let state = ReportState {
        frame: frame(desk, person, now(), HEADING),
        told: None,
        said: vec!["いま受け付けている現況届はありません。始まったときは、担当者にお知らせします。".to_owned()],
        lines: lines.collect(),
        vouches: Vec::new(),
        campaign: String::new(),
        ways: Vec::new(),
        mistake: None,
    };
    page(StatusCode::OK, &state)
}

/// Nothing is shown, and why.
pub(super) fn stopped((desk, person): (&Desk, &Person), status: StatusCode, text: &str) -> Response {
    let frame = frame(desk, person, now(), HEADING);
    page(status, &Stopped { frame, text: text.to_owned(), home: "/office/" })
}
