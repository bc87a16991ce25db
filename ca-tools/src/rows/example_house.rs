//! Rows of a large example house, as they stand after years of use. They are written without the changes that would have led to
//! them: a hundred thousand changes one by one take an afternoon.

use crate::database::{Transaction, Value};
use crate::refusal::Unavailable;

/// Which rows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Furniture {
    Offices,
    People,
    Devices,
    Certificates,
    Sightings,
    Rooms,
    Invitations,
    Applications,
    Tickets,
    Letters,
}

impl Furniture {
    const fn statement(self) -> &'static str {
        match self {
            Self::Offices => {
                "INSERT INTO offices (office, corporation, name, contact, mail, telephone, address, pledge, state, \
                 application, version)"
            }
            Self::People => {
                "INSERT INTO system_users (login_id, office, name, profession, roles, state, password_hash, \
                 password_initial, password_set_at, failures_count_from, previous_hashes, application, version)"
            }
            Self::Devices => {
                "INSERT INTO devices (device, office, label, os, ownership, stage, suspended, inspected_at, \
                 inspected_by, checklist, approved_at, approved_by, application, version)"
            }
            Self::Certificates => {
                "INSERT INTO certificates (serial, device, fingerprint, state, not_before, not_after, revoked_at, \
                 revoked_reason, assurance, key_origin, issuer, to_be_signed, certificate, application, version, key_print)"
            }
            Self::Sightings => "INSERT INTO sightings (serial, os, network, first_at, last_at)",
            Self::Rooms => "INSERT INTO rooms (room, name, state, version)",
            Self::Invitations => "INSERT INTO invitations (room, login_id, state, version)",
            Self::Applications => {
                "INSERT INTO applications (application, kind, channel, state, office, device, form, received_at, \
                 received_by, inspected_at, inspected_by, inspection, decided_at, decided_by, version)"
            }
            Self::Tickets => {
                "INSERT INTO tickets (ticket, number_hash, code_hash, device, purpose, state, issued_at, issued_by, \
                 until, tries_left, used_at, retaken, application, version)"
            }
            Self::Letters => {
                "INSERT INTO mails (mail, message_id, kind, recipient, letter, about, state, queued_at, next_at, \
                 tries, ended_at, problem, version)"
            }
        }
    }
}

/// Writes these.
pub(crate) async fn write(
    tx: &mut Transaction,
    furniture: Furniture,
    rows: Vec<Vec<Value>>,
) -> Result<(), Unavailable> {
    tx.insert_many((furniture.statement(), ""), rows).await.map(drop)
}
