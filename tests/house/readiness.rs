//! What the operations listener says.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::{House, until};

/// What an operations listener says at this path: its status and its words.
pub async fn operations(address: SocketAddr, path: &str) -> (u16, String) {
    let mut tcp = TcpStream::connect(address).await.unwrap();
    let asked = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    tcp.write_all(asked.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tcp.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, body.to_owned())
}

/// How often this bound of this party was reached, as this listener has it (`gateway_budget_refused_total`).
pub async fn bounded(address: SocketAddr, party: &str, bound: &str) -> u64 {
    let (_, text) = operations(address, "/metrics").await;
    let labels = format!("gateway_budget_refused_total{{party=\"{party}\",bound=\"{bound}\"}}");
    let line = text.lines().find_map(|line| line.strip_prefix(&labels));
    line.map_or(0, |count| count.trim().parse().unwrap())
}

impl House {
    /// `/readyz`: its status and what it says is missing.
    pub async fn readyz(&self) -> (u16, String) {
        operations(self.ops_address(), "/readyz").await
    }

    /// A counter without labels at `/metrics`.
    pub async fn metric(&self, name: &str) -> u64 {
        let (_, text) = operations(self.ops_address(), "/metrics").await;
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name} in {text}")).trim().parse().unwrap()
    }

    /// How often this bound of this party was reached.
    pub async fn bounded(&self, party: &str, bound: &str) -> u64 {
        bounded(self.ops_address(), party, bound).await
    }

    /// Waits until `/readyz` says these words, and returns how long that took.
    pub async fn unready(&self, words: &str) -> Duration {
        self.readiness(503, words).await
    }

    /// Waits until `/readyz` says that all is well, and returns how long that took.
    pub async fn ready(&self) -> Duration {
        self.readiness(200, "ready").await
    }

    async fn readiness(&self, status: u16, words: &str) -> Duration {
        let begun = Instant::now();
        until(&format!("{status} {words}"), async || {
            let said = self.readyz().await;
            said.0 == status && said.1.contains(words)
        })
        .await;
        begun.elapsed()
    }
}
