//! Rooms, and who is invited to them.

use certs::Timestamp;
use registry::change::{InvitationState, RoomState};
use registry::{LoginId, OfficeNo, RoomRef};

use super::word;
use crate::database::{Row, Transaction, Versioned};
use crate::refusal::Unavailable;

/// The state of a room; `None` of one that there is not.
pub(crate) async fn state(tx: &mut Transaction, room: &RoomRef) -> Result<Option<RoomState>, Unavailable> {
    let row = tx.row("SELECT state FROM rooms WHERE room = $1", [room.as_str().into()]).await?;
    row.map(|row| word(&row.text("state")?)).transpose()
}

/// A room of this name is opened.
pub(crate) async fn write(tx: &mut Versioned, room: &RoomRef, name: &str) -> Result<(), Unavailable> {
    let opened_at = tx.at().unix();
    tx.run(
        "INSERT INTO rooms (room, name, state, version, opened_at) VALUES ($1, $2, $3, $4, $5)",
        [room.as_str().into(), name.into(), RoomState::Open.as_str().into(), tx.version().into(), opened_at.into()],
    )
    .await
    .map(drop)
}

/// Who asked for it, when the person and the family consented, who heard it.
pub(crate) async fn write_consent(tx: &mut Versioned, room: &RoomRef, said: [String; 4]) -> Result<(), Unavailable> {
    let [asked_by, person, family, heard_by] = said;
    tx.run(
        "UPDATE rooms SET asked_by = $2, person_consent = $3, family_consent = $4, heard_by = $5, version = $6 \
         WHERE room = $1",
        [room.as_str().into(), asked_by.into(), person.into(), family.into(), heard_by.into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// The same, as it stands there.
pub(crate) async fn consent(tx: &mut Transaction, room: &RoomRef) -> Result<[Option<String>; 4], Unavailable> {
    let question = "SELECT asked_by, person_consent, family_consent, heard_by FROM rooms WHERE room = $1";
    let Some(row) = tx.row(question, [room.as_str().into()]).await? else { return Ok([const { None }; 4]) };
    Ok([
        row.maybe_text("asked_by")?,
        row.maybe_text("person_consent")?,
        row.maybe_text("family_consent")?,
        row.maybe_text("heard_by")?,
    ])
}

/// It comes into this state, on this day of its last post.
pub(crate) async fn write_closed(
    tx: &mut Versioned,
    room: &RoomRef,
    (state, last_post): (RoomState, &str),
) -> Result<(), Unavailable> {
    let closed_at = tx.at().unix();
    tx.run(
        "UPDATE rooms SET state = $2, last_post = $3, closed_at = $4, version = $5 WHERE room = $1",
        [room.as_str().into(), state.as_str().into(), last_post.into(), closed_at.into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// An invitation as its row has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StoredInvitation {
    state: InvitationState,
    until: Option<Timestamp>,
}

impl StoredInvitation {
    /// Where it stands at this moment: what has ended is over as if it had been taken back.
    pub(crate) fn state_at(self, now: Timestamp) -> InvitationState {
        match self.until {
            Some(until) if until <= now => InvitationState::Removed,
            Some(_) | None => self.state,
        }
    }

    /// The first second on which it is none any more.
    pub(crate) fn until(self) -> Option<Timestamp> {
        self.until
    }
}

/// How this person stands to it; `None` of who was never invited.
pub(crate) async fn invitation(
    tx: &mut Transaction,
    room: &RoomRef,
    user: &LoginId,
) -> Result<Option<StoredInvitation>, Unavailable> {
    let current = tx
        .row(
            "SELECT state, until FROM invitations WHERE room = $1 AND login_id = $2",
            [room.as_str().into(), user.as_str().into()],
        )
        .await?;
    let stored = |row: Row| {
        let until = row.maybe_int("until")?.map(Timestamp::from_unix);
        Ok(StoredInvitation { state: word(&row.text("state")?)?, until })
    };
    current.map(stored).transpose()
}

/// They are invited from now on: until when, and who confirmed it on which day. What was before is in the events.
pub(crate) async fn write_invitation(
    tx: &mut Versioned,
    (room, user): (&RoomRef, &LoginId),
    (until, confirmed): (Option<Timestamp>, Option<(String, String)>),
) -> Result<(), Unavailable> {
    let (by, on) = confirmed.unzip();
    let at = tx.at().unix();
    tx.run(
        "INSERT INTO invitations (room, login_id, state, version, until, invited_at, confirmed_by, confirmed_on) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (room, login_id) DO UPDATE SET state = $3, version = $4, \
         until = $5, invited_at = $6, confirmed_by = $7, confirmed_on = $8",
        [
            room.as_str().into(),
            user.as_str().into(),
            InvitationState::Invited.as_str().into(),
            tx.version().into(),
            until.map(Timestamp::unix).into(),
            at.into(),
            by.into(),
            on.into(),
        ],
    )
    .await
    .map(drop)
}

/// They stand to it like this, on the terms they had.
pub(crate) async fn write_invitation_state(
    tx: &mut Versioned,
    (room, user): (&RoomRef, &LoginId),
    state: InvitationState,
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE invitations SET state = $3, version = $4 WHERE room = $1 AND login_id = $2",
        [room.as_str().into(), user.as_str().into(), state.as_str().into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// It ends at this moment, or not by itself.
pub(crate) async fn write_until(
    tx: &mut Versioned,
    (room, user): (&RoomRef, &LoginId),
    until: Option<Timestamp>,
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE invitations SET until = $3, version = $4 WHERE room = $1 AND login_id = $2",
        [room.as_str().into(), user.as_str().into(), until.map(Timestamp::unix).into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// Who confirmed it, on which day.
pub(crate) async fn write_confirmed(
    tx: &mut Versioned,
    (room, user): (&RoomRef, &LoginId),
    (by, on): (String, String),
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE invitations SET confirmed_by = $3, confirmed_on = $4, version = $5 WHERE room = $1 AND login_id = $2",
        [room.as_str().into(), user.as_str().into(), by.into(), on.into(), tx.version().into()],
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
