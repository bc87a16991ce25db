//! Who applies for an office from behind two factors: people of it whom the city named its カシワニネット担当者.

use registry::{LoginId, OfficeNo, SystemUserState};
use serde_json::json;

use super::change::{Change, RequiredRole};
use super::person::Touched;
use super::system_user::{NewPassword, Person, write_person};
use super::{By, Writer};
use crate::refusal::{ApplicationRefusal, Kind, Refusal};
use crate::rows::contact;

impl Writer {
    /// Makes a person the contact of their office.
    ///
    /// # Errors
    /// No such ID, of a higher rank, or not in service.
    pub async fn name_contact(&self, by: &By, login_id: &LoginId) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let person = change.touch(login_id).await?;
        let office = name(&mut change, &person).await?;
        change.commit("office.contact", &office, json!({ "login_id": login_id })).await
    }

    /// Gives a person an ID and makes them their office's contact, in one. Takes an application.
    ///
    /// # Errors
    /// As [`Self::add_user`].
    pub async fn add_contact(&self, by: &By, person: Person, password: NewPassword) -> Result<LoginId, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let application = change.application_of(&person.office).await?;
        let office = person.office.clone();
        // A contact is a care worker: operators' roles are given by those who may.
        let person = Person { roles: Vec::new(), ..person };
        let (login_id, _) = write_person(&mut change, person, password, &application).await?;
        let person = change.touch(&login_id).await?;
        name(&mut change, &person).await?;
        change.commit("user.add", login_id.as_str(), json!({ "office": office, "contact": true })).await?;
        Ok(login_id)
    }
}

/// Writes it; their office.
pub(super) async fn name(change: &mut Change, person: &Touched) -> Result<String, Refusal> {
    if person.state() != SystemUserState::Active {
        return Err(Refusal::Unknown(Kind::SystemUser, person.login_id().to_string()));
    }
    person.write_contact(change).await?;
    Ok(person.office().to_string())
}

/// Whoever acts as an office's contact is that, at this moment.
pub(super) async fn speaks_for(change: &mut Change, person: &LoginId, office: &OfficeNo) -> Result<(), Refusal> {
    if contact::speaks_for(change, person, office).await? {
        return Ok(());
    }
    Err(ApplicationRefusal::NotAContact(person.clone(), office.clone()).into())
}

/// An ID that is to go is one of this office.
pub(super) async fn is_of(change: &mut Change, login_id: &LoginId, office: &OfficeNo) -> Result<(), Refusal> {
    if contact::is_of(change, login_id, office).await? {
        return Ok(());
    }
    Err(Refusal::Unknown(Kind::SystemUser, login_id.to_string()))
}
