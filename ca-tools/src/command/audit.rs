//! `ca-tools audit`: what was done, by whom, to whom; and do events, rows, journal and access logs say the same?

use std::path::PathBuf;

use clap::{Args, Subcommand};
use registry::LoginId;
use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::audit_verify::Verify;
use super::context::CommandContext;
use super::error::CliError;
use super::moment;
use crate::audit::Table;
use crate::issuance::{Output, Overwrite};
use crate::language::Text;
use crate::ledger::{Entry, EventFilter, Happened, Ledger};
use crate::rows::SubjectKind;
use crate::words::event::{Sentence, called, difference};

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// 操作記録の一覧（新しい順） / what was done, the newest first
    List(List),
    /// 操作記録の1件 / one event, whole
    Show {
        /// 台帳の版（一覧の左端の番号） / its version
        version: i64,
    },
    /// 操作記録・台帳・変更の記録・アクセス記録を突き合わせる / hold events, rows, journal and access logs against each other
    Verify(Verify),
}

/// Which events.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// 何についての記録か：端末番号・ID・事業所番号・シリアル番号・部屋・申請番号・管理番号など（まぎらわしいときは person:k.sato のように種類を付ける） / about what: a number or an ID, where needed with its kind (person:k.sato)
    #[arg(long, value_name = "ID")]
    about: Option<String>,
    /// 誰の操作か / by whom
    #[arg(long, value_name = "ID", value_parser = super::typed::login)]
    by: Option<LoginId>,
    /// どの操作か（device.suspend、または device だけで端末のすべて） / what was done: device.suspend, or device for all of them
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    /// 本人の確かめ方（console, login, password_file, office, desk など） / how whoever acted was known
    #[arg(long, value_name = "WAY")]
    proof: Option<String>,
    /// この日から（2026-11-28、または2026-11-28T09:00:00+09:00） / from then on
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// この日まで / up to then
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// この版より古いもの（前のページの最後の番号） / older than this version: the last of the page before
    #[arg(long, value_name = "VERSION")]
    after: Option<i64>,
    /// 件数（表示は1,000件まで） / how many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    limit: u32,
    /// 条件に合うすべてをExcel用の表（CSV）に書き出す / write all of them to a file for a spreadsheet
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

impl Audit {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        match self {
            Self::List(list) => list.run(context).await,
            Self::Show { version } => show(context, version).await,
            Self::Verify(verify) => verify.run(context).await,
        }
    }
}

impl List {
    async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let ledger = context.writer.ledger();
        let about = match &self.about {
            Some(typed) => Some(about(&ledger, typed).await?),
            None => None,
        };
        let filter = EventFilter {
            about,
            operator: self.by.as_ref().map(LoginId::to_string),
            action: self.action.clone(),
            proof: self.proof.clone(),
            since: self.since.as_deref().map(|typed| moment::first(("--since", typed))).transpose()?,
            until: self.until.as_deref().map(|typed| moment::last(("--until", typed))).transpose()?,
            after: self.after,
        };
        match self.csv {
            Some(file) => written(context, filter, file).await,
            None => listed(context, filter, self.limit).await,
        }
    }
}

async fn listed(context: &CommandContext, mut filter: EventFilter, limit: u32) -> Result<Answer, CliError> {
    let version = context.writer.read_events(&context.by().await?, filter.part()).await?;
    // What is shown is what was there when it was asked for.
    filter.after.get_or_insert(version.cast_signed());
    let found = context.writer.ledger().happened(&filter, limit).await?;
    let lines: Vec<_> =
        found.iter().map(|one| format!("{:>7}  {}", one.event.version, Sentence::of(one).line())).collect();
    let text = if lines.is_empty() { "該当するものはありません。".to_owned() } else { lines.join("\n") };
    let json: Json = found.iter().map(|one| Json::from(entry(one))).collect();
    let answer = Answer::done(Text::new(text.clone(), text), json);
    // A full page has, most often, another behind it.
    let full = u32::try_from(found.len()).is_ok_and(|shown| shown == limit);
    Ok(match found.last().filter(|_| full) {
        Some(last) => {
            let version = last.event.version;
            answer.with_note(Text::new(
                format!("続きは --after {version} を付けてください。"),
                format!("for what is older: --after {version}"),
            ))
        }
        None => answer,
    })
}

/// Events that are read together while they are written out.
const AT_A_TIME: u32 = 1_000;
/// Rows of one file: more than a spreadsheet takes.
const MOST: u64 = 1_000_000;

async fn written(context: &CommandContext, mut filter: EventFilter, file: PathBuf) -> Result<Answer, CliError> {
    let overwrite = if context.global.yes { Overwrite::Replace } else { Overwrite::Refuse };
    let mut out = Output::at(&file, overwrite)?;
    let version = context.writer.export_events(&context.by().await?, filter.part()).await?;
    // What is written out is what was there when it was asked for.
    filter.after.get_or_insert(version.cast_signed());
    let ledger = context.writer.ledger();
    let unwritable = |why: std::io::Error| {
        let file = file.display();
        CliError::Refused(
            "file_refused",
            Text::new(format!("{file} に書き込めません（{why}）。"), format!("{file} cannot be written: {why}")),
        )
    };
    let mut table = Table::begin(out.content()).map_err(unwritable)?;
    let mut rows = 0;
    loop {
        let page = ledger.happened(&filter, AT_A_TIME).await?;
        let Some(last) = page.last() else { break };
        filter.after = Some(last.event.version);
        for one in &page {
            table.row(one).map_err(unwritable)?;
        }
        rows += page.len() as u64;
        if rows >= MOST {
            break;
        }
    }
    table.end().map_err(unwritable)?;
    out.finish(&[])?;
    let (file, left) = (file.display().to_string(), filter.after.filter(|_| rows >= MOST));
    let more = left.map(|after| format!("続きは --after {after} で書き出してください。")).unwrap_or_default();
    let text = Text::new(
        format!("{rows}件を {file} に書き出しました（操作記録に残ります）。{more}"),
        format!("wrote {rows} events to {file}; that is an event, too"),
    );
    Ok(Answer::done(text, json!({ "events": rows, "file": file, "version": version, "after": left })))
}

async fn show(context: &CommandContext, version: i64) -> Result<Answer, CliError> {
    let ledger = context.writer.ledger();
    let Some(found) = ledger.happened_at(version).await? else {
        return Err(CliError::Refused(
            "unknown",
            Text::new(
                format!("第{version}版の操作記録はありません。番号は audit list で確かめてください。"),
                format!("there is no event of version {version}: look for it with audit list"),
            ),
        ));
    };
    context.writer.read_events(&context.by().await?, json!({ "version": version })).await?;
    let touched = ledger.touched_by(version).await?;
    let (mut entry, said) = (entry(&found), Sentence::of(&found));
    let about = |(kind, id): &(SubjectKind, String)| json!({ "kind": kind.as_str(), "id": id });
    entry.insert("touched".to_owned(), touched.iter().map(about).collect());
    let mut lines = vec![
        format!("第{version}版　{}", said.line()),
        format!("対象　　　　{}", said.subject),
        format!("操作の記号　{}", found.event.action),
    ];
    lines.extend(changes(&found).into_iter().map(|line| format!("内容　　　　{line}")));
    let shown = touched.iter().filter(|(kind, _)| !matches!(kind, SubjectKind::Proof | SubjectKind::House));
    lines.extend(shown.map(|(kind, id)| format!("関係　　　　{} {id}", called(*kind))));
    lines.push(format!("ハッシュ　　直前 {}", found.event.prev));
    let text = lines.join("\n");
    Ok(Answer::done(Text::new(text.clone(), text), entry.into()))
}

/// What the event's detail says, a field a line; before and after where it has both.
fn changes(happened: &Happened) -> Vec<String> {
    let line = |(field, value): (String, Json)| format!("{field}：{}", difference(&value));
    happened.told().into_iter().map(line).collect()
}

fn entry(happened: &Happened) -> Entry {
    let (event, said) = (&happened.event, Sentence::of(happened));
    let told = json!({
        "version": event.version, "at": happened.at().to_string(),
        "operator": event.operator, "operator_name": happened.operator_name,
        "action": event.action, "kind": happened.kind().as_str(),
        "subject": event.subject, "subject_name": happened.subject_name,
        "application": event.application, "why": event.why, "proof": happened.proof(),
        "detail": happened.detail(), "said": said.did,
    });
    told.as_object().cloned().unwrap_or_default()
}

/// What was meant: a kind before a colon, else whatever of this name there is an event about.
async fn about(ledger: &Ledger, typed: &str) -> Result<(SubjectKind, String), CliError> {
    if let Some((word, id)) = typed.split_once(':')
        && let Some(kind) = SubjectKind::ALL.into_iter().find(|kind| kind.as_str() == word)
    {
        return Ok((kind, id.to_owned()));
    }
    let plain = crate::spelling::code(typed).unwrap_or_else(|_| typed.to_owned());
    let mut tried = vec![plain.clone(), plain.to_ascii_lowercase(), plain.to_ascii_uppercase()];
    tried.extend(super::typed::application(typed).map(|no| no.to_string()));
    if plain.to_ascii_uppercase().starts_with("DEV") {
        tried.extend(super::typed::device(typed).map(|no| no.to_string()));
    }
    for id in tried {
        let kinds = ledger.known_as(&id).await?;
        match kinds[..] {
            [] => {}
            [kind] => return Ok((kind, id)),
            [..] => {
                let ways: Vec<_> = kinds.iter().map(|kind| format!("{}:{id}", kind.as_str())).collect();
                let ways = ways.join("、");
                return Err(CliError::Usage(Text::new(
                    format!("{id} は複数あります。どれについてかを、種類を付けて指定してください（{ways}）。"),
                    format!("{id} is more than one thing; say which: {ways}"),
                )));
            }
        }
    }
    Err(CliError::Refused(
        "unknown",
        Text::new(
            format!("{typed} についての操作記録はありません。番号を確かめてください。"),
            format!("there is no event about {typed}"),
        ),
    ))
}
