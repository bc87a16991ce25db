//! The only writer of the registry.
//!
//! ```text
//! lock and raise the version → read what is → ask the rules → write rows with the version
//!                            → append the chained event → NOTIFY → commit
//! ```
//! All of it is one transaction: a change that is refused, or whose program dies, never was.
//! `change` begins and ends it; one file or room per noun says what is written in between.

mod after_end;
mod application;
mod authority;
mod certificate;
mod change;
mod changed;
mod closing;
mod custody;
mod database;
mod device;
mod emergency;
mod event;
mod example;
mod first_use;
mod gateway;
mod intent;
mod issuer;
mod kept_file;
mod lapse;
mod leaving;
mod like_for_like;
mod listing;
mod loss;
mod loss_code;
mod mail;
mod many;
mod office;
mod office_contact;
mod office_row;
mod open;
mod own_devices;
mod person;
mod post;
mod proof;
mod public_key;
mod reader;
mod reminder;
mod renewal;
mod replacement;
mod report;
mod restore;
mod revocation;
mod room;
mod suspicion;
mod system_user;
mod ticket;
mod ticket_use;
mod told;
mod unanswered;
mod unvouched;
mod withdrawn;

use std::str::FromStr;

use certs::Timestamp;
use registry::{LoginId, WordRefusal};

use crate::disks::Disks;
use crate::journal::Files;
use crate::letters::Seal;
use crate::refusal;
pub use crate::refusal::ApplicationRefusal;
pub use crate::refusal::EmergencyRefusal;
pub use crate::refusal::IssuerRefusal;
pub use crate::refusal::Kind;
pub use crate::refusal::Loss;
pub use crate::refusal::LossRefusal;
pub use crate::refusal::ProofRefusal;
pub use crate::refusal::PublicKeyRefusal;
pub use crate::refusal::Refusal;
pub use crate::refusal::RenewalRefusal;
pub use crate::refusal::ReplacementRefusal;
pub use crate::refusal::RestoreRefusal;
pub use crate::refusal::Unavailable;

pub(crate) use after_end::NotGiven;
pub(crate) use database::{Database, Row, Transaction, Value};
pub use event::{Event, before_the_first};
pub(crate) use office_row::{SELECT_IN_USE as OFFICE_IN_USE, details_of as office_details};
pub use open::{Place, PlaceRefusal};
pub(crate) use own_devices::OwnDevice;
pub(crate) use reader::{Misread, statements as reader_statements};
pub(crate) use renewal::Renewal;

pub use application::{Findings, Granted, Granting, Hand, NotReceived, Received};
pub use authority::{Authority, AuthorityKind};
pub use closing::{Ended, Gone};
pub use device::{ChecklistItem, DeviceForm};
pub use emergency::Consent;
pub use first_use::FirstUse;
pub use intent::{Intent, KeyOrigin, Purpose, Signed, Term};
pub use leaving::Leaving;
pub use listing::Listing;
pub use loss::Before;
pub use mail::Told;
pub use office::OfficeForm;
pub(crate) use person::former_hashes;
pub use post::{Due, Outcome};
pub use proof::Proof;
pub use restore::{Held, KnownHead, Restored, Restoring, Way};
pub use system_user::{NewPassword, PasswordChanged, Person, RolesChanged};
pub use ticket::{Killed, Left, Opened, TicketPurpose};
pub use ticket_use::TicketProof;
pub(crate) use withdrawn::{ListOf, Publisher};

/// Who changes something, when, why, and on which application.
#[derive(Clone, Debug)]
pub struct By {
    /// The operator's login ID.
    pub operator: LoginId,
    /// The moment of the change.
    pub at: Timestamp,
    /// Why, in the operator's words.
    pub why: Option<String>,
    /// The application's number.
    pub application: Option<String>,
}

impl By {
    /// The desk by itself, on a proof it was shown. No person may have this ID.
    ///
    /// # Errors
    /// None in practice: the name is a name.
    pub fn desk(at: Timestamp) -> Result<Self, Refusal> {
        let operator = DESK.parse().map_err(|_| Unavailable::Corrupt(DESK.to_owned()))?;
        Ok(Self { operator, at, why: None, application: None })
    }
}

/// 機器の入替え, 更新: the old certificate counts for so many seconds beside the new one (ca-tools/README.md#what-an-event-changes).
pub(crate) const GRACE: i64 = 14 * 86_400;

/// As whom the desk acts; `user add` gives the ID to nobody.
pub(crate) const DESK: &str = "desk";

/// The number of the lists that are signed while a house is made (`init`), before there is a registry to draw one from.
pub(crate) const FIRST_LIST: i64 = 1;

/// What a new registry begins with.
#[derive(Clone, Copy, Debug)]
pub struct Founding<'a> {
    /// 32 hex digits.
    pub id: &'a str,
    /// The CAs that gateways trust.
    pub authorities: &'a [Authority],
    /// A PostgreSQL role that may read what a gateway asks for, and no more.
    pub reader: Option<&'a str>,
}

/// A registry opened for writing.
#[derive(Clone, Debug)]
pub struct Writer {
    database: Database,
    journal: Files,
    disks: Disks,
    seal: Seal,
}

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../certs/registry/migrations");

impl Writer {
    /// Opens the registry at this place, and brings its tables up to this program's version. The journal is opened by the
    /// first change.
    ///
    /// # Errors
    /// It is not there, not reachable, or not a registry of ours.
    pub async fn open(place: &Place, journal: &Files) -> Result<Self, Unavailable> {
        let writer = Self::of(open::open(place).await?, place, journal);
        writer.id().await?;
        writer.migrate().await?;
        public_key::write_down(&writer.database).await?;
        Ok(writer)
    }

    /// Makes a registry at a place where there is none: its tables, its id, its authorities, its
    /// first event; with it the journal, and its key where there is none. Where that fails, nothing is left that would stand in the way of the next try.
    ///
    /// # Errors
    /// There is one already, the place cannot be written, or there is no such role.
    pub async fn init(place: &Place, journal: &Files, (by, founding): (&By, &Founding<'_>)) -> Result<Self, Refusal> {
        let writer = Self::of(open::make(place).await?, place, journal);
        let founded = writer.found(place, by, founding).await;
        if founded.is_err() {
            open::unmake(place);
        }
        founded.map(|()| writer)
    }

    /// The same, which seals letters with this. Without it none is queued.
    #[must_use]
    pub fn sealing(self, seal: Seal) -> Self {
        Self { seal, ..self }
    }

    fn of(database: Database, place: &Place, journal: &Files) -> Self {
        Self {
            database,
            journal: journal.clone(),
            disks: Disks::of(&journal.journal, place.file()),
            seal: Seal::default(),
        }
    }

    async fn found(&self, place: &Place, by: &By, founding: &Founding<'_>) -> Result<(), Refusal> {
        if self.id().await.is_ok() {
            return Err(Unavailable::AlreadyThere(place.to_string()).into());
        }
        self.migrate().await?;
        if let Some(role) = founding.reader {
            self.let_read(role).await?;
        }
        let mut tx = self.database.begin_write().await?;
        tx.run("INSERT INTO registry (one, id, version) VALUES (1, $1, 0)", [founding.id.into()]).await?;
        let mut change = change::Change::begin(tx, self, (by, change::Duty::Custody)).await?;
        let fingerprints = authority::write_all(&mut change, founding.authorities, FIRST_LIST).await?;
        let detail = serde_json::json!({ "authorities": fingerprints });
        change.commit("registry.init", founding.id, detail).await?;
        Ok(())
    }

    /// The disks on which it writes.
    pub(crate) fn disks(&self) -> &Disks {
        &self.disks
    }

    /// Where its journal and the key are.
    pub(crate) fn journal(&self) -> &Files {
        &self.journal
    }

    /// The registry's id, 32 hex digits.
    ///
    /// # Errors
    /// It does not answer, or has none.
    pub async fn id(&self) -> Result<String, Unavailable> {
        let mut tx = self.read().await?;
        let row = tx.row("SELECT id FROM registry WHERE one = 1", []).await?;
        row.ok_or_else(|| Unavailable::NotARegistry("it has no id".into()))?.text("id")
    }

    /// A transaction that reads.
    pub(crate) async fn read(&self) -> Result<Transaction, Unavailable> {
        self.database.begin_read().await
    }

    async fn is_migrated(&self) -> bool {
        let done = async {
            let question = "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version";
            let rows = self.read().await?.rows(question, []).await?;
            rows.iter().map(|row| row.int("version")).collect::<Result<Vec<_>, Unavailable>>()
        };
        let known = MIGRATIONS.iter().map(|migration| migration.version);
        done.await.is_ok_and(|done| done.into_iter().eq(known))
    }

    async fn migrate(&self) -> Result<(), Unavailable> {
        // A registry that is up to date is not touched: a server that takes no changes can still be read.
        if self.is_migrated().await {
            return Ok(());
        }
        match &self.database {
            Database::Sqlite(pool) => MIGRATIONS.run(pool).await?,
            Database::Postgres(pool) => MIGRATIONS.run(pool).await?,
        }
        Ok(())
    }
}

/// A state as the registry spells it.
fn word<T: FromStr<Err = WordRefusal>>(text: &str) -> Result<T, Refusal> {
    Ok(text.parse().map_err(|why: WordRefusal| Unavailable::Corrupt(format!("{text:?}: {why}")))?)
}
