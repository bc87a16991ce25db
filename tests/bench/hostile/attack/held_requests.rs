//! A device with a session begins nine thousand requests and never sends their bodies.

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

const CONNECTIONS: usize = 90;

/// A request that was refused is asked again after this: what is to be held is places, not attention.
const TRIES_AGAIN: Duration = Duration::from_millis(500);

pub(super) async fn run(assault: Assault) -> io::Result<Told> {
    let dialer = assault.device()?;
    let head = assault.in_room(&dialer, ("POST", "sink")).await?;
    let running: Arc<[AtomicU64]> = (0..CONNECTIONS).map(|_| AtomicU64::new(0)).collect();
    let mut holding = JoinSet::new();
    for at in 0..CONNECTIONS {
        holding.spawn(hold(dialer.clone(), head.clone(), assault.until, (Arc::clone(&running), at)));
    }
    let held = || running.iter().map(|of_one| of_one.load(Relaxed)).sum::<u64>();
    let begun = Instant::now();
    while held() < CONNECTIONS as u64 * STREAMS && begun.elapsed() < Duration::from_secs(8) {
        sleep(AGAIN).await;
    }
    ready();
    let mut most = 0;
    while !assault.is_over() {
        most = most.max(held());
        sleep(AGAIN * 5).await;
    }
    holding.abort_all();
    let told = json!({ "held_at_most": most });
    Ok(told.as_object().cloned().unwrap_or_default())
}

async fn hold(dialer: Dialer, head: Head, until: Instant, (running, at): (Arc<[AtomicU64]>, usize)) {
    while Instant::now() < until {
        if let Ok(mut wire) = Wire::open(&dialer, &head).await {
            while !wire.is_over() && Instant::now() < until {
                let mut octets = Vec::new();
                for _ in wire.running()..STREAMS {
                    let stream = wire.ask(&mut octets, 0);
                    frame(&mut octets, (DATA, 0), stream, b"x");
                }
                if wire.send(&octets).await.is_err() {
                    break;
                }
                running[at].store(wire.running(), Relaxed);
                sleep(TRIES_AGAIN).await;
            }
            running[at].store(0, Relaxed);
        }
        sleep(AGAIN * 5).await;
    }
}
