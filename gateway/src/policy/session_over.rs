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

/// Why it is over, if it is. `in_service` are the devices with a certificate that still counts.
#[must_use]
pub fn session_over(
    session: &SessionRecord,
    registry: &Snapshot,
    in_service: &HashSet<DeviceNo>,
    now: Timestamp,
) -> Option<SessionEnd> {
    if now < session.opened_at().plus(SETTLED) {
        return None;
    }
    let user = registry.system_user(session.login_id().as_str());
    let Some(user) = user.filter(|user| user.state == SystemUserState::Active) else {
        return Some(SessionEnd::UserGone);
    };
    let (set_at, rests_on) = (user.password.set_at, session.password_set_at());
    if set_at != rests_on && now >= set_at.max(rests_on).plus(COMES_TO_REST) {
        return Some(SessionEnd::PasswordChanged);
    }
    let device = registry.device(session.device()).filter(|device| device.stage != DeviceStage::Retired);
    let Some(device) = device.filter(|device| in_service.contains(&device.device)) else {
        return Some(SessionEnd::DeviceRevoked);
    };
    match registry.office(device.office.as_str()).map(|office| office.state) {
        Some(OfficeState::Registered) => None,
        Some(OfficeState::Suspended | OfficeState::Withdrawn | OfficeState::Replaced) | None => {
            Some(SessionEnd::OfficeSuspended)
        }
    }
}
