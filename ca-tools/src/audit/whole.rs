//! The registry's chain of events, its rows and the journal, held against each other.
//!
//! Who can write into the database can make the chain of events anew, change a row or cut off the end: the journal, which
//! they cannot sign, then says otherwise. Who can write the journal's file can cut off its end: the registry then knows more.

use super::against::{How, Rows};
use super::{subjects, verify};
use crate::acts::Writer;
use crate::database::Transaction;
use crate::journal::{Reader, Walked, published};
use crate::language::Text;
use crate::refusal::{JournalRefusal, Unavailable};
use crate::rows;
use crate::words::for_operators;

/// What was looked at, and what was found wrong.
#[derive(Debug)]
pub struct Whole {
    /// Events in the registry.
    pub events: u64,
    /// Lines of the journal.
    pub lines: u64,
    /// What is wrong.
    pub troubles: Vec<Trouble>,
    /// What is not wrong, and somebody should know.
    pub notices: Vec<Trouble>,
}

/// One thing that was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Trouble {
    /// One word for programs.
    pub code: &'static str,
    /// Where: a version, a row, a file.
    pub subject: String,
    /// For people.
    pub text: Text,
}

/// Rows of each kind that are named one by one.
pub(super) const NAMED: usize = 100;

/// Looks at all of it.
///
/// # Errors
/// The registry does not answer.
pub async fn whole(writer: &Writer) -> Result<Whole, Unavailable> {
    let walk = verify(writer).await?;
    let mut found = Whole { events: walk.events, lines: 0, troubles: Vec::new(), notices: Vec::new() };
    if let Some(broken) = walk.broken {
        let (at, why) = (broken.version, broken.why.text());
        found.troubles.push(Trouble {
            code: "chain_broken",
            subject: at.to_string(),
            text: Text::new(
                format!("操作記録が {at} 番で壊れています（{}）。控えと比べ、責任者に報告してください。", why.ja),
                format!("the chain of events breaks at {at} ({}): compare with a backup and report it", why.en),
            ),
        });
    }
    found.troubles.extend(subjects::against_events(writer).await?);
    let mut tx = writer.read().await?;
    let head = RegistryHead::read(&mut tx).await?;
    let reader = published(writer.journal()).and_then(|key| Reader::open(writer.journal(), key));
    let mut reader = match reader {
        Ok(Some(reader)) => reader,
        // A registry of before there were journals, which no change has touched since.
        Ok(None) | Err(JournalRefusal::Key(..)) if !head.journalled => {
            found.notices.push(not_begun(writer));
            return Ok(found);
        }
        Ok(None) => {
            found.troubles.push(unusable(&JournalRefusal::Missing(writer.journal().journal.clone())));
            return Ok(found);
        }
        Err(why) => {
            found.troubles.push(unusable(&why));
            return Ok(found);
        }
    };
    let mut rows = Rows::default();
    let told = match walk_journal(&mut reader, &head, &mut rows) {
        Ok(told) => told,
        Err(why) => {
            found.troubles.push(unusable(&why));
            return Ok(found);
        }
    };
    found.lines = reader.lines();
    let others = rows.against(&mut tx).await?;
    drop(tx);
    // A change made since this look began is no trouble: the registry has it now.
    let version = writer.ledger().version().await?;
    if let Some(trouble) = ends(&told, &head, version) {
        found.troubles.push(trouble);
        return Ok(found);
    }
    if told.pending == Some(version + 1) {
        found.notices.push(pending(version + 1));
    }
    let more = others.len().saturating_sub(NAMED);
    found.troubles.extend(others.into_iter().take(NAMED).map(|other| row(other.table, &other.key, other.how)));
    if more > 0 {
        found.troubles.push(Trouble {
            code: "row_changed",
            subject: more.to_string(),
            text: Text::new(format!("ほかに{more}行あります。"), format!("and {more} more rows")),
        });
    }
    Ok(found)
}

/// Where the registry stands.
struct RegistryHead {
    id: String,
    version: i64,
    hash: String,
    journalled: bool,
}

impl RegistryHead {
    async fn read(tx: &mut Transaction) -> Result<Self, Unavailable> {
        let head = rows::event::head(tx).await?;
        let head = head.ok_or_else(|| Unavailable::NotARegistry("no row in the table registry".to_owned()))?;
        let journalled = rows::event::was_journalled(tx).await?;
        Ok(Self { id: head.id, version: head.version, hash: head.hash.unwrap_or_default(), journalled })
    }
}

/// Where the journal ends, and what it says of the registry's version.
struct JournalEnd {
    end: i64,
    here: Option<String>,
    registry: String,
    pending: Option<i64>,
}

fn walk_journal(reader: &mut Reader, head: &RegistryHead, rows: &mut Rows) -> Result<JournalEnd, JournalRefusal> {
    let mut told = JournalEnd { end: 0, here: None, registry: String::new(), pending: None };
    while let Some(walked) = reader.next()? {
        let (version, hash, written) = match walked {
            Walked::Open { registry, version, hash, rows } => {
                told.registry = registry;
                (version, hash, rows)
            }
            Walked::Change { event, hash, rows, done } => {
                if !done && event.version > head.version {
                    told.pending = Some(event.version);
                    continue;
                }
                (event.version, hash, rows)
            }
        };
        told.end = version;
        if version == head.version {
            told.here = Some(hash);
        }
        if version <= head.version {
            for row in written {
                rows.take(&row).ok_or_else(|| reader.no_row())?;
            }
        }
    }
    Ok(told)
}

/// Do both end at the same change?
fn ends(told: &JournalEnd, head: &RegistryHead, version: i64) -> Option<Trouble> {
    let said = |code, at: i64, ja: String, en: String| {
        Some(Trouble { code, subject: at.to_string(), text: Text::new(ja, en) })
    };
    if told.end > version {
        return said(
            "registry_cut",
            version + 1,
            format!(
                "台帳の終わりが失われています：台帳は第{version}版ですが、第{}版まで変更したことが変更の記録にあります。台帳をよけて、控えから ca-tools restore で戻してください。",
                told.end
            ),
            format!(
                "the registry's end was cut off: it stands at version {version}, the journal says that {} was committed; restore a backup",
                told.end
            ),
        );
    }
    if told.end < head.version {
        return said(
            "journal_cut",
            told.end + 1,
            format!(
                "変更の記録は第{}版で終わり、台帳は第{}版です。記録の終わりが失われたか、ほかの手段で台帳に書かれています。",
                told.end, head.version
            ),
            format!(
                "the journal ends at version {}, the registry stands at {}: its end was cut off, or something else wrote into the registry",
                told.end, head.version
            ),
        );
    }
    if told.registry != head.id || told.here.as_deref() != Some(head.hash.as_str()) {
        return said(
            "other_history",
            head.version,
            format!(
                "台帳の操作記録は、変更の記録と違う歴史です（第{}版まで）。操作記録が作り直されたか、別の台帳の記録です。責任者に報告してください。",
                head.version
            ),
            format!(
                "the registry's events are another history than the journal's (up to version {}): they were made anew, or the journal is another registry's; report it",
                head.version
            ),
        );
    }
    None
}

fn row(table: &'static str, key: &str, how: How) -> Trouble {
    let (code, ja, en) = match how {
        How::Changed => ("row_changed", "書き換えられています", "was changed behind the writer's back"),
        How::FromNowhere => ("row_from_nowhere", "変更の記録にない行です", "is a row that no change wrote"),
        How::Gone => ("row_gone", "消されています", "was removed"),
    };
    Trouble {
        code,
        subject: format!("{table} {key}"),
        text: Text::new(
            format!("台帳の {table} の {key} は、{ja}。控えから ca-tools restore で戻し、責任者に報告してください。"),
            format!("{table} {key} {en}: restore a backup with ca-tools restore, and report it"),
        ),
    }
}

fn unusable(why: &JournalRefusal) -> Trouble {
    let code = match why {
        JournalRefusal::Missing(_) => "journal_missing",
        JournalRefusal::Broken(..) | JournalRefusal::Forged(_) => "journal_broken",
        JournalRefusal::Key(..) => "journal_key",
        JournalRefusal::Planted(_) => "row_from_nowhere",
        JournalRefusal::DiskFull
        | JournalRefusal::EndsEarly(..)
        | JournalRefusal::Locked
        | JournalRefusal::NoRandomness
        | JournalRefusal::OtherHistory(..)
        | JournalRefusal::RegistryWentBack(..)
        | JournalRefusal::Unreadable(..)
        | JournalRefusal::Unwritable(_) => "journal_unreadable",
    };
    Trouble { code, subject: "journal".to_owned(), text: for_operators(&why.clone().into()) }
}

fn not_begun(writer: &Writer) -> Trouble {
    let file = writer.journal().journal.display().to_string();
    let text = Text::new(
        format!("変更の記録 {file} はまだありません。次の変更のときに、今の台帳から始まります。"),
        format!("there is no journal at {file} yet: it begins with the next change, from the registry as it is"),
    );
    Trouble { code: "journal_not_begun", subject: file, text }
}

fn pending(version: i64) -> Trouble {
    let text = Text::new(
        format!(
            "変更の記録の最後（第{version}版）は、台帳に書かれませんでした（途中で終わった操作です）。次の変更のときに取り消しが記録されます。"
        ),
        format!(
            "the journal's last change (version {version}) was never committed: a program died there; the next change says so"
        ),
    );
    Trouble { code: "journal_pending", subject: version.to_string(), text }
}
