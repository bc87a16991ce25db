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
mod closing;
mod database;
mod device;
mod emergency;
mod event;
mod example;
mod first_use;
mod illegal;
mod intent;
mod issuer;
mod lapse;
mod leaving;
mod listing;
mod loss;
mod loss_code;
mod mail;
mod many;
mod office;
mod office_contact;
mod open;
mod own_devices;
mod post;
mod refusal;
mod reminder;
mod renewal;
mod replacement;
mod report;
mod revocation;
mod room;
mod suspicion;
mod system_user;
mod ticket;
mod ticket_use;
mod told;
mod unavailable;
mod withdrawn;

use std::str::FromStr;

use certs::Timestamp;
use registry::{LoginId, WordRefusal};

pub(crate) use after_end::NotGiven;
pub(crate) use database::{Database, Row, Transaction, Value};
pub use event::{Event, before_the_first};
pub use open::{Place, PlaceRefusal};
pub(crate) use own_devices::OwnDevice;
pub use refusal::{Kind, Refusal, Unavailable};
pub(crate) use renewal::Renewal;

pub use application::{ApplicationRefusal, Findings, Granted, Granting, Hand, NotReceived, Received};
pub use authority::{Authority, AuthorityKind};
pub use closing::{Ended, Gone};
pub use device::{ChecklistItem, DeviceForm};
pub use emergency::{Consent, EmergencyRefusal};
pub use first_use::FirstUse;
pub use intent::{Intent, KeyOrigin, Purpose, Signed};
pub use issuer::IssuerRefusal;
pub use leaving::Leaving;
pub use listing::Listing;
pub use loss::{Before, Loss, LossRefusal};
pub use mail::Told;
pub use office::OfficeForm;
pub use post::{Due, Outcome};
pub use replacement::ReplacementRefusal;
pub(crate) use system_user::former_hashes;
pub use system_user::{NewPassword, PasswordChanged, Person, SetBy};
pub use ticket::{Opened, TicketPurpose};
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

/// 機器の入替え, 更新: the old certificate counts for so many seconds beside the new one (DOMAIN A.7).
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
    /// A PostgreSQL role that may read, and no more.
    pub reader: Option<&'a str>,
}

/// A registry opened for writing.
#[derive(Clone, Debug)]
pub struct Writer {
    database: Database,
}

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../certs/registry/migrations");

impl Writer {
    /// Opens the registry at this place, and brings its tables up to this program's version.
    ///
    /// # Errors
    /// It is not there, not reachable, or not a registry of ours.
    pub async fn open(place: &Place) -> Result<Self, Unavailable> {
        let writer = Self { database: open::open(place).await? };
        writer.id().await?;
        writer.migrate().await?;
        Ok(writer)
    }

    /// Makes a registry at a place where there is none: its tables, its id, its authorities, its
    /// first event. Where that fails, nothing is left that would stand in the way of the next try.
    ///
    /// # Errors
    /// There is one already, the place cannot be written, or there is no such role.
    pub async fn init(place: &Place, by: &By, founding: &Founding<'_>) -> Result<Self, Refusal> {
        let writer = Self { database: open::make(place).await? };
        let founded = writer.found(place, by, founding).await;
        if founded.is_err() {
            open::unmake(place);
        }
        founded.map(|()| writer)
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
        let mut change = change::Change::begin(tx, by, change::Duty::Custody).await?;
        let fingerprints = authority::write_all(&mut change, founding.authorities, FIRST_LIST).await?;
        let detail = serde_json::json!({ "authorities": fingerprints });
        change.commit("registry.init", founding.id, detail).await?;
        Ok(())
    }

    /// Makes a registry out of what was saved of one: `fill` writes the rows.
    ///
    /// # Errors
    /// As [`Self::init`], and whatever `fill` says; then nothing is left.
    pub(crate) async fn restore(
        place: &Place,
        by: &By,
        (id, version): (&str, i64),
        fill: impl AsyncFnOnce(&mut Transaction) -> Result<(), Refusal>,
    ) -> Result<Self, Refusal> {
        let writer = Self { database: open::make(place).await? };
        let filled = async {
            if writer.id().await.is_ok() {
                return Err(Unavailable::AlreadyThere(place.to_string()).into());
            }
            writer.migrate().await?;
            let mut tx = writer.database.begin_write().await?;
            tx.run("INSERT INTO registry (one, id, version) VALUES (1, $1, $2)", [id.into(), version.into()]).await?;
            fill(&mut tx).await?;
            let change = change::Change::begin(tx, by, change::Duty::Custody).await?;
            change.commit("registry.restore", id, serde_json::json!({ "version": version })).await
        };
        if let Err(refusal) = filled.await {
            open::unmake(place);
            return Err(refusal);
        }
        Ok(writer)
    }

    /// Lets a PostgreSQL role read the registry, now and after later migrations, and do no more.
    async fn let_read(&self, role: &str) -> Result<(), Refusal> {
        let fits = !role.is_empty() && role.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !fits {
            let ja = format!("{role:?} はロール名ではありません。");
            return Err(Refusal::malformed("--reader", ja, format!("{role:?} is no name of a role")));
        }
        match &self.database {
            Database::Sqlite(_) => Err(Refusal::malformed(
                "--reader",
                "PostgreSQL でだけ使えます。SQLite ではファイルの所有者と権限で決まります。",
                "is for PostgreSQL; who reads an SQLite file is said by its owner and mode",
            )),
            Database::Postgres(pool) => {
                for statement in [
                    format!("GRANT USAGE ON SCHEMA public TO \"{role}\""),
                    format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO \"{role}\""),
                    format!("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO \"{role}\""),
                ] {
                    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(pool).await?;
                }
                Ok(())
            }
        }
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

    async fn migrate(&self) -> Result<(), Unavailable> {
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
