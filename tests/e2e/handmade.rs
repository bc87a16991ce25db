//! A TLS 1.3 client made by hand (RFC 8446), so that it can leave out, twist or reorder what no library would.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{EphemeralPrivateKey, UnparsedPublicKey, X25519, agree_ephemeral};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use aws_lc_rs::{hmac, rand};
use house::Credentials;

/// One message of the client's last flight.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'a> {
    /// This chain; `None` is a list without certificates.
    Certificate(Option<&'a Credentials>),
    /// A signature by this key over what was said so far.
    Verify(&'a Credentials),
    /// The same over the words a server signs.
    VerifyAsServer(&'a Credentials),
    /// The same over a conversation that was never held.
    VerifyElsewhere(&'a Credentials),
    /// A signature of no octets.
    VerifyNothing,
    /// The end of the handshake, rightly computed over what was said.
    Finished,
}

/// What came back.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// Application data.
    pub(crate) answer: String,
    /// The description of a fatal alert.
    pub(crate) alert: Option<u8>,
}

const HANDSHAKE: u8 = 22;
const ALERT: u8 = 21;
const DATA: u8 = 23;
const NO_CONTEXT: &[u8] = &[];

/// Shakes hands by these steps, then asks with `request`, and listens until the far end closes.
pub(crate) fn ask(address: SocketAddr, steps: &[Step<'_>], request: &str) -> Heard {
    let mut tcp = TcpStream::connect(address).unwrap();
    tcp.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let secret = EphemeralPrivateKey::generate(&X25519, &SystemRandom::new()).unwrap();
    let hello = client_hello(secret.compute_public_key().unwrap().as_ref());
    tcp.write_all(&[&[HANDSHAKE, 3, 1], &length(hello.len())[1..], &hello].concat()).unwrap();
    let mut said = hello;
    let (kind, server_hello) = record(&mut tcp).expect("a ServerHello");
    assert_eq!((kind, server_hello[0]), (HANDSHAKE, 2));
    said.extend_from_slice(&server_hello);
    let theirs = UnparsedPublicKey::new(&X25519, key_share(&server_hello));
    let shared = agree_ephemeral(secret, theirs, (), |shared| Ok(shared.to_vec())).unwrap();

    let nothing = digest(&SHA256, b"");
    let early = extract(&[0; 32], &[0; 32]);
    let handshake = extract(&expand(&early, "derived", nothing.as_ref(), 32), &shared);
    let ours = expand(&handshake, "c hs traffic", &hash(&said), 32);
    let mut from_server = Keys::of(&expand(&handshake, "s hs traffic", &hash(&said), 32));
    let mut asked = false;
    let mut flight = Vec::new();
    'flight: loop {
        let (kind, sealed) = record(&mut tcp).expect("the server's flight");
        if kind != DATA {
            continue;
        }
        let (kind, message) = from_server.open(sealed);
        assert_eq!(kind, HANDSHAKE);
        flight.extend_from_slice(&message);
        while let Some(end) = whole(&flight) {
            let message: Vec<_> = flight.drain(..end).collect();
            asked |= message[0] == 13;
            said.extend_from_slice(&message);
            if message[0] == 20 {
                break 'flight;
            }
        }
    }
    assert!(asked, "a service site asks for a certificate");
    let master = extract(&expand(&handshake, "derived", nothing.as_ref(), 32), &[0; 32]);
    let (mut to_server, mut then) = (Keys::of(&ours), Keys::of(&expand(&master, "c ap traffic", &hash(&said), 32)));
    let mut from_server = Keys::of(&expand(&master, "s ap traffic", &hash(&said), 32));
    let mut octets = Vec::new();
    for step in steps {
        let message = step.message(&said, &ours);
        octets.extend(to_server.seal(HANDSHAKE, &message));
        said.extend(message);
    }
    octets.extend(then.seal(DATA, request.as_bytes()));
    // The far end may have closed in the midst of it; what it said is what counts.
    let _ = tcp.write_all(&octets);
    let mut heard = Heard::default();
    while let Some((kind, sealed)) = record(&mut tcp) {
        let (kind, content) = if kind == DATA { from_server.open(sealed) } else { (kind, sealed) };
        match kind {
            DATA => heard.answer.push_str(&String::from_utf8_lossy(&content)),
            ALERT if content[1] != 0 => heard.alert = Some(content[1]),
            _ => {}
        }
    }
    heard
}

impl Step<'_> {
    fn message(self, said: &[u8], ours: &[u8]) -> Vec<u8> {
        let signed = |by: &Credentials, who: &str, said: &[u8]| {
            let text = [&[b' '; 64], who.as_bytes(), &[0], &hash(said)].concat();
            let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, by.key.secret_der()).unwrap();
            key.sign(&SystemRandom::new(), &text).unwrap().as_ref().to_vec()
        };
        let verify = |signature: Vec<u8>| message(15, &[&[4, 3], &length(signature.len())[1..], &signature].concat());
        match self {
            Self::Certificate(credentials) => {
                let chain = credentials.map(|credentials| credentials.chain.clone()).unwrap_or_default();
                let entry = |der: &[u8]| [&length(der.len())[..], der, &[0, 0]].concat();
                let list: Vec<u8> = chain.iter().flat_map(|der| entry(der)).collect();
                message(11, &[&[0], &length(list.len())[..], &list].concat())
            }
            Self::Verify(by) => verify(signed(by, "TLS 1.3, client CertificateVerify", said)),
            Self::VerifyAsServer(by) => verify(signed(by, "TLS 1.3, server CertificateVerify", said)),
            Self::VerifyElsewhere(by) => verify(signed(by, "TLS 1.3, client CertificateVerify", &said[1..])),
            Self::VerifyNothing => verify(Vec::new()),
            Self::Finished => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, &expand(ours, "finished", NO_CONTEXT, 32));
                message(20, hmac::sign(&key, &hash(said)).as_ref())
            }
        }
    }
}

/// What one side seals its records with.
struct Keys {
    key: LessSafeKey,
    iv: Vec<u8>,
    count: u64,
}

impl Keys {
    fn of(secret: &[u8]) -> Self {
        let key = UnboundKey::new(&AES_128_GCM, &expand(secret, "key", NO_CONTEXT, 16)).unwrap();
        Self { key: LessSafeKey::new(key), iv: expand(secret, "iv", NO_CONTEXT, 12), count: 0 }
    }

    fn nonce(&mut self) -> Nonce {
        let mut nonce: [u8; 12] = self.iv.clone().try_into().unwrap();
        nonce[4..].iter_mut().zip(self.count.to_be_bytes()).for_each(|(octet, count)| *octet ^= count);
        self.count += 1;
        Nonce::assume_unique_for_key(nonce)
    }

    fn seal(&mut self, kind: u8, content: &[u8]) -> Vec<u8> {
        let mut inner = [content, &[kind]].concat();
        let head = [&[DATA, 3, 3], &length(inner.len() + 16)[1..]].concat();
        let nonce = self.nonce();
        self.key.seal_in_place_append_tag(nonce, Aad::from(&head), &mut inner).unwrap();
        [head, inner].concat()
    }

    fn open(&mut self, mut sealed: Vec<u8>) -> (u8, Vec<u8>) {
        let head = [&[DATA, 3, 3], &length(sealed.len())[1..]].concat();
        let nonce = self.nonce();
        let mut inner = self.key.open_in_place(nonce, Aad::from(&head), &mut sealed).unwrap().to_vec();
        let kind = inner.pop().unwrap();
        (kind, inner)
    }
}

fn client_hello(share: &[u8]) -> Vec<u8> {
    let mut random = [0; 32];
    rand::fill(&mut random).unwrap();
    let extension = |number: u8, content: &[u8]| [&[0, number], &length(content.len())[1..], content].concat();
    let extensions = [
        extension(0, &[&[0, 12, 0, 0, 9][..], b"localhost"].concat()),
        extension(10, &[0, 2, 0, 0x1d]),
        extension(13, &[0, 4, 4, 3, 8, 4]),
        extension(43, &[2, 3, 4]),
        extension(51, &[&[0, 36, 0, 0x1d, 0, 32][..], share].concat()),
    ]
    .concat();
    // TLS_AES_128_GCM_SHA256 alone, no compression, no session.
    let suites = [0, 0, 2, 0x13, 1, 1, 0];
    message(1, &[&[3, 3], &random[..], &suites, &length(extensions.len())[1..], &extensions].concat())
}

/// The server's half of the key exchange.
fn key_share(server_hello: &[u8]) -> Vec<u8> {
    let mut rest = &server_hello[4 + 2 + 32..];
    rest = &rest[1 + usize::from(rest[0]) + 2 + 1 + 2..];
    loop {
        let (head, content) = rest.split_at(4);
        let size = usize::from(u16::from_be_bytes([head[2], head[3]]));
        if head[..2] == [0, 51] {
            return content[4..size].to_vec();
        }
        rest = &content[size..];
    }
}

fn message(kind: u8, content: &[u8]) -> Vec<u8> {
    [&[kind], &length(content.len())[..], content].concat()
}

/// Where the first whole handshake message ends.
fn whole(octets: &[u8]) -> Option<usize> {
    let size = octets.get(1..4)?.iter().fold(0, |size, octet| size << 8 | usize::from(*octet));
    (octets.len() >= 4 + size).then_some(4 + size)
}

/// Three octets; a length of two is the last two of them.
fn length(length: usize) -> [u8; 3] {
    let [.., a, b, c] = length.to_be_bytes();
    [a, b, c]
}

/// One record; `None` once the far end has closed.
fn record(tcp: &mut TcpStream) -> Option<(u8, Vec<u8>)> {
    let mut head = [0; 5];
    tcp.read_exact(&mut head).ok()?;
    let mut content = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
    tcp.read_exact(&mut content).ok()?;
    Some((head[0], content))
}

fn hash(octets: &[u8]) -> Vec<u8> {
    digest(&SHA256, octets).as_ref().to_vec()
}

/// HKDF-Extract (RFC 5869 §2.2).
fn extract(salt: &[u8], secret: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), secret).as_ref().to_vec()
}

/// HKDF-Expand-Label (RFC 8446 §7.1), for at most 32 octets.
fn expand(secret: &[u8], label: &str, context: &[u8], size: usize) -> Vec<u8> {
    let label = format!("tls13 {label}");
    let octet = |size: usize| u8::try_from(size).unwrap();
    let info =
        [&length(size)[1..], &[octet(label.len())], label.as_bytes(), &[octet(context.len())], context, &[1]].concat();
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), &info).as_ref()[..size].to_vec()
}
