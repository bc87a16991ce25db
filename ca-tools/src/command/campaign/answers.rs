//! What one office said, typed in by a clerk: from paper, or at the telephone.

use std::collections::BTreeMap;

use clap::Args;
use registry::OfficeNo;
use serde_json::json;

use super::super::answer::Answer;
use super::super::application_fields::mistaken;
use super::super::context::CommandContext;
use super::super::error::CliError;
use super::super::office_details::OfficeDetails;
use super::super::two::Two;
use crate::acts::{AnswerTaken, CampaignAt, OfficeConfirmed};
use crate::application::{Day, Facts, Fields, Form};
use crate::calendar::minute;
use crate::campaign::{AnswerChannel, CampaignNo, RowAnswer, RowSubject, forms_beside};
use crate::language::Text;
use crate::proposal::Act;

/// Which office.
#[derive(Args, Debug)]
pub(crate) struct AnsweringOffice {
    #[arg(value_parser = super::campaign, value_name = "CAMPAIGN", help = super::CAMPAIGN)]
    campaign: CampaignNo,
    #[arg(value_parser = super::super::typed::office)]
    office: OfficeNo,
}

impl AnsweringOffice {
    fn at(&self) -> CampaignAt {
        CampaignAt { campaign: self.campaign, office: self.office.clone(), channel: AnswerChannel::Paper }
    }
}

/// 紙や電話の回答を入れる / type answers in
#[derive(Args, Debug)]
pub(crate) struct TypedAnswers {
    #[command(flatten)]
    place: AnsweringOffice,
    /// 継続するIDや端末（複数可） / what goes on; several at once
    #[arg(long = "continue", value_name = "ROW", num_args = 1.., value_parser = super::row)]
    goes_on: Vec<RowSubject>,
    /// 削除するIDや端末（複数可。確定すると削除される） / what is to go; several at once
    #[arg(long = "delete", value_name = "ROW", num_args = 1.., value_parser = super::row)]
    goes: Vec<RowSubject>,
    /// 回答を未回答に戻すIDや端末（複数可） / what is unanswered again; several at once
    #[arg(long = "unanswered", value_name = "ROW", num_args = 1.., value_parser = super::row)]
    unsaid: Vec<RowSubject>,
    /// まだ回答のないものを、すべて継続にする / whatever nobody answered yet goes on
    #[arg(long)]
    others_continue: bool,
    /// 新しくIDを登録する人「氏名,職種」（複数可） / a person to be given an ID; repeatable
    #[arg(long = "person", value_name = "NAME,PROFESSION")]
    people: Vec<String>,
    #[command(flatten)]
    details: OfficeDetails,
    /// 見た回答の版（campaign show で分かる。省略時はいまの版） / the edition that was seen
    #[arg(long, value_name = "NUMBER")]
    edition: Option<i64>,
}

impl TypedAnswers {
    pub(super) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let by = context.by().await?;
        let ledger = context.writer.ledger();
        let sheet = ledger.campaign_office(self.place.campaign, &self.place.office).await?;
        let at = self.place.at();
        let mut answers =
            crate::campaign::CampaignAnswers { seen: self.edition.unwrap_or(sheet.edition), ..Default::default() };
        if self.others_continue {
            answers.rows = sheet.all_others_continue().rows;
        }
        let said =
            [(&self.goes_on, Some(RowAnswer::Continue)), (&self.goes, Some(RowAnswer::Delete)), (&self.unsaid, None)];
        let mut once = BTreeMap::new();
        for (rows, answer) in said {
            for row in rows {
                if once.insert(row.clone(), answer).is_some_and(|other| other != answer) {
                    return Err(CliError::Usage(Text::new(
                        format!("{row} の回答が2つあります。1つにしてください。何もしていません。"),
                        format!("{row} has two answers; nothing was done"),
                    )));
                }
            }
        }
        answers.rows.extend(once);
        answers.forms = self.forms(context, by.at).await?;
        if answers.rows.is_empty() && answers.forms.is_none() {
            return Err(CliError::Usage(Text::new(
                "回答がありません。--continue、--delete、--others-continue などで入れてください。何もしていません。",
                "nothing was answered: say it with --continue, --delete, --others-continue; nothing was done",
            )));
        }
        let taken = context.writer.answer_campaign(&by, &at, &answers).await?;
        Ok(taken_in(&at, &taken))
    }

    async fn forms(&self, context: &CommandContext, now: certs::Timestamp) -> Result<Option<Vec<Form>>, CliError> {
        let of_office = || {
            let mut fields = Fields::default();
            fields.set("office", self.place.office.as_str());
            fields
        };
        let mut new_ids = None;
        for (at, person) in (1..).zip(&self.people) {
            let (name, profession) = person.split_once([',', '，', '、']).unwrap_or((person, ""));
            let fields = new_ids.get_or_insert_with(of_office);
            fields.set(format!("person-{at}-name"), name);
            fields.set(format!("person-{at}-profession"), profession);
        }
        let mut corrections = None;
        for (detail, text) in self.details.0.iter() {
            if let Some(text) = text {
                corrections.get_or_insert_with(of_office).set(detail.as_str(), text);
            }
        }
        if new_ids.is_none() && corrections.is_none() {
            return Ok(None);
        }
        let office = context.writer.ledger().known_office(&self.place.office).await?;
        let facts = Facts { today: Day::of(now), office: office.as_ref(), professions: &context.config.professions };
        forms_beside(new_ids, corrections, &facts).map(Some).map_err(|mistakes| mistaken(&mistakes))
    }
}

fn taken_in(at: &CampaignAt, taken: &AnswerTaken) -> Answer {
    let (no, office) = (at.campaign, &at.office);
    match taken {
        AnswerTaken::Kept { edition, unanswered, version } => {
            let next = if *unanswered == 0 {
                Text::new(
                    format!("campaign confirm {no} {office} で確定してください。"),
                    format!("confirm it: campaign confirm {no} {office}"),
                )
            } else {
                Text::new(format!("未回答が{unanswered}件あります。"), format!("{unanswered} rows are unanswered"))
            };
            let text = Text::new(
                format!("事業所 {office} の回答を入れました（まだ確定していません）。{}", next.ja),
                format!("kept what {office} said; it is not confirmed yet; {}", next.en),
            );
            Answer::done(
                text,
                json!({
                    "campaign": no.to_string(), "office": office, "kept": true, "edition": edition,
                    "unanswered": unanswered, "version": version,
                }),
            )
        }
        AnswerTaken::Late { note, closed_at, version } => {
            let text = Text::new(
                format!(
                    "現況届 {no} は{}に締め切られています。この回答は記録だけして（{note}件目）、ほかには何もしていません。",
                    minute(*closed_at)
                ),
                format!("{no} was closed at {closed_at}: this is kept as note {note}, and nothing follows from it"),
            );
            Answer::done(
                text,
                json!({ "campaign": no.to_string(), "office": office, "kept": false, "note": note, "version": version }),
            )
        }
    }
}

/// 本人以外の人が確かめた / another stands for them
#[derive(Args, Debug)]
pub(crate) struct Vouch {
    #[command(flatten)]
    place: AnsweringOffice,
    #[arg(value_parser = super::row, value_name = "ID", help = "確かめた人のカシワニネットID / the ID of whom it is about")]
    row: RowSubject,
}

impl Vouch {
    pub(super) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let (at, by) = (self.place.at(), context.by().await?);
        let version = context.writer.vouch_in_campaign(&by, &at, &self.row).await?;
        let row = &self.row;
        let text = Text::new(
            format!("{row} が継続することを、{} が確かめたと記録しました。", by.operator),
            format!("{} stands for {row}", by.operator),
        );
        let json = json!({ "campaign": at.campaign.to_string(), "office": at.office, "id": row.to_string(), "version": version });
        Ok(Answer::done(text, json))
    }
}

/// 回答を確定する / confirm the answers
#[derive(Args, Debug)]
pub(crate) struct Confirm {
    #[command(flatten)]
    place: AnsweringOffice,
    #[command(flatten)]
    two: Two,
}

impl Confirm {
    pub(super) fn looks(&self) -> bool {
        self.two.looks()
    }

    pub(super) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let (at, by) = (self.place.at(), context.by().await?);
        let would = context.writer.foresee_campaign_confirmation(&by, &at).await?;
        let said = said(&would);
        if self.two.looks() {
            let mut json = would.json();
            json["dry_run"] = true.into();
            let text = Text::new(format!("{}\n何もしていません。", said.ja), format!("{}\nnothing was done", said.en));
            return Ok(Answer::done(text, json));
        }
        let CampaignAt { campaign, office, channel } = at.clone();
        let by = self.two.way(context, &Act::CampaignConfirm { campaign, office, channel }).await?;
        context.confirm(Text::new(
            format!("事業所 {} の回答を確定します。削除は取り消せません。\n{}", at.office, said.ja),
            format!("the answers of {} will be confirmed; deletions are for ever\n{}", at.office, said.en),
        ))?;
        let confirmed = context.writer.confirm_campaign(&by, &at).await?;
        let said = self::said(&confirmed);
        let mut json = confirmed.json();
        json["campaign"] = at.campaign.to_string().into();
        json["office"] = json!(at.office);
        json["version"] = confirmed.version.into();
        let text = Text::new(
            format!("事業所 {} の回答を確定しました。\n{}", at.office, said.ja),
            format!("confirmed {}\n{}", at.office, said.en),
        );
        let (text, json) = if confirmed.certificates.is_empty() {
            (text, json)
        } else {
            super::super::crl::with_list(context, &by, (text, json)).await
        };
        Ok(super::super::receipt::receipted(context, confirmed.version, (text, json)).await)
    }
}

fn said(confirmed: &OfficeConfirmed) -> Text {
    let people: Vec<_> = confirmed.left.iter().map(|(person, _)| person.to_string()).collect();
    let devices: Vec<_> = confirmed.retired.iter().map(ToString::to_string).collect();
    let or =
        |list: &[String], none: &str, between: &str| if list.is_empty() { none.to_owned() } else { list.join(between) };
    let received: Vec<_> = confirmed.received.iter().map(ToString::to_string).collect();
    Text::new(
        format!(
            "継続 {}件、削除する利用者：{}、廃止する端末：{}、停止を解くもの {}件、受け付ける申請：{}",
            confirmed.continued,
            or(&people, "なし", "、"),
            or(&devices, "なし", "、"),
            confirmed.resumed.len(),
            or(&received, "なし", "、")
        ),
        format!(
            "{} go on; deleted: {}; retired: {}; {} resumed; applications: {}",
            confirmed.continued,
            or(&people, "none", ", "),
            or(&devices, "none", ", "),
            confirmed.resumed.len(),
            or(&received, "none", ", ")
        ),
    )
}
