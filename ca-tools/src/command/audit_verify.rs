//! `ca-tools audit verify`: do events, rows, journal and access logs say the same?

use clap::Args;
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use crate::audit::{self, Trouble};
use crate::language::{Language, Text};

/// What is held against each other.
#[derive(Debug, Args)]
pub(crate) struct Verify {}

impl Verify {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let found = audit::whole(&context.writer).await?;
        let sound = found.troubles.is_empty();
        let lines = |language: Language| {
            let all = found.troubles.iter().chain(&found.notices);
            all.map(|trouble| format!("\n- {}", trouble.text.read(language))).collect::<String>()
        };
        let (ja, en) = if sound {
            (
                format!(
                    "操作記録 {} 件と変更の記録 {} 行の連鎖は正常で、台帳と一致しています。",
                    found.events, found.lines
                ),
                format!(
                    "the chain of {} events and the journal of {} lines are whole, and the registry agrees",
                    found.events, found.lines
                ),
            )
        } else {
            (
                "操作記録・台帳・変更の記録が一致しません。責任者に報告してください。".to_owned(),
                "events, registry and journal do not agree: report it".to_owned(),
            )
        };
        let text = Text::new(format!("{ja}{}", lines(Language::Japanese)), format!("{en}{}", lines(Language::English)));
        let told = |troubles: &[Trouble]| {
            let one = |trouble: &Trouble| {
                let message = trouble.text.read(context.global.lang);
                json!({ "code": trouble.code, "subject": trouble.subject, "message": message })
            };
            troubles.iter().map(one).collect::<Vec<_>>()
        };
        let json = json!({
            "events": found.events, "lines": found.lines, "sound": sound,
            "found": told(&found.troubles), "notices": told(&found.notices),
        });
        let answer = Answer::done(text, json);
        if sound { Ok(answer) } else { Err(CliError::Found(Box::new(answer))) }
    }
}
