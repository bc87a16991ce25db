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
