//! People's IDs. Who acts on a person asks for their rank first: what writes a row of one is called by `acts::person` alone,
//! whose proofs are made by asking.

use certs::Timestamp;
use registry::change::{InService, Rank};
use registry::{LoginId, OfficeNo, SystemUserState};

use super::word;
use crate::database::{Row, Transaction, Versioned};
use crate::refusal::{Kind, Refusal, Unavailable};

/// As whom the desk acts; `user add` gives the ID to nobody.
pub(crate) const DESK: &str = "desk";

/// Whether this ID is in service, and the roles it has; `None` of one that there is not.
pub(crate) async fn rank_of(tx: &mut Transaction, login_id: &LoginId) -> Result<Option<(bool, Rank)>, Unavailable> {
    let row = tx.row("SELECT state, roles FROM system_users WHERE login_id = $1", [login_id.as_str().into()]).await?;
    row.map(|row| Ok((row.text("state")? == SystemUserState::Active.as_str(), rank(&row.text("roles")?)?))).transpose()
}

/// Whether there is any operator in service.
pub(crate) async fn any_operator(tx: &mut Transaction) -> Result<bool, Unavailable> {
    let question = "SELECT login_id FROM system_users WHERE roles <> '' AND state = 'active' LIMIT 1";
    Ok(tx.row(question, []).await?.is_some())
}

/// The operators in service.
pub(crate) async fn operators(tx: &mut Transaction) -> Result<Vec<InService>, Unavailable> {
    let question = "SELECT login_id, office, roles FROM system_users WHERE roles <> '' AND state = 'active'";
    tx.rows(question, []).await?.iter().map(in_service).collect()
}

/// All people of an office who have roles and are not deleted.
pub(crate) async fn with_roles_of(tx: &mut Transaction, office: &OfficeNo) -> Result<Vec<InService>, Unavailable> {
    let people = tx
        .rows(
            "SELECT login_id, office, roles FROM system_users WHERE office = $1 AND state <> 'deleted' \
             AND roles <> '' ORDER BY login_id",
            [office.as_str().into()],
        )
        .await?;
    people.iter().map(in_service).collect()
}

/// A person as they stand.
#[derive(Clone, Debug)]
pub(crate) struct StoredPerson {
    pub(crate) office: OfficeNo,
    pub(crate) state: SystemUserState,
    pub(crate) rank: Rank,
}

/// This person.
///
/// # Errors
/// There is no such ID.
pub(crate) async fn stored(tx: &mut Transaction, login_id: &LoginId) -> Result<StoredPerson, Refusal> {
    let row = tx
        .row("SELECT office, state, roles FROM system_users WHERE login_id = $1", [login_id.as_str().into()])
        .await?
        .ok_or_else(|| unknown(login_id))?;
    let office = row.text("office")?;
    Ok(StoredPerson {
        office: office.parse().map_err(|why| Unavailable::Corrupt(format!("office {office}: {why}")))?,
        state: word(&row.text("state")?)?,
        rank: rank(&row.text("roles")?)?,
    })
}

/// The state of this ID.
///
/// # Errors
/// There is no such ID.
pub(crate) async fn state(tx: &mut Transaction, login_id: &LoginId) -> Result<SystemUserState, Refusal> {
    let row = tx.row("SELECT state FROM system_users WHERE login_id = $1", [login_id.as_str().into()]).await?;
    Ok(word(&row.ok_or_else(|| unknown(login_id))?.text("state")?)?)
}

/// What this person is called.
///
/// # Errors
/// There is no such ID.
pub(crate) async fn name(tx: &mut Transaction, login_id: &LoginId) -> Result<String, Refusal> {
    let row = tx.row("SELECT name FROM system_users WHERE login_id = $1", [login_id.as_str().into()]).await?;
    Ok(row.ok_or_else(|| unknown(login_id))?.text("name")?)
}

/// How this person's name is read.
///
/// # Errors
/// There is no such ID.
pub(crate) async fn kana(tx: &mut Transaction, login_id: &LoginId) -> Result<String, Refusal> {
    let row = tx.row("SELECT kana FROM system_users WHERE login_id = $1", [login_id.as_str().into()]).await?;
    Ok(row.ok_or_else(|| unknown(login_id))?.text("kana")?)
}

/// Whether there is, or was, such an ID.
pub(crate) async fn is_taken(tx: &mut Transaction, login_id: &LoginId) -> Result<bool, Unavailable> {
    let row = tx.row("SELECT login_id FROM system_users WHERE login_id = $1", [login_id.as_str().into()]).await?;
    Ok(row.is_some())
}

/// `kn-000001` and upwards. IDs are never given twice, so the count only grows.
pub(crate) async fn next_free(tx: &mut Transaction) -> Result<LoginId, Unavailable> {
    let row = tx.row("SELECT count(*) AS people FROM system_users", []).await?;
    let mut number = row.map_or(Ok(0), |row| row.int("people"))?;
    loop {
        number += 1;
        let text = format!("kn-{number:06}");
        let candidate = text.parse().map_err(|why| Unavailable::Corrupt(format!("{text}: {why}")))?;
        if !is_taken(tx, &candidate).await? {
            return Ok(candidate);
        }
    }
}

/// A person to be given an ID.
#[derive(Clone, Debug)]
pub(crate) struct NewPerson<'a> {
    pub(crate) login_id: &'a LoginId,
    pub(crate) office: &'a OfficeNo,
    pub(crate) name: &'a str,
    pub(crate) kana: &'a str,
    pub(crate) profession: &'a str,
    pub(crate) roles: &'a Rank,
    pub(crate) state: SystemUserState,
    pub(crate) password_hash: &'a str,
    pub(crate) application: &'a str,
}

/// Writes them, with a password that is handed out.
pub(crate) async fn write(tx: &mut Versioned, person: &NewPerson<'_>) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO system_users (login_id, office, name, profession, roles, state, password_hash, \
         password_initial, password_set_at, failures_count_from, previous_hashes, application, version, kana) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        [
            person.login_id.as_str().into(),
            person.office.as_str().into(),
            person.name.into(),
            person.profession.into(),
            person.roles.to_string().into(),
            person.state.as_str().into(),
            person.password_hash.into(),
            1_i64.into(),
            tx.at().unix().into(),
            0_i64.into(),
            "[]".into(),
            person.application.into(),
            tx.version().into(),
            person.kana.into(),
        ],
    )
    .await
    .map(drop)
}

/// An ID, by name and profession as it would be applied for anew.
#[derive(Clone, Debug)]
pub(crate) struct OfOffice {
    pub(crate) login_id: String,
    pub(crate) name: String,
    pub(crate) profession: String,
}

/// The people of an office who are not deleted.
pub(crate) async fn of_office(tx: &mut Transaction, office: &OfficeNo) -> Result<Vec<OfOffice>, Unavailable> {
    let users = tx
        .rows(
            "SELECT login_id, name, profession FROM system_users WHERE office = $1 AND state <> 'deleted' \
             ORDER BY login_id",
            [office.as_str().into()],
        )
        .await?;
    let read = |row: &Row| {
        Ok(OfOffice { login_id: row.text("login_id")?, name: row.text("name")?, profession: row.text("profession")? })
    };
    users.iter().map(read).collect()
}

/// The password by which a person is judged, and what bears on it.
#[derive(Clone)]
pub(crate) struct Password {
    /// Argon2id in PHC format.
    pub(crate) hash: String,
    pub(crate) initial: bool,
    pub(crate) state: SystemUserState,
    pub(crate) roles: Vec<registry::Role>,
}

/// This person's password; `None` where there is no such ID.
pub(crate) async fn password(tx: &mut Transaction, login_id: &LoginId) -> Result<Option<Password>, Unavailable> {
    let row = tx
        .row(
            "SELECT state, roles, password_hash, password_initial FROM system_users WHERE login_id = $1",
            [login_id.as_str().into()],
        )
        .await?;
    let read = |row: Row| {
        let mut roles = Vec::new();
        for role in row.text("roles")?.split_whitespace() {
            roles.push(role.parse().map_err(|why| Unavailable::Corrupt(format!("role {role}: {why}")))?);
        }
        Ok(Password {
            hash: row.text("password_hash")?,
            initial: row.int("password_initial")? != 0,
            state: word(&row.text("state")?)?,
            roles,
        })
    };
    row.map(read).transpose()
}

/// An operator in service, as a restore asks for them.
#[derive(Clone)]
pub(crate) struct OperatorInService {
    pub(crate) login_id: String,
    /// As they are written, apart by spaces.
    pub(crate) roles: String,
    pub(crate) hash: String,
    pub(crate) initial: bool,
}

/// The operators in service, with what proves who they are.
pub(crate) async fn operators_with_passwords(tx: &mut Transaction) -> Result<Vec<OperatorInService>, Unavailable> {
    let question = "SELECT login_id, roles, password_hash, password_initial FROM system_users \
        WHERE roles <> '' AND state = 'active'";
    let read = |row: &Row| {
        Ok(OperatorInService {
            login_id: row.text("login_id")?,
            roles: row.text("roles")?,
            hash: row.text("password_hash")?,
            initial: row.int("password_initial")? != 0,
        })
    };
    tx.rows(question, []).await?.iter().map(read).collect()
}

/// The JSON array in `previous_hashes`.
pub(crate) fn former_hashes(text: &str) -> Result<Vec<String>, Unavailable> {
    serde_json::from_str(text).map_err(|why| Unavailable::Corrupt(format!("previous_hashes: {why}")))
}

/// The column `roles`.
fn rank(text: &str) -> Result<Rank, Unavailable> {
    text.parse().map_err(|why| Unavailable::Corrupt(format!("roles {text:?}: {why}")))
}

fn in_service(row: &Row) -> Result<InService, Unavailable> {
    let login_id = row.text("login_id")?;
    Ok(InService {
        login_id: login_id.parse().map_err(|why| Unavailable::Corrupt(format!("ID {login_id}: {why}")))?,
        office: row.text("office")?,
        rank: rank(&row.text("roles")?)?,
    })
}

fn unknown(login_id: &LoginId) -> Refusal {
    Refusal::Unknown(Kind::SystemUser, login_id.to_string())
}

/// An initial password that nobody has changed.
#[derive(Clone)]
pub(crate) struct Unchanged {
    pub(crate) login_id: String,
    pub(crate) hash: String,
}

/// The initial passwords that were set before this moment and never changed.
pub(crate) async fn unchanged_since(tx: &mut Transaction, before: Timestamp) -> Result<Vec<Unchanged>, Unavailable> {
    let rows = tx
        .rows(
            "SELECT login_id, password_hash FROM system_users WHERE password_initial = 1 AND password_set_at < $1 \
             AND password_lapsed_at IS NULL AND state <> 'deleted' ORDER BY login_id",
            [before.unix().into()],
        )
        .await?;
    let read = |row: &Row| Ok(Unchanged { login_id: row.text("login_id")?, hash: row.text("password_hash")? });
    rows.iter().map(read).collect()
}

/// A person of whom nobody knows what ended since a backup.
#[derive(Clone, Debug)]
pub(crate) struct Unvouched {
    pub(crate) login_id: String,
    pub(crate) office: String,
    pub(crate) name: String,
    pub(crate) roles: String,
}

/// All who are in service or on hold.
pub(crate) async fn to_be_vouched_for(tx: &mut Transaction) -> Result<Vec<Unvouched>, Unavailable> {
    let people = "SELECT login_id, office, name, roles FROM system_users WHERE state IN ('active', 'suspended') ORDER BY login_id";
    let read = |row: &Row| {
        Ok(Unvouched {
            login_id: row.text("login_id")?,
            office: row.text("office")?,
            name: row.text("name")?,
            roles: row.text("roles")?,
        })
    };
    tx.rows(people, []).await?.iter().map(read).collect()
}
