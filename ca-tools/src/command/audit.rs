//! `ca-tools audit`: is the chain of events whole?

use clap::Subcommand;
use serde_json::json;

use super::answer::Answer;
use super::counter::Counter;
use super::stop::Stop;
use crate::audit;
use crate::language::Text;

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// 操作記録の連鎖を確かめる / walk the chain
    Verify,
}

impl Audit {
    pub(crate) async fn run(self, counter: &Counter) -> Result<Answer, Stop> {
        match self {
            Self::Verify => {
                let walk = audit::verify(&counter.writer).await?;
                let Some(broken) = walk.broken else {
                    let text = Text::new(
                        format!("操作記録 {} 件の連鎖は正常です。", walk.events),
                        format!("the chain of {} events is whole", walk.events),
                    );
                    return Ok(Answer::done(text, json!({ "events": walk.events, "sound": true })));
                };
                let text = Text::new(
                    format!(
                        "操作記録が {} 番で壊れています（{}）。控えと比べ、責任者に報告してください。",
                        broken.version,
                        broken.why.text().ja
                    ),
                    format!(
                        "the chain breaks at event {} ({}): compare with a backup and report it",
                        broken.version,
                        broken.why.text().en
                    ),
                );
                let json = json!({
                    "events": walk.events, "sound": false, "broken_at": broken.version, "why": broken.why.text().en,
                });
                Err(Stop::Found(Box::new(Answer::done(text, json))))
            }
        }
    }
}
