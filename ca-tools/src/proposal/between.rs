//! Did two people act for one another? Whoever resets another's password, gives them a role or a way in, could be both of
//! the two: neither approves what the other proposes, for a day.

use certs::Timestamp;
use registry::LoginId;

/// An act of the past, as its event tells it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PastAct {
    /// Its event's version.
    pub version: i64,
    /// When.
    pub at: Timestamp,
    /// All by whom it was: who did it, and who proposed it.
    pub by: Vec<String>,
    /// What.
    pub action: String,
    /// The subject, and the device that the event names beside it.
    pub about: Vec<String>,
}

/// One acted for the other.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ActedFor {
    /// Who acted.
    pub who: LoginId,
    /// For whom.
    pub whom: LoginId,
    /// What, as the event calls it.
    pub action: String,
    /// When.
    pub at: Timestamp,
    /// The event's version.
    pub version: i64,
}

/// What is done to a person so that they, or another in their name, get in or may do more.
pub(crate) const TO_A_PERSON: [&str; 5] =
    ["user.add", "user.reset-password", "user.resume", "user.roles", "user.unlock"];
/// What gives a device a way in.
pub(crate) const TO_A_DEVICE: [&str; 8] = [
    "application.approve",
    "cert.emergency",
    "cert.intend",
    "cert.issue",
    "device.approve",
    "device.resume",
    "device.users",
    "ticket.open",
];

/// One of two, and the devices that list them.
#[derive(Clone, Copy, Debug)]
pub struct One<'a> {
    /// Who.
    pub login_id: &'a LoginId,
    /// The devices that list them by name.
    pub devices: &'a [String],
}

/// The newest act of one of these two for the other.
#[must_use]
pub fn acted_for(past: &[PastAct], (one, other): (One<'_>, One<'_>)) -> Option<ActedFor> {
    let newest = past.iter().filter_map(|act| {
        [(one, other), (other, one)].into_iter().find(|(who, whom)| is_for(act, *who, *whom)).map(|(who, whom)| {
            ActedFor {
                who: who.login_id.clone(),
                whom: whom.login_id.clone(),
                action: act.action.clone(),
                at: act.at,
                version: act.version,
            }
        })
    });
    newest.max_by_key(|found| found.version)
}

fn is_for(act: &PastAct, who: One<'_>, whom: One<'_>) -> bool {
    let by = act.by.iter().any(|by| by == who.login_id.as_str());
    let person = TO_A_PERSON.contains(&act.action.as_str()) && act.about.iter().any(|id| id == whom.login_id.as_str());
    let device = TO_A_DEVICE.contains(&act.action.as_str()) && act.about.iter().any(|id| whom.devices.contains(id));
    by && (person || device)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_gave_the_other_a_way_in_acted_for_them_and_whoever_took_one_did_not() {
        let (ito, abe): (LoginId, LoginId) = ("a.ito".parse().unwrap(), "b.abe".parse().unwrap());
        let devices = ["DEV-000007".to_owned()];
        let (one, other) = (One { login_id: &ito, devices: &[] }, One { login_id: &abe, devices: &devices });
        let act = |by: &str, action: &str, about: &[&str]| PastAct {
            version: 1,
            at: Timestamp::from_unix(1_800_000_000),
            by: by.split(' ').map(str::to_owned).collect(),
            action: action.to_owned(),
            about: about.iter().map(|id| (*id).to_owned()).collect(),
        };
        for (by, action, about, acted) in [
            ("a.ito", "user.reset-password", &["b.abe"][..], true),
            ("b.abe", "user.unlock", &["a.ito"], true),
            ("a.ito", "user.roles", &["b.abe"], true),
            ("a.ito", "user.add", &["b.abe"], true),
            ("c.ueda a.ito", "user.resume", &["b.abe"], true),
            ("a.ito", "device.approve", &["DEV-000007"], true),
            ("a.ito", "application.approve", &["A-2026-000001", "DEV-000007"], true),
            ("a.ito", "ticket.open", &["DEV-000007"], true),
            ("b.abe", "ticket.open", &["DEV-000007"], false),
            ("a.ito", "ticket.open", &["DEV-000008"], false),
            ("a.ito", "user.suspend", &["b.abe"], false),
            ("a.ito", "user.reset-password", &["k.sato"], false),
            ("c.ueda", "user.reset-password", &["b.abe"], false),
            ("b.abe", "user.change-password", &["b.abe"], false),
        ] {
            let found = acted_for(&[act(by, action, about)], (one, other));
            assert_eq!(found.is_some(), acted, "{by} {action} {about:?}: {found:?}");
        }
        assert_eq!(acted_for(&[], (one, other)), None);
    }
}
