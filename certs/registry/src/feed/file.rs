//! When is a file looked at?

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::feed::follow::Shared;
use crate::feed::step::Follower;

/// Every so often: with what a check and a cut take, a change is in force within 50 ms.
const EVERY: Duration = Duration::from_millis(20);

/// After refusals the file is opened anew, less and less often, but never later than this.
const SELDOM: Duration = Duration::from_millis(500);

/// Follows until the feed is gone.
pub(super) async fn follow(mut follower: Follower, shared: &Shared) {
    let mut tick = interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut pause = EVERY;
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = shared.gone() => return,
        }
        pause = match shared.note(std::time::Instant::now(), follower.check().await) {
            Ok(()) => EVERY,
            Err(()) => (pause * 2).min(SELDOM),
        };
        if pause > EVERY {
            tick.reset_at(Instant::now() + pause);
        }
    }
}
