//! Asks the registry for what a report says.

use certs::Timestamp;

use super::lockout::Lockout;
use super::review::MonthFacts;
use super::unused::{self, UNUSED_DAYS, Unused};
use crate::application::{Month, Professions};
use crate::config::Reports;
use crate::ledger::Ledger;
use crate::refusal::Unavailable;
use crate::sheet::PrintedReport;

/// Failed logins that are looked at whether they locked somebody: of more than this it is an attack, and their count tells it.
const LOOKED_AT: u32 = 200_000;

/// By what of the configuration reports go.
#[derive(Clone, Debug)]
pub(crate) struct SurveySettings {
    pub(crate) reports: Reports,
    pub(crate) professions: Professions,
}

/// What nobody used for so many days.
pub(crate) async fn unused(
    ledger: &Ledger,
    settings: &SurveySettings,
    (days, now): (i64, Timestamp),
) -> Result<PrintedReport, Unavailable> {
    Ok(found(ledger, (days, now)).await?.printed((days, now), settings.reports.keep_days))
}

async fn found(ledger: &Ledger, (days, now): (i64, Timestamp)) -> Result<Unused, Unavailable> {
    let since = unused::since(now, days);
    let unused = Unused { people: ledger.unused_people(since).await?, devices: ledger.unused_devices(since).await? };
    Ok(unused.long_enough(since))
}

/// Who would be locked out, by the gateway's result.
pub(crate) async fn lockout(ledger: &Ledger, found: &Lockout) -> Result<PrintedReport, Unavailable> {
    Ok(found.printed(&ledger.names_of_all().await?))
}

/// The bundle of a month.
pub(crate) async fn review(
    ledger: &Ledger,
    settings: &SurveySettings,
    (month, now): (Month, Timestamp),
) -> Result<PrintedReport, Unavailable> {
    let span = (month.begins(), month.next().begins());
    let [refused, strangers] = ledger.refused_within(span).await?;
    let (failed, nobodys) = ledger.failed_logins(span, LOOKED_AT).await?;
    let (emergencies, glasses) = ledger.exceptions_within(span).await?;
    let (reviewed, _) = ledger.reviewed_months().await?;
    let night = settings.reports.night;
    let facts = MonthFacts {
        month,
        refused,
        strangers,
        failed,
        nobodys,
        night: ledger.night_logins(span, night.seconds()).await?,
        networks: ledger.new_networks(span).await?,
        deleted: ledger.deleted_within(span).await?,
        emergencies,
        glasses,
        unused: found(ledger, (UNUSED_DAYS, now)).await?,
        reviewed: reviewed.into_iter().find(|one| one.month == month.to_string()),
    };
    Ok(facts.printed(&night.japanese(), now))
}

/// Every approved device.
pub(crate) async fn devices(ledger: &Ledger, now: Timestamp) -> Result<PrintedReport, Unavailable> {
    Ok(super::inventory::printed(&ledger.registered_devices().await?, now))
}

/// How many there are of what.
pub(crate) async fn numbers(
    ledger: &Ledger,
    settings: &SurveySettings,
    now: Timestamp,
) -> Result<PrintedReport, Unavailable> {
    Ok(super::numbers::printed(&ledger.numbers(now).await?, &settings.professions, now))
}
