//! HTTP/2 as octets (RFC 9113 §4, RFC 7541), as far as an attacker needs it: what no honest library would write.

/// Flags and kinds of frames that are written or looked for here.
pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RESET: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const GO_AWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;
pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;

/// Octets before a frame's payload.
pub(crate) const FRAME_HEADER: usize = 9;
/// The largest window there is (RFC 9113 §6.9.1).
const WIDEST: u32 = (1 << 31) - 1;
const INITIAL_WINDOW_SIZE: u16 = 4;
/// What a connection's window is before anybody widens it.
const FIRST_WINDOW: u32 = 65_535;
/// `CANCEL` (RFC 9113 §7).
const CANCEL: u32 = 8;

/// Writes one frame.
pub(crate) fn frame(into: &mut Vec<u8>, (kind, flags): (u8, u8), stream: u32, payload: &[u8]) {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX).to_be_bytes();
    into.extend_from_slice(&length[1..]);
    into.extend_from_slice(&[kind, flags]);
    into.extend_from_slice(&stream.to_be_bytes());
    into.extend_from_slice(payload);
}

/// What a client says first: the preface, and windows so wide that the gateway never has to wait for us.
pub(crate) fn opening() -> Vec<u8> {
    let mut octets = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    let mut setting = INITIAL_WINDOW_SIZE.to_be_bytes().to_vec();
    setting.extend_from_slice(&WIDEST.to_be_bytes());
    frame(&mut octets, (SETTINGS, 0), 0, &setting);
    frame(&mut octets, (WINDOW_UPDATE, 0), 0, &(WIDEST - FIRST_WINDOW).to_be_bytes());
    octets
}

/// Takes a request back.
pub(crate) fn reset(into: &mut Vec<u8>, stream: u32) {
    frame(into, (RESET, 0), stream, &CANCEL.to_be_bytes());
}

/// A head that is said again and again on one connection: word for word the first time, by its numbers in the other
/// side's table after that (RFC 7541 §6.1), a few octets each.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) first: Vec<u8>,
    pub(crate) again: Vec<u8>,
}

impl Head {
    /// Of these fields, in this order. Together they are below 4096 octets, or the table would drop the first.
    pub(crate) fn of(fields: &[(&str, &str)]) -> Self {
        let (mut first, mut again) = (Vec::new(), Vec::new());
        for (at, (name, value)) in fields.iter().enumerate() {
            first.push(LITERAL_TO_BE_KEPT);
            text(&mut first, name.as_bytes());
            text(&mut first, value.as_bytes());
            integer(&mut again, (INDEXED, 7), LAST_STATIC + fields.len() - at);
        }
        Self { first, again }
    }
}

const LITERAL_TO_BE_KEPT: u8 = 0x40;
const LITERAL: u8 = 0;
const INDEXED: u8 = 0x80;
/// The newest entry of the other side's own table stands right behind this one.
const LAST_STATIC: usize = 61;

/// Fields word for word, kept by nobody.
pub(crate) fn literals(fields: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in fields {
        block.push(LITERAL);
        text(&mut block, name);
        text(&mut block, value);
    }
    block
}

fn text(into: &mut Vec<u8>, octets: &[u8]) {
    integer(into, (0, 7), octets.len());
    into.extend_from_slice(octets);
}

/// RFC 7541 §5.1.
fn integer(into: &mut Vec<u8>, (pattern, bits): (u8, u32), number: usize) {
    let most = (1_usize << bits) - 1;
    let low = |number: usize| u8::try_from(number & 0x7f).unwrap_or_default();
    if number < most {
        return into.push(pattern | low(number));
    }
    into.push(pattern | low(most));
    let mut rest = number - most;
    while rest >= 128 {
        into.push(low(rest) | 0x80);
        rest >>= 7;
    }
    into.push(low(rest));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_has_its_length_in_several_octets() {
        for (number, expected) in [(126, &[0x7e][..]), (327, &[0x7f, 0xc8, 0x01]), (2000, &[0x7f, 0xd1, 0x0e])] {
            let mut octets = Vec::new();
            integer(&mut octets, (0, 7), number);
            assert_eq!(octets, expected, "{number}");
        }
    }

    #[test]
    fn a_head_said_again_is_its_numbers_in_the_table() {
        let head = Head::of(&[(":method", "GET"), (":path", "/")]);
        assert_eq!(head.again, [0x80 | 63, 0x80 | 62], "the field said last is the first of the table");
    }
}
