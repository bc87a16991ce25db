//! Has the registry ended this session, whether or not anybody comes back to hear of it?
//!
//! Who asks is refused by it at every request anyway ([`super::still_there`], [`crate::device::verify`]). What is decided here
//! ends the session itself: it does not wake again when a hold is lifted. A device on hold is the exception: it is out until
//! somebody lifts that, and who was logged in on it goes on, if they were not away for too long.

use std::collections::HashSet;

use certs::{DeviceNo, Timestamp};
use registry::{DeviceStage, OfficeState, Snapshot, SystemUser, SystemUserState};

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
    match over(session, registry, in_service, now) {
        None => SessionStanding::Stands,
        Some((_, from)) if now < from.max(session.opened_at().plus(SETTLED)) => SessionStanding::Waits,
        Some((why, _)) => SessionStanding::Over(why),
    }
}

/// Whether time ended a session since this moment, so that all of them are to be judged again: a maintenance account's window
/// is over, and what another gateway by its clock may still have let in is known by now.
#[must_use]
pub fn ended_by_time(registry: &Snapshot, (since, now): (Timestamp, Timestamp)) -> bool {
    registry.window_ended(since.plus(-SETTLED), now)
}

/// Why, and not before when.
fn over(
    session: &SessionRecord,
    registry: &Snapshot,
    in_service: &HashSet<DeviceNo>,
    now: Timestamp,
) -> Option<(SessionEnd, Timestamp)> {
    let at_once = session.opened_at();
    let user = registry.system_user(session.login_id().as_str());
    let Some(user) = user.filter(|user| user.state == SystemUserState::Active) else {
        return Some((SessionEnd::UserGone, at_once));
    };
    if !within_its_window(user, session, now) {
        return Some((SessionEnd::MaintenanceClosed, at_once));
    }
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

/// A person's always is; of a maintenance account none outlives the window in which it was opened.
fn within_its_window(user: &SystemUser, session: &SessionRecord, now: Timestamp) -> bool {
    user.opening.is_open(now) && user.opening.since(now).is_none_or(|since| since <= session.opened_at())
}

#[cfg(test)]
mod tests {
    use registry::{Changes, Device, Office, Opening, Os, Ownership, Password, Window};

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
                trained: Vec::new(),
                opening: Opening::Always,
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
    fn a_session_of_a_maintenance_account_ends_with_the_window_in_which_it_was_opened() {
        let within = |from: i64, until: i64, seconds: i64| {
            let window = Window { from: LOGIN.plus(from), until: LOGIN.plus(until) };
            standing(|it| it.system_users[0].opening = Opening::Within(Some(window)), true, seconds)
        };
        let over = SessionStanding::Over(SessionEnd::MaintenanceClosed);
        assert_eq!([within(-60, 100, 99), within(-60, 100, 100)], [SessionStanding::Stands, over]);
        assert_eq!(within(50, 100, 60), over, "another window");
        assert_eq!(standing(|it| it.system_users[0].opening = Opening::Within(None), true, 60), over, "it was closed");
        let gone = |it: &mut Changes| {
            it.system_users[0].opening = Opening::Within(None);
            it.system_users[0].state = SystemUserState::Suspended;
        };
        assert_eq!(
            standing(gone, true, 60),
            SessionStanding::Over(SessionEnd::UserGone),
            "what is worse is told first"
        );
    }

    #[test]
    fn the_end_of_a_window_is_looked_at_until_no_other_gateway_lets_in_by_it() {
        let mut changes = registered();
        let window = Window { from: LOGIN, until: LOGIN.plus(100) };
        changes.system_users[0].opening = Opening::Within(Some(window));
        let registry = Snapshot::empty("r").apply(&changes);
        let again = |since: i64, now: i64| ended_by_time(&registry, (LOGIN.plus(since), LOGIN.plus(now)));
        assert!(!again(90, 99) && again(98, 100) && again(100, 102) && again(104, 106));
        assert!(!again(105, 107) && !again(500, 600));
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
