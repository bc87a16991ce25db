//! Where does a line stand among the others? Its number, and the hash of the line before.
//!
//! A sealed line ends in `,"seq":7,"prev":"…"}`. Whoever changes a line must change every line
//! after it, and the signed checkpoints ([`super::checkpoint`]) say what those lines were.

use aws_lc_rs::digest::{SHA256, digest};

use super::escape::hex;
use super::line::decimal;

/// SHA-256 of a whole sealed line, without its line break.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct LineHash([u8; 32]);

/// The end of a chain: what the next line will say of itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Chain {
    pub(super) next: u64,
    pub(super) prev: LineHash,
}

/// What a line says of its place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Seal {
    pub(super) seq: u64,
    pub(super) prev: LineHash,
}

const SEQ: &[u8] = b",\"seq\":";
const PREV: &[u8] = b",\"prev\":\"";
/// `"}` after the hash.
const END: &[u8] = b"\"}";

impl LineHash {
    /// What the first line of a chain names as the line before.
    pub(super) const NONE: Self = Self([0; 32]);

    pub(super) fn of(line: &[u8]) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, line).as_ref());
        Self(bytes)
    }

    pub(super) fn octets(self) -> [u8; 32] {
        self.0
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        hex(out, &self.0);
    }

    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self(bytes))
    }
}

impl Chain {
    /// A chain without a line yet.
    pub(super) const NEW: Self = Self { next: 1, prev: LineHash::NONE };

    /// Appends the sealed line and its line break to `out`; the chain goes on from it.
    pub(super) fn seal(&mut self, rendered: &[u8], out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(rendered);
        out.extend_from_slice(SEQ);
        decimal(out, self.next, 1);
        out.extend_from_slice(PREV);
        self.prev.write(out);
        out.extend_from_slice(END);
        *self = self.after(&out[start..]);
        out.push(b'\n');
    }

    /// The chain after this line.
    pub(super) fn after(self, line: &[u8]) -> Self {
        Self { next: self.next + 1, prev: LineHash::of(line) }
    }

    /// Is this the very next line?
    pub(super) fn continues_with(self, seal: Seal) -> bool {
        seal.seq == self.next && seal.prev == self.prev
    }
}

impl Seal {
    /// Reads the end of a line; nothing but the exact form counts.
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        let (line, prev) = line.strip_suffix(END)?.split_last_chunk::<64>()?;
        let line = line.strip_suffix(PREV)?;
        let digits = line.iter().rev().take_while(|b| b.is_ascii_digit()).count();
        let (line, seq) = line.split_at(line.len() - digits);
        if !line.ends_with(SEQ) || seq.first() == Some(&b'0') {
            return None;
        }
        Some(Self { seq: std::str::from_utf8(seq).ok()?.parse().ok()?, prev: LineHash::read(prev)? })
    }
}

fn digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_line_is_read_back_and_the_next_one_names_it() {
        let mut chain = Chain::NEW;
        let mut out = Vec::new();
        for _ in 0..12 {
            chain.seal(b"{\"kind\":\"request\"", &mut out);
        }
        let mut read = Chain::NEW;
        for line in out.split(|&b| b == b'\n').filter(|line| !line.is_empty()) {
            assert!(read.continues_with(Seal::read(line).unwrap()));
            read = read.after(line);
        }
        assert_eq!(read, chain);
        assert_eq!(read.next, 13);
    }

    #[test]
    fn a_second_spelling_of_a_seal_is_none() {
        let (mut chain, mut out) = (Chain::NEW, Vec::new());
        chain.seal(b"{\"kind\":\"request\"", &mut out);
        let line = String::from_utf8(out).unwrap().trim_end().to_owned();
        assert!(Seal::read(line.as_bytes()).is_some());
        for other in [
            line.replace("\"seq\":1", "\"seq\":01"),
            line.replace("\"seq\":1", "\"seq\":"),
            line.replace("\"seq\":1", "\"seq\":-1"),
            line.replace("\"seq\":1", "\"seq\":99999999999999999999"),
            line.replace("00\"}", "0A\"}"),
            format!("{line} "),
            String::new(),
        ] {
            assert_eq!(Seal::read(other.as_bytes()), None, "{other}");
        }
    }
}
