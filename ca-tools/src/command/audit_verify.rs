//! `ca-tools audit verify`: do events, rows, journal and access logs say the same?

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::moment;
use crate::audit::{self, AccessLogs, Joined, NotJoined, Trouble, Whole};
use crate::clock::now;
use crate::language::{Language, Text};

/// What is held against each other.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// すべてのゲートウェイのアクセス記録（ローテーションしたものも、順不同） / access logs of all gateways, rotated ones too
    #[arg(long, value_name = "FILE", num_args = 1..)]
    access_log: Vec<PathBuf>,
    /// その署名された控え。ないと、末尾の切り取りと作り直しは見つからない / their signed checkpoints
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "access_log")]
    checkpoints: Vec<PathBuf>,
    /// この日からの操作だけを突き合わせる / only what was done from then on
    #[arg(long, value_name = "TIME", requires = "access_log")]
    since: Option<String>,
    /// この日までの操作だけを突き合わせる / only what was done up to then
    #[arg(long, value_name = "TIME", requires = "access_log")]
    until: Option<String>,
}

impl Verify {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let logs = AccessLogs {
            since: self.since.as_deref().map(|typed| moment::first(("--since", typed))).transpose()?,
            until: self.until.as_deref().map(|typed| moment::last(("--until", typed))).transpose()?,
            files: self.access_log,
            checkpoints: self.checkpoints,
        };
        let found = audit::whole(&context.writer).await?;
        let joined = if logs.files.is_empty() {
            None
        } else {
            Some(audit::join(&context.writer, &logs, now()).await.map_err(not_joined)?)
        };
        let told = Told { found: &found, joined: joined.as_ref() };
        let (sound, answer) = (told.sound(), told.answer(context.global.lang));
        if sound { Ok(answer) } else { Err(CliError::Found(Box::new(answer))) }
    }
}

fn not_joined(why: NotJoined) -> CliError {
    match why {
        NotJoined::Registry(why) => why.into(),
        NotJoined::File(why) => CliError::Usage(Text::new(
            format!("アクセス記録を読めません：{why}"),
            format!("an access log cannot be read: {why}"),
        )),
    }
}

/// All that was found.
struct Told<'a> {
    found: &'a Whole,
    joined: Option<&'a Joined>,
}

impl<'a> Told<'a> {
    fn sound(&self) -> bool {
        self.troubles().next().is_none()
    }

    fn troubles(&self) -> impl Iterator<Item = &'a Trouble> {
        self.found.troubles.iter().chain(self.joined.into_iter().flat_map(|joined| &joined.troubles))
    }

    fn notices(&self) -> impl Iterator<Item = &'a Trouble> {
        self.found.notices.iter().chain(self.joined.into_iter().flat_map(|joined| &joined.notices))
    }

    fn answer(&self, language: Language) -> Answer {
        let lines = |language: Language| {
            self.troubles()
                .chain(self.notices())
                .map(|one| format!("\n- {}", one.text.read(language)))
                .collect::<String>()
        };
        let (head, counts) = (self.head(), self.counts());
        let text = Text::new(
            format!("{}{}{}", head.ja, counts.ja, lines(Language::Japanese)),
            format!("{}{}{}", head.en, counts.en, lines(Language::English)),
        );
        fn listed<'t>(troubles: impl Iterator<Item = &'t Trouble>, language: Language) -> Vec<serde_json::Value> {
            let one = |trouble: &Trouble| {
                let message = trouble.text.read(language);
                json!({ "code": trouble.code, "subject": trouble.subject, "message": message })
            };
            troubles.map(one).collect()
        }
        let joined = self.joined.map(|joined| {
            json!({ "lines": joined.lines, "events": joined.events, "owing": joined.owing, "told": joined.told })
        });
        let json = json!({
            "events": self.found.events, "lines": self.found.lines, "sound": self.sound(), "access_log": joined,
            "found": listed(self.troubles(), language), "notices": listed(self.notices(), language),
        });
        Answer::done(text, json)
    }

    fn head(&self) -> Text {
        let (events, lines) = (self.found.events, self.found.lines);
        match (self.sound(), self.joined) {
            (true, _) => Text::new(
                format!("操作記録 {events} 件と変更の記録 {lines} 行の連鎖は正常で、台帳と一致しています。"),
                format!(
                    "the chain of {events} events and the journal of {lines} lines are whole, and the registry agrees"
                ),
            ),
            (false, None) => Text::new(
                "操作記録・台帳・変更の記録が一致しません。責任者に報告してください。",
                "events, registry and journal do not agree: report it",
            ),
            (false, Some(_)) => Text::new(
                "操作記録・台帳・変更の記録・アクセス記録が一致しません。責任者に報告してください。",
                "events, registry, journal and access logs do not agree: report it",
            ),
        }
    }

    fn counts(&self) -> Text {
        let Some(joined) = self.joined else { return Text::new("", "") };
        let Joined { lines, events, owing, told, .. } = joined;
        Text::new(
            format!(
                "\nアクセス記録 {lines} 行と突き合わせました：ゲートウェイを通った操作記録 {events} 件、台帳を変えた要求 {owing} 件、窓口に届いた写し {told} 件。"
            ),
            format!(
                "\nheld against {lines} lines of access logs: {events} events, {owing} requests that changed something, {told} copies"
            ),
        )
    }
}
