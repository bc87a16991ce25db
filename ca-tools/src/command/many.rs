//! `ca-tools many`: one act on each of a list in a file, whole or not at all.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::receipt::{mailed, receipted};
use super::two::Two;
use crate::acts::{Frozen, ListLook};
use crate::application::end_of;
use crate::clock::now;
use crate::language::Text;
use crate::proposal::ListAct;
use crate::whole;
use crate::words::for_operators;

/// So many of those that are left out are named.
const NAMED: usize = 20;

/// 一覧のファイルの端末・利用者に、まとめて行う（1件でも行えなければ、1件も行わない） / one act on each of a list, all or none
#[derive(Args, Debug)]
pub(crate) struct Many {
    /// 次のどれか / one of: device suspend, device resume, cert revoke REASON, user suspend, user resume, user unlock, room invite ROOM, room remove ROOM
    #[arg(required = true, num_args = 2..=3, value_name = "ACT")]
    act: Vec<String>,
    /// 端末番号か ID を、1行に1つ書いたファイル（1列目だけを読む。2,000行まで） / a device's number or an ID a line; further columns are not read
    #[arg(long, value_name = "FILE")]
    list: PathBuf,
    /// 招待の期限（room invite だけ。2026-12-31、または 2026-12-31 17:00） / of room invite: its last day
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    #[command(flatten)]
    two: Two,
}

impl Many {
    /// Whether it only looks, though it answers in a sentence.
    pub(super) fn looks(&self) -> bool {
        self.two.looks()
    }

    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let what: ListAct = self.act.join(" ").parse().map_err(|_| {
            CliError::Usage(Text::new(
                format!("「{}」は、まとめて行える操作ではありません。何もしていません。", self.act.join(" ")),
                format!("{:?} is not done to a list; nothing was done", self.act.join(" ")),
            ))
        })?;
        let what = self.ending(what)?;
        let list = self.read(&what)?;
        let file = self.list.display().to_string();
        let frozen = Frozen::typed(what, list, &file);
        let by = context.by().await?;
        let look = context.writer.foresee_list(&by, &frozen).await?;
        if self.two.looks() {
            return Ok(looked(&frozen, &look));
        }
        // What cannot be is told before anybody is asked.
        if let Some(one) = look.left_out.first() {
            return Err(one.why.clone().into());
        }
        let act = frozen.act();
        let by = self.two.way(context, &act).await?;
        context.writer.may_do(&by, &act).await?;
        let said = act.said();
        context.confirm(Text::new(format!("{}。", said.ja), said.en.clone()))?;
        let version = context.writer.act_by_list(&by, &frozen).await?;
        let text = Text::new(format!("行いました：{}", said.ja), format!("done: {}", said.en));
        let json = json!({ "act": frozen.what.to_string(), "rows": frozen.rows.len(), "version": version });
        let answer = mailed(context, version, (text, json)).await;
        // A device on hold stands on the list of what is no longer good, too.
        let answer =
            if frozen.what.is_of_devices() { super::crl::with_list(context, &by, answer).await } else { answer };
        Ok(receipted(context, version, answer).await)
    }

    /// The same act with the end that was typed.
    fn ending(&self, what: ListAct) -> Result<ListAct, CliError> {
        let Some(typed) = &self.until else { return Ok(what) };
        let wrong = |ja: String, en: String| CliError::Usage(Text::new(ja, en));
        let until = end_of(typed).ok().filter(|until| *until > now()).ok_or_else(|| {
            wrong(
                format!("--until に「{typed}」は使えません。これからの日付を、2026-12-31 のように書いてください。"),
                format!("--until: {typed:?} is no day to come"),
            )
        })?;
        if let ListAct::Invite { room, .. } = what {
            Ok(ListAct::Invite { room, until: Some(until) })
        } else {
            let ja = "--until は、room invite にだけ付けられます。";
            Err(wrong(ja.to_owned(), "--until is for room invite".to_owned()))
        }
    }

    /// The first cell of each line, as people type it.
    fn read(&self, what: &ListAct) -> Result<Vec<String>, CliError> {
        listed(&self.list, |first| {
            if what.is_of_devices() {
                super::typed::device(first).ok().map(|device| device.to_string())
            } else {
                super::typed::login(first).ok().map(|id| id.to_string())
            }
        })
    }
}

/// The first cell of each line of a file, as `read` makes a number of it; a heading is none.
pub(super) fn listed(file: &Path, read: impl Fn(&str) -> Option<String>) -> Result<Vec<String>, CliError> {
    let shown = file.display();
    let octets = whole::octets(file, whole::Of::Table).map_err(|why| {
        CliError::Usage(Text::new(format!("{shown} を読めません（{why}）。"), format!("{shown} cannot be read: {why}")))
    })?;
    let wrong = |line: usize| {
        CliError::Usage(Text::new(
            format!("{shown} の{line}行目は、端末番号（DEV-000001）か ID ではありません。何もしていません。"),
            format!("line {line} of {shown} is neither a device's number nor an ID; nothing was done"),
        ))
    };
    let text = String::from_utf8(octets).map_err(|_| wrong(1))?;
    let mut list = Vec::new();
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let first = line.split([',', '\t']).next().unwrap_or_default().trim().trim_matches('"');
        match read(first) {
            Some(id) => list.push(id),
            None if first.is_empty() => {}
            // 「端末番号」: a list that was written out has its head.
            None if at == 0 && !first.is_ascii() => {}
            None => return Err(wrong(at + 1)),
        }
    }
    Ok(list)
}

fn looked(frozen: &Frozen, look: &ListLook) -> Answer {
    let count = look.touched.len();
    let out: Vec<_> = look.left_out.iter().map(|one| (&one.id, for_operators(&one.why))).collect();
    let list = |read: fn(&Text) -> &str| {
        out.iter().take(NAMED).map(|(id, why)| format!("\n  {id}：{}", read(why))).collect::<String>()
    };
    let (ja, en) = match &look.needs {
        Some(could) => {
            let could = could.iter().map(ToString::to_string).collect::<Vec<_>>();
            (
                format!("もう1人の承認が必要です（承認できる職員：{}）。", could.join("、")),
                format!("it needs two; could approve: {}", could.join(", ")),
            )
        }
        None => (String::new(), String::new()),
    };
    let text = Text::new(
        format!(
            "{}\nメール：{}通\n行えないもの：{}件{}\n{ja}何もしていません。",
            frozen.what.said(count).ja,
            look.letters,
            out.len(),
            list(|text| &text.ja)
        ),
        format!(
            "{}\nletters: {}\nleft out: {}{}\n{en}\nnothing was done",
            frozen.what.said(count).en,
            look.letters,
            out.len(),
            list(|text| &text.en)
        ),
    );
    let left: Vec<_> = look.left_out.iter().map(|one| json!({ "id": one.id, "why": one.why.code() })).collect();
    let touched: Vec<_> = look.touched.iter().map(|(one, _)| json!({ "id": one.id, "name": one.name })).collect();
    let json = json!({
        "dry_run": true, "act": frozen.what.to_string(), "touched": touched, "left_out": left, "letters": look.letters,
        "needs_two": look.needs.is_some(),
    });
    Answer::done(text, json)
}
