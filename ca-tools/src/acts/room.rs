//! Rooms: opened and closed, people invited and removed; what is written down of them.

use std::collections::BTreeSet;

use certs::Timestamp;
use registry::change::{IllegalChange, InvitationChange, InvitationState, RoomChange, RoomState};
use registry::{LoginId, RoomRef};
use serde_json::{Map, Value as Json, json};

use super::change::{Change, RequiredRole};
use super::office::readable;
use super::room_facts::{Confirmed, InvitationTerms, LastPost, RoomConsent, to_come};
use super::{By, Writer};
use crate::application::MOST_ROWS;
use crate::letters::Letter;
use crate::proposal::{Act, ListAct};
use crate::refusal::{Kind, ListRefusal, Malformed, Refusal};
use crate::rows;

/// A room that is to be opened.
#[derive(Clone, Debug)]
pub struct NewRoom<'a> {
    /// Its reference.
    pub room: &'a RoomRef,
    /// Its name.
    pub name: String,
    /// What is known of its consent; nothing is written down later, and told until then.
    pub consent: Option<RoomConsent>,
    /// Whom to invite with it, and how.
    pub users: &'a [LoginId],
    /// How they are invited.
    pub terms: InvitationTerms,
}

impl Writer {
    /// Opens a room under a reference that was never used; its consent is written down later.
    ///
    /// # Errors
    /// The reference is taken, or the name cannot stand.
    pub async fn open_room(&self, by: &By, room: &RoomRef, name: String) -> Result<u64, Refusal> {
        let terms = InvitationTerms::default();
        self.open_room_for(by, NewRoom { room, name, consent: None, users: &[], terms }).await
    }

    /// Opens a room with its consent, and invites these people to it: all of it, or nothing.
    ///
    /// # Errors
    /// As [`Self::open_room`] and [`Self::invite_all`].
    pub async fn open_room_for(&self, by: &By, new: NewRoom<'_>) -> Result<u64, Refusal> {
        let NewRoom { room, name, consent, users, terms } = new;
        let mut change = self.change(by, RequiredRole::Record).await?;
        few_at_once(&change, users)?;
        opened(&mut change, (room, name), consent.as_ref()).await?;
        all_invited(&mut change, room, (users, &terms)).await?;
        let mut detail = object(json!({ "consent": consent.as_ref().map(RoomConsent::json) }));
        if users.is_empty() {
            return change.commit("room.open", room.as_str(), detail.into()).await;
        }
        detail.insert("users".to_owned(), json!(users));
        detail.extend(object(terms.json()));
        change.commit("room.open-for", room.as_str(), detail.into()).await
    }

    /// Writes down who asked for a room, when they consented and who heard it; what stood there is in the event.
    ///
    /// # Errors
    /// No such room; it says that already.
    pub async fn record_consent(&self, by: &By, room: &RoomRef, consent: &RoomConsent) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        room_state(&mut change, room).await?;
        let before = rows::room::consent(&mut change, room).await?;
        let after = consent.columns().map(|(_, said)| said);
        if before.iter().map(Option::as_deref).eq(after.iter().map(|said| Some(said.as_str()))) {
            return Err(Malformed::NothingChanges.into());
        }
        rows::room::write_consent(&mut change, room, after).await?;
        let facts = consent.columns().map(|(fact, _)| fact.as_str());
        let before: Map<_, _> = facts.into_iter().map(str::to_owned).zip(before.into_iter().map(Json::from)).collect();
        change.commit("room.consent", room.as_str(), json!({ "before": before, "after": consent.json() })).await
    }

    /// Closes a room for ever, on the word that its last post was seen to stand.
    ///
    /// # Errors
    /// No such room, or it is closed already; nothing was ever written in it, and nobody said why.
    pub async fn close_room(&self, by: &By, room: &RoomRef, last_post: LastPost) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let state = room_state(&mut change, room).await?;
        let state = state.after(RoomChange::Close).map_err(|why| Refusal::Illegal(room.to_string(), why))?;
        if last_post.needs_why() {
            change.why()?;
        }
        rows::room::write_closed(&mut change, room, (state, &last_post.column())).await?;
        change.commit("room.close", room.as_str(), json!({ "last_post": last_post.column() })).await
    }

    /// Invites a person to a room, without an end; who confirmed it is written down later.
    ///
    /// # Errors
    /// No such room or ID; the room is closed, the ID deleted, or the person invited already.
    pub async fn invite(&self, by: &By, room: &RoomRef, user: &LoginId) -> Result<u64, Refusal> {
        self.invite_all(by, room, (std::slice::from_ref(user), &InvitationTerms::default())).await
    }

    /// Invites several people to a room, or nobody: whoever is named first is not in while the last cannot be.
    ///
    /// # Errors
    /// Nobody is named, or more than [`MOST_ROWS`]; more than may be invited at once without another's approval; as
    /// [`Self::invite`], each that cannot be.
    pub async fn invite_all(
        &self,
        by: &By,
        room: &RoomRef,
        (users, terms): (&[LoginId], &InvitationTerms),
    ) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        named(users)?;
        if users.len() > 1 {
            let list = users.iter().map(ToString::to_string).collect();
            let what = ListAct::Invite { room: room.clone(), until: terms.until };
            change.needs_two(&Act::ByList { what, list, criterion: String::new() }).await?;
        }
        all_invited(&mut change, room, (users, terms)).await?;
        let mut detail = whom(users);
        detail.extend(object(terms.json()));
        change.commit("room.invite", room.as_str(), detail.into()).await
    }

    /// Lets invitations that stand end at another moment, or not by themselves.
    ///
    /// # Errors
    /// No such room or ID; the room is closed, the end has passed; each who is not invited, or whose invitation has ended.
    pub async fn extend_invitations(
        &self,
        by: &By,
        room: &RoomRef,
        (users, until): (&[LoginId], Option<Timestamp>),
    ) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        named(users)?;
        few_at_once(&change, users)?;
        let until = until.map(|until| to_come(until, change.at())).transpose()?;
        if room_state(&mut change, room).await? == RoomState::Closed {
            return Err(Refusal::Illegal(room.to_string(), IllegalChange::RoomOver(RoomState::Closed)));
        }
        let (mut was, mut refused) = (Map::new(), Vec::new());
        for user in users {
            match extended(&mut change, (room, user), until).await {
                Ok(before) => drop(was.insert(user.to_string(), json!(before.map(|at| at.to_string())))),
                Err(why @ Refusal::Unavailable(_)) => return Err(why),
                Err(why) => refused.push((user.to_string(), why)),
            }
        }
        all_or_nothing(refused)?;
        let mut detail = whom(users);
        detail.insert("until".to_owned(), json!(until.map(|at| at.to_string())));
        detail.insert("was".to_owned(), was.into());
        change.commit("room.extend", room.as_str(), detail.into()).await
    }

    /// Writes down who confirmed that these people take part, and when.
    ///
    /// # Errors
    /// No such room or ID; each who is not invited.
    pub async fn confirm_invitations(
        &self,
        by: &By,
        room: &RoomRef,
        (users, confirmed): (&[LoginId], &Confirmed),
    ) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        named(users)?;
        room_state(&mut change, room).await?;
        let mut refused = Vec::new();
        for user in users {
            match standing_invitation(&mut change, (room, user)).await {
                Ok(_) => rows::room::write_confirmed(&mut change, (room, user), confirmed.columns()).await?,
                Err(why @ Refusal::Unavailable(_)) => return Err(why),
                Err(why) => refused.push((user.to_string(), why)),
            }
        }
        all_or_nothing(refused)?;
        let mut detail = whom(users);
        detail.insert("confirmed".to_owned(), confirmed.json());
        change.commit("room.confirm", room.as_str(), detail.into()).await
    }

    /// Takes a person's invitation back.
    ///
    /// # Errors
    /// No such room or ID, or the person is not invited.
    pub async fn remove(&self, by: &By, room: &RoomRef, user: &LoginId) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        removed(&mut change, room, user).await?;
        change.commit("room.remove", room.as_str(), json!({ "user": user })).await
    }
}

/// Not more than one may let in without another's approval: what two have to approve is an invitation of its own.
fn few_at_once(change: &Change, users: &[LoginId]) -> Result<(), Refusal> {
    let most = change.settings().many;
    if users.len() > most { Err(Malformed::TooManyInvited(most).into()) } else { Ok(()) }
}

/// Somebody is named, nobody twice, and not more than one looks through.
fn named(users: &[LoginId]) -> Result<(), Refusal> {
    let mut once = BTreeSet::new();
    match users.len() {
        0 => Err(Malformed::NobodyInvited.into()),
        count if count > MOST_ROWS => Err(Malformed::TooManyInvited(MOST_ROWS).into()),
        _ => match users.iter().find(|user| !once.insert(user.as_str())) {
            Some(twice) => Err(ListRefusal::Twice(twice.to_string()).into()),
            None => Ok(()),
        },
    }
}

/// For the event: programs that read of one read `user`, as they always did.
fn whom(users: &[LoginId]) -> Map<String, Json> {
    object(match users {
        [only] => json!({ "user": only }),
        several => json!({ "users": several }),
    })
}

fn object(json: Json) -> Map<String, Json> {
    json.as_object().cloned().unwrap_or_default()
}

/// Each that cannot be is named; one alone says it by itself.
fn all_or_nothing(mut refused: Vec<(String, Refusal)>) -> Result<(), Refusal> {
    match refused.len() {
        0 => Ok(()),
        1 => Err(refused.remove(0).1),
        _ => Err(ListRefusal::Each(refused).into()),
    }
}

/// Writes a new room, with what is known of its consent.
pub(super) async fn opened(
    change: &mut Change,
    (room, name): (&RoomRef, String),
    consent: Option<&RoomConsent>,
) -> Result<(), Refusal> {
    let name = readable("--name", name)?;
    if name.is_empty() {
        return Err(Malformed::RoomWithoutName.into());
    }
    if rows::room::state(change, room).await?.is_some() {
        return Err(Refusal::Taken(Kind::Room, room.to_string()));
    }
    rows::room::write(change, room, &name).await?;
    if let Some(consent) = consent {
        rows::room::write_consent(change, room, consent.columns().map(|(_, said)| said)).await?;
    }
    Ok(())
}

/// Invites each of them, and names each who cannot be.
async fn all_invited(
    change: &mut Change,
    room: &RoomRef,
    (users, terms): (&[LoginId], &InvitationTerms),
) -> Result<(), Refusal> {
    // Of a room that is none, or over, it is said once.
    if !users.is_empty() && room_state(change, room).await? == RoomState::Closed {
        return Err(Refusal::Illegal(room.to_string(), IllegalChange::RoomOver(RoomState::Closed)));
    }
    let mut refused = Vec::new();
    for user in users {
        match invited(change, (room, user), terms).await {
            Ok(()) => {}
            Err(why @ Refusal::Unavailable(_)) => return Err(why),
            Err(why) => refused.push((user.to_string(), why)),
        }
    }
    all_or_nothing(refused)
}

/// Writes one invitation, and tells the contact of their office.
pub(super) async fn invited(
    change: &mut Change,
    (room, user): (&RoomRef, &LoginId),
    terms: &InvitationTerms,
) -> Result<(), Refusal> {
    let person = rows::person::state(change, user).await?;
    let state = room_state(change, room).await?;
    let current = rows::room::invitation(change, room, user).await?;
    let current = current.map(|stored| stored.state_at(change.at()));
    let invite = InvitationChange::Invite(person);
    state.invitation(current, invite).map_err(|why| Refusal::Illegal(format!("{room} {user}"), why))?;
    let confirmed = terms.confirmed.as_ref().map(Confirmed::columns);
    rows::room::write_invitation(change, (room, user), (terms.until, confirmed)).await?;
    let (at, until) = (change.at().unix(), terms.until.map(Timestamp::unix));
    let letter = |office, contact| Letter::RoomInvited {
        office,
        contact,
        login_id: user.to_string(),
        room: room.to_string(),
        at,
        until,
    };
    change.mail_contact_of_user(user, room.as_str(), letter).await.map(drop)
}

/// An invitation that stands ends at another moment, and the contact of their office is told; when it would have.
async fn extended(
    change: &mut Change,
    (room, user): (&RoomRef, &LoginId),
    until: Option<Timestamp>,
) -> Result<Option<Timestamp>, Refusal> {
    let before = standing_invitation(change, (room, user)).await?;
    rows::room::write_until(change, (room, user), until).await?;
    let (at, until) = (change.at().unix(), until.map(Timestamp::unix));
    let letter = |office, contact| Letter::InvitationExtended {
        office,
        contact,
        login_id: user.to_string(),
        room: room.to_string(),
        at,
        until,
    };
    change.mail_contact_of_user(user, room.as_str(), letter).await?;
    Ok(before)
}

/// The end of an invitation that stands, where it has one.
async fn standing_invitation(
    change: &mut Change,
    (room, user): (&RoomRef, &LoginId),
) -> Result<Option<Timestamp>, Refusal> {
    rows::person::state(change, user).await?;
    let illegal = |why| Refusal::Illegal(format!("{room} {user}"), why);
    let stored = rows::room::invitation(change, room, user).await?;
    let stored = stored.ok_or_else(|| illegal(IllegalChange::NeverThere))?;
    match stored.state_at(change.at()) {
        InvitationState::Invited => Ok(stored.until()),
        over @ InvitationState::Removed => Err(illegal(IllegalChange::InvitationAlready(over))),
    }
}

/// Takes one invitation back.
pub(super) async fn removed(change: &mut Change, room: &RoomRef, user: &LoginId) -> Result<(), Refusal> {
    rows::person::state(change, user).await?;
    write_invitation(change, (room, user), InvitationChange::Remove).await
}

async fn room_state(change: &mut Change, room: &RoomRef) -> Result<RoomState, Refusal> {
    let state = rows::room::state(change, room).await?;
    state.ok_or_else(|| Refusal::Unknown(Kind::Room, room.to_string()))
}

/// They come back into the room on the terms they had, or go out of it; nobody is told.
pub(super) async fn write_invitation(
    change: &mut Change,
    (room, user): (&RoomRef, &LoginId),
    what: InvitationChange,
) -> Result<(), Refusal> {
    let state = room_state(change, room).await?;
    let current = rows::room::invitation(change, room, user).await?;
    let current = current.map(|stored| stored.state_at(change.at()));
    let next = state.invitation(current, what).map_err(|why| Refusal::Illegal(format!("{room} {user}"), why))?;
    Ok(rows::room::write_invitation_state(change, (room, user), next).await?)
}
