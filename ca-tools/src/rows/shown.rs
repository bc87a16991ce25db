//! A ticket is shown: looked up by its number, and proven by its code.

use certs::{DeviceNo, Serial, Timestamp};
use registry::Os;

use super::device::number;
use super::intent::{GRACE, Purpose};
use super::ticket::stored;
use super::word;
use crate::database::{Row, Transaction};
use crate::refusal::Unavailable;
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
/// use ca_tools::rows::TicketProof;
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
    /// The gateway's number of the request that showed it.
    request: Option<String>,
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
            request: None,
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

    /// What its certificate is for.
    pub(crate) fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// What operators call it.
    pub(crate) fn name(&self) -> &str {
        &self.ticket
    }

    /// Why something is changed on it.
    pub(crate) fn why(&self) -> String {
        format!("取得用番号（管理番号 {}）", self.ticket)
    }

    /// The same, shown by this request: what is changed on it says so.
    pub(crate) fn shown_by(self, request: Option<&str>) -> Self {
        Self { request: request.map(str::to_owned), ..self }
    }

    /// The gateway's number of the request that showed it.
    pub(crate) fn request(&self) -> Option<&str> {
        self.request.as_deref()
    }

    /// The application on which it was given.
    pub(crate) fn application(&self) -> &str {
        &self.application
    }
}

/// The ticket with this number, known by its SHA-256.
pub(crate) async fn known_by(tx: &mut Transaction, number_hash: &str) -> Result<Option<Found>, Unavailable> {
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

fn found(row: &Row) -> Result<Found, Unavailable> {
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
        ("replacement", Some(old)) => Purpose::Replacement { of: number(old)?, grace: GRACE },
        (other, _) => return Err(Unavailable::Corrupt(format!("a ticket for {other:?}"))),
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

/// A certificate that a ticket gave.
#[derive(Clone, Debug)]
pub(crate) struct GivenBefore {
    pub(crate) serial: Serial,
    pub(crate) pem: String,
}

/// The certificate that this ticket gave for this very key, PEM: a request that was sent twice is answered twice.
pub(crate) async fn given_for(
    tx: &mut Transaction,
    proof: &TicketProof,
    key: &certs::KeyPrint,
) -> Result<Option<GivenBefore>, Unavailable> {
    let Some(serial) = proof.serial else { return Ok(None) };
    let row = tx
        .row(
            "SELECT certificate FROM certificates \
             WHERE serial = $1 AND device = $2 AND key_print = $3 AND key_origin = 'csr' AND state = 'issued'",
            [serial.to_string().into(), proof.device.number().into(), key.to_string().into()],
        )
        .await?;
    row.map(|row| Ok(GivenBefore { serial, pem: row.text("certificate")? })).transpose()
}
