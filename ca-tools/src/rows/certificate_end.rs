//! How a certificate ends: superseded by one that takes its place, or revoked.

use certs::{DeviceNo, Timestamp};
use registry::OfficeNo;
use registry::change::{CertificateStage, RevokedReason};

use crate::database::Versioned;
use crate::refusal::Unavailable;

/// It counts until the second `from`, and this one takes its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Superseded<'a> {
    pub(crate) stage: CertificateStage,
    pub(crate) from: i64,
    pub(crate) successor: &'a str,
}

/// Its successor takes a certificate's place.
pub(crate) async fn supersede(tx: &mut Versioned, serial: &str, superseded: Superseded<'_>) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE certificates SET state = $2, superseded_from = $3, successor = $4, version = $5 WHERE serial = $1",
        [
            serial.into(),
            superseded.stage.as_str().into(),
            superseded.from.into(),
            superseded.successor.into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// Its successor stands beside a certificate: both count until the successor is first used.
pub(crate) async fn succeed(tx: &mut Versioned, old: &str, successor: &str) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE certificates SET successor = $2, version = $3 WHERE serial = $1",
        [old.into(), successor.into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// What this one was to renew is renewed by that one.
pub(crate) async fn pass_on(tx: &mut Versioned, from: &str, to: &str) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE certificates SET successor = $2, version = $3 WHERE successor = $1 AND state = 'issued'",
        [from.into(), to.into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// One that was superseded ends at this second.
pub(crate) async fn end_at(tx: &mut Versioned, serial: &str, from: Timestamp) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE certificates SET superseded_from = $2, version = $3 WHERE serial = $1",
        [serial.into(), from.unix().into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// Those of a device that were superseded end at this second at the latest.
pub(crate) async fn end_by(tx: &mut Versioned, device: DeviceNo, from: Timestamp) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE certificates SET superseded_from = $2, version = $3 \
         WHERE device = $1 AND state = 'superseded' AND superseded_from > $2",
        [device.number().into(), from.unix().into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// Closes what was intended for a device and never recorded.
pub(crate) async fn close_intents_of(tx: &mut Versioned, device: DeviceNo) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE certificates SET state = 'revoked', revoked_at = $2, revoked_reason = 'other', version = $3 \
         WHERE device = $1 AND state = 'intended'",
        [device.number().into(), tx.at().unix().into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// It is revoked, since this second.
pub(crate) async fn revoke(
    tx: &mut Versioned,
    serial: &str,
    since: Timestamp,
    reason: RevokedReason,
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE certificates SET state = 'revoked', revoked_at = $2, revoked_reason = $3, version = $4 \
         WHERE serial = $1",
        [serial.into(), since.unix().into(), reason.as_str().into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// Those of an office's devices that are in this stage come into that one, for this reason.
pub(crate) async fn revoke_of_office(
    tx: &mut Versioned,
    office: &OfficeNo,
    before: CertificateStage,
    after: CertificateStage,
    reason: RevokedReason,
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE certificates SET state = $3, revoked_at = $4, revoked_reason = $5, version = $6 \
         WHERE state = $2 AND device IN (SELECT device FROM devices WHERE office = $1)",
        [
            office.as_str().into(),
            before.as_str().into(),
            after.as_str().into(),
            tx.at().unix().into(),
            reason.as_str().into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}
