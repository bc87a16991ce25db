//! A device with a session asks for answers that reach the backend, and takes every request back a moment later.

use std::io;
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::{Assault, Told, ready};
use crate::dial::Dialer;
use crate::frames::{END_STREAM, Head, reset};
use crate::wire::{AGAIN, Wire};

const CONNECTIONS: usize = 4;
/// Requests that are asked together and taken back together.
const TOGETHER: u64 = 20;
const LOOK: Duration = Duration::from_millis(1);
/// Half of the connections take back what has just been asked; the others wait for the backend's answers to begin, so
/// that each request has cost a connection to it.
const STANDS: [Duration; 2] = [Duration::from_millis(1), Duration::from_millis(200)];

pub(super) async fn run(assault: Assault) -> io::Result<Told> {
    let dialer = assault.device()?;
    let head = assault.in_room(&dialer, ("GET", "stream?seconds=25")).await?;
    let mut churning = JoinSet::new();
    for stands in STANDS.iter().cycle().take(CONNECTIONS) {
        churning.spawn(churn(dialer.clone(), head.clone(), assault.until, *stands));
    }
    ready();
    let begun = Instant::now();
    let mut churned = Churned::default();
    while let Some(of_one) = churning.join_next().await {
        let of_one = of_one.unwrap_or_default();
        churned.taken_back += of_one.taken_back;
        churned.reached += of_one.reached;
        churned.opened += of_one.opened;
    }
    let a_second = |number: u64| number / begun.elapsed().as_secs().max(1);
    let told = json!({
        "taken_back_per_second": a_second(churned.taken_back),
        "at_the_backend_per_second": a_second(churned.reached),
        "connections": churned.opened,
    });
    Ok(told.as_object().cloned().unwrap_or_default())
}

#[derive(Debug, Default)]
struct Churned {
    taken_back: u64,
    /// Of these, how many the backend had begun to answer.
    reached: u64,
    opened: u64,
}

async fn churn(dialer: Dialer, head: Head, until: Instant, stands: Duration) -> Churned {
    let mut churned = Churned::default();
    while Instant::now() < until {
        if let Ok(mut wire) = Wire::open(&dialer, &head).await {
            churned.opened += 1;
            while !wire.is_over() && Instant::now() < until {
                let (mut asked, mut back) = (Vec::new(), Vec::new());
                for _ in 0..TOGETHER {
                    let stream = wire.ask(&mut asked, END_STREAM);
                    reset(&mut back, stream);
                }
                let (before, sent) = (wire.begun(), Instant::now());
                if wire.send(&asked).await.is_err() {
                    break;
                }
                while wire.begun() < before + TOGETHER && sent.elapsed() < stands && !wire.is_over() {
                    wire.wait(LOOK).await;
                }
                churned.reached += wire.begun() - before;
                if wire.send(&back).await.is_err() {
                    break;
                }
                churned.taken_back += TOGETHER;
            }
        }
        sleep(AGAIN).await;
    }
    churned
}
