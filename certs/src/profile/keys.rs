//! Which keys does a profile accept?

use std::fmt;

use super::config::{KeysConfig, RsaBits};
use super::mistake::ProfileMistake;
use crate::{KeyKind, KeyRefusal};

/// SP 800-57 part 1 table 2: 128-bit strength, which 2031 and later ask for.
const LEAST_RSA_BITS: u32 = 3072;
/// The largest that TLS stacks verify (rustls: 8192).
const MOST_RSA_BITS: u32 = 8192;

/// The kinds and sizes of key a profile accepts. Made only from a checked configuration.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AcceptedKeys {
    p256: bool,
    p384: bool,
    rsa: Option<RsaBits>,
}

/// `P-256, P-384, RSA-3072 – RSA-8192`.
impl fmt::Display for AcceptedKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let curves = [(self.p256, KeyKind::P256), (self.p384, KeyKind::P384)];
        let curves = curves.into_iter().filter(|(accepted, _)| *accepted).map(|(_, kind)| kind.to_string());
        let rsa = self.rsa.map(|RsaBits { least, most }| format!("RSA-{least} – RSA-{most}"));
        f.write_str(&curves.chain(rsa).collect::<Vec<_>>().join(", "))
    }
}

impl AcceptedKeys {
    pub(super) fn check(config: &KeysConfig, mistakes: &mut Vec<ProfileMistake>) -> Self {
        let mut keys = Self { p256: false, p384: false, rsa: None };
        for kind in &config.accepted {
            match kind.as_str() {
                "P-256" => keys.p256 = true,
                "P-384" => keys.p384 = true,
                "RSA" => match config.rsa_bits {
                    None => mistakes.push(ProfileMistake::RsaWithoutSizes),
                    Some(bits) if bits.least < LEAST_RSA_BITS => mistakes.push(ProfileMistake::RsaTooSmall(bits.least)),
                    Some(bits) if bits.most > MOST_RSA_BITS => mistakes.push(ProfileMistake::RsaTooLarge(bits.most)),
                    Some(bits) => keys.rsa = Some(bits),
                },
                other => mistakes.push(ProfileMistake::UnknownKeyKind(other.to_owned())),
            }
        }
        if mistakes.is_empty() && keys.admit(config.made).is_err() {
            mistakes.push(ProfileMistake::MadeKeyNotAccepted(config.made));
        }
        keys
    }

    /// Takes a key of this kind.
    ///
    /// # Errors
    /// [`KeyRefusal::NotAccepted`].
    pub fn admit(&self, key: KeyKind) -> Result<(), KeyRefusal> {
        let accepted = match key {
            KeyKind::P256 => self.p256,
            KeyKind::P384 => self.p384,
            KeyKind::Rsa { bits } => self.rsa.is_some_and(|range| (range.least..=range.most).contains(&bits)),
        };
        if accepted { Ok(()) } else { Err(KeyRefusal::NotAccepted(key)) }
    }
}
