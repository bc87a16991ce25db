//! Does this ticket open? Facts and the moment in, a refusal with its own words out.
//!
//! Nothing but the number's own state is told before the code was right, and a number that does not
//! exist is answered like one that does (DOMAIN §E.3 番号違い).

use certs::Timestamp;

/// What the registry holds of a ticket.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Stored {
    pub(crate) state: TicketState,
    /// Opens nothing after this second.
    pub(crate) until: Timestamp,
    /// Wrong codes it still endures.
    pub(crate) tries_left: i64,
}

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TicketState {
    /// It gives a certificate, once.
    Open,
    /// It gave one, then; the other container was not asked for yet.
    Used(Timestamp),
    /// It gave both containers.
    Retaken(Timestamp),
    /// Wrong codes, an operator, a newer ticket or the device's end.
    Killed,
}

/// What was shown beside the number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Given {
    /// The right code.
    Right,
    /// Another one.
    Wrong,
}

/// Which wrong codes are left before a ticket dies.
pub(crate) const TRIES: i64 = 5;

/// Whether a ticket opens for what `wanted` says.
pub(crate) fn judge(stored: Stored, given: Given, wanted: super::Part, now: Timestamp) -> Result<(), TicketRefusal> {
    match (stored.state, given) {
        (TicketState::Killed, Given::Right | Given::Wrong) => return Err(TicketRefusal::Killed),
        (TicketState::Open | TicketState::Used(_) | TicketState::Retaken(_), Given::Wrong) => {
            let left = (stored.tries_left - 1).max(0);
            return Err(if left == 0 { TicketRefusal::Killed } else { TicketRefusal::Wrong { left } });
        }
        (TicketState::Open | TicketState::Used(_) | TicketState::Retaken(_), Given::Right) => {}
    }
    match (stored.state, wanted) {
        (TicketState::Open, super::Part::First) if now <= stored.until => Ok(()),
        (TicketState::Used(_), super::Part::Other) if now <= stored.until => Ok(()),
        (TicketState::Used(at), super::Part::First) | (TicketState::Retaken(at), _) => {
            Err(TicketRefusal::Used { at, other: stored.state == TicketState::Used(at) && now <= stored.until })
        }
        (TicketState::Open | TicketState::Used(_), _) if now > stored.until => {
            Err(TicketRefusal::Expired { until: stored.until })
        }
        (TicketState::Open, super::Part::Other) => Err(TicketRefusal::NotTaken),
        (TicketState::Open | TicketState::Used(_) | TicketState::Killed, _) => Err(TicketRefusal::Killed),
    }
}

/// Why a ticket gives nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TicketRefusal {
    /// Its time is over.
    #[error("the ticket expired")]
    Expired {
        /// Its last second.
        until: Timestamp,
    },
    /// It opens nothing any more.
    #[error("the ticket is dead")]
    Killed,
    /// The other container was asked for before the first.
    #[error("the first container was not taken yet")]
    NotTaken,
    /// It has given what it gives.
    #[error("the ticket is used")]
    Used {
        /// When.
        at: Timestamp,
        /// Whether the other container may still be taken.
        other: bool,
    },
    /// The number or the code is another one.
    #[error("the number or the code is wrong")]
    Wrong {
        /// Tries until the number dies.
        left: i64,
    },
}

#[cfg(test)]
mod tests {
    use super::super::Part;
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_000);
    const AT: Timestamp = Timestamp::from_unix(900);

    fn stored(state: TicketState) -> Stored {
        Stored { state, until: Timestamp::from_unix(1_000), tries_left: TRIES }
    }

    #[test]
    fn every_state_of_a_ticket_answers_every_question_in_its_own_words() {
        let after = Timestamp::from_unix(1_001);
        let expired = TicketRefusal::Expired { until: Timestamp::from_unix(1_000) };
        let used = |other| TicketRefusal::Used { at: AT, other };
        let (open, taken, both) = (TicketState::Open, TicketState::Used(AT), TicketState::Retaken(AT));
        let cases = [
            (open, Part::First, NOW, Ok(())),
            (open, Part::First, after, Err(expired)),
            (open, Part::Other, NOW, Err(TicketRefusal::NotTaken)),
            (open, Part::Other, after, Err(expired)),
            (taken, Part::First, NOW, Err(used(true))),
            (taken, Part::First, after, Err(used(false))),
            (taken, Part::Other, NOW, Ok(())),
            (taken, Part::Other, after, Err(expired)),
            (both, Part::First, NOW, Err(used(false))),
            (both, Part::Other, NOW, Err(used(false))),
            (TicketState::Killed, Part::First, NOW, Err(TicketRefusal::Killed)),
            (TicketState::Killed, Part::Other, after, Err(TicketRefusal::Killed)),
        ];
        for (state, part, now, verdict) in cases {
            assert_eq!(judge(stored(state), Given::Right, part, now), verdict, "{state:?} {part:?} {now:?}");
        }
    }

    #[test]
    fn a_wrong_code_is_told_the_tries_that_are_left_and_nothing_of_the_state() {
        for state in [TicketState::Open, TicketState::Used(AT), TicketState::Retaken(AT)] {
            for (tries_left, told) in [(5, 4), (4, 3), (3, 2), (2, 1)] {
                let verdict = judge(Stored { tries_left, ..stored(state) }, Given::Wrong, Part::First, NOW);
                assert_eq!(verdict, Err(TicketRefusal::Wrong { left: told }), "{state:?}");
            }
            let last = judge(Stored { tries_left: 1, ..stored(state) }, Given::Wrong, Part::First, NOW);
            assert_eq!(last, Err(TicketRefusal::Killed), "{state:?}");
        }
        let dead = judge(Stored { tries_left: 0, ..stored(TicketState::Killed) }, Given::Wrong, Part::First, NOW);
        assert_eq!(dead, Err(TicketRefusal::Killed));
    }
}
