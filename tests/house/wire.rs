//! HTTP/1.1 octet by octet: a client that says what it is told, and a backend that keeps what it hears.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::{Opening, SOON};

/// One message, cut out of what came in as RFC 9112 has it and no more leniently.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// Start line and fields, without the empty line.
    pub head: String,
    /// The body, out of its chunks.
    pub body: Vec<u8>,
}

impl Message {
    /// The first line.
    #[must_use]
    pub fn first_line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// The status of an answer.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.first_line().split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
    }

    /// Every value of this field.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<&str> {
        let fields = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        fields.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).collect()
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.head, String::from_utf8_lossy(&self.body)))
    }

    /// Takes the first whole message off `octets`; `None` where there is none yet.
    fn take(octets: &mut Vec<u8>) -> Option<Self> {
        let end = find(octets, b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&octets[..end]).into_owned();
        let mut message = Self { head, body: Vec::new() };
        let mut at = end + 4;
        if message.values("transfer-encoding").iter().any(|value| value.eq_ignore_ascii_case("chunked")) {
            loop {
                let line = at + find(&octets[at..], b"\r\n")?;
                let size = std::str::from_utf8(&octets[at..line]).ok()?;
                let size = usize::from_str_radix(size.split(';').next()?, 16).ok()?;
                at = line + 2;
                if size == 0 {
                    // Trailers, up to the empty line.
                    loop {
                        let line = at + find(&octets[at..], b"\r\n")?;
                        let empty = line == at;
                        at = line + 2;
                        if empty {
                            break;
                        }
                    }
                    break;
                }
                message.body.extend_from_slice(octets.get(at..at + size)?);
                octets.get(at + size..at + size + 2)?;
                at += size + 2;
            }
        } else if let [length] = message.values("content-length")[..] {
            let length: usize = length.parse().ok()?;
            message.body.extend_from_slice(octets.get(at..at + length)?);
            at += length;
        }
        octets.drain(..at);
        Some(message)
    }

    /// All whole messages in `octets`, and what is left over.
    #[must_use]
    pub fn all(octets: &[u8]) -> (Vec<Self>, Vec<u8>) {
        let mut left = octets.to_vec();
        let messages = std::iter::from_fn(|| Self::take(&mut left)).collect();
        (messages, left)
    }
}

fn find(octets: &[u8], wanted: &[u8]) -> Option<usize> {
    octets.windows(wanted.len()).position(|window| window == wanted)
}

impl Opening {
    /// Says `octets` on a connection of its own and reads until the gateway closes it.
    ///
    /// # Panics
    /// The connection could not be opened, or was still open after [`SOON`].
    pub async fn say(&self, octets: &[u8]) -> Vec<u8> {
        let mut tls = self.connect().await.unwrap();
        // The gateway may have closed after the first octets; what it said then is what counts.
        let _ = tls.write_all(octets).await;
        let _ = tls.flush().await;
        let mut heard = Vec::new();
        let mut reading = async || {
            let mut buffer = vec![0; 16 << 10];
            while let Ok(read @ 1..) = tls.read(&mut buffer).await {
                heard.extend_from_slice(&buffer[..read]);
            }
        };
        let in_time = tokio::time::timeout(SOON, reading()).await.is_ok();
        assert!(in_time, "still open after {:?}", String::from_utf8_lossy(octets));
        heard
    }
}

/// A backend that keeps every octet it is sent and answers by the book.
#[derive(Clone, Debug)]
pub struct Recorder {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
}

/// What one connection to a [`Recorder`] carried.
#[derive(Clone, Debug, Default)]
struct Heard {
    requests: Vec<Message>,
    rest: Vec<u8>,
}

impl Recorder {
    /// Answers each request as `answer` says.
    pub async fn answering(answer: fn(&Message) -> Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let recorder = Self { address: listener.local_addr().unwrap(), heard: Arc::default() };
        let heard = Arc::clone(&recorder.heard);
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                let number = {
                    let mut heard = heard.lock().unwrap();
                    heard.push(Heard::default());
                    heard.len() - 1
                };
                tokio::spawn(listen(tcp, answer, Arc::clone(&heard), number));
            }
        });
        recorder
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request so far, and forgets them. Octets that are no whole request come last, as a request of their own.
    ///
    /// # Panics
    /// A thread panicked while it listened.
    #[must_use]
    pub fn requests(&self) -> Vec<Message> {
        let mut all = Vec::new();
        for heard in self.heard.lock().unwrap().iter_mut() {
            all.append(&mut heard.requests);
            if !heard.rest.is_empty() {
                all.push(Message {
                    head: String::from_utf8_lossy(&std::mem::take(&mut heard.rest)).into_owned(),
                    body: Vec::new(),
                });
            }
        }
        all
    }
}

async fn listen(mut tcp: TcpStream, answer: fn(&Message) -> Vec<u8>, heard: Arc<Mutex<Vec<Heard>>>, number: usize) {
    let mut buffer = vec![0; 16 << 10];
    while let Ok(read @ 1..) = tcp.read(&mut buffer).await {
        let answers: Vec<u8> = {
            let mut heard = heard.lock().unwrap();
            let heard = &mut heard[number];
            heard.rest.extend_from_slice(&buffer[..read]);
            let mut answers = Vec::new();
            while let Some(request) = Message::take(&mut heard.rest) {
                answers.extend(answer(&request));
                heard.requests.push(request);
            }
            answers
        };
        if tcp.write_all(&answers).await.is_err() {
            return;
        }
    }
}
