//! A device with a session sends two thousand bodies, an octet a second each: never idle, never done.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::{Assault, Told, ready};
use crate::dial::Dialer;
use crate::frames::{DATA, Head, frame};
use crate::wire::{AGAIN, STREAMS, Wire};

const CONNECTIONS: usize = 20;
const DRIP: Duration = Duration::from_secs(1);

pub(super) async fn run(assault: Assault) -> io::Result<Told> {
    let dialer = assault.device()?;
    let head = assault.in_room(&dialer, ("POST", "sink")).await?;
    let running: Arc<[AtomicU64]> = (0..CONNECTIONS).map(|_| AtomicU64::new(0)).collect();
    let mut dripping = JoinSet::new();
    for at in 0..CONNECTIONS {
        dripping.spawn(drip(dialer.clone(), head.clone(), assault.until, (Arc::clone(&running), at)));
    }
    ready();
    let (mut most, mut last) = (0, 0);
    while !assault.is_over() {
        last = running.iter().map(|of_one| of_one.load(Relaxed)).sum::<u64>();
        most = most.max(last);
        sleep(AGAIN * 5).await;
    }
    let mut ended = 0;
    while let Some(of_one) = dripping.join_next().await {
        ended += of_one.unwrap_or_default();
    }
    let told = json!({ "held_at_most": most, "held_at_the_end": last, "ended_by_the_gateway": ended });
    Ok(told.as_object().cloned().unwrap_or_default())
}

/// Drips until then; returns how many bodies the gateway would not wait for.
async fn drip(dialer: Dialer, head: Head, until: Instant, (running, at): (Arc<[AtomicU64]>, usize)) -> u64 {
    let mut ended = 0;
    while Instant::now() < until {
        let Ok(mut wire) = Wire::open(&dialer, &head).await else {
            sleep(AGAIN * 10).await;
            continue;
        };
        let mut octets = Vec::new();
        let streams: Vec<u32> = (0..STREAMS).map(|_| wire.ask(&mut octets, 0)).collect();
        while !wire.is_over() && wire.running() > 0 && Instant::now() < until {
            // Octets for a stream that has been ended are read and forgotten (RFC 9113 §5.1).
            for stream in &streams {
                frame(&mut octets, (DATA, 0), *stream, b"x");
            }
            if wire.send(&octets).await.is_err() {
                break;
            }
            octets.clear();
            running[at].store(wire.running(), Relaxed);
            sleep(DRIP).await;
        }
        ended += if Instant::now() < until { STREAMS } else { STREAMS - wire.running().min(STREAMS) };
        running[at].store(0, Relaxed);
    }
    ended
}
