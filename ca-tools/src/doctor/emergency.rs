//! Emergencies that are over, and whose device nobody approved for good.

use certs::Timestamp;

use super::finding::Finding;
use crate::acts::{Unavailable, Writer};
use crate::language::Text;

/// An approval by two operators is one for an emergency.
const QUESTION: &str = "SELECT device, approved_until FROM devices WHERE stage = 'approved' AND approved_by LIKE '% %' \
    AND approved_until < $1 ORDER BY device";

pub(super) async fn examine(writer: &Writer, now: Timestamp) -> Result<Vec<Finding>, Unavailable> {
    let rows = writer.read().await?.rows(QUESTION, [now.unix().into()]).await?;
    rows.iter()
        .map(|row| {
            let device = format!("DEV-{:06}", row.int("device")?);
            let until = Timestamp::from_unix(row.int("approved_until")?);
            let text = Text::new(
                format!(
                    "{device} の緊急用の承認は {until} に終わりました。使い続けるなら検査・承認のうえ発行し、使わないなら却下・停止してください。"
                ),
                format!("the emergency of {device} was over at {until}: inspect and approve it, or put it on hold"),
            );
            Ok(Finding::notice("emergency_over", device, text))
        })
        .collect()
}
