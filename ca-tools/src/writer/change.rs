//! One change: a transaction that locks and raises the registry's version, writes its rows with
//! that version, and appends one event to the chain. Dropped before [`Change::commit`], it never was.

use certs::Timestamp;
use registry::{LoginId, Role, SystemUserState};

use super::database::{Row, Transaction, Value};
use super::event::{Event, before_the_first};
use super::refusal::{Refusal, Unavailable};
use super::{By, Writer};

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
    version: i64,
    prev: String,
}

impl Writer {
    /// Begins a change. From here on no other change can begin until this one has ended.
    pub(crate) async fn change(&self, by: &By, duty: Duty) -> Result<Change, Refusal> {
        Change::begin(self.database.begin_write().await?, by, duty).await
    }
}

impl Change {
    /// Makes a change of a transaction in which nothing was written yet.
    pub(super) async fn begin(mut tx: Transaction, by: &By, duty: Duty) -> Result<Self, Refusal> {
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
        let mut change = Self { tx, by: by.clone(), version, prev };
        change.admit(duty).await?;
        change.application_serves().await?;
        Ok(change)
    }

    /// Is the operator one? While the registry knows no operator in service (it has just been made),
    /// whoever holds its file is.
    async fn admit(&mut self, duty: Duty) -> Result<(), Refusal> {
        if matches!(duty, Duty::Desk | Duty::Own) {
            return Ok(());
        }
        let operator = self.by.operator.clone();
        let found = self.row("SELECT state, roles FROM system_users WHERE login_id = $1", [operator.as_str().into()]);
        if let Some(found) = found.await? {
            let active = found.text("state")? == SystemUserState::Active.as_str();
            let roles = found.text("roles")?;
            let fits = |role: &Role| roles.split(' ').any(|held| held == role.as_str());
            if active && duty.roles().iter().any(fits) {
                return Ok(());
            }
            if !roles.is_empty() {
                return Err(Refusal::OperatorMayNot(operator, duty.roles().to_vec()));
            }
        }
        let anyone =
            self.row("SELECT login_id FROM system_users WHERE roles <> '' AND state = 'active' LIMIT 1", []).await?;
        if anyone.is_some() { Err(Refusal::NoOperator(operator)) } else { Ok(()) }
    }

    /// The operators in service: their IDs and roles.
    pub(super) async fn operators(&mut self) -> Result<Vec<(String, String)>, Refusal> {
        let rows =
            self.rows("SELECT login_id, roles FROM system_users WHERE roles <> '' AND state = 'active'", []).await?;
        rows.iter().map(|row| Ok((row.text("login_id")?, row.text("roles")?))).collect()
    }

    /// The version every row written by this change carries.
    pub(crate) fn version(&self) -> i64 {
        self.version
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

    /// Appends the event, tells the gateways, and makes it so. The registry's new version.
    pub(crate) async fn commit(
        mut self,
        action: &str,
        subject: &str,
        detail: serde_json::Value,
    ) -> Result<u64, Refusal> {
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
        };
        let hash = event.hash();
        self.tx
            .run(
                "INSERT INTO events (version, at, operator, action, subject, application, why, detail, prev, hash) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                [
                    event.version.into(),
                    event.at.into(),
                    event.operator.into(),
                    event.action.into(),
                    event.subject.into(),
                    event.application.into(),
                    event.why.into(),
                    event.detail.into(),
                    event.prev.into(),
                    hash.into(),
                ],
            )
            .await?;
        self.tx.notify(self.version).await?;
        self.tx.commit().await?;
        Ok(self.version.unsigned_abs())
    }
}
