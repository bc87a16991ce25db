//! Tables to be filled in go out; what comes back is taken over whole, or not at all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use registry::OfficeNo;
use serde_json::json;

use super::super::answer::Answer;
use super::super::application_fields::mistaken;
use super::super::context::CommandContext;
use super::super::error::CliError;
use crate::acts::{AnswerTaken, CampaignAt};
use crate::application::{Day, Facts};
use crate::calendar::minute;
use crate::campaign::{
    AnswerChannel, CampaignAnswers, CampaignNo, OfficeSheet, RowStanding, forms_beside, returned, table_head,
    table_rows,
};
use crate::issuance::{Output, Overwrite};
use crate::language::Text;
use crate::sheet::{MOST_ROWS, NotInWindows31J, SheetMistake, TableFormat, in_windows_31j, written};
use crate::whole;
use crate::words::for_operators;

/// How a table is spelled.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Spelled {
    /// .xlsx（Excel）
    Xlsx,
    /// CSV（UTF-8）
    Csv,
    /// CSV（Windows-31J、シフトJIS）
    CsvSjis,
}

/// 回答用の表を書き出す / write the tables to be filled in
#[derive(Args, Debug)]
pub(crate) struct ExportTables {
    #[arg(value_parser = super::campaign, value_name = "CAMPAIGN", help = super::CAMPAIGN)]
    campaign: CampaignNo,
    /// この事業所だけ / of this office alone
    #[arg(long, value_parser = super::super::typed::office)]
    office: Option<OfficeNo>,
    /// 1つの表に書き出すファイル（0600） / one table, in this file
    #[arg(long, value_name = "FILE", required_unless_present = "folder", conflicts_with = "folder")]
    out: Option<PathBuf>,
    /// 事業所ごとの表を書き出すフォルダ / a table for each office, in this folder
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// 表の形式（省略時は、FILE の名前の .xlsx か .csv。--folder では xlsx） / the kind of table; else as FILE is called
    #[arg(long, value_enum)]
    format: Option<Spelled>,
    /// まだ提出していない事業所だけ / only of offices that have not answered
    #[arg(long)]
    open: bool,
}

impl Spelled {
    fn octets(self, sheets: &[&OfficeSheet]) -> Result<Vec<u8>, CliError> {
        let rows: Vec<_> = sheets.iter().flat_map(|sheet| table_rows(sheet)).collect();
        let format = if self == Self::Xlsx { TableFormat::Xlsx } else { TableFormat::Csv };
        let octets = written(format, &table_head(), &rows)?;
        if self != Self::CsvSjis {
            return Ok(octets);
        }
        in_windows_31j(&octets).map_err(|NotInWindows31J(sign)| {
            CliError::Refused(
                "not_in_windows_31j",
                Text::new(
                    format!("「{sign}」（U+{:04X}）は Windows-31J で書けません。--format csv か xlsx で書き出してください。", u32::from(sign)),
                    format!("Windows-31J has no {sign:?}: write csv or xlsx"),
                ),
            )
        })
    }

    /// The kind that was named, or that the file is called by: one that is called otherwise than it is opens nowhere.
    fn of(named: Option<Self>, file: Option<&Path>) -> Result<Self, CliError> {
        let Some(file) = file else { return Ok(named.unwrap_or(Self::Xlsx)) };
        let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        match (named, ending.as_str()) {
            (None, "xlsx") => Ok(Self::Xlsx),
            (None, "csv") => Ok(Self::Csv),
            (Some(named), ending) if ending == named.ending() => Ok(named),
            (None | Some(_), _) => {
                let (shown, ending) = (file.display(), named.map_or("xlsx か .csv", Self::ending));
                Err(CliError::Usage(Text::new(
                    format!(
                        "{shown} は、表の形式と名前の終わりが合いません。名前の終わりを .{ending} にしてください。何も書いていません。"
                    ),
                    format!("{shown} is not called as its kind of table is: .xlsx or .csv; nothing was written"),
                )))
            }
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv | Self::CsvSjis => "csv",
        }
    }
}

impl ExportTables {
    pub(super) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let format = Spelled::of(self.format, self.out.as_deref())?;
        let by = context.by().await?;
        let ledger = context.writer.ledger();
        let sheets = match &self.office {
            Some(office) => vec![ledger.campaign_office(self.campaign, office).await?],
            None => ledger.campaign_offices(self.campaign).await?,
        };
        let wanted: Vec<_> = sheets.iter().filter(|sheet| !self.open || sheet.confirmed.is_none()).collect();
        let rows: usize = wanted.iter().map(|sheet| table_rows(sheet).len()).sum();
        let overwrite = if context.global.yes { Overwrite::Replace } else { Overwrite::Refuse };
        // Where each goes is tried, and what each holds is made, before anything is written.
        let mut outputs = Vec::new();
        match (&self.out, &self.folder) {
            (Some(file), _) => {
                if rows > MOST_ROWS {
                    return Err(CliError::Usage(Text::new(
                        format!(
                            "1つの表に書き出せるのは{MOST_ROWS}行までです（{rows}行あります）。--folder で事業所ごとに書き出してください。"
                        ),
                        format!(
                            "no more than {MOST_ROWS} rows come back in one table, and there are {rows}: use --folder"
                        ),
                    )));
                }
                outputs.push((Output::at(file, overwrite)?, format.octets(&wanted)?));
            }
            (None, Some(folder)) => {
                for sheet in &wanted {
                    let name = format!("{}-{}.{}", sheet.campaign, sheet.office, format.ending());
                    let output = Output::at(&folder.join(name), overwrite)?;
                    outputs.push((output, format.octets(&[sheet])?));
                }
            }
            (None, None) => {}
        }
        let filter = json!({
            "campaign": self.campaign.to_string(), "office": self.office, "open": self.open,
            "format": format.to_possible_value().map(|value| value.get_name().to_owned()),
        });
        // What was taken along is known before it is.
        let version = context.writer.export_list(&by, ("campaign", filter), rows).await?;
        let mut files = Vec::with_capacity(outputs.len());
        for (output, octets) in outputs {
            files.push(output.target().display().to_string());
            output.finish(&octets)?;
        }
        let (offices, count) = (wanted.len(), files.len());
        let text = Text::new(
            format!("{offices}事業所の{rows}行を、{count}個の表に書き出しました。"),
            format!("wrote {rows} rows of {offices} offices into {count} tables"),
        );
        let json = json!({
            "campaign": self.campaign.to_string(), "offices": offices, "rows": rows, "files": files, "version": version,
        });
        Ok(Answer::done(text, json))
    }
}

/// 戻ってきた表を取り込む / take returned tables over
#[derive(Args, Debug)]
pub(crate) struct ImportTables {
    #[arg(value_parser = super::campaign, value_name = "CAMPAIGN", help = super::CAMPAIGN)]
    campaign: CampaignNo,
    /// .xlsx か CSV（UTF-8、Windows-31J。複数可） / the tables; several at once
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// 回答のそろった事業所は、続けて確定する（削除は取り消せない） / confirm whom nothing is left to answer
    #[arg(long)]
    confirm: bool,
    /// 確かめるだけで、取り込まない / only look
    #[arg(long)]
    dry_run: bool,
}

impl ImportTables {
    pub(super) fn looks(&self) -> bool {
        self.dry_run
    }

    pub(super) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let by = context.by().await?;
        let no = self.campaign;
        let sheets = context.writer.ledger().campaign_offices(no).await?;
        let (mut all, mut wrong): (BTreeMap<OfficeNo, CampaignAnswers>, Vec<Text>) = Default::default();
        for file in &self.files {
            let octets = octets(file)?;
            match returned(&octets, &sheets) {
                Err(mistakes) => wrong.extend(mistakes.iter().map(|mistake| beside(file, mistake))),
                Ok(returned) => {
                    for (office, said) in returned {
                        let known = context.writer.ledger().known_office(&office).await?;
                        let facts = Facts {
                            today: Day::of(by.at),
                            office: known.as_ref(),
                            professions: &context.config.professions,
                        };
                        let forms =
                            forms_beside(said.new_ids, said.corrections, &facts).map_err(|why| mistaken(&why))?;
                        let forms = Some(forms).filter(|forms| !forms.is_empty());
                        let answers = CampaignAnswers { forms, ..said.answers };
                        if all.insert(office.clone(), answers).is_some() {
                            wrong.push(Text::new(
                                format!("事業所 {office} の表が2つあります。1つにしてください。"),
                                format!("there are two tables of {office}"),
                            ));
                        }
                    }
                }
            }
        }
        if !wrong.is_empty() {
            let list = |read: fn(&Text) -> &str| wrong.iter().map(read).collect::<Vec<_>>().join("\n");
            return Err(CliError::Refused(
                "malformed",
                Text::new(
                    format!(
                        "表に{}か所の誤りがあります。何も取り込んでいません。\n{}",
                        wrong.len(),
                        list(|text| &text.ja)
                    ),
                    format!(
                        "the tables have {} mistakes; nothing was taken over:\n{}",
                        wrong.len(),
                        list(|text| &text.en)
                    ),
                ),
            ));
        }
        let rows: usize = all.values().map(|answers| answers.rows.len()).sum();
        let offices = all.len();
        let said = Text::new(
            format!("{offices}事業所の回答{rows}件を取り込みます。"),
            format!("{rows} answers of {offices} offices will be taken over"),
        );
        if self.dry_run {
            let text =
                Text::new(format!("{}まだ何もしていません。", said.ja), format!("{}; nothing was done", said.en));
            return Ok(Answer::done(
                text,
                json!({ "campaign": no.to_string(), "offices": offices, "rows": rows, "done": false }),
            ));
        }
        context.confirm(said)?;
        let version = match context.writer.answer_campaign_of_many(&by, no, &all).await? {
            AnswerTaken::Kept { version, .. } => version,
            AnswerTaken::Late { note, closed_at, version } => {
                let text = Text::new(
                    format!(
                        "現況届 {no} は{}に締め切られています。{note}事業所の回答は記録だけして、ほかには何もしていません。",
                        minute(closed_at)
                    ),
                    format!("{no} was closed at {closed_at}: {note} offices are kept as notes, and nothing follows"),
                );
                let json = json!({ "campaign": no.to_string(), "done": false, "notes": note, "version": version });
                return Ok(Answer::done(text, json));
            }
        };
        let mut json = json!({
            "campaign": no.to_string(), "offices": offices, "rows": rows, "done": true, "version": version,
        });
        let mut text = Text::new(
            format!("{offices}事業所の回答{rows}件を取り込みました。"),
            format!("took over {rows} answers of {offices} offices"),
        );
        if self.confirm {
            let (confirmed, left) = confirm_all(context, (no, &all)).await?;
            text.ja.push_str(&format!("\n確定した事業所：{}", confirmed.len()));
            text.en.push_str(&format!("\nconfirmed: {}", confirmed.len()));
            for (office, why) in &left {
                text.ja.push_str(&format!("\n{office}：{}", why.ja));
                text.en.push_str(&format!("\n{office}: {}", why.en));
            }
            json["confirmed"] = json!(confirmed);
            json["not_confirmed"] = json!(left.iter().map(|(office, _)| office).collect::<Vec<_>>());
        }
        Ok(Answer::done(text, json))
    }
}

/// Confirms each of whom nothing is left to answer; whom not, and why.
async fn confirm_all(
    context: &CommandContext,
    (no, all): (CampaignNo, &BTreeMap<OfficeNo, CampaignAnswers>),
) -> Result<(Vec<OfficeNo>, Vec<(OfficeNo, Text)>), CliError> {
    let by = context.by().await?;
    let (mut confirmed, mut left) = (Vec::new(), Vec::new());
    for office in all.keys() {
        let sheet = context.writer.ledger().campaign_office(no, office).await?;
        let unanswered = sheet.count(RowStanding::Unanswered);
        if unanswered > 0 {
            let why =
                Text::new(format!("未回答が{unanswered}件あります。"), format!("{unanswered} rows are unanswered"));
            left.push((office.clone(), why));
            continue;
        }
        let at = CampaignAt { campaign: no, office: office.clone(), channel: AnswerChannel::File };
        match context.writer.confirm_campaign(&by, &at).await {
            Ok(_) => confirmed.push(office.clone()),
            Err(why) => left.push((office.clone(), for_operators(&why))),
        }
    }
    Ok((confirmed, left))
}

fn octets(file: &Path) -> Result<Vec<u8>, CliError> {
    whole::octets(file, whole::Of::Table).map_err(|why| {
        let file = file.display();
        CliError::Usage(Text::new(format!("{file} を読めません（{why}）。"), format!("{file} cannot be read: {why}")))
    })
}

/// A mistake beside the name of its file.
fn beside(file: &Path, mistake: &SheetMistake) -> Text {
    let said = mistake.said();
    let file = file.display();
    Text::new(format!("{file}　{}", said.ja), format!("{file} {}", said.en))
}
