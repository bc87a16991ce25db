//! By what code does a person ask about a request? The first 40 bits of the gateway's number for it, as its own pages and its
//! access line write them: `K7P3-W9QX`.

use axum::http::HeaderMap;

/// The gateway's: no 0 and O, no 1 and I.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// The gateway's number of a request: 32 hex digits, or it is none of the gateway's.
pub(super) fn request(headers: &HeaderMap) -> Option<String> {
    let said = headers.get("x-request-id")?.to_str().ok()?;
    (!of(said).is_empty()).then(|| said.to_owned())
}

/// Of an `X-Request-Id`; nothing of what is none.
pub(super) fn of(request_id: &str) -> String {
    let bits = request_id.get(..10).and_then(|start| u64::from_str_radix(start, 16).ok());
    let Some(bits) = bits.filter(|_| request_id.len() == 32) else { return String::new() };
    let letter = |place: u32| char::from(ALPHABET[(bits >> (5 * place) & 31) as usize]);
    let (first, last): (String, String) = ((4..8).rev().map(letter).collect(), (0..4).rev().map(letter).collect());
    format!("{first}-{last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_as_the_gateway_writes_it() {
        assert_eq!(of("00000000000000000000000000000000"), "2222-2222");
        assert_eq!(of("ffffffffff0000000000000000000000"), "ZZZZ-ZZZZ");
        assert_eq!(of("0000000001ffffffffffffffffffffff"), "2222-2223");
        for none in ["", "abc", "zz000000000000000000000000000000", "00000000000000000000000000000000x"] {
            assert_eq!(of(none), "", "{none}");
        }
    }
}
