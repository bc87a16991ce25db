//! Does the index of what events are about say what it said when they were written? Each event says the digest of its own;
//! the index is read anew, and held against it.

use super::whole::{NAMED, Trouble};
use crate::acts::Writer;
use crate::language::Text;
use crate::refusal::Unavailable;
use crate::rows::event_subject;

/// Events that are read together.
const AT_A_TIME: u32 = 1_000;

/// Events of which something was added here, taken away or changed.
pub(super) async fn against_events(writer: &Writer) -> Result<Vec<Trouble>, Unavailable> {
    let mut versions = event_subject::of_no_event(&mut writer.read().await?).await?;
    let (mut after, mut more) = (0, 0_usize);
    loop {
        let events = writer.ledger().events_after(after, AT_A_TIME).await?;
        let (Some(first), Some(last)) = (events.first(), events.last()) else { break };
        let span = (first.event.version, last.event.version);
        let mut found = event_subject::between(&mut writer.read().await?, span).await?;
        after = span.1;
        for recorded in &events {
            let subjects = found.remove(&recorded.event.version).unwrap_or_default();
            if subjects.belong_to(&recorded.event) {
                continue;
            }
            if versions.len() < NAMED { versions.push(recorded.event.version) } else { more += 1 }
        }
    }
    let mut troubles: Vec<_> = versions.into_iter().map(differs).collect();
    if more > 0 {
        troubles.push(Trouble {
            code: CODE,
            subject: more.to_string(),
            text: Text::new(format!("ほかに{more}件あります。"), format!("and {more} more events")),
        });
    }
    Ok(troubles)
}

const CODE: &str = "subjects_changed";

fn differs(version: i64) -> Trouble {
    Trouble {
        code: CODE,
        subject: version.to_string(),
        text: Text::new(
            format!(
                "操作記録 {version} が何についてのものかの索引（event_subjects）が、書かれたときのままではありません。経過の表示から抜けるか、余分に出ます。操作記録そのものの連鎖は別に確かめています。控えから ca-tools restore で戻し、責任者に報告してください。"
            ),
            format!(
                "the index of what event {version} is about (event_subjects) is not as it was written: timelines show too little or too much; restore a backup with ca-tools restore, and report it"
            ),
        ),
    }
}
