//! 緊急用電子証明書: when what a person needs cannot be used, two operators give one for 72 hours.
//!
//! Each of the two shows their own password ([`Writer::prove`]): a name on the command line is nobody.
//! A device that was not approved is, by both, until the certificate ends, and for nothing but this
//! certificate.

use certs::{DeviceNo, Timestamp};
use registry::LoginId;
use registry::change::{
    CertificateStage, Disagreement, EMERGENCY_SECONDS, EmergencyApproval, IllegalChange, Operator, two_agree,
};
use serde_json::json;

use super::change::{Change, RequiredRole};
use super::eligible::{held, none_in_use, not_for_emergency_only, signable};
use super::proof::Proof;
use super::two::{Rests, Step};
use super::{By, Writer, ticket_end, written};
use crate::proposal::Act;
use crate::refusal::{EmergencyRefusal, Kind, ProofRefusal, Refusal};
use crate::rows;
use crate::rows::{Intent, Signed};
use crate::sign::IntentReceipt;

/// On whom an emergency rests. Of two who agree on the spot it is made only by [`Writer::consent`].
#[must_use]
#[derive(Debug)]
pub struct Consent(Agreement);

#[derive(Debug)]
enum Agreement {
    /// On two operators, each with their own password, here and now.
    OnTheSpot { first: Proof, second: Proof },
    /// On what the change rests on: another's approval of a proposal, a broken glass.
    Ground,
}

impl Consent {
    /// No second agrees here and now: what the change rests on counts.
    pub fn on_its_ground() -> Self {
        Self(Agreement::Ground)
    }
}

impl Writer {
    /// Whether these two may agree on an emergency. Asked before either types a password; nothing is changed.
    ///
    /// # Errors
    /// Nobody said why; the two do not make two.
    pub async fn may_agree(&self, by: &By, second: &LoginId) -> Result<(), Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        change.why()?;
        agreeing(&mut change, second).await
    }

    /// Two operators who showed who they are agree on an emergency.
    ///
    /// # Errors
    /// As [`Self::may_agree`]; the first proof is not of who makes this change.
    pub async fn consent(&self, by: &By, first: Proof, second: Proof) -> Result<Consent, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        change.why()?;
        on_the_spot(&mut change, (&first, &second)).await?;
        Ok(Consent(Agreement::OnTheSpot { first, second }))
    }

    /// Records that an emergency certificate is about to be signed.
    ///
    /// # Errors
    /// The consent no longer holds; the device may not have one, or has one; longer than 72 hours.
    pub async fn intend_emergency(
        &self,
        by: &By,
        intent: &Intent,
        consent: &Consent,
    ) -> Result<IntentReceipt, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let until = intent.validity.not_after;
        if until > change.at().plus(EMERGENCY_SECONDS) {
            return Err(EmergencyRefusal::TooLong.into());
        }
        emergency(&mut change, (intent.device, until), (consent, Step::Ask)).await?;
        written::intent(change, intent, CertificateStage::Intended).await
    }

    /// Records a signed emergency certificate; a device that was not approved is, until it ends.
    ///
    /// # Errors
    /// As [`Self::intend_emergency`]; its intent was closed meanwhile.
    pub async fn record_emergency(
        &self,
        by: &By,
        (device, signed): (DeviceNo, &Signed),
        consent: &Consent,
    ) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let serial = signed.serial.to_string();
        let stage = signable(&mut change, device, &serial).await?;
        let of = rows::certificate::of(&mut change, &serial).await?;
        let until = of.ok_or_else(|| Refusal::Unknown(Kind::Certificate, serial.clone()))?.not_after;
        let (approval, second) = emergency(&mut change, (device, until), (consent, Step::Do)).await?;
        written::signed(&mut change, signed, stage).await?;
        let (first, second) = (change.operator().to_string(), second.as_str());
        if let EmergencyApproval::Until(until) = approval {
            let two = format!("{first} {second}");
            rows::device::write_emergency_approval(&mut change, device, &two, until).await?;
        }
        let why = change.why()?.to_owned();
        let written = rows::emergency::Emergency { serial: &serial, device, first: &first, second, why: &why };
        rows::emergency::write(&mut change, &written).await?;
        ticket_end::kill_open(&mut change, device, "newer").await?;
        let detail = json!({
            "serial": serial, "fingerprint": signed.fingerprint.to_string(), "second": second, "until": until.unix(),
            "approves": approval != EmergencyApproval::Stands,
        });
        change.commit("cert.emergency", &device.to_string(), detail).await
    }
}

/// May this device have an emergency certificate until then?
async fn emergency(
    change: &mut Change,
    (device, until): (DeviceNo, Timestamp),
    (consent, step): (&Consent, Step),
) -> Result<(EmergencyApproval, String), Refusal> {
    let second = agreed(change, device, (consent, step)).await?;
    let facts = rows::certificate::facts(change, device).await?;
    let facts = facts.ok_or_else(|| Refusal::Unknown(Kind::Device, device.to_string()))?;
    change.inherit_application(facts.application.clone());
    let approval = facts
        .standing
        .emergency(facts.office_state, facts.approved_until, until)
        .map_err(|why| Refusal::Illegal(device.to_string(), why))?;
    let held = held(change, device).await?;
    if let Some(running) = held.first()
        && let Some(until) = rows::emergency::until(change, &running.serial).await?
    {
        return Err(EmergencyRefusal::Running(device, running.serial.clone(), until).into());
    }
    none_in_use(device, &held)?;
    Ok((approval, second))
}

/// On whom does it rest, beside who makes this change?
async fn agreed(change: &mut Change, device: DeviceNo, (consent, step): (&Consent, Step)) -> Result<String, Refusal> {
    change.why()?;
    match &consent.0 {
        Agreement::OnTheSpot { first, second } => {
            on_the_spot(change, (first, second)).await?;
            Ok(second.operator().to_string())
        }
        Agreement::Ground => Ok(match change.rests(&Act::Emergency { device }, step).await? {
            Rests::Approved(by) => by.to_string(),
            Rests::Broken(no) => no.to_string(),
            Rests::Alone | Rests::Foreseen => NOBODY.to_owned(),
        }),
    }
}

/// Where there is no second.
const NOBODY: &str = "-";

/// Do the two still agree, the first of them being who makes this change?
async fn on_the_spot(change: &mut Change, (first, second): (&Proof, &Proof)) -> Result<(), Refusal> {
    if first.operator() != change.operator() {
        return Err(ProofRefusal::NoOperator(change.operator().clone()).into());
    }
    agreeing(change, second.operator()).await?;
    change.still(first).await?;
    change.still(second).await.map(drop)
}

async fn agreeing(change: &mut Change, second: &LoginId) -> Result<(), Refusal> {
    let first = change.operator().clone();
    let first_operator = operator(change, &first).await?.ok_or_else(|| Refusal::NoOperator(first.clone()))?;
    if first_operator.roles.is_empty() {
        return Err(Refusal::NoOperator(first));
    }
    let found = operator(change, second).await?;
    let operator = found.ok_or_else(|| Refusal::Unknown(Kind::SystemUser, second.to_string()))?;
    two_agree(&first_operator, &operator).map_err(|why| {
        let who = if why == Disagreement::FirstHasInitialPassword { first } else { second.clone() };
        EmergencyRefusal::Disagree(who, why)
    })?;
    Ok(())
}

async fn operator(change: &mut Change, login_id: &LoginId) -> Result<Option<Operator>, Refusal> {
    let password = rows::person::password(change, login_id).await?;
    Ok(password.map(|password| Operator {
        login_id: login_id.clone(),
        state: password.state,
        roles: password.roles,
        initial_password: password.initial,
    }))
}

/// A device that was approved for an emergency is approved for good only after an inspection.
pub(super) async fn inspected(change: &mut Change, device: DeviceNo) -> Result<(), Refusal> {
    let (by, inspected) = rows::device::approval(change, device).await?;
    if !inspected && not_for_emergency_only(device, by.as_deref()).is_err() {
        return Err(Refusal::Illegal(device.to_string(), IllegalChange::NotInspected));
    }
    Ok(())
}
