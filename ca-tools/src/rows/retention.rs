//! What is old enough to be ended, and how: what is left of a row is its head, so that whatever names it still leads somewhere.
//!
//! Rows that say what holds are written under a version like any other change, and never removed. Facts of delivery and of use
//! carry none: of a letter its address goes, and where a certificate was seen goes whole.

use certs::Timestamp;
use registry::LoginId;

use super::person_change;
use crate::application::{Form, NAME_ENDED};
use crate::database::{Row, Transaction, Versioned};
use crate::refusal::Unavailable;

/// A kind of what is kept, and ended.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum KeptKind {
    /// Who asked for what: the names in the forms of decided applications.
    Applications,
    /// To whom a letter went.
    Letters,
    /// Operators' logins on the command line that ended.
    Logins,
    /// Whom to ask at an office that ended.
    Offices,
    /// The names of people whose IDs were deleted.
    People,
    /// The names of rooms that were closed: patients' own, often.
    Rooms,
    /// With which system, in which network a certificate was seen.
    Sightings,
    /// Numbers and codes of tickets that open nothing any more.
    Tickets,
}

/// Rows of one change: its line in the journal is not longer than a program reads.
const AT_A_TIME: i64 = 500;

impl KeptKind {
    /// Every kind.
    pub(crate) const ALL: [Self; 8] = [
        Self::Applications,
        Self::Letters,
        Self::Logins,
        Self::Offices,
        Self::People,
        Self::Rooms,
        Self::Sightings,
        Self::Tickets,
    ];

    /// The word for programs, and for the record.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Applications => "applications",
            Self::Letters => "letters",
            Self::Logins => "logins",
            Self::Offices => "offices",
            Self::People => "people",
            Self::Rooms => "rooms",
            Self::Sightings => "sightings",
            Self::Tickets => "tickets",
        }
    }

    /// What is ended of it, in words.
    pub(crate) fn japanese(self) -> &'static str {
        match self {
            Self::Applications => "決定した申請の中の氏名・連絡先",
            Self::Letters => "送り終えたメールの宛先",
            Self::Logins => "終わったコマンドのログイン",
            Self::Offices => "利用を終えた事業所の担当者の氏名・連絡先",
            Self::People => "削除したIDの氏名・ふりがな",
            Self::Rooms => "閉じた部屋の名前",
            Self::Sightings => "電子証明書を見たOSとネットワーク",
            Self::Tickets => "使い終えた取得用番号の照合値",
        }
    }

    /// How many there are that are older than this.
    pub(crate) async fn due(self, tx: &mut Transaction, before: Timestamp) -> Result<i64, Unavailable> {
        let question = match self {
            Self::Applications => {
                "SELECT COUNT(*) AS n FROM applications WHERE decided_at < $1 AND kind <> 'certificate' \
                 AND (sender IS NOT NULL OR form NOT LIKE '%（氏名の保存期間終了）%')"
            }
            Self::Letters => {
                "SELECT COUNT(*) AS n FROM mails WHERE state <> 'queued' AND COALESCE(ended_at, queued_at) < $1 \
                 AND recipient <> ''"
            }
            Self::Logins => "SELECT COUNT(*) AS n FROM operator_logins WHERE COALESCE(ended_at, used_at) < $1",
            Self::Offices => {
                "SELECT COUNT(*) AS n FROM offices o JOIN events e ON e.version = o.version \
                 WHERE o.state IN ('withdrawn', 'replaced') AND e.at < $1 AND o.contact <> '（氏名の保存期間終了）'"
            }
            Self::People => {
                "SELECT COUNT(*) AS n FROM system_users u JOIN events e ON e.version = u.version \
                 WHERE u.state = 'deleted' AND e.at < $1 AND u.name <> '（氏名の保存期間終了）'"
            }
            Self::Rooms => {
                "SELECT COUNT(*) AS n FROM rooms r JOIN events e ON e.version = r.version WHERE r.state = 'closed' \
                 AND e.at < $1 AND r.name <> '（氏名の保存期間終了）'"
            }
            Self::Sightings => "SELECT COUNT(*) AS n FROM sightings WHERE last_at < $1",
            Self::Tickets => "SELECT COUNT(*) AS n FROM tickets WHERE until < $1 AND code_hash <> ''",
        };
        tx.row(question, [before.unix().into()]).await?.map_or(Ok(0), |row| row.int("n"))
    }

    /// Ends some of them; how many.
    pub(crate) async fn end(self, tx: &mut Versioned, before: Timestamp) -> Result<u64, Unavailable> {
        let (before, version) = (before.unix(), tx.version());
        let versioned = match self {
            Self::Applications => return end_forms(tx, before).await,
            Self::Letters => {
                let statement = "UPDATE mails SET recipient = '', letter = '', problem = NULL WHERE state <> 'queued' \
                    AND COALESCE(ended_at, queued_at) < $1 AND recipient <> ''";
                return tx.run(statement, [before.into()]).await;
            }
            Self::Logins => {
                let statement = "DELETE FROM operator_logins WHERE COALESCE(ended_at, used_at) < $1";
                return tx.run(statement, [before.into()]).await;
            }
            Self::Sightings => {
                return tx.run("DELETE FROM sightings WHERE last_at < $1", [before.into()]).await;
            }
            Self::Offices => {
                "UPDATE offices SET contact = '（氏名の保存期間終了）', mail = '', telephone = '', version = $2 \
                 WHERE office IN (SELECT o.office FROM offices o JOIN events e ON e.version = o.version \
                 WHERE o.state IN ('withdrawn', 'replaced') AND e.at < $1 AND o.contact <> '（氏名の保存期間終了）' \
                 ORDER BY o.office LIMIT $3)"
            }
            Self::People => return person_change::end_names(tx, before, AT_A_TIME).await,
            Self::Rooms => {
                "UPDATE rooms SET name = '（氏名の保存期間終了）', version = $2 \
                 WHERE room IN (SELECT r.room FROM rooms r JOIN events e ON e.version = r.version \
                 WHERE r.state = 'closed' AND e.at < $1 AND r.name <> '（氏名の保存期間終了）' ORDER BY r.room LIMIT $3)"
            }
            Self::Tickets => {
                "UPDATE tickets SET number_hash = 'ended ' || ticket, code_hash = '', version = $2 \
                 WHERE ticket IN (SELECT ticket FROM tickets WHERE until < $1 AND code_hash <> '' ORDER BY ticket LIMIT $3)"
            }
        };
        tx.run(versioned, [before.into(), version.into(), AT_A_TIME.into()]).await
    }
}

/// Takes the people out of forms; one that cannot be read is left as it is, and told, and keeps no other from it.
async fn end_forms(tx: &mut Versioned, before: i64) -> Result<u64, Unavailable> {
    let question = "SELECT application, form FROM applications WHERE decided_at < $1 AND kind <> 'certificate' \
        AND (sender IS NOT NULL OR form NOT LIKE $2) ORDER BY application LIMIT $3";
    let ended = format!("%{NAME_ENDED}%");
    let rows = tx.rows(question, [before.into(), ended.as_str().into(), AT_A_TIME.into()]).await?;
    let mut count = 0;
    for row in &rows {
        let (no, text) = (row.text("application")?, row.text("form")?);
        let form: Form = match serde_json::from_str(&text) {
            Ok(form) => form,
            Err(why) => {
                tracing::error!(application = no, %why, "a form cannot be read: the people in it are kept");
                continue;
            }
        };
        let mut left =
            serde_json::to_value(form.without_people()).map_err(|why| Unavailable::Corrupt(why.to_string()))?;
        // Where nobody was named, it says so once.
        if let Some(left) = left.as_object_mut() {
            left.insert("ended".to_owned(), NAME_ENDED.into());
        }
        let (version, left) = (tx.version(), left.to_string());
        let statement = "UPDATE applications SET form = $2, sender = NULL, version = $3 WHERE application = $1";
        count += tx.run(statement, [no.into(), left.into(), version.into()]).await?;
    }
    Ok(count)
}

/// A hold that nobody has lifted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct OpenHold {
    pub(crate) hold: String,
    pub(crate) from: Timestamp,
    pub(crate) why: String,
    pub(crate) by: String,
    /// What they are called; empty where nobody knows.
    pub(crate) by_name: String,
    pub(crate) at: Timestamp,
}

/// All of them.
pub(crate) async fn open_holds(tx: &mut Transaction) -> Result<Vec<OpenHold>, Unavailable> {
    let question = "SELECT h.hold, h.from_at, h.why, h.held_by, h.held_at, COALESCE(u.name, '') AS name \
        FROM retention_holds h LEFT JOIN system_users u ON u.login_id = h.held_by \
        WHERE h.lifted_at IS NULL ORDER BY h.held_at, h.hold";
    let open = |row: &Row| {
        Ok(OpenHold {
            hold: row.text("hold")?,
            from: Timestamp::from_unix(row.int("from_at")?),
            why: row.text("why")?,
            by: row.text("held_by")?,
            by_name: row.text("name")?,
            at: Timestamp::from_unix(row.int("held_at")?),
        })
    };
    tx.rows(question, []).await?.iter().map(open).collect()
}

/// The moment up to which things are ended, where they would be ended up to this one: nothing that is on hold.
pub(crate) async fn unheld(tx: &mut Transaction, before: Timestamp) -> Result<Timestamp, Unavailable> {
    let held = open_holds(tx).await?.into_iter().map(|hold| hold.from).min();
    Ok(held.map_or(before, |from| from.min(before)))
}

/// Puts what is from this moment on hold; whether this hold is new, or was lifted before.
pub(crate) async fn hold(
    tx: &mut Versioned,
    (hold, by): (&str, &LoginId),
    (from, why): (Timestamp, &str),
) -> Result<bool, Unavailable> {
    let statement = "INSERT INTO retention_holds (hold, from_at, why, held_by, held_at, version) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (hold) DO UPDATE SET from_at = excluded.from_at, why = excluded.why, \
        held_by = excluded.held_by, held_at = excluded.held_at, lifted_by = NULL, lifted_at = NULL, \
        version = excluded.version WHERE retention_holds.lifted_at IS NOT NULL";
    let (at, version) = (tx.at().unix(), tx.version());
    let values = [hold.into(), from.unix().into(), why.into(), by.as_str().into(), at.into(), version.into()];
    Ok(tx.run(statement, values).await? == 1)
}

/// A hold that nobody has lifted goes back to this moment, if it does not already; whether it does since now.
pub(crate) async fn hold_further_back(tx: &mut Versioned, hold: &str, from: Timestamp) -> Result<bool, Unavailable> {
    let statement = "UPDATE retention_holds SET from_at = $2, version = $3 \
        WHERE hold = $1 AND lifted_at IS NULL AND from_at > $2";
    let version = tx.version();
    Ok(tx.run(statement, [hold.into(), from.unix().into(), version.into()]).await? == 1)
}

/// The holds of incidents that were closed before this moment, and when each was.
pub(crate) async fn outlasted(
    tx: &mut Transaction,
    closed_before: Timestamp,
) -> Result<Vec<(String, Timestamp)>, Unavailable> {
    let question = "SELECT h.hold, i.closed_at FROM retention_holds h JOIN incidents i ON i.incident = h.hold \
        WHERE h.lifted_at IS NULL AND i.state = 'closed' AND i.closed_at < $1 ORDER BY h.hold";
    let of = |row: &Row| Ok((row.text("hold")?, Timestamp::from_unix(row.int("closed_at")?)));
    tx.rows(question, [closed_before.unix().into()]).await?.iter().map(of).collect()
}

/// Lifts a hold; whether there was one.
pub(crate) async fn release(tx: &mut Versioned, hold: &str, by: &LoginId) -> Result<bool, Unavailable> {
    let statement = "UPDATE retention_holds SET lifted_by = $2, lifted_at = $3, version = $4 \
        WHERE hold = $1 AND lifted_at IS NULL";
    let (at, version) = (tx.at().unix(), tx.version());
    Ok(tx.run(statement, [hold.into(), by.as_str().into(), at.into(), version.into()]).await? == 1)
}
