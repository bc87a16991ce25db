//! Why could the head of an answer not be read?
//!
//! The parser says that it could not. Here its octets are looked at once more, only to find the words for it: nothing is
//! passed on that was not read there.

use super::fault::BackendFault;
use super::framing::{self, Lengths};

/// The first fault in what begins like this.
pub(super) fn why(beginning: &[u8]) -> BackendFault {
    // An empty line before an answer is overlooked (RFC 9112 §2.2).
    let beginning = beginning.trim_ascii_start();
    let mut lines = beginning.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let first = lines.next().unwrap_or_default();
    if !first.starts_with(b"HTTP/") {
        return BackendFault::NotHttp;
    }
    let mut words = first.splitn(3, |&byte| byte == b' ');
    if !matches!(words.next(), Some(b"HTTP/1.0" | b"HTTP/1.1")) {
        return BackendFault::Version;
    }
    if !words.next().is_some_and(|status| status.len() == 3 && status.iter().all(u8::is_ascii_digit)) {
        return BackendFault::StatusLine;
    }
    let mut lengths = Lengths::None;
    for (number, line) in (2..).zip(lines) {
        if line.is_empty() {
            break;
        }
        let (name, value) = match field(number, line) {
            Ok(field) => field,
            Err(fault) => return fault,
        };
        if name.eq_ignore_ascii_case(b"content-length") {
            lengths = lengths.and(framing::lengths(std::iter::once(value)));
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            return BackendFault::TransferCoding;
        }
    }
    match lengths {
        Lengths::Differ => BackendFault::Lengths,
        Lengths::NoNumber => BackendFault::Length,
        Lengths::None | Lengths::One(_) if first.iter().any(u8::is_ascii_control) => BackendFault::StatusLine,
        Lengths::None | Lengths::One(_) => BackendFault::Other,
    }
}

fn field(number: usize, line: &[u8]) -> Result<(&[u8], &[u8]), BackendFault> {
    if matches!(line.first(), Some(b' ' | b'\t')) {
        return Err(BackendFault::Folded(number));
    }
    if line.contains(&0) {
        return Err(BackendFault::Nul(number));
    }
    let Some(colon) = line.iter().position(|&byte| byte == b':') else {
        return Err(BackendFault::NoColon(number));
    };
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    if http::HeaderName::from_bytes(name).is_err() {
        return Err(BackendFault::FieldName(number));
    }
    if value.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
        return Err(BackendFault::ControlCharacter(number));
    }
    Ok((name, value.trim_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_be_unreadable_has_its_own_words() {
        for (said, fault) in [
            ("SSH-2.0-OpenSSH_9.2\r\n", BackendFault::NotHttp),
            ("ICY 200 OK\r\n", BackendFault::NotHttp),
            ("", BackendFault::NotHttp),
            ("HTTP/2.0 200 OK\r\n", BackendFault::Version),
            ("HTTP/1.1", BackendFault::StatusLine),
            ("HTTP/1.1 2000 OK\r\n", BackendFault::StatusLine),
            ("HTTP/1.1 two OK\r\n", BackendFault::StatusLine),
            ("HTTP/1.1 200 O\0K\r\n\r\n", BackendFault::StatusLine),
            ("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", BackendFault::Folded(3)),
            ("HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n", BackendFault::Nul(2)),
            ("\r\nHTTP/1.1 200 OK\r\nA: b\x01c\r\n\r\n", BackendFault::ControlCharacter(2)),
            ("HTTP/1.1 200 OK\r\nA: b\r\nB c: d\r\n\r\n", BackendFault::FieldName(3)),
            ("HTTP/1.1 200 OK\r\n: d\r\n\r\n", BackendFault::FieldName(2)),
            ("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", BackendFault::NoColon(2)),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", BackendFault::Lengths),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n", BackendFault::Lengths),
            ("HTTP/1.1 200 OK\nContent-Length: five\n\n", BackendFault::Length),
            ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", BackendFault::TransferCoding),
            ("HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody: \0", BackendFault::Other),
        ] {
            assert_eq!(why(said.as_bytes()), fault, "{said:?}");
        }
    }
}
