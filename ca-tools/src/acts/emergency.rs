//! 緊急用電子証明書: when what a person needs cannot be used, two operators give one for 72 hours.
//!
//! Each of the two shows their own password ([`Writer::prove`]): a name on the command line is nobody.
//! A device that was not approved is, by both, until the certificate ends, and for nothing but this
//! certificate.

use certs::{DeviceNo, Timestamp};
use registry::change::{
    CertificateStage, Disagreement, EMERGENCY_SECONDS, EmergencyApproval, IllegalChange, Operator, two_agree,
};
use registry::{LoginId, Role};
use serde_json::json;

use super::certificate::{FACTS, held, none_in_use, signable, write_intent, write_signed};
use super::change::{Change, Duty};
use super::proof::{Proof, ProofRefusal};
use super::refusal::{Kind, Refusal, Unavailable};
use super::{By, Writer};
use crate::language::Text;
use crate::rows::word;
use crate::rows::{Intent, Signed};
use crate::sign::IntentReceipt;

/// Proof that two operators agreed, each with their own password. Made only by [`Writer::consent`].
#[must_use]
#[derive(Debug)]
pub struct Consent {
    first: Proof,
    second: Proof,
}

/// What can be said of emergencies only.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EmergencyRefusal {
    /// The two operators do not make two.
    #[error("{0}: {1}")]
    Disagree(LoginId, Disagreement),
    /// The device was approved for an emergency, and for nothing else.
    #[error("{0} is approved for an emergency only")]
    OnlyForEmergency(DeviceNo),
    /// One runs for the device already.
    #[error("an emergency certificate of {0} runs until {2} ({1})")]
    Running(DeviceNo, String, Timestamp),
    /// Longer than an emergency lasts.
    #[error("an emergency lasts 72 hours at most")]
    TooLong,
}

impl EmergencyRefusal {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Disagree(..) => "second_operator",
            Self::OnlyForEmergency(_) => "emergency_only",
            Self::Running(..) => "emergency_running",
            Self::TooLong => "malformed",
        }
    }

    pub(super) fn text(&self) -> Text {
        match self {
            Self::Disagree(second, why) => {
                let ja = match why {
                    Disagreement::NeitherApproves => {
                        "2人のうち1人は承認の役割（ra_approver）が必要です。承認者を --second に指定してください。"
                    }
                    Disagreement::FirstHasInitialPassword | Disagreement::SecondHasInitialPassword => {
                        "初期パスワードのままです。先に本人がパスワードを変更してください。"
                    }
                    Disagreement::SecondIsNone => {
                        "受付・承認の役割を持つ、利用中の職員ではありません。--second を確かめてください。"
                    }
                    Disagreement::SamePerson => "操作する職員と同じです。緊急用の発行には、別の職員の同意が必要です。",
                };
                Text::new(format!("{second}：{ja}"), format!("{second}: {why}"))
            }
            Self::OnlyForEmergency(device) => Text::new(
                format!(
                    "{device} は緊急用（72時間）にだけ承認されています。検査（device inspect）と承認（device approve）を済ませてから発行・更新してください。"
                ),
                format!("{device} is approved for an emergency only: inspect and approve it first"),
            ),
            Self::Running(device, serial, until) => Text::new(
                format!("{device} には、{until} まで使える緊急用電子証明書があります（シリアル番号 {serial}）。"),
                format!("{device} has an emergency certificate until {until} (serial {serial})"),
            ),
            Self::TooLong => Text::new(
                "緊急用電子証明書は72時間までです。--days は3以下にしてください。",
                "an emergency certificate lasts 72 hours at most: --days is 3 or less",
            ),
        }
    }
}

impl Writer {
    /// Whether these two may agree on an emergency. Asked before either types a password; nothing is changed.
    ///
    /// # Errors
    /// Nobody said why; the two do not make two.
    pub async fn may_agree(&self, by: &By, second: &LoginId) -> Result<(), Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        change.why()?;
        agreeing(&mut change, second).await
    }

    /// Two operators who showed who they are agree on an emergency.
    ///
    /// # Errors
    /// As [`Self::may_agree`]; the first proof is not of who makes this change.
    pub async fn consent(&self, by: &By, first: Proof, second: Proof) -> Result<Consent, Refusal> {
        let consent = Consent { first, second };
        agreed(&mut self.change(by, Duty::Record).await?, &consent).await?;
        Ok(consent)
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
        let mut change = self.change(by, Duty::Record).await?;
        let until = intent.validity.not_after;
        if until > change.at().plus(EMERGENCY_SECONDS) {
            return Err(EmergencyRefusal::TooLong.into());
        }
        emergency(&mut change, (intent.device, until), consent).await?;
        write_intent(change, intent, CertificateStage::Intended).await
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
        let mut change = self.change(by, Duty::Record).await?;
        let serial = signed.serial.to_string();
        let stage = signable(&mut change, device, &serial).await?;
        let row = change
            .row("SELECT not_after FROM certificates WHERE serial = $1", [serial.as_str().into()])
            .await?
            .ok_or_else(|| Refusal::Unknown(Kind::Certificate, serial.clone()))?;
        let until = Timestamp::from_unix(row.int("not_after")?);
        let approval = emergency(&mut change, (device, until), consent).await?;
        write_signed(&mut change, signed, stage).await?;
        let (at, version) = (change.at().unix(), change.version());
        let (first, second) = (change.operator().to_string(), consent.second.operator().as_str());
        if let EmergencyApproval::Until(until) = approval {
            change
                .run(
                    "UPDATE devices SET stage = 'approved', approved_at = $2, approved_by = $3, approved_until = $4, \
                     version = $5 WHERE device = $1",
                    [
                        device.number().into(),
                        at.into(),
                        format!("{first} {second}").into(),
                        until.unix().into(),
                        version.into(),
                    ],
                )
                .await?;
        }
        let why = change.why()?.to_owned();
        change
            .run(
                "INSERT INTO emergencies (serial, device, first, second, why, at, version) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                [
                    serial.as_str().into(),
                    device.number().into(),
                    first.into(),
                    second.into(),
                    why.into(),
                    at.into(),
                    version.into(),
                ],
            )
            .await?;
        super::ticket::kill_open(&mut change, device, "newer").await?;
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
    consent: &Consent,
) -> Result<EmergencyApproval, Refusal> {
    agreed(change, consent).await?;
    let facts = change.row(FACTS, [device.number().into(), device.number().into()]).await?;
    let facts = facts.ok_or_else(|| Refusal::Unknown(Kind::Device, device.to_string()))?;
    change.inherit_application(facts.text("application")?);
    let (_, standing) = super::device::standing(change, i64::from(device.number())).await?;
    let approved = facts.maybe_int("approved_until")?.map(Timestamp::from_unix);
    let approval = standing
        .emergency(word(&facts.text("office_state")?)?, approved, until)
        .map_err(|why| Refusal::Illegal(device.to_string(), why))?;
    let now = change.at();
    let held = held(change, device, now).await?;
    if let Some(running) = held.first() {
        let question =
            "SELECT c.not_after FROM emergencies e JOIN certificates c ON c.serial = e.serial WHERE e.serial = $1";
        if let Some(row) = change.row(question, [running.serial.as_str().into()]).await? {
            let until = Timestamp::from_unix(row.int("not_after")?);
            return Err(EmergencyRefusal::Running(device, running.serial.clone(), until).into());
        }
    }
    none_in_use(device, &held)?;
    Ok(approval)
}

/// Do the two still agree, the first of them being who makes this change?
async fn agreed(change: &mut Change, consent: &Consent) -> Result<(), Refusal> {
    change.why()?;
    if consent.first.operator() != change.operator() {
        return Err(ProofRefusal::NoOperator(change.operator().clone()).into());
    }
    agreeing(change, consent.second.operator()).await?;
    change.still(&consent.first).await?;
    change.still(&consent.second).await
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
    let row = change
        .row("SELECT state, roles, password_initial FROM system_users WHERE login_id = $1", [login_id.as_str().into()])
        .await?;
    let Some(row) = row else { return Ok(None) };
    let mut roles = Vec::new();
    for role in row.text("roles")?.split_whitespace() {
        roles.push(role.parse::<Role>().map_err(|why| Unavailable::Corrupt(format!("role {role}: {why}")))?);
    }
    let initial_password = row.int("password_initial")? != 0;
    Ok(Some(Operator { login_id: login_id.clone(), state: word(&row.text("state")?)?, roles, initial_password }))
}

/// An approval that two operators gave is one for an emergency; nothing else rests on it.
pub(super) fn not_for_emergency_only(device: DeviceNo, approved_by: Option<&str>) -> Result<(), Refusal> {
    match approved_by {
        Some(by) if by.contains(' ') => Err(EmergencyRefusal::OnlyForEmergency(device).into()),
        Some(_) | None => Ok(()),
    }
}

/// A device that was approved for an emergency is approved for good only after an inspection.
pub(super) async fn inspected(change: &mut Change, device: DeviceNo) -> Result<(), Refusal> {
    let row = change
        .row("SELECT approved_by, inspected_at FROM devices WHERE device = $1", [device.number().into()])
        .await?
        .ok_or_else(|| Refusal::Unknown(Kind::Device, device.to_string()))?;
    let by = row.maybe_text("approved_by")?;
    if row.maybe_int("inspected_at")?.is_none() && not_for_emergency_only(device, by.as_deref()).is_err() {
        return Err(Refusal::Illegal(device.to_string(), IllegalChange::NotInspected));
    }
    Ok(())
}
