//! How long is a message? Said anew at this hop, never handed on.
//!
//! Over HTTP/1.1 a reader that believes another length than ours reads the next message wrongly; over HTTP/2 it breaks off
//! the stream (RFC 9113 §8.1.1), and over that alone, so that a backend which says its length twice works for some and not
//! for others. So what a message says of its length is read, and written again as the one length that we know: or not at
//! all, and then HTTP/1.1 sends chunks and HTTP/2 frames.

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use http_body::{Body, SizeHint};

use super::fault::BackendFault;
use crate::refusal::Fault;

/// What the fields of a message say of its length.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Lengths {
    None,
    One(u64),
    Differ,
    NoNumber,
}

impl Lengths {
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::NoNumber, _) | (_, Self::NoNumber) => Self::NoNumber,
            (Self::Differ, _) | (_, Self::Differ) => Self::Differ,
            (Self::None, said) | (said, Self::None) => said,
            (Self::One(one), Self::One(other)) if one == other => self,
            (Self::One(_), Self::One(_)) => Self::Differ,
        }
    }
}

/// Reads every value of `Content-Length`, each of which may be a list (RFC 9110 §8.6).
pub(super) fn lengths<'v>(values: impl Iterator<Item = &'v [u8]>) -> Lengths {
    let each = values.flat_map(|value| value.split(|&byte| byte == b',')).map(|length| match number(length) {
        Some(length) => Lengths::One(length),
        None => Lengths::NoNumber,
    });
    each.fold(Lengths::None, Lengths::and)
}

/// Digits and nothing else: no sign, no blank within.
fn number(text: &[u8]) -> Option<u64> {
    let text = text.trim_ascii();
    let digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(text).ok().filter(|_| digits)?.parse().ok()
}

/// Judges what a request says of its length and its coding.
///
/// # Errors
/// [`Fault::Malformed`] for a length that is none, which HTTP/2 lets pass; [`Fault::UnknownCoding`] for a transfer coding
/// beside `chunked` (RFC 9112 §6.1).
pub fn judge_request(headers: &HeaderMap) -> Result<(), Fault> {
    if headers.get_all(CONTENT_LENGTH).iter().any(|value| number(value.as_bytes()).is_none()) {
        return Err(Fault::Malformed);
    }
    match codings(headers) {
        Codings::None | Codings::Chunked => Ok(()),
        Codings::ChunkedTwice => Err(Fault::Malformed),
        Codings::Others => Err(Fault::UnknownCoding),
    }
}

/// Says the length of a request anew, where the client said one.
pub(super) fn of_request(headers: &mut HeaderMap, body: &impl Body) {
    let said = headers.remove(CONTENT_LENGTH).is_some();
    match body.size_hint().exact() {
        Some(length) if said => {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        // Of some methods hyper leaves out a body whose length nobody said.
        None if !body.is_end_stream() => {
            headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
        Some(_) | None => {}
    }
}

/// Says the length of an answer to a request of this method anew; of a body that is there, what is known of it.
///
/// # Errors
/// What in the answer's own fields could be read in two ways.
pub(super) fn of_answer(
    headers: &mut HeaderMap,
    (status, asked): (StatusCode, &Method),
    body: &SizeHint,
) -> Result<(), BackendFault> {
    let coded = codings(headers);
    let said = lengths(headers.get_all(CONTENT_LENGTH).iter().map(HeaderValue::as_bytes));
    headers.remove(TRANSFER_ENCODING);
    let length = if status == StatusCode::NO_CONTENT || status.is_informational() {
        // Of these nothing is said at all (RFC 9110 §8.6).
        None
    } else if *asked == Method::HEAD || status == StatusCode::NOT_MODIFIED {
        // This is the length of what is not sent; chunks of it have none.
        match (coded, said) {
            (Codings::None, Lengths::Differ) => return Err(BackendFault::Lengths),
            (Codings::None, Lengths::NoNumber) => return Err(BackendFault::Length),
            (Codings::None, Lengths::One(length)) => Some(length),
            (Codings::None, Lengths::None) | (Codings::Chunked | Codings::ChunkedTwice | Codings::Others, _) => None,
        }
    } else {
        match coded {
            // Chunks are what counts beside a length (RFC 9112 §6.3), and their length is not known.
            Codings::None | Codings::Chunked => body.exact(),
            Codings::ChunkedTwice | Codings::Others => return Err(BackendFault::TransferCoding),
        }
    };
    match length {
        Some(length) => drop(headers.insert(CONTENT_LENGTH, HeaderValue::from(length))),
        None => drop(headers.remove(CONTENT_LENGTH)),
    }
    Ok(())
}

/// What `Transfer-Encoding` names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Codings {
    None,
    Chunked,
    ChunkedTwice,
    Others,
}

fn codings(headers: &HeaderMap) -> Codings {
    let mut found = Codings::None;
    let values = headers.get_all(TRANSFER_ENCODING).iter();
    for coding in values.flat_map(|value| value.as_bytes().split(|&byte| byte == b',')).map(<[u8]>::trim_ascii) {
        found = match (coding.eq_ignore_ascii_case(b"chunked"), found) {
            (true, Codings::None) => Codings::Chunked,
            (true, Codings::Chunked | Codings::ChunkedTwice) => Codings::ChunkedTwice,
            (_, Codings::Others) | (false, _) => Codings::Others,
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use bytes::Bytes;
    use futures_util::stream::empty;
    use http_body::Frame;
    use http_body_util::{Full, StreamBody};

    use super::*;

    const UNKNOWN: Option<u64> = None;

    fn hint(exact: Option<u64>) -> SizeHint {
        exact.map_or_else(SizeHint::default, SizeHint::with_exact)
    }

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn answered(
        asked: (&str, u16),
        fields: &[(&'static str, &str)],
        body: Option<u64>,
    ) -> Result<Option<String>, BackendFault> {
        let mut headers = headers(fields);
        let (method, status) = (asked.0.parse().unwrap(), StatusCode::from_u16(asked.1).unwrap());
        of_answer(&mut headers, (status, &method), &hint(body))?;
        assert!(!headers.contains_key(TRANSFER_ENCODING));
        let mut lengths = headers.get_all(CONTENT_LENGTH).iter().map(|value| value.to_str().unwrap().to_owned());
        let length = lengths.next();
        assert_eq!(lengths.next(), None, "{fields:?}");
        Ok(length)
    }

    #[test]
    fn an_answer_says_one_length_that_is_known_or_none() {
        const CL: &str = "content-length";
        const TE: &str = "transfer-encoding";
        for (asked, fields, body, length) in [
            (("GET", 200), &[(CL, "2")][..], Some(2), Some("2")),
            (("GET", 200), &[(CL, "2"), (CL, "2")], Some(2), Some("2")),
            (("GET", 200), &[(CL, "2, 2")], Some(2), Some("2")),
            (("GET", 200), &[(CL, "0002")], Some(2), Some("2")),
            (("GET", 200), &[(CL, "0")], Some(0), Some("0")),
            (("GET", 200), &[], UNKNOWN, None),
            (("GET", 200), &[(TE, "chunked")], UNKNOWN, None),
            (("GET", 200), &[(TE, "Chunked"), (CL, "9")], UNKNOWN, None),
            (("GET", 204), &[(CL, "5")], Some(0), None),
            (("GET", 204), &[(CL, "5"), (CL, "6")], Some(0), None),
            (("POST", 204), &[(TE, "chunked")], Some(0), None),
            (("GET", 101), &[(CL, "5")], Some(0), None),
            (("GET", 304), &[(CL, "5")], Some(0), Some("5")),
            (("GET", 304), &[(CL, "5, 5")], Some(0), Some("5")),
            (("GET", 304), &[], Some(0), None),
            (("HEAD", 200), &[(CL, "5"), (CL, "5")], Some(0), Some("5")),
            (("HEAD", 200), &[(TE, "gzip, chunked"), (CL, "5")], Some(0), None),
            (("HEAD", 204), &[(CL, "5")], Some(0), None),
        ] {
            assert_eq!(answered(asked, fields, body), Ok(length.map(str::to_owned)), "{asked:?} {fields:?}");
        }
        for (asked, fields, fault) in [
            (("HEAD", 200), &[(CL, "5"), (CL, "6")][..], BackendFault::Lengths),
            (("GET", 304), &[(CL, "5, 6")], BackendFault::Lengths),
            (("HEAD", 200), &[(CL, "five")], BackendFault::Length),
            (("HEAD", 200), &[(CL, "")], BackendFault::Length),
            (("GET", 200), &[(TE, "gzip, chunked")], BackendFault::TransferCoding),
            (("GET", 200), &[(TE, "gzip"), (TE, "chunked")], BackendFault::TransferCoding),
            (("GET", 200), &[(TE, "identity")], BackendFault::TransferCoding),
            (("GET", 200), &[(TE, "chunked, chunked")], BackendFault::TransferCoding),
            (("GET", 200), &[(TE, "")], BackendFault::TransferCoding),
        ] {
            assert_eq!(answered(asked, fields, UNKNOWN), Err(fault), "{asked:?} {fields:?}");
        }
    }

    #[test]
    fn a_request_is_judged_by_what_it_says_of_its_length() {
        for (fields, judged) in [
            (&[][..], Ok(())),
            (&[("content-length", "0")], Ok(())),
            (&[("content-length", "12"), ("content-length", "12")], Ok(())),
            (&[("transfer-encoding", "chunked")], Ok(())),
            (&[("content-length", "")], Err(Fault::Malformed)),
            (&[("content-length", " ")], Err(Fault::Malformed)),
            (&[("content-length", "1, 1")], Err(Fault::Malformed)),
            (&[("content-length", "+1")], Err(Fault::Malformed)),
            (&[("transfer-encoding", "chunked, chunked")], Err(Fault::Malformed)),
            (&[("transfer-encoding", "gzip, chunked")], Err(Fault::UnknownCoding)),
            (&[("transfer-encoding", "gzip"), ("transfer-encoding", "chunked")], Err(Fault::UnknownCoding)),
            (&[("transfer-encoding", "identity, chunked")], Err(Fault::UnknownCoding)),
        ] {
            assert_eq!(judge_request(&headers(fields)), judged, "{fields:?}");
        }
    }

    #[test]
    fn a_request_goes_on_with_one_length_where_it_came_with_one() {
        for (fields, body, length) in [
            (&[("content-length", "3"), ("content-length", "3")][..], Some(3), Some("3")),
            (&[("content-length", "0")], Some(0), Some("0")),
            (&[("content-length", "3")], None, None),
            (&[], Some(0), None),
            (&[], None, None),
        ] {
            let mut headers = headers(fields);
            match body {
                Some(octets) => of_request(&mut headers, &Full::new(Bytes::from(vec![0; octets]))),
                None => of_request(&mut headers, &StreamBody::new(empty::<Result<Frame<Bytes>, Infallible>>())),
            }
            let chunked = headers.get(TRANSFER_ENCODING).is_some_and(|coding| coding == "chunked");
            assert_eq!(chunked, body.is_none(), "what has no known length is sent in chunks");
            let told: Vec<_> = headers.get_all(CONTENT_LENGTH).iter().map(|value| value.to_str().unwrap()).collect();
            assert_eq!(told, length.into_iter().collect::<Vec<_>>(), "{fields:?}");
        }
    }
}
