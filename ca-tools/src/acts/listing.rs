//! Whom does a device serve by name? People are added to its list and taken off, together in one change:
//! who was hired shares it (採用), who follows on somebody takes their place.

use std::collections::BTreeSet;

use certs::DeviceNo;
use registry::LoginId;
use registry::change::{DeviceStanding, ListingChange};
use serde_json::{Value as Json, json};

use super::change::{Change, RequiredRole};
use super::{By, Writer};
use crate::proposal::{Act, ListAct};
use crate::refusal::{Malformed, Refusal};
use crate::rows;
use crate::rows::listing;

/// Who comes onto a device's list, and who goes off it.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// People of the device's office. They may use it from the commit on.
    pub add: Vec<LoginId>,
    /// They may use it no more.
    pub remove: Vec<LoginId>,
}

impl Writer {
    /// Changes a device's list; who stands on it then, and the registry's version. To add somebody takes
    /// an application.
    ///
    /// # Errors
    /// No such device, or it serves everyone of its office; somebody is of another office, deleted, there
    /// already or never was; nobody would be left on a personal device, which goes with its people; they are more
    /// than may be changed at once without another's approval.
    pub async fn list_people(&self, by: &By, no: DeviceNo, people: &Listing) -> Result<(Vec<String>, u64), Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        for (what, people) in [(ListAct::Serve(no), &people.add), (ListAct::ServeNoMore(no), &people.remove)] {
            let list = people.iter().map(ToString::to_string).collect();
            change.needs_two(&Act::ByList { what, list, criterion: String::new() }).await?;
        }
        let (stay, detail) = listed(&mut change, no, people).await?;
        let version = change.commit("device.users", &no.to_string(), detail).await?;
        Ok((stay, version))
    }
}

/// Changes a device's list in a change under way; who stands on it then, and what the event says.
pub(super) async fn listed(
    change: &mut Change,
    no: DeviceNo,
    people: &Listing,
) -> Result<(Vec<String>, Json), Refusal> {
    let is = rows::device::standing(change, no).await?;
    if !people.add.is_empty() {
        change.application()?;
    }
    if !listing::is_by_name(change, no).await? {
        return Err(Malformed::ServesEveryone(no).into());
    }
    let (add, remove): (BTreeSet<_>, BTreeSet<_>) = (people.add.iter().collect(), people.remove.iter().collect());
    if let Some(both) = add.intersection(&remove).next() {
        return Err(Malformed::BothWays((*both).clone()).into());
    }
    for user in &remove {
        set(change, no, is, user, ListingChange::Remove).await?;
    }
    for user in &add {
        let state = rows::person::state(change, user).await?;
        if !listing::is_of_its_office(change, no, user).await? {
            return Err(Refusal::OtherOffice((*user).clone(), no));
        }
        set(change, no, is, user, ListingChange::List(state)).await?;
    }
    let stay = listing::listed(change, no).await?;
    if rows::device::ownership(change, no).await?.after_leaving(stay.len()).is_some() {
        return Err(Malformed::NobodyLeft(no).into());
    }
    // A device's own row tells the gateways that its list is another one.
    rows::device::touch(change, no).await?;
    Ok((stay, json!({ "added": add, "removed": remove })))
}

/// Takes off a device's list who came onto it by one change, and puts back who went.
pub(super) async fn put_back(
    change: &mut Change,
    no: DeviceNo,
    (added, removed): (&[LoginId], &[LoginId]),
) -> Result<(), Refusal> {
    let is = rows::device::standing(change, no).await?;
    for user in added {
        set(change, no, is, user, ListingChange::Remove).await?;
    }
    for user in removed {
        let state = rows::person::state(change, user).await?;
        set(change, no, is, user, ListingChange::List(state)).await?;
    }
    Ok(rows::device::touch(change, no).await?)
}

async fn set(
    change: &mut Change,
    no: DeviceNo,
    is: DeviceStanding,
    user: &LoginId,
    what: ListingChange,
) -> Result<(), Refusal> {
    let current = listing::state(change, no, user).await?;
    let after = is.listing(current, what).map_err(|why| Refusal::Illegal(format!("{no} {user}"), why))?;
    Ok(listing::write(change, (no, user), after).await?)
}
