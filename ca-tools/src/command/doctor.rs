//! `ca-tools doctor`: is the house sound, and what is to be done?

use clap::Args;
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use crate::clock::now;
use crate::doctor::{self, Finding, Severity};
use crate::language::Text;

#[derive(Args, Debug)]
pub(crate) struct Doctor {
    /// 途中で終わった発行を閉じる / close what a program that died left open
    #[arg(long)]
    mend: bool,
}

impl Doctor {
    /// Whether it changes something.
    pub(super) fn mends(&self) -> bool {
        self.mend
    }

    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let closed = if self.mend { context.writer.close_intents(&context.by().await?).await? } else { Vec::new() };
        let findings = doctor::examine(&context.writer, &context.config, now()).await?;
        let sound = findings.iter().all(|finding| finding.severity != Severity::Wrong);
        let lines = |read: fn(&Finding) -> &str| {
            findings.iter().map(|finding| format!("\n- {}", read(finding))).collect::<String>()
        };
        let (verdict_ja, verdict_en) = if sound {
            ("健全です。", "the house is sound")
        } else {
            ("異常があります。", "the house is not sound")
        };
        let text = Text::new(
            format!("{verdict_ja}{}", lines(|finding| &finding.text.ja)),
            format!("{verdict_en}{}", lines(|finding| &finding.text.en)),
        );
        let told: Vec<_> = findings
            .iter()
            .map(|finding| {
                json!({
                    "severity": finding.severity, "code": finding.code, "subject": finding.subject,
                    "message": finding.text.read(context.global.lang),
                })
            })
            .collect();
        let answer = Answer::done(text, json!({ "sound": sound, "closed": closed, "findings": told }));
        if sound { Ok(answer) } else { Err(CliError::Found(Box::new(answer))) }
    }
}
