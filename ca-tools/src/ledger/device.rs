//! Devices, whom they serve, and their certificates.

use certs::DeviceNo;
use registry::change::ListingState;
use serde_json::Value as Json;

use super::Column::{Device, Flag, Json as JsonText, MaybeText, MaybeTime, Text};
use super::{CertificateFilter, Column, Entry, Ledger, entries};
use crate::refusal::{Kind, Refusal, Unavailable};

const COLUMNS: [Column; 16] = [
    Device("device"),
    Text("office"),
    MaybeText("office_name"),
    Text("label"),
    Text("os"),
    Text("ownership"),
    Text("stage"),
    Flag("suspended"),
    MaybeTime("inspected_at"),
    MaybeText("inspected_by"),
    JsonText("checklist"),
    MaybeTime("approved_at"),
    MaybeText("approved_by"),
    MaybeTime("approved_until"),
    Text("application"),
    Text("place"),
];

const QUESTION: &str = "SELECT d.*, o.name AS office_name FROM devices d LEFT JOIN offices o ON o.office = d.office \
    WHERE ($1 IS NULL OR d.device = $1) AND ($2 IS NULL OR d.office = $2) AND ($3 IS NULL OR d.stage = $3) \
    AND ($4 IS NULL OR d.suspended = $4) ORDER BY d.device";

/// Which devices a list shows; `None` shows all.
#[derive(Clone, Debug, Default)]
pub struct DeviceFilter {
    /// Of this office.
    pub office: Option<String>,
    /// At this stage.
    pub stage: Option<String>,
    /// Only those on hold (or only those not).
    pub suspended: Option<bool>,
}

impl Ledger {
    /// The devices that a filter lets through.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn devices(&self, filter: DeviceFilter) -> Result<Vec<Entry>, Unavailable> {
        let suspended = filter.suspended.map(i64::from);
        let values = [None::<i64>.into(), filter.office.into(), filter.stage.into(), suspended.into()];
        entries(&mut self.read().await?, QUESTION, values, &COLUMNS).await
    }

    /// One device, with the people it lists and its certificates.
    ///
    /// # Errors
    /// There is none of that number, or the registry does not answer.
    pub async fn device(&self, no: DeviceNo) -> Result<Entry, Refusal> {
        let certificates = self.certificates(CertificateFilter { device: Some(no), ..Default::default() }).await?;
        let mut tx = self.read().await?;
        let number = i64::from(no.number());
        let values = [Some(number).into(), None::<&str>.into(), None::<&str>.into(), None::<i64>.into()];
        let found = entries(&mut tx, QUESTION, values, &COLUMNS).await?;
        let mut entry = found.into_iter().next().ok_or_else(|| Refusal::Unknown(Kind::Device, no.to_string()))?;
        let listings = "SELECT login_id, state FROM device_users WHERE device = $1 ORDER BY login_id";
        let listings = tx.rows(listings, [number.into()]).await?;
        // Nobody was ever listed: it is everyone's. Everybody was taken off: it is nobody's.
        entry.insert("everyone".into(), listings.is_empty().into());
        let mut users: Vec<Json> = Vec::new();
        for row in &listings {
            if row.text("state")? == ListingState::Listed.as_str() {
                users.push(row.text("login_id")?.into());
            }
        }
        entry.insert("users".into(), users.into());
        super::names::of_people(&mut tx, &mut entry, &["users", "inspected_by", "approved_by"]).await?;
        let certificates: Vec<Json> = certificates.into_iter().map(Json::from).collect();
        entry.insert("certificates".into(), certificates.into());
        Ok(entry)
    }
}
