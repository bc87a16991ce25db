//! Who may act on a person with operator roles, and who may give such a role to whom?
//!
//! Whoever sets another's password can log in with it, and whoever names an approver is one as good as themselves. So an
//! act on a person asks for every role that the person holds, and a role is given by who holds it, to people of the city's
//! own office. What `ops` may do, whoever records, approves or keeps the keys may do too, so each of these roles includes it.
//! For that to go on for ever, the first operator holds every role, and one who does always stays in service.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::IllegalChange;
use names::{LoginId, NameRefusal, Role};

/// The roles that include `ops`.
const OPERATE: [Role; 3] = [Role::RaClerk, Role::RaApprover, Role::CaCustodian];

/// The operator roles of one person; none of a care worker.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Rank(BTreeSet<Role>);

impl Rank {
    /// Of whoever holds a registry in which nobody is an operator yet.
    #[must_use]
    pub fn all() -> Self {
        Self(Role::ALL.into())
    }

    /// A care worker's.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it may do what every role may.
    #[must_use]
    pub fn is_all(&self) -> bool {
        Role::ALL.into_iter().all(|role| self.includes(role))
    }

    /// Whether this role is one of them.
    #[must_use]
    pub fn holds(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Each of them.
    #[must_use]
    pub fn roles(&self) -> Vec<Role> {
        self.0.iter().copied().collect()
    }

    /// Whether this role is one of them, or one of them may do all of it.
    fn includes(&self, role: Role) -> bool {
        self.holds(role) || (role == Role::Ops && OPERATE.into_iter().any(|role| self.holds(role)))
    }

    /// With these, and without those.
    #[must_use]
    pub fn changed(&self, give: &Self, take: &Self) -> Self {
        Self(self.0.union(&give.0).filter(|role| !take.holds(**role)).copied().collect())
    }

    /// Whether who holds these roles may act on one who holds those, or give them.
    ///
    /// # Errors
    /// The roles that are missing.
    pub fn reaches(&self, other: &Self) -> Result<(), Vec<Role>> {
        let missing: Vec<_> = other.0.iter().copied().filter(|role| !self.includes(*role)).collect();
        if missing.is_empty() { Ok(()) } else { Err(missing) }
    }
}

impl FromIterator<Role> for Rank {
    fn from_iter<T: IntoIterator<Item = Role>>(roles: T) -> Self {
        Self(roles.into_iter().collect())
    }
}

impl FromStr for Rank {
    type Err = NameRefusal;

    /// As the registry writes them.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_whitespace().map(str::parse).collect()
    }
}

/// As the registry writes them: in the order of the alphabet, a space between two.
impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words: Vec<_> = self.0.iter().map(|role| role.as_str()).collect();
        words.sort_unstable();
        f.write_str(&words.join(" "))
    }
}

/// An operator in service, as these rules look at them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InService {
    /// Who.
    pub login_id: LoginId,
    /// The office they are of.
    pub office: String,
    /// As what.
    pub rank: Rank,
}

/// Whether these roles may come to a person of this office: to the first operator all of them, to any other where the
/// operators are. The office of the first operator is the city's own.
///
/// # Errors
/// The first operator lacks a role, which nobody could give any more; the office is another one.
pub fn roles_come(comes: &Rank, office: &str, in_service: &[InService]) -> Result<(), IllegalChange> {
    if comes.is_none() {
        return Ok(());
    }
    if !comes.is_all() && !in_service.iter().any(|operator| operator.rank.holds(Role::RaApprover)) {
        return Err(IllegalChange::FirstLacksRole);
    }
    if in_service.is_empty() || in_service.iter().any(|operator| operator.office == office) {
        Ok(())
    } else {
        Err(IllegalChange::NotTheCitysOffice)
    }
}

/// Whether who holds these roles may give those. In a registry of former days, in which nobody in service holds every role,
/// whoever approves may: else no one ever could.
///
/// # Errors
/// The roles that are missing.
pub fn may_give(giver: &Rank, comes: &Rank, in_service: &[InService]) -> Result<(), Vec<Role>> {
    let somebody_could = in_service.is_empty() || in_service.iter().any(|operator| operator.rank.is_all());
    if !somebody_could && giver.holds(Role::RaApprover) { Ok(()) } else { giver.reaches(comes) }
}

/// Whether one who may approve, and one who holds every role, stay in service when these people leave it or hold less.
///
/// # Errors
/// The last of either is among them.
pub fn operator_stays(leave: &[LoginId], in_service: &[InService]) -> Result<(), IllegalChange> {
    let stays = |suits: fn(&Rank) -> bool| {
        let mut suiting = in_service.iter().filter(|operator| suits(&operator.rank)).peekable();
        suiting.peek().is_none() || suiting.any(|operator| !leave.contains(&operator.login_id))
    };
    if stays(Rank::is_all) && stays(|rank| rank.holds(Role::RaApprover)) {
        Ok(())
    } else {
        Err(IllegalChange::LastOperator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank(text: &str) -> Rank {
        text.parse().unwrap()
    }

    fn operator(login_id: &str, roles: &str) -> InService {
        InService { login_id: login_id.parse().unwrap(), office: "1299900001".to_owned(), rank: rank(roles) }
    }

    const ALL: &str = "auditor ca_custodian ops ra_approver ra_clerk";
    /// Of a first operator of former days.
    const FOUR: &str = "auditor ca_custodian ra_approver ra_clerk";

    /// Each of the 32 sets of roles.
    fn every_rank() -> Vec<Rank> {
        let set = |bits: usize| (0..5).filter(|at| bits >> at & 1 == 1).map(|at| Role::ALL[at]).collect();
        (0..32).map(set).collect()
    }

    #[test]
    fn whoever_records_approves_or_keeps_the_keys_may_give_operations_and_is_complete_without_their_name() {
        for (roles, reaches) in [
            ("ra_clerk", true),
            ("ra_approver", true),
            ("ca_custodian", true),
            ("ops", true),
            ("auditor", false),
            ("", false),
        ] {
            assert_eq!(rank(roles).reaches(&rank("ops")).is_ok(), reaches, "{roles}");
        }
        assert_eq!(rank("ops").reaches(&rank("auditor")), Err(vec![Role::Auditor]));
        assert!(rank(FOUR).is_all() && rank(ALL).is_all() && !rank("auditor ops ra_approver ra_clerk").is_all());
    }

    #[test]
    fn who_acts_on_a_person_holds_at_least_their_roles_and_an_equal_may() {
        for actor in every_rank() {
            for person in every_rank() {
                let operates =
                    ["ra_clerk", "ra_approver", "ca_custodian"].iter().any(|role| actor.holds(role.parse().unwrap()));
                let may = |role| actor.holds(role) || (role == Role::Ops && operates);
                let holds_each = Role::ALL.into_iter().all(|role| !person.holds(role) || may(role));
                assert_eq!(actor.reaches(&person).is_ok(), holds_each, "{actor} on {person}");
            }
            assert_eq!(actor.reaches(&actor), Ok(()));
        }
        assert_eq!(rank("ra_clerk").reaches(&rank("ra_approver ra_clerk")), Err(vec![Role::RaApprover]));
    }

    #[test]
    fn a_rank_is_written_as_the_registry_does_and_read_again() {
        assert_eq!(Rank::all().to_string(), ALL);
        for rank in every_rank() {
            assert_eq!(rank.to_string().parse(), Ok(rank));
        }
        assert!("chief".parse::<Rank>().is_err());
    }

    #[test]
    fn the_first_operator_holds_every_role_and_the_others_are_of_the_same_office() {
        let (city, other) = ("1299900001", "1272200001");
        let there = [operator("a.ito", ALL)];
        let table: [(&str, &str, &[InService], _); 8] = [
            ("", other, &[], Ok(())),
            ("", other, &there, Ok(())),
            (ALL, city, &[], Ok(())),
            (FOUR, city, &[], Ok(())),
            ("ra_approver ra_clerk", city, &[], Err(IllegalChange::FirstLacksRole)),
            ("auditor", city, &there, Ok(())),
            ("auditor", other, &there, Err(IllegalChange::NotTheCitysOffice)),
            (ALL, other, &there, Err(IllegalChange::NotTheCitysOffice)),
        ];
        for (roles, office, in_service, expected) in table {
            assert_eq!(roles_come(&rank(roles), office, in_service), expected, "{roles} in {office}");
        }
    }

    #[test]
    fn a_role_is_given_by_who_holds_it_while_there_is_one_who_holds_all() {
        let there = [operator("a.ito", ALL)];
        for giver in every_rank() {
            for comes in every_rank() {
                assert_eq!(may_give(&giver, &comes, &there), giver.reaches(&comes), "{giver} gives {comes}");
                let of_former_days = [operator("a.ito", "ra_approver"), operator("b.abe", "ca_custodian")];
                let expected = giver.holds(Role::RaApprover) || giver.reaches(&comes).is_ok();
                assert_eq!(may_give(&giver, &comes, &of_former_days).is_ok(), expected, "{giver} gives {comes}");
            }
        }
    }

    #[test]
    fn the_last_who_approves_and_the_last_who_holds_every_role_stay() {
        let leaves = ["a.ito".parse().unwrap()];
        let last = Err(IllegalChange::LastOperator);
        let approves = "ra_approver";
        let table: [(&[InService], _); 6] = [
            (&[], Ok(())),
            (&[operator("a.ito", ALL)], last),
            (&[operator("a.ito", ALL), operator("b.abe", approves)], last),
            (&[operator("a.ito", ALL), operator("b.abe", ALL)], Ok(())),
            (&[operator("a.ito", "ra_clerk"), operator("b.abe", ALL)], Ok(())),
            (&[operator("a.ito", approves), operator("b.abe", "ra_clerk")], last),
        ];
        for (in_service, expected) in table {
            assert_eq!(operator_stays(&leaves, in_service), expected, "{in_service:?}");
        }
        let both = ["a.ito".parse().unwrap(), "b.abe".parse().unwrap()];
        assert_eq!(operator_stays(&both, &[operator("a.ito", ALL), operator("b.abe", ALL)]), last);
    }

    #[test]
    fn a_role_given_and_taken_at_once_is_taken() {
        let held = rank("ra_clerk auditor");
        assert_eq!(held.changed(&rank("ra_approver"), &rank("auditor")).to_string(), "ra_approver ra_clerk");
        assert_eq!(held.changed(&rank("auditor"), &rank("auditor")).to_string(), "ra_clerk");
    }
}
