//! Who vouches for the chain up to here? The log key, by a signed line in a second file.
//!
//! `{"kind":"checkpoint","time":…,"gateway":…,"seq":…,"hash":…,"kid":…,"sig":…}`: the signature
//! (ES256, r and s of 32 bytes each, base64url) is over the bytes before `,"sig":`.
//! `hash` is the SHA-256 of log line `seq`, the same that line `seq + 1` names as `prev`.

use std::time::SystemTime;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey,
};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};
use serde::Deserialize;

use super::clock::Clockface;
use super::escape::hex;
use super::line::decimal;
use super::seal::LineHash;

/// The key that signs checkpoints.
pub(super) struct LogKey {
    pair: EcdsaKeyPair,
    public: PublicLogKey,
}

/// What verifies them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct PublicLogKey {
    /// The first 16 hex digits of the SHA-256 of `spki`.
    kid: String,
    /// The SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
    spki: Vec<u8>,
}

/// A checkpoint whose signature a known key made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Checkpoint {
    pub(super) seq: u64,
    pub(super) hash: LineHash,
    pub(super) gateway: String,
    pub(super) kid: String,
}

/// Why a line is no checkpoint to lean on.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum CheckpointRefusal {
    #[error("it is not a checkpoint")]
    Malformed,
    #[error("its signature is not by the key it names ({0})")]
    BadSignature(String),
    #[error("it is signed by a key that is not known here ({0})")]
    UnknownKey(String),
}

/// Why a text is not a key.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub(super) struct KeyRefusal(&'static str);

/// SubjectPublicKeyInfo of a P-256 key up to the point (RFC 5480 §2.1.1.1).
const P256: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
const SIG: &str = ",\"sig\":\"";

impl LogKey {
    pub(super) fn from_pem(pem: &[u8]) -> Result<Self, KeyRefusal> {
        const WANTED: KeyRefusal = KeyRefusal(
            "it must hold a P-256 private key as PKCS#8 PEM (`openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`)",
        );
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem).map_err(|_| WANTED)?;
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der.secret_pkcs8_der()).map_err(|_| WANTED)?;
        let spki: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(|_| WANTED)?;
        let public = PublicLogKey::from_spki(spki.as_ref())?;
        Ok(Self { pair, public })
    }

    pub(super) fn public(&self) -> &PublicLogKey {
        &self.public
    }

    /// The signed line with its line break; `gateway` is quoted already.
    pub(super) fn checkpoint(&self, gateway: &[u8], seq: u64, hash: LineHash, now: SystemTime) -> Option<Vec<u8>> {
        let mut out = b"{\"kind\":\"checkpoint\",\"time\":\"".to_vec();
        Clockface::new().write(now, &mut out);
        out.extend_from_slice(b"\",\"gateway\":");
        out.extend_from_slice(gateway);
        out.extend_from_slice(b",\"seq\":");
        decimal(&mut out, seq, 1);
        out.extend_from_slice(b",\"hash\":\"");
        hash.write(&mut out);
        out.push(b'"');
        self.signed(out)
    }

    /// An open object with the key's name and a signature over all before that, closed, with its line break.
    pub(super) fn signed(&self, mut out: Vec<u8>) -> Option<Vec<u8>> {
        out.extend_from_slice(format!(",\"kid\":\"{}\"", self.public.kid).as_bytes());
        let signature = self.pair.sign(&SystemRandom::new(), &out).ok()?;
        out.extend_from_slice(SIG.as_bytes());
        out.extend_from_slice(BASE64_URL_SAFE_NO_PAD.encode(signature.as_ref()).as_bytes());
        out.extend_from_slice(b"\"}\n");
        Some(out)
    }
}

impl std::fmt::Debug for LogKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("LogKey").field(&self.public.kid).finish()
    }
}

impl PublicLogKey {
    fn from_spki(spki: &[u8]) -> Result<Self, KeyRefusal> {
        if spki.len() != P256.len() + 65 || !spki.starts_with(P256) {
            return Err(KeyRefusal("it is not a P-256 public key"));
        }
        let mut kid = Vec::new();
        hex(&mut kid, &aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, spki).as_ref()[..8]);
        Ok(Self { kid: String::from_utf8_lossy(&kid).into_owned(), spki: spki.to_vec() })
    }

    /// Every key in the file: a house that changed its log key keeps the old one's public half.
    pub(super) fn all_from_pem(pem: &[u8]) -> Result<Vec<Self>, KeyRefusal> {
        const WANTED: KeyRefusal = KeyRefusal("it must hold public keys as PEM (-----BEGIN PUBLIC KEY-----)");
        let keys: Vec<_> = SubjectPublicKeyInfoDer::pem_slice_iter(pem)
            .map(|der| Self::from_spki(der.map_err(|_| WANTED)?.as_ref()))
            .collect::<Result<_, _>>()?;
        if keys.is_empty() { Err(WANTED) } else { Ok(keys) }
    }

    /// Goes on where one of these keys, the one that it names, signed this line.
    pub(super) fn vouches(keys: &[Self], line: &str) -> Result<(), CheckpointRefusal> {
        let Signed { kid, sig } = serde_json::from_str(line).map_err(|_| CheckpointRefusal::Malformed)?;
        let (signed, _) = line.rsplit_once(SIG).ok_or(CheckpointRefusal::Malformed)?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(&sig).map_err(|_| CheckpointRefusal::Malformed)?;
        let key = keys.iter().find(|key| key.kid == kid);
        let key = key.ok_or_else(|| CheckpointRefusal::UnknownKey(kid.clone()))?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &key.spki[P256.len()..])
            .verify(signed.as_bytes(), &signature)
            .map_err(|_| CheckpointRefusal::BadSignature(kid))
    }

    pub(super) fn kid(&self) -> &str {
        &self.kid
    }

    pub(super) fn to_pem(&self) -> String {
        let text = BASE64_STANDARD.encode(&self.spki);
        let (first, rest) = text.split_at(64);
        format!("-----BEGIN PUBLIC KEY-----\n{first}\n{rest}\n-----END PUBLIC KEY-----\n")
    }
}

#[derive(Deserialize)]
struct Written {
    kind: String,
    gateway: String,
    seq: u64,
    hash: String,
    kid: String,
}

#[derive(Deserialize)]
struct Signed {
    kid: String,
    sig: String,
}

impl Checkpoint {
    /// Reads a line of the checkpoint file and verifies it by the key that it names.
    pub(super) fn read(line: &str, keys: &[PublicLogKey]) -> Result<Self, CheckpointRefusal> {
        let written: Written = serde_json::from_str(line).map_err(|_| CheckpointRefusal::Malformed)?;
        let hash = LineHash::read(written.hash.as_bytes()).ok_or(CheckpointRefusal::Malformed)?;
        if written.kind != "checkpoint" {
            return Err(CheckpointRefusal::Malformed);
        }
        PublicLogKey::vouches(keys, line)?;
        Ok(Self { seq: written.seq, hash, gateway: written.gateway, kid: written.kid })
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn a_checkpoint_is_believed_only_as_it_was_signed() {
        let key = key();
        let line = key.checkpoint(b"\"gw-1\"", 1000, LineHash::of(b"line"), UNIX_EPOCH).unwrap();
        let line = String::from_utf8(line).unwrap();
        let line = line.trim_end();
        let keys = PublicLogKey::all_from_pem(key.public().to_pem().as_bytes()).unwrap();
        let read = Checkpoint::read(line, &keys).unwrap();
        assert_eq!((read.seq, read.hash, read.gateway.as_str()), (1000, LineHash::of(b"line"), "gw-1"));

        let kid = key.public().kid.clone();
        let changed = line.replace("\"seq\":1000", "\"seq\":1001");
        assert_eq!(Checkpoint::read(&changed, &keys), Err(CheckpointRefusal::BadSignature(kid.clone())));
        let stranger = [self::key().public().clone()];
        assert_eq!(Checkpoint::read(line, &stranger), Err(CheckpointRefusal::UnknownKey(kid)));
        assert_eq!(Checkpoint::read("{}", &keys), Err(CheckpointRefusal::Malformed));
    }

    #[test]
    fn a_public_key_is_read_back_as_it_was_written() {
        let (a, b) = (key(), key());
        let both = a.public().to_pem() + &b.public().to_pem();
        assert_eq!(PublicLogKey::all_from_pem(both.as_bytes()).unwrap(), [a.public().clone(), b.public().clone()]);
        assert!(PublicLogKey::all_from_pem(b"").is_err());
    }

    fn key() -> LogKey {
        LogKey::from_pem(super::super::test_support::made_up_key().as_bytes()).unwrap()
    }
}
