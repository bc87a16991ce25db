//! What held at the backup may have ended since, and nobody knows. Nothing of it stands until somebody vouches for it anew.
//!
//! Put on hold, to be lifted one by one: offices, devices, IDs. Of IDs, the roles and the password go, too: either may have
//! been taken away; the two operators who put the registry back keep theirs. Ended: invitations, pick-up numbers. What the
//! published lists name is revoked. What can only have been begun since (certificates nobody knows any more) lets nobody in.

use certs::Serial;
use registry::change::{AuthorityState, CertificateStage, RevokedReason};
use serde_json::{Value as Json, json};

use crate::acts::change::Change;
use crate::crl::{Listed, Withdrawn};
use crate::database::Transaction;
use crate::refusal::{Refusal, Unavailable};
use crate::rows::device::{Named, number};
use crate::rows::person::Unvouched;
use crate::rows::person_change;
use crate::{password, rows};

/// What was put on hold or ended.
#[derive(Debug, Default)]
pub struct Held {
    /// Offices, now on hold.
    pub offices: Vec<Json>,
    /// IDs, now on hold, without roles or password.
    pub users: Vec<Json>,
    /// Devices, now on hold.
    pub devices: Vec<Json>,
    /// Invitations, now withdrawn.
    pub invitations: Vec<Json>,
    /// Pick-up numbers, now dead.
    pub tickets: Vec<Json>,
    /// Certificates that the lists say are revoked.
    pub revoked: Vec<Json>,
    /// Issuing CAs that the root's list says are retired.
    pub authorities: Vec<Json>,
    /// Certificates on the lists that the backup does not know.
    pub unknown: Vec<Json>,
}

impl Held {
    /// The kinds, by the words that programs read.
    #[must_use]
    pub fn kinds(&self) -> [(&'static str, &[Json]); 8] {
        [
            ("offices", &self.offices),
            ("users", &self.users),
            ("devices", &self.devices),
            ("invitations", &self.invitations),
            ("tickets", &self.tickets),
            ("revoked", &self.revoked),
            ("authorities", &self.authorities),
            ("unknown_certificates", &self.unknown),
        ]
    }

    pub(super) fn counts(&self) -> Json {
        self.kinds()
            .into_iter()
            .map(|(kind, rows)| (kind.to_owned(), json!(rows.len())))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
}

/// Has a list been published that this registry does not know of?
pub(super) async fn newer_lists(tx: &mut Transaction, lists: &[(String, Listed)]) -> Result<bool, Refusal> {
    for (issuer, list) in lists {
        let known = rows::authority::last_list(tx, issuer).await?;
        if known.is_none_or(|known| known.unsigned_abs() < list.number) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Holds or ends everything but what these two have vouched for.
pub(super) async fn hold(change: &mut Change, two: &[String], lists: &[(String, Listed)]) -> Result<Held, Refusal> {
    let mut held = Held::default();
    for (issuer, list) in lists {
        revoke(change, (issuer, list), &mut held).await?;
    }
    for (office, name) in rows::office::registered(change).await? {
        held.offices.push(json!({ "office": office, "name": name }));
    }
    person_change::hold_offices_unvouched(change).await?;
    users(change, two, &mut held).await?;
    for Named { no, office, label } in rows::device::not_on_hold(change).await? {
        held.devices.push(json!({ "device": no.to_string(), "office": office, "label": label }));
    }
    rows::device::hold_all(change).await?;
    for (room, user) in rows::room::invited(change).await? {
        held.invitations.push(json!({ "room": room, "user": user }));
    }
    rows::room::remove_all(change).await?;
    // Nor is a container taken once more on one that was used.
    for (ticket, device) in rows::ticket::not_dead(change).await? {
        held.tickets.push(json!({ "ticket": ticket, "device": device.to_string() }));
    }
    rows::ticket::kill_all(change).await?;
    Ok(held)
}

async fn users(change: &mut Change, two: &[String], held: &mut Held) -> Result<(), Refusal> {
    let nobodys = password::nobodys().map_err(|why| Unavailable::Other(why.to_string()))?;
    for Unvouched { login_id, office, name, roles } in rows::person::to_be_vouched_for(change).await? {
        if two.contains(&login_id) {
            continue;
        }
        let person = login_id.parse().map_err(|why| Unavailable::Corrupt(format!("ID {login_id}: {why}")))?;
        person_change::hold_unvouched(change, &person, &nobodys).await?;
        held.users.push(json!({ "user": login_id, "office": office, "name": name, "roles": roles }));
    }
    Ok(())
}

/// Revokes what a list says is over, and takes its number: the next one is higher.
async fn revoke(change: &mut Change, (issuer, list): (&str, &Listed), held: &mut Held) -> Result<(), Refusal> {
    let drawn = i64::try_from(list.number).map_err(|_| Unavailable::Corrupt(format!("list {}", list.number)))?;
    rows::authority::raise_list(change, issuer, drawn).await?;
    for entry in &list.entries {
        let serial = entry.serial.to_string();
        let reason = match entry.withdrawn {
            // Its device is put on hold like all others.
            Withdrawn::Held => continue,
            Withdrawn::Revoked(reason) => reason,
            Withdrawn::Superseded => RevokedReason::Replaced,
        };
        let of = rows::certificate::of(change, &serial).await?;
        let Some(of) = of else {
            match retired(change, entry.serial).await? {
                Some(fingerprint) => held.authorities.push(json!({ "serial": serial, "fingerprint": fingerprint })),
                None => held.unknown.push(json!({ "serial": serial })),
            }
            continue;
        };
        if of.stage == CertificateStage::Revoked
            || of.stage == CertificateStage::Superseded && entry.withdrawn == Withdrawn::Superseded
        {
            continue;
        }
        rows::certificate_end::revoke(change, &serial, entry.since, reason).await?;
        let device = number(of.device)?.to_string();
        held.revoked.push(json!({ "serial": serial, "device": device, "reason": reason.as_str() }));
    }
    Ok(())
}

/// Retires the issuing CA of this serial, if it is one that signs; its certificate's fingerprint.
async fn retired(change: &mut Change, serial: Serial) -> Result<Option<String>, Refusal> {
    for (fingerprint, issuing) in rows::authority::signing(change).await? {
        if issuing.serial() == serial {
            rows::authority::write_state(change, &fingerprint, AuthorityState::Retired).await?;
            return Ok(Some(fingerprint));
        }
    }
    Ok(None)
}
