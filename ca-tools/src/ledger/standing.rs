//! How do a device, its office and a person stand now? What a decision about a caller rests on, read together.

use certs::{DeviceNo, Timestamp};
use registry::change::{CertificateStage, ListingState, RoomState};
use registry::{DeviceStage, LoginId, OfficeNo, OfficeState, Opening, RoomRef, SystemUserState};

use super::Ledger;
use crate::database::{Row, Transaction};
use crate::refusal::{Kind, Refusal, Unavailable};
use crate::rows::event::Hold;
use crate::rows::maintenance::opening;
use crate::rows::word;

/// An office, as whoever answers the telephone wants to know it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct OfficeFacts {
    pub(crate) no: OfficeNo,
    pub(crate) name: String,
    pub(crate) telephone: String,
    pub(crate) contact: String,
    pub(crate) state: OfficeState,
    /// Since when it is so, where an event says it.
    pub(crate) since: Option<Timestamp>,
}

/// A device, its office, and the certificate that counts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct DeviceFacts {
    pub(crate) no: DeviceNo,
    pub(crate) label: String,
    pub(crate) office: OfficeFacts,
    pub(crate) stage: DeviceStage,
    /// Since when it is on hold; outside: it is not.
    pub(crate) held: Option<Held>,
    pub(crate) approved_until: Option<Timestamp>,
    /// Whom it serves; nobody named: everyone of its office.
    pub(crate) listed: Option<Vec<String>>,
    /// Every certificate that was signed for it, the newest first.
    pub(crate) certificates: Vec<CertificateFacts>,
}

/// A device on hold.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Held {
    pub(crate) since: Option<Timestamp>,
    /// It was reported lost.
    pub(crate) lost: bool,
}

/// A certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct CertificateFacts {
    pub(crate) serial: String,
    pub(crate) stage: CertificateStage,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
    pub(crate) superseded_from: Option<Timestamp>,
    pub(crate) revoked_at: Option<Timestamp>,
    /// A request came in with it.
    pub(crate) used: bool,
}

/// A person.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct PersonFacts {
    pub(crate) id: LoginId,
    pub(crate) name: String,
    pub(crate) office: OfficeFacts,
    pub(crate) state: SystemUserState,
    /// Since when it is so, where an event says it.
    pub(crate) since: Option<Timestamp>,
    /// The password is the one handed out, since then.
    pub(crate) initial_since: Option<Timestamp>,
    /// It stopped opening anything, since nobody changed it.
    pub(crate) lapsed_at: Option<Timestamp>,
    pub(crate) locked_until: Option<Timestamp>,
    /// When it is let in at all.
    pub(crate) opening: Opening,
}

/// A room that somebody wanted to enter.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct RoomFacts {
    pub(crate) room: RoomRef,
    /// None where there is no such room.
    pub(crate) known: Option<KnownRoom>,
}

/// One that there is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct KnownRoom {
    pub(crate) name: String,
    pub(crate) open: bool,
    pub(crate) invited: bool,
}

impl Held {
    /// By the event that put it on hold.
    pub(super) fn of(hold: Option<Hold>) -> Self {
        let lost = hold.as_ref().is_some_and(|hold| {
            matches!(hold.action.as_str(), "device.report-lost" | "incident.open-stop" | "incident.stop")
        });
        Self { since: hold.map(|hold| Timestamp::from_unix(hold.at)), lost }
    }
}

impl CertificateFacts {
    /// It would be accepted now, whatever else stands in the way of its device.
    pub(crate) fn is_good(&self, now: Timestamp) -> bool {
        let counts = match self.stage {
            CertificateStage::Issued => true,
            // It counts until then, so that nobody is locked out between the two.
            CertificateStage::Superseded => self.superseded_from.is_some_and(|from| now < from),
            CertificateStage::Intended | CertificateStage::Revoked => false,
        };
        counts && self.not_before <= now && now <= self.not_after
    }
}

impl Ledger {
    /// A device as it stands.
    ///
    /// # Errors
    /// There is none of that number, or the registry does not answer.
    pub(crate) async fn device_facts(&self, no: DeviceNo) -> Result<DeviceFacts, Refusal> {
        let mut tx = self.read().await?;
        let question = "SELECT d.label, d.stage, d.suspended, d.approved_until, o.office, o.name, o.telephone, o.contact, \
            o.state FROM devices d JOIN offices o ON o.office = d.office WHERE d.device = $1";
        let row = tx.row(question, [no.number().into()]).await?;
        let row = row.ok_or_else(|| Refusal::Unknown(Kind::Device, no.to_string()))?;
        let office = office(&mut tx, &row).await?;
        let held = match row.int("suspended")? {
            0 => None,
            _ => Some(Held::of(crate::rows::event::last_hold(&mut tx, no).await?)),
        };
        let listings = tx
            .rows("SELECT login_id, state FROM device_users WHERE device = $1 ORDER BY login_id", [no.number().into()])
            .await?;
        let mut listed = (!listings.is_empty()).then(Vec::new);
        for row in &listings {
            if let Some(listed) = &mut listed
                && row.text("state")? == ListingState::Listed.as_str()
            {
                listed.push(row.text("login_id")?);
            }
        }
        Ok(DeviceFacts {
            no,
            label: row.text("label")?,
            office,
            stage: word(&row.text("stage")?)?,
            held,
            approved_until: row.maybe_int("approved_until")?.map(Timestamp::from_unix),
            listed,
            certificates: certificates(&mut tx, no).await?,
        })
    }

    /// A person as they stand.
    ///
    /// # Errors
    /// There is none of that ID, or the registry does not answer.
    pub(crate) async fn person_facts(&self, id: &LoginId, now: Timestamp) -> Result<PersonFacts, Refusal> {
        let locked_until = self.locked_until(id, now).await?;
        let mut tx = self.read().await?;
        let question = "SELECT u.name AS person, u.state AS person_state, u.password_initial, u.password_set_at, \
            u.password_lapsed_at, u.maintenance, u.open_from, u.open_until, o.office, o.name, o.telephone, o.contact, o.state FROM system_users u \
            JOIN offices o ON o.office = u.office WHERE u.login_id = $1";
        let row = tx.row(question, [id.as_str().into()]).await?;
        let row = row.ok_or_else(|| Refusal::Unknown(Kind::SystemUser, id.to_string()))?;
        let state: SystemUserState = word(&row.text("person_state")?)?;
        let since = match state {
            SystemUserState::Active => None,
            SystemUserState::Suspended => last(&mut tx, id.as_str(), "user.suspend").await?,
            SystemUserState::Deleted => last(&mut tx, id.as_str(), "user.delete").await?,
        };
        let initial = row.int("password_initial")? != 0;
        Ok(PersonFacts {
            id: id.clone(),
            name: row.text("person")?,
            office: office(&mut tx, &row).await?,
            state,
            since,
            initial_since: initial.then(|| row.int("password_set_at").map(Timestamp::from_unix)).transpose()?,
            lapsed_at: row.maybe_int("password_lapsed_at")?.map(Timestamp::from_unix),
            locked_until,
            opening: opening(&row)?,
        })
    }

    /// An office as it stands.
    ///
    /// # Errors
    /// There is none of that number, or the registry does not answer.
    pub(crate) async fn office_facts(&self, no: &OfficeNo) -> Result<OfficeFacts, Refusal> {
        let mut tx = self.read().await?;
        let question = "SELECT office, name, telephone, contact, state FROM offices WHERE office = $1";
        let row = tx.row(question, [no.as_str().into()]).await?;
        let row = row.ok_or_else(|| Refusal::Unknown(Kind::Office, no.to_string()))?;
        Ok(office(&mut tx, &row).await?)
    }

    /// A room, for this person, at this moment.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn room_facts(
        &self,
        room: RoomRef,
        (id, at): (Option<&LoginId>, Timestamp),
    ) -> Result<RoomFacts, Unavailable> {
        let mut tx = self.read().await?;
        let question = "SELECT r.name, r.state, i.state AS invited, i.until FROM rooms r \
            LEFT JOIN invitations i ON i.room = r.room AND i.login_id = $2 WHERE r.room = $1";
        let row = tx.row(question, [room.as_str().into(), id.map_or("", LoginId::as_str).into()]).await?;
        let known = row.map(|row| {
            Ok::<_, Unavailable>(KnownRoom {
                name: row.text("name")?,
                open: row.text("state")? == RoomState::Open.as_str(),
                invited: row.maybe_text("invited")?.as_deref() == Some("invited")
                    && row.maybe_int("until")?.is_none_or(|until| until > at.unix()),
            })
        });
        Ok(RoomFacts { room, known: known.transpose()? })
    }

    /// Offices whose telephone has these digits, and no others.
    pub(crate) async fn offices_called(&self, digits: &str) -> Result<Vec<String>, Unavailable> {
        let rows = self.read().await?.rows("SELECT office, telephone FROM offices ORDER BY office", []).await?;
        let mut found = Vec::new();
        for row in &rows {
            let telephone = row.text("telephone")?;
            if telephone.chars().filter(char::is_ascii_digit).eq(digits.chars()) {
                found.push(row.text("office")?);
            }
        }
        Ok(found)
    }

    /// IDs of the people, and numbers of the offices, of exactly this name.
    pub(crate) async fn named(&self, name: &str) -> Result<(Vec<String>, Vec<String>), Unavailable> {
        let mut tx = self.read().await?;
        let people =
            "SELECT login_id FROM system_users WHERE name = $1 AND state <> 'deleted' ORDER BY login_id LIMIT 10";
        let people = tx.rows(people, [name.into()]).await?;
        let offices = "SELECT office FROM offices WHERE name = $1 ORDER BY office LIMIT 10";
        let offices = tx.rows(offices, [name.into()]).await?;
        let texts = |rows: &[Row], column| rows.iter().map(|row| row.text(column)).collect::<Result<Vec<_>, _>>();
        Ok((texts(&people, "login_id")?, texts(&offices, "office")?))
    }
}

async fn office(tx: &mut Transaction, row: &Row) -> Result<OfficeFacts, Unavailable> {
    let no = row.text("office")?;
    let state: OfficeState = word(&row.text("state")?)?;
    let since = match state {
        OfficeState::Registered => None,
        OfficeState::Suspended => last(tx, &no, "office.suspend").await?,
        OfficeState::Withdrawn => last(tx, &no, "office.withdraw").await?,
        OfficeState::Replaced => last(tx, &no, "office.replace").await?,
    };
    Ok(OfficeFacts {
        name: row.text("name")?,
        telephone: row.text("telephone")?,
        contact: row.text("contact")?,
        state,
        since,
        no: no.parse().map_err(|_| Unavailable::Corrupt(format!("office {no:?}")))?,
    })
}

async fn certificates(tx: &mut Transaction, no: DeviceNo) -> Result<Vec<CertificateFacts>, Unavailable> {
    let question = "SELECT c.serial, c.state, c.not_before, c.not_after, c.superseded_from, c.revoked_at, f.at AS used_at \
        FROM certificates c LEFT JOIN first_uses f ON f.serial = c.serial \
        WHERE c.device = $1 AND c.state <> 'intended' ORDER BY c.not_after DESC, c.serial";
    tx.rows(question, [no.number().into()]).await?.iter().map(certificate).collect()
}

pub(super) fn certificate(row: &Row) -> Result<CertificateFacts, Unavailable> {
    let time = |column| Ok::<_, Unavailable>(row.maybe_int(column)?.map(Timestamp::from_unix));
    Ok(CertificateFacts {
        serial: row.text("serial")?,
        stage: word(&row.text("state")?)?,
        not_before: Timestamp::from_unix(row.int("not_before")?),
        not_after: Timestamp::from_unix(row.int("not_after")?),
        superseded_from: time("superseded_from")?,
        revoked_at: time("revoked_at")?,
        used: time("used_at")?.is_some(),
    })
}

/// When this was last done to it.
pub(super) async fn last(
    tx: &mut Transaction,
    subject: &str,
    action: &'static str,
) -> Result<Option<Timestamp>, Unavailable> {
    // One of a list is no event's subject: what the event is about says it.
    let question = "SELECT MAX(at) AS last FROM (SELECT at FROM events WHERE subject = $1 AND action = $2 UNION ALL \
        SELECT e.at FROM event_subjects s JOIN events e ON e.version = s.version \
        WHERE s.kind = 'person' AND s.subject = $1 AND (e.action IN ($3, $4, $5) OR ($2 = 'user.suspend' \
        AND e.action IN ('incident.open-stop', 'incident.stop')))) done";
    let listed = format!("{action}-list");
    // By a campaign it is done to all who did not answer, or as their office answered.
    let [step, answer] = match action {
        "user.suspend" => ["campaign.suspend"; 2],
        "user.delete" => ["campaign.deleted", "campaign.confirm"],
        _ => [action; 2],
    };
    let row = tx.row(question, [subject.into(), action.into(), listed.into(), step.into(), answer.into()]).await?;
    Ok(row.map(|row| row.maybe_int("last")).transpose()?.flatten().map(Timestamp::from_unix))
}
