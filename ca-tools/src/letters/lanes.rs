//! Which letters may be taken while others are under way?
//!
//! So many at once; of them so many to one domain, so many for strangers, and one place is kept for what is urgent. Whoever
//! makes their mail server stall holds the places of their own kind, and for as long as a try may take.

use std::collections::BTreeMap;

use super::Urgency;

/// How many letters are under way at once: connections that any mail server grants.
pub(crate) const COURIERS: usize = 8;
/// To one domain: one that stalls leaves the others of its domain a way.
const OF_A_DOMAIN: usize = 2;
/// How many domains can be full at once.
pub(crate) const FULL_DOMAINS: usize = COURIERS / OF_A_DOMAIN;
/// To addresses that somebody typed.
const FOR_STRANGERS: usize = 3;
/// For all but what is urgent.
const BUT_FOR_URGENT: usize = COURIERS - 1;

/// Letters under way, by their number in the queue.
#[derive(Debug, Default)]
pub(crate) struct UnderWay(BTreeMap<i64, (String, Urgency)>);

/// Which letter may be taken next.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct NextLetter {
    /// None that is less urgent.
    pub(crate) least: Urgency,
    /// None to these domains.
    pub(crate) but_to: Vec<String>,
}

impl UnderWay {
    /// Which letter may join those under way; `None`: none.
    pub(crate) fn wanted(&self) -> Option<NextLetter> {
        let strangers = self.0.values().filter(|(_, urgency)| *urgency == Urgency::ForStrangers).count();
        let least = match self.0.len() {
            COURIERS.. => return None,
            BUT_FOR_URGENT => Urgency::AtOnce,
            _ if strangers >= FOR_STRANGERS => Urgency::InTurn,
            _ => Urgency::ForStrangers,
        };
        let mut domains = BTreeMap::new();
        for (domain, _) in self.0.values() {
            *domains.entry(domain.as_str()).or_insert(0) += 1;
        }
        let full = domains.into_iter().filter(|(_, held)| *held >= OF_A_DOMAIN);
        Some(NextLetter { least, but_to: full.map(|(domain, _)| domain.to_owned()).collect() })
    }

    pub(crate) fn add(&mut self, mail: i64, (recipient, urgency): (&str, Urgency)) {
        self.0.insert(mail, (domain(recipient), urgency));
    }

    pub(crate) fn remove(&mut self, mail: i64) {
        self.0.remove(&mail);
    }

    pub(crate) fn holds(&self, mail: i64) -> bool {
        self.0.contains_key(&mail)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What stands after the last `@`, in lower case.
fn domain(recipient: &str) -> String {
    recipient.rsplit_once('@').map_or(recipient, |(_, domain)| domain).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn under_way(letters: &[(&str, Urgency)]) -> UnderWay {
        let mut held = UnderWay::default();
        for (mail, letter) in (1..).zip(letters) {
            held.add(mail, *letter);
        }
        held
    }

    #[test]
    fn a_domain_holds_two_couriers_however_its_letters_are_spelt() {
        let mut held = under_way(&[("a@tarpit.example", Urgency::InTurn), ("b@example.jp", Urgency::InTurn)]);
        assert_eq!(held.wanted(), Some(NextLetter { least: Urgency::ForStrangers, but_to: vec![] }));
        held.add(3, ("c@TARPIT.example", Urgency::AtOnce));
        assert_eq!(held.wanted().map(|wanted| wanted.but_to), Some(vec!["tarpit.example".to_owned()]));
        held.remove(1);
        assert_eq!(held.wanted().map(|wanted| wanted.but_to), Some(vec![]));
    }

    #[test]
    fn strangers_hold_three_and_one_place_is_kept_for_what_is_urgent() {
        let addresses: Vec<_> = (0..COURIERS).map(|at| format!("a@d{at}.example")).collect();
        let all = |urgency| addresses.iter().map(|to| (to.as_str(), urgency)).collect::<Vec<_>>();
        let least = |letters: &[(&str, Urgency)]| under_way(letters).wanted().map(|wanted| wanted.least);
        let (strangers, known) = (all(Urgency::ForStrangers), all(Urgency::InTurn));
        assert_eq!(least(&strangers[..2]), Some(Urgency::ForStrangers));
        assert_eq!(least(&strangers[..3]), Some(Urgency::InTurn));
        assert_eq!(least(&known[..6]), Some(Urgency::ForStrangers));
        assert_eq!(least(&known[..7]), Some(Urgency::AtOnce));
        assert_eq!(least(&known), None);
    }
}
