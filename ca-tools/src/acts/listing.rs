//! Whom does a device serve by name? People are added to its list and taken off, together in one change:
//! who was hired shares it (採用), who follows on somebody takes their place.

use std::collections::BTreeSet;

use certs::DeviceNo;
use registry::change::{DeviceStanding, ListingChange, ListingState};
use registry::{LoginId, Ownership};
use serde_json::json;

use super::change::{Change, Duty};
use super::device::standing;
use super::refusal::{Kind, Refusal};
use super::system_user::user_state;
use super::{By, Writer};
use crate::rows::word;

/// Who comes onto a device's list, and who goes off it.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// People of the device's office. They may use it from the commit on.
    pub add: Vec<LoginId>,
    /// They may use it no more.
    pub remove: Vec<LoginId>,
}

impl Writer {
    /// Changes a device's list; who stands on it then, and the registry's version. To add somebody takes
    /// an application.
    ///
    /// # Errors
    /// No such device, or it serves everyone of its office; somebody is of another office, deleted, there
    /// already or never was; nobody would be left on a personal device, which goes with its people.
    pub async fn list_people(&self, by: &By, no: DeviceNo, listing: &Listing) -> Result<(Vec<String>, u64), Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let (_, is) = standing(&mut change, i64::from(no.number())).await?;
        if !listing.add.is_empty() {
            change.application()?;
        }
        let listed = "SELECT login_id FROM device_users WHERE device = $1";
        if change.rows(listed, [no.number().into()]).await?.is_empty() {
            return Err(Refusal::malformed(
                "device users",
                format!("{no} は事業所の全員が使える端末です。加える・外す必要はありません。"),
                format!("{no} serves everyone of its office; nobody is added or taken off"),
            ));
        }
        let (add, remove): (BTreeSet<_>, BTreeSet<_>) = (listing.add.iter().collect(), listing.remove.iter().collect());
        if let Some(both) = add.intersection(&remove).next() {
            return Err(Refusal::malformed(
                "device users",
                format!("{both} を同時に加えて外すことはできません。"),
                format!("{both} cannot be added and taken off at once"),
            ));
        }
        for user in &remove {
            set(&mut change, (no, is), (user, ListingChange::Remove)).await?;
        }
        for user in &add {
            let state = user_state(&mut change, user).await?;
            same_office(&mut change, no, user).await?;
            set(&mut change, (no, is), (user, ListingChange::List(state))).await?;
        }
        let stay = change
            .rows(
                "SELECT login_id FROM device_users WHERE device = $1 AND state = 'listed' ORDER BY login_id",
                [no.number().into()],
            )
            .await?;
        let stay = stay.iter().map(|row| row.text("login_id")).collect::<Result<Vec<_>, _>>()?;
        if ownership(&mut change, no).await?.after_leaving(stay.len()).is_some() {
            return Err(Refusal::malformed(
                "device users",
                format!(
                    "{no} は個人所有の端末で、利用者がいなくなります。退職・異動は user delete・user move、使わなくなった端末は cert revoke を使ってください。"
                ),
                format!("{no} is a personal device and would serve nobody: use user delete, user move or cert revoke"),
            ));
        }
        // A device's own row tells the gateways that its list is another one.
        change
            .run("UPDATE devices SET version = $2 WHERE device = $1", [no.number().into(), change.version().into()])
            .await?;
        let detail = json!({ "added": add, "removed": remove });
        let version = change.commit("device.users", &no.to_string(), detail).await?;
        Ok((stay, version))
    }
}

async fn set(
    change: &mut Change,
    (no, is): (DeviceNo, DeviceStanding),
    (user, what): (&LoginId, ListingChange),
) -> Result<(), Refusal> {
    let row = change
        .row(
            "SELECT state FROM device_users WHERE device = $1 AND login_id = $2",
            [no.number().into(), user.as_str().into()],
        )
        .await?;
    let current: Option<ListingState> = row.map(|row| word(&row.text("state")?)).transpose()?;
    let after = is.listing(current, what).map_err(|why| Refusal::Illegal(format!("{no} {user}"), why))?;
    change
        .run(
            "INSERT INTO device_users (device, login_id, state, version) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (device, login_id) DO UPDATE SET state = excluded.state, version = excluded.version",
            [no.number().into(), user.as_str().into(), after.as_str().into(), change.version().into()],
        )
        .await?;
    Ok(())
}

async fn same_office(change: &mut Change, no: DeviceNo, user: &LoginId) -> Result<(), Refusal> {
    let same = change
        .row(
            "SELECT d.device FROM devices d JOIN system_users u ON u.office = d.office \
             WHERE d.device = $1 AND u.login_id = $2",
            [no.number().into(), user.as_str().into()],
        )
        .await?;
    same.map(|_| ()).ok_or_else(|| Refusal::OtherOffice(user.clone(), no))
}

async fn ownership(change: &mut Change, no: DeviceNo) -> Result<Ownership, Refusal> {
    let row = change.row("SELECT ownership FROM devices WHERE device = $1", [no.number().into()]).await?;
    let row = row.ok_or_else(|| Refusal::Unknown(Kind::Device, no.to_string()))?;
    word(&row.text("ownership")?)
}
