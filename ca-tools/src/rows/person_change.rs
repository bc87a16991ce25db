//! What is written of people, and of an office with its people. Called by `acts::person`, whose proofs are made by asking for
//! their rank; what only takes away, by the clock or by a restore, by `acts::unvouched`.

use certs::Timestamp;
use registry::change::Rank;
use registry::{LoginId, OfficeNo, OfficeState, SystemUserState, Window};
use serde_json::json;

use super::operator_login;
use super::person::former_hashes;
use crate::database::Versioned;
use crate::refusal::{Kind, Refusal, Unavailable};

/// How many former passwords are refused. Each costs a hash when a new one is judged.
const REMEMBERED: usize = 12;

/// What an operator's logins rest on changes: they end, and do not come back with it.
async fn end_logins(tx: &mut Versioned, login_id: &LoginId) -> Result<(), Unavailable> {
    let at = tx.at();
    operator_login::end_all(tx, login_id, at).await.map(drop)
}

/// This person comes into this state.
pub(crate) async fn write_state(
    tx: &mut Versioned,
    login_id: &LoginId,
    state: SystemUserState,
) -> Result<(), Unavailable> {
    end_logins(tx, login_id).await?;
    let values = [login_id.as_str().into(), state.as_str().into(), tx.version().into()];
    tx.run("UPDATE system_users SET state = $2, version = $3 WHERE login_id = $1", values).await.map(drop)
}

/// They are called this.
pub(crate) async fn write_name(tx: &mut Versioned, login_id: &LoginId, name: &str) -> Result<(), Unavailable> {
    let values = [login_id.as_str().into(), name.into(), tx.version().into()];
    tx.run("UPDATE system_users SET name = $2, version = $3 WHERE login_id = $1", values).await.map(drop)
}

/// Their name is read so.
pub(crate) async fn write_kana(tx: &mut Versioned, login_id: &LoginId, kana: &str) -> Result<(), Unavailable> {
    let values = [login_id.as_str().into(), kana.into(), tx.version().into()];
    tx.run("UPDATE system_users SET kana = $2, version = $3 WHERE login_id = $1", values).await.map(drop)
}

/// Of so many whose IDs were deleted before this second, the name and its reading go; the ID stays.
pub(crate) async fn end_names(tx: &mut Versioned, before: i64, most: i64) -> Result<u64, Unavailable> {
    let statement = "UPDATE system_users SET name = '（氏名の保存期間終了）', kana = '', version = $2 \
        WHERE login_id IN (SELECT u.login_id FROM system_users u JOIN events e ON e.version = u.version \
        WHERE u.state = 'deleted' AND e.at < $1 AND u.name <> '（氏名の保存期間終了）' ORDER BY u.login_id LIMIT $3)";
    let version = tx.version();
    tx.run(statement, [before.into(), version.into(), most.into()]).await
}

/// They have these roles.
pub(crate) async fn write_roles(tx: &mut Versioned, login_id: &LoginId, roles: &Rank) -> Result<(), Unavailable> {
    end_logins(tx, login_id).await?;
    let values = [login_id.as_str().into(), roles.to_string().into(), tx.version().into()];
    tx.run("UPDATE system_users SET roles = $2, version = $3 WHERE login_id = $1", values).await.map(drop)
}

/// To another office, on this application.
pub(crate) async fn write_office(
    tx: &mut Versioned,
    login_id: &LoginId,
    (to, application): (&OfficeNo, &str),
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE system_users SET office = $2, application = $3, version = $4 WHERE login_id = $1",
        [login_id.as_str().into(), to.as_str().into(), application.into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// Failures up to now no longer count: nor do those of the very second in which they began to count, which gateways keep
/// under the next.
pub(crate) async fn forgive(tx: &mut Versioned, login_id: &LoginId) -> Result<(), Unavailable> {
    let values = [login_id.as_str().into(), tx.at().unix().into(), tx.version().into()];
    let statement = "UPDATE system_users SET failures_count_from = CASE WHEN failures_count_from < $2 THEN $2 \
         ELSE failures_count_from + 1 END, version = $3 WHERE login_id = $1";
    tx.run(statement, values).await.map(drop)
}

/// They speak for this office from now on.
pub(crate) async fn write_contact(
    tx: &mut Versioned,
    login_id: &LoginId,
    office: &OfficeNo,
) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO office_contacts (login_id, office, state, version) VALUES ($1, $2, 'contact', $3) \
         ON CONFLICT (login_id) DO UPDATE SET office = $2, state = 'contact', version = $3",
        [login_id.as_str().into(), office.as_str().into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// They speak for it no more, and are in no room.
pub(crate) async fn leave_rooms(tx: &mut Versioned, login_id: &LoginId) -> Result<(), Unavailable> {
    for statement in [
        "UPDATE invitations SET state = 'removed', version = $2 WHERE login_id = $1 AND state = 'invited'",
        "UPDATE office_contacts SET state = 'former', version = $2 WHERE login_id = $1 AND state = 'contact'",
    ] {
        tx.run(statement, [login_id.as_str().into(), tx.version().into()]).await?;
    }
    Ok(())
}

/// An office comes into this state, which is its people's too while it lasts.
pub(crate) async fn write_office_state(
    tx: &mut Versioned,
    office: &OfficeNo,
    state: OfficeState,
    replaced_by: Option<&OfficeNo>,
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE offices SET state = $2, replaced_by = $3, version = $4 WHERE office = $1",
        [office.as_str().into(), state.as_str().into(), replaced_by.map(OfficeNo::as_str).into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// All of an office who are in this state come into that one.
pub(crate) async fn write_state_of_office(
    tx: &mut Versioned,
    office: &OfficeNo,
    before: SystemUserState,
    after: SystemUserState,
) -> Result<(), Unavailable> {
    let at = tx.at();
    operator_login::end_all_of_office(tx, office.as_str(), at).await?;
    tx.run(
        "UPDATE system_users SET state = $3, version = $4 WHERE office = $1 AND state = $2",
        [office.as_str().into(), before.as_str().into(), after.as_str().into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// Out of every room and off every device's list; nobody speaks for the office any more.
pub(crate) async fn leave_rooms_of_office(tx: &mut Versioned, office: &OfficeNo) -> Result<(), Unavailable> {
    for statement in [
        "UPDATE invitations SET state = 'removed', version = $2 WHERE state = 'invited' \
         AND login_id IN (SELECT login_id FROM system_users WHERE office = $1)",
        "UPDATE device_users SET state = 'removed', version = $2 WHERE state = 'listed' \
         AND login_id IN (SELECT login_id FROM system_users WHERE office = $1)",
        "UPDATE office_contacts SET state = 'former', version = $2 WHERE office = $1 AND state = 'contact'",
    ] {
        tx.run(statement, [office.as_str().into(), tx.version().into()]).await?;
    }
    Ok(())
}

/// Writes the password, and returns the time under which it stands. Sessions rest on a password by that time, so no two
/// passwords of an ID may have the same one, though they be set within a second or the clock go back.
///
/// # Errors
/// There is no such ID.
pub(crate) async fn write_password(
    tx: &mut Versioned,
    login_id: &LoginId,
    hash: &str,
    initial: bool,
) -> Result<Timestamp, Refusal> {
    let row = tx
        .row(
            "SELECT password_hash, previous_hashes, password_set_at FROM system_users WHERE login_id = $1",
            [login_id.as_str().into()],
        )
        .await?
        .ok_or_else(|| Refusal::Unknown(Kind::SystemUser, login_id.to_string()))?;
    let before = Timestamp::from_unix(row.int("password_set_at")?);
    let set_at = tx.at().max(before.plus(1));
    let mut hashes = vec![row.text("password_hash")?];
    hashes.extend(former_hashes(&row.text("previous_hashes")?)?);
    hashes.truncate(REMEMBERED);
    end_logins(tx, login_id).await?;
    tx.run(
        "UPDATE system_users SET password_hash = $2, password_initial = $3, password_set_at = $4, \
         failures_count_from = CASE WHEN failures_count_from < $5 THEN $5 ELSE failures_count_from + 1 END, \
         previous_hashes = $6, password_lapsed_at = NULL, version = $7 WHERE login_id = $1",
        [
            login_id.as_str().into(),
            hash.into(),
            i64::from(initial).into(),
            set_at.unix().into(),
            tx.at().unix().into(),
            json!(hashes).to_string().into(),
            tx.version().into(),
        ],
    )
    .await?;
    Ok(set_at)
}

/// In the place of this initial password stands one that nobody knows; whether it was still there.
pub(crate) async fn lapse_password(
    tx: &mut Versioned,
    login_id: &str,
    was: &str,
    nobodys: &str,
) -> Result<bool, Unavailable> {
    let touched = tx
        .run(
            "UPDATE system_users SET password_hash = $3, password_lapsed_at = $4, version = $5 \
             WHERE login_id = $1 AND password_hash = $2",
            [login_id.into(), was.into(), nobodys.into(), tx.at().unix().into(), tx.version().into()],
        )
        .await?;
    Ok(touched == 1)
}

/// On hold, without roles, and with a password that nobody knows.
pub(crate) async fn hold_unvouched(tx: &mut Versioned, login_id: &LoginId, nobodys: &str) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE system_users SET state = 'suspended', roles = '', password_hash = $2, password_initial = 1, \
         password_set_at = CASE WHEN password_set_at < $3 THEN $3 ELSE password_set_at + 1 END, \
         password_lapsed_at = NULL, version = $4 WHERE login_id = $1",
        [login_id.as_str().into(), nobodys.into(), tx.at().unix().into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// Every office that is registered comes on hold.
pub(crate) async fn hold_offices_unvouched(tx: &mut Versioned) -> Result<(), Unavailable> {
    let statement = "UPDATE offices SET state = 'suspended', version = $1 WHERE state = 'registered'";
    tx.run(statement, [tx.version().into()]).await.map(drop)
}

/// It is a maintenance account from now on, let in within this window, or not at all.
pub(crate) async fn write_opening(
    tx: &mut Versioned,
    login_id: &LoginId,
    window: Option<Window>,
) -> Result<(), Unavailable> {
    let (from, until) = window.map_or((None, None), |window| (Some(window.from.unix()), Some(window.until.unix())));
    let statement =
        "UPDATE system_users SET maintenance = 1, open_from = $2, open_until = $3, version = $4 WHERE login_id = $1";
    let values = [login_id.as_str().into(), from.into(), until.into(), tx.version().into()];
    tx.run(statement, values).await.map(drop)
}
