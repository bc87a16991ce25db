//! Emergencies that are over, and whose device nobody approved for good.

use certs::Timestamp;

use super::finding::Finding;
use crate::acts::Writer;
use crate::language::Text;
use crate::refusal::Unavailable;

pub(super) async fn examine(writer: &Writer, now: Timestamp) -> Result<Vec<Finding>, Unavailable> {
    let over = writer.ledger().emergencies_over(now).await?;
    Ok(over
        .into_iter()
        .map(|(device, until)| {
            let text = Text::new(
                format!(
                    "{device} の緊急用の承認は {until} に終わりました。使い続けるなら検査・承認のうえ発行し、使わないなら却下・停止してください。"
                ),
                format!("the emergency of {device} was over at {until}: inspect and approve it, or put it on hold"),
            );
            Finding::notice("emergency_over", device, text)
        })
        .collect())
}
