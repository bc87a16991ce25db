//! What a custodian did alone, and another has not looked at yet.

use certs::Timestamp;

use super::finding::Finding;
use crate::acts::Writer;
use crate::language::Text;
use crate::refusal::Unavailable;

pub(super) async fn examine(writer: &Writer, now: Timestamp) -> Result<Vec<Finding>, Unavailable> {
    let waiting = writer.ledger().reviews_due().await?;
    Ok(waiting
        .into_iter()
        .map(|(no, by, until)| {
            if until < now {
                let text = Text::new(
                    format!(
                        "{by} が1人で行った操作 {no} の確認が、期限（{until}）を過ぎています。別の責任者が break-glass review {no} で記録してください。"
                    ),
                    format!("what {by} did alone ({no}) was to be reviewed by {until}: another custodian runs break-glass review {no}"),
                );
                return Finding::wrong("review_overdue", no, text);
            }
            let text = Text::new(
                format!("{by} が1人で行った操作 {no} は、{until} までに別の責任者が確認します（break-glass review {no}）。"),
                format!("what {by} did alone ({no}) is to be reviewed by {until}: break-glass review {no}"),
            );
            Finding::notice("review_waits", no, text)
        })
        .collect())
}
