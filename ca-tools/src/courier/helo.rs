//! HELO for a mail server of before EHLO (RFC 5321 §4.1.1.1): the library knows the newer word alone.
//!
//! The first word that a client says is the greeting. This way to the server swaps its first two letters: EHLO is HELO then,
//! and what the server answers promises no extension.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A connection on which EHLO leaves as HELO.
#[derive(Debug)]
pub(super) struct OldWay {
    stream: TcpStream,
    said: usize,
}

impl OldWay {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream, said: 0 }
    }
}

/// What goes out, `said` octets after the beginning: of the first two the other one.
fn swapped(said: usize, octets: &[u8]) -> Vec<u8> {
    const HELO: &[u8; 4] = b"HELO";
    let first = HELO.iter().skip(said).copied();
    let head: Vec<_> = first.zip(octets).map(|(helo, _)| helo).collect();
    let rest = octets.iter().skip(head.len()).copied();
    head.iter().copied().chain(rest).collect()
}

impl AsyncWrite for OldWay {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        let octets = swapped(self.said, octets);
        let written = Pin::new(&mut self.stream).poll_write(cx, &octets);
        if let Poll::Ready(Ok(count)) = written {
            self.said = self.said.saturating_add(count);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl AsyncRead for OldWay {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncTokioStream for OldWay {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_is_helo_in_however_many_pieces_it_leaves_and_nothing_else_changes() {
        let said = b"EHLO [127.0.0.1]\r\nMAIL FROM:<a@EHLO.example>\r\n";
        for piece in 1..said.len() {
            let mut at = 0;
            let mut out = Vec::new();
            for piece in said.chunks(piece) {
                out.extend(swapped(at, piece));
                at += piece.len();
            }
            assert_eq!(out, b"HELO [127.0.0.1]\r\nMAIL FROM:<a@EHLO.example>\r\n");
        }
    }
}
