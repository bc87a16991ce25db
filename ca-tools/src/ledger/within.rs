//! How do the devices and the people of an office stand? Read together: a few questions, however many there are.

use std::collections::BTreeMap;

use certs::{DeviceNo, Timestamp};
use registry::SystemUserState;
use registry::change::ListingState;

use super::Ledger;
use super::locked::locked_of_office;
use super::standing::{CertificateFacts, DeviceFacts, Held, OfficeFacts, PersonFacts, certificate, last};
use crate::database::Row;
use crate::refusal::Unavailable;
use crate::rows::maintenance::opening;
use crate::rows::word;

macro_rules! devices {
    () => {
        "FROM devices WHERE office = $1 AND stage NOT IN ('retired', 'rejected') ORDER BY device LIMIT $2"
    };
}

const DEVICES: &str = concat!("SELECT device, label, stage, suspended, approved_until ", devices!());
const LISTINGS: &str = concat!(
    "SELECT device, login_id, state FROM device_users WHERE device IN (SELECT device ",
    devices!(),
    ") ORDER BY device, login_id"
);
const CERTIFICATES: &str = concat!(
    "SELECT c.device, c.serial, c.state, c.not_before, c.not_after, c.superseded_from, c.revoked_at, f.at AS used_at \
     FROM certificates c LEFT JOIN first_uses f ON f.serial = c.serial WHERE c.device IN (SELECT device ",
    devices!(),
    ") AND c.state <> 'intended' ORDER BY c.not_after DESC, c.serial"
);
const PEOPLE: &str = "SELECT login_id, name, state, password_initial, password_set_at, password_lapsed_at, \
    maintenance, open_from, open_until FROM system_users WHERE office = $1 AND state <> 'deleted' ORDER BY login_id LIMIT $2";

impl Ledger {
    /// The devices of an office that are not out of use, by number, so many at most.
    pub(crate) async fn devices_within(
        &self,
        office: &OfficeFacts,
        most: i64,
    ) -> Result<Vec<DeviceFacts>, Unavailable> {
        let mut tx = self.read().await?;
        let values = || [office.no.as_str().into(), most.into()];
        let mut listed: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for row in &tx.rows(LISTINGS, values()).await? {
            let listed = listed.entry(row.int("device")?).or_default();
            if row.text("state")? == ListingState::Listed.as_str() {
                listed.push(row.text("login_id")?);
            }
        }
        let mut certificates: BTreeMap<i64, Vec<CertificateFacts>> = BTreeMap::new();
        for row in &tx.rows(CERTIFICATES, values()).await? {
            certificates.entry(row.int("device")?).or_default().push(certificate(row)?);
        }
        let mut found = Vec::new();
        for row in &tx.rows(DEVICES, values()).await? {
            let number = row.int("device")?;
            let no: DeviceNo = crate::rows::device::number(number)?;
            let held = match row.int("suspended")? {
                0 => None,
                _ => Some(Held::of(crate::rows::event::last_hold(&mut tx, no).await?)),
            };
            found.push(DeviceFacts {
                no,
                label: row.text("label")?,
                office: office.clone(),
                stage: word(&row.text("stage")?)?,
                held,
                approved_until: row.maybe_int("approved_until")?.map(Timestamp::from_unix),
                listed: listed.remove(&number),
                certificates: certificates.remove(&number).unwrap_or_default(),
            });
        }
        Ok(found)
    }

    /// The people of an office whose IDs are not deleted, by ID, so many at most.
    pub(crate) async fn people_within(
        &self,
        office: &OfficeFacts,
        (most, now): (i64, Timestamp),
    ) -> Result<Vec<PersonFacts>, Unavailable> {
        let mut tx = self.read().await?;
        let mut locked = locked_of_office(&mut tx, (office.no.as_str(), now)).await?;
        let rows: Vec<Row> = tx.rows(PEOPLE, [office.no.as_str().into(), most.into()]).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            let id = row.text("login_id")?;
            let state: SystemUserState = word(&row.text("state")?)?;
            let since = match state {
                SystemUserState::Active => None,
                SystemUserState::Suspended => last(&mut tx, &id, "user.suspend").await?,
                SystemUserState::Deleted => last(&mut tx, &id, "user.delete").await?,
            };
            let initial = row.int("password_initial")? != 0;
            found.push(PersonFacts {
                name: row.text("name")?,
                office: office.clone(),
                state,
                since,
                initial_since: initial.then(|| row.int("password_set_at").map(Timestamp::from_unix)).transpose()?,
                lapsed_at: row.maybe_int("password_lapsed_at")?.map(Timestamp::from_unix),
                locked_until: locked.remove(&id),
                opening: opening(row)?,
                id: id.parse().map_err(|why| Unavailable::Corrupt(format!("ID {id}: {why}")))?,
            });
        }
        Ok(found)
    }
}
