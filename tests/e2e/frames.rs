//! HTTP/2 frame by frame: a client that says what it is told (RFC 9113 §4).

use house::{Credentials, House, Opening, SOON};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;

/// An HTTP/2 connection.
pub(crate) struct Frames(pub(crate) TlsStream<TcpStream>);

#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    pub(crate) stream: u32,
    pub(crate) payload: Vec<u8>,
}

impl Frames {
    pub(crate) async fn open(house: &House, credentials: &Credentials) -> Self {
        let opening = Opening { alpn: vec![b"h2".to_vec()], ..house.opening(Some(credentials)) };
        Self::over(&opening, &[]).await
    }

    /// With these settings, each a number and a value (RFC 9113 §6.5.1).
    pub(crate) async fn over(opening: &Opening, settings: &[(u16, u32)]) -> Self {
        let mut tls = opening.connect().await.unwrap();
        tls.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
        let mut frames = Self(tls);
        let mut said = Vec::new();
        for (number, value) in settings {
            said.extend(number.to_be_bytes());
            said.extend(value.to_be_bytes());
        }
        frames.send(SETTINGS, 0, 0, &said).await;
        frames
    }

    pub(crate) async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        self.try_send(kind, flags, stream, payload).await.unwrap();
    }

    async fn try_send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> std::io::Result<()> {
        let mut frame = u32::try_from(payload.len()).unwrap().to_be_bytes()[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        self.0.write_all(&frame).await
    }

    /// The head of a request, every field as a literal without indexing (RFC 7541 §6.2.2).
    pub(crate) async fn head(&mut self, flags: u8, stream: u32, fields: &[(&str, &str)]) {
        self.try_head(flags, stream, fields).await.unwrap();
    }

    /// As [`Self::head`], on a connection that may be gone.
    pub(crate) async fn try_head(&mut self, flags: u8, stream: u32, fields: &[(&str, &str)]) -> std::io::Result<()> {
        let mut block = Vec::new();
        for (name, value) in fields {
            block.push(0);
            for text in [name, value] {
                // Lengths in 7 bits and, beyond, in one octet more (RFC 7541 §5.1).
                match text.len() {
                    short @ 0..127 => block.push(u8::try_from(short).unwrap()),
                    long => block.extend([127, u8::try_from(long - 127).unwrap()]),
                }
                block.extend(text.as_bytes());
            }
        }
        self.try_send(HEADERS, END_HEADERS | flags, stream, &block).await
    }

    pub(crate) async fn next(&mut self) -> Frame {
        let mut head = [0; 9];
        let read = async {
            self.0.read_exact(&mut head).await.unwrap();
            let octets = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
            let mut payload = vec![0; octets];
            self.0.read_exact(&mut payload).await.unwrap();
            payload
        };
        let payload = tokio::time::timeout(SOON, read).await.expect("a frame comes");
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        Frame { kind: head[3], flags: head[4], stream, payload }
    }

    /// The frames up to the end of the answer on `stream`, and its body.
    pub(crate) async fn answer(&mut self, stream: u32) -> (Vec<Frame>, String) {
        let (mut frames, mut body) = (Vec::new(), Vec::new());
        loop {
            let frame = self.next().await;
            let ours = frame.stream == stream && [DATA, HEADERS].contains(&frame.kind);
            if ours && frame.kind == DATA {
                body.extend_from_slice(&frame.payload);
            }
            let ends = ours && frame.flags & END_STREAM != 0;
            frames.push(frame);
            if ends {
                return (frames, String::from_utf8(body).unwrap());
            }
        }
    }
}
