//! Who applies for an office from behind two factors: people of it whom the city named its カシワニネット担当者.

use registry::{LoginId, OfficeNo, SystemUserState};
use serde_json::json;

use super::application::ApplicationRefusal;
use super::change::{Change, Duty};
use super::person::Touched;
use super::refusal::{Kind, Refusal};
use super::system_user::{NewPassword, Person, write_person};
use super::{By, Writer};

impl Writer {
    /// Makes a person the contact of their office.
    ///
    /// # Errors
    /// No such ID, of a higher rank, or not in service.
    pub async fn name_contact(&self, by: &By, login_id: &LoginId) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let person = change.touch(login_id).await?;
        let office = name(&mut change, &person).await?;
        change.commit("office.contact", &office, json!({ "login_id": login_id })).await
    }

    /// Gives a person an ID and makes them their office's contact, in one. Takes an application.
    ///
    /// # Errors
    /// As [`Self::add_user`].
    pub async fn add_contact(&self, by: &By, person: Person, password: NewPassword) -> Result<LoginId, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let application = change.application_of(&person.office).await?;
        let office = person.office.clone();
        // A contact is a care worker: operators' roles are given by those who may.
        let person = Person { roles: Vec::new(), ..person };
        let (login_id, _) = write_person(&mut change, (person, password), &application).await?;
        let person = change.touch(&login_id).await?;
        name(&mut change, &person).await?;
        change.commit("user.add", login_id.as_str(), json!({ "office": office, "contact": true })).await?;
        Ok(login_id)
    }

    /// Whether this person speaks for this office now.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn is_contact(&self, login_id: &LoginId, office: &OfficeNo) -> Result<bool, Refusal> {
        let mut tx = self.read().await?;
        let row = tx.row(SPEAKS, [login_id.as_str().into(), office.as_str().into()]).await?;
        Ok(row.is_some())
    }
}

/// They are named, are still of that office, and in service, and so is it.
const SPEAKS: &str = "SELECT c.login_id FROM office_contacts c JOIN system_users u ON u.login_id = c.login_id \
    AND u.office = c.office JOIN offices o ON o.office = c.office \
    WHERE c.login_id = $1 AND c.office = $2 AND c.state = 'contact' AND u.state = 'active' AND o.state = 'registered'";

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
    let row = change.row(SPEAKS, [person.as_str().into(), office.as_str().into()]).await?;
    if row.is_some() {
        return Ok(());
    }
    Err(ApplicationRefusal::NotAContact(person.clone(), office.clone()).into())
}

/// An ID that is to go is one of this office.
pub(super) async fn is_of(change: &mut Change, login_id: &LoginId, office: &OfficeNo) -> Result<(), Refusal> {
    let row = change
        .row(
            "SELECT login_id FROM system_users WHERE login_id = $1 AND office = $2 AND state <> 'deleted'",
            [login_id.as_str().into(), office.as_str().into()],
        )
        .await?;
    if row.is_some() { Ok(()) } else { Err(Refusal::Unknown(Kind::SystemUser, login_id.to_string())) }
}
