//! Those who do nothing wrong: a device that asks 50 times a second on a connection it keeps and once a second on a
//! fresh one, and whom else an attack would hurt. How long did they wait, and who was refused?
//!
//! Requests are due at fixed times, whatever became of those before, and a request's time runs from when it was due: a
//! client that waits for an answer before it asks again would not see the queue it stands in.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep_until};

use crate::ask::{self, Answer, Kept};
use crate::bystander::Bystander;
use crate::dial::Dialer;

/// 50 a second.
const PACE: Duration = Duration::from_millis(20);
const FRESH: Duration = Duration::from_secs(1);

/// The honest device.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) dialer: Dialer,
    pub(crate) path: String,
    pub(crate) cookie: String,
    pub(crate) bystander: Bystander,
}

/// What the requests of one kind came to. Times in milliseconds.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Tally {
    pub(crate) asked: usize,
    /// Answered otherwise than they should be.
    pub(crate) refused: usize,
    /// Not answered at all.
    pub(crate) failed: usize,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) most: f64,
    /// Why, in the words of the first that was refused or failed.
    pub(crate) first_words: Option<String>,
}

impl Tally {
    pub(crate) fn lost(&self) -> usize {
        self.refused + self.failed
    }
}

/// What everybody heard.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Heard {
    pub(crate) kept: Tally,
    pub(crate) fresh: Tally,
    pub(crate) bystander: Tally,
}

/// What one request came to.
#[derive(Clone, Debug)]
pub(crate) enum Came {
    Right,
    Refused(String),
    Failed(String),
}

impl Came {
    /// As it should be: `200`.
    fn of(answer: io::Result<Answer>) -> Self {
        match answer {
            Ok(answer) if answer.status == 200 => Self::Right,
            Ok(answer) => Self::Refused(answer.status.to_string()),
            Err(error) => Self::Failed(error.to_string()),
        }
    }
}

type Log = Arc<Mutex<Vec<(Duration, Came)>>>;

/// Everybody, at work.
#[derive(Debug)]
pub(crate) struct AtWork {
    logs: [Log; 3],
    tasks: [JoinHandle<()>; 3],
}

impl AtWork {
    /// Works until then.
    pub(crate) fn begin(device: &Arc<Device>, until: Instant) -> Self {
        let logs = [Log::default(), Log::default(), Log::default()];
        let kept = {
            let kept = Arc::new(KeptConnection { device: Arc::clone(device), open: tokio::sync::Mutex::default() });
            tokio::spawn(paced(PACE, until, Arc::clone(&logs[0]), move || Arc::clone(&kept).ask()))
        };
        let fresh = {
            let device = Arc::clone(device);
            tokio::spawn(paced(FRESH, until, Arc::clone(&logs[1]), move || ask_freshly(Arc::clone(&device))))
        };
        let bystander = {
            let bystander = device.bystander.clone();
            let pace = bystander.pace();
            tokio::spawn(paced(pace, until, Arc::clone(&logs[2]), move || bystander.clone().ask()))
        };
        Self { logs, tasks: [kept, fresh, bystander] }
    }

    /// What everybody heard, once the last has been answered or given up.
    pub(crate) async fn end(self) -> Heard {
        for task in self.tasks {
            let _ = task.await;
        }
        let [kept, fresh, bystander] = self.logs.map(|log| tally(&log));
        Heard { kept, fresh, bystander }
    }
}

/// A kept connection; opened anew by whoever finds it ended, as a browser does.
#[derive(Debug)]
struct KeptConnection {
    device: Arc<Device>,
    open: tokio::sync::Mutex<Option<Kept>>,
}

impl KeptConnection {
    async fn ask(self: Arc<Self>) -> Came {
        let device = &self.device;
        let asked = async {
            let request = ask::get_on(&device.dialer, &device.path, &device.cookie)?;
            ask::ask_on(self.connection().await?, request).await
        };
        Came::of(asked.await)
    }

    async fn connection(&self) -> io::Result<Kept> {
        let mut open = self.open.lock().await;
        if let Some(kept) = open.as_ref().filter(|kept| !kept.is_closed()) {
            return Ok(kept.clone());
        }
        let fresh = ask::keep(&self.device.dialer).await?;
        *open = Some(fresh.clone());
        Ok(fresh)
    }
}

async fn ask_freshly(device: Arc<Device>) -> Came {
    let asked = async {
        let request = ask::get(&device.dialer, &device.path, &device.cookie)?;
        ask::ask(&device.dialer, request).await
    };
    Came::of(asked.await)
}

/// Asks at this pace until then; each request by itself.
async fn paced<F: Future<Output = Came> + Send + 'static>(
    pace: Duration,
    until: Instant,
    log: Log,
    ask: impl Fn() -> F + Send + 'static,
) {
    let mut asking = JoinSet::new();
    let mut due = Instant::now();
    while due < until {
        sleep_until(due).await;
        let (log, asked, begun) = (Arc::clone(&log), ask(), due);
        asking.spawn(async move {
            let came = asked.await;
            log.lock().unwrap_or_else(PoisonError::into_inner).push((begun.elapsed(), came));
        });
        due += pace;
    }
    while asking.join_next().await.is_some() {}
}

fn tally(log: &Log) -> Tally {
    let log = log.lock().unwrap_or_else(PoisonError::into_inner);
    let mut took: Vec<f64> = log.iter().map(|(took, _)| took.as_secs_f64() * 1000.0).collect();
    took.sort_by(f64::total_cmp);
    let mut tally =
        Tally { asked: took.len(), p50: at(&took, 50), p99: at(&took, 99), most: at(&took, 100), ..Tally::default() };
    for (_, came) in log.iter() {
        let words = match came {
            Came::Right => continue,
            Came::Refused(words) => {
                tally.refused += 1;
                words
            }
            Came::Failed(words) => {
                tally.failed += 1;
                words
            }
        };
        tally.first_words.get_or_insert_with(|| words.clone());
    }
    tally
}

/// The value that so many of a hundred stay within; the values are sorted. Nothing has no values: 0.
pub(crate) fn at(sorted: &[f64], percent: usize) -> f64 {
    let place = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_hundred_values_the_ninety_ninth_is_p99_and_of_one_it_is_the_one() {
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!((at(&hundred, 50), at(&hundred, 99), at(&hundred, 100)), (50.0, 99.0, 100.0));
        assert_eq!((at(&[7.0], 99), at(&[], 99)), (7.0, 0.0));
    }
}
