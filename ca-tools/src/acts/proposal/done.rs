//! An act that was approved is done, as whoever does it alone would: by the same functions, in the change that approves it.

use certs::{DeviceNo, Timestamp};
use registry::LoginId;
use registry::change::SystemUserChange;
use serde_json::Value as Json;

use super::super::application::{Granting, approve_inspected};
use super::super::by_list::Frozen;
use super::super::campaign::CampaignAt;
use super::super::change::Change;
use super::super::maintenance::{self, WorkPlan};
use super::super::office::OfficeForm;
use super::super::system_user::{NewPassword, Person, RolesChanged};
use super::super::ticket_give::Opened;
use super::super::{campaign, closing, decide_device, issuer, leaving, office, system_user};
use crate::database::Transaction;
use crate::proposal::{Act, ProposalRefusal};
use crate::refusal::{Kind, Refusal, Unavailable};
use crate::rows;
use crate::ticket::Secrets;
use registry::change::OfficeChange;

/// What an act hands out: drawn by whoever shows it.
#[derive(Debug, Default)]
pub struct Material<'a> {
    /// Initial passwords, as many as [`super::super::Writer::passwords_for`] says.
    pub passwords: Vec<NewPassword>,
    /// What opens a device's ticket.
    pub secrets: Option<&'a Secrets>,
}

/// What was done.
#[derive(Clone, Debug)]
pub struct Done {
    pub(super) action: &'static str,
    pub(super) subject: String,
    pub(super) detail: Json,
    /// The IDs whose initial passwords were handed out, in the order of the passwords.
    pub handed_out: Vec<LoginId>,
    /// The serials of certificates that were revoked.
    pub revoked: Vec<String>,
    /// A ticket that was given, and for which device.
    pub ticket: Option<(DeviceNo, Opened)>,
}

impl Done {
    fn new(action: &'static str, subject: impl ToString, detail: Json) -> Self {
        Self { action, subject: subject.to_string(), detail, handed_out: Vec::new(), revoked: Vec::new(), ticket: None }
    }
}

/// How many initial passwords an act hands out.
pub(super) async fn passwords_for(tx: &mut Transaction, act: &Act) -> Result<usize, Refusal> {
    match act {
        Act::AddOperator { .. } | Act::ResetPassword { .. } => Ok(1),
        Act::ApproveApplication { application, .. } => {
            let found = rows::application::office_and_form(tx, *application).await?;
            let unknown = || Refusal::Unknown(Kind::Application, application.to_string());
            Ok(found.ok_or_else(unknown)?.1.new_people().len())
        }
        Act::ChangeRoles { .. }
        | Act::SuspendPerson { .. }
        | Act::DeletePerson { .. }
        | Act::SuspendOffice { .. }
        | Act::ResumeOffice { .. }
        | Act::WithdrawOffice { .. }
        | Act::ReplaceOffice { .. }
        | Act::ApproveDevice { .. }
        | Act::RetireIssuing { .. }
        | Act::AddIssuing { .. }
        | Act::OpenMaintenance { .. }
        | Act::Emergency { .. }
        | Act::Import { .. }
        | Act::ByList { .. }
        | Act::CampaignStep { .. }
        | Act::CampaignConfirm { .. } => Ok(0),
    }
}

impl Change {
    pub(super) async fn passwords_for(&mut self, act: &Act) -> Result<usize, Refusal> {
        passwords_for(self, act).await
    }

    /// Does this act in this change. What makes keys or files is carried out by its proposer, and not here.
    pub(super) async fn does(&mut self, act: &Act, material: Material<'_>) -> Result<Done, Refusal> {
        let Material { mut passwords, secrets } = material;
        let secrets = || secrets.ok_or_else(|| Unavailable::Other("no secrets were drawn".to_owned()));
        let until = |until: &Option<i64>| until.map(Timestamp::from_unix);
        match act {
            Act::ChangeRoles { person, give, take } => {
                let roles = RolesChanged { give: give.clone(), take: take.clone() };
                let (_, detail) = system_user::write_roles(self, person, &roles).await?;
                Ok(Done::new("user.roles", person, detail))
            }
            Act::AddOperator { office, name, profession, roles, login_id } => {
                let id = login_id.as_deref().map(str::parse).transpose();
                let id = id.map_err(|why| Unavailable::Corrupt(format!("ID {login_id:?}: {why}")))?;
                let person = Person {
                    office: office.clone(),
                    name: name.clone(),
                    kana: String::new(),
                    profession: profession.clone(),
                    roles: roles.roles(),
                    login_id: id,
                };
                let (id, detail) = system_user::write_new(self, person, one(&mut passwords)?).await?;
                Ok(Done { handed_out: vec![id.clone()], ..Done::new("user.add", id, detail) })
            }
            Act::ResetPassword { person } => {
                let detail = system_user::write_reset(self, person, &one(&mut passwords)?).await?;
                Ok(Done { handed_out: vec![person.clone()], ..Done::new("user.reset-password", person, detail) })
            }
            Act::SuspendPerson { person } => {
                let (action, detail) = system_user::write_hold(self, person, SystemUserChange::Suspend).await?;
                Ok(Done::new(action, person, detail))
            }
            Act::DeletePerson { person } => {
                let leaving = leaving::delete_one(self, person).await?;
                let detail = leaving.json();
                Ok(Done { revoked: leaving.certificates, ..Done::new("user.delete", person, detail) })
            }
            Act::OpenMaintenance { person, plan, from, until } => {
                let (from, until) = (Timestamp::from_unix(*from), Timestamp::from_unix(*until));
                let asked = WorkPlan { plan: plan.clone(), from, until };
                let detail = maintenance::write_opened(self, person, &asked).await?;
                Ok(Done::new("user.maintenance-open", person, detail))
            }
            Act::SuspendOffice { office } => {
                let (action, detail) = office::hold_and_tell(self, office, OfficeChange::Suspend).await?;
                Ok(Done::new(action, office, detail))
            }
            Act::ResumeOffice { office } => {
                let (action, detail) = office::hold_and_tell(self, office, OfficeChange::Resume).await?;
                Ok(Done::new(action, office, detail))
            }
            Act::WithdrawOffice { office } => {
                let ended = closing::withdraw(self, office).await?;
                let detail = ended.counts();
                Ok(Done { revoked: ended.certificates, ..Done::new("office.withdraw", office, detail) })
            }
            Act::ReplaceOffice { office, to, form } => {
                let ended = closing::replace_one(self, (office, to), OfficeForm::kept(form)?).await?;
                let detail = ended.replaced_by(to);
                Ok(Done { revoked: ended.certificates, ..Done::new("office.replace", office, detail) })
            }
            Act::ApproveDevice { device, until: end } => {
                let (detail, opened) =
                    decide_device::write_approval(self, *device, (until(end), Some(secrets()?))).await?;
                let ticket = opened.map(|opened| (*device, opened));
                Ok(Done { ticket, ..Done::new("device.approve", device, detail) })
            }
            Act::ApproveApplication { application, until: end } => {
                let granting = Granting { passwords, until: until(end), secrets: secrets()? };
                let (granted, detail) = approve_inspected(self, *application, granting).await?;
                let ticket = granted.device.zip(granted.ticket);
                let done = Done::new("application.approve", application, detail);
                Ok(Done { handed_out: granted.added, revoked: granted.revoked, ticket, ..done })
            }
            Act::RetireIssuing { issuer } => {
                issuer::write_retired(self, issuer).await?;
                Ok(Done::new("ca.retire", issuer, serde_json::json!({})))
            }
            Act::ByList { what, list, criterion } => {
                let gone = self.goes_by_list(&Frozen::typed(what.clone(), list.clone(), criterion)).await?;
                let subject = act.subject();
                Ok(Done { revoked: gone.revoked, ..Done::new(gone.action, subject, gone.detail) })
            }
            Act::CampaignStep { campaign, step, list } => {
                let (action, detail) = campaign::takes_step(self, (*campaign, *step), list).await?;
                Ok(Done::new(action, campaign, detail))
            }
            Act::CampaignConfirm { campaign, office, channel } => {
                let at = CampaignAt { campaign: *campaign, office: office.clone(), channel: *channel };
                let confirmed = campaign::confirmed(self, &at).await?;
                let detail = confirmed.detail(&at);
                Ok(Done { revoked: confirmed.certificates, ..Done::new("campaign.confirm", campaign, detail) })
            }
            Act::AddIssuing { .. } | Act::Emergency { .. } | Act::Import { .. } => {
                let why = ProposalRefusal::Unknown(act.subject());
                Err(why.into())
            }
        }
    }
}

fn one(passwords: &mut Vec<NewPassword>) -> Result<NewPassword, Refusal> {
    passwords.pop().ok_or_else(|| Unavailable::Other("no password was drawn".to_owned()).into())
}
