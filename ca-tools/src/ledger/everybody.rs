//! What is everything called? All names at once, for a report of many numbers that were told elsewhere.

use std::collections::HashMap;

use super::Ledger;
use crate::refusal::Unavailable;

/// Names by number.
#[derive(Clone, Debug, Default)]
pub(crate) struct NamesOfAll {
    pub(crate) offices: HashMap<String, String>,
    pub(crate) people: HashMap<String, String>,
    pub(crate) devices: HashMap<String, String>,
}

const OFFICES: &str = "SELECT office, name FROM offices";
const PEOPLE: &str = "SELECT login_id, name FROM system_users";
const DEVICES: &str = "SELECT device, label FROM devices";

impl Ledger {
    /// What offices, people and devices are called, those that are gone too.
    pub(crate) async fn names_of_all(&self) -> Result<NamesOfAll, Unavailable> {
        let mut tx = self.read().await?;
        let mut names = NamesOfAll::default();
        for row in tx.rows(OFFICES, []).await? {
            names.offices.insert(row.text("office")?, row.text("name")?);
        }
        for row in tx.rows(PEOPLE, []).await? {
            names.people.insert(row.text("login_id")?, row.text("name")?);
        }
        for row in tx.rows(DEVICES, []).await? {
            names.devices.insert(format!("DEV-{:06}", row.int("device")?), row.text("label")?);
        }
        Ok(names)
    }
}
