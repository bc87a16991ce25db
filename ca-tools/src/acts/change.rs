//! One change: a transaction that locks and raises the registry's version, writes its rows with
//! that version, and appends one event to the chain. Dropped before [`Change::commit`], it never was.
//!
//! The journal has the change before the registry commits it, and is told afterwards what became of it: nothing is
//! answered that does not stand there.

use std::ops::{Deref, DerefMut};

use certs::Timestamp;
use registry::change::{InService, Rank};
use registry::{LoginId, Role};
use serde_json::{Map, Value as Json};

use super::two::{Ground, Two};
use super::{By, ProofMethod, Writer, known};
use crate::config::{Approvals, JournalFiles};
use crate::database::{Transaction, Versioned};
use crate::disks::{DiskFull, DiskOf, Disks};
use crate::journal::{Book, Entered, Event, before_the_first, digest};
use crate::letters::Seal;
use crate::proposal::Settings;
use crate::refusal::{JournalRefusal, Refusal, Unavailable};
use crate::rows;

/// What an operator must be to make a change.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum RequiredRole {
    /// Approving what a clerk recorded.
    Approve,
    /// Working with the CA key: authorities, lists, backups.
    Custody,
    /// What the desk does by itself, on a proof it was shown: a ticket, a telephone code, a gateway's report.
    Desk,
    /// Looking at what has no person in it.
    Look,
    /// Keeping what runs going, and touching nobody: a letter is tried again.
    Operate,
    /// A person's own password.
    Own,
    /// Having a list of what is no longer good signed: whoever took something back, and whoever keeps the keys.
    Publish,
    /// Reading what others did, and taking it along.
    Read,
    /// Receiving and recording.
    Record,
}

impl RequiredRole {
    pub(super) fn roles(self) -> &'static [Role] {
        match self {
            Self::Approve => &[Role::RaApprover],
            Self::Custody => &[Role::CaCustodian],
            Self::Desk | Self::Own => &[],
            Self::Look => &Role::ALL,
            Self::Operate => &[Role::RaClerk, Role::RaApprover, Role::CaCustodian, Role::Ops],
            Self::Publish => &[Role::RaClerk, Role::RaApprover, Role::CaCustodian],
            Self::Read => &[Role::Auditor, Role::RaClerk, Role::RaApprover, Role::CaCustodian],
            Self::Record => &[Role::RaClerk, Role::RaApprover],
        }
    }
}

/// A change under way.
#[derive(Debug)]
pub(crate) struct Change {
    rows: Versioned,
    by: By,
    /// The operator's roles; none of whoever is not asked for one.
    rank: Rank,
    prev: String,
    book: Book,
    disks: Disks,
    seal: Seal,
    two: Two,
    settings: Settings,
    approvals: Approvals,
}

/// Its rows are written under its version.
impl Deref for Change {
    type Target = Versioned;

    fn deref(&self) -> &Versioned {
        &self.rows
    }
}

impl DerefMut for Change {
    fn deref_mut(&mut self) -> &mut Versioned {
        &mut self.rows
    }
}

impl Writer {
    /// Begins a change. From here on no other change can begin until this one has ended.
    pub(crate) async fn change(&self, by: &By, duty: RequiredRole) -> Result<Change, Refusal> {
        Change::begin(self.database.begin_write().await?, self, (by, duty)).await
    }
}

impl Change {
    /// Makes a change of a transaction in which nothing was written yet.
    pub(super) async fn begin(
        mut tx: Transaction,
        writer: &Writer,
        (by, duty): (&By, RequiredRole),
    ) -> Result<Self, Refusal> {
        let files = &writer.journal;
        let (id, version) = rows::registry::raise(&mut tx).await?;
        let prev = match rows::event::hash_of(&mut tx, version - 1).await? {
            Some(hash) => hash,
            None if version == 1 => before_the_first(&id),
            None => return Err(Unavailable::Corrupt(format!("event {} is missing", version - 1)).into()),
        };
        if let Some(table) = rows::planted(&mut tx, version).await? {
            return Err(JournalRefusal::Planted(table).into());
        }
        let book = match Book::open(files, (version - 1, &prev)).await? {
            Some(book) => book,
            None => first_book(&mut tx, files, &id, (version - 1, &prev), by.at.unix()).await?,
        };
        let (by, rank) = (by.clone(), Rank::default());
        let (disks, seal) = (writer.disks.clone(), writer.seal.clone());
        let rows = Versioned::new(tx, version, by.at);
        let (two, settings, approvals) = (Two::default(), writer.proposals, writer.approvals);
        Self { rows, by, rank, prev, book, disks, seal, two, settings, approvals }.admitted(duty).await
    }

    /// The same where the journal goes on from this head in a new file, with all rows that there are: the old one was lost,
    /// or does not fit.
    pub(super) async fn begin_anew(
        mut tx: Transaction,
        writer: &Writer,
        by: &By,
        head: (i64, &str),
    ) -> Result<Self, Refusal> {
        let files = &writer.journal;
        let rows = rows::all(&mut tx).await?;
        let (id, _) = rows::registry::raise(&mut tx).await?;
        let book = Book::begin(files, (&id, head, by.at.unix()), rows).await?;
        let (by, rank) = (by.clone(), Rank::default());
        let (disks, seal) = (writer.disks.clone(), writer.seal.clone());
        let rows = Versioned::new(tx, head.0 + 1, by.at);
        let (two, settings, approvals) = (Two::default(), writer.proposals, writer.approvals);
        Ok(Self { rows, by, rank, prev: head.1.to_owned(), book, disks, seal, two, settings, approvals })
    }

    /// Goes on only with an operator who may, on an application that serves.
    pub(super) async fn admitted(mut self, duty: RequiredRole) -> Result<Self, Refusal> {
        self.rank = Self::may(&mut self.rows, &self.by, duty).await?;
        known::note_use(&mut self.rows, &self.by).await?;
        self.application_serves().await?;
        Ok(self)
    }

    /// Is the operator one, and of which rank? While the registry knows no operator in service (it has just been made),
    /// whoever holds its file is, and of any.
    pub(super) async fn may(tx: &mut Transaction, by: &By, duty: RequiredRole) -> Result<Rank, Refusal> {
        known::still_known(tx, by).await?;
        if matches!(duty, RequiredRole::Desk | RequiredRole::Own) {
            return Ok(Rank::default());
        }
        let operator = by.operator.clone();
        if let Some((active, rank)) = rows::person::rank_of(tx, &operator).await? {
            if active && duty.roles().iter().any(|role| rank.holds(*role)) {
                return Ok(rank);
            }
            if !rank.is_none() {
                return Err(Refusal::OperatorMayNot(operator, duty.roles().to_vec()));
            }
        }
        if rows::person::any_operator(tx).await? { Err(Refusal::NoOperator(operator)) } else { Ok(Rank::all()) }
    }

    /// The operators in service.
    pub(super) async fn operators(&mut self) -> Result<Vec<InService>, Refusal> {
        Ok(rows::person::operators(self).await?)
    }

    /// The version every row written by this change carries.
    pub(crate) fn version(&self) -> i64 {
        self.rows.version()
    }

    /// When the change is made.
    pub(crate) fn at(&self) -> Timestamp {
        self.rows.at()
    }

    /// The roles of who makes it.
    pub(super) fn rank(&self) -> &Rank {
        &self.rank
    }

    /// From here on it is made by one who holds these roles, for this reason and on this application: what one proposed is
    /// done by who approves it.
    pub(super) async fn takes_over(
        &mut self,
        rank: Rank,
        (why, application): (&str, Option<&str>),
    ) -> Result<(), Refusal> {
        self.rank = rank;
        self.by.why = Some(why.to_owned());
        self.by.application = application.map(str::to_owned);
        self.application_serves().await
    }

    /// How it stands to what needs two.
    pub(super) fn two_mut(&mut self) -> &mut Two {
        &mut self.two
    }

    /// What an act that needs two rests on.
    pub(super) fn ground(&self) -> Ground {
        self.by.ground
    }

    /// How many are many, and how long a proposal lives.
    pub(super) fn settings(&self) -> Settings {
        self.settings
    }

    /// When approvals of devices end.
    pub(super) fn approvals(&self) -> Approvals {
        self.approvals
    }

    /// How who makes it showed who they are.
    pub(super) fn proof(&self) -> &'static str {
        self.by.proof.as_str()
    }

    /// What seals the letters of this change.
    pub(super) fn seal(&self) -> &Seal {
        &self.seal
    }

    /// Who makes it.
    pub(crate) fn operator(&self) -> &LoginId {
        &self.by.operator
    }

    /// Its operator is known in this way from here on.
    pub(super) fn shown_by(&mut self, proof: ProofMethod) {
        self.by.proof = proof;
    }

    /// The application it rests on.
    ///
    /// # Errors
    /// None was named: nothing is granted without one.
    pub(crate) fn application(&self) -> Result<String, Refusal> {
        self.by.application.clone().ok_or(Refusal::NoApplication)
    }

    /// The application that was named, if one was.
    pub(super) fn named_application(&self) -> Option<&str> {
        self.by.application.as_deref()
    }

    /// Why it is made, where somebody said.
    pub(super) fn said_why(&self) -> Option<&str> {
        self.by.why.as_deref()
    }

    /// Why it is made.
    ///
    /// # Errors
    /// Nobody said, and this is not done without a reason.
    pub(crate) fn why(&self) -> Result<&str, Refusal> {
        self.by.why.as_deref().ok_or(Refusal::NoWhy)
    }

    /// Takes an application from what is being changed, where the operator named none.
    pub(crate) fn inherit_application(&mut self, application: String) {
        self.by.application.get_or_insert(application);
    }

    /// What this changes is as it was when they saw it, but for what the same request did.
    async fn not_overtaken(&mut self, subject: &str) -> Result<(), Refusal> {
        let Some(seen) = self.by.seen else { return Ok(()) };
        let request = self.by.request.as_deref();
        let overtaken = rows::event::others_about(&mut self.rows, subject, (seen, request)).await?;
        if overtaken { Err(Refusal::Overtaken(subject.to_owned())) } else { Ok(()) }
    }

    /// Appends the event, enters the change in the journal, tells the gateways, and makes it so. The registry's new
    /// version.
    pub(crate) async fn commit(
        mut self,
        action: &str,
        subject: &str,
        detail: serde_json::Value,
    ) -> Result<u64, Refusal> {
        self.not_overtaken(subject).await?;
        let serde_json::Value::Object(mut detail) = detail else {
            return Err(Unavailable::Corrupt(format!("the detail of {action} is no object")).into());
        };
        detail.extend(self.two.into_noted());
        detail.insert("proof".to_owned(), self.by.proof.as_str().into());
        if let Some(request) = self.by.request {
            detail.insert("request_id".to_owned(), request.into());
        }
        self.disks.admit(action).map_err(|DiskFull(of)| match of {
            DiskOf::Journal => Refusal::from(JournalRefusal::DiskFull),
            DiskOf::Registry => Unavailable::DiskFull.into(),
        })?;
        let version = self.rows.version();
        let rows = rows::written(&mut self.rows, version).await?;
        let as_text = |detail: &Map<String, Json>| serde_json::to_string(detail);
        let unwritable = |why: serde_json::Error| Unavailable::Corrupt(why.to_string());
        let mut event = Event {
            version,
            at: self.by.at.unix(),
            operator: self.by.operator.to_string(),
            action: action.to_owned(),
            subject: subject.to_owned(),
            application: self.by.application,
            why: self.by.why,
            detail: as_text(&detail).map_err(unwritable)?,
            prev: self.prev,
            changed: Some(digest(&rows)),
        };
        rows::event_subject::append(&mut self.rows, &event).await?.tell(&mut detail);
        event.detail = as_text(&detail).map_err(unwritable)?;
        rows::event::append(&mut self.rows, &event).await?;
        self.rows.notify(version).await?;
        let book = self.book;
        // A disk is waited for, and nothing else waits with it.
        let entered = tokio::task::spawn_blocking(move || book.enter(event, rows)).await;
        let entered = entered.map_err(|why| JournalRefusal::Unwritable(why.to_string()))??;
        settle(self.rows.into_transaction().commit().await, entered)?;
        Ok(version.unsigned_abs())
    }
}

/// Tells the journal what became of a change. Of one of which the database did not say, the next change sees.
fn settle(committed: Result<(), Unavailable>, entered: Entered) -> Result<(), Unavailable> {
    match &committed {
        Ok(()) => entered.done(),
        Err(
            Unavailable::Unreachable(_) | Unavailable::Untrusted(_) | Unavailable::Server(..) | Unavailable::Other(_),
        ) => {}
        Err(_) => entered.void(),
    }
    committed
}

/// The journal of a registry that never had one begins by itself, with all that there is; where one was, it is lost.
async fn first_book(
    tx: &mut Transaction,
    files: &JournalFiles,
    id: &str,
    head: (i64, &str),
    at: i64,
) -> Result<Book, Refusal> {
    if rows::event::was_journalled(tx).await? {
        return Err(JournalRefusal::Missing(files.journal.clone()).into());
    }
    let rows = rows::all(tx).await?;
    Ok(Book::begin(files, (id, head, at), rows).await?)
}
