//! Rooms, what is written down of them, and who is invited.

use certs::Timestamp;
use registry::RoomRef;
use serde_json::Value as Json;

use super::Column::{MaybeText, MaybeTime, Number, Text};
use super::around::{OF_ROOM, person};
use super::{Column, Entry, Ledger, PersonLine, entries};
use crate::clock::now;
use crate::database::Row;
use crate::refusal::{Kind, Refusal, Unavailable};

const COLUMNS: [Column; 12] = [
    Text("room"),
    Text("name"),
    Text("state"),
    Number("members"),
    Text("consent"),
    MaybeText("asked_by"),
    MaybeText("person_consent"),
    MaybeText("family_consent"),
    MaybeText("heard_by"),
    MaybeTime("opened_at"),
    MaybeTime("closed_at"),
    MaybeText("last_post"),
];

/// An invitation that has ended is none.
const QUESTION: &str = "SELECT r.*, CASE WHEN r.asked_by IS NULL THEN 'missing' ELSE 'recorded' END AS consent, \
    (SELECT count(*) FROM invitations i WHERE i.room = r.room AND i.state = 'invited' \
    AND (i.until IS NULL OR i.until > $2)) AS members FROM rooms r WHERE ($1 IS NULL OR r.room = $1) ORDER BY r.room";

/// One who is invited, with what is written down of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct InvitedLine {
    pub(crate) person: PersonLine,
    pub(crate) invited_at: Option<Timestamp>,
    /// The first second on which it is none any more.
    pub(crate) until: Option<Timestamp>,
    pub(crate) confirmed_by: Option<String>,
    pub(crate) confirmed_on: Option<String>,
}

impl Ledger {
    /// Every room.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn rooms(&self) -> Result<Vec<Entry>, Unavailable> {
        let values = [None::<&str>.into(), now().unix().into()];
        entries(&mut self.read().await?, QUESTION, values, &COLUMNS).await
    }

    /// One room, with the people invited.
    ///
    /// # Errors
    /// There is none of that reference, or the registry does not answer.
    pub async fn room(&self, room: &RoomRef) -> Result<Entry, Refusal> {
        let mut tx = self.read().await?;
        let at = now().unix();
        let found = entries(&mut tx, QUESTION, [Some(room.as_str()).into(), at.into()], &COLUMNS).await?;
        let mut entry = found.into_iter().next().ok_or_else(|| Refusal::Unknown(Kind::Room, room.to_string()))?;
        let members = tx
            .rows(
                "SELECT login_id FROM invitations WHERE room = $1 AND state = 'invited' \
                 AND (until IS NULL OR until > $2) ORDER BY login_id",
                [room.as_str().into(), at.into()],
            )
            .await?;
        let members = members.iter().map(|row| row.text("login_id").map(Json::from)).collect::<Result<Vec<_>, _>>()?;
        entry.insert("users".into(), members.into());
        super::names::of_people(&mut tx, &mut entry, &["users", "asked_by", "heard_by"]).await?;
        Ok(entry)
    }

    /// How many are invited to a room, and those of them after this ID, so many at most, by their IDs.
    pub(crate) async fn members(
        &self,
        room: &RoomRef,
        (after, most): (&str, i64),
    ) -> Result<(i64, Vec<InvitedLine>), Unavailable> {
        const HOW_MANY: &str = "SELECT COUNT(*) AS n FROM invitations WHERE room = $1 AND state = 'invited' \
            AND (until IS NULL OR until > $2)";
        let (mut tx, at) = (self.read().await?, now().unix());
        let total = tx.row(HOW_MANY, [room.as_str().into(), at.into()]).await?.map_or(Ok(0), |row| row.int("n"))?;
        let values = [room.as_str().into(), after.into(), most.into(), at.into()];
        let rows = tx.rows(OF_ROOM.as_str(), values).await?;
        Ok((total, rows.iter().map(invited).collect::<Result<_, _>>()?))
    }
}

fn invited(row: &Row) -> Result<InvitedLine, Unavailable> {
    let time = |column| Ok::<_, Unavailable>(row.maybe_int(column)?.map(Timestamp::from_unix));
    Ok(InvitedLine {
        person: person(row)?,
        invited_at: time("invited_at")?,
        until: time("until")?,
        confirmed_by: row.maybe_text("confirmed_by")?,
        confirmed_on: row.maybe_text("confirmed_on")?,
    })
}
