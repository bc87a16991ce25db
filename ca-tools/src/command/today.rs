//! `ca-tools today`: what waits, by its deadline.

use clap::Args;
use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use crate::clock::now;
use crate::ledger::Entry;
use crate::today::{WaitingWork, waiting};

#[derive(Args, Debug)]
pub(crate) struct Today;

impl Today {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let waits = waiting(&context.writer.ledger(), Some(&context.config.authority), now()).await?;
        let people = context.sees_people().await?;
        let waits = waits.iter().filter(|waiting| people || waiting.is_of_operations());
        let entry = |waiting: &WaitingWork| -> Entry {
            let json = json!({
                "waits": waiting.word(), "what": waiting.text().read(context.global.lang), "count": waiting.count,
                "moment": waiting.nearest.map(|_| waiting.moment().read(context.global.lang).to_owned()),
                "nearest": waiting.nearest.map_or(Json::Null, |at| at.to_string().into()), "page": waiting.path(),
            });
            json.as_object().cloned().unwrap_or_default()
        };
        Ok(Answer::list(waits.map(entry).collect(), &["what", "count", "moment", "nearest"]))
    }
}
