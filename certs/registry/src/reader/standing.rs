//! Where does a registry stand, and by which history did it come there?

use crate::reader::connection::{AT_ONCE, Columns, Connection};
use crate::reader::read::number;
use crate::reader::refusal::ReadRefusal;
use crate::reader::sql;
use crate::restoration::{Kept, RestoreRecord};

/// Where a registry stands. Two that stand at one version may have come there by different changes (a backup was put back
/// and worked on); the hash of the last event tells them apart, since it covers all events before it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Standing {
    /// Drawn when the registry was made.
    pub registry_id: String,
    /// The number of the last change.
    pub version: u64,
    /// The hash of the event of that version.
    pub hash: String,
    /// The hash of the event of the version that was asked after; `None` where there is no such event.
    pub mark: Option<String>,
    /// The number of the last restore; 0 where there was none.
    pub epoch: u64,
}

/// Where it stands, and the hash that this version's event has in it.
pub(super) async fn standing(connection: &mut Connection, asked: u64) -> Result<Standing, ReadRefusal> {
    let rows = connection.rows_within(AT_ONCE, sql::STANDING, &[number(asked)]).await.map_err(of_before)?;
    let none = || ReadRefusal::NoRegistry("its row of id and version is missing or unreadable".to_owned());
    let [columns] = rows.as_slice() else { return Err(none()) };
    let registry_id = text(columns, 0).filter(|id| !id.is_empty()).ok_or_else(none)?;
    let version: u64 = text(columns, 1).and_then(|text| text.parse().ok()).ok_or_else(none)?;
    let eventless = || ReadRefusal::NoRegistry(format!("there is no event of its version {version}"));
    Ok(Standing {
        registry_id: registry_id.to_owned(),
        version,
        hash: text(columns, 2).filter(|hash| !hash.is_empty()).ok_or_else(eventless)?.to_owned(),
        mark: text(columns, 3).map(str::to_owned),
        epoch: match columns.get(4) {
            Some(Some(_)) => text(columns, 4).and_then(|text| text.parse().ok()).ok_or_else(none)?,
            Some(None) | None => 0,
        },
    })
}

/// The last restore as it is kept, in the transaction at hand.
pub(super) async fn restoration(connection: &mut Connection) -> Result<Option<Kept>, ReadRefusal> {
    let rows = connection.rows(sql::RESTORATION, &[]).await?;
    let Some(columns) = rows.first() else { return Ok(None) };
    let unreadable = |field: &'static str| ReadRefusal::Unreadable {
        table: "restorations",
        key: "the last one".to_owned(),
        field,
        why: "is missing or unreadable".to_owned(),
    };
    let record = text(columns, 1).ok_or_else(|| unreadable("record"))?.to_owned();
    let from = match RestoreRecord::read(&record) {
        Some(record) => {
            let rows = connection.rows(sql::MARK, &[number(record.from.version)]).await?;
            rows.first().and_then(|columns| text(columns, 0)).map(str::to_owned)
        }
        None => None,
    };
    Ok(Some(Kept {
        epoch: text(columns, 0).and_then(|text| text.parse().ok()).ok_or_else(|| unreadable("epoch"))?,
        signature: text(columns, 2).ok_or_else(|| unreadable("signature"))?.to_owned(),
        event: text(columns, 3).and_then(|text| text.parse().ok()),
        record,
        from,
    }))
}

fn text(columns: &Columns, index: usize) -> Option<&str> {
    std::str::from_utf8(columns.get(index)?.as_deref()?).ok()
}

/// Tables come with the program that writes them; a gateway that was renewed first waits for them, and says for what.
fn of_before(refusal: ReadRefusal) -> ReadRefusal {
    match refusal {
        ReadRefusal::Database(why) if why.contains("restorations") => ReadRefusal::Database(format!(
            "{why}. Its tables may be those of an earlier release: any ca-tools command of this one brings them up to date"
        )),
        ReadRefusal::AnotherFile(_)
        | ReadRefusal::Database(_)
        | ReadRefusal::Forked { .. }
        | ReadRefusal::Hung(_)
        | ReadRefusal::Incomplete { .. }
        | ReadRefusal::Missing(_)
        | ReadRefusal::NoRegistry(_)
        | ReadRefusal::Older { .. }
        | ReadRefusal::OtherRegistry { .. }
        | ReadRefusal::Unreadable { .. } => refusal,
    }
}
