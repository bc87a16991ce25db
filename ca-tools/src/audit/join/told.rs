//! Copies of lines that a gateway told the desk, held against its files: a line that was taken out of the files, or changed
//! there, is still as it was in the desk's copy.
//!
//! Of each copy its number and half of its hash are held, twenty-four octets.

use std::collections::HashMap;

use serde::Deserialize;

use crate::digest::sha256;
use crate::ledger::{Ledger, LineCopy};
use crate::refusal::Unavailable;

/// Copies that are read together.
const AT_A_TIME: u32 = 1_000;

/// What was told of each line, until the line itself comes.
#[derive(Debug, Default)]
pub(super) struct ToldCopies(HashMap<u64, u128>);

/// What a copy says against the files.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Against {
    /// The line of this number is another one.
    Other(u64),
    /// It is not there.
    Absent(u64),
}

impl ToldCopies {
    /// What was told of this gateway's lines.
    pub(super) async fn of(ledger: &Ledger, gateway: &str) -> Result<Self, Unavailable> {
        let mut told = HashMap::new();
        let mut after = (String::new(), -1);
        loop {
            let copies = ledger.told_lines(gateway, (&after.0, after.1), AT_A_TIME).await?;
            let Some(last) = copies.last() else { return Ok(Self(told)) };
            after = (last.kind.clone(), last.sequence);
            told.extend(copies.iter().filter_map(copy));
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The line of this number came, with this hash. Is it the one that was told?
    pub(super) fn came(&mut self, seq: u64, hash: &[u8; 32]) -> Option<Against> {
        let told = self.0.remove(&seq)?;
        (told != half(hash)).then_some(Against::Other(seq))
    }

    /// Of what was told, what lies within these lines or after them and did not come; those before are in older files.
    pub(super) fn absent(self, first: u64) -> Vec<Against> {
        let mut absent: Vec<_> = self.0.into_keys().filter(|seq| *seq >= first).collect();
        absent.sort_unstable();
        absent.into_iter().map(Against::Absent).collect()
    }
}

/// The number of the line that a copy is of, and half of its hash.
fn copy(told: &LineCopy) -> Option<(u64, u128)> {
    #[derive(Deserialize)]
    struct Checkpoint {
        hash: String,
    }
    let hash = match told.kind.as_str() {
        "checkpoint" => serde_json::from_str::<Checkpoint>(&told.line).ok()?.hash,
        _ => sha256(told.line.as_bytes()),
    };
    Some((u64::try_from(told.sequence).ok()?, u128::from_str_radix(hash.get(..32)?, 16).ok()?))
}

fn half(hash: &[u8; 32]) -> u128 {
    let mut octets = [0; 16];
    octets.copy_from_slice(&hash[..16]);
    u128::from_be_bytes(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_finds_the_line_that_was_changed_and_the_one_that_is_gone() {
        let line = |sequence, line: &str| LineCopy { kind: "request".into(), sequence, line: line.into() };
        let checkpoint = format!("{{\"seq\":4,\"hash\":\"{}\"}}", sha256(b"four"));
        let copies = [
            line(1, "one"),
            line(2, "two"),
            line(3, "three"),
            LineCopy { kind: "checkpoint".into(), sequence: 4, line: checkpoint },
            line(5, "five"),
        ];
        let mut told = ToldCopies(copies.iter().filter_map(copy).collect());
        let hash = |text: &str| {
            let mut octets = [0; 32];
            hex::decode_to_slice(sha256(text.as_bytes()), &mut octets).unwrap();
            octets
        };
        assert_eq!(told.came(2, &hash("two")), None);
        assert_eq!(told.came(3, &hash("3")), Some(Against::Other(3)));
        assert_eq!(told.came(4, &hash("four")), None);
        assert_eq!(told.came(6, &hash("six")), None, "nothing was told of it");
        // Line 1 is in a file that was not given.
        assert_eq!(told.absent(2), [Against::Absent(5)]);
    }
}
