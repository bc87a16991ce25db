//! What is older than the policy says is ended: a change for each kind, and an event that says how much of what went. What an
//! incident needs is on hold while it is open, and for some time after.

use certs::Timestamp;
use serde_json::json;

use super::change::{Change, RequiredRole};
use super::{By, ProofMethod, Writer};
use crate::application::Day;
use crate::config::Retention;
use crate::incident::{IncidentNo, held_from};
use crate::refusal::{Malformed, Refusal, Unavailable};
use crate::rows::retention::{self, KeptKind, OpenHold};
use crate::spelling;

/// How much of a kind is old enough.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct OldRows {
    pub(crate) kind: KeptKind,
    /// So many days it is kept.
    pub(crate) days: i64,
    /// What is of before this moment is ended, holds taken into account.
    pub(crate) before: Timestamp,
    pub(crate) count: i64,
}

/// What a hold is called, as it was typed: some letters and digits, as an incident's number. Nothing where it is none.
#[must_use]
pub(crate) fn hold_name(typed: &str) -> Option<String> {
    let plain = spelling::code(typed).ok()?;
    let fits = (1..=40).contains(&plain.len()) && plain.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fits.then_some(plain)
}

fn days(kind: KeptKind, policy: &Retention) -> i64 {
    match kind {
        KeptKind::Applications => policy.applications,
        KeptKind::Letters => policy.letters,
        KeptKind::Logins => policy.logins,
        KeptKind::Offices | KeptKind::People | KeptKind::Rooms => policy.names,
        KeptKind::Sightings => policy.sightings,
        KeptKind::Tickets => policy.tickets,
    }
}

impl Writer {
    /// How much of each kind is old enough, and which holds there are. Nothing is changed.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn old_rows(
        &self,
        policy: &Retention,
        now: Timestamp,
    ) -> Result<(Vec<OldRows>, Vec<OpenHold>), Unavailable> {
        let mut tx = self.read().await?;
        let mut all = Vec::new();
        for kind in KeptKind::ALL {
            let days = days(kind, policy);
            let before = retention::unheld(&mut tx, now.plus(-days.saturating_mul(86_400))).await?;
            let count = kind.due(&mut tx, before).await?;
            all.push(OldRows { kind, days, before, count });
        }
        let holds = retention::open_holds(&mut tx).await?;
        Ok((all, holds))
    }

    /// Ends all that is old enough; how much of each kind. Each kind by itself: what cannot be ended of one keeps no other from it.
    /// What was on hold for an incident that was closed long enough ago no longer is.
    ///
    /// # Errors
    /// The first that was refused: who keeps the keys may, and the desk by its clock.
    pub(crate) async fn end_old_rows(&self, by: &By, policy: &Retention) -> Result<Vec<OldRows>, Refusal> {
        let duty = if by.proof == ProofMethod::Desk { RequiredRole::Desk } else { RequiredRole::Custody };
        let mut refused = self.release_outlasted((by, duty), policy).await.err();
        let (old, _) = self.old_rows(policy, by.at).await?;
        let mut done = Vec::new();
        for one in old {
            match self.end_kind((by, duty), one).await {
                Ok(0) => {}
                Ok(count) => done.push(OldRows { count, ..one }),
                Err(why) => refused = refused.or(Some(why)),
            }
        }
        refused.map_or(Ok(done), Err)
    }

    /// The holds of incidents that were closed before the time that the policy gives.
    async fn release_outlasted(&self, (by, duty): (&By, RequiredRole), policy: &Retention) -> Result<(), Refusal> {
        let before = by.at.plus(-policy.incidents.saturating_mul(86_400));
        let outlasted = retention::outlasted(&mut self.read().await?, before).await?;
        for (hold, closed) in outlasted {
            let mut change = self.change(by, duty).await?;
            // Somebody may have lifted it meanwhile.
            if retention::release(&mut change, &hold, &by.operator).await? {
                let detail =
                    json!({ "incident": hold, "closed_at": closed.to_string(), "kept_days": policy.incidents });
                change.commit("retention.release", &hold, detail).await?;
            }
        }
        Ok(())
    }

    async fn end_kind(&self, (by, duty): (&By, RequiredRole), old: OldRows) -> Result<i64, Refusal> {
        let mut all = 0;
        // Each change ends some of them, and never all of a large house at once.
        while all < old.count {
            let mut change = self.change(by, duty).await?;
            // A hold that came meanwhile counts.
            let before = retention::unheld(&mut change, old.before).await?;
            let count = i64::try_from(old.kind.end(&mut change, before).await?).unwrap_or(i64::MAX);
            if count == 0 {
                break;
            }
            let detail = json!({
                "kind": old.kind.as_str(), "what": old.kind.japanese(), "count": count,
                "before": before.to_string(), "kept_days": old.days,
            });
            change.commit("retention.end", old.kind.as_str(), detail).await?;
            all += count;
        }
        Ok(all)
    }

    /// From now on nothing of this moment or later is ended, until the hold is released.
    ///
    /// # Errors
    /// There is such a hold already; it begins in times to come, and would keep nothing of what there is; nobody says why; the operator
    /// may not.
    pub async fn hold_records(&self, by: &By, hold: &str, from: Timestamp) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        if from > change.at() {
            return Err(Malformed::HoldToCome(Day::of(from)).into());
        }
        let why = change.why()?.to_owned();
        if !retention::hold(&mut change, (hold, &by.operator), (from, &why)).await? {
            return Err(Malformed::AlreadyHeld(hold.to_owned()).into());
        }
        change.commit("retention.hold", hold, json!({ "from": from.to_string() })).await
    }

    /// What was on hold is ended in its time again.
    ///
    /// # Errors
    /// There is no such hold; nobody says why; the operator may not.
    pub async fn release_records(&self, by: &By, hold: &str) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Approve).await?;
        change.why()?;
        if !retention::release(&mut change, hold, &by.operator).await? {
            return Err(Malformed::NotHeld(hold.to_owned()).into());
        }
        change.commit("retention.release", hold, json!({})).await
    }
}

/// Why an incident holds what it holds.
const FOR_THE_INCIDENT: &str = "事故・障害の調査のため";

/// An incident that is opened holds what it needs, in the same change; from when on.
pub(super) async fn hold_for(change: &mut Change, no: IncidentNo, found: Timestamp) -> Result<Timestamp, Unavailable> {
    let (hold, from, by) = (no.to_string(), held_from(found), change.operator().clone());
    if !retention::hold(change, (&hold, &by), (from, FOR_THE_INCIDENT)).await? {
        // Somebody held it before it was written down.
        hold_further_back(change, no, from).await?;
    }
    Ok(from)
}

/// Whoever looks at what was further back holds it, too, where the incident still holds anything.
pub(super) async fn hold_further_back(
    change: &mut Change,
    no: IncidentNo,
    from: Timestamp,
) -> Result<bool, Unavailable> {
    retention::hold_further_back(change, &no.to_string(), from).await
}
