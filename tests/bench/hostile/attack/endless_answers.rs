//! A device with a session asks for answers that flow for 25 seconds, a hundred on each connection, on as many connections
//! as it is let in on. It reads them all: there is nothing to hold against it but their number.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::{Assault, Told, ready};
use crate::dial::Dialer;
use crate::frames::{END_STREAM, Head};
use crate::wire::{AGAIN, STREAMS, Wire};

/// The bound of this program, not of the gateway: 20,000 requests.
const CONNECTIONS: usize = 200;
/// So many are opened at a time.
const BETWEEN: Duration = Duration::from_millis(25);

/// A request that was refused is asked again after this: what is to be held is places, not attention.
const TRIES_AGAIN: Duration = Duration::from_millis(500);

pub(super) async fn run(assault: Assault) -> io::Result<Told> {
    let dialer = assault.device()?;
    let head = assault.in_room(&dialer, ("GET", "stream?seconds=25")).await?;
    let running: Arc<[AtomicU64]> = (0..CONNECTIONS).map(|_| AtomicU64::new(0)).collect();
    let mut holding = JoinSet::new();
    ready();
    for at in 0..CONNECTIONS {
        holding.spawn(hold(dialer.clone(), head.clone(), assault.until, (Arc::clone(&running), at)));
        sleep(BETWEEN).await;
    }
    let mut most = 0;
    while !assault.is_over() {
        most = most.max(running.iter().map(|of_one| of_one.load(Relaxed)).sum::<u64>());
        sleep(Duration::from_millis(100)).await;
    }
    let (mut opened, mut turned_away) = (0, 0);
    while let Some(held) = holding.join_next().await {
        let (of_one, away) = held.unwrap_or_default();
        opened += of_one;
        turned_away += away;
    }
    let told = json!({ "requests_running": most, "connections_opened": opened, "turned_away": turned_away });
    Ok(told.as_object().cloned().unwrap_or_default())
}

async fn hold(dialer: Dialer, head: Head, until: Instant, (running, at): (Arc<[AtomicU64]>, usize)) -> (u64, u64) {
    let (mut opened, mut turned_away) = (0, 0);
    while Instant::now() < until {
        let Ok(mut wire) = Wire::open(&dialer, &head).await else {
            turned_away += 1;
            sleep(AGAIN * 10).await;
            continue;
        };
        opened += 1;
        while !wire.is_over() && Instant::now() < until {
            let mut octets = Vec::new();
            for _ in wire.running()..STREAMS {
                wire.ask(&mut octets, END_STREAM);
            }
            if wire.send(&octets).await.is_err() {
                break;
            }
            running[at].store(wire.running(), Relaxed);
            sleep(TRIES_AGAIN).await;
        }
        running[at].store(0, Relaxed);
    }
    (opened, turned_away)
}
