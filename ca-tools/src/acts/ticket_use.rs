//! A ticket is shown: looked up, judged, and spent in the change that records its certificate.

use certs::{DeviceNo, Serial, Timestamp};
use registry::Os;
use serde_json::json;

use super::change::{Change, Duty};
use super::refusal::{Kind, Refusal, Unavailable};
use super::{By, Writer};
use crate::database::Row;
use crate::rows::Purpose;
use crate::rows::device::number;
use crate::rows::word;
use crate::ticket::{Given, Gives, Part, Stored, TicketRefusal, TicketState, judge};

/// A ticket as the registry holds it, before anybody proved to know its code.
#[derive(Debug)]
pub(crate) struct Found {
    ticket: String,
    pub(crate) code_hash: String,
    stored: Stored,
    device: DeviceNo,
    purpose: Purpose,
    serial: Option<Serial>,
    application: String,
    label: String,
    os: Os,
}

/// Proof that somebody showed a ticket with its code, and that it opens. Made only where a code was judged.
///
/// ```compile_fail
/// use ca_tools::acts::TicketProof;
/// fn forged() -> TicketProof {
///     TicketProof { ticket: "T-000001".into() }
/// }
/// ```
#[must_use]
#[derive(Debug)]
pub struct TicketProof {
    ticket: String,
    part: Part,
    gives: Gives,
    device: DeviceNo,
    purpose: Purpose,
    serial: Option<Serial>,
    application: String,
    label: String,
    os: Os,
    until: Timestamp,
}

impl Found {
    /// What the ticket's state says to this code, for what is wanted.
    pub(crate) fn proven(self, given: Given, part: Part, now: Timestamp) -> Result<TicketProof, TicketRefusal> {
        let gives = judge(self.stored, given, part, now)?;
        let purpose = match (part, self.serial) {
            (Part::First, _) => self.purpose,
            (Part::Other, Some(of)) => Purpose::Retake { of },
            (Part::Other, None) => return Err(TicketRefusal::NotTaken),
        };
        Ok(TicketProof {
            ticket: self.ticket,
            part,
            gives,
            device: self.device,
            purpose,
            serial: self.serial,
            application: self.application,
            label: self.label,
            os: self.os,
            until: self.stored.until,
        })
    }

    /// What operators call it.
    pub(crate) fn name(&self) -> &str {
        &self.ticket
    }

    /// Whether it opens nothing any more, whatever is shown with it.
    pub(crate) fn is_dead(&self) -> bool {
        self.stored.state == TicketState::Killed
    }
}

impl TicketProof {
    pub(super) fn by(&self, at: Timestamp) -> Result<By, Refusal> {
        let why = Some(format!("取得用番号（管理番号 {}）", self.ticket));
        Ok(By { application: Some(self.application.clone()), why, ..By::desk(at)? })
    }

    /// The device it is for.
    #[must_use]
    pub fn device(&self) -> DeviceNo {
        self.device
    }

    /// What the device is called.
    pub(crate) fn label(&self) -> &str {
        &self.label
    }

    /// Its registered system.
    pub(crate) fn os(&self) -> Os {
        self.os
    }

    /// Its last second.
    pub(crate) fn until(&self) -> Timestamp {
        self.until
    }

    /// Which of its files.
    pub(crate) fn part(&self) -> Part {
        self.part
    }

    /// What comes of it.
    pub(crate) fn gives(&self) -> Gives {
        self.gives
    }

    /// The certificate that it gave last, or in whose place it gives one.
    pub(crate) fn serial(&self) -> Option<&Serial> {
        self.serial.as_ref()
    }

    pub(crate) fn purpose(&self) -> Purpose {
        self.purpose
    }

    pub(super) fn name(&self) -> &str {
        &self.ticket
    }
}

impl Writer {
    /// The ticket with this number, known by its SHA-256.
    pub(crate) async fn ticket_known_by(&self, number_hash: &str) -> Result<Option<Found>, Refusal> {
        let mut tx = self.read().await?;
        let row = tx
            .row(
                "SELECT t.ticket, t.code_hash, t.device, t.purpose, t.replaces, t.state, t.until, t.tries_left, t.serial, \
                 t.used_at, t.retaken, t.application, d.label, d.os, k.kept_until \
                 FROM tickets t JOIN devices d ON d.device = t.device \
                 LEFT JOIN kept_files k ON k.serial = t.serial AND k.ticket = t.ticket WHERE t.number_hash = $1",
                [number_hash.into()],
            )
            .await?;
        row.map(|row| found(&row)).transpose()
    }

    /// A wrong code was shown with this number; how many more it endures.
    pub(crate) async fn wrong_code(&self, at: Timestamp, ticket: &str) -> Result<i64, Refusal> {
        let mut change = self.change(&By::desk(at)?, Duty::Desk).await?;
        let row = change.row("SELECT tries_left, state FROM tickets WHERE ticket = $1", [ticket.into()]).await?;
        let row = row.ok_or_else(|| Refusal::Unknown(Kind::Ticket, ticket.to_owned()))?;
        let left = (row.int("tries_left")? - 1).max(0);
        change
            .run(
                "UPDATE tickets SET tries_left = $2, version = $3, \
                 killed_why = CASE WHEN $2 = 0 AND state <> 'killed' THEN 'wrong_codes' ELSE killed_why END, \
                 state = CASE WHEN $2 = 0 THEN 'killed' ELSE state END WHERE ticket = $1",
                [ticket.into(), left.into(), change.version().into()],
            )
            .await?;
        if left == 0 {
            change.run("DELETE FROM kept_files WHERE ticket = $1", [ticket.into()]).await?;
        }
        change.commit("ticket.wrong-code", ticket, json!({ "tries_left": left })).await?;
        Ok(left)
    }
}

macro_rules! standing {
    ($whose:literal) => {
        concat!(
            "SELECT t.ticket, t.device, t.serial, t.state, t.until, t.tries_left, t.used_at, t.retaken, k.kept_until \
             FROM tickets t LEFT JOIN kept_files k ON k.serial = t.serial AND k.ticket = t.ticket WHERE ",
            $whose
        )
    };
}

/// All that [`stored`] reads: of one ticket, of those of a device, of those of an office's devices.
pub(super) const STANDING: &str = standing!("t.ticket = $1");
pub(super) const STANDING_OF_DEVICE: &str = standing!("t.device = $1 AND t.state <> 'killed'");
pub(super) const STANDING_OF_OFFICE: &str =
    standing!("t.state <> 'killed' AND t.device IN (SELECT device FROM devices WHERE office = $1)");

/// Does the ticket still give a certificate, in this very change?
pub(super) async fn stands(change: &mut Change, proof: &TicketProof) -> Result<(), Refusal> {
    match gives(change, proof).await? {
        Gives::New => Ok(()),
        Gives::Again { at, .. } | Gives::Page { at } => {
            let other = proof.part == Part::First;
            Err(TicketRefusal::Used { at, other }.into())
        }
    }
}

/// What the ticket gives in this very change.
pub(super) async fn gives(change: &mut Change, proof: &TicketProof) -> Result<Gives, Refusal> {
    let row = change.row(STANDING, [proof.ticket.as_str().into()]).await?;
    let row = row.ok_or_else(|| Refusal::Unknown(Kind::Ticket, proof.ticket.clone()))?;
    Ok(judge(stored(&row)?, Given::Right, proof.part, change.at())?)
}

/// The ticket gave this certificate.
pub(super) async fn spend(change: &mut Change, proof: &TicketProof, serial: &str) -> Result<(), Refusal> {
    let retaken = match proof.part {
        Part::First => 0_i64,
        Part::Other => 1,
    };
    change
        .run(
            "UPDATE tickets SET state = 'used', serial = $2, used_at = $3, retaken = $4, version = $5 WHERE ticket = $1",
            [
                proof.ticket.as_str().into(),
                serial.into(),
                change.at().unix().into(),
                retaken.into(),
                change.version().into(),
            ],
        )
        .await?;
    let others = "DELETE FROM kept_files WHERE ticket = $1 AND serial <> $2";
    change.run(others, [proof.ticket.as_str().into(), serial.into()]).await?;
    Ok(())
}

fn found(row: &Row) -> Result<Found, Refusal> {
    let serial = row.maybe_text("serial")?;
    let serial: Option<Serial> = serial
        .map(|serial| serial.parse().map_err(|_| Unavailable::Corrupt(format!("serial {serial:?}"))))
        .transpose()?;
    let stored = stored(row)?;
    // An open ticket that names a certificate takes the place of that one, which was never used.
    let retake = serial.filter(|_| stored.state == TicketState::Open).map(|of| Purpose::Retake { of });
    let purpose = match (row.text("purpose")?.as_str(), row.maybe_int("replaces")?) {
        ("first", None) => retake.unwrap_or(Purpose::First),
        ("renewal", None) => retake.unwrap_or(Purpose::RenewalOnProof),
        ("replacement", Some(old)) => Purpose::Replacement { of: number(old)?, grace: super::GRACE },
        (other, _) => return Err(Unavailable::Corrupt(format!("a ticket for {other:?}")).into()),
    };
    Ok(Found {
        ticket: row.text("ticket")?,
        code_hash: row.text("code_hash")?,
        stored,
        device: number(row.int("device")?)?,
        purpose,
        serial,
        application: row.text("application")?,
        label: row.text("label")?,
        os: word(&row.text("os")?)?,
    })
}

pub(super) fn stored(row: &Row) -> Result<Stored, Unavailable> {
    let used_at = Timestamp::from_unix(row.maybe_int("used_at")?.unwrap_or_default());
    let state = match (row.text("state")?.as_str(), row.int("retaken")?) {
        ("open", _) => TicketState::Open,
        ("used", 0) => TicketState::Used(used_at),
        ("used", _) => TicketState::Retaken(used_at),
        ("killed", _) => TicketState::Killed,
        (other, _) => return Err(Unavailable::Corrupt(format!("a ticket that is {other:?}"))),
    };
    Ok(Stored {
        state,
        until: Timestamp::from_unix(row.int("until")?),
        tries_left: row.int("tries_left")?,
        again_until: row.maybe_int("kept_until")?.map(Timestamp::from_unix),
    })
}
