//! Rooms and who is invited to them.

use registry::RoomRef;
use serde_json::Value as Json;

use super::Column::{Number, Text};
use super::{Column, Entry, Ledger, entries};
use crate::refusal::{Kind, Refusal, Unavailable};

const COLUMNS: [Column; 4] = [Text("room"), Text("name"), Text("state"), Number("members")];

const QUESTION: &str = "SELECT r.*, (SELECT count(*) FROM invitations i WHERE i.room = r.room AND i.state = 'invited') \
    AS members FROM rooms r WHERE ($1 IS NULL OR r.room = $1) ORDER BY r.room";

impl Ledger {
    /// Every room.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn rooms(&self) -> Result<Vec<Entry>, Unavailable> {
        entries(&mut self.read().await?, QUESTION, [None::<&str>.into()], &COLUMNS).await
    }

    /// One room, with the people invited.
    ///
    /// # Errors
    /// There is none of that reference, or the registry does not answer.
    pub async fn room(&self, room: &RoomRef) -> Result<Entry, Refusal> {
        let mut tx = self.read().await?;
        let found = entries(&mut tx, QUESTION, [Some(room.as_str()).into()], &COLUMNS).await?;
        let mut entry = found.into_iter().next().ok_or_else(|| Refusal::Unknown(Kind::Room, room.to_string()))?;
        let members = tx
            .rows(
                "SELECT login_id FROM invitations WHERE room = $1 AND state = 'invited' ORDER BY login_id",
                [room.as_str().into()],
            )
            .await?;
        let members = members.iter().map(|row| row.text("login_id").map(Json::from)).collect::<Result<Vec<_>, _>>()?;
        entry.insert("users".into(), members.into());
        super::names::of_people(&mut tx, &mut entry, &["users"]).await?;
        Ok(entry)
    }
}
