//! Does a record of a restore hold, for this history and this follower?

use serde::{Deserialize, Serialize};

use crate::reader::Standing;
use crate::restoration::key::JournalKey;

/// What a record says of a restore: one JSON object, signed octet for octet as [`Self::text`] writes it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct RestoreRecord {
    restoration: u64,
    /// The registry's id.
    pub registry: String,
    /// Which restore it is, counted over the registry's life.
    pub epoch: u64,
    /// The head from which it went on.
    pub from: RestoredFrom,
    lost: Option<Lost>,
    at: i64,
}

/// A head of the registry.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct RestoredFrom {
    /// Its version.
    pub version: u64,
    /// The hash of that version's event.
    pub hash: String,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
struct Lost {
    version: u64,
}

/// The newest record of a restore, as it is kept in a registry, and what that registry says of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Kept {
    /// The row's own number.
    pub(crate) epoch: u64,
    /// As it was signed.
    pub(crate) record: String,
    /// Base64.
    pub(crate) signature: String,
    /// The version of the event that says the registry was restored, if that event is there.
    pub(crate) event: Option<u64>,
    /// The hash that the event has from which the record says the restore began, if that event is there.
    pub(crate) from: Option<String>,
}

/// A restore that was taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Restored {
    /// Which one, counted over the registry's life.
    pub epoch: u64,
    /// The version of the backup it began with.
    pub from: u64,
    /// The last version known of what was lost.
    pub lost: Option<u64>,
}

/// Why a registry of another history was not taken for a restored one.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotTaken {
    /// Its events say another thing than its record.
    #[error("the restore recorded in it is of another history")]
    AnotherHistory,
    /// Of another house's registry.
    #[error("the restore recorded in it is of another registry")]
    AnotherRegistry,
    /// The journal key did not sign it.
    #[error("the restore recorded in it is not signed by the journal key (registry.journal_key)")]
    Forged,
    /// We were not told by whose word.
    #[error("a restore is recorded in it, but no journal key is configured here (registry.journal_key) to know it by")]
    NoKey,
    /// Nothing says that it was restored.
    #[error("no restore is recorded in it")]
    NoRestore,
    /// Not what a record looks like.
    #[error("the restore recorded in it cannot be read")]
    Unreadable,
    /// It was taken before, or a later one was.
    #[error("the restore recorded in it (number {found}) is no newer than the last one taken here (number {taken})")]
    UsedUp {
        /// Its number.
        found: u64,
        /// The number of the last one taken.
        taken: u64,
    },
}

/// The one form there is.
const FORM: u64 = 1;

impl RestoreRecord {
    /// Of a restore of this registry that went on from a head, beyond the last version that anybody knows of what was lost;
    /// `at` in seconds since 1970.
    #[must_use]
    pub fn new(registry: &str, epoch: u64, (from, lost, at): (RestoredFrom, u64, i64)) -> Self {
        let lost = Some(Lost { version: lost });
        Self { restoration: FORM, registry: registry.to_owned(), epoch, from, lost, at }
    }

    /// What the text says; nothing of it is believed yet.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|record: &Self| record.restoration == FORM)
    }

    /// The text to be signed.
    ///
    /// # Errors
    /// None in practice: texts and numbers are JSON.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

impl Kept {
    /// The restore, if a follower that has taken those up to number `taken` may take this one.
    pub(crate) fn judge(&self, found: &Standing, taken: u64, key: Option<&JournalKey>) -> Result<Restored, NotTaken> {
        let key = key.ok_or(NotTaken::NoKey)?;
        if !key.signed(self.record.as_bytes(), &self.signature) {
            return Err(NotTaken::Forged);
        }
        let record = RestoreRecord::read(&self.record).ok_or(NotTaken::Unreadable)?;
        if record.registry != found.registry_id {
            return Err(NotTaken::AnotherRegistry);
        }
        if record.epoch <= taken {
            return Err(NotTaken::UsedUp { found: record.epoch, taken });
        }
        let its_own = record.epoch == self.epoch && self.from.as_ref() == Some(&record.from.hash);
        let event = self.event.filter(|event| record.from.version < *event && *event <= found.version);
        if !its_own || event.is_none() {
            return Err(NotTaken::AnotherHistory);
        }
        let lost = record.lost.map(|lost| lost.version);
        Ok(Restored { epoch: record.epoch, from: record.from.version, lost })
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;

    use super::*;

    struct Signer(EcdsaKeyPair);

    impl Signer {
        fn new() -> Self {
            Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
        }

        fn key(&self) -> JournalKey {
            let der: PublicKeyX509Der<'_> = self.0.public_key().as_der().unwrap();
            let text = BASE64_STANDARD.encode(der.as_ref());
            let pem = format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n");
            JournalKey::from_pem(pem.as_bytes()).unwrap()
        }

        fn kept(&self, record: &str) -> Kept {
            let signature = BASE64_STANDARD.encode(self.0.sign(&SystemRandom::new(), record.as_bytes()).unwrap());
            Kept { epoch: 2, record: record.to_owned(), signature, event: Some(9), from: Some("aa".to_owned()) }
        }
    }

    const RECORD: &str =
        r#"{"restoration":1,"registry":"one","epoch":2,"from":{"version":5,"hash":"aa"},"lost":{"version":8},"at":1}"#;

    fn found() -> Standing {
        Standing { registry_id: "one".to_owned(), version: 9, hash: "bb".to_owned(), mark: None, epoch: 2 }
    }

    #[test]
    fn a_signed_restore_of_a_new_epoch_is_taken_and_only_once() {
        let signer = Signer::new();
        let (kept, key) = (signer.kept(RECORD), signer.key());
        let restored = Restored { epoch: 2, from: 5, lost: Some(8) };
        assert_eq!(kept.judge(&found(), 1, Some(&key)), Ok(restored));
        assert_eq!(kept.judge(&found(), 2, Some(&key)), Err(NotTaken::UsedUp { found: 2, taken: 2 }));
        assert_eq!(kept.judge(&found(), 7, Some(&key)), Err(NotTaken::UsedUp { found: 2, taken: 7 }));
        let nothing_lost = signer.kept(&RECORD.replace("{\"version\":8}", "null"));
        assert_eq!(nothing_lost.judge(&found(), 1, Some(&key)), Ok(Restored { lost: None, ..restored }));
    }

    #[test]
    fn what_the_house_did_not_sign_is_not_taken() {
        let signer = Signer::new();
        let (kept, key) = (signer.kept(RECORD), signer.key());
        let judge = |kept: &Kept, key| kept.judge(&found(), 1, key);
        assert_eq!(judge(&kept, None), Err(NotTaken::NoKey));
        let others = Signer::new().key();
        assert_eq!(judge(&kept, Some(&others)), Err(NotTaken::Forged));
        let turned = Kept { record: RECORD.replace("\"epoch\":2", "\"epoch\":3"), epoch: 3, ..kept.clone() };
        assert_eq!(judge(&turned, Some(&key)), Err(NotTaken::Forged));
        let cut_off = Kept { signature: String::new(), ..kept };
        assert_eq!(judge(&cut_off, Some(&key)), Err(NotTaken::Forged));
        for no_record in ["{}", "", &RECORD.replace("\"restoration\":1", "\"restoration\":2")] {
            assert_eq!(judge(&signer.kept(no_record), Some(&key)), Err(NotTaken::Unreadable), "{no_record}");
        }
    }

    #[test]
    fn a_signed_restore_is_taken_only_in_the_history_it_was_signed_for() {
        let signer = Signer::new();
        let (kept, key) = (signer.kept(RECORD), signer.key());
        let judge = |kept: Kept, found: &Standing| kept.judge(found, 1, Some(&key));
        let elsewhere = Standing { registry_id: "two".to_owned(), ..found() };
        assert_eq!(judge(kept.clone(), &elsewhere), Err(NotTaken::AnotherRegistry));
        let another = Err(NotTaken::AnotherHistory);
        assert_eq!(judge(Kept { from: None, ..kept.clone() }, &found()), another);
        assert_eq!(judge(Kept { from: Some("cc".to_owned()), ..kept.clone() }, &found()), another);
        assert_eq!(judge(Kept { event: None, ..kept.clone() }, &found()), another);
        assert_eq!(judge(Kept { event: Some(10), ..kept.clone() }, &found()), another);
        assert_eq!(judge(Kept { event: Some(5), ..kept.clone() }, &found()), another);
        assert_eq!(judge(Kept { epoch: 3, ..kept }, &found()), another);
    }
}
