//! A journal key of a house, and what it signs.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use registry::JournalKey;

/// The key's private half.
pub(crate) struct Signer(EcdsaKeyPair);

impl Signer {
    pub(crate) fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
    }

    pub(crate) fn public(&self) -> JournalKey {
        let der: PublicKeyX509Der<'_> = self.0.public_key().as_der().unwrap();
        let text = BASE64_STANDARD.encode(der.as_ref());
        JournalKey::from_pem(format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n").as_bytes())
            .unwrap()
    }

    /// The row of a restore: number `epoch`, of the registry `id`, from the event of this version and hash, made by the
    /// event of version `at`.
    pub(crate) fn restoration(&self, epoch: u64, id: &str, (from, hash): (u64, &str), at: u64) -> String {
        let record = format!(
            r#"{{"restoration":1,"registry":"{id}","epoch":{epoch},"from":{{"version":{from},"hash":"{hash}"}},"lost":null,"at":1}}"#
        );
        let signature = self.0.sign(&SystemRandom::new(), record.as_bytes()).unwrap();
        let signature = BASE64_STANDARD.encode(signature);
        format!("INSERT INTO restorations VALUES ({epoch}, '{record}', '{signature}', {at});")
    }
}
