//! A campaign is opened with the city's days, offices are reminded of it, it is closed.

use clap::Args;
use serde_json::{Value as Json, json};

use super::super::answer::Answer;
use super::super::context::CommandContext;
use super::super::error::CliError;
use crate::acts::{CampaignOpened, WithoutMail};
use crate::application::Day;
use crate::campaign::{CampaignDates, CampaignNo, OfficeStage};
use crate::clock::now;
use crate::language::Text;
use crate::spelling;

/// 現況届を作成する / open a campaign
#[derive(Args, Debug)]
pub(crate) struct Open {
    /// 回答の期限（2027-05-15、令和9年5月15日） / the last day to answer
    #[arg(long, value_name = "DATE", value_parser = day)]
    due: Day,
    /// お願いをもう一度送る日（複数可） / a day on which whoever has something left to answer is reminded; repeatable
    #[arg(long = "remind-on", value_name = "DATE", value_parser = day)]
    reminders: Vec<Day>,
    /// この日から、未回答の事業所に予告できる / from this day on they can be warned
    #[arg(long, value_name = "DATE", value_parser = day)]
    warn_on: Option<Day>,
    /// この日から、未回答のものを一時停止できる / from this day on what is not answered can be suspended
    #[arg(long, value_name = "DATE", value_parser = day)]
    suspend_on: Option<Day>,
    /// この日から、一時停止したものを削除できる / from this day on it can be deleted
    #[arg(long, value_name = "DATE", value_parser = day)]
    delete_on: Option<Day>,
    /// 対象だけを見る / only show whom it asks
    #[arg(long)]
    dry_run: bool,
}

fn day(text: &str) -> Result<Day, crate::application::NotADay> {
    spelling::code(text).unwrap_or_else(|_| text.to_owned()).parse()
}

impl Open {
    pub(super) fn looks(&self) -> bool {
        self.dry_run
    }

    pub(super) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let by = context.by().await?;
        let dates = CampaignDates {
            due: self.due,
            reminders: self.reminders,
            warn_on: self.warn_on,
            suspend_on: self.suspend_on,
            delete_on: self.delete_on,
        };
        let would = context.writer.foresee_campaign(&by, &dates).await?;
        if self.dry_run {
            let mut json = shown(&would);
            json["dry_run"] = true.into();
            let said = said(&would);
            return Ok(Answer::done(
                Text::new(format!("{}\n何もしていません。", said.ja), format!("{}\nnothing was done", said.en)),
                json,
            ));
        }
        context.confirm(said(&would))?;
        let opened = context.writer.open_campaign(&by, &dates).await?;
        let no = opened.campaign.no;
        let said = said(&opened);
        let text = Text::new(format!("現況届 {no} を作成しました。\n{}", said.ja), format!("opened {no}\n{}", said.en));
        let mut json = shown(&opened);
        json["version"] = opened.version.into();
        Ok(Answer::done(text, json))
    }
}

fn said(opened: &CampaignOpened) -> Text {
    let CampaignOpened { offices, people, devices, letters, without_mail, .. } = opened;
    let due = opened.campaign.dates.due;
    let paper = without_mail.len();
    Text::new(
        format!(
            "{offices}事業所に、利用者{people}名と端末{devices}台の回答を、{}までにお願いします。メール{letters}通。メールアドレスがなく、紙でお願いする事業所：{paper}",
            due.japanese()
        ),
        format!(
            "{offices} offices are asked of {people} IDs and {devices} devices until {due}; {letters} letters; {paper} offices have no mail address and get paper"
        ),
    )
}

fn shown(opened: &CampaignOpened) -> Json {
    let CampaignOpened { campaign, offices, people, devices, letters, without_mail, .. } = opened;
    json!({
        "campaign": campaign.no.to_string(), "due": campaign.dates.due.to_string(), "offices": offices,
        "people": people, "devices": devices, "letters": letters, "without_mail": named(without_mail),
    })
}

pub(super) fn named(without: &[WithoutMail]) -> Json {
    without.iter().map(|one| json!({ "office": one.office, "name": one.called })).collect()
}

pub(super) async fn remind(context: &CommandContext, campaign: CampaignNo) -> Result<Answer, CliError> {
    let by = context.by().await?;
    let progress = context.writer.ledger().campaign_progress(campaign, now()).await?;
    let waiting = progress.count(OfficeStage::Untouched) + progress.count(OfficeStage::Begun);
    context.confirm(Text::new(
        format!(
            "現況届 {campaign} の、まだ提出していない事業所（{waiting}）のうち、未回答のある担当者にお願いを送ります。"
        ),
        format!(
            "contacts with something left to answer are reminded of {campaign} ({waiting} offices have not answered)"
        ),
    ))?;
    let reminded = context.writer.remind_campaign(&by, campaign).await?;
    let (letters, paper) = (reminded.letters, reminded.without_mail.len());
    let text = Text::new(
        format!("お願いを{letters}通送ります。メールアドレスのない事業所：{paper}"),
        format!("{letters} letters go out; {paper} offices have no mail address"),
    );
    let json = json!({
        "campaign": campaign.to_string(), "letters": letters, "without_mail": named(&reminded.without_mail),
        "version": reminded.version,
    });
    Ok(Answer::done(text, json))
}

pub(super) async fn close(context: &CommandContext, campaign: CampaignNo) -> Result<Answer, CliError> {
    let by = context.by().await?;
    let progress = context.writer.ledger().campaign_progress(campaign, now()).await?;
    let [untouched, begun, confirmed] =
        [OfficeStage::Untouched, OfficeStage::Begun, OfficeStage::Confirmed].map(|stage| progress.count(stage));
    context.confirm(Text::new(
        format!(
            "現況届 {campaign} を締め切ります（提出済み {confirmed}、回答の途中 {begun}、未回答 {untouched}）。あとから届いた回答は、記録だけします。停止中のものは、停止のままです。"
        ),
        format!("{campaign} will be closed ({confirmed} confirmed, {begun} begun, {untouched} untouched); what comes later is only noted"),
    ))?;
    let version = context.writer.close_campaign(&by, campaign).await?;
    let text = Text::new(format!("現況届 {campaign} を締め切りました。"), format!("closed {campaign}"));
    let json = json!({ "campaign": campaign.to_string(), "state": "closed", "version": version });
    Ok(Answer::done(text, json))
}
