//! Rooms: opened and closed, people invited and removed.

use registry::change::{InvitationChange, InvitationState, RoomChange, RoomState};
use registry::{LoginId, RoomRef};
use serde_json::json;

use super::change::{Change, Duty};
use super::office::readable;
use super::refusal::{Kind, Refusal};
use super::system_user::user_state;
use super::{By, Writer};
use crate::mail::Letter;
use crate::rows::word;

impl Writer {
    /// Opens a room under a reference that was never used.
    ///
    /// # Errors
    /// The reference is taken, or the name cannot stand.
    pub async fn open_room(&self, by: &By, room: &RoomRef, name: String) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let name = readable("--name", name)?;
        if name.is_empty() {
            return Err(Refusal::malformed("name", "部屋の名前を指定してください。", "a room has a name"));
        }
        if change.row("SELECT room FROM rooms WHERE room = $1", [room.as_str().into()]).await?.is_some() {
            return Err(Refusal::Taken(Kind::Room, room.to_string()));
        }
        change
            .run(
                "INSERT INTO rooms (room, name, state, version) VALUES ($1, $2, $3, $4)",
                [room.as_str().into(), name.into(), RoomState::Open.as_str().into(), change.version().into()],
            )
            .await?;
        change.commit("room.open", room.as_str(), json!({})).await
    }

    /// Closes a room for ever.
    ///
    /// # Errors
    /// No such room, or it is closed already.
    pub async fn close_room(&self, by: &By, room: &RoomRef) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let state = room_state(&mut change, room).await?;
        let state = state.after(RoomChange::Close).map_err(|why| Refusal::Illegal(room.to_string(), why))?;
        change
            .run(
                "UPDATE rooms SET state = $2, version = $3 WHERE room = $1",
                [room.as_str().into(), state.as_str().into(), change.version().into()],
            )
            .await?;
        change.commit("room.close", room.as_str(), json!({})).await
    }

    /// Invites a person to a room.
    ///
    /// # Errors
    /// No such room or ID; the room is closed, the ID deleted, or the person invited already.
    pub async fn invite(&self, by: &By, room: &RoomRef, user: &LoginId) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let person = user_state(&mut change, user).await?;
        write_invitation(&mut change, (room, user), InvitationChange::Invite(person)).await?;
        let at = change.at().unix();
        let letter = |office, contact| Letter::RoomInvited {
            office,
            contact,
            login_id: user.to_string(),
            room: room.to_string(),
            at,
        };
        change.mail_contact_of_user((user, room.as_str()), letter).await?;
        change.commit("room.invite", room.as_str(), json!({ "user": user })).await
    }

    /// Takes a person's invitation back.
    ///
    /// # Errors
    /// No such room or ID, or the person is not invited.
    pub async fn remove(&self, by: &By, room: &RoomRef, user: &LoginId) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        user_state(&mut change, user).await?;
        write_invitation(&mut change, (room, user), InvitationChange::Remove).await?;
        change.commit("room.remove", room.as_str(), json!({ "user": user })).await
    }
}

async fn room_state(change: &mut Change, room: &RoomRef) -> Result<RoomState, Refusal> {
    let row = change.row("SELECT state FROM rooms WHERE room = $1", [room.as_str().into()]).await?;
    let row = row.ok_or_else(|| Refusal::Unknown(Kind::Room, room.to_string()))?;
    word(&row.text("state")?)
}

async fn write_invitation(
    change: &mut Change,
    (room, user): (&RoomRef, &LoginId),
    what: InvitationChange,
) -> Result<(), Refusal> {
    let state = room_state(change, room).await?;
    let current = change
        .row(
            "SELECT state FROM invitations WHERE room = $1 AND login_id = $2",
            [room.as_str().into(), user.as_str().into()],
        )
        .await?;
    let current: Option<InvitationState> = current.map(|row| word(&row.text("state")?)).transpose()?;
    let next = state.invitation(current, what).map_err(|why| Refusal::Illegal(format!("{room} {user}"), why))?;
    change
        .run(
            "INSERT INTO invitations (room, login_id, state, version) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (room, login_id) DO UPDATE SET state = $3, version = $4",
            [room.as_str().into(), user.as_str().into(), next.as_str().into(), change.version().into()],
        )
        .await?;
    Ok(())
}
