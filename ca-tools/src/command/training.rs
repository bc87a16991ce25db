//! `ca-tools training`: 研修会, by 年度: when it is, who attended, what offices are told.

use clap::Subcommand;
use registry::{LoginId, OfficeNo};
use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::export::{Export, Listed};
use crate::acts::{PlannedTraining, TrainingLetter, TrainingTold};
use crate::application::{Day, FiscalYear};
use crate::language::Text;
use crate::ledger::AttendanceLine;

#[derive(Debug, Subcommand)]
pub(crate) enum Training {
    /// 研修会の日にちと場所を登録する（変わったときは、もう一度） / when and where it is; once more where that changes
    Hold {
        /// 年度（2026、令和8年度） / the fiscal year
        #[arg(value_parser = super::typed::fiscal_year)]
        year: FiscalYear,
        /// 日にち / the day
        #[arg(long, value_name = "DATE", value_parser = super::typed::day)]
        on: Day,
        /// 場所 / where
        #[arg(long, default_value = "")]
        place: String,
    },
    /// 受講した人を登録する・取り消す（表からは import attendances） / who attended; a table by import attendances
    Attend {
        /// 年度 / the fiscal year
        #[arg(value_parser = super::typed::fiscal_year)]
        year: FiscalYear,
        /// 受講した人（複数可） / who attended; repeatable
        #[arg(required = true, value_name = "ID", value_parser = super::typed::login)]
        people: Vec<LoginId>,
        /// 受講日（省略時は研修会の日） / the day; the training's own where nobody says
        #[arg(long, value_name = "DATE", value_parser = super::typed::day, conflicts_with = "remove")]
        on: Option<Day>,
        /// 間違えた登録を取り消す / take back what was put down by mistake
        #[arg(long)]
        remove: bool,
    },
    /// 事業所の担当者にメールで知らせる / letters to the contacts of offices
    Letters {
        /// 年度 / the fiscal year
        #[arg(value_parser = super::typed::fiscal_year)]
        year: FiscalYear,
        /// invite（案内）, missing（まだ受講していない人がいる事業所へ）
        #[arg(value_enum)]
        what: TrainingLetter,
        /// 知らせる事業所だけを見る / only show which offices would be told
        #[arg(long)]
        dry_run: bool,
    },
    /// 年度の一覧 / the years
    List {
        #[command(flatten)]
        export: Export,
    },
    /// 事業所ごとの人数。--office か --people で、受講した人と、まだの人 / by office; with --office or --people, by person
    Show {
        /// 年度 / the fiscal year
        #[arg(value_parser = super::typed::fiscal_year)]
        year: FiscalYear,
        /// この事業所の人 / the people of this office
        #[arg(long, value_parser = super::typed::office)]
        office: Option<OfficeNo>,
        /// すべての人 / everybody
        #[arg(long, conflicts_with = "office")]
        people: bool,
        /// まだ受講していない人だけ / only who has not attended
        #[arg(long)]
        missing: bool,
        #[command(flatten)]
        export: Export,
    },
}

impl Training {
    /// Whether it only looks, though it answers in a sentence.
    pub(super) fn looks(&self) -> bool {
        matches!(self, Self::Letters { dry_run: true, .. })
    }

    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let writer = &context.writer;
        match self {
            Self::Hold { year, on, place } => {
                let planned = PlannedTraining { year, on, place };
                let version = writer.hold_training(&context.by().await?, &planned).await?;
                let text = Text::new(
                    format!("{}の研修会を、{}と登録しました。", year.japanese(), on.japanese()),
                    format!("the training of {year} is on {on}"),
                );
                Ok(Answer::done(text, json!({ "year": year.number(), "on": on.to_string(), "version": version })))
            }
            Self::Attend { year, people, on, remove: false } => {
                let (new, version) = writer.attend(&context.by().await?, (year, on), &people).await?;
                let (all, known) = (people.len(), people.len() - new.len());
                let text = Text::new(
                    format!("{}の受講者{all}名を登録しました（うち{known}名は登録済みでした）。", year.japanese()),
                    format!("{all} attended {year} ({known} were known already)"),
                );
                Ok(Answer::done(
                    text,
                    json!({ "year": year.number(), "users": people, "new": new, "version": version }),
                ))
            }
            Self::Attend { year, people, remove: true, .. } => {
                let version = writer.unattend(&context.by().await?, year, &people).await?;
                let text = Text::new(
                    format!("{}の受講の登録{}名分を取り消しました。", year.japanese(), people.len()),
                    format!("took back that {} attended {year}", people.len()),
                );
                Ok(Answer::done(text, json!({ "year": year.number(), "removed": people, "version": version })))
            }
            Self::Letters { year, what, dry_run } => letters(context, (year, what), dry_run).await,
            Self::List { export } => {
                let entries = writer.ledger().trainings().await?;
                let columns = &["year", "held_on", "place", "attended", "people"];
                export.of(context, Listed { list: "trainings", filter: json!({}), entries, columns }).await
            }
            Self::Show { year, office: None, people: false, missing: false, export } => {
                let ledger = writer.ledger();
                ledger.training(year).await?;
                let entries = ledger.training_offices(year).await?;
                let columns = &["office", "office_name", "attended", "people"];
                let filter = json!({ "year": year.number() });
                export.of(context, Listed { list: "attendances", filter, entries, columns }).await
            }
            Self::Show { year, office, missing, export, people: _ } => {
                let ledger = writer.ledger();
                ledger.training(year).await?;
                if let Some(office) = &office {
                    ledger.office(office).await?;
                }
                let lines = ledger.training_people(year, office.as_ref()).await?.into_iter();
                let entries =
                    lines.filter(|line| !missing || line.attended_on.is_none()).map(AttendanceLine::entry).collect();
                let columns = &["login_id", "name", "profession", "office", "office_name", "attended_on"];
                let filter = json!({ "year": year.number(), "office": office, "missing": missing });
                export.of(context, Listed { list: "attendances", filter, entries, columns }).await
            }
        }
    }
}

async fn letters(
    context: &CommandContext,
    (year, what): (FiscalYear, TrainingLetter),
    dry_run: bool,
) -> Result<Answer, CliError> {
    let by = context.by().await?;
    let writer = &context.writer;
    let told = writer.foresee_training_letters(&by, year, what).await?;
    let (count, without) = (told.by_mail.len(), told.no_address.len());
    if dry_run {
        let text = Text::new(
            format!(
                "メール{count}通を送ります（ほかに、メールアドレスのない事業所が{without}件）。まだ何もしていません。"
            ),
            format!("{count} letters would go out ({without} offices have no address); nothing was done"),
        );
        return Ok(Answer::done(text, said(&told, year)));
    }
    context.confirm(Text::new(
        format!(
            "{}の研修会について、{count}件の事業所の担当者にメールを送ります。出したメールは取り消せません。",
            year.japanese()
        ),
        format!(
            "{count} offices will get a letter on the training of {year}; a letter that went out is not taken back"
        ),
    ))?;
    let told = writer.tell_of_training(&by, year, what).await?;
    let mut text = Text::new(
        format!("{}件の事業所の担当者にメールを送ります。", told.by_mail.len()),
        format!("{} offices are told by mail", told.by_mail.len()),
    );
    if !told.no_address.is_empty() {
        let named: Vec<_> = told.no_address.iter().map(|(number, name)| format!("{name}（{number}）")).collect();
        text.ja.push_str(&format!("\nメールアドレスがないため、電話などで伝える事業所：{}", named.join("、")));
        text.en.push_str(&format!("\nwithout an address, to be told another way: {}", named.join(", ")));
    }
    Ok(Answer::done(text, said(&told, year)))
}

fn said(told: &TrainingTold, year: FiscalYear) -> Json {
    let numbers = |offices: &[(String, String)]| offices.iter().map(|(number, _)| json!(number)).collect::<Vec<_>>();
    json!({
        "year": year.number(), "by_mail": numbers(&told.by_mail), "no_address": numbers(&told.no_address),
        "version": told.version,
    })
}
