//! What held at the backup may have ended since, and nobody knows. Nothing of it stands until somebody vouches for it anew.
//!
//! Put on hold, to be lifted one by one: offices, devices, IDs. Of IDs, the roles and the password go, too: either may have
//! been taken away; the two operators who put the registry back keep theirs. Ended: invitations, pick-up numbers. What the
//! published lists name is revoked. What can only have been begun since (certificates nobody knows any more) lets nobody in.

use certs::Serial;
use registry::change::RevokedReason;
use serde_json::{Value as Json, json};

use crate::acts::change::Change;
use crate::acts::issuer::certificate;
use crate::acts::refusal::{Refusal, Unavailable};
use crate::crl::{Listed, Withdrawn};
use crate::database::Transaction;
use crate::password;
use crate::rows::device::number;

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
        let row = tx.row("SELECT crl_number FROM authorities WHERE fingerprint = $1", [issuer.as_str().into()]).await?;
        let known = row.map(|row| row.int("crl_number")).transpose()?;
        if known.is_none_or(|known| known.unsigned_abs() < list.number) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Holds or ends everything but what these two have vouched for.
pub(super) async fn hold(change: &mut Change, two: &[String], lists: &[(String, Listed)]) -> Result<Held, Refusal> {
    let mut held = Held::default();
    let version = change.version();
    for (issuer, list) in lists {
        revoke(change, (issuer, list), &mut held).await?;
    }
    for row in change.rows("SELECT office, name FROM offices WHERE state = 'registered' ORDER BY office", []).await? {
        held.offices.push(json!({ "office": row.text("office")?, "name": row.text("name")? }));
    }
    change.hold_offices_unvouched().await?;
    users(change, two, &mut held).await?;
    let devices = "SELECT device, office, label FROM devices WHERE suspended = 0 \
        AND stage IN ('applied', 'inspected', 'approved') ORDER BY device";
    for row in change.rows(devices, []).await? {
        let device = number(row.int("device")?)?.to_string();
        held.devices.push(json!({ "device": device, "office": row.text("office")?, "label": row.text("label")? }));
    }
    change
        .run(
            "UPDATE devices SET suspended = 1, version = $1 WHERE suspended = 0 \
             AND stage IN ('applied', 'inspected', 'approved')",
            [version.into()],
        )
        .await?;
    let invited = "SELECT room, login_id FROM invitations WHERE state = 'invited' ORDER BY room, login_id";
    for row in change.rows(invited, []).await? {
        held.invitations.push(json!({ "room": row.text("room")?, "user": row.text("login_id")? }));
    }
    change
        .run("UPDATE invitations SET state = 'removed', version = $1 WHERE state = 'invited'", [version.into()])
        .await?;
    // Nor is a container taken once more on one that was used.
    let opening = "SELECT ticket, device FROM tickets WHERE state IN ('open', 'used') ORDER BY ticket";
    for row in change.rows(opening, []).await? {
        let device = number(row.int("device")?)?.to_string();
        held.tickets.push(json!({ "ticket": row.text("ticket")?, "device": device }));
    }
    change
        .run(
            "UPDATE tickets SET state = 'killed', killed_why = 'operator', version = $1 WHERE state IN ('open', 'used')",
            [version.into()],
        )
        .await?;
    Ok(held)
}

async fn users(change: &mut Change, two: &[String], held: &mut Held) -> Result<(), Refusal> {
    let nobodys = password::nobodys().map_err(|why| Unavailable::Other(why.to_string()))?;
    let people = "SELECT login_id, office, name, roles FROM system_users WHERE state IN ('active', 'suspended') ORDER BY login_id";
    for row in change.rows(people, []).await? {
        let login_id = row.text("login_id")?;
        if two.contains(&login_id) {
            continue;
        }
        let person = login_id.parse().map_err(|why| Unavailable::Corrupt(format!("ID {login_id}: {why}")))?;
        change.hold_unvouched(&person, &nobodys).await?;
        held.users.push(json!({
            "user": login_id, "office": row.text("office")?, "name": row.text("name")?, "roles": row.text("roles")?,
        }));
    }
    Ok(())
}

/// Revokes what a list says is over, and takes its number: the next one is higher.
async fn revoke(change: &mut Change, (issuer, list): (&str, &Listed), held: &mut Held) -> Result<(), Refusal> {
    let version = change.version();
    let drawn = i64::try_from(list.number).map_err(|_| Unavailable::Corrupt(format!("list {}", list.number)))?;
    change
        .run(
            "UPDATE authorities SET crl_number = $2, version = $3 WHERE fingerprint = $1 AND crl_number < $2",
            [issuer.into(), drawn.into(), version.into()],
        )
        .await?;
    for entry in &list.entries {
        let serial = entry.serial.to_string();
        let reason = match entry.withdrawn {
            // Its device is put on hold like all others.
            Withdrawn::Held => continue,
            Withdrawn::Revoked(reason) => reason,
            Withdrawn::Superseded => RevokedReason::Replaced,
        };
        let row =
            change.row("SELECT device, state FROM certificates WHERE serial = $1", [serial.as_str().into()]).await?;
        let Some(row) = row else {
            match retired(change, entry.serial).await? {
                Some(fingerprint) => held.authorities.push(json!({ "serial": serial, "fingerprint": fingerprint })),
                None => held.unknown.push(json!({ "serial": serial })),
            }
            continue;
        };
        if row.text("state")? == "revoked"
            || row.text("state")? == "superseded" && entry.withdrawn == Withdrawn::Superseded
        {
            continue;
        }
        change
            .run(
                "UPDATE certificates SET state = 'revoked', revoked_at = $2, revoked_reason = $3, version = $4 \
                 WHERE serial = $1",
                [serial.as_str().into(), entry.since.unix().into(), reason.as_str().into(), version.into()],
            )
            .await?;
        let device = number(row.int("device")?)?.to_string();
        held.revoked.push(json!({ "serial": serial, "device": device, "reason": reason.as_str() }));
    }
    Ok(())
}

/// Retires the issuing CA of this serial, if it is one that signs; its certificate's fingerprint.
async fn retired(change: &mut Change, serial: Serial) -> Result<Option<String>, Refusal> {
    let version = change.version();
    let signing = "SELECT fingerprint, certificate FROM authorities WHERE kind = 'issuing' AND state = 'active'";
    for row in change.rows(signing, []).await? {
        if certificate(&row)?.serial() == serial {
            let fingerprint = row.text("fingerprint")?;
            change
                .run(
                    "UPDATE authorities SET state = 'retired', version = $2 WHERE fingerprint = $1",
                    [fingerprint.as_str().into(), version.into()],
                )
                .await?;
            return Ok(Some(fingerprint));
        }
    }
    Ok(None)
}
