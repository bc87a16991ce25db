//! The one place from which a person's row is written, and the question that stands before it.
//!
//! Whoever acts on a person with operator roles holds at least those roles (`registry::change::Rank`). Every function that
//! writes a row of a person is called by [`Touched`], [`Everyone`] or [`Own`], and those are made here alone, by asking.

use certs::Timestamp;
use registry::change::{InService, Rank, SystemUserChange, operator_stays};
use registry::{LoginId, OfficeNo, OfficeState, SystemUserState, Window};

use super::change::Change;
use crate::refusal::{Kind, Refusal};
use crate::rows;
use crate::rows::person::StoredPerson;
use crate::rows::person_change;

/// A person whom this change may act on. Made only by [`Change::touch`].
#[must_use]
#[derive(Debug)]
pub(super) struct Touched {
    login_id: LoginId,
    office: OfficeNo,
    state: SystemUserState,
    rank: Rank,
}

/// All people of an office, on each of whom this change may act. Made only by [`Change::touch_all`].
#[must_use]
#[derive(Debug)]
pub(super) struct Everyone {
    office: OfficeNo,
}

/// Who makes this change, for what is their own: a password. Made only by [`Change::own`].
#[must_use]
#[derive(Debug)]
pub(super) struct Own(Touched);

impl Change {
    /// Looks a person up, and asks whether who makes this change may act on them.
    ///
    /// # Errors
    /// No such ID; the person holds roles that who makes this change does not.
    pub(super) async fn touch(&mut self, login_id: &LoginId) -> Result<Touched, Refusal> {
        let found = self.look_up(login_id).await?;
        self.reaches(login_id, &found.rank)?;
        Ok(found)
    }

    /// The same of all people of an office who are not deleted.
    ///
    /// # Errors
    /// One of them holds roles that who makes this change does not.
    pub(super) async fn touch_all(&mut self, office: &OfficeNo) -> Result<Everyone, Refusal> {
        for person in rows::person::with_roles_of(self, office).await? {
            self.reaches(&person.login_id, &person.rank)?;
        }
        Ok(Everyone { office: office.clone() })
    }

    /// Who makes this change, whatever their rank.
    ///
    /// # Errors
    /// No such ID.
    pub(super) async fn own(&mut self) -> Result<Own, Refusal> {
        let login_id = self.operator().clone();
        self.look_up(&login_id).await.map(Own)
    }

    /// Whether roles may be given by who makes this change.
    pub(super) fn gives(&self, login_id: &LoginId, given: (&Rank, &[InService])) -> Result<(), Refusal> {
        let (comes, in_service) = given;
        registry::change::may_give(self.rank(), comes, in_service)
            .map_err(|missing| Refusal::Outranked(self.operator().clone(), login_id.clone(), missing))
    }

    fn reaches(&self, login_id: &LoginId, rank: &Rank) -> Result<(), Refusal> {
        self.rank()
            .reaches(rank)
            .map_err(|missing| Refusal::Outranked(self.operator().clone(), login_id.clone(), missing))
    }

    async fn look_up(&mut self, login_id: &LoginId) -> Result<Touched, Refusal> {
        let StoredPerson { office, state, rank } = rows::person::stored(self, login_id).await?;
        Ok(Touched { login_id: login_id.clone(), office, state, rank })
    }
}

impl Touched {
    pub(super) fn login_id(&self) -> &LoginId {
        &self.login_id
    }

    pub(super) fn office(&self) -> &OfficeNo {
        &self.office
    }

    pub(super) fn state(&self) -> SystemUserState {
        self.state
    }

    pub(super) fn rank(&self) -> &Rank {
        &self.rank
    }

    /// The state after this, if it may be.
    pub(super) async fn after(&self, change: &mut Change, what: SystemUserChange) -> Result<SystemUserState, Refusal> {
        let after = self.state.after(what).map_err(|why| self.illegal(why))?;
        if after != SystemUserState::Active {
            self.may_leave(change).await?;
        }
        Ok(after)
    }

    /// Whether enough operators stay in service without them.
    pub(super) async fn may_leave(&self, change: &mut Change) -> Result<(), Refusal> {
        if self.state != SystemUserState::Active {
            return Ok(());
        }
        let operators = change.operators().await?;
        operator_stays(std::slice::from_ref(&self.login_id), &operators).map_err(|why| self.illegal(why))
    }

    pub(super) fn illegal(&self, why: registry::change::IllegalChange) -> Refusal {
        Refusal::Illegal(self.login_id.to_string(), why)
    }

    pub(super) async fn write_state(&self, change: &mut Change, state: SystemUserState) -> Result<(), Refusal> {
        Ok(person_change::write_state(change, &self.login_id, state).await?)
    }

    pub(super) async fn write_name(&self, change: &mut Change, name: &str) -> Result<(), Refusal> {
        Ok(person_change::write_name(change, &self.login_id, name).await?)
    }

    pub(super) async fn write_kana(&self, change: &mut Change, kana: &str) -> Result<(), Refusal> {
        Ok(person_change::write_kana(change, &self.login_id, kana).await?)
    }

    pub(super) async fn write_opening(&self, change: &mut Change, window: Option<Window>) -> Result<(), Refusal> {
        Ok(rows::person_change::write_opening(change, &self.login_id, window).await?)
    }

    pub(super) async fn write_roles(&self, change: &mut Change, roles: &Rank) -> Result<(), Refusal> {
        Ok(person_change::write_roles(change, &self.login_id, roles).await?)
    }

    /// To another office, on this application.
    pub(super) async fn write_office(
        &self,
        change: &mut Change,
        (to, application): (&OfficeNo, &str),
    ) -> Result<(), Refusal> {
        Ok(person_change::write_office(change, &self.login_id, (to, application)).await?)
    }

    /// Failures up to now no longer count.
    pub(super) async fn forgive(&self, change: &mut Change) -> Result<(), Refusal> {
        Ok(person_change::forgive(change, &self.login_id).await?)
    }

    /// A password that is handed out: it must be changed before anything else.
    pub(super) async fn hand_out(&self, change: &mut Change, hash: &str) -> Result<(), Refusal> {
        person_change::write_password(change, &self.login_id, hash, true).await.map(drop)
    }

    /// They speak for their office from now on.
    pub(super) async fn write_contact(&self, change: &mut Change) -> Result<(), Refusal> {
        Ok(person_change::write_contact(change, &self.login_id, &self.office).await?)
    }

    /// They speak for it no more, and are in no room.
    pub(super) async fn leave_rooms(&self, change: &mut Change) -> Result<(), Refusal> {
        Ok(person_change::leave_rooms(change, &self.login_id).await?)
    }
}

impl Everyone {
    /// Their office comes into this state, which is theirs too while it lasts.
    pub(super) async fn write_office(
        &self,
        change: &mut Change,
        (state, replaced_by): (OfficeState, Option<&OfficeNo>),
    ) -> Result<(), Refusal> {
        Ok(person_change::write_office_state(change, &self.office, state, replaced_by).await?)
    }

    /// All who are in this state come into that one.
    pub(super) async fn write_state(
        &self,
        change: &mut Change,
        (before, after): (SystemUserState, SystemUserState),
    ) -> Result<(), Refusal> {
        Ok(person_change::write_state_of_office(change, &self.office, before, after).await?)
    }

    /// Out of every room and off every device's list; nobody speaks for the office any more.
    pub(super) async fn leave_rooms(&self, change: &mut Change) -> Result<(), Refusal> {
        Ok(person_change::leave_rooms_of_office(change, &self.office).await?)
    }
}

impl Own {
    /// The password that they chose, where the present one is still what it was judged by. The time that it has, and no
    /// other of theirs.
    ///
    /// # Errors
    /// The ID is on hold or deleted; another change of the password came in between.
    pub(super) async fn choose(
        &self,
        change: &mut Change,
        (judged_by, hash): (&str, &str),
    ) -> Result<Timestamp, Refusal> {
        let Self(person) = self;
        person.state.after(SystemUserChange::ChangePassword).map_err(|why| person.illegal(why))?;
        let password = rows::person::password(change, &person.login_id).await?;
        let password = password.ok_or_else(|| Refusal::Unknown(Kind::SystemUser, person.login_id.to_string()))?;
        if password.hash != judged_by {
            return Err(Refusal::WrongPassword);
        }
        person_change::write_password(change, &person.login_id, hash, false).await
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// Files of the program below this folder that hold one of these words.
    fn that_hold(words: &[&str], folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                that_hold(words, &path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if words.iter().any(|word| text.contains(word)) {
                found.push(path.file_name().unwrap().to_str().unwrap().to_owned());
            }
        }
    }

    #[test]
    fn a_person_s_row_is_written_in_one_file_and_by_who_asked_for_their_rank() {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        for words in [
            &["UPDATE system_users"][..],
            &["INTO office_contacts", "UPDATE office_contacts"],
            &["UPDATE offices SET state"],
        ] {
            let mut found = Vec::new();
            that_hold(words, &program, &mut found);
            found.retain(|name| name != "person.rs");
            assert_eq!(found, ["person_change.rs"], "{words:?}");
        }
        let mut found = Vec::new();
        that_hold(&["person_change::"], &program, &mut found);
        found.sort();
        // Those three take away by the clock and by a restore, and nobody acts.
        let may = ["hold.rs", "lapse.rs", "person.rs", "retention.rs"];
        assert_eq!(found, may, "who acts on a person asks for their rank first");
    }
}
