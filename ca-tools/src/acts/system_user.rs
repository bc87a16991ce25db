//! People's IDs: added, put on hold, deleted, their passwords set, their failures forgiven.

use certs::Timestamp;
use registry::change::{Rank, SystemUserChange, roles_come};
use registry::{LoginId, OfficeNo, Opening, Role, SystemUserState};
use serde_json::{Value as Json, json};

use super::change::{Change, RequiredRole};
use super::office::readable;
use super::person::Touched;
use super::{By, Writer};
use crate::letters::{Hold, Letter};
use crate::maintenance::MaintenanceRefusal;
use crate::proposal::Act;
use crate::refusal::{Kind, Malformed, Refusal};
use crate::rows;
use crate::rows::maintenance::opening_of;
use crate::rows::person::DESK;

/// A person to be given an ID.
#[derive(Clone, Debug)]
pub struct Person {
    /// The office they work for.
    pub office: OfficeNo,
    /// Their name.
    pub name: String,
    /// How it is read; empty where nobody said.
    pub kana: String,
    /// Their profession (職種).
    pub profession: String,
    /// Operator roles; empty for a care worker.
    pub roles: Vec<Role>,
    /// The ID the provider gave them; `None` takes the next free one.
    pub login_id: Option<LoginId>,
}

/// A password, hashed before the registry is locked. One that somebody else hands out must be changed before anything else.
#[derive(Clone)]
pub struct NewPassword {
    /// Argon2id in PHC format.
    pub hash: String,
}

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

/// Roles that come to a person, and roles that go.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RolesChanged {
    /// These come.
    pub give: Rank,
    /// These go.
    pub take: Rank,
}

/// A person's own password was changed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PasswordChanged {
    /// The registry's version of the change.
    pub version: u64,
    /// The time that this password of the ID has, and no other.
    pub set_at: Timestamp,
}

/// How often a person may change their own in a day: it takes days until an old one is forgotten, and who has to change at
/// once, and once more, still can.
const MOST_A_DAY: i64 = 6;
/// By which option an operator types how a name is read.
const KANA: &str = "--kana";

impl Writer {
    /// Gives a person an ID. Takes an application.
    ///
    /// # Errors
    /// No such office, or it is on hold or over; the ID is taken; operator roles given by one who may not approve or does
    /// not hold them, to people of another office than the city's own, or to a first operator who lacks one.
    pub async fn add_user(&self, by: &By, person: Person, password: NewPassword) -> Result<LoginId, Refusal> {
        let duty = if person.roles.is_empty() { RequiredRole::Record } else { RequiredRole::Approve };
        let mut change = self.change(by, duty).await?;
        let (login_id, detail) = write_new(&mut change, person, password).await?;
        change.commit("user.add", login_id.as_str(), detail).await?;
        Ok(login_id)
    }

    /// Puts an ID on hold.
    ///
    /// # Errors
    /// No such ID, of a higher rank, on hold already, deleted, or the last operator.
    pub async fn suspend_user(&self, by: &By, login_id: &LoginId) -> Result<u64, Refusal> {
        self.set_user(by, login_id, SystemUserChange::Suspend).await
    }

    /// Lifts an ID's hold.
    ///
    /// # Errors
    /// No such ID, of a higher rank, or not on hold.
    pub async fn resume_user(&self, by: &By, login_id: &LoginId) -> Result<u64, Refusal> {
        self.set_user(by, login_id, SystemUserChange::Resume).await
    }

    async fn set_user(&self, by: &By, login_id: &LoginId, what: SystemUserChange) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let (action, detail) = write_hold(&mut change, login_id, what).await?;
        change.commit(action, login_id.as_str(), detail).await
    }

    /// Gives a person operator roles, or takes them.
    ///
    /// # Errors
    /// No such ID, or it is deleted; who does this does not hold what the person holds and is given; the person is not of
    /// the city's own office; nothing would change; the last operator.
    pub async fn change_roles(
        &self,
        by: &By,
        login_id: &LoginId,
        roles: &RolesChanged,
    ) -> Result<(Rank, u64), Refusal> {
        let mut change = self.change(by, RequiredRole::Approve).await?;
        let (after, detail) = write_roles(&mut change, login_id, roles).await?;
        let version = change.commit("user.roles", login_id.as_str(), detail).await?;
        Ok((after, version))
    }

    /// Writes how a person's name is read. The event keeps what stood there before.
    ///
    /// # Errors
    /// No such ID, of a higher rank, or deleted; nothing would change.
    pub async fn change_kana(&self, by: &By, login_id: &LoginId, kana: &str) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let person = change.touch(login_id).await?;
        person.after(&mut change, SystemUserChange::Update).await?;
        let after = readable(KANA, kana.to_owned())?;
        let before = rows::person::kana(&mut change, login_id).await?;
        if before == after {
            return Err(Malformed::NothingChanges.into());
        }
        person.write_kana(&mut change, &after).await?;
        let detail = json!({ "kana": { "before": before, "after": after } });
        change.commit("user.update", login_id.as_str(), detail).await
    }

    /// Failures up to now no longer count against the ID.
    ///
    /// # Errors
    /// No such ID, of a higher rank, or deleted.
    pub async fn unlock_user(&self, by: &By, login_id: &LoginId) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        unlocked(&mut change, login_id).await?;
        change.commit("user.unlock", login_id.as_str(), json!({})).await
    }

    /// Hands out a new password, which they must change; failures up to now no longer count.
    ///
    /// # Errors
    /// No such ID, of a higher rank, or deleted.
    pub async fn reset_password(&self, by: &By, login_id: &LoginId, password: NewPassword) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let detail = write_reset(&mut change, login_id, &password).await?;
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
        let mut change = self.change(by, RequiredRole::Own).await?;
        let a_day_ago = change.at().plus(-86_400);
        let about = ("user.change-password", login_id.as_str());
        if rows::event::count_since(&mut change, about, a_day_ago).await? >= MOST_A_DAY {
            return Err(Refusal::TooManyChanges(MOST_A_DAY));
        }
        let set_at = change.own().await?.choose(&mut change, (judged_by, &password.hash)).await?;
        let version = change.commit("user.change-password", login_id.as_str(), json!({})).await?;
        Ok(PasswordChanged { version, set_at })
    }
}

/// Gives a person an ID, and where they are an operator asks for a second; their ID, and what the event says.
pub(super) async fn write_new(
    change: &mut Change,
    person: Person,
    password: NewPassword,
) -> Result<(LoginId, Json), Refusal> {
    let application = change.application_of(&person.office).await?;
    let office = person.office.clone();
    let roles: Rank = person.roles.iter().copied().collect();
    if !roles.is_none() {
        let login_id = person.login_id.as_ref().map(ToString::to_string);
        let wanted = person.login_id.clone().unwrap_or_else(|| change.operator().clone());
        let operators = change.operators().await?;
        change.gives(&wanted, (&roles, &operators))?;
        roles_come(&roles, office.as_str(), &operators).map_err(|why| Refusal::Illegal(wanted.to_string(), why))?;
        let (name, profession) = (person.name.clone(), person.profession.clone());
        change.needs_two(&Act::AddOperator { office: office.clone(), name, profession, roles, login_id }).await?;
    }
    let (login_id, roles) = write_person(change, person, password, &application).await?;
    Ok((login_id, json!({ "office": office, "roles": roles.to_string() })))
}

/// Failures up to now no longer count against an ID.
pub(super) async fn unlocked(change: &mut Change, login_id: &LoginId) -> Result<(), Refusal> {
    let person = change.touch(login_id).await?;
    person.after(change, SystemUserChange::Unlock).await?;
    person.forgive(change).await
}

/// Puts an ID on hold, or lifts its hold; the event's action, and what it says.
pub(super) async fn write_hold(
    change: &mut Change,
    login_id: &LoginId,
    what: SystemUserChange,
) -> Result<(&'static str, Json), Refusal> {
    let person = change.touch(login_id).await?;
    let state = person.after(change, what).await?;
    if state == SystemUserState::Suspended && !person.rank().is_none() {
        change.needs_two(&Act::SuspendPerson { person: login_id.clone() }).await?;
    }
    let last = match state {
        SystemUserState::Suspended => rows::contact::last_of(change, login_id).await?,
        SystemUserState::Active | SystemUserState::Deleted => None,
    };
    person.write_state(change, state).await?;
    let action = if state == SystemUserState::Suspended { "user.suspend" } else { "user.resume" };
    Ok((action, last.map_or(json!({}), |office| json!({ "without_contact": office }))))
}

/// Changes a person's roles; those they have then, and what the event says.
pub(super) async fn write_roles(
    change: &mut Change,
    login_id: &LoginId,
    roles: &RolesChanged,
) -> Result<(Rank, Json), Refusal> {
    let person = change.touch(login_id).await?;
    person.after(change, SystemUserChange::Update).await?;
    // On the command line nobody asks after its windows.
    if !roles.give.is_none() && opening_of(change, login_id).await? != Opening::Always {
        return Err(MaintenanceRefusal::Already(login_id.clone()).into());
    }
    let after = person.rank().changed(&roles.give, &roles.take);
    if after == *person.rank() {
        return Err(person.illegal(registry::change::IllegalChange::RolesAlready));
    }
    let operators = change.operators().await?;
    change.gives(login_id, (&roles.give, &operators))?;
    if after.reaches(person.rank()).is_err() {
        person.may_leave(change).await?;
    } else {
        roles_come(&after, person.office().as_str(), &operators).map_err(|why| person.illegal(why))?;
    }
    let RolesChanged { give, take } = roles.clone();
    change.needs_two(&Act::ChangeRoles { person: login_id.clone(), give, take }).await?;
    person.write_roles(change, &after).await?;
    let detail = json!({ "before": person.rank().to_string(), "after": after.to_string() });
    Ok((after, detail))
}

/// Hands out a new password; what the event says.
pub(super) async fn write_reset(
    change: &mut Change,
    login_id: &LoginId,
    password: &NewPassword,
) -> Result<Json, Refusal> {
    let person = change.touch(login_id).await?;
    person.after(change, SystemUserChange::ResetPassword).await?;
    if !person.rank().is_none() {
        change.needs_two(&Act::ResetPassword { person: login_id.clone() }).await?;
    }
    person.hand_out(change, &password.hash).await?;
    tell_reset(change, login_id, Hold::NotHeld).await?;
    Ok(json!({ "initial": true }))
}

/// The contact of a person's office learns that their password opens nothing any more.
pub(super) async fn tell_reset(change: &mut Change, login_id: &LoginId, hold: Hold) -> Result<(), Refusal> {
    let person = format!("{}（{login_id}）", rows::person::name(change, login_id).await?);
    let at = change.at().unix();
    let letter = |office, contact| Letter::PasswordReset { office, contact, person, at, hold };
    change.mail_contact_of_user(login_id, login_id.as_str(), letter).await.map(drop)
}

/// Writes a new person; their ID, and the roles they have.
pub(super) async fn write_person(
    change: &mut Change,
    person: Person,
    password: NewPassword,
    application: &str,
) -> Result<(LoginId, Rank), Refusal> {
    let state = rows::office::state(change, &person.office).await?;
    let state = state.add_user().map_err(|why| Refusal::Illegal(person.office.to_string(), why))?;
    let name = readable("--name", person.name)?;
    if name.is_empty() {
        return Err(Malformed::PersonWithoutName.into());
    }
    let kana = readable(KANA, person.kana)?;
    let profession = readable("--profession", person.profession)?;
    let login_id = match person.login_id {
        Some(wanted) if wanted.as_str() == DESK || rows::person::is_taken(change, &wanted).await? => {
            return Err(Refusal::Taken(Kind::SystemUser, wanted.to_string()));
        }
        Some(wanted) => wanted,
        None => rows::person::next_free(change).await?,
    };
    let roles: Rank = person.roles.into_iter().collect();
    let operators = change.operators().await?;
    change.gives(&login_id, (&roles, &operators))?;
    roles_come(&roles, person.office.as_str(), &operators)
        .map_err(|why| Refusal::Illegal(login_id.to_string(), why))?;
    let new = rows::person::NewPerson {
        login_id: &login_id,
        office: &person.office,
        name: &name,
        kana: &kana,
        profession: &profession,
        roles: &roles,
        state,
        password_hash: &password.hash,
        application,
    };
    rows::person::write(change, &new).await?;
    Ok((login_id, roles))
}

/// Writes a person's new name.
pub(super) async fn rename(change: &mut Change, person: &Touched, name: &str) -> Result<(), Refusal> {
    person.after(change, SystemUserChange::Update).await?;
    person.write_name(change, &readable("--name", name.to_owned())?).await
}
