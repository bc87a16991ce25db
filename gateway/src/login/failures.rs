//! The counts of failed guesses, in whichever store keeps the sessions.

use std::convert::Infallible;

use certs::{DeviceNo, Timestamp};

use super::lockout::{DEVICE, Held, ID, Rule, Tally};
use crate::session::{Sessions, StoreSilent, Swap, TallyKey};

/// A guess that is about to be made.
#[derive(Clone, Copy, Debug)]
pub struct Guess<'a> {
    /// The ID as typed and normalised, whether or not it exists.
    pub typed_id: &'a str,
    /// From which device.
    pub device: DeviceNo,
    /// From when on this ID's failures count; the beginning of time for an ID that does not exist.
    pub counts_from: Timestamp,
    /// Now.
    pub now: Timestamp,
}

/// A guess that is counted as failed, until it is found to be right. Dropped, it stays counted: whoever breaks off a
/// login has had their guess.
#[must_use]
#[derive(Debug)]
pub struct Reserved {
    id: TallyKey,
    id_at: Timestamp,
    device: TallyKey,
    device_at: Timestamp,
    now: Timestamp,
}

/// Why no guess may be made.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReserveRefusal {
    /// This device has failed too often.
    #[error("the device's logins are slowed until {}", .0.until)]
    DeviceSlowed(Held),
    /// This ID has failed too often.
    #[error("the ID is locked until {}", .0.until)]
    IdLocked(Held),
    /// Nobody can say.
    #[error(transparent)]
    StoreSilent(#[from] StoreSilent),
}

/// How often a count is tried anew when others were faster. An ID takes 5 writes and a device 30 before every further
/// guess is held without a write, so this is never reached but under attack.
const TRIES: usize = 64;

impl Reserved {
    /// Counts the guess as failed, against the ID and the device, before anything else is done about it.
    ///
    /// # Errors
    /// [`ReserveRefusal`]; nothing is counted then.
    pub async fn make(sessions: &Sessions, guess: Guess<'_>) -> Result<Self, ReserveRefusal> {
        let (id, device) = (TallyKey::of_id(guess.typed_id), TallyKey::of_device(guess.device));
        let id_at = match reserve(sessions, &id, &ID, guess).await? {
            Ok(at) => at,
            Err(held) => return Err(ReserveRefusal::IdLocked(held)),
        };
        let forget_nothing = Guess { counts_from: Timestamp::from_unix(0), ..guess };
        match reserve(sessions, &device, &DEVICE, forget_nothing).await? {
            Ok(device_at) => Ok(Self { id, id_at, device, device_at, now: guess.now }),
            Err(held) => {
                withdraw(sessions, &id, &ID, (id_at, guess.now)).await?;
                Err(ReserveRefusal::DeviceSlowed(held))
            }
        }
    }

    /// The password was right: the ID's failures are forgotten, the device's are not, but for this one.
    ///
    /// # Errors
    /// [`StoreSilent`]: the guess may stay counted.
    pub async fn was_right(self, sessions: &Sessions) -> Result<(), StoreSilent> {
        let Ok(()) = change(sessions, &self.id, &ID, |_| Ok::<_, Infallible>((Tally::default(), ())), self.now).await?;
        withdraw(sessions, &self.device, &DEVICE, (self.device_at, self.now)).await
    }

    /// No password was looked at after all.
    ///
    /// # Errors
    /// [`StoreSilent`]: the guess may stay counted.
    pub async fn was_none(self, sessions: &Sessions) -> Result<(), StoreSilent> {
        withdraw(sessions, &self.id, &ID, (self.id_at, self.now)).await?;
        withdraw(sessions, &self.device, &DEVICE, (self.device_at, self.now)).await
    }
}

async fn reserve(
    sessions: &Sessions,
    key: &TallyKey,
    rule: &Rule,
    guess: Guess<'_>,
) -> Result<Result<Timestamp, Held>, StoreSilent> {
    change(sessions, key, rule, |tally| tally.reserve(rule, guess.now, guess.counts_from), guess.now).await
}

async fn withdraw(
    sessions: &Sessions,
    key: &TallyKey,
    rule: &Rule,
    (at, now): (Timestamp, Timestamp),
) -> Result<(), StoreSilent> {
    let Ok(()) = change(sessions, key, rule, |tally| Ok::<_, Infallible>((tally.withdraw(at), ())), now).await?;
    Ok(())
}

/// Reads, decides, and writes back if nobody was faster; else anew.
async fn change<T, E>(
    sessions: &Sessions,
    key: &TallyKey,
    rule: &Rule,
    next: impl Fn(Tally) -> Result<(Tally, T), E>,
    now: Timestamp,
) -> Result<Result<T, E>, StoreSilent> {
    for _ in 0..TRIES {
        let old = sessions.tally(key).await?;
        let (tally, told) = match next(Tally::decode(&old)) {
            Ok(next) => next,
            Err(held) => return Ok(Err(held)),
        };
        let new = tally.encode();
        let swap = Swap { old: &old, new: &new, now, keep: tally.keep(rule, now) };
        if old == new || sessions.swap_tally(key, swap).await? {
            return Ok(Ok(told));
        }
    }
    Err(StoreSilent::busy())
}
