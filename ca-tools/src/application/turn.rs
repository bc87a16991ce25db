//! Whose turn is it with an application? What an office is told of where it stands.

use certs::Timestamp;

use super::kind::ApplicationState;

/// Who does the next thing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Turn {
    /// The city looks at it.
    CityInspects,
    /// It did not pass: what was found is put right, and the city looks again.
    OfficeCorrects,
    /// The city decides.
    CityDecides,
    /// It is granted, and the certificate is fetched until then.
    OfficePicksUp(Timestamp),
    /// Nothing is left to do.
    Nobody,
    /// It was turned down; the office may apply again.
    TurnedDown,
}

impl Turn {
    /// Of an application in this state, which was inspected or not, and whose ticket can be used until then.
    pub(crate) fn of(
        state: ApplicationState,
        inspected: bool,
        ticket_until: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        match (state, ticket_until.filter(|until| *until >= now)) {
            (ApplicationState::Received, _) if inspected => Self::OfficeCorrects,
            (ApplicationState::Received, _) => Self::CityInspects,
            (ApplicationState::Inspected, _) => Self::CityDecides,
            (ApplicationState::Approved, Some(until)) => Self::OfficePicksUp(until),
            (ApplicationState::Approved, None) => Self::Nobody,
            (ApplicationState::Rejected, _) => Self::TurnedDown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    #[test]
    fn an_application_says_whose_turn_it_is_at_every_step() {
        use ApplicationState::{Approved, Inspected, Received, Rejected};
        for (state, inspected, until, turn) in [
            (Received, false, None, Turn::CityInspects),
            (Received, true, None, Turn::OfficeCorrects),
            (Inspected, true, None, Turn::CityDecides),
            (Approved, true, Some(NOW), Turn::OfficePicksUp(NOW)),
            (Approved, true, Some(NOW.plus(-1)), Turn::Nobody),
            (Approved, true, None, Turn::Nobody),
            (Rejected, true, None, Turn::TurnedDown),
        ] {
            assert_eq!(Turn::of(state, inspected, until, NOW), turn, "{state}");
        }
    }
}
