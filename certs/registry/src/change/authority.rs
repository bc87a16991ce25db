//! When does the next issuing CA come, which one signs, and when may an old one go?
//!
//! A device's certificate never outlives its issuer and lasts up to 29 months; an issuing CA lasts
//! five years. Half-way through, the next one comes and signs; the old one is trusted until the last
//! certificate it signed has ended.

use certs::{AuthorityCert, Timestamp, Validity};

use crate::change::IllegalChange;

/// Where an authority stands.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum AuthorityState {
    /// Its certificates count.
    Active,
    /// Out of use for good.
    Retired,
}

/// What hangs on an issuing CA that is to go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Hanging {
    /// Certificates it signed that still open the door, or are about to be signed.
    pub in_use: u64,
    /// Other issuing CAs that can sign.
    pub others: usize,
}

impl AuthorityState {
    /// The state of an issuing CA that is to go.
    ///
    /// # Errors
    /// It went already, certificates of it are in use, or nobody else could sign.
    pub fn retire(self, hanging: Hanging) -> Result<Self, IllegalChange> {
        match (self, hanging) {
            (Self::Retired, _) => Err(IllegalChange::AuthorityRetired),
            (Self::Active, Hanging { in_use: 1.., .. }) => Err(IllegalChange::AuthorityInUse(hanging.in_use)),
            (Self::Active, Hanging { others: 0, .. }) => Err(IllegalChange::LastAuthority),
            (Self::Active, _) => Ok(Self::Retired),
        }
    }
}

/// The issuing CA that signs: of all that are active, the one that came last.
#[must_use]
pub fn newest<'a>(active: impl IntoIterator<Item = &'a AuthorityCert>) -> Option<&'a AuthorityCert> {
    active
        .into_iter()
        .max_by_key(|certificate| (certificate.validity().not_before, *certificate.fingerprint().as_bytes()))
}

/// From when on the issuing CA after this one is due: half-way through its life. What it signs until
/// then ends before it does.
#[must_use]
pub fn next_due(validity: Validity) -> Timestamp {
    let Validity { not_before, not_after } = validity;
    not_before.plus((not_after.unix() - not_before.unix()) / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuing_ca_goes_once_when_nothing_hangs_on_it_and_another_can_sign() {
        use AuthorityState::{Active, Retired};
        let table = [
            (Active, 0, 1, Ok(Retired)),
            (Active, 1, 1, Err(IllegalChange::AuthorityInUse(1))),
            (Active, 7, 0, Err(IllegalChange::AuthorityInUse(7))),
            (Active, 0, 0, Err(IllegalChange::LastAuthority)),
            (Retired, 0, 1, Err(IllegalChange::AuthorityRetired)),
            (Retired, 1, 0, Err(IllegalChange::AuthorityRetired)),
        ];
        for (state, in_use, others, expected) in table {
            assert_eq!(state.retire(Hanging { in_use, others }), expected, "{state} {in_use} {others}");
        }
    }

    #[test]
    fn the_next_one_is_due_half_way_and_lives_longer_than_what_is_signed_until_then() {
        const DAY: i64 = 86_400;
        let begun = Timestamp::from_unix(1_800_000_000);
        let five_years = Validity { not_before: begun, not_after: begun.plus(5 * 365 * DAY) };
        let due = next_due(five_years);
        assert_eq!(due, begun.plus(5 * 365 * DAY / 2));
        // 29 months at most (profiles/device.toml).
        assert!(due.plus(29 * 31 * DAY) <= five_years.not_after);
    }
}
