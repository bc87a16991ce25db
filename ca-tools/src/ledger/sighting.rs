//! Where was a certificate seen, and when was it first used?

use certs::{DeviceNo, Serial, Timestamp};

use super::Column::{Text, Time};
use super::{Column, Entry, Ledger, entries};
use crate::refusal::Unavailable;

const COLUMNS: [Column; 5] = [Text("serial"), Text("os"), Text("network"), Time("first_at"), Time("last_at")];

/// How many a page shows.
const MOST: i64 = 5;

impl Ledger {
    /// The systems and networks in which a device was seen, the latest first.
    pub(crate) async fn sightings(&self, device: DeviceNo) -> Result<Vec<Entry>, Unavailable> {
        let question = "SELECT s.serial, s.os, s.network, s.first_at, s.last_at FROM sightings s \
            JOIN certificates c ON c.serial = s.serial WHERE c.device = $1 ORDER BY s.last_at DESC LIMIT $2";
        let values = [i64::from(device.number()).into(), MOST.into()];
        entries(&mut self.read().await?, question, values, &COLUMNS).await
    }

    /// The same of one certificate.
    pub(crate) async fn sightings_of(&self, serial: &Serial) -> Result<Vec<Entry>, Unavailable> {
        let question = "SELECT serial, os, network, first_at, last_at FROM sightings WHERE serial = $1 \
            ORDER BY last_at DESC LIMIT $2";
        entries(&mut self.read().await?, question, [serial.to_string().into(), MOST.into()], &COLUMNS).await
    }

    /// When a certificate was first used, if it was.
    pub(crate) async fn first_use(&self, serial: &Serial) -> Result<Option<Timestamp>, Unavailable> {
        let question = "SELECT at FROM first_uses WHERE serial = $1";
        let row = self.read().await?.row(question, [serial.to_string().into()]).await?;
        row.map(|row| row.int("at").map(Timestamp::from_unix)).transpose()
    }

    /// When a device was first used, with any of its certificates.
    pub(crate) async fn first_use_of(&self, device: DeviceNo) -> Result<Option<Timestamp>, Unavailable> {
        let question = "SELECT MIN(f.at) AS at FROM first_uses f JOIN certificates c ON c.serial = f.serial \
            WHERE c.device = $1";
        let row = self.read().await?.row(question, [i64::from(device.number()).into()]).await?;
        Ok(row.map_or(Ok(None), |row| row.maybe_int("at"))?.map(Timestamp::from_unix))
    }
}
