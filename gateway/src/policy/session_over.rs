//! Has the registry ended this session, whether or not anybody comes back to hear of it?
//!
//! Who asks is refused by it at every request anyway ([`super::still_there`], [`crate::device::verify`]). What is decided here
//! ends the session itself: it does not wake again when a hold is lifted. A device on hold is the exception: it is out until
//! somebody lifts that, and who was logged in on it goes on, if they were not away for too long.

use std::collections::HashSet;

use certs::{DeviceNo, Timestamp};
use registry::{DeviceStage, OfficeState, Snapshot, SystemUserState};

use crate::session::{SessionEnd, SessionRecord};

/// Seconds by which this gateway's reading of the registry may lag behind what another gateway let in by.
const SETTLED: i64 = 5;
/// Seconds in which the session where a password is changed comes to rest on the new one.
const COMES_TO_REST: i64 = 15;

/// What the registry says of a session.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SessionStanding {
    /// It goes on.
    Stands,
    /// It may be over: that is known in a while.
    Waits,
    /// It is over.
    Over(SessionEnd),
}

/// Whether it is over. `in_service` are the devices with a certificate that still counts.
#[must_use]
pub fn session_standing(
    session: &SessionRecord,
    registry: &Snapshot,
    in_service: &HashSet<DeviceNo>,
    now: Timestamp,
) -> SessionStanding {
    match over(session, registry, in_service) {
        None => SessionStanding::Stands,
        Some((_, from)) if now < from.max(session.opened_at().plus(SETTLED)) => SessionStanding::Waits,
        Some((why, _)) => SessionStanding::Over(why),
    }
}

/// Why, and not before when.
fn over(
    session: &SessionRecord,
    registry: &Snapshot,
    in_service: &HashSet<DeviceNo>,
) -> Option<(SessionEnd, Timestamp)> {
    let at_once = session.opened_at();
    let user = registry.system_user(session.login_id().as_str());
    let Some(user) = user.filter(|user| user.state == SystemUserState::Active) else {
        return Some((SessionEnd::UserGone, at_once));
    };
    let (set_at, rests_on) = (user.password.set_at, session.password_set_at());
    if set_at != rests_on {
        return Some((SessionEnd::PasswordChanged, set_at.max(rests_on).plus(COMES_TO_REST)));
    }
    let device = registry.device(session.device()).filter(|device| device.stage != DeviceStage::Retired);
    let Some(device) = device.filter(|device| in_service.contains(&device.device)) else {
        return Some((SessionEnd::DeviceRevoked, at_once));
    };
    match registry.office(device.office.as_str()).map(|office| office.state) {
        Some(OfficeState::Registered) => None,
        Some(OfficeState::Suspended | OfficeState::Withdrawn | OfficeState::Replaced) | None => {
            Some((SessionEnd::OfficeSuspended, at_once))
        }
    }
}

#[cfg(test)]
mod tests {
    use registry::{Changes, Device, Office, Opening, Os, Ownership, Password, SystemUser};

    use super::*;
    use crate::session::{CookieValue, NewSession};

    const LOGIN: Timestamp = Timestamp::from_unix(1_790_000_000);
    const SET_AT: Timestamp = Timestamp::from_unix(1_780_000_000);

    fn number() -> DeviceNo {
        DeviceNo::new(7).unwrap()
    }

    fn registered() -> Changes {
        Changes {
            version: 1,
            offices: vec![Office {
                office: "1272200001".parse().unwrap(),
                name: "ひだまり".into(),
                state: OfficeState::Registered,
            }],
            system_users: vec![SystemUser {
                login_id: "k.sato".parse().unwrap(),
                office: "1272200001".parse().unwrap(),
                roles: Vec::new(),
                state: SystemUserState::Active,
                password: Password { hash: "".into(), initial: false, set_at: SET_AT },
                failures_count_from: SET_AT,
                opening: Opening::Always,
                trained: Vec::new(),
            }],
            devices: vec![Device {
                device: number(),
                office: "1272200001".parse().unwrap(),
                os: Os::Windows,
                ownership: Ownership::Office,
                stage: DeviceStage::Approved,
                suspended: false,
                approved_until: None,
                users: None,
            }],
            certificates: Vec::new(),
            rooms: Vec::new(),
        }
    }

    fn standing(edit: impl FnOnce(&mut Changes), serves: bool, seconds: i64) -> SessionStanding {
        let mut changes = registered();
        edit(&mut changes);
        let registry = Snapshot::empty("r").apply(&changes);
        let session = NewSession {
            login_id: "k.sato".parse().unwrap(),
            device: number(),
            password_set_at: SET_AT,
            opened_at: LOGIN,
        };
        let session = SessionRecord::new(CookieValue::draw().unwrap().key(), session, None);
        let in_service = serves.then(number).into_iter().collect();
        session_standing(&session, &registry, &in_service, LOGIN.plus(seconds))
    }

    #[test]
    fn each_thing_that_ends_a_session_ends_it_and_a_device_on_hold_does_not() {
        let over = SessionStanding::Over;
        assert_eq!(standing(|_| {}, true, 60), SessionStanding::Stands);
        assert_eq!(standing(|it| it.devices[0].suspended = true, true, 60), SessionStanding::Stands);
        for state in [SystemUserState::Suspended, SystemUserState::Deleted] {
            assert_eq!(standing(|it| it.system_users[0].state = state, true, 60), over(SessionEnd::UserGone));
        }
        assert_eq!(standing(|it| it.system_users.clear(), true, 60), over(SessionEnd::UserGone));
        assert_eq!(standing(|_| {}, false, 60), over(SessionEnd::DeviceRevoked));
        let retired = |it: &mut Changes| it.devices[0].stage = DeviceStage::Retired;
        assert_eq!(standing(retired, true, 60), over(SessionEnd::DeviceRevoked));
        for state in [OfficeState::Suspended, OfficeState::Withdrawn, OfficeState::Replaced] {
            assert_eq!(standing(|it| it.offices[0].state = state, true, 60), over(SessionEnd::OfficeSuspended));
        }
    }

    #[test]
    fn what_another_gateway_may_know_better_waits_a_while() {
        assert_eq!(standing(|it| it.system_users.clear(), true, 1), SessionStanding::Waits);
        let changed = |at: Timestamp| move |it: &mut Changes| it.system_users[0].password.set_at = at;
        assert_eq!(
            standing(changed(LOGIN.plus(100)), true, 101),
            SessionStanding::Waits,
            "here it may have been changed"
        );
        let over = SessionStanding::Over(SessionEnd::PasswordChanged);
        assert_eq!(standing(changed(LOGIN.plus(100)), true, 116), over);
        assert_eq!(standing(changed(SET_AT.plus(-5)), true, 60), over, "also where an older one was put back");
    }
}
