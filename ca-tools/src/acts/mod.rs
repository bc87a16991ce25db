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
mod apply_device;
mod approval;
mod authority;
mod by_list;
mod campaign;
mod certificate;
mod change;
mod closing;
mod custody;
mod decide_device;
mod device;
mod device_place;
mod eligible;
mod emergency;
mod example;
mod example_house;
mod export;
mod first_use;
mod gateway;
mod hold;
mod import;
mod incident;
mod issuer;
mod kept_file;
mod known;
mod lapse;
mod leaving;
mod like_for_like;
mod listing;
mod login;
mod loss;
mod mail;
mod maintenance;
mod many;
mod month_review;
mod office;
mod office_contact;
mod office_end;
mod operators;
mod own_loss;
mod own_retirement;
mod password_shown;
mod person;
mod post;
mod proof;
mod proof_method;
mod proposal;
mod public_key;
mod reading;
mod reminder;
mod replacement;
mod report;
mod restore;
mod retention;
mod retirement;
mod revocation;
mod room;
mod room_facts;
mod suspicion;
mod system_user;
mod ticket;
mod ticket_end;
mod ticket_give;
mod ticket_use;
mod training;
mod two;
mod undo;
mod withdrawn;
mod written;

use certs::Timestamp;
use registry::LoginId;

use crate::config::{Approvals, DatabaseUrl, JournalFiles};
use crate::database::{Database, Transaction};
use crate::disks::Disks;
use crate::ledger::Ledger;
use crate::letters::Seal;
use crate::proposal::Settings;
use crate::refusal::{Refusal, Unavailable};
use crate::rows::Authority;
use crate::rows::person::DESK;
use crate::{database, rows};

pub(crate) use after_end::NotGiven;

pub use application::{Findings, Granted, Granting, Hand, NotReceived, Received};
pub use approval::ApprovalsRenewed;
pub(crate) use by_list::MOST_OF_A_LIST;
pub use by_list::{Frozen, FrozenRow, LeftOut, ListLook};
pub use campaign::{
    AnswerTaken, CampaignAt, CampaignOpened, CampaignReminded, OfficeConfirmed, StepUndone, WithoutMail,
};
pub use closing::{Ended, Gone};
pub use device::{DeviceForm, InspectedDevice, ProviderReport};
pub use emergency::Consent;
pub use example_house::ExampleHouse;
pub use first_use::FirstUse;
pub use import::{Import, ImportFile, Imported, InvitationRow, NotImported, OfficeRow, PersonRow, RoomRow};
pub use incident::IncidentOpened;
pub use known::OpenLogin;
pub use leaving::Leaving;
pub use listing::Listing;
pub use login::{Begun, FileStands, Keeper, ShownLogin};
pub use loss::Before;
pub use mail::Delivery;
pub use maintenance::WorkPlan;
pub use office::OfficeForm;
pub use password_shown::PasswordShown;
pub use post::Outcome;
pub use proof::{OwnPassword, Proof};
pub use proof_method::ProofMethod;
pub use proposal::{Approval, Done, Material, Proposed};
pub use restore::{Held, KnownHead, Restored, Restoring, Way};
pub(crate) use retention::{OldRows, hold_name};
pub use room::NewRoom;
pub use room_facts::{Confirmed, ConsentTyped, InvitationTerms, LastPost, RoomConsent, TermsTyped};
pub use system_user::{NewPassword, PasswordChanged, Person, RolesChanged};
pub use ticket::{Killed, Left};
pub use ticket_give::{Opened, TicketPurpose};
pub use training::{AttendanceRow, PlannedTraining, TrainingLetter, TrainingTold};
pub use two::Ground;
pub use undo::Undone;
pub(crate) use withdrawn::Publisher;

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
    /// How they showed who they are.
    pub proof: ProofMethod,
    /// The gateway's `request_id` of what was asked through it: by it the event is found in the access log.
    pub request: Option<String>,
    /// What it rests on, where it needs two.
    pub ground: Ground,
    /// At which version of the registry they saw what they change; a change about the same that came after it is not
    /// overwritten. Where nothing is said, nothing is asked.
    pub seen: Option<i64>,
}

impl By {
    /// This person, who showed who they are in this way; without a reason or an application.
    #[must_use]
    pub fn of(operator: LoginId, at: Timestamp, proof: ProofMethod) -> Self {
        Self { operator, at, why: None, application: None, proof, request: None, ground: Ground::Alone, seen: None }
    }

    /// The desk by itself, on a proof it was shown. No person may have this ID.
    ///
    /// # Errors
    /// None in practice: the name is a name.
    pub fn desk(at: Timestamp) -> Result<Self, Refusal> {
        let operator = DESK.parse().map_err(|_| Unavailable::Corrupt(DESK.to_owned()))?;
        Ok(Self::of(operator, at, ProofMethod::Desk))
    }
}

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
    journal: JournalFiles,
    disks: Disks,
    seal: Seal,
    proposals: Settings,
    approvals: Approvals,
}

impl Writer {
    /// Opens the registry at this place, and brings its tables up to this program's version. The journal is opened by the
    /// first change.
    ///
    /// # Errors
    /// It is not there, not reachable, or not a registry of ours.
    pub async fn open(place: &DatabaseUrl, journal: &JournalFiles) -> Result<Self, Unavailable> {
        let writer = Self::of(database::open(place).await?, place, journal);
        writer.ledger().id().await?;
        writer.database.migrate().await?;
        public_key::write_down(&writer.database).await?;
        writer.fill_subjects().await?;
        writer.fill_uses().await?;
        report::read_older(&writer.database).await?;
        Ok(writer)
    }

    /// Finds out of each event of before what it is about.
    async fn fill_subjects(&self) -> Result<(), Unavailable> {
        while rows::event_subject::wants_filling(&mut self.read().await?).await? {
            let mut tx = self.database.begin_write().await?;
            rows::event_subject::fill(&mut tx).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Finds out of each device when it was last seen.
    async fn fill_uses(&self) -> Result<(), Unavailable> {
        if rows::device_use::wants_filling(&mut self.read().await?).await? {
            let mut tx = self.database.begin_write().await?;
            rows::device_use::fill(&mut tx).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Makes a registry at a place where there is none: its tables, its id, its authorities, its
    /// first event; with it the journal, and its key where there is none. Where that fails, nothing is left that would stand in the way of the next try.
    ///
    /// # Errors
    /// There is one already, the place cannot be written, or there is no such role.
    pub async fn init(
        place: &DatabaseUrl,
        journal: &JournalFiles,
        (by, founding): (&By, &Founding<'_>),
    ) -> Result<Self, Refusal> {
        let writer = Self::of(database::make(place).await?, place, journal);
        let founded = writer.found(place, by, founding).await;
        if founded.is_err() {
            database::unmake(place);
        }
        founded.map(|()| writer)
    }

    /// The same, which seals letters with this. Without it none is queued.
    #[must_use]
    pub fn sealing(self, seal: Seal) -> Self {
        Self { seal, ..self }
    }

    /// The same, by these settings of `[proposals]`.
    #[must_use]
    pub fn proposing(self, proposals: Settings) -> Self {
        Self { proposals, ..self }
    }

    /// The same, whose approvals of devices end by this.
    #[must_use]
    pub fn ending(self, approvals: Approvals) -> Self {
        Self { approvals, ..self }
    }

    fn of(database: Database, place: &DatabaseUrl, journal: &JournalFiles) -> Self {
        Self {
            database,
            journal: journal.clone(),
            disks: Disks::of(&journal.journal, place.file()),
            seal: Seal::default(),
            proposals: Settings::default(),
            approvals: Approvals::default(),
        }
    }

    async fn found(&self, place: &DatabaseUrl, by: &By, founding: &Founding<'_>) -> Result<(), Refusal> {
        if self.ledger().id().await.is_ok() {
            return Err(Unavailable::AlreadyThere(place.to_string()).into());
        }
        self.database.migrate().await?;
        if let Some(role) = founding.reader {
            self.database.let_read(role).await?;
        }
        let mut tx = self.database.begin_write().await?;
        rows::registry::write(&mut tx, founding.id, 0).await?;
        let mut change = change::Change::begin(tx, self, (by, change::RequiredRole::Custody)).await?;
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
    pub(crate) fn journal(&self) -> &JournalFiles {
        &self.journal
    }

    /// The same registry, for reading.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        Ledger::of(self.database.clone())
    }

    /// A transaction that reads.
    pub(crate) async fn read(&self) -> Result<Transaction, Unavailable> {
        self.database.begin_read().await
    }
}
