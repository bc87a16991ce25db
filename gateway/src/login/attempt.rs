//! One login, from what was typed to who it is.
//!
//! The order is: slowed? · locked? · too many at once? · password · state of the ID. Whether this device serves this
//! person is the policies' business, asked afterwards: it must not be told to someone who does not know the password.

use certs::{DeviceNo, Timestamp};
use registry::SystemUser;

use super::failures::{Guess, Reserved};
use super::form::{TypedId, TypedPassword};
use super::judge::{Candidate, LoginRefusal, Proven, judge};
use super::pool::{PasswordPool, Verdict};
use crate::session::Sessions;

/// What every login needs.
#[derive(Clone, Debug)]
pub struct LoginServices {
    /// Where failures are counted.
    pub sessions: Sessions,
    /// Where hashes are worked out.
    pub passwords: PasswordPool,
}

/// What one login brings.
#[derive(Debug)]
pub struct LoginAttempt<'a> {
    /// The ID as typed.
    pub typed: &'a TypedId,
    /// The password as typed.
    pub password: TypedPassword,
    /// What the registry has under that ID.
    pub user: Option<SystemUser>,
    /// The device, verified before.
    pub device: DeviceNo,
}

/// Proves that the person knows the password. The failure is counted before the password is looked at and taken back
/// if it was right; an unknown ID, a deleted one and a wrong password take the same steps and the same time.
///
/// # Errors
/// [`LoginRefusal`].
pub async fn attempt(
    services: &LoginServices,
    login: LoginAttempt<'_>,
    now: Timestamp,
) -> Result<Proven, LoginRefusal> {
    let candidate = Candidate::of(login.user);
    let guess =
        Guess { typed_id: login.typed.typed(), device: login.device, counts_from: candidate.counts_from(), now };
    let reserved =
        Reserved::make(&services.sessions, guess).await.map_err(|refusal| LoginRefusal::held(refusal, now))?;
    let verdict = match services.passwords.compare(login.password, candidate.hash()).await {
        Ok(verdict) => verdict,
        Err(full) => {
            reserved.release(&services.sessions).await?;
            return Err(full.into());
        }
    };
    match verdict {
        Verdict::Matches => reserved.succeed(&services.sessions).await?,
        Verdict::Differs => drop(reserved),
    }
    judge(candidate, verdict)
}
