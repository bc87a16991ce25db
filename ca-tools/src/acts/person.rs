//! The one place where a person's row is written, and the question that stands before it.
//!
//! Whoever acts on a person with operator roles holds at least those roles (`registry::change::Rank`). Every statement that
//! writes a row of a person is a function of [`Touched`], [`Everyone`] or [`Own`], and those are made here alone, by asking.

use certs::Timestamp;
use registry::change::{InService, Rank, SystemUserChange, operator_stays};
use registry::{LoginId, OfficeNo, OfficeState, SystemUserState};
use serde_json::json;

use super::change::Change;
use super::refusal::{Kind, Refusal, Unavailable};
use crate::database::Row;
use crate::rows::person::{former_hashes, in_service, rank};
use crate::rows::word;

/// How many former passwords are refused. Each costs a hash when a new one is judged.
const REMEMBERED: usize = 12;

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
        let people = self
            .rows(
                "SELECT login_id, office, roles FROM system_users WHERE office = $1 AND state <> 'deleted' \
                 AND roles <> '' ORDER BY login_id",
                [office.as_str().into()],
            )
            .await?;
        for row in &people {
            let person = in_service(row)?;
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
        let row = self
            .row("SELECT office, state, roles FROM system_users WHERE login_id = $1", [login_id.as_str().into()])
            .await?
            .ok_or_else(|| Refusal::Unknown(Kind::SystemUser, login_id.to_string()))?;
        let office = row.text("office")?;
        Ok(Touched {
            login_id: login_id.clone(),
            office: office.parse().map_err(|why| Unavailable::Corrupt(format!("office {office}: {why}")))?,
            state: word(&row.text("state")?)?,
            rank: rank(&row.text("roles")?)?,
        })
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
        let values = [self.login_id.as_str().into(), state.as_str().into(), change.version().into()];
        change.run("UPDATE system_users SET state = $2, version = $3 WHERE login_id = $1", values).await.map(drop)
    }

    pub(super) async fn write_name(&self, change: &mut Change, name: String) -> Result<(), Refusal> {
        let values = [self.login_id.as_str().into(), name.into(), change.version().into()];
        change.run("UPDATE system_users SET name = $2, version = $3 WHERE login_id = $1", values).await.map(drop)
    }

    pub(super) async fn write_roles(&self, change: &mut Change, roles: &Rank) -> Result<(), Refusal> {
        let values = [self.login_id.as_str().into(), roles.to_string().into(), change.version().into()];
        change.run("UPDATE system_users SET roles = $2, version = $3 WHERE login_id = $1", values).await.map(drop)
    }

    /// To another office, on this application.
    pub(super) async fn write_office(
        &self,
        change: &mut Change,
        (to, application): (&OfficeNo, String),
    ) -> Result<(), Refusal> {
        change
            .run(
                "UPDATE system_users SET office = $2, application = $3, version = $4 WHERE login_id = $1",
                [self.login_id.as_str().into(), to.as_str().into(), application.into(), change.version().into()],
            )
            .await
            .map(drop)
    }

    /// Failures up to now no longer count: nor do those of the very second in which they began to count, which gateways keep
    /// under the next.
    pub(super) async fn forgive(&self, change: &mut Change) -> Result<(), Refusal> {
        let values = [self.login_id.as_str().into(), change.at().unix().into(), change.version().into()];
        let statement = "UPDATE system_users SET failures_count_from = CASE WHEN failures_count_from < $2 THEN $2 \
             ELSE failures_count_from + 1 END, version = $3 WHERE login_id = $1";
        change.run(statement, values).await.map(drop)
    }

    /// A password that is handed out: it must be changed before anything else.
    pub(super) async fn hand_out(&self, change: &mut Change, hash: String) -> Result<(), Refusal> {
        write_password(change, &self.login_id, (hash, 1)).await.map(drop)
    }

    /// They speak for their office from now on.
    pub(super) async fn write_contact(&self, change: &mut Change) -> Result<(), Refusal> {
        change
            .run(
                "INSERT INTO office_contacts (login_id, office, state, version) VALUES ($1, $2, 'contact', $3) \
                 ON CONFLICT (login_id) DO UPDATE SET office = $2, state = 'contact', version = $3",
                [self.login_id.as_str().into(), self.office.as_str().into(), change.version().into()],
            )
            .await
            .map(drop)
    }

    /// They speak for it no more, and are in no room.
    pub(super) async fn leave_rooms(&self, change: &mut Change) -> Result<(), Refusal> {
        let version = change.version();
        for table in [
            "UPDATE invitations SET state = 'removed', version = $2 WHERE login_id = $1 AND state = 'invited'",
            "UPDATE office_contacts SET state = 'former', version = $2 WHERE login_id = $1 AND state = 'contact'",
        ] {
            change.run(table, [self.login_id.as_str().into(), version.into()]).await?;
        }
        Ok(())
    }
}

impl Everyone {
    /// Their office comes into this state, which is theirs too while it lasts.
    pub(super) async fn write_office(
        &self,
        change: &mut Change,
        (state, replaced_by): (OfficeState, Option<&OfficeNo>),
    ) -> Result<(), Refusal> {
        change
            .run(
                "UPDATE offices SET state = $2, replaced_by = $3, version = $4 WHERE office = $1",
                [
                    self.office.as_str().into(),
                    state.as_str().into(),
                    replaced_by.map(OfficeNo::as_str).into(),
                    change.version().into(),
                ],
            )
            .await
            .map(drop)
    }

    /// All who are in this state come into that one.
    pub(super) async fn write_state(
        &self,
        change: &mut Change,
        (before, after): (SystemUserState, SystemUserState),
    ) -> Result<(), Refusal> {
        change
            .run(
                "UPDATE system_users SET state = $3, version = $4 WHERE office = $1 AND state = $2",
                [self.office.as_str().into(), before.as_str().into(), after.as_str().into(), change.version().into()],
            )
            .await
            .map(drop)
    }

    /// Out of every room and off every device's list; nobody speaks for the office any more.
    pub(super) async fn leave_rooms(&self, change: &mut Change) -> Result<(), Refusal> {
        let version = change.version();
        for statement in [
            "UPDATE invitations SET state = 'removed', version = $2 WHERE state = 'invited' \
             AND login_id IN (SELECT login_id FROM system_users WHERE office = $1)",
            "UPDATE device_users SET state = 'removed', version = $2 WHERE state = 'listed' \
             AND login_id IN (SELECT login_id FROM system_users WHERE office = $1)",
            "UPDATE office_contacts SET state = 'former', version = $2 WHERE office = $1 AND state = 'contact'",
        ] {
            change.run(statement, [self.office.as_str().into(), version.into()]).await?;
        }
        Ok(())
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
        (judged_by, hash): (&str, String),
    ) -> Result<Timestamp, Refusal> {
        let Self(person) = self;
        person.state.after(SystemUserChange::ChangePassword).map_err(|why| person.illegal(why))?;
        let row = change
            .row("SELECT password_hash FROM system_users WHERE login_id = $1", [person.login_id.as_str().into()])
            .await?
            .ok_or_else(|| Refusal::Unknown(Kind::SystemUser, person.login_id.to_string()))?;
        if row.text("password_hash")? != judged_by {
            return Err(Refusal::WrongPassword);
        }
        write_password(change, &person.login_id, (hash, 0)).await
    }
}

/// Writes the password, and returns the time under which it stands. Sessions rest on a password by that time, so no two
/// passwords of an ID may have the same one, though they be set within a second or the clock go back.
async fn write_password(
    change: &mut Change,
    login_id: &LoginId,
    (hash, initial): (String, i64),
) -> Result<Timestamp, Refusal> {
    let row = change
        .row(
            "SELECT password_hash, previous_hashes, password_set_at FROM system_users WHERE login_id = $1",
            [login_id.as_str().into()],
        )
        .await?
        .ok_or_else(|| Refusal::Unknown(Kind::SystemUser, login_id.to_string()))?;
    let before = Timestamp::from_unix(row.int("password_set_at")?);
    let set_at = change.at().max(before.plus(1));
    let mut hashes = vec![row.text("password_hash")?];
    hashes.extend(former_hashes(&row.text("previous_hashes")?)?);
    hashes.truncate(REMEMBERED);
    change
        .run(
            "UPDATE system_users SET password_hash = $2, password_initial = $3, password_set_at = $4, \
             failures_count_from = CASE WHEN failures_count_from < $5 THEN $5 ELSE failures_count_from + 1 END, \
             previous_hashes = $6, password_lapsed_at = NULL, version = $7 WHERE login_id = $1",
            [
                login_id.as_str().into(),
                hash.into(),
                initial.into(),
                set_at.unix().into(),
                change.at().unix().into(),
                json!(hashes).to_string().into(),
                change.version().into(),
            ],
        )
        .await?;
    Ok(set_at)
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
    fn a_person_s_row_is_written_in_this_file_and_in_no_other() {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        for words in [
            &["UPDATE system_users"][..],
            &["INTO office_contacts", "UPDATE office_contacts"],
            &["UPDATE offices SET state"],
        ] {
            let mut found = Vec::new();
            that_hold(words, &program, &mut found);
            // That one takes away by the clock or by a restore, and nobody acts.
            found.retain(|name| name != "unvouched.rs");
            assert_eq!(found, ["person.rs"], "{words:?}: who acts on a person asks for their rank first");
        }
    }
}
