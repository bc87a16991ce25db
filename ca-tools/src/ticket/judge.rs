//! Does this ticket open? Facts and the moment in, a refusal with its own words out.
//!
//! Nothing but the number's own state is told before the code was right, and a number that does not
//! exist is answered like one that does (番号違い, ca-tools/README.md#pick-up).

use certs::Timestamp;

/// What the registry holds of a ticket.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Stored {
    pub(crate) state: TicketState,
    /// Opens nothing after this second.
    pub(crate) until: Timestamp,
    /// Wrong codes it still endures.
    pub(crate) tries_left: i64,
    /// Until when the file that it gave last is given once more, where one is kept.
    pub(crate) again_until: Option<Timestamp>,
}

/// What comes of a ticket that opens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Gives {
    /// A certificate is made.
    New,
    /// The file that was made then comes again.
    Again {
        /// When it was made.
        at: Timestamp,
        /// How long it is kept.
        until: Timestamp,
    },
    /// The file is gone; the page with its password is shown again.
    Page {
        /// When it was made.
        at: Timestamp,
    },
}

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TicketState {
    /// It gives a certificate, once.
    Open,
    /// It gave one, then; the other container was not asked for yet, and may be.
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

impl Stored {
    /// Whether anything can still come of it, whatever is shown with it and asked for. What ends a ticket (a newer one, an
    /// operator, the device's end) ends all of this, the other container and the file that comes again included.
    pub(crate) fn opens(self, now: Timestamp) -> bool {
        [super::Part::First, super::Part::Other].iter().any(|part| judge(self, Given::Right, *part, now).is_ok())
    }
}

/// What a ticket gives of what `wanted` says.
pub(crate) fn judge(stored: Stored, given: Given, wanted: super::Part, now: Timestamp) -> Result<Gives, TicketRefusal> {
    match (stored.state, given) {
        (TicketState::Killed, Given::Right | Given::Wrong) => return Err(TicketRefusal::Killed),
        (TicketState::Open | TicketState::Used(_) | TicketState::Retaken(_), Given::Wrong) => {
            let left = (stored.tries_left - 1).max(0);
            return Err(if left == 0 { TicketRefusal::Killed } else { TicketRefusal::Wrong { left } });
        }
        (TicketState::Open | TicketState::Used(_) | TicketState::Retaken(_), Given::Right) => {}
    }
    let expired = TicketRefusal::Expired { until: stored.until };
    let taken = |at| match stored.again_until {
        Some(until) if now <= until => Gives::Again { at, until },
        Some(_) | None => Gives::Page { at },
    };
    let in_time = now <= stored.until;
    match (stored.state, wanted) {
        (TicketState::Open, super::Part::First) if in_time => Ok(Gives::New),
        (TicketState::Used(_), super::Part::Other) if in_time => Ok(Gives::New),
        (TicketState::Used(at), super::Part::First) | (TicketState::Retaken(at), super::Part::Other) if in_time => {
            Ok(taken(at))
        }
        (TicketState::Used(at), super::Part::First) | (TicketState::Retaken(at), _) => {
            Err(TicketRefusal::Used { at, other: false })
        }
        (TicketState::Open | TicketState::Used(_), _) if !in_time => Err(expired),
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

impl TicketRefusal {
    /// One word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Expired { .. } => "ticket_expired",
            Self::Killed => "ticket_dead",
            Self::NotTaken => "ticket_not_taken",
            Self::Used { .. } => "ticket_used",
            Self::Wrong { .. } => "ticket_wrong",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Part;
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_000);
    const AT: Timestamp = Timestamp::from_unix(900);

    fn stored(state: TicketState) -> Stored {
        Stored { state, until: Timestamp::from_unix(1_000), tries_left: TRIES, again_until: None }
    }

    #[test]
    fn every_state_of_a_ticket_answers_every_question_in_its_own_words() {
        let after = Timestamp::from_unix(1_001);
        let expired = TicketRefusal::Expired { until: Timestamp::from_unix(1_000) };
        let used = Err(TicketRefusal::Used { at: AT, other: false });
        let page = Ok(Gives::Page { at: AT });
        let (open, taken, both) = (TicketState::Open, TicketState::Used(AT), TicketState::Retaken(AT));
        let cases = [
            (open, Part::First, NOW, Ok(Gives::New)),
            (open, Part::First, after, Err(expired)),
            (open, Part::Other, NOW, Err(TicketRefusal::NotTaken)),
            (open, Part::Other, after, Err(expired)),
            (taken, Part::First, NOW, page),
            (taken, Part::First, after, used),
            (taken, Part::Other, NOW, Ok(Gives::New)),
            (taken, Part::Other, after, Err(expired)),
            (both, Part::First, NOW, used),
            (both, Part::Other, NOW, page),
            (both, Part::Other, after, used),
            (TicketState::Killed, Part::First, NOW, Err(TicketRefusal::Killed)),
            (TicketState::Killed, Part::Other, after, Err(TicketRefusal::Killed)),
        ];
        for (state, part, now, verdict) in cases {
            assert_eq!(judge(stored(state), Given::Right, part, now), verdict, "{state:?} {part:?} {now:?}");
        }
    }

    #[test]
    fn what_was_given_comes_again_while_it_is_kept_and_the_ticket_is_good() {
        let until = Timestamp::from_unix(950);
        let kept = |state| Stored { again_until: Some(until), ..stored(state) };
        let again = Ok(Gives::Again { at: AT, until });
        assert_eq!(judge(kept(TicketState::Used(AT)), Given::Right, Part::First, until), again);
        assert_eq!(judge(kept(TicketState::Retaken(AT)), Given::Right, Part::Other, until), again);
        assert_eq!(
            judge(kept(TicketState::Used(AT)), Given::Right, Part::First, NOW),
            Ok(Gives::Page { at: AT }),
            "it is kept no longer"
        );
        let killed = judge(kept(TicketState::Killed), Given::Right, Part::First, until);
        assert_eq!(killed, Err(TicketRefusal::Killed));
    }

    #[test]
    fn a_ticket_opens_while_anything_comes_of_it_and_a_dead_one_never() {
        let after = Timestamp::from_unix(1_001);
        for state in [TicketState::Open, TicketState::Used(AT), TicketState::Retaken(AT)] {
            assert!(stored(state).opens(NOW), "{state:?}");
            assert!(!stored(state).opens(after), "{state:?}");
        }
        assert!(!stored(TicketState::Killed).opens(AT));
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
