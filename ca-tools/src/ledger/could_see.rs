//! Who could see what is in which room at a moment: now, and at any moment of before.
//!
//! Somebody could see a room at a moment if they were invited to it and the invitation had not ended, the room was open, their
//! ID was in service, and so was their office: what a gateway asks of the registry beside both factors. A moment is a second,
//! and what was changed in it counts. What is read here every change appended itself (`rows::standing`); what stood there
//! before that was kept is known since its last change, and is told to be unknown before.

use std::str::FromStr;
use std::sync::LazyLock;

use certs::Timestamp;
use registry::change::{InvitationState, RoomState};
use registry::{LoginId, OfficeNo, OfficeState, RoomRef, SystemUserState, WordRefusal};

use super::Ledger;
use crate::clock::now;
use crate::database::Row;
use crate::refusal::Unavailable;
use crate::rows;
use crate::rows::word;

/// Of whom, or of what, it is asked.
#[derive(Clone, Copy, Debug)]
pub enum SightOf<'a> {
    /// All who were ever invited to a room.
    Room(&'a RoomRef),
    /// All rooms to which a person was ever invited.
    Person(&'a LoginId),
    /// All rooms to which anybody was ever invited who was of this office then.
    Office(&'a OfficeNo),
}

/// Whether somebody could see a room, and why not.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CouldSee {
    /// They could.
    Could,
    /// Not invited any more.
    Withdrawn,
    /// The invitation had ended by itself.
    Ended,
    /// The room was closed.
    RoomClosed,
    /// Their ID was on hold.
    PersonSuspended,
    /// Their ID was deleted.
    PersonDeleted,
    /// Their office was on hold, or over.
    OfficeOut,
    /// It was not kept yet how one of these stood.
    Unknown,
}

/// Somebody and a room, at a moment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RoomSight {
    /// The room.
    pub room: String,
    /// Its name as it is called now.
    pub room_name: String,
    /// Whose sight it is.
    pub login_id: String,
    /// Their name as they are called now.
    pub name: String,
    /// Their profession, now.
    pub profession: String,
    /// Their office then; where that is not known, now.
    pub office: String,
    /// Its name as it is called now.
    pub office_name: String,
    /// Whether they could.
    pub sight: CouldSee,
    /// The end of the invitation, where it had one.
    pub until: Option<Timestamp>,
}

/// How the four stood.
#[derive(Clone, Copy, Debug)]
struct Stood {
    invitation: Option<InvitationState>,
    until: Option<Timestamp>,
    room: Option<RoomState>,
    person: Option<SystemUserState>,
    office: Option<OfficeState>,
}

impl CouldSee {
    /// One word for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Could => "could",
            Self::Withdrawn => "withdrawn",
            Self::Ended => "ended",
            Self::RoomClosed => "room_closed",
            Self::PersonSuspended => "person_suspended",
            Self::PersonDeleted => "person_deleted",
            Self::OfficeOut => "office_out",
            Self::Unknown => "unknown",
        }
    }

    /// In people's words.
    #[must_use]
    pub fn japanese(self) -> &'static str {
        match self {
            Self::Could => "見ることができた",
            Self::Withdrawn => "招待は取り消されていた",
            Self::Ended => "招待の期限が過ぎていた",
            Self::RoomClosed => "部屋は終了していた",
            Self::PersonSuspended => "IDは一時停止中だった",
            Self::PersonDeleted => "IDは削除されていた",
            Self::OfficeOut => "事業所は利用を止めていた",
            Self::Unknown => "分からない（記録を始める前）",
        }
    }

    fn of(stood: Stood, at: Timestamp) -> Self {
        // What takes the right away is told though another of them be unknown.
        match stood.invitation {
            Some(InvitationState::Removed) => return Self::Withdrawn,
            Some(InvitationState::Invited) if stood.until.is_some_and(|until| until <= at) => return Self::Ended,
            Some(InvitationState::Invited) | None => {}
        }
        match (stood.room, stood.person, stood.office) {
            (Some(RoomState::Closed), _, _) => Self::RoomClosed,
            (_, Some(SystemUserState::Deleted), _) => Self::PersonDeleted,
            (_, Some(SystemUserState::Suspended), _) => Self::PersonSuspended,
            (_, _, Some(OfficeState::Suspended | OfficeState::Withdrawn | OfficeState::Replaced)) => Self::OfficeOut,
            (Some(RoomState::Open), Some(SystemUserState::Active), Some(OfficeState::Registered))
                if stood.invitation.is_some() =>
            {
                Self::Could
            }
            (
                Some(RoomState::Open) | None,
                Some(SystemUserState::Active) | None,
                Some(OfficeState::Registered) | None,
            ) => Self::Unknown,
        }
    }
}

/// The last standing of a kind up to the moment; `subject` is SQL.
fn last(kind: &str, subject: &str, whose: &str) -> String {
    format!(
        "(SELECT MAX(x.version) FROM standings x WHERE x.kind = '{kind}' AND x.subject = {subject} \
         AND x.whose = {whose} AND x.at <= $1)"
    )
}

/// Every invitation of these that was kept up to the moment, or was there when this began to be kept and may have been before.
fn question(which: &str) -> String {
    let (invitation, room, person, office) = (
        last("invitation", "k.room", "k.login_id"),
        last("room", "k.room", "''"),
        last("person", "k.login_id", "''"),
        last("office", "p.of_office", "''"),
    );
    format!(
        "SELECT k.room, k.login_id, i.state AS invitation, i.until, r.state AS room_state, p.state AS person_state, \
         o.state AS office_state, coalesce(p.of_office, u.office) AS office, u.name, u.profession, n.name AS room_name, \
         f.name AS office_name FROM (SELECT DISTINCT s.subject AS room, s.whose AS login_id FROM standings s \
         WHERE s.kind = 'invitation' AND (s.at <= $1 OR s.found = 1) AND {which}) k \
         LEFT JOIN standings i ON i.kind = 'invitation' AND i.subject = k.room AND i.whose = k.login_id \
         AND i.version = {invitation} \
         LEFT JOIN standings r ON r.kind = 'room' AND r.subject = k.room AND r.whose = '' AND r.version = {room} \
         LEFT JOIN standings p ON p.kind = 'person' AND p.subject = k.login_id AND p.whose = '' AND p.version = {person} \
         LEFT JOIN standings o ON o.kind = 'office' AND o.subject = p.of_office AND o.whose = '' AND o.version = {office} \
         JOIN system_users u ON u.login_id = k.login_id JOIN rooms n ON n.room = k.room \
         LEFT JOIN offices f ON f.office = coalesce(p.of_office, u.office) \
         ORDER BY k.room, k.login_id LIMIT {}",
        MOST + 1
    )
}

/// So many are answered, and more are refused: an answer that is cut off looks whole. No room, person or office has as many.
const MOST: usize = 20_000;

static ROOM: LazyLock<String> = LazyLock::new(|| question("s.subject = $2"));
static PERSON: LazyLock<String> = LazyLock::new(|| question("s.whose = $2"));
/// Whoever was ever of it: of which office they were then, the answer says, and only those of this one are kept.
static OFFICE: LazyLock<String> = LazyLock::new(|| {
    question("s.whose IN (SELECT h.subject FROM standings h WHERE h.kind = 'person' AND h.of_office = $2)")
});

impl Ledger {
    /// Who could see which room at this moment, and of everybody else who was ever invited, why not.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn could_see(&self, of: SightOf<'_>, at: Timestamp) -> Result<Vec<RoomSight>, Unavailable> {
        let (question, value): (&'static str, &str) = match of {
            SightOf::Room(room) => (&ROOM, room.as_str()),
            SightOf::Person(person) => (&PERSON, person.as_str()),
            SightOf::Office(office) => (&OFFICE, office.as_str()),
        };
        let rows = self.read().await?.rows(question, [at.unix().into(), value.into()]).await?;
        if rows.len() > MOST {
            return Err(Unavailable::Other(format!("more than {MOST} invitations would have to be looked at")));
        }
        let mut all = rows.iter().map(|row| sight(row, at)).collect::<Result<Vec<_>, _>>()?;
        if let SightOf::Office(office) = of {
            all.retain(|one| one.office == office.as_str());
        }
        Ok(all)
    }

    /// Since when it is kept how everything stood; nothing where it was from the first change on. A house that nobody changed
    /// since begins with its next change.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn standings_kept_since(&self) -> Result<Option<Timestamp>, Unavailable> {
        let question = "SELECT MIN(e.at) AS at FROM events e WHERE e.version = \
            (SELECT MIN(version) FROM standings) AND EXISTS (SELECT 1 FROM standings WHERE found = 1)";
        let mut tx = self.read().await?;
        if rows::standing::wants_finding(&mut tx).await? {
            return Ok(Some(now()));
        }
        let row = tx.row(question, []).await?;
        Ok(row.map(|row| row.maybe_int("at")).transpose()?.flatten().map(Timestamp::from_unix))
    }
}

fn sight(row: &Row, at: Timestamp) -> Result<RoomSight, Unavailable> {
    let until = row.maybe_int("until")?.map(Timestamp::from_unix);
    let stood = Stood {
        invitation: stood(row.maybe_text("invitation")?)?,
        until,
        room: stood(row.maybe_text("room_state")?)?,
        person: stood(row.maybe_text("person_state")?)?,
        office: stood(row.maybe_text("office_state")?)?,
    };
    Ok(RoomSight {
        room: row.text("room")?,
        room_name: row.text("room_name")?,
        login_id: row.text("login_id")?,
        name: row.text("name")?,
        profession: row.text("profession")?,
        office: row.text("office")?,
        office_name: row.maybe_text("office_name")?.unwrap_or_default(),
        sight: CouldSee::of(stood, at),
        until,
    })
}

fn stood<T: FromStr<Err = WordRefusal>>(state: Option<String>) -> Result<Option<T>, Unavailable> {
    state.map(|state| word(&state)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_unix(1_800_000_000);
    const ALL: Stood = Stood {
        invitation: Some(InvitationState::Invited),
        until: None,
        room: Some(RoomState::Open),
        person: Some(SystemUserState::Active),
        office: Some(OfficeState::Registered),
    };

    #[test]
    fn who_lacked_one_of_the_four_could_not_see_it_and_what_is_not_known_is_not_guessed() {
        for (stood, sight) in [
            (ALL, CouldSee::Could),
            (Stood { until: Some(AT.plus(1)), ..ALL }, CouldSee::Could),
            (Stood { until: Some(AT), ..ALL }, CouldSee::Ended),
            (Stood { invitation: Some(InvitationState::Removed), ..ALL }, CouldSee::Withdrawn),
            (Stood { room: Some(RoomState::Closed), ..ALL }, CouldSee::RoomClosed),
            (Stood { person: Some(SystemUserState::Suspended), ..ALL }, CouldSee::PersonSuspended),
            (Stood { person: Some(SystemUserState::Deleted), ..ALL }, CouldSee::PersonDeleted),
            (Stood { office: Some(OfficeState::Suspended), ..ALL }, CouldSee::OfficeOut),
            (Stood { office: Some(OfficeState::Withdrawn), ..ALL }, CouldSee::OfficeOut),
            (Stood { invitation: None, ..ALL }, CouldSee::Unknown),
            (Stood { person: None, ..ALL }, CouldSee::Unknown),
            (Stood { office: None, person: None, ..ALL }, CouldSee::Unknown),
            (Stood { room: None, ..ALL }, CouldSee::Unknown),
            // One of them says no, whatever is not known of the others.
            (Stood { person: None, room: Some(RoomState::Closed), ..ALL }, CouldSee::RoomClosed),
        ] {
            assert_eq!(CouldSee::of(stood, AT), sight, "{stood:?}");
        }
    }
}
