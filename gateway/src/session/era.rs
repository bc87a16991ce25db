//! Which of the store's generations is this?
//!
//! A store that was emptied, exchanged, or put back from a copy older than what was already heard of it has forgotten
//! things: that somebody logged out, for one. Nothing tells what, so such a store begins a new **era**, and a session of
//! any other era counts as none. Eras are numbered, so that gateways that find out at the same moment agree on one; the
//! mark tells two stores apart that number alike.

use std::fmt;

/// One generation of a store.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Era {
    /// Counts up; 0 before anything is known.
    pub(super) number: u64,
    /// Drawn by whoever began it.
    pub(super) mark: u64,
}

impl Era {
    /// Octets in a record.
    pub(super) const OCTETS: usize = 16;

    /// As it stands in a record.
    pub(super) fn to_octets(self) -> [u8; Self::OCTETS] {
        (u128::from(self.number) << 64 | u128::from(self.mark)).to_be_bytes()
    }

    /// The mark as it stands in the store.
    pub(super) fn mark_text(self) -> String {
        format!("{:016x}", self.mark)
    }
}

impl From<[u8; Era::OCTETS]> for Era {
    fn from(octets: [u8; Era::OCTETS]) -> Self {
        let [a, b, c, d, e, f, g, h, rest @ ..] = octets;
        Self { number: u64::from_be_bytes([a, b, c, d, e, f, g, h]), mark: u64::from_be_bytes(rest) }
    }
}

impl fmt::Display for Era {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_era_is_read_from_a_record_as_it_was_written() {
        let era = Era { number: 3, mark: 0xfeed_0000_0000_0001 };
        assert_eq!(Era::from(era.to_octets()), era);
        assert_eq!(era.mark_text(), "feed000000000001");
    }
}
