//! What goes through the gate goes through whole, streamed, and by the rules of HTTP: bodies, trailers, questions asked before
//! a body, WebSockets; to every kind of backend, and to none that is not the one we know.

mod backends;
mod bodies;
mod expect;
mod headers;
mod mutual_tls;
mod smuggling;
mod trailers;
pub(crate) mod upstreams;
mod websocket;

use house::SOON;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::fixtures::lived::{Lived, lived_in};

impl Lived {
    async fn raw(&self) -> TlsStream<TcpStream> {
        self.opening("http/1.1").connect().await.unwrap()
    }

    /// The head of a request, with who asks.
    fn words(&self, line: &str, more: &str) -> Vec<u8> {
        let (host, cookie) = (self.house.host(), &self.cookie);
        format!("{line} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\naccept: application/json\r\n{more}\r\n").into()
    }

    /// The line of the only request to this path, once it is written.
    async fn line(&self, path: &str) -> serde_json::Value {
        self.house.line(|line| line["kind"] == "request" && line["path"] == path).await
    }
}

/// Reads on until `wanted` has been said, and returns everything so far; `None` if it ended before.
async fn hear(stream: &mut (impl AsyncReadExt + Unpin), wanted: &[u8]) -> Option<Vec<u8>> {
    let mut said = Vec::new();
    let hearing = async {
        while !said.windows(wanted.len()).any(|window| window == wanted) {
            if !matches!(stream.read_buf(&mut said).await, Ok(1..)) {
                return None;
            }
        }
        Some(())
    };
    tokio::time::timeout(SOON, hearing).await.expect("something is said").map(|()| said)
}

/// Everything until the far end ends it.
async fn until_end(stream: &mut (impl AsyncReadExt + Unpin)) -> Vec<u8> {
    let mut said = Vec::new();
    let hearing = async { while let Ok(1..) = stream.read_buf(&mut said).await {} };
    tokio::time::timeout(SOON, hearing).await.expect("the far end ends it");
    said
}
