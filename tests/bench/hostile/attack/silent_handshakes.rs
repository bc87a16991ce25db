//! From each address 64 connections say the first word of a handshake and nothing more. One that is ended comes back.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout_at};

use super::{Assault, Told, ready};
use crate::dial::Dialer;
use crate::wire::AGAIN;

const OF_EACH: usize = 64;

pub(super) async fn run(assault: Assault, sources: &[Ipv4Addr]) -> io::Result<Told> {
    let dialer = assault.nobody()?;
    let hello: Arc<[u8]> = dialer.client_hello()?.into();
    let held = Arc::new(AtomicU64::new(0));
    let mut holding = JoinSet::new();
    for source in sources {
        for _ in 0..OF_EACH {
            let silent = Silent { dialer: dialer.from(*source), hello: Arc::clone(&hello), held: Arc::clone(&held) };
            holding.spawn(silent.hold(assault.until));
        }
    }
    ready();
    let (mut most, mut seen, mut looks) = (0, 0, 0);
    while !assault.is_over() {
        let now = held.load(Relaxed);
        most = most.max(now);
        seen += now;
        looks += 1;
        sleep(AGAIN * 5).await;
    }
    let mut opened = 0;
    while let Some(of_one) = holding.join_next().await {
        opened += of_one.unwrap_or_default();
    }
    let told = json!({ "held_at_most": most, "held_on_average": seen / looks.max(1), "opened": opened });
    Ok(told.as_object().cloned().unwrap_or_default())
}

struct Silent {
    dialer: Dialer,
    hello: Arc<[u8]>,
    held: Arc<AtomicU64>,
}

impl Silent {
    async fn hold(self, until: Instant) -> u64 {
        let mut opened = 0;
        while Instant::now() < until {
            if let Ok(mut tcp) = self.dialer.tcp().await
                && tcp.write_all(&self.hello).await.is_ok()
            {
                opened += 1;
                let mut octets = [0; 8 << 10];
                let mut answered = false;
                while let Ok(Ok(1..)) = timeout_at(until, tcp.read(&mut octets)).await {
                    // Only who has the gateway's answer holds a place.
                    if !answered {
                        answered = true;
                        self.held.fetch_add(1, Relaxed);
                    }
                }
                if answered {
                    self.held.fetch_sub(1, Relaxed);
                }
            }
            sleep(AGAIN).await;
        }
        opened
    }
}
