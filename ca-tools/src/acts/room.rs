//! Rooms: opened and closed, people invited and removed.

use registry::change::{InvitationChange, RoomChange, RoomState};
use registry::{LoginId, RoomRef};
use serde_json::json;

use super::change::{Change, RequiredRole};
use super::office::readable;
use super::{By, Writer};
use crate::application::MOST_ROWS;
use crate::letters::Letter;
use crate::proposal::{Act, ListAct};
use crate::refusal::{Kind, Malformed, Refusal};
use crate::rows;

impl Writer {
    /// Opens a room under a reference that was never used.
    ///
    /// # Errors
    /// The reference is taken, or the name cannot stand.
    pub async fn open_room(&self, by: &By, room: &RoomRef, name: String) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        opened(&mut change, room, name).await?;
        change.commit("room.open", room.as_str(), json!({})).await
    }

    /// Opens a room and invites these people to it: all of it, or nothing.
    ///
    /// # Errors
    /// As [`Self::open_room`] and [`Self::invite_all`].
    pub async fn open_room_for(
        &self,
        by: &By,
        room: &RoomRef,
        (name, users): (String, &[LoginId]),
    ) -> Result<u64, Refusal> {
        if users.is_empty() {
            return self.open_room(by, room, name).await;
        }
        if users.len() > MOST_ROWS {
            return Err(Malformed::TooManyInvited(MOST_ROWS).into());
        }
        let mut change = self.change(by, RequiredRole::Record).await?;
        opened(&mut change, room, name).await?;
        for user in users {
            invited(&mut change, room, user).await?;
        }
        change.commit("room.open-for", room.as_str(), json!({ "users": users })).await
    }

    /// Closes a room for ever.
    ///
    /// # Errors
    /// No such room, or it is closed already.
    pub async fn close_room(&self, by: &By, room: &RoomRef) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let state = room_state(&mut change, room).await?;
        let state = state.after(RoomChange::Close).map_err(|why| Refusal::Illegal(room.to_string(), why))?;
        rows::room::write_state(&mut change, room, state).await?;
        change.commit("room.close", room.as_str(), json!({})).await
    }

    /// Invites a person to a room.
    ///
    /// # Errors
    /// No such room or ID; the room is closed, the ID deleted, or the person invited already.
    pub async fn invite(&self, by: &By, room: &RoomRef, user: &LoginId) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        invited(&mut change, room, user).await?;
        change.commit("room.invite", room.as_str(), json!({ "user": user })).await
    }

    /// Invites several people to a room, or nobody: whoever is named first is not in while the last cannot be.
    ///
    /// # Errors
    /// Nobody is named, or more than [`MOST_ROWS`]; more than may be invited at once without another's approval; as
    /// [`Self::invite`], of the first that cannot be.
    pub async fn invite_all(&self, by: &By, room: &RoomRef, users: &[LoginId]) -> Result<u64, Refusal> {
        let several = match users {
            [] => return Err(Malformed::NobodyInvited.into()),
            [only] => return self.invite(by, room, only).await,
            several if several.len() > MOST_ROWS => return Err(Malformed::TooManyInvited(MOST_ROWS).into()),
            several => several,
        };
        let mut change = self.change(by, RequiredRole::Record).await?;
        let list = several.iter().map(ToString::to_string).collect();
        let what = ListAct::Invite(room.clone());
        change.needs_two(&Act::ByList { what, list, criterion: String::new() }).await?;
        for user in several {
            invited(&mut change, room, user).await?;
        }
        change.commit("room.invite", room.as_str(), json!({ "users": several })).await
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

/// Writes a new room.
pub(super) async fn opened(change: &mut Change, room: &RoomRef, name: String) -> Result<(), Refusal> {
    let name = readable("--name", name)?;
    if name.is_empty() {
        return Err(Malformed::RoomWithoutName.into());
    }
    if rows::room::state(change, room).await?.is_some() {
        return Err(Refusal::Taken(Kind::Room, room.to_string()));
    }
    Ok(rows::room::write(change, room, &name).await?)
}

/// Writes one invitation, and tells the contact of their office.
pub(super) async fn invited(change: &mut Change, room: &RoomRef, user: &LoginId) -> Result<(), Refusal> {
    let person = rows::person::state(change, user).await?;
    write_invitation(change, (room, user), InvitationChange::Invite(person)).await?;
    let at = change.at().unix();
    let letter = |office, contact| Letter::RoomInvited {
        office,
        contact,
        login_id: user.to_string(),
        room: room.to_string(),
        at,
    };
    change.mail_contact_of_user(user, room.as_str(), letter).await.map(drop)
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

/// They come into the room, or go out of it; nobody is told.
pub(super) async fn write_invitation(
    change: &mut Change,
    (room, user): (&RoomRef, &LoginId),
    what: InvitationChange,
) -> Result<(), Refusal> {
    let state = room_state(change, room).await?;
    let current = rows::room::invitation(change, room, user).await?;
    let next = state.invitation(current, what).map_err(|why| Refusal::Illegal(format!("{room} {user}"), why))?;
    Ok(rows::room::write_invitation(change, (room, user), next).await?)
}
