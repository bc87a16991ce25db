//! One change: a transaction that locks and raises the registry's version, writes its rows with
//! that version, and appends one event to the chain. Dropped before [`Change::commit`], it never was.
//!
//! The journal has the change before the registry commits it, and is told afterwards what became of it: nothing is
//! answered that does not stand there.

use certs::Timestamp;
use registry::change::{InService, Rank};
use registry::{LoginId, Role, SystemUserState};

use super::database::{Row, Transaction, Value};
use super::event::{Event, before_the_first};
use super::refusal::{Refusal, Unavailable};
use super::{By, Writer, changed};
use crate::disks::{DiskFull, DiskOf, Disks};
use crate::journal::{Book, Entered, Files, JournalRefusal, digest};
use crate::letters::Seal;

/// What an operator must be to make a change.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Duty {
    /// Approving what a clerk recorded.
    Approve,
    /// Working with the CA key: authorities, lists, backups.
    Custody,
    /// What the desk does by itself, on a proof it was shown: a ticket, a telephone code, a gateway's report.
    Desk,
    /// A person's own password.
    Own,
    /// Having a list of what is no longer good signed: whoever took something back, and whoever keeps the keys.
    Publish,
    /// Receiving and recording.
    Record,
}

impl Duty {
    fn roles(self) -> &'static [Role] {
        match self {
            Self::Approve => &[Role::RaApprover],
            Self::Custody => &[Role::CaCustodian],
            Self::Desk | Self::Own => &[],
            Self::Publish => &[Role::RaClerk, Role::RaApprover, Role::CaCustodian],
            Self::Record => &[Role::RaClerk, Role::RaApprover],
        }
    }
}

/// A change under way.
#[derive(Debug)]
pub(crate) struct Change {
    tx: Transaction,
    by: By,
    /// The operator's roles; none of whoever is not asked for one.
    rank: Rank,
    version: i64,
    prev: String,
    book: Book,
    disks: Disks,
    seal: Seal,
}

impl Writer {
    /// Begins a change. From here on no other change can begin until this one has ended.
    pub(crate) async fn change(&self, by: &By, duty: Duty) -> Result<Change, Refusal> {
        Change::begin(self.database.begin_write().await?, self, (by, duty)).await
    }
}

impl Change {
    /// Makes a change of a transaction in which nothing was written yet.
    pub(super) async fn begin(mut tx: Transaction, writer: &Writer, (by, duty): (&By, Duty)) -> Result<Self, Refusal> {
        let files = &writer.journal;
        let head = tx
            .row("UPDATE registry SET version = version + 1 WHERE one = 1 RETURNING id, version", [])
            .await?
            .ok_or_else(|| Unavailable::NotARegistry("no row in the table registry".into()))?;
        let (id, version) = (head.text("id")?, head.int("version")?);
        let last = tx.row("SELECT hash FROM events WHERE version = $1", [Value::Int(version - 1)]).await?;
        let prev = match last {
            Some(event) => event.text("hash")?,
            None if version == 1 => before_the_first(&id),
            None => return Err(Unavailable::Corrupt(format!("event {} is missing", version - 1)).into()),
        };
        if let Some(table) = changed::planted(&mut tx, version).await? {
            return Err(JournalRefusal::Planted(table).into());
        }
        let book = match Book::open(files, (version - 1, &prev)).await? {
            Some(book) => book,
            None => first_book(&mut tx, files, (&id, (version - 1, &prev), by.at.unix())).await?,
        };
        let (by, rank) = (by.clone(), Rank::default());
        let (disks, seal) = (writer.disks.clone(), writer.seal.clone());
        Self { tx, by, rank, version, prev, book, disks, seal }.admitted(duty).await
    }

    /// The same where the journal goes on from this head in a new file, with all rows that there are: the old one was lost,
    /// or does not fit.
    pub(super) async fn begin_anew(
        mut tx: Transaction,
        writer: &Writer,
        (by, head): (&By, (i64, &str)),
    ) -> Result<Self, Refusal> {
        let files = &writer.journal;
        let rows = changed::all(&mut tx).await?;
        let raised = tx.row("UPDATE registry SET version = version + 1 WHERE one = 1 RETURNING id", []).await?;
        let id = raised.ok_or_else(|| Unavailable::NotARegistry("no row in the table registry".into()))?.text("id")?;
        let book = Book::begin(files, (&id, head, by.at.unix()), rows).await?;
        let (by, rank) = (by.clone(), Rank::default());
        let (disks, seal) = (writer.disks.clone(), writer.seal.clone());
        Ok(Self { tx, by, rank, version: head.0 + 1, prev: head.1.to_owned(), book, disks, seal })
    }

    /// Goes on only with an operator who may, on an application that serves.
    pub(super) async fn admitted(mut self, duty: Duty) -> Result<Self, Refusal> {
        self.rank = Self::may(&mut self.tx, &self.by, duty).await?;
        self.application_serves().await?;
        Ok(self)
    }

    /// Is the operator one, and of which rank? While the registry knows no operator in service (it has just been made),
    /// whoever holds its file is, and of any.
    pub(super) async fn may(tx: &mut Transaction, by: &By, duty: Duty) -> Result<Rank, Refusal> {
        if matches!(duty, Duty::Desk | Duty::Own) {
            return Ok(Rank::default());
        }
        let operator = by.operator.clone();
        let found = tx.row("SELECT state, roles FROM system_users WHERE login_id = $1", [operator.as_str().into()]);
        if let Some(found) = found.await? {
            let active = found.text("state")? == SystemUserState::Active.as_str();
            let rank = super::person::rank(&found.text("roles")?)?;
            if active && duty.roles().iter().any(|role| rank.holds(*role)) {
                return Ok(rank);
            }
            if !rank.is_none() {
                return Err(Refusal::OperatorMayNot(operator, duty.roles().to_vec()));
            }
        }
        let anyone =
            tx.row("SELECT login_id FROM system_users WHERE roles <> '' AND state = 'active' LIMIT 1", []).await?;
        if anyone.is_some() { Err(Refusal::NoOperator(operator)) } else { Ok(Rank::all()) }
    }

    /// The operators in service.
    pub(super) async fn operators(&mut self) -> Result<Vec<InService>, Refusal> {
        let rows = self
            .rows("SELECT login_id, office, roles FROM system_users WHERE roles <> '' AND state = 'active'", [])
            .await?;
        rows.iter().map(super::person::in_service).collect()
    }

    /// The roles of who makes it.
    pub(super) fn rank(&self) -> &Rank {
        &self.rank
    }

    /// The version every row written by this change carries.
    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    /// What seals the letters of this change.
    pub(super) fn seal(&self) -> &Seal {
        &self.seal
    }

    /// When the change is made.
    pub(crate) fn at(&self) -> Timestamp {
        self.by.at
    }

    /// Who makes it.
    pub(crate) fn operator(&self) -> &LoginId {
        &self.by.operator
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

    pub(crate) async fn run<const N: usize>(&mut self, sql: &'static str, values: [Value; N]) -> Result<u64, Refusal> {
        Ok(self.tx.run(sql, values).await?)
    }

    pub(crate) async fn run_made(&mut self, sql: String, values: Vec<Value>) -> Result<u64, Refusal> {
        Ok(self.tx.run_made(sql, values).await?)
    }

    pub(crate) async fn row<const N: usize>(
        &mut self,
        sql: &'static str,
        values: [Value; N],
    ) -> Result<Option<Row>, Refusal> {
        Ok(self.tx.row(sql, values).await?)
    }

    pub(crate) async fn rows<const N: usize>(
        &mut self,
        sql: &'static str,
        values: [Value; N],
    ) -> Result<Vec<Row>, Refusal> {
        Ok(self.tx.rows(sql, values).await?)
    }

    pub(crate) async fn insert_many(
        &mut self,
        text: (&'static str, &'static str),
        rows: Vec<Vec<Value>>,
    ) -> Result<u64, Refusal> {
        Ok(self.tx.insert_many(text, rows).await?)
    }

    /// Appends the event, enters the change in the journal, tells the gateways, and makes it so. The registry's new
    /// version.
    pub(crate) async fn commit(
        mut self,
        action: &str,
        subject: &str,
        detail: serde_json::Value,
    ) -> Result<u64, Refusal> {
        self.disks.admit(action).map_err(|DiskFull(of)| match of {
            DiskOf::Journal => Refusal::from(JournalRefusal::DiskFull),
            DiskOf::Registry => Unavailable::DiskFull.into(),
        })?;
        let rows = changed::written(&mut self.tx, self.version).await?;
        let event = Event {
            version: self.version,
            at: self.by.at.unix(),
            operator: self.by.operator.to_string(),
            action: action.to_owned(),
            subject: subject.to_owned(),
            application: self.by.application,
            why: self.by.why,
            detail: detail.to_string(),
            prev: self.prev,
            changed: Some(digest(&rows)),
        };
        append(&mut self.tx, &event).await?;
        self.tx.notify(self.version).await?;
        let book = self.book;
        // A disk is waited for, and nothing else waits with it.
        let entered = tokio::task::spawn_blocking(move || book.enter(event, rows)).await;
        let entered = entered.map_err(|why| JournalRefusal::Unwritable(why.to_string()))??;
        settle(self.tx.commit().await, entered)?;
        Ok(self.version.unsigned_abs())
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

/// Writes an event's row.
pub(super) async fn append(tx: &mut Transaction, event: &Event) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO events (version, at, operator, action, subject, application, why, detail, prev, hash, changed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [
            event.version.into(),
            event.at.into(),
            event.operator.as_str().into(),
            event.action.as_str().into(),
            event.subject.as_str().into(),
            event.application.as_deref().into(),
            event.why.as_deref().into(),
            event.detail.as_str().into(),
            event.prev.as_str().into(),
            event.hash().into(),
            event.changed.as_deref().into(),
        ],
    )
    .await?;
    Ok(())
}

/// The journal of a registry that never had one begins by itself, with all that there is; where one was, it is lost.
async fn first_book(
    tx: &mut Transaction,
    files: &Files,
    (id, head, at): (&str, (i64, &str), i64),
) -> Result<Book, Refusal> {
    let had = tx.row("SELECT version FROM events WHERE changed IS NOT NULL LIMIT 1", []).await?;
    if had.is_some() {
        return Err(JournalRefusal::Missing(files.journal.clone()).into());
    }
    let rows = changed::all(tx).await?;
    Ok(Book::begin(files, (id, head, at), rows).await?)
}
