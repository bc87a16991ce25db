//! How far a campaign is, and what one office said.

use clap::Args;
use registry::OfficeNo;
use serde_json::{Value as Json, json};

use super::super::answer::Answer;
use super::super::context::CommandContext;
use super::super::error::CliError;
use super::super::export::{Export, Listed};
use crate::calendar::day;
use crate::campaign::{
    Campaign, CampaignNo, CampaignStep, OfficeProgress, OfficeSheet, OfficeStage, RowStanding, detail, kind, next_step,
    system,
};
use crate::clock::now;
use crate::language::Text;
use crate::ledger::Entry;

/// 進み具合 / how far it is
#[derive(Args, Debug)]
pub(crate) struct Status {
    #[arg(value_parser = super::campaign, value_name = "CAMPAIGN", help = super::CAMPAIGN)]
    campaign: CampaignNo,
    /// まだ提出していない事業所だけ / only offices that have not answered
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    export: Export,
}

/// 状況、または1つの事業所の回答 / how far it is, or what one office said
#[derive(Args, Debug)]
pub(crate) struct Show {
    #[arg(value_parser = super::campaign, value_name = "CAMPAIGN", help = super::CAMPAIGN)]
    campaign: CampaignNo,
    #[arg(value_parser = super::super::typed::office)]
    office: Option<OfficeNo>,
}

pub(super) async fn list(context: &CommandContext) -> Result<Answer, CliError> {
    let campaigns = context.writer.ledger().campaigns().await?;
    let entry = |campaign: &Campaign| entry(said(campaign));
    Ok(Answer::list(
        campaigns.iter().map(entry).collect(),
        &["campaign", "state", "due", "warn_on", "suspend_on", "delete_on"],
    ))
}

fn entry(json: Json) -> Entry {
    json.as_object().cloned().unwrap_or_default()
}

/// A campaign and its days, for programs.
fn said(campaign: &Campaign) -> Json {
    let dates = &campaign.dates;
    let state = if campaign.closed_at.is_some() { "closed" } else { "open" };
    json!({
        "campaign": campaign.no.to_string(), "state": state, "opened_at": campaign.opened_at.to_string(),
        "due": dates.due.to_string(), "reminders": dates.reminders.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "warn_on": dates.warn_on.map(|day| day.to_string()), "suspend_on": dates.suspend_on.map(|day| day.to_string()),
        "delete_on": dates.delete_on.map(|day| day.to_string()),
        "closed_at": campaign.closed_at.map(|at| at.to_string()),
    })
}

pub(super) fn of_step(step: &CampaignStep) -> Json {
    json!({
        "step": step.step.as_str(), "number": step.number, "state": step.state.as_str(), "count": step.touches.len(),
        "taken_by": step.taken_by, "taken_at": step.taken_at.to_string(),
        "until": step.until.map(|until| until.to_string()), "undone_by": step.undone.as_ref().map(|(by, _)| by),
    })
}

impl Status {
    pub(super) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let progress = context.writer.ledger().campaign_progress(self.campaign, now()).await?;
        let wanted = |one: &&OfficeProgress| !self.open || one.stage != OfficeStage::Confirmed;
        let listed = Listed {
            list: "campaign",
            filter: json!({ "campaign": self.campaign.to_string(), "open": self.open }),
            entries: progress.offices.iter().filter(wanted).map(|one| entry(of_office(one))).collect(),
            columns: &[
                "office",
                "office_name",
                "state",
                "unanswered",
                "continues",
                "goes",
                "held",
                "confirmed_at",
                "faces_steps",
            ],
        };
        self.export.of(context, listed).await
    }
}

fn of_office(one: &OfficeProgress) -> Json {
    let open = one.count(RowStanding::Unanswered) + one.count(RowStanding::OwnWordAlone);
    json!({
        "office": one.office, "office_name": one.called, "state": one.stage.as_str(), "unanswered": open,
        "continues": one.count(RowStanding::Continues),
        "goes": one.count(RowStanding::Goes) + one.count(RowStanding::Ended), "held": one.held,
        "confirmed_at": one.confirmed_at.map(|at| at.to_string()), "faces_steps": !one.keeps_house,
    })
}

impl Show {
    pub(super) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        match self.office {
            Some(office) => Ok(of_sheet(&context.writer.ledger().campaign_office(self.campaign, &office).await?)),
            None => whole(context, self.campaign).await,
        }
    }
}

async fn whole(context: &CommandContext, no: CampaignNo) -> Result<Answer, CliError> {
    let ledger = context.writer.ledger();
    let view = ledger.campaign(no).await?;
    let progress = ledger.campaign_progress(no, now()).await?;
    let mut json = said(&view.campaign);
    json["steps"] = view.steps.iter().map(of_step).collect();
    json["reminded"] = view.reminded.iter().map(ToString::to_string).collect();
    for stage in [OfficeStage::Untouched, OfficeStage::Begun, OfficeStage::Confirmed] {
        json["offices"][stage.as_str()] = progress.count(stage).into();
    }
    for standing in RowStanding::ALL {
        json["rows"][standing.as_str()] = progress.rows(standing).into();
    }
    let days = progress.days.iter().map(|one| {
        json!({ "day": one.day.to_string(), "confirmed": one.confirmed, "begun": one.begun, "answered_rows": one.answered_rows })
    });
    json["days"] = days.collect();
    let next = next_step(&view.campaign.dates, &view.steps).filter(|_| view.campaign.closed_at.is_none());
    json["next_step"] =
        next.map_or(Json::Null, |(step, day)| json!({ "step": step.as_str(), "from": day.to_string() }));
    let mut shown = said(&view.campaign);
    for (field, standing) in [("unanswered", RowStanding::Unanswered), ("continues", RowStanding::Continues)] {
        shown[field] = progress.rows(standing).into();
    }
    for stage in [OfficeStage::Untouched, OfficeStage::Begun, OfficeStage::Confirmed] {
        shown[stage.as_str()] = progress.count(stage).into();
    }
    let steps: Vec<_> = view
        .steps
        .iter()
        .map(|step| format!("{}（{}、{}件）", step.step.japanese(), step.state.japanese(), step.touches.len()))
        .collect();
    let en: Vec<_> =
        view.steps.iter().map(|step| format!("{} ({}, {})", step.step, step.state, step.touches.len())).collect();
    let note = Text::new(format!("段階　{}", steps.join("、")), format!("steps  {}", en.join(", ")));
    let answer = Answer::entry_of(entry(json), entry(shown));
    Ok(if view.steps.is_empty() { answer } else { answer.with_note(note) })
}

/// What one office said, a line a row.
fn of_sheet(sheet: &OfficeSheet) -> Answer {
    let rows: Vec<_> = sheet
        .standings()
        .map(|(row, stands)| {
            json!({
                "id": row.subject.to_string(), "kind": row.subject.kind(), "called": row.called, "detail": row.detail,
                "last_used": row.evidence.last_used.map(|at| at.to_string()), "last_system": row.evidence.last_system,
                "certificate_until": row.evidence.certificate_until.map(|at| at.to_string()),
                "state": stands.as_str(), "answer": row.answer.as_ref().map(|given| given.answer.as_str()),
                "answered_by": row.answer.as_ref().map(|given| &given.by),
                "channel": row.answer.as_ref().map(|given| given.channel.as_str()), "held": row.held.is_some(),
            })
        })
        .collect();
    let line = |row: &crate::campaign::CampaignRow, stands: RowStanding, said: &str| {
        let seen = row.evidence.last_system.as_deref().map(system).unwrap_or_default();
        let used = row.evidence.last_used.map(day).unwrap_or_else(|| "－".to_owned());
        format!(
            "{}　{}　{}　{}　{used} {seen}　{said}{}",
            kind(&row.subject),
            row.subject,
            row.called,
            detail(row),
            if row.held.is_some() && stands.is_open() { "（停止中）" } else { "" }
        )
    };
    let ja: Vec<_> = sheet.standings().map(|(row, stands)| line(row, stands, stands.japanese())).collect();
    let en: Vec<_> = sheet.standings().map(|(row, stands)| line(row, stands, stands.as_str())).collect();
    let notes: Vec<_> = sheet
        .notes
        .iter()
        .map(|note| json!({ "note": note.note, "by": note.noted.by, "at": note.noted.at.to_string(), "channel": note.noted.channel.as_str(), "said": note.said }))
        .collect();
    let json = json!({
        "campaign": sheet.campaign.to_string(), "office": sheet.office, "office_name": sheet.called,
        "faces_steps": !sheet.keeps_house, "edition": sheet.edition, "answered_by": sheet.answered.as_ref().map(|one| &one.by),
        "answered_at": sheet.answered.as_ref().map(|one| one.at.to_string()),
        "confirmed_by": sheet.confirmed.as_ref().map(|(by, _)| by),
        "confirmed_at": sheet.confirmed.as_ref().map(|(_, at)| at.to_string()), "applications": sheet.received,
        "forms": sheet.forms.len(), "rows": rows, "notes": notes,
    });
    let mut shown = entry(json.clone());
    for field in ["rows", "notes", "edition"] {
        shown.remove(field);
    }
    Answer::entry_of(entry(json), shown).with_note(Text::new(ja.join("\n"), en.join("\n")))
}
