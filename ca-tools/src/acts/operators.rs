//! Operators among themselves: what one is called, and one letter to several of them.
//!
//! People have no mail address of their own in the registry: a letter to operators goes to the address of their office, the
//! city's own, and names those for whom it is. To one address goes one letter.

use std::collections::BTreeMap;

use registry::LoginId;

use super::change::Change;
use super::mail::Delivery;
use crate::letters::{Letter, OperatorsFacts};
use crate::refusal::Refusal;
use crate::rows;

impl Change {
    /// 「佐藤 花子（k.sato）」.
    pub(super) async fn called(&mut self, person: &LoginId) -> Result<String, Refusal> {
        let seen = rows::outlook::person(self, person.as_str()).await?;
        Ok(seen.map_or_else(|| person.to_string(), |seen| format!("{}（{person}）", seen.touched.name)))
    }

    /// Queues a letter to these operators, one to each address.
    pub(super) async fn mail_operators(
        &mut self,
        (people, about): (&[LoginId], &str),
        letter: impl Fn(OperatorsFacts) -> Letter,
    ) -> Result<Delivery, Refusal> {
        let mut at: BTreeMap<String, OperatorsFacts> = BTreeMap::new();
        for person in people {
            let Some(contact) = rows::mail::contact_of_user(self, person).await? else { continue };
            let name = self.called(person).await?;
            at.entry(contact.mail)
                .or_insert_with(|| OperatorsFacts { office: contact.office, names: Vec::new() })
                .names
                .push(name);
        }
        let mut told = Delivery::NoAddress;
        for (address, to) in at {
            if self.mail((&address, about), &letter(to)).await? == Delivery::ByMail {
                told = Delivery::ByMail;
            }
        }
        Ok(told)
    }
}
