//! `ca-tools find`: where is it? By any number, code, name, telephone number or address of mail.

use clap::Args;
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use crate::language::Text;
use crate::ledger::Entry;
use crate::search::{Hit, Search, SearchResult};

#[derive(Args, Debug)]
pub(crate) struct Find {
    /// 番号・名前・電話番号・メール・お問い合わせ番号 / a number, a name, a telephone number, an address, a support code
    #[arg(required = true, value_name = "TEXT")]
    text: Vec<String>,
    /// 続き（前の答えの最後に出た語） / the page after this one
    #[arg(long, value_name = "PLACE", default_value = "")]
    after: String,
}

impl Find {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let search = Search::of(context.writer.ledger());
        let found = search.find(&self.text.join(" ")).await?;
        let (page, next) = found.page(&self.after);
        let answer = Answer::list(
            page.iter().map(entry).collect(),
            &["found", "number", "called", "standing", "belongs_to", "belongs_to_called"],
        );
        Ok(match note(&found, page.len(), next) {
            Some(note) => answer.with_note(note),
            None => answer,
        })
    }
}

fn entry(hit: &Hit) -> Entry {
    let json = json!({
        "found": hit.word(), "number": hit.key(), "called": hit.called(), "state": hit.state(),
        "standing": hit.standing(), "belongs_to": hit.home(), "belongs_to_called": hit.home_called(), "page": hit.path(),
    });
    json.as_object().cloned().unwrap_or_default()
}

/// How many more there are, and how to see them.
fn note(found: &SearchResult, shown: usize, next: Option<String>) -> Option<Text> {
    let total = found.total();
    let next = next?;
    let (more, than) = if found.cut() { ("より多く", "more than ") } else { ("", "") };
    Some(Text::new(
        format!("{total}件{more}のうち{shown}件です。続きは --after {next}、少なくするには語を足してください。"),
        format!("{shown} of {than}{total}: the others with --after {next}, fewer with more of the text"),
    ))
}
