//! Rooms, and who is invited to them.

use registry::change::{InvitationState, RoomState};
use registry::{LoginId, OfficeNo, RoomRef};

use super::word;
use crate::database::{Transaction, Versioned};
use crate::refusal::Unavailable;

/// The state of a room; `None` of one that there is not.
pub(crate) async fn state(tx: &mut Transaction, room: &RoomRef) -> Result<Option<RoomState>, Unavailable> {
    let row = tx.row("SELECT state FROM rooms WHERE room = $1", [room.as_str().into()]).await?;
    row.map(|row| word(&row.text("state")?)).transpose()
}

/// A room of this name is opened.
pub(crate) async fn write(tx: &mut Versioned, room: &RoomRef, name: &str) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO rooms (room, name, state, version) VALUES ($1, $2, $3, $4)",
        [room.as_str().into(), name.into(), RoomState::Open.as_str().into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// It comes into this state.
pub(crate) async fn write_state(tx: &mut Versioned, room: &RoomRef, state: RoomState) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE rooms SET state = $2, version = $3 WHERE room = $1",
        [room.as_str().into(), state.as_str().into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// How this person stands to it; `None` of who was never invited.
pub(crate) async fn invitation(
    tx: &mut Transaction,
    room: &RoomRef,
    user: &LoginId,
) -> Result<Option<InvitationState>, Unavailable> {
    let current = tx
        .row(
            "SELECT state FROM invitations WHERE room = $1 AND login_id = $2",
            [room.as_str().into(), user.as_str().into()],
        )
        .await?;
    current.map(|row| word(&row.text("state")?)).transpose()
}

/// They stand to it like this.
pub(crate) async fn write_invitation(
    tx: &mut Versioned,
    (room, user): (&RoomRef, &LoginId),
    state: InvitationState,
) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO invitations (room, login_id, state, version) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (room, login_id) DO UPDATE SET state = $3, version = $4",
        [room.as_str().into(), user.as_str().into(), state.as_str().into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// The rooms to which this person is invited.
pub(crate) async fn of_person(tx: &mut Transaction, user: &LoginId) -> Result<Vec<String>, Unavailable> {
    let rooms = tx
        .rows(
            "SELECT room FROM invitations WHERE login_id = $1 AND state = 'invited' ORDER BY room",
            [user.as_str().into()],
        )
        .await?;
    rooms.iter().map(|row| row.text("room")).collect()
}

/// The invitations of an office's people: rooms and IDs.
pub(crate) async fn of_office(tx: &mut Transaction, office: &OfficeNo) -> Result<Vec<(String, String)>, Unavailable> {
    let invitations = tx
        .rows(
            "SELECT i.room, i.login_id FROM invitations i JOIN system_users u ON u.login_id = i.login_id \
             WHERE u.office = $1 AND i.state = 'invited' ORDER BY i.room, i.login_id",
            [office.as_str().into()],
        )
        .await?;
    invitations.iter().map(|row| Ok((row.text("room")?, row.text("login_id")?))).collect()
}

/// Every invitation that stands: rooms and IDs.
pub(crate) async fn invited(tx: &mut Transaction) -> Result<Vec<(String, String)>, Unavailable> {
    let invited = "SELECT room, login_id FROM invitations WHERE state = 'invited' ORDER BY room, login_id";
    tx.rows(invited, []).await?.iter().map(|row| Ok((row.text("room")?, row.text("login_id")?))).collect()
}

/// All of them are withdrawn.
pub(crate) async fn remove_all(tx: &mut Versioned) -> Result<(), Unavailable> {
    let statement = "UPDATE invitations SET state = 'removed', version = $1 WHERE state = 'invited'";
    tx.run(statement, [tx.version().into()]).await.map(drop)
}
