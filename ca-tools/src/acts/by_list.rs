//! One act on each of a list: frozen, looked at, and done in one change, whole or not at all.
//!
//! ```text
//! list ──► foresee_list   who is touched, who is left out and why, how many letters   (nobody commits it)
//!      ──► act_by_list    the same rows, each as it was then, or nothing
//! ```
//! Each row goes through the function that the act on one goes through. A list of many, or of somebody with roles, rests on
//! another's approval as everything does that needs two; then it is done by who approves it.

use certs::DeviceNo;
use registry::change::SystemUserChange;
use registry::{LoginId, RoomRef};
use serde_json::{Map, Value as Json, json};

use super::change::{Change, RequiredRole};
use super::listing::Listing;
use super::room_facts::InvitationTerms;
use super::two::Step;
use super::{By, Writer, hold, listing, revocation, room, system_user};
use crate::digest::sha256;
use crate::proposal::{Act, ListAct, ProposalRefusal, Touched};
use crate::refusal::{Kind, ListRefusal, Refusal};
use crate::rows;
use crate::rows::outlook::Seen;

/// More than anybody looks through before it is done at once.
pub(crate) const MOST_OF_A_LIST: usize = 2_000;

/// A list as it was frozen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Frozen {
    /// What is done to each.
    pub what: ListAct,
    /// Devices' numbers, or people's IDs, with what held of them.
    pub rows: Vec<FrozenRow>,
    /// By what they were found.
    pub criterion: String,
}

/// One of a frozen list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FrozenRow {
    /// A device's number, an ID.
    pub id: String,
    /// Over what held of it when it was looked at; empty of one that nobody looked at.
    pub mark: String,
}

/// One that the act cannot touch.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// Which.
    pub id: String,
    /// Why.
    pub why: Refusal,
}

/// What an act on a list would do.
#[derive(Clone, Debug)]
pub struct ListLook {
    /// Whom it would touch, each with its mark.
    pub touched: Vec<(Touched, String)>,
    /// Whom it would not.
    pub left_out: Vec<LeftOut>,
    /// How many letters would go out.
    pub letters: i64,
    /// Who could approve it, where it needs two.
    pub needs: Option<Vec<LoginId>>,
}

/// What was done.
#[derive(Debug)]
pub(super) struct GoneThrough {
    pub(super) action: &'static str,
    pub(super) subject: String,
    pub(super) detail: Json,
    pub(super) revoked: Vec<String>,
}

impl Frozen {
    /// A list without marks: one that nobody looked at before, or one that a proposal froze, which holds its rows against what
    /// it says of them.
    #[must_use]
    pub fn typed(what: ListAct, list: Vec<String>, criterion: &str) -> Self {
        let rows = list.into_iter().map(|id| FrozenRow { id, mark: String::new() }).collect();
        Self { what, rows, criterion: criterion.to_owned() }
    }

    /// What another approves.
    #[must_use]
    pub fn act(&self) -> Act {
        let list = self.rows.iter().map(|row| row.id.clone()).collect();
        Act::ByList { what: self.what.clone(), list, criterion: self.criterion.clone() }
    }

    /// Neither empty nor longer than anybody looks through, and nobody twice.
    fn checked(&self) -> Result<(), Refusal> {
        let mut once = std::collections::BTreeSet::new();
        if let Some(twice) = self.rows.iter().find(|row| !once.insert(&row.id)) {
            return Err(ListRefusal::Twice(twice.id.clone()).into());
        }
        match self.rows.len() {
            0 => Err(ListRefusal::Empty.into()),
            count if count > MOST_OF_A_LIST => Err(ListRefusal::TooLong(MOST_OF_A_LIST).into()),
            _ => Ok(()),
        }
    }
}

impl Writer {
    /// Whom an act on a list would touch, whom it would not and why, and whether it needs two. Nothing is changed.
    ///
    /// # Errors
    /// The list is empty or too long; the operator may not.
    pub async fn foresee_list(&self, by: &By, frozen: &Frozen) -> Result<ListLook, Refusal> {
        frozen.checked()?;
        let mut change = self.change(by, RequiredRole::Record).await?.foreseen();
        let (mut touched, mut left_out) = (Vec::new(), Vec::new());
        for row in &frozen.rows {
            match change.foresees(&frozen.what, &row.id).await {
                Ok(one) => touched.push(one),
                Err(why @ Refusal::Unavailable(_)) => return Err(why),
                Err(why) => left_out.push(LeftOut { id: row.id.clone(), why }),
            }
        }
        let version = change.version();
        let letters = rows::mail::of_version(&mut change, version).await?;
        drop(change);
        let list = touched.iter().map(|(one, _)| one.id.clone()).collect();
        let act = Frozen::typed(frozen.what.clone(), list, &frozen.criterion).act();
        let asked = self.change(by, RequiredRole::Record).await?.rests(&act, Step::Ask).await;
        let needs = match asked {
            Err(Refusal::Proposal(ProposalRefusal::NeedsTwo(_, could))) => Some(could),
            asked => asked.map(|_| None)?,
        };
        Ok(ListLook { touched, left_out, letters, needs })
    }

    /// Does it to each of the list, as each was when it was looked at.
    ///
    /// # Errors
    /// One of them changed since, or cannot be touched, and all that did are named; it needs two. Then nothing is done.
    pub async fn act_by_list(&self, by: &By, frozen: &Frozen) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        change.needs_two(&frozen.act()).await?;
        change.is_as_frozen(frozen).await?;
        let gone = change.goes_by_list(frozen).await?;
        change.commit(gone.action, &gone.subject, gone.detail).await
    }

    /// Whether each of a list still is as it was when it was looked at, so that it may be proposed.
    ///
    /// # Errors
    /// All that changed since.
    pub async fn still_frozen(&self, by: &By, frozen: &Frozen) -> Result<(), Refusal> {
        self.change(by, RequiredRole::Record).await?.is_as_frozen(frozen).await
    }
}

impl Change {
    /// Whom it would touch, where it can.
    async fn foresees(&mut self, what: &ListAct, id: &str) -> Result<(Touched, String), Refusal> {
        let seen = self.of_list(id).await?;
        let mark = mark(&seen);
        self.touches(what, id).await?;
        Ok((seen.touched, mark))
    }

    /// Goes on only where each is as it was when it was looked at.
    async fn is_as_frozen(&mut self, frozen: &Frozen) -> Result<(), Refusal> {
        let mut moved = Vec::new();
        for row in frozen.rows.iter().filter(|row| !row.mark.is_empty()) {
            match self.of_list(&row.id).await {
                Ok(seen) if mark(&seen) == row.mark => {}
                Ok(_) | Err(Refusal::Unknown(..)) => moved.push(row.id.clone()),
                Err(why) => return Err(why),
            }
        }
        if moved.is_empty() { Ok(()) } else { Err(ListRefusal::Moved(moved).into()) }
    }

    /// Does it to each of the list, in this change, which was let through for all of it.
    pub(super) async fn goes_by_list(&mut self, frozen: &Frozen) -> Result<GoneThrough, Refusal> {
        frozen.checked()?;
        self.goes_through();
        let what = &frozen.what;
        let ids: Vec<_> = frozen.rows.iter().map(|row| row.id.as_str()).collect();
        let (mut revoked, mut detail) = (Vec::new(), Map::new());
        match what {
            ListAct::Serve(device) | ListAct::ServeNoMore(device) => {
                let people = ids.iter().map(|id| person(id)).collect::<Result<Vec<_>, _>>()?;
                let people = if matches!(what, ListAct::Serve(_)) {
                    Listing { add: people, remove: Vec::new() }
                } else {
                    Listing { add: Vec::new(), remove: people }
                };
                let (_, said) = listing::listed(self, *device, &people).await?;
                detail.extend(said.as_object().cloned().unwrap_or_default());
            }
            ListAct::SuspendDevices
            | ListAct::ResumeDevices
            | ListAct::RevokeDevices(_)
            | ListAct::SuspendPeople
            | ListAct::ResumePeople
            | ListAct::UnlockPeople
            | ListAct::Invite { .. }
            | ListAct::Withdraw(_) => {
                for id in &ids {
                    revoked.extend(self.touches(what, id).await?);
                }
            }
        }
        detail.insert("count".to_owned(), ids.len().into());
        detail.insert(if what.is_of_devices() { "devices" } else { "users" }.to_owned(), json!(ids));
        detail.insert("criterion".to_owned(), frozen.criterion.clone().into());
        match what {
            ListAct::RevokeDevices(reason) => {
                detail.insert("reason".to_owned(), reason.as_str().into());
                detail.insert("serials".to_owned(), json!(revoked));
            }
            ListAct::Invite { room, until } => {
                detail.insert("room".to_owned(), room.as_str().into());
                detail.insert("until".to_owned(), json!(until.map(|at| at.to_string())));
            }
            ListAct::Withdraw(room) => {
                detail.insert("room".to_owned(), room.as_str().into());
            }
            ListAct::SuspendDevices
            | ListAct::ResumeDevices
            | ListAct::SuspendPeople
            | ListAct::ResumePeople
            | ListAct::UnlockPeople
            | ListAct::Serve(_)
            | ListAct::ServeNoMore(_) => {}
        }
        let subject = subject(what, &ids);
        Ok(GoneThrough { action: what.action(), subject, detail: detail.into(), revoked })
    }

    /// Does it to one; the serials of what was withdrawn.
    async fn touches(&mut self, what: &ListAct, id: &str) -> Result<Vec<String>, Refusal> {
        let nothing = |()| Vec::new();
        match what {
            ListAct::SuspendDevices => hold::suspended(self, device(id)?).await.map(nothing),
            ListAct::ResumeDevices => {
                let device = device(id)?;
                // Whoever brings a lost device back says how that one was found.
                if rows::loss::standing(self, device).await?.is_some() {
                    return Err(ListRefusal::Lost(device).into());
                }
                hold::resumed(self, device).await.map(|_| Vec::new())
            }
            ListAct::RevokeDevices(reason) => revocation::revoked_all(self, device(id)?, *reason).await,
            ListAct::SuspendPeople => {
                system_user::write_hold(self, &person(id)?, SystemUserChange::Suspend).await.map(|_| Vec::new())
            }
            ListAct::ResumePeople => {
                system_user::write_hold(self, &person(id)?, SystemUserChange::Resume).await.map(|_| Vec::new())
            }
            ListAct::UnlockPeople => system_user::unlocked(self, &person(id)?).await.map(nothing),
            ListAct::Invite { room, until } => {
                let terms = InvitationTerms { until: *until, confirmed: None };
                room::invited(self, (room, &person(id)?), &terms).await.map(nothing)
            }
            ListAct::Withdraw(from) => room::removed(self, from, &person(id)?).await.map(nothing),
            ListAct::Serve(device) => {
                let people = Listing { add: vec![person(id)?], remove: Vec::new() };
                listing::listed(self, *device, &people).await.map(|_| Vec::new())
            }
            ListAct::ServeNoMore(device) => {
                let people = Listing { add: Vec::new(), remove: vec![person(id)?] };
                listing::listed(self, *device, &people).await.map(|_| Vec::new())
            }
        }
    }
}

/// Whom its event names first; all of them are in its detail.
fn subject(what: &ListAct, ids: &[&str]) -> String {
    let room = |room: &RoomRef| room.to_string();
    match what {
        ListAct::Invite { room: one, .. } | ListAct::Withdraw(one) => room(one),
        ListAct::Serve(device) | ListAct::ServeNoMore(device) => device.to_string(),
        ListAct::SuspendDevices
        | ListAct::ResumeDevices
        | ListAct::RevokeDevices(_)
        | ListAct::SuspendPeople
        | ListAct::ResumePeople
        | ListAct::UnlockPeople => ids.first().map(|id| (*id).to_owned()).unwrap_or_default(),
    }
}

/// Over what holds of it, short enough to stand beside each of a long list.
fn mark(seen: &Seen) -> String {
    let facts: Vec<_> = seen.facts.iter().map(|(field, value)| format!("{field}\u{0}{value}\u{0}")).collect();
    let mut mark = sha256(facts.concat());
    mark.truncate(12);
    mark
}

fn device(id: &str) -> Result<DeviceNo, Refusal> {
    id.parse().map_err(|_| Refusal::Unknown(Kind::Device, id.to_owned()))
}

fn person(id: &str) -> Result<LoginId, Refusal> {
    id.parse().map_err(|_| Refusal::Unknown(Kind::SystemUser, id.to_owned()))
}
