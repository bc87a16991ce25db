//! What came on paper, or was said at the telephone, is taken down row by row.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::act::{Field, once};
use super::super::fact::named;
use super::super::frame::{Frame, page};
use super::super::may::Right;
use super::super::operator::Operator;
use super::{campaign_of, office_path, sheet_of};
use crate::acts::{AnswerTaken, CampaignAt};
use crate::campaign::{
    AnswerChannel, AnsweredEarlier, CampaignAnswers, CampaignRefusal, ConfirmFault, OfficeSheet, RowAnswer, RowStanding,
};
use crate::clock::now;
use crate::desk::{
    AnswerLine, Chosen, Desk, answers_of, called, chosen, left, lines, named_of, row_field, with_the_rest,
};
use crate::ledger::CampaignView;
use crate::refusal::Refusal;
use crate::words::for_console;

#[derive(Template)]
#[template(path = "console/campaign/answer.html")]
struct TypeIn<'a> {
    frame: Frame<'a>,
    told: Vec<String>,
    path: String,
    back: String,
    seen: i64,
    once: Field,
    people: Vec<AnswerLine>,
    devices: Vec<AnswerLine>,
    why: String,
    /// Rows of which nobody says anything.
    left: usize,
    /// Where each leads, and what it says.
    mistakes: Vec<(String, String)>,
}

/// What a form is about.
struct Paper<'a> {
    desk: &'a Desk,
    operator: &'a Operator,
    view: CampaignView,
    sheet: OfficeSheet,
}

pub(super) async fn ask(
    State(desk): State<Desk>,
    Path((typed, office)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    match Paper::of(&desk, &operator, (&typed, &office)).await {
        Ok(paper) => paper.page(StatusCode::OK, &Chosen::new(), Vec::new()),
        Err(answer) => answer,
    }
}

pub(super) async fn act(
    State(desk): State<Desk>,
    Path((typed, office)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    let paper = match Paper::of(&desk, &operator, (&typed, &office)).await {
        Ok(paper) => paper,
        Err(answer) => return answer,
    };
    let chosen = chosen(&paper.sheet, operator.fields());
    if operator.fields().get("do") == "rest" {
        let rest = with_the_rest(&paper.sheet, chosen);
        return paper.page(StatusCode::OK, &rest, Vec::new());
    }
    match once(&desk, &operator, paper.taken(&chosen)).await {
        Ok(place) => Redirect::to(&place).into_response(),
        Err(answer) => answer,
    }
}

impl<'a> Paper<'a> {
    async fn of(desk: &'a Desk, operator: &'a Operator, (typed, office): (&str, &str)) -> Result<Self, Response> {
        let view = campaign_of(desk, operator, (typed, Right::Change)).await?;
        let sheet = sheet_of(desk, operator, (&view, office)).await?;
        Ok(Self { desk, operator, view, sheet })
    }

    /// Writes it down, and hands it in where nothing is left; where that is told.
    async fn taken(&self, chosen: &Chosen) -> Result<String, Response> {
        let (by, sheet) = (self.operator.by(now()), &self.sheet);
        let rows = answers_of(sheet, chosen);
        if rows.is_empty() && sheet.confirmed.is_some() {
            let wrong = "前の回答と同じです。紙に書かれた答えを、1件ずつ選んでください。".to_owned();
            return Err(self.page(StatusCode::UNPROCESSABLE_ENTITY, chosen, vec![(String::new(), wrong)]));
        }
        let at =
            CampaignAt { campaign: self.view.campaign.no, office: sheet.office.clone(), channel: AnswerChannel::Paper };
        let seen = self.operator.fields().get("edition").parse().unwrap_or(-1);
        let answers = CampaignAnswers { seen, rows, forms: None };
        let place = |version: u64| format!("{}?done={version}", office_path(at.campaign, &at.office));
        match self.desk.writer().answer_campaign(&by, &at, &answers).await {
            Ok(AnswerTaken::Late { version, .. }) => return Ok(place(version)),
            Ok(AnswerTaken::Kept { unanswered, version, .. }) if unanswered > 0 => return Ok(place(version)),
            Ok(AnswerTaken::Kept { .. }) => {}
            Err(Refusal::Campaign(CampaignRefusal::Answered(_, _, earlier))) => {
                return Err(self.overtaken(chosen, &earlier).await);
            }
            Err(why) => return Err(self.refused(chosen, &why)),
        }
        match self.desk.writer().confirm_campaign(&by, &at).await {
            Ok(confirmed) => Ok(place(confirmed.version)),
            Err(Refusal::Campaign(CampaignRefusal::Confirm(_, _, ConfirmFault::Already))) => {
                Ok(office_path(at.campaign, &at.office))
            }
            Err(why) => Err(self.refused(chosen, &why)),
        }
    }

    fn refused(&self, chosen: &Chosen, why: &Refusal) -> Response {
        self.page(StatusCode::UNPROCESSABLE_ENTITY, chosen, vec![(String::new(), for_console(why).ja)])
    }

    /// The page comes back with what somebody else said meanwhile; what was typed stays, and may be sent once more.
    async fn overtaken(&self, chosen: &Chosen, earlier: &AnsweredEarlier) -> Response {
        let office = self.sheet.office.as_str();
        let sheet = match sheet_of(self.desk, self.operator, (&self.view, office)).await {
            Ok(sheet) => sheet,
            Err(answer) => return answer,
        };
        let AnsweredEarlier { earlier: last, rows } = earlier;
        let who = named_of(&sheet, last.by.as_str());
        let mut wrong = vec![(
            String::new(),
            format!(
                "この画面を開いたあとに、{who}の回答がありました（{}）。まだ何も記録していません。紙の答えで置き換えるときは、もう一度押してください。",
                last.channel.japanese()
            ),
        )];
        wrong.extend(rows.iter().map(|(subject, is)| {
            let row = sheet.row(subject).map_or_else(|| subject.to_string(), called);
            let is = is.map_or("未回答", RowAnswer::japanese);
            (row_field(subject), format!("{row}：{who}の回答は「{is}」です。"))
        }));
        let now = Self { desk: self.desk, operator: self.operator, view: self.view.clone(), sheet };
        now.page(StatusCode::UNPROCESSABLE_ENTITY, chosen, wrong)
    }

    fn page(&self, status: StatusCode, chosen: &Chosen, wrong: Vec<(String, String)>) -> Response {
        let (no, sheet) = (self.view.campaign.no, &self.sheet);
        let [mut people, mut devices] = lines(sheet, chosen);
        for line in people.iter_mut().chain(&mut devices) {
            line.mistake = wrong.iter().find(|(field, _)| *field == line.field).map(|(_, text)| text.clone());
        }
        let name = named(sheet.office.as_str(), &sheet.called);
        let frame = Frame::of(self.desk, self.operator, now(), format!("{name}の現況届 {no} を記録する"));
        let form = TypeIn {
            frame,
            told: self.told(chosen),
            path: format!("/console/change/campaigns/{no}/offices/{}/answer", sheet.office),
            back: office_path(no, &sheet.office),
            seen: sheet.edition,
            once: Field::once(),
            people,
            devices,
            why: self.operator.fields().get("why").to_owned(),
            left: left(sheet, chosen).count(),
            mistakes: wrong,
        };
        page(status, &form)
    }

    fn told(&self, chosen: &Chosen) -> Vec<String> {
        let sheet = &self.sheet;
        if self.view.campaign.closed_at.is_some() {
            return vec!["この現況届は終わっています。記録しても控えに残るだけで、IDと端末は変わりません。".to_owned()];
        }
        let goes =
            sheet.count(RowStanding::Goes) + chosen.values().filter(|answer| **answer == RowAnswer::Delete).count();
        let mut told = vec![
            "紙に✓のない行は、選ばないでください。選んでいない行は、未回答のままです。".to_owned(),
            "すべての行に答えがあると、提出済みになり、「削除する」のIDと端末がすぐに使えなくなります。元には戻せません。".to_owned(),
        ];
        if goes > 0 {
            told.push(format!("いま「削除する」のもの：{goes}件"));
        }
        told
    }
}
