//! A change takes effect on what is connected and on what runs: of that device or session, and of no other.

mod background;
mod device;
mod own_cause;
mod person;
mod race;
mod speed;

use std::time::{Duration, Instant};

use house::House;

use crate::held::{Ended, Held, Work, looks_whole};
use crate::newcomer::Newcomer;

/// Generous, since tests run beside each other; what it really takes is printed.
const AT_MOST: Duration = Duration::from_secs(2);

/// Opens one of each.
pub(crate) async fn hold_all(house: &House, newcomer: &Newcomer, works: &[Work]) -> Vec<Held> {
    let mut held = Vec::new();
    for work in works {
        held.push(crate::held::hold(house, newcomer.holder(), *work).await);
    }
    held
}

/// Every line ends in time, and none looks as if it had come to its own end.
pub(crate) async fn all_end(held: Vec<Held>, since: Instant, what: &str) -> Vec<(Work, Ended)> {
    let mut ends = Vec::new();
    for line in held {
        let work = line.work;
        let ended = line.end().await;
        let took = ended.at.saturating_duration_since(since);
        println!("{what}: {work:?} ended {:?} after {took:?}", ended.how);
        assert!(took < AT_MOST || work == Work::Bytes, "{what}: {work:?} took {took:?}");
        assert!(!looks_whole(work, &ended), "{what}: {work:?} looks whole: {ended:?}");
        ends.push((work, ended));
    }
    ends
}
