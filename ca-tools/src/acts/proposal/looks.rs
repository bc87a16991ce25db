//! Whom does an act touch, and what holds of them now? What a proposal freezes, and what its approval looks at again.

use std::collections::BTreeMap;

use certs::DeviceNo;
use registry::{LoginId, OfficeNo};

use super::super::campaign;
use super::super::change::Change;
use super::done::Material;
use crate::proposal::{Act, FieldValues, Outlook, Touched};
use crate::refusal::{Kind, Refusal};
use crate::rows;
use crate::rows::outlook::Seen;

impl Change {
    /// Whom this act touches, and what holds of them.
    ///
    /// # Errors
    /// There is none of that name.
    pub(in crate::acts) async fn looks_at(&mut self, act: &Act) -> Result<Outlook, Refusal> {
        let mut outlook = Outlook::default();
        match act {
            Act::ChangeRoles { person, .. }
            | Act::ResetPassword { person }
            | Act::SuspendPerson { person }
            | Act::DeletePerson { person }
            | Act::OpenMaintenance { person, .. } => outlook.add(self.person(person).await?),
            Act::AddOperator { office, .. } => outlook.add(self.office_itself(office).await?),
            Act::SuspendOffice { office }
            | Act::ResumeOffice { office }
            | Act::WithdrawOffice { office }
            | Act::ReplaceOffice { office, .. } => self.office(office, &mut outlook).await?,
            Act::ApproveDevice { device, .. } | Act::Emergency { device } => outlook.add(self.device(*device).await?),
            Act::ApproveApplication { application, .. } => {
                let no = application.to_string();
                let found = rows::outlook::application(self, &no).await?;
                outlook.add(found.ok_or(Refusal::Unknown(Kind::Application, no))?);
            }
            Act::RetireIssuing { .. } | Act::AddIssuing { .. } => {
                rows::outlook::issuers(self).await?.into_iter().for_each(|one| outlook.add(one));
            }
            // What a table would make is not there yet: its rows stand for it.
            Act::Import { list, .. } => {
                outlook.touched.extend(list.iter().map(|row| Touched { id: row.clone(), name: String::new() }));
            }
            Act::ByList { list, .. } => {
                for one in list {
                    let seen = self.of_list(one).await?;
                    outlook.add(seen);
                }
            }
            Act::CampaignStep { campaign, step, list } => {
                campaign::looks_at_step(self, (*campaign, *step), list)
                    .await?
                    .into_iter()
                    .for_each(|one| outlook.add(one));
            }
            Act::CampaignConfirm { campaign, office, .. } => {
                campaign::looks_at_deletions(self, *campaign, office)
                    .await?
                    .into_iter()
                    .for_each(|one| outlook.add(one));
            }
        }
        Ok(outlook)
    }

    /// What would hold once this act is done. Done here in a change that nobody commits, or, of what its proposer carries
    /// out, told.
    pub(super) async fn foretold(
        &mut self,
        act: &Act,
        before: &Outlook,
        material: Material<'_>,
    ) -> Result<FieldValues, Refusal> {
        let mut after = before.before.clone();
        let mut tell = |id: &str, field: &str, value: String| {
            after.entry(id.to_owned()).or_default().insert(field.to_owned(), value);
        };
        match act {
            Act::AddIssuing { name } => tell(name, "state", "active".to_owned()),
            Act::Emergency { device } => tell(&device.to_string(), "emergency", "72".to_owned()),
            Act::ReplaceOffice { to, form, .. } => {
                self.does(act, material).await?;
                after = self.looks_at(act).await?.before;
                let new = self.office_itself(to).await?;
                after.insert(to.to_string(), held(new.facts.into_iter().chain(form.clone())));
            }
            Act::Import { what, list, .. } => list.iter().for_each(|one| tell(one, "act", what.clone())),
            Act::AddOperator { name, roles, .. } => {
                self.does(act, material).await?;
                tell(name, "roles", roles.to_string());
            }
            Act::ChangeRoles { .. }
            | Act::ResetPassword { .. }
            | Act::SuspendPerson { .. }
            | Act::DeletePerson { .. }
            | Act::SuspendOffice { .. }
            | Act::ResumeOffice { .. }
            | Act::WithdrawOffice { .. }
            | Act::ApproveDevice { .. }
            | Act::ApproveApplication { .. }
            | Act::RetireIssuing { .. }
            | Act::ByList { .. }
            | Act::CampaignStep { .. }
            | Act::CampaignConfirm { .. }
            | Act::OpenMaintenance { .. } => {
                self.does(act, material).await?;
                after = self.looks_at(act).await?.before;
                // What is no fact of whom it touches is told by its words.
                if let Act::ByList { list, .. } | Act::CampaignStep { list, .. } = act {
                    let said = act.said().ja;
                    for one in list {
                        let facts = after.entry(one.clone()).or_default();
                        if before.before.get(one) == Some(facts) {
                            facts.insert("act".to_owned(), said.clone());
                        }
                    }
                }
                if let Act::ResetPassword { person } = act {
                    let initial = ("password_initial".to_owned(), "1".to_owned());
                    after.entry(person.to_string()).or_default().extend([initial]);
                }
            }
        }
        Ok(after)
    }

    /// One of a list: a device by its number, else a person by their ID.
    pub(in crate::acts) async fn of_list(&mut self, one: &str) -> Result<Seen, Refusal> {
        match (one.parse::<DeviceNo>(), one.parse::<LoginId>()) {
            (Ok(device), _) => self.device(device).await,
            (Err(_), Ok(person)) => self.person(&person).await,
            (Err(_), Err(_)) => Err(Refusal::Unknown(Kind::Device, one.to_owned())),
        }
    }

    async fn person(&mut self, person: &LoginId) -> Result<Seen, Refusal> {
        let found = rows::outlook::person(self, person.as_str()).await?;
        found.ok_or_else(|| Refusal::Unknown(Kind::SystemUser, person.to_string()))
    }

    async fn device(&mut self, device: DeviceNo) -> Result<Seen, Refusal> {
        let found = rows::outlook::device(self, device).await?;
        found.ok_or_else(|| Refusal::Unknown(Kind::Device, device.to_string()))
    }

    async fn office_itself(&mut self, office: &OfficeNo) -> Result<Seen, Refusal> {
        let found = rows::outlook::office(self, office).await?;
        found.ok_or_else(|| Refusal::Unknown(Kind::Office, office.to_string()))
    }

    /// An office with everybody and everything below it.
    async fn office(&mut self, office: &OfficeNo, outlook: &mut Outlook) -> Result<(), Refusal> {
        let people = rows::person::of_office(self, office).await?;
        let devices = rows::device::of_office(self, office).await?;
        let mut seen = self.office_itself(office).await?;
        seen.facts.insert("users".to_owned(), people.len().to_string());
        seen.facts.insert("devices".to_owned(), devices.len().to_string());
        outlook.add(seen);
        outlook.touched.extend(people.into_iter().map(|one| Touched { id: one.login_id, name: one.name }));
        outlook.touched.extend(devices.into_iter().map(|one| Touched { id: one.no.to_string(), name: one.label }));
        Ok(())
    }
}

impl Outlook {
    fn add(&mut self, Seen { touched, facts }: Seen) {
        self.before.insert(touched.id.clone(), held(facts));
        self.touched.push(touched);
    }
}

/// What holds: nothing of a field that is empty.
fn held(facts: impl IntoIterator<Item = (String, String)>) -> BTreeMap<String, String> {
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}
