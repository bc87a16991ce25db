//! Logins of operators on the command line. Facts about use: no change, under no version, and in no backup. What a login is,
//! its event says; what became of it, its row.

use certs::Timestamp;
use registry::LoginId;
use registry::change::Rank;

use crate::database::Transaction;
use crate::refusal::Unavailable;

/// The event that begins one; its version is the login's number.
pub(crate) const BEGINS: &str = "operator.login";

/// A login to be kept.
#[derive(Clone, Copy)]
pub(crate) struct NewLogin<'a> {
    pub(crate) login: i64,
    pub(crate) login_id: &'a LoginId,
    pub(crate) digest: &'a str,
    pub(crate) password: &'a str,
    pub(crate) roles: &'a Rank,
    pub(crate) at: Timestamp,
}

/// A login as it is kept.
#[derive(Clone)]
pub(crate) struct StoredLogin {
    pub(crate) login_id: LoginId,
    pub(crate) digest: String,
    pub(crate) password: String,
    pub(crate) roles: Rank,
    pub(crate) started: Timestamp,
    pub(crate) used: Timestamp,
    pub(crate) ended: bool,
}

/// Begins it.
pub(crate) async fn write(tx: &mut Transaction, new: NewLogin<'_>) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO operator_logins (login, login_id, digest, password, roles, started_at, used_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
        [
            new.login.into(),
            new.login_id.as_str().into(),
            new.digest.into(),
            new.password.into(),
            new.roles.to_string().into(),
            new.at.unix().into(),
        ],
    )
    .await
    .map(drop)
}

/// The login of this number. A row without the event that says the same is of nobody's making.
pub(crate) async fn stored(tx: &mut Transaction, login: i64) -> Result<Option<StoredLogin>, Unavailable> {
    let row = tx
        .row(
            "SELECT l.login_id, l.digest, l.password, l.roles, l.started_at, l.used_at, l.ended_at, e.detail \
             FROM operator_logins l JOIN events e ON e.version = l.login AND e.action = $2 AND e.subject = l.login_id \
             WHERE l.login = $1",
            [login.into(), BEGINS.into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let digest = row.text("digest")?;
    let told: serde_json::Value = serde_json::from_str(&row.text("detail")?).unwrap_or_default();
    if told["digest"] != digest {
        return Ok(None);
    }
    let (login_id, roles) = (row.text("login_id")?, row.text("roles")?);
    Ok(Some(StoredLogin {
        login_id: login_id.parse().map_err(|why| Unavailable::Corrupt(format!("ID {login_id}: {why}")))?,
        digest,
        password: row.text("password")?,
        roles: roles.parse().map_err(|why| Unavailable::Corrupt(format!("roles {roles:?}: {why}")))?,
        started: Timestamp::from_unix(row.int("started_at")?),
        used: Timestamp::from_unix(row.int("used_at")?),
        ended: row.maybe_int("ended_at")?.is_some(),
    }))
}

/// It was used.
pub(crate) async fn used(tx: &mut Transaction, login: i64, at: Timestamp) -> Result<(), Unavailable> {
    let statement = "UPDATE operator_logins SET used_at = $2 WHERE login = $1 AND used_at < $2";
    tx.run(statement, [login.into(), at.unix().into()]).await.map(drop)
}

/// It ends; whether it had not before.
pub(crate) async fn end(tx: &mut Transaction, login: i64, at: Timestamp) -> Result<u64, Unavailable> {
    let statement = "UPDATE operator_logins SET ended_at = $2 WHERE login = $1 AND ended_at IS NULL";
    tx.run(statement, [login.into(), at.unix().into()]).await
}

/// All of this person end; how many had not before.
pub(crate) async fn end_all(tx: &mut Transaction, login_id: &LoginId, at: Timestamp) -> Result<u64, Unavailable> {
    let statement = "UPDATE operator_logins SET ended_at = $2 WHERE login_id = $1 AND ended_at IS NULL";
    tx.run(statement, [login_id.as_str().into(), at.unix().into()]).await
}

/// All of an office's people end.
pub(crate) async fn end_all_of_office(tx: &mut Transaction, office: &str, at: Timestamp) -> Result<(), Unavailable> {
    let statement = "UPDATE operator_logins SET ended_at = $2 WHERE ended_at IS NULL \
         AND login_id IN (SELECT login_id FROM system_users WHERE office = $1)";
    tx.run(statement, [office.into(), at.unix().into()]).await.map(drop)
}

/// It is refused for this reason: whose it is, where this is the first time for that reason.
pub(crate) async fn note_refused(tx: &mut Transaction, login: i64, why: &str) -> Result<Option<String>, Unavailable> {
    let known = tx.row("SELECT login_id, refused FROM operator_logins WHERE login = $1", [login.into()]).await?;
    let Some(known) = known else { return Ok(None) };
    let mut refused = known.text("refused")?;
    if refused.split(' ').any(|known| known == why) {
        return Ok(None);
    }
    if !refused.is_empty() {
        refused.push(' ');
    }
    refused.push_str(why);
    let statement = "UPDATE operator_logins SET refused = $2 WHERE login = $1";
    tx.run(statement, [login.into(), refused.into()]).await?;
    known.text("login_id").map(Some)
}

/// Whether there is a login of this number.
pub(crate) async fn is_known(tx: &mut Transaction, login: i64) -> Result<bool, Unavailable> {
    Ok(tx.row("SELECT login FROM operator_logins WHERE login = $1", [login.into()]).await?.is_some())
}

/// Those that began before this moment are forgotten.
pub(crate) async fn forget_before(tx: &mut Transaction, before: Timestamp) -> Result<(), Unavailable> {
    tx.run("DELETE FROM operator_logins WHERE started_at < $1", [before.unix().into()]).await.map(drop)
}

/// When those of this person began that did not end, and were used, or began, after these moments.
pub(crate) async fn open_of(
    tx: &mut Transaction,
    login_id: &LoginId,
    (used_after, started_after): (Timestamp, Timestamp),
) -> Result<Vec<Timestamp>, Unavailable> {
    let rows = tx
        .rows(
            "SELECT started_at FROM operator_logins WHERE login_id = $1 AND ended_at IS NULL \
             AND used_at > $2 AND started_at > $3 ORDER BY login",
            [login_id.as_str().into(), used_after.unix().into(), started_after.unix().into()],
        )
        .await?;
    rows.iter().map(|row| Ok(Timestamp::from_unix(row.int("started_at")?))).collect()
}
