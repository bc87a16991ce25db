//! What is a request about? The open campaign, what the reader's office said so far, and what the reader may do.

use axum::http::StatusCode;
use axum::response::Response;
use certs::Timestamp;

use super::super::Person;
use super::forms::{beside_of, is_beside};
use super::line::{field, who_else};
use super::pages::{ReportForm, ReportState};
use super::said::{self, PATH};
use super::typed::{Chosen, left, lines};
use crate::application::{Day, Fields as Beside, KnownOffice, Mistakes};
use crate::campaign::{Campaign, OfficeSheet, RowAnswer, RowStanding, RowSubject};
use crate::clock::now;
use crate::desk::Fields;
use crate::desk::apply::{Sheet, Shown, Stopped, rows};
use crate::desk::page::{Frame, page};
use crate::desk::spoken::{date, numbered, read, say};
use crate::desk::state::Desk;
use crate::refusal::Refusal;

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
        let unread = |why: Refusal| {
            tracing::warn!(%why, "the registry does not answer");
            stopped((desk, person), StatusCode::SERVICE_UNAVAILABLE, silent())
        };
        let campaign = ledger.open_campaign().await.map_err(|why| unread(why.into()))?;
        let Some(campaign) = campaign else { return Err(past(desk, person).await) };
        let sheet = match ledger.campaign_office(campaign.no, person.office()).await {
            Ok(sheet) => sheet,
            Err(Refusal::Campaign(_)) => {
                let text = say(
                    "いまの現況届を始めたあとに登録された事業所です。今回は、答えていただくものはありません。",
                    "今の現況届が始まったあとに登録した事業所です。今回は、答えるものはありません。",
                    "Your office was registered after this yearly report began. There is nothing to answer this time.",
                );
                return Err(stopped((desk, person), StatusCode::OK, text));
            }
            Err(why) => return Err(unread(why)),
        };
        let known = ledger.known_office(person.office()).await.map_err(|why| unread(why.into()))?;
        let Some(known) = known else {
            let text = say(
                "この事業所は、いま利用されていません。",
                "この事業所は、今は使っていません。",
                "This office does not use Kashiwani-Net at the moment.",
            );
            return Err(stopped((desk, person), StatusCode::CONFLICT, text));
        };
        let contact = ledger.is_contact(person.login_id(), person.office()).await.map_err(unread)?;
        Ok(Self { desk, person, campaign, sheet, known, contact, now: now() })
    }

    /// Who reads, as an ID.
    pub(super) fn own(&self) -> &str {
        self.person.login_id().as_str()
    }

    /// The page as it is opened.
    pub(super) fn shown(&self, query: &Fields) -> Response {
        let told = match query.get("told") {
            "saved" => self.sheet.answered.as_ref().map(|kept| said::kept(kept.at)),
            "sent" => Some(
                say("現況届を提出しました。", "現況届を出しました。", "Your yearly report is handed in.").to_owned(),
            ),
            "waits" => Some(
                say(
                    "回答を保存しました。ほかの人が確かめるまで、提出は終わりません。",
                    "保存しました。ほかの人が確かめると、出すのが終わります。",
                    "Your answers are saved. They are handed in once somebody else confirms yours.",
                )
                .to_owned(),
            ),
            "vouched" => Some(
                say(
                    "確かめたことを記録しました。",
                    "確かめたことを書いておきました。",
                    "It is recorded that you confirmed it.",
                )
                .to_owned(),
            ),
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
        wrong.extend(mistakes.0.iter().map(|mistake| (mistake.field.clone(), read(&mistake.with_label()))));
        let form = ReportForm {
            frame: self.frame(heading()),
            campaign: self.campaign.no.to_string(),
            office: numbered(&self.known.details[crate::application::Detail::Name], &self.sheet.office),
            due: date(self.campaign.dates.due),
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
        (self.sheet.people() > 1).then(|| said::others_stand(&who_else(&self.sheet, self.own())))
    }

    /// How far it is.
    pub(super) fn state(&self, status: StatusCode, told: Option<String>, mistake: Option<String>) -> Response {
        let sheet = &self.sheet;
        let said = match (&sheet.confirmed, self.contact) {
            (Some(_), _) => say("提出は済んでいます。", "もう出しました。", "It is handed in."),
            (None, true) => say("まだ提出していません。", "まだ出していません。", "It is not handed in yet."),
            (None, false) => say(
                "現況届は、事業所のカシワニネット担当者が答えます。いまの状況は、次のとおりです。",
                "現況届は、事業所のカシワニネット担当者が答えます。今のようすは、下のとおりです。",
                "The Kashiwani-Net contact of your office answers the yearly report. This is how far it is.",
            ),
        };
        let mut lines = said::standing(&self.campaign, sheet);
        if let Some(row) = sheet.row(&RowSubject::Person(self.person.login_id().clone())) {
            let none = || say("まだありません", "まだありません", "none yet").to_owned();
            let answer = row.answer.as_ref().map_or_else(none, |given| super::line::told(sheet, given));
            lines.push((say("あなたのIDについての回答", "あなたのIDの答え", "What was answered of your ID"), answer));
        }
        let mut ways = Vec::new();
        if self.contact {
            let words = if sheet.confirmed.is_some() {
                say("提出した内容を直す", "出したものを直す", "Correct what was handed in")
            } else {
                say("回答する", "答える", "Answer")
            };
            ways.push((words, format!("{PATH}?correct=1")));
        }
        let page_of = ReportState {
            frame: self.frame(heading()),
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

fn heading() -> &'static str {
    say("現況届", "現況届", "Yearly report")
}

fn silent() -> &'static str {
    say(
        "ただいま表示できません。しばらくしてから、もう一度お試しください。",
        "いまは見られません。少し待って、もう一度試してください。",
        "This cannot be shown at the moment. Please try again in a while.",
    )
}

fn frame<'a>(desk: &'a Desk, person: &'a Person, now: Timestamp, heading: &'a str) -> Frame<'a> {
    Frame { words: &desk.words, reference: &person.reference, now, heading }
}

/// Nothing is asked, and what was before.
async fn past(desk: &Desk, person: &Person) -> Response {
    let Ok(past) = desk.writer.ledger().campaigns_of_office(person.office()).await else {
        return stopped((desk, person), StatusCode::SERVICE_UNAVAILABLE, silent());
    };
    let before = say("これまでの現況届", "これまでの現況届", "Yearly reports before");
    let lines = past.iter().map(|(campaign, sheet)| (before, said::past(campaign, sheet)));
    let none = say(
        "いま受け付けている現況届はありません。始まったときは、担当者にお知らせします。",
        "今は、現況届はありません。始まったときは、担当者に知らせます。",
        "No yearly report is asked for at the moment. The contact is told when one begins.",
    );
    let state = ReportState {
        frame: frame(desk, person, now(), heading()),
        told: None,
        said: vec![none.to_owned()],
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
    let frame = frame(desk, person, now(), heading());
    page(status, &Stopped { frame, text: text.to_owned(), home: "/office/" })
}
