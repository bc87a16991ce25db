//! The counts of failed guesses, in whichever store keeps the sessions.

use std::convert::Infallible;

use certs::{DeviceNo, Timestamp};

use super::lockout::{DEVICE, FailureWindow, ID, LockedUntil};
use crate::session::{CountKey, Sessions, StoreSilent, Swap};

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
    id: CountKey,
    id_at: Timestamp,
    device: CountKey,
    device_at: Timestamp,
    now: Timestamp,
}

/// Why no guess may be made.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReserveRefusal {
    /// This device has failed too often.
    #[error("the device's logins are slowed until {}", .0.until)]
    DeviceSlowed(LockedUntil),
    /// This ID has failed too often.
    #[error("the ID is locked until {}", .0.until)]
    IdLocked(LockedUntil),
    /// Nobody can say.
    #[error(transparent)]
    StoreSilent(#[from] StoreSilent),
}

/// How often the counts are tried anew when others were faster. An ID takes 5 writes and a device 30 before every further
/// guess is held without a write, and a device logs in only so often at once, so this is never reached but under attack.
const TRIES: usize = 64;

impl Reserved {
    /// Counts the guess as failed, against the device and the ID at once, before anything else is done about it. The
    /// device is asked first: one that is slowed does not reach an ID at all.
    ///
    /// # Errors
    /// [`ReserveRefusal`]; nothing is counted then, nor was it for a moment.
    pub async fn make(sessions: &Sessions, guess: Guess<'_>) -> Result<Self, ReserveRefusal> {
        let (id, device) = (CountKey::of_id(guess.typed_id), CountKey::of_device(guess.device));
        let counted = change(sessions, &device, &id, guess.now, |by_device, by_id| {
            let of_device = by_device.reserve(&DEVICE, guess.now, Timestamp::from_unix(0));
            let (by_device, device_at) = of_device.map_err(ReserveRefusal::DeviceSlowed)?;
            let of_id = by_id.reserve(&ID, guess.now, guess.counts_from);
            let (by_id, id_at) = of_id.map_err(ReserveRefusal::IdLocked)?;
            Ok::<_, ReserveRefusal>((by_device, by_id, (device_at, id_at)))
        });
        let (device_at, id_at) = counted.await??;
        Ok(Self { id, id_at, device, device_at, now: guess.now })
    }

    /// The password was right: the ID's failures are forgotten, the device's are not, but for this one.
    ///
    /// # Errors
    /// [`StoreSilent`]: the guess may stay counted.
    pub async fn succeed(self, sessions: &Sessions) -> Result<(), StoreSilent> {
        self.take_back(sessions, |_| FailureWindow::default()).await
    }

    /// No password was looked at after all.
    ///
    /// # Errors
    /// [`StoreSilent`]: the guess may stay counted.
    pub async fn release(self, sessions: &Sessions) -> Result<(), StoreSilent> {
        let id_at = self.id_at;
        self.take_back(sessions, |by_id| by_id.withdraw(id_at)).await
    }

    async fn take_back(
        &self,
        sessions: &Sessions,
        of_id: impl Fn(FailureWindow) -> FailureWindow,
    ) -> Result<(), StoreSilent> {
        let taken = change(sessions, &self.device, &self.id, self.now, |by_device, by_id| {
            Ok::<_, Infallible>((by_device.withdraw(self.device_at), of_id(by_id), ()))
        });
        let Ok(()) = taken.await?;
        Ok(())
    }
}

/// Reads both counts, decides, and writes both back if nobody was faster with either; else anew.
async fn change<T, E>(
    sessions: &Sessions,
    device: &CountKey,
    id: &CountKey,
    now: Timestamp,
    next: impl Fn(FailureWindow, FailureWindow) -> Result<(FailureWindow, FailureWindow, T), E>,
) -> Result<Result<T, E>, StoreSilent> {
    for _ in 0..TRIES {
        let [by_device, by_id] = <[_; 2]>::try_from(sessions.counts(&[device, id]).await?).unwrap_or_default();
        let (to_device, to_id, told) = match next(FailureWindow::decode(&by_device), FailureWindow::decode(&by_id)) {
            Ok(next) => next,
            Err(held) => return Ok(Err(held)),
        };
        let (of_device, of_id) = (to_device.encode(), to_id.encode());
        if by_device == of_device && by_id == of_id {
            return Ok(Ok(told));
        }
        let swaps = [
            Swap { key: device, old: &by_device, new: &of_device, now, keep: to_device.keep(&DEVICE, now) },
            Swap { key: id, old: &by_id, new: &of_id, now, keep: to_id.keep(&ID, now) },
        ];
        if sessions.swap_counts(&swaps).await? {
            return Ok(Ok(told));
        }
    }
    Err(StoreSilent::busy())
}
