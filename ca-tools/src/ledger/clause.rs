//! Which rows of a list are asked for, and how that is said to the database.

use super::listed::Roll;
use super::office::{END_TOLD, WITHOUT_CONTACT};
use crate::database::Value;

const APPROVAL_ENDS: &str = "x.stage = 'approved' AND COALESCE(x.approved_until, x.approval_due) BETWEEN $$ AND $$";

/// Which rows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Clause {
    /// Of this office.
    Office(String),
    /// In this state, or at this stage.
    State(String),
    /// On hold.
    Suspended,
    /// In use, with an end from the one moment to the other.
    Ending(i64, i64),
    /// Approved, until between the two moments.
    ApprovalEnds(i64, i64),
    /// Out of use since this moment by itself.
    RetiredByItself(i64),
    /// Not seen since this moment.
    UnusedSince(i64),
    /// Refused for this reason since this moment.
    RefusedSince(i64, String),
    /// Whose consent nobody has written down, and that are open.
    WithoutConsent,
    /// For which nobody speaks.
    WithoutContact,
    /// That told their end of use.
    EndTold,
    /// These alone.
    Among(Vec<String>),
}

impl Roll {
    /// Whether a list can be asked for these; the clause with `$$` for each of its values.
    pub(super) fn clause(self, clause: &Clause) -> Option<(&'static str, Vec<Value>)> {
        let one = |value: &str| vec![Value::from(value)];
        Some(match (self, clause) {
            (Self::People | Self::Devices | Self::Applications, Clause::Office(office)) => {
                ("x.office = $$", one(office))
            }
            (Self::Certificates | Self::Tickets, Clause::Office(office)) => {
                ("x.device IN (SELECT device FROM devices WHERE office = $$)", one(office))
            }
            (Self::Devices, Clause::State(stage)) => ("x.stage = $$", one(stage)),
            (
                Self::Offices | Self::People | Self::Certificates | Self::Rooms | Self::Applications | Self::Tickets,
                Clause::State(state),
            ) => ("x.state = $$", one(state)),
            (Self::Offices, Clause::WithoutContact) => (WITHOUT_CONTACT, Vec::new()),
            (Self::Offices, Clause::EndTold) => (END_TOLD, Vec::new()),
            (Self::Devices, Clause::Suspended) => ("x.suspended = 1", Vec::new()),
            (Self::Certificates, Clause::Ending(from, by)) => {
                ("x.state = 'issued' AND x.not_after >= $$ AND x.not_after <= $$", vec![(*from).into(), (*by).into()])
            }
            (Self::Tickets, Clause::Ending(from, by)) => {
                ("x.state = 'open' AND x.until >= $$ AND x.until <= $$", vec![(*from).into(), (*by).into()])
            }
            (Self::Rooms, Clause::Ending(from, by)) => (
                "x.state = 'open' AND x.room IN (SELECT i.room FROM invitations i WHERE i.state = 'invited' \
                 AND i.until > $$ AND i.until <= $$)",
                vec![(*from).into(), (*by).into()],
            ),
            (Self::Rooms, Clause::WithoutConsent) => ("x.state = 'open' AND x.asked_by IS NULL", Vec::new()),
            (Self::Devices, Clause::ApprovalEnds(from, by)) => (APPROVAL_ENDS, vec![(*from).into(), (*by).into()]),
            (Self::Devices, Clause::RetiredByItself(since)) => {
                ("x.stage = 'retired' AND x.retired_at >= $$ AND x.retired_reason = 'unused'", vec![(*since).into()])
            }
            (Self::Devices, Clause::UnusedSince(since)) => (
                "x.stage = 'approved' AND NOT EXISTS (SELECT 1 FROM device_uses u WHERE u.device = x.device \
                 AND u.last_at >= $$)",
                vec![(*since).into()],
            ),
            (Self::Devices, Clause::RefusedSince(since, reason)) => (
                "x.device IN (SELECT device FROM told_lines WHERE happened_at >= $$ AND worth = 'refusal' \
                 AND reason = $$ AND device IS NOT NULL)",
                vec![(*since).into(), reason.as_str().into()],
            ),
            (Self::Offices | Self::Rooms, Clause::Office(_))
            | (
                Self::Offices | Self::People | Self::Certificates | Self::Rooms | Self::Applications | Self::Tickets,
                Clause::Suspended
                | Clause::UnusedSince(_)
                | Clause::RefusedSince(..)
                | Clause::ApprovalEnds(..)
                | Clause::RetiredByItself(_),
            )
            | (Self::Offices | Self::People | Self::Devices | Self::Applications, Clause::Ending(..))
            | (_, Clause::WithoutContact | Clause::EndTold | Clause::Among(_) | Clause::WithoutConsent) => return None,
        })
    }
}
