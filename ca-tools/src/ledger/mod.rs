//! What does the registry say? Lists and single entries for people and programs.
//!
//! A question is one statement and the columns it shows; an entry is a JSON object of them, the
//! same that `--json` prints.

mod access_lines;
mod application;
mod around;
mod called;
mod campaign;
mod certificate;
mod clause;
mod could_approve;
mod could_see;
mod device;
mod emergency;
mod event;
mod everybody;
mod findable;
mod gateway;
mod incident;
mod issuer;
mod listed;
mod locked;
mod mail;
mod maintenance;
mod month;
mod names;
mod numbers;
mod office;
mod own_devices;
mod own_office;
mod proposal;
mod readiness;
mod receipts;
mod renewal;
mod room;
mod shown;
mod sighting;
mod sound;
mod standing;
mod system_user;
mod tally;
mod ticket;
mod timeline;
mod told;
mod training;
mod unused;
mod waiting;
mod withdrawn;
mod within;

use serde_json::{Map, Value as Json};

use crate::database::{Database, Misread, Row, Transaction, Value};
use crate::refusal::Unavailable;
use crate::rows;

pub(crate) use access_lines::LineCopy;
pub use application::ApplicationFilter;
pub(crate) use around::{AroundOffice, AroundPerson, DeviceLine, MOST, PersonLine};
pub(crate) use called::{CalledThen, Uncalled};
pub use campaign::CampaignView;
pub use certificate::CertificateFilter;
pub(crate) use clause::Clause;
pub(crate) use could_approve::{could_approve, reach};
pub use could_see::{CouldSee, RoomSight, SightOf};
pub use device::DeviceFilter;
pub use event::Recorded;
pub(crate) use everybody::NamesOfAll;
pub(crate) use findable::{Findable, History, Noun};
pub(crate) use gateway::{GatewayStanding, WatchedGateway};
pub(crate) use incident::OwedReport;
pub(crate) use listed::{ListQuestion, Roll, SortOrder};
pub use mail::MailFilter;
pub(crate) use maintenance::PlannedWindow;
pub(crate) use month::{
    DeletedPerson, EmergencyGiven, FailedLogin, GlassBroken, MonthReviewed, NamedPerson, NewNetwork, NightUse,
};
pub(crate) use numbers::{HouseNumbers, Numbered, OfficeNumbers};
pub(crate) use own_devices::OwnDevice;
pub(crate) use own_office::{Leaf, LoggedIn, OwnApplication, OwnPerson, OwnRoom, OwnTicket, Sight, UsedDevice};
pub use proposal::{ProposalFilter, changes};
pub use receipts::receipts;
pub(crate) use renewal::Renewal;
pub(crate) use room::InvitedLine;
pub(crate) use sound::{AsItStands, CertifiedTwice, Undelivered};
pub(crate) use standing::{CertificateFacts, DeviceFacts, OfficeFacts, PersonFacts, RoomFacts};
#[cfg(test)]
pub(crate) use standing::{Held, KnownRoom};
pub use tally::Counts;
pub use ticket::TicketFilter;
pub use timeline::{EventFilter, Happened};
pub(crate) use told::{Counted, ReadLine, Whose};
pub use training::AttendanceLine;
pub(crate) use unused::{RegisteredDevice, UnusedPerson};
pub(crate) use waiting::{EndingOffice, Heap};

/// A registry opened for reading.
#[derive(Clone, Debug)]
pub struct Ledger {
    database: Database,
}

impl Ledger {
    pub(crate) fn of(database: Database) -> Self {
        Self { database }
    }

    /// A transaction that reads.
    pub(crate) async fn read(&self) -> Result<Transaction, Unavailable> {
        self.database.begin_read().await
    }

    /// The registry's id, 32 hex digits.
    ///
    /// # Errors
    /// It does not answer, or has none.
    pub async fn id(&self) -> Result<String, Unavailable> {
        rows::registry::id(&mut self.read().await?).await
    }

    /// The registry's version: the number of its last change.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn version(&self) -> Result<i64, Unavailable> {
        rows::registry::version(&mut self.read().await?).await
    }

    /// The roles that may read the registry and whose rights are not exactly a gateway's; none of a file, which is read
    /// whole or not at all.
    pub(crate) async fn misreads(&self) -> Result<Vec<Misread>, Unavailable> {
        self.database.misreads().await
    }
}

/// One entry of a list.
pub type Entry = Map<String, Json>;

/// How a column is shown.
#[derive(Clone, Copy, Debug)]
enum Column {
    /// A text.
    Text(&'static str),
    /// A text or nothing.
    MaybeText(&'static str),
    /// A number.
    Number(&'static str),
    /// A number or nothing.
    MaybeNumber(&'static str),
    /// 0 or 1.
    Flag(&'static str),
    /// A device's number.
    Device(&'static str),
    /// Seconds since 1970, shown as a clock in Kashiwa does.
    Time(&'static str),
    /// The same, or nothing.
    MaybeTime(&'static str),
    /// A text that is JSON.
    Json(&'static str),
}

impl Column {
    fn read(self, row: &Row) -> Result<(&'static str, Json), Unavailable> {
        Ok(match self {
            Self::Text(name) => (name, row.text(name)?.into()),
            Self::MaybeText(name) => (name, row.maybe_text(name)?.into()),
            Self::Number(name) => (name, row.int(name)?.into()),
            Self::MaybeNumber(name) => (name, row.maybe_int(name)?.into()),
            Self::Flag(name) => (name, (row.int(name)? != 0).into()),
            Self::Device(name) => (name, format!("DEV-{:06}", row.int(name)?).into()),
            Self::Time(name) => (name, time(row.int(name)?)),
            Self::MaybeTime(name) => (name, row.maybe_int(name)?.map_or(Json::Null, time)),
            Self::Json(name) => {
                let text = row.text(name)?;
                let value =
                    serde_json::from_str(&text).map_err(|why| Unavailable::Corrupt(format!("{name}: {why}")))?;
                (name, value)
            }
        })
    }
}

fn time(seconds: i64) -> Json {
    certs::Timestamp::from_unix(seconds).to_string().into()
}

async fn entries<const N: usize>(
    tx: &mut Transaction,
    sql: &'static str,
    values: [Value; N],
    columns: &[Column],
) -> Result<Vec<Entry>, Unavailable> {
    let rows = tx.rows(sql, values).await?;
    rows.iter()
        .map(|row| {
            columns.iter().map(|column| column.read(row).map(|(name, value)| (name.to_owned(), value))).collect()
        })
        .collect()
}

/// The words of a space-separated text, as a list.
fn words(entry: &mut Entry, name: &str) {
    if let Some(Json::String(text)) = entry.get(name) {
        let list: Vec<Json> = text.split_whitespace().map(Json::from).collect();
        entry.insert(name.to_owned(), list.into());
    }
}
