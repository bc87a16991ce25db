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
const TOGETHER: usize = 20;
/// Long enough to reach the backend, too short for its answer to end.
const STANDS: Duration = Duration::from_millis(3);

pub(super) async fn run(assault: Assault) -> io::Result<Told> {
    let dialer = assault.device()?;
    let head = assault.in_room(&dialer, ("GET", "stream?seconds=25")).await?;
    let mut churning = JoinSet::new();
    for _ in 0..CONNECTIONS {
        churning.spawn(churn(dialer.clone(), head.clone(), assault.until));
    }
    ready();
    let begun = Instant::now();
    let (mut taken_back, mut opened) = (0, 0);
    while let Some(churned) = churning.join_next().await {
        let (of_one, connections) = churned.unwrap_or_default();
        taken_back += of_one;
        opened += connections;
    }
    let a_second = taken_back / begun.elapsed().as_secs().max(1);
    let told = json!({ "taken_back": taken_back, "taken_back_per_second": a_second, "connections": opened });
    Ok(told.as_object().cloned().unwrap_or_default())
}

async fn churn(dialer: Dialer, head: Head, until: Instant) -> (u64, u64) {
    let (mut taken_back, mut opened) = (0, 0);
    while Instant::now() < until {
        if let Ok(mut wire) = Wire::open(&dialer, &head).await {
            opened += 1;
            while !wire.is_over() && Instant::now() < until {
                let (mut asked, mut back) = (Vec::new(), Vec::new());
                for _ in 0..TOGETHER {
                    let stream = wire.ask(&mut asked, END_STREAM);
                    reset(&mut back, stream);
                }
                if wire.send(&asked).await.is_err() {
                    break;
                }
                sleep(STANDS).await;
                if wire.send(&back).await.is_err() {
                    break;
                }
                taken_back += TOGETHER as u64;
            }
        }
        sleep(AGAIN).await;
    }
    (taken_back, opened)
}
