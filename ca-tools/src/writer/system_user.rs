//! People's IDs: added, put on hold, deleted, their passwords set, their failures forgiven.

use certs::Timestamp;
use registry::change::{SystemUserChange, approver_comes, approver_stays};
use registry::{LoginId, OfficeNo, Role, SystemUserState};
use serde_json::json;

use super::change::{Change, Duty};
use super::office::{office_state, readable};
use super::refusal::{Kind, Refusal, Unavailable};
use super::{By, Writer, word};

/// A person to be given an ID.
#[derive(Clone, Debug)]
pub struct Person {
    /// The office they work for.
    pub office: OfficeNo,
    /// Their name.
    pub name: String,
    /// Their profession (職種).
    pub profession: String,
    /// Operator roles; empty for a care worker.
    pub roles: Vec<Role>,
    /// The ID the provider gave them; `None` takes the next free one.
    pub login_id: Option<LoginId>,
}

/// A password, hashed before the registry is locked.
#[derive(Clone)]
pub struct NewPassword {
    /// Argon2id in PHC format.
    pub hash: String,
    /// Who set it.
    pub set_by: SetBy,
}

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewPassword").field("set_by", &self.set_by).finish_non_exhaustive()
    }
}

/// Who set a password: one handed out must be changed before anything else.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SetBy {
    /// The city.
    City,
    /// The person.
    Person,
}

/// A person's own password was changed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PasswordChanged {
    /// The registry's version of the change.
    pub version: u64,
    /// The time that this password of the ID has, and no other.
    pub set_at: Timestamp,
}

/// How many former passwords are refused.
const REMEMBERED: usize = 3;

impl Writer {
    /// Gives a person an ID. Takes an application.
    ///
    /// # Errors
    /// No such office, or it is on hold or over; the ID is taken; operator roles given by one who
    /// may not approve, or while nobody else could give them.
    pub async fn add_user(&self, by: &By, person: Person, password: NewPassword) -> Result<LoginId, Refusal> {
        let duty = if person.roles.is_empty() { Duty::Record } else { Duty::Approve };
        let mut change = self.change(by, duty).await?;
        let application = change.application_of(&person.office).await?;
        let office = person.office.clone();
        let (login_id, roles) = write_person(&mut change, (person, password), &application).await?;
        let detail = json!({ "office": office, "roles": roles });
        change.commit("user.add", login_id.as_str(), detail).await?;
        Ok(login_id)
    }

    /// Puts an ID on hold.
    ///
    /// # Errors
    /// No such ID, or it is on hold already, or deleted, or the last that may approve.
    pub async fn suspend_user(&self, by: &By, login_id: &LoginId) -> Result<u64, Refusal> {
        self.set_user(by, login_id, SystemUserChange::Suspend).await
    }

    /// Lifts an ID's hold.
    ///
    /// # Errors
    /// No such ID, or it is not on hold.
    pub async fn resume_user(&self, by: &By, login_id: &LoginId) -> Result<u64, Refusal> {
        self.set_user(by, login_id, SystemUserChange::Resume).await
    }

    async fn set_user(&self, by: &By, login_id: &LoginId, what: SystemUserChange) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let state = user_after(&mut change, login_id, what).await?;
        write_state(&mut change, login_id, state).await?;
        let action = if state == SystemUserState::Suspended { "user.suspend" } else { "user.resume" };
        change.commit(action, login_id.as_str(), json!({})).await
    }

    /// Failures up to now no longer count against the ID.
    ///
    /// # Errors
    /// No such ID, or it is deleted.
    pub async fn unlock_user(&self, by: &By, login_id: &LoginId) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        user_after(&mut change, login_id, SystemUserChange::Unlock).await?;
        change
            .run(
                "UPDATE system_users SET failures_count_from = $2, version = $3 WHERE login_id = $1",
                [login_id.as_str().into(), change.at().unix().into(), change.version().into()],
            )
            .await?;
        change.commit("user.unlock", login_id.as_str(), json!({})).await
    }

    /// Hands out a new password; failures up to now no longer count.
    ///
    /// # Errors
    /// No such ID, or it is deleted.
    pub async fn reset_password(&self, by: &By, login_id: &LoginId, password: NewPassword) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        user_after(&mut change, login_id, SystemUserChange::ResetPassword).await?;
        let detail = json!({ "initial": initial(password.set_by) == 1 });
        let _ = write_password(&mut change, login_id, password).await?;
        change.commit("user.reset-password", login_id.as_str(), detail).await
    }

    /// The person's own new password, where the present one is still the one it was judged by.
    ///
    /// # Errors
    /// The ID is on hold or deleted; another change of the password came in between.
    pub async fn change_password(
        &self,
        by: &By,
        judged_by: &str,
        password: NewPassword,
    ) -> Result<PasswordChanged, Refusal> {
        let login_id = by.operator.clone();
        let mut change = self.change(by, Duty::Own).await?;
        user_after(&mut change, &login_id, SystemUserChange::ChangePassword).await?;
        let row = change
            .row("SELECT password_hash FROM system_users WHERE login_id = $1", [login_id.as_str().into()])
            .await?
            .ok_or_else(|| Refusal::Unknown(Kind::SystemUser, login_id.to_string()))?;
        if row.text("password_hash")? != judged_by {
            return Err(Refusal::WrongPassword);
        }
        let set_at = write_password(&mut change, &login_id, password).await?;
        let version = change.commit("user.change-password", login_id.as_str(), json!({})).await?;
        Ok(PasswordChanged { version, set_at })
    }
}

/// Writes a new person; their ID, and the roles they have.
pub(super) async fn write_person(
    change: &mut Change,
    (person, password): (Person, NewPassword),
    application: &str,
) -> Result<(LoginId, Vec<&'static str>), Refusal> {
    let state = office_state(change, &person.office).await?;
    let state = state.add_user().map_err(|why| Refusal::Illegal(person.office.to_string(), why))?;
    let name = readable("--name", person.name)?;
    if name.is_empty() {
        return Err(Refusal::malformed("--name", "氏名を指定してください。", "a person has a name"));
    }
    let profession = readable("--profession", person.profession)?;
    let login_id = match person.login_id {
        Some(wanted) if wanted.as_str() == super::DESK || taken(change, &wanted).await? => {
            return Err(Refusal::Taken(Kind::SystemUser, wanted.to_string()));
        }
        Some(wanted) => wanted,
        None => next_free(change).await?,
    };
    let operators = change.operators().await?;
    approver_comes(&person.roles, operators.iter().map(|(id, roles)| (id.as_str(), roles.as_str())))
        .map_err(|why| Refusal::Illegal(login_id.to_string(), why))?;
    let mut roles: Vec<_> = person.roles.iter().map(|role| role.as_str()).collect();
    roles.sort_unstable();
    roles.dedup();
    let at = change.at().unix();
    change
        .run(
            "INSERT INTO system_users (login_id, office, name, profession, roles, state, password_hash, \
             password_initial, password_set_at, failures_count_from, previous_hashes, application, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            [
                login_id.as_str().into(),
                person.office.as_str().into(),
                name.into(),
                profession.into(),
                roles.join(" ").into(),
                state.as_str().into(),
                password.hash.into(),
                initial(password.set_by).into(),
                at.into(),
                0_i64.into(),
                "[]".into(),
                application.into(),
                change.version().into(),
            ],
        )
        .await?;
    Ok((login_id, roles))
}

/// Writes a person's new name.
pub(super) async fn rename(change: &mut Change, login_id: &LoginId, name: &str) -> Result<(), Refusal> {
    user_after(change, login_id, SystemUserChange::Update).await?;
    let name = readable("--name", name.to_owned())?;
    change
        .run(
            "UPDATE system_users SET name = $2, version = $3 WHERE login_id = $1",
            [login_id.as_str().into(), name.into(), change.version().into()],
        )
        .await?;
    Ok(())
}

async fn taken(change: &mut Change, login_id: &LoginId) -> Result<bool, Refusal> {
    let row = change.row("SELECT login_id FROM system_users WHERE login_id = $1", [login_id.as_str().into()]).await?;
    Ok(row.is_some())
}

/// `kn-000001` and upwards. IDs are never given twice, so the count only grows.
async fn next_free(change: &mut Change) -> Result<LoginId, Refusal> {
    let row = change.row("SELECT count(*) AS people FROM system_users", []).await?;
    let mut number = row.map_or(Ok(0), |row| row.int("people"))?;
    loop {
        number += 1;
        let text = format!("kn-{number:06}");
        let candidate = text.parse().map_err(|why| Unavailable::Corrupt(format!("{text}: {why}")))?;
        if !taken(change, &candidate).await? {
            return Ok(candidate);
        }
    }
}

pub(super) async fn user_after(
    change: &mut Change,
    login_id: &LoginId,
    what: SystemUserChange,
) -> Result<SystemUserState, Refusal> {
    let state = user_state(change, login_id).await?;
    let illegal = |why| Refusal::Illegal(login_id.to_string(), why);
    let after = state.after(what).map_err(illegal)?;
    if state == SystemUserState::Active && after != SystemUserState::Active {
        let operators = change.operators().await?;
        let operators = operators.iter().map(|(id, roles)| (id.as_str(), roles.as_str()));
        approver_stays(std::slice::from_ref(login_id), operators).map_err(illegal)?;
    }
    Ok(after)
}

pub(super) async fn user_state(change: &mut Change, login_id: &LoginId) -> Result<SystemUserState, Refusal> {
    let row = change.row("SELECT state FROM system_users WHERE login_id = $1", [login_id.as_str().into()]).await?;
    let row = row.ok_or_else(|| Refusal::Unknown(Kind::SystemUser, login_id.to_string()))?;
    word(&row.text("state")?)
}

pub(super) async fn write_state(
    change: &mut Change,
    login_id: &LoginId,
    state: SystemUserState,
) -> Result<(), Refusal> {
    change
        .run(
            "UPDATE system_users SET state = $2, version = $3 WHERE login_id = $1",
            [login_id.as_str().into(), state.as_str().into(), change.version().into()],
        )
        .await?;
    Ok(())
}

/// Writes the password, and returns the time under which it stands. Sessions rest on a password by that time, so no two
/// passwords of an ID may have the same one, though they be set within a second or the clock go back.
async fn write_password(change: &mut Change, login_id: &LoginId, password: NewPassword) -> Result<Timestamp, Refusal> {
    let row = change
        .row(
            "SELECT password_hash, previous_hashes, password_set_at FROM system_users WHERE login_id = $1",
            [login_id.as_str().into()],
        )
        .await?
        .ok_or_else(|| Refusal::Unknown(Kind::SystemUser, login_id.to_string()))?;
    let before = Timestamp::from_unix(row.int("password_set_at")?);
    let set_at = change.at().max(before.plus(1));
    let mut hashes = vec![row.text("password_hash")?];
    hashes.extend(former_hashes(&row.text("previous_hashes")?)?);
    hashes.truncate(REMEMBERED);
    change
        .run(
            "UPDATE system_users SET password_hash = $2, password_initial = $3, password_set_at = $4, \
             failures_count_from = $5, previous_hashes = $6, version = $7 WHERE login_id = $1",
            [
                login_id.as_str().into(),
                password.hash.into(),
                initial(password.set_by).into(),
                set_at.unix().into(),
                change.at().unix().into(),
                json!(hashes).to_string().into(),
                change.version().into(),
            ],
        )
        .await?;
    Ok(set_at)
}

/// The JSON array in `previous_hashes`.
pub(crate) fn former_hashes(text: &str) -> Result<Vec<String>, super::Unavailable> {
    serde_json::from_str(text).map_err(|why| super::Unavailable::Corrupt(format!("previous_hashes: {why}")))
}

fn initial(set_by: SetBy) -> i64 {
    match set_by {
        SetBy::City => 1,
        SetBy::Person => 0,
    }
}
