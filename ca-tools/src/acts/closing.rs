//! An office closes: for good (利用終了), or because its number changed (事業所番号変更).
//!
//! Everything below it ends in the same change: its people's IDs, their invitations, its devices,
//! their certificates. A city closes an office with one device or with ten thousand, so each table is
//! written at once, for each state that the rules let go on.

use registry::change::{CertificateChange, CertificateStage, Closed, DeviceStanding, OfficeChange, operator_stays};
use registry::{DeviceStage, LoginId, OfficeNo, SystemUserState};
use serde_json::{Value as Json, json};

use super::change::{Change, RequiredRole};
use super::office::{OfficeForm, office_after, write_office};
use super::person::Everyone;
use super::{By, Writer, ticket_end};
use crate::application::Details;
use crate::letters::{Letter, OfficeFacts};
use crate::proposal::Act;
use crate::refusal::{Kind, Refusal, Unavailable};
use crate::rows;

/// What ended with an office.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Ended {
    /// Its people: deleted.
    pub users: Vec<Gone>,
    /// Its devices: retired.
    pub devices: Vec<Gone>,
    /// The serials of certificates that were good until now: revoked.
    pub certificates: Vec<String>,
    /// Invitations of its people: removed, as room and login ID.
    pub invitations: Vec<(String, String)>,
}

/// A person or a device that went with its office, by its name and by what is asked when it is
/// applied for anew.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Gone {
    /// A login ID, a device's number.
    pub name: String,
    /// The fields of a new application.
    pub applied_as: Json,
}

impl Ended {
    /// For programs, in full.
    #[must_use]
    pub fn json(&self) -> Json {
        let list = |gone: &[Gone]| gone.iter().map(|gone| Json::from(gone.name.as_str())).collect::<Vec<_>>();
        let invitations: Vec<_> =
            self.invitations.iter().map(|(room, user)| json!({ "room": room, "login_id": user })).collect();
        json!({
            "users": list(&self.users), "devices": list(&self.devices), "certificates": self.certificates,
            "invitations": invitations,
        })
    }

    /// How many of each: what the event says. Their rows carry its version.
    pub(super) fn counts(&self) -> Json {
        json!({
            "users": self.users.len(), "devices": self.devices.len(), "certificates": self.certificates.len(),
            "invitations": self.invitations.len(),
        })
    }

    /// The same of an office that goes on under this number.
    pub(super) fn replaced_by(&self, new: &OfficeNo) -> Json {
        let mut counts = self.counts();
        counts["replaced_by"] = json!(new);
        counts
    }
}

impl Writer {
    /// Closes an office for good (利用終了, 廃業): its IDs deleted and out of every room, its devices
    /// retired, their certificates revoked.
    ///
    /// # Errors
    /// No such office, or it is over already; the last that may approve is one of its people.
    pub async fn withdraw_office(&self, by: &By, office: &OfficeNo) -> Result<(Ended, u64), Refusal> {
        let mut change = self.change(by, RequiredRole::Approve).await?;
        let ended = withdraw(&mut change, office).await?;
        let version = change.commit("office.withdraw", office.as_str(), ended.counts()).await?;
        Ok((ended, version))
    }

    /// What [`Self::withdraw_office`] would end. Nothing is changed.
    ///
    /// # Errors
    /// As [`Self::withdraw_office`].
    pub async fn foresee_withdrawal(&self, by: &By, office: &OfficeNo) -> Result<Ended, Refusal> {
        withdraw(&mut self.change(by, RequiredRole::Approve).await?.foreseen(), office).await
    }

    /// Closes an office whose number changed, and registers it under the new one. Takes an
    /// application. The office's particulars are the old one's where the form says nothing else, its
    /// pledge is not: who registers anew pledges anew. People, devices, certificates and invitations
    /// of the old number end; none is carried over.
    ///
    /// # Errors
    /// No such office, or it is over already; the new number is taken, or a field cannot stand; the
    /// last that may approve is one of its people.
    pub async fn replace_office(
        &self,
        by: &By,
        (old, new): (&OfficeNo, &OfficeNo),
        form: OfficeForm,
    ) -> Result<(Ended, u64), Refusal> {
        let mut change = self.change(by, RequiredRole::Approve).await?;
        let ended = replace_one(&mut change, (old, new), form).await?;
        let version = change.commit("office.replace", old.as_str(), ended.replaced_by(new)).await?;
        Ok((ended, version))
    }

    /// What [`Self::replace_office`] would end. Nothing is changed.
    ///
    /// # Errors
    /// As [`Self::replace_office`].
    pub async fn foresee_replacement(
        &self,
        by: &By,
        offices: (&OfficeNo, &OfficeNo),
        form: OfficeForm,
    ) -> Result<Ended, Refusal> {
        replace(&mut self.change(by, RequiredRole::Approve).await?, offices, form).await
    }
}

/// Closes an office for good, and asks for a second where many go with it, or operators.
pub(super) async fn withdraw(change: &mut Change, office: &OfficeNo) -> Result<Ended, Refusal> {
    office_after(change, office, OfficeChange::Withdraw).await?;
    let _everyone = change.touch_all(office).await?;
    change.office_needs_two(office, &Act::WithdrawOffice { office: office.clone() }).await?;
    close(change, office, OfficeChange::Withdraw, None).await
}

/// The same of one that is registered anew.
pub(super) async fn replace_one(
    change: &mut Change,
    (old, new): (&OfficeNo, &OfficeNo),
    form: OfficeForm,
) -> Result<Ended, Refusal> {
    office_after(change, old, OfficeChange::Replace).await?;
    let _everyone = change.touch_all(old).await?;
    let act = Act::ReplaceOffice { office: old.clone(), to: new.clone(), form: form.said() };
    change.office_needs_two(old, &act).await?;
    replace(change, (old, new), form).await
}

pub(super) async fn replace(
    change: &mut Change,
    (old, new): (&OfficeNo, &OfficeNo),
    form: OfficeForm,
) -> Result<Ended, Refusal> {
    let application = change.application_of(old).await?;
    let ended = close(change, old, OfficeChange::Replace, Some(new)).await?;
    let known = rows::office_details::of(change, old).await?;
    let (known, _) = known.ok_or_else(|| Refusal::Unknown(Kind::Office, old.to_string()))?;
    let details = Details::from_fn(|detail| form.details[detail].clone().or_else(|| Some(known[detail].clone())));
    let form = OfficeForm { details, pledge: form.pledge };
    write_office(change, (new, &application), form).await?;
    Ok(ended)
}

async fn close(
    change: &mut Change,
    office: &OfficeNo,
    what: OfficeChange,
    replaced_by: Option<&OfficeNo>,
) -> Result<Ended, Refusal> {
    let state = office_after(change, office, what).await?;
    let illegal = |why| Refusal::Illegal(office.to_string(), why);
    // Another change leaves everything below as it is.
    let Some(below) = what.below() else { return Ok(Ended::default()) };
    let ended = look_below(change, office).await?;
    let mut leave = Vec::with_capacity(ended.users.len());
    for user in &ended.users {
        let id: LoginId = user.name.parse().map_err(|why| Unavailable::Corrupt(format!("{}: {why}", user.name)))?;
        leave.push(id);
    }
    let everyone = change.touch_all(office).await?;
    let operators = change.operators().await?;
    operator_stays(&leave, &operators).map_err(illegal)?;
    end_people(change, &everyone, below).await?;
    end_devices(change, office, below).await?;
    everyone.write_office(change, (state, replaced_by)).await?;
    tell(change, office, &ended, replaced_by).await?;
    Ok(ended)
}

/// One letter for everything that ended: the contact of a large office need not read hundreds.
async fn tell(
    change: &mut Change,
    office: &OfficeNo,
    ended: &Ended,
    replaced_by: Option<&OfficeNo>,
) -> Result<(), Refusal> {
    let contact = rows::office::contact(change, office).await?;
    let contact = contact.ok_or_else(|| Refusal::Unknown(Kind::Office, office.to_string()))?;
    let facts = OfficeFacts { number: office.to_string(), name: contact.office, contact: contact.contact };
    let letter = Letter::OfficeClosed {
        office: facts,
        at: change.at().unix(),
        users: ended.users.len(),
        certificates: ended.certificates.len(),
        replaced_by: replaced_by.map(ToString::to_string),
    };
    change.mail((&contact.mail, office.as_str()), &letter).await.map(|_| ())
}

/// What is there to end.
async fn look_below(change: &mut Change, office: &OfficeNo) -> Result<Ended, Refusal> {
    let now = change.at();
    let users = rows::person::of_office(change, office).await?;
    let devices = rows::device::of_office(change, office).await?;
    Ok(Ended {
        users: users.into_iter().map(person).collect(),
        devices: devices.into_iter().map(device).collect(),
        certificates: rows::certificate::good_of_office(change, office, now).await?,
        invitations: rows::room::of_office(change, office).await?,
    })
}

fn person(row: rows::person::OfOffice) -> Gone {
    Gone { name: row.login_id, applied_as: json!({ "name": row.name, "profession": row.profession }) }
}

fn device(row: rows::device::OfOffice) -> Gone {
    let applied_as = json!({ "label": row.label, "os": row.os, "ownership": row.ownership });
    Gone { name: row.no.to_string(), applied_as }
}

async fn end_people(change: &mut Change, everyone: &Everyone, below: Closed) -> Result<(), Refusal> {
    everyone.leave_rooms(change).await?;
    for state in SystemUserState::ALL {
        let Ok(after) = state.after(below.users) else { continue };
        everyone.write_state(change, (*state, after)).await?;
    }
    Ok(())
}

async fn end_devices(change: &mut Change, office: &OfficeNo, below: Closed) -> Result<(), Refusal> {
    for stage in CertificateStage::ALL {
        let CertificateChange::Revoke(reason) = below.certificates else { continue };
        let Ok(after) = stage.after(below.certificates) else { continue };
        rows::certificate_end::revoke_of_office(change, office, *stage, after, reason).await?;
    }
    ticket_end::kill_of_office(change, office, "device").await?;
    for stage in DeviceStage::ALL {
        // A hold stays beside the stage; the rule does not ask for it.
        let Ok(out) = (DeviceStanding { stage: *stage, suspended: false }).after(below.devices) else { continue };
        rows::device::write_stage_of_office(change, office, *stage, out.stage).await?;
    }
    Ok(())
}
