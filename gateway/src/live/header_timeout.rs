//! How long may the head of a request take, from its first octet to its last?
//!
//! hyper's own timer for HTTP/1.1 runs while a connection is idle, too, and HTTP/2 has none. So the octets are watched here,
//! as they come out of TLS. Over HTTP/1.1 a head begins with the first octet that comes while nothing is served. Over HTTP/2 it
//! begins with a HEADERS frame and ends with the frame that says END_HEADERS; until then the connection is good for nothing
//! else (RFC 9113 §6.2, §6.10).

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::server::TlsStream;

use super::connection::Connection;
use super::opened_streams::OpenedStreams;
use super::socket::Socket;

/// What comes out of TLS, watched for the beginning and the end of heads.
#[derive(Debug)]
pub(crate) struct HeaderTimeoutStream {
    tls: TlsStream<Socket>,
    connection: Arc<Connection>,
    limit: Duration,
    frames: Option<(Frames, Arc<OpenedStreams>)>,
}

impl HeaderTimeoutStream {
    /// HTTP/1.1 is spoken.
    pub(crate) fn of_h1(tls: TlsStream<Socket>, connection: &Arc<Connection>, limit: Duration) -> Self {
        Self { tls, connection: Arc::clone(connection), limit, frames: None }
    }

    /// HTTP/2 is spoken; `opened` learns of every stream.
    pub(crate) fn of_h2(
        tls: TlsStream<Socket>,
        connection: &Arc<Connection>,
        limit: Duration,
        opened: &Arc<OpenedStreams>,
    ) -> Self {
        Self { frames: Some((Frames::default(), Arc::clone(opened))), ..Self::of_h1(tls, connection, limit) }
    }

    fn heard(&mut self, octets: &[u8]) {
        let Some((frames, opened)) = &mut self.frames else { return self.connection.heard(self.limit) };
        let head = frames.take(octets);
        opened.heard(std::mem::take(&mut frames.opened));
        match head {
            Head::Begun => self.connection.head_deadline.begin(self.limit),
            Head::GoesOn => {}
            Head::None => self.connection.head_deadline.serve(),
        }
    }
}

/// Octets before the first frame (RFC 9113 §3.4).
const PREFACE: usize = 24;
const FRAME_HEADER: usize = 9;
const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 4;
/// The first bit of a stream's number says nothing (RFC 9113 §4.1).
const STREAM: u32 = u32::MAX >> 1;

/// Where in the frames of an HTTP/2 connection we are.
#[derive(Debug)]
struct Frames {
    /// Octets to come that say nothing: of the preface, or of a frame's payload.
    skipped: usize,
    header: [u8; FRAME_HEADER],
    read: usize,
    open: bool,
    ends: bool,
    /// The newest stream, and whether the head under way is its first: later ones are trailers.
    newest: u32,
    opens: bool,
    /// Streams opened by a whole head since somebody took this.
    opened: u64,
}

/// Whether a head is under way after a piece.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Head {
    /// One that began in it.
    Begun,
    /// One that began before.
    GoesOn,
    /// None.
    None,
}

impl Default for Frames {
    fn default() -> Self {
        Self {
            skipped: PREFACE,
            header: [0; FRAME_HEADER],
            read: 0,
            open: false,
            ends: false,
            newest: 0,
            opens: false,
            opened: 0,
        }
    }
}

impl Frames {
    fn take(&mut self, mut octets: &[u8]) -> Head {
        let mut begun = false;
        loop {
            let skipped = self.skipped.min(octets.len());
            self.skipped -= skipped;
            octets = &octets[skipped..];
            if self.skipped == 0 && self.ends {
                (self.open, self.ends) = (false, false);
                self.opened += u64::from(std::mem::take(&mut self.opens));
            }
            let Some((octet, rest)) = octets.split_first() else { break };
            self.header[self.read] = *octet;
            self.read += 1;
            octets = rest;
            if self.read == FRAME_HEADER {
                self.read = 0;
                begun |= self.frame();
            }
        }
        match (self.open, begun) {
            (true, true) => Head::Begun,
            (true, false) => Head::GoesOn,
            (false, _) => Head::None,
        }
    }

    /// A frame begins; says whether a head does.
    fn frame(&mut self) -> bool {
        let [a, b, c, kind, flags, stream @ ..] = self.header;
        self.skipped = usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c);
        if kind == HEADERS || kind == CONTINUATION {
            self.open = true;
            self.ends = flags & END_HEADERS != 0;
        }
        if kind == HEADERS {
            let stream = u32::from_be_bytes(stream) & STREAM;
            self.opens = stream > self.newest;
            self.newest = self.newest.max(stream);
        }
        kind == HEADERS
    }
}

impl AsyncRead for HeaderTimeoutStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.tls).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.heard(&buf.filled()[before..]);
        } else if read.is_pending()
            && let Some((_, opened)) = &self.frames
        {
            opened.quiet();
        }
        read
    }
}

impl AsyncWrite for HeaderTimeoutStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tls).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tls).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.tls.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tls).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tls).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, payload: usize) -> Vec<u8> {
        let [.., a, b, c] = payload.to_be_bytes();
        [&[a, b, c, kind, flags, 0, 0, 0, 1][..], &vec![b'x'; payload]].concat()
    }

    #[test]
    fn a_head_is_under_way_from_its_first_frame_to_the_one_that_ends_it() {
        let mut frames = Frames::default();
        let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        assert_eq!(frames.take(&[&preface[..], &frame(4, 0, 12)].concat()), Head::None);
        let whole = frame(HEADERS, END_HEADERS, 300);
        assert_eq!(frames.take(&whole), Head::None, "begun and ended in one piece");
        for (piece, head) in whole.chunks(100).zip([Head::Begun, Head::GoesOn, Head::GoesOn, Head::None]) {
            assert_eq!(frames.take(piece), head);
        }
        assert_eq!(frames.take(&frame(HEADERS, 0, 5)), Head::Begun, "more is to come");
        assert_eq!(frames.take(&frame(CONTINUATION, 0, 5)), Head::GoesOn);
        assert_eq!(frames.take(&frame(CONTINUATION, END_HEADERS, 0)), Head::None);
        assert_eq!(frames.take(&[frame(0, 0, 70_000), frame(6, 0, 8)].concat()), Head::None, "data and a ping");
    }

    #[test]
    fn a_stream_is_opened_by_its_first_whole_head_and_by_no_trailer_however_the_octets_are_cut() {
        let of = |stream: u8, mut frame: Vec<u8>| {
            frame[8] = stream;
            frame
        };
        let said = [
            vec![b'p'; PREFACE],
            of(1, frame(HEADERS, END_HEADERS, 9)),
            of(1, frame(0, 0, 12)),
            of(1, frame(HEADERS, END_HEADERS, 3)),
            of(3, frame(HEADERS, 0, 0)),
            of(3, frame(CONTINUATION, 0, 5)),
            of(3, frame(CONTINUATION, END_HEADERS, 0)),
            of(7, frame(HEADERS, 0, 5)),
        ];
        let said = said.concat();
        for piece in 1..said.len() {
            let mut frames = Frames::default();
            for octets in said.chunks(piece) {
                let _ = frames.take(octets);
            }
            assert_eq!(frames.opened, 2, "in pieces of {piece}: the last is not whole");
            let _ = frames.take(&of(7, frame(CONTINUATION, END_HEADERS, 0)));
            assert_eq!(frames.opened, 3, "in pieces of {piece}");
        }
    }

    #[test]
    fn how_the_octets_are_cut_changes_nothing() {
        let said =
            [vec![b'p'; PREFACE], frame(HEADERS, 0, 40), frame(CONTINUATION, END_HEADERS, 7), frame(HEADERS, 0, 3)];
        let said = said.concat();
        for cut in 0..said.len() {
            let mut frames = Frames::default();
            let _ = frames.take(&said[..cut]);
            assert_ne!(frames.take(&said[cut..]), Head::None, "cut at {cut}");
            assert_eq!(frames.take(&frame(CONTINUATION, END_HEADERS, 1)), Head::None, "cut at {cut}");
        }
    }
}
