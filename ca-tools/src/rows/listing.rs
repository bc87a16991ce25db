//! Which devices serve whom by name.

use certs::DeviceNo;
use registry::change::ListingState;
use registry::{LoginId, Ownership};

use super::device::number;
use super::word;
use crate::database::{Row, Transaction, Versioned};
use crate::refusal::Unavailable;

/// Whether the device serves, or ever served, anybody by name.
pub(crate) async fn is_by_name(tx: &mut Transaction, no: DeviceNo) -> Result<bool, Unavailable> {
    let listed = "SELECT login_id FROM device_users WHERE device = $1";
    Ok(!tx.rows(listed, [no.number().into()]).await?.is_empty())
}

/// How this person stands on the device's list; `None` of who never did.
pub(crate) async fn state(
    tx: &mut Transaction,
    no: DeviceNo,
    user: &LoginId,
) -> Result<Option<ListingState>, Unavailable> {
    let row = tx
        .row(
            "SELECT state FROM device_users WHERE device = $1 AND login_id = $2",
            [no.number().into(), user.as_str().into()],
        )
        .await?;
    row.map(|row| word(&row.text("state")?)).transpose()
}

/// They stand on its list like this.
pub(crate) async fn write(
    tx: &mut Versioned,
    (no, user): (DeviceNo, &LoginId),
    state: ListingState,
) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO device_users (device, login_id, state, version) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (device, login_id) DO UPDATE SET state = excluded.state, version = excluded.version",
        [no.number().into(), user.as_str().into(), state.as_str().into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// Who is on the device's list.
pub(crate) async fn listed(tx: &mut Transaction, no: DeviceNo) -> Result<Vec<String>, Unavailable> {
    let rows = tx
        .rows(
            "SELECT login_id FROM device_users WHERE device = $1 AND state = 'listed' ORDER BY login_id",
            [no.number().into()],
        )
        .await?;
    rows.iter().map(|row| row.text("login_id")).collect()
}

/// Whether the person is of the device's office.
pub(crate) async fn is_of_its_office(tx: &mut Transaction, no: DeviceNo, user: &LoginId) -> Result<bool, Unavailable> {
    let same = tx
        .row(
            "SELECT d.device FROM devices d JOIN system_users u ON u.office = d.office \
             WHERE d.device = $1 AND u.login_id = $2",
            [no.number().into(), user.as_str().into()],
        )
        .await?;
    Ok(same.is_some())
}

/// A device that lists a person, and how many others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lists {
    pub(crate) no: DeviceNo,
    pub(crate) ownership: Ownership,
    pub(crate) others: usize,
}

/// The devices that list this person.
pub(crate) async fn of_person(tx: &mut Transaction, user: &LoginId) -> Result<Vec<Lists>, Unavailable> {
    let listed = tx
        .rows(
            "SELECT u.device, d.ownership, (SELECT count(*) FROM device_users o WHERE o.device = u.device \
             AND o.state = 'listed' AND o.login_id <> $1) AS others \
             FROM device_users u JOIN devices d ON d.device = u.device \
             WHERE u.login_id = $1 AND u.state = 'listed' ORDER BY u.device",
            [user.as_str().into()],
        )
        .await?;
    let read = |row: &Row| {
        Ok(Lists {
            no: number(row.int("device")?)?,
            ownership: word(&row.text("ownership")?)?,
            others: usize::try_from(row.int("others")?).unwrap_or_default(),
        })
    };
    listed.iter().map(read).collect()
}

/// They are taken off it.
pub(crate) async fn remove(tx: &mut Versioned, no: DeviceNo, user: &LoginId) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE device_users SET state = 'removed', version = $3 WHERE device = $1 AND login_id = $2",
        [no.number().into(), user.as_str().into(), tx.version().into()],
    )
    .await
    .map(drop)
}
