//! How does foreign text stand in a line? As one JSON string, on one line, harmless on a terminal.
//!
//! Names in certificates, hosts and paths are chosen by whoever sends them. Control characters
//! (also the 8-bit ones), line separators and marks that turn the reading direction are written
//! as `\uXXXX`; bytes that are no UTF-8 as the four characters `\xNN`.

/// Bytes of one text that are kept: a whole URL of reasonable length, not a whole header.
pub(super) const LONGEST: usize = 2048;
const HEX: &[u8; 16] = b"0123456789abcdef";

/// Appends `text` as a quoted JSON string.
pub(super) fn quoted(out: &mut Vec<u8>, text: &[u8]) {
    shortened(out, text, LONGEST);
}

/// As [`quoted`], and of the text no more than so many bytes.
pub(super) fn shortened(out: &mut Vec<u8>, text: &[u8], longest: usize) {
    out.push(b'"');
    let (kept, more) = text.split_at(text.len().min(longest));
    if is_plain(kept) {
        out.extend_from_slice(kept)
    } else {
        escaped(out, kept)
    }
    if !more.is_empty() {
        out.extend_from_slice(format!("…(+{} bytes)", more.len()).as_bytes());
    }
    out.push(b'"');
}

/// Appends bytes as lower-case hex digits.
pub(super) fn hex(out: &mut Vec<u8>, bytes: &[u8]) {
    for some in bytes.chunks(32) {
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(some) {
            pair[0] = HEX[usize::from(byte >> 4)];
            pair[1] = HEX[usize::from(byte & 15)];
        }
        out.extend_from_slice(&digits[..2 * some.len()]);
    }
}

/// Is this a character that a terminal or a careless reader would act upon instead of showing it?
pub(super) fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// No early end: the whole text is looked at in wide steps.
fn is_plain(text: &[u8]) -> bool {
    !text.iter().fold(false, |odd, &b| odd | (b < 0x20) | (b == b'"') | (b == b'\\') | (b > 0x7e))
}

fn escaped(out: &mut Vec<u8>, text: &[u8]) {
    for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            character(out, c);
        }
        for byte in chunk.invalid() {
            out.extend_from_slice(b"\\\\x");
            hex(out, &[*byte]);
        }
    }
}

fn character(out: &mut Vec<u8>, c: char) {
    match c {
        '"' => out.extend_from_slice(b"\\\""),
        '\\' => out.extend_from_slice(b"\\\\"),
        c if is_treacherous(c) => {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.extend_from_slice(b"\\u");
                hex(out, &unit.to_be_bytes());
            }
        }
        c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn control_characters_quotes_and_bad_utf8_cannot_leave_their_string() {
        assert_eq!(shown(b"a\r\n\0\x1b[31m\"\\"), r#""a\u000d\u000a\u0000\u001b[31m\"\\""#);
        assert_eq!(shown("柏\u{85}\u{202e}\u{e0041}".as_bytes()), r#""柏\u0085\u202e\udb40\udc41""#);
        assert_eq!(shown(b"\xff\xfe"), r#""\\xff\\xfe""#);
    }

    #[test]
    fn an_endless_text_is_cut_and_says_how_much_is_missing() {
        let text = shown(&[b'a'; LONGEST + 100]);
        assert!(text.ends_with("a…(+100 bytes)\""), "{text}");
    }

    proptest! {
        #[test]
        fn any_bytes_become_one_json_string_on_one_line(bytes: Vec<u8>) {
            let text = shown(&bytes);
            prop_assert!(!text.contains(is_treacherous));
            let back: String = serde_json::from_str(&text).unwrap();
            if let Ok(valid) = std::str::from_utf8(&bytes) {
                prop_assert_eq!(back, valid);
            }
        }
    }

    fn shown(text: &[u8]) -> String {
        let mut out = Vec::new();
        quoted(&mut out, text);
        String::from_utf8(out).unwrap()
    }
}
