//! Do these two factors belong together?

use super::verify::Session;
use crate::device::VerifiedDevice;
use crate::refusal::Refusal;

/// Proof that a verified device and a live session belong together. Made only by [`TwoFactor::join`].
///
/// ```compile_fail
/// fn forge(device: gateway::device::VerifiedDevice, session: gateway::session::Session) -> gateway::session::TwoFactor {
///     gateway::session::TwoFactor { device, session }
/// }
/// ```
#[must_use]
#[derive(Debug)]
pub struct TwoFactor {
    device: VerifiedDevice,
    session: Session,
}

impl TwoFactor {
    /// A cookie stolen from one device is worth nothing on another, though both be ours.
    ///
    /// The device's number is compared, not its certificate, so that a session outlives a renewal.
    ///
    /// # Errors
    /// [`Refusal::SessionCertMismatch`] where the session was opened on another device.
    pub fn join(device: VerifiedDevice, session: Session) -> Result<Self, Refusal> {
        if session.opened_on() != device.device() {
            return Err(Refusal::SessionCertMismatch);
        }
        Ok(Self { device, session })
    }

    /// The first factor.
    pub fn device(&self) -> &VerifiedDevice {
        &self.device
    }

    /// The second factor.
    pub fn session(&self) -> &Session {
        &self.session
    }
}
