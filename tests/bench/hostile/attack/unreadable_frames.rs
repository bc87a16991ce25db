//! What is no HTTP/2, or none that may pass, from a device with a certificate. First one of each kind by itself, to see
//! whether it leaves its line in the access log; then all of them, again and again, without a pause.

use std::io;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::{Assault, SOURCES, Told, ready};
use crate::dial::{Dialer, Speech};
use crate::frames::{CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, frame, literals, opening};
use crate::measure::{log_length, unwelcome_since};

/// A line is on disk within this time.
const WRITTEN: Duration = Duration::from_millis(250);
/// How long an answer, or the end, is waited for.
const ANSWERED: Duration = Duration::from_millis(200);
const SHORTLY: Duration = Duration::from_millis(10);
/// Connections at a time.
const AT_A_TIME: usize = 16;
/// More than any head may be.
const TOO_LARGE: usize = 48 << 10;
/// The largest frame there may be without another word (RFC 9113 §4.2).
const FRAME: usize = 16 << 10;

pub(super) async fn run(assault: Assault) -> io::Result<Told> {
    let dialer = assault.device()?;
    let kinds = kinds(dialer.authority());
    let source = SOURCES[0].to_string();
    let mut lines: Map<String, Value> = Map::new();
    let mut without = 0;
    ready();
    for (name, octets) in &kinds {
        let before = log_length(&assault.env)?;
        let _ = say(&dialer, octets, ANSWERED).await;
        sleep(WRITTEN).await;
        let left = unwelcome_since(&assault.env, before, &source)?;
        without += usize::from(left == 0);
        lines.insert((*name).to_owned(), json!(left));
    }
    let mut flooding = JoinSet::new();
    for first in 0..AT_A_TIME {
        let (dialer, until) = (dialer.clone(), assault.until);
        // Each begins with another kind.
        let mut octets: Vec<Vec<u8>> = kinds.iter().map(|(_, octets)| octets.clone()).collect();
        octets.rotate_left(first % kinds.len());
        flooding.spawn(async move {
            let mut sent = 0_u64;
            for octets in octets.iter().cycle() {
                if Instant::now() >= until {
                    break;
                }
                sent += u64::from(say(&dialer, octets, SHORTLY).await.is_ok());
            }
            sent
        });
    }
    let mut sent = 0;
    while let Some(of_one) = flooding.join_next().await {
        sent += of_one.unwrap_or_default();
    }
    let told =
        json!({ "kinds": kinds.len(), "kinds_without_a_line": without, "lines": lines, "sent_in_the_flood": sent });
    Ok(told.as_object().cloned().unwrap_or_default())
}

/// Opens a connection, says it, and waits so long for the end.
async fn say(dialer: &Dialer, octets: &[u8], most: Duration) -> io::Result<()> {
    let mut tls = dialer.tls(Speech::H2).await?;
    tls.write_all(&opening()).await?;
    tls.write_all(octets).await?;
    tls.flush().await?;
    let mut piece = [0; 16 << 10];
    // Its settings come in any case, whatever it thinks of the rest.
    let _ = timeout(most, async { while matches!(tls.read(&mut piece).await, Ok(1..)) {} }).await;
    Ok(())
}

type Field<'a> = (&'a [u8], &'a [u8]);

/// What is said, by name.
fn kinds(authority: &str) -> Vec<(&'static str, Vec<u8>)> {
    let method: Field<'_> = (b":method", b"GET");
    let post: Field<'_> = (b":method", b"POST");
    let (scheme, path): (Field<'_>, Field<'_>) = ((b":scheme", b"https"), (b":path", b"/.gateway/check"));
    let host: Field<'_> = (b":authority", authority.as_bytes());
    let with = |more: &[Field<'_>]| headers(&[&[method, scheme, host, path], more].concat());
    vec![
        ("head_too_large", large(&[method, scheme, host, path])),
        ("line_feed_in_a_value", with(&[(b"x-a", b"a\r\nb: c")])),
        ("line_feed_in_the_path", headers(&[method, scheme, host, (b":path", b"/a\r\nb")])),
        ("space_in_the_path", headers(&[method, scheme, host, (b":path", b"/a b")])),
        ("upper_case_name", with(&[(b"X-Upper", b"a")])),
        ("two_lengths", headers(&[post, scheme, host, path, (b"content-length", b"1"), (b"content-length", b"2")])),
        ("transfer_encoding", with(&[(b"transfer-encoding", b"chunked")])),
        ("connection", with(&[(b"connection", b"keep-alive")])),
        ("pseudo_after_regular", headers(&[method, scheme, (b"x-a", b"a"), host, path])),
        ("two_paths", with(&[path])),
        ("no_method", headers(&[scheme, host, path])),
        ("unknown_pseudo", with(&[(b":protocol-x", b"a")])),
        (
            "short_body",
            [headers_open(&[post, scheme, host, path, (b"content-length", b"9")]), last_data(b"x")].concat(),
        ),
        ("no_such_index", raw((HEADERS, END_HEADERS | END_STREAM), 1, &[0xff, 0xff, 0x7f])),
        ("data_on_no_stream", raw((DATA, END_STREAM), 0, b"x")),
        ("even_stream", raw((HEADERS, END_HEADERS | END_STREAM), 2, &literals(&[method, scheme, host, path]))),
        ("continuation_alone", raw((CONTINUATION, END_HEADERS), 1, b"")),
    ]
}

fn headers(fields: &[Field<'_>]) -> Vec<u8> {
    raw((HEADERS, END_HEADERS | END_STREAM), 1, &literals(fields))
}

fn headers_open(fields: &[Field<'_>]) -> Vec<u8> {
    raw((HEADERS, END_HEADERS), 1, &literals(fields))
}

fn last_data(octets: &[u8]) -> Vec<u8> {
    raw((DATA, END_STREAM), 1, octets)
}

/// In as many frames as it takes.
fn large(fields: &[Field<'_>]) -> Vec<u8> {
    let value = vec![b'a'; TOO_LARGE / 16];
    let more: Vec<Field<'_>> = std::iter::repeat_n((b"x-large".as_slice(), value.as_slice()), 16).collect();
    let block = literals(&[fields, &more].concat());
    let mut octets = Vec::new();
    let pieces = block.chunks(FRAME).count();
    for (at, piece) in block.chunks(FRAME).enumerate() {
        let kind = if at == 0 { HEADERS } else { CONTINUATION };
        let ends = if at + 1 == pieces { END_HEADERS } else { 0 };
        let stream_ends = if at == 0 { END_STREAM } else { 0 };
        frame(&mut octets, (kind, ends | stream_ends), 1, piece);
    }
    octets
}

fn raw(kind: (u8, u8), stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut octets = Vec::new();
    frame(&mut octets, kind, stream, payload);
    octets
}
