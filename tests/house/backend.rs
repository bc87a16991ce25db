//! A backend as bad as a test needs it: what it answers is said word for word.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

/// How an answer ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ending {
    /// The connection is closed in order.
    Close,
    /// The connection is reset.
    Reset,
    /// Nothing more comes, and the connection stays open.
    Hang,
    /// The next request is read.
    Next,
}

/// How long a [`Script`]'s piece is.
pub const PIECE: usize = 10_000;

/// One way to answer: these octets, pieces without meaning, and then this.
#[derive(Clone, Debug)]
pub struct Script {
    /// What is sent, word for word.
    pub said: Vec<u8>,
    /// How many pieces of [`PIECE`] letters `x` follow, 1 ms apart.
    pub pieces: usize,
    /// What comes after it.
    pub ending: Ending,
}

impl Script {
    /// Says this once.
    #[must_use]
    pub fn once(said: impl Into<Vec<u8>>, ending: Ending) -> Self {
        Self { said: said.into(), pieces: 0, ending }
    }
}

/// A running backend; killed when dropped, with every connection it has.
#[derive(Debug)]
pub struct Backend {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
    accepting: AbortHandle,
}

impl Backend {
    /// Listens at `address` and answers each request by the first script whose word its target contains.
    ///
    /// # Panics
    /// The address is taken.
    #[must_use]
    pub fn start(address: SocketAddr, scripts: Vec<(&'static str, Script)>) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(address).unwrap();
        let listener = socket.listen(64).unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let accepting = tokio::spawn(accept(listener, Arc::new(scripts), Arc::clone(&asked))).abort_handle();
        Self { address, asked, accepting }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many requests came.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

type Scripts = Arc<Vec<(&'static str, Script)>>;

async fn accept(listener: TcpListener, scripts: Scripts, asked: Arc<AtomicUsize>) {
    let mut open = JoinSet::new();
    loop {
        let (tcp, _) = listener.accept().await.unwrap();
        open.spawn(serve(tcp, Arc::clone(&scripts), Arc::clone(&asked)));
    }
}

/// Reads requests without a body, and answers each.
async fn serve(mut tcp: TcpStream, scripts: Scripts, asked: Arc<AtomicUsize>) -> std::io::Result<()> {
    let mut read = Vec::new();
    loop {
        while !read.windows(4).any(|four| four == b"\r\n\r\n") {
            if tcp.read_buf(&mut read).await? == 0 {
                return Ok(());
            }
        }
        asked.fetch_add(1, Ordering::Relaxed);
        let head = String::from_utf8_lossy(&read).into_owned();
        let target = head.split(' ').nth(1).unwrap_or_default();
        let script = scripts.iter().find(|(word, _)| target.contains(word)).map(|(_, script)| script.clone());
        let Some(script) = script else { return Ok(()) };
        read.clear();
        tcp.write_all(&script.said).await?;
        for _ in 0..script.pieces {
            tcp.write_all(&[b'x'; PIECE]).await?;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        match script.ending {
            Ending::Close => {
                tcp.shutdown().await?;
                return Ok(());
            }
            Ending::Reset => {
                // What was said is on its way before the reset.
                tokio::time::sleep(Duration::from_millis(50)).await;
                tcp.set_zero_linger()?;
                return Ok(());
            }
            Ending::Hang => std::future::pending().await,
            Ending::Next => {}
        }
    }
}
