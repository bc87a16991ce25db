//! What became of a form, told on the page that follows it (303): so that a reload or Back sends nothing a second time.
//!
//! It travels in a cookie that only the gateways of the house can read or write (AES-256-GCM): what was typed as an ID may be
//! a password in the wrong field. It is shown once and good for some minutes; no decision looks at it.

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use certs::Timestamp;
use http::header::{COOKIE, HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};

use super::PasswordMistake;
use super::derived::{NotDerivable, derived};
use crate::refusal::Refusal;
use crate::session::cookie::value_named;

const NAME: &str = "__Host-notice";
const CLEAR: &str = "__Host-notice=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0";
/// Seconds for which it is told.
const LIFE: i64 = 300;
/// A browser keeps 4096 octets of a cookie, name and attributes included (RFC 6265bis §5.6).
const LONGEST: usize = 3_800;
/// Keeps this key apart from everything else that follows from the assertion key.
const LABEL: &[u8] = b"sekisho __Host-notice AES-256-GCM 1";
const NONCE: usize = 12;

/// What is told.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Notice {
    /// What became of it.
    pub told: Told,
    /// The support code of the request that sent the form: its line says why.
    pub reference: String,
    /// What stood in the ID field.
    pub login_id: String,
    /// Where the reader wanted to go.
    pub return_to: String,
    /// When a locked ID opens again.
    pub unlock_time: Option<Timestamp>,
    /// Seconds after which trying again makes sense.
    pub retry_after: Option<u64>,
}

/// What became of a form.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Told {
    /// It was refused.
    Refused(Refusal),
    /// The password was not changed: all that was wrong.
    Mistakes(Vec<PasswordMistake>),
    /// The password was changed.
    PasswordChanged,
}

#[derive(Deserialize, Serialize)]
struct Written {
    at: i64,
    told: String,
    #[serde(default)]
    mistakes: Vec<String>,
    reference: String,
    login_id: String,
    return_to: String,
    unlock_time: Option<i64>,
    retry_after: Option<u64>,
}

const MISTAKES: &str = "mistakes";
const CHANGED: &str = "changed";

/// Writes the cookie and reads it back.
#[derive(Debug)]
pub struct Notices {
    key: RandomizedNonceKey,
    next: Option<RandomizedNonceKey>,
}

impl Notices {
    /// Keys derived from the assertion keys. The present one writes, the next one is read too.
    ///
    /// # Errors
    /// [`NotDerivable`] where one is no P-256 key.
    pub fn derived(present: &[u8], next: Option<&[u8]>) -> Result<Self, NotDerivable> {
        let key = |pkcs8| RandomizedNonceKey::new(&AES_256_GCM, &*derived(pkcs8, LABEL)?).map_err(|_| NotDerivable);
        Ok(Self { key: key(present)?, next: next.map(key).transpose()? })
    }

    /// The `Set-Cookie` that tells the next page of this.
    #[must_use]
    pub fn set(&self, notice: &Notice, now: Timestamp) -> Option<HeaderValue> {
        let sealed = self.sealed(notice, now)?;
        // A long way back is given up before the words are.
        let sealed = if sealed.len() <= LONGEST {
            sealed
        } else {
            self.sealed(&Notice { return_to: "/".into(), login_id: String::new(), ..notice.clone() }, now)?
        };
        let cookie = format!("{NAME}={sealed}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={LIFE}");
        let mut header = HeaderValue::from_maybe_shared(cookie).ok()?;
        header.set_sensitive(true);
        Some(header)
    }

    /// What the browser of this request is still to be told.
    #[must_use]
    pub fn read(&self, headers: &HeaderMap, now: Timestamp) -> Option<Notice> {
        let pairs = headers.get_all(COOKIE).into_iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
        let mut values = pairs.filter_map(|pair| value_named(pair, NAME));
        let value = values.next().filter(|value| value.len() <= LONGEST)?;
        if values.next().is_some() {
            return None;
        }
        let octets = URL_SAFE_NO_PAD.decode(value).ok()?;
        let plain = opened(&self.key, &octets).or_else(|| opened(self.next.as_ref()?, &octets))?;
        let written: Written = serde_json::from_slice(&plain).ok()?;
        let age = now.unix().checked_sub(written.at)?;
        if !(-LIFE..=LIFE).contains(&age) {
            return None;
        }
        Some(Notice {
            told: told(&written)?,
            reference: written.reference,
            login_id: written.login_id,
            return_to: written.return_to,
            unlock_time: written.unlock_time.map(Timestamp::from_unix),
            retry_after: written.retry_after,
        })
    }

    /// The `Set-Cookie` that takes it away once it was told.
    #[must_use]
    pub fn clear() -> HeaderValue {
        HeaderValue::from_static(CLEAR)
    }

    fn sealed(&self, notice: &Notice, now: Timestamp) -> Option<String> {
        let (told, mistakes) = match &notice.told {
            Told::Refused(refusal) => (refusal.reason().to_owned(), Vec::new()),
            Told::Mistakes(mistakes) => {
                (MISTAKES.to_owned(), mistakes.iter().map(|mistake| mistake.word().to_owned()).collect())
            }
            Told::PasswordChanged => (CHANGED.to_owned(), Vec::new()),
        };
        let written = Written {
            at: now.unix(),
            told,
            mistakes,
            reference: notice.reference.clone(),
            login_id: notice.login_id.clone(),
            return_to: notice.return_to.clone(),
            unlock_time: notice.unlock_time.map(Timestamp::unix),
            retry_after: notice.retry_after,
        };
        let mut octets = serde_json::to_vec(&written).ok()?;
        let nonce = self.key.seal_in_place_append_tag(Aad::from(LABEL), &mut octets).ok()?;
        Some(URL_SAFE_NO_PAD.encode([nonce.as_ref().as_slice(), octets.as_slice()].concat()))
    }
}

fn opened(key: &RandomizedNonceKey, octets: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = octets.split_at_checked(NONCE)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut sealed = sealed.to_vec();
    let length = key.open_in_place(nonce, Aad::from(LABEL), &mut sealed).ok()?.len();
    sealed.truncate(length);
    Some(sealed)
}

fn told(written: &Written) -> Option<Told> {
    match written.told.as_str() {
        CHANGED => Some(Told::PasswordChanged),
        MISTAKES => {
            let mistakes = written.mistakes.iter().map(|word| PasswordMistake::from_word(word));
            mistakes.collect::<Option<Vec<_>>>().map(Told::Mistakes)
        }
        reason => Refusal::ALL.into_iter().find(|refusal| refusal.reason() == reason).map(Told::Refused),
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};

    use super::*;
    use crate::refusal::LoginFault;

    const NOW: Timestamp = Timestamp::from_unix(1_795_338_330);

    fn assertion_key() -> Vec<u8> {
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        key.unwrap().as_ref().to_vec()
    }

    fn notice(told: Told) -> Notice {
        Notice {
            told,
            reference: "K7P4-2QX9".into(),
            login_id: "ks\"ato<b>".into(),
            return_to: "/rooms/r-1/?a=1".into(),
            unlock_time: Some(NOW.plus(1800)),
            retry_after: Some(1800),
        }
    }

    fn sent(cookie: &HeaderValue) -> HeaderMap {
        let pair = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_str(&format!("a=b; {pair}; c=d")).unwrap());
        headers
    }

    #[test]
    fn what_was_told_is_read_back_word_for_word_for_five_minutes() {
        let notices = Notices::derived(&assertion_key(), None).unwrap();
        let mistakes = Told::Mistakes(PasswordMistake::ALL.to_vec());
        for told in
            [Told::Refused(Refusal::Locked), Told::Refused(Refusal::OfficeMismatch), mistakes, Told::PasswordChanged]
        {
            let headers = sent(&notices.set(&notice(told.clone()), NOW).unwrap());
            for later in [0, LIFE] {
                assert_eq!(notices.read(&headers, NOW.plus(later)), Some(notice(told.clone())), "{told:?}");
            }
            assert_eq!(notices.read(&headers, NOW.plus(LIFE + 1)), None);
        }
    }

    #[test]
    fn every_refusal_reads_back_under_its_own_code() {
        let notices = Notices::derived(&assertion_key(), None).unwrap();
        for refusal in Refusal::ALL {
            let headers = sent(&notices.set(&notice(Told::Refused(refusal)), NOW).unwrap());
            let Some(Notice { told: Told::Refused(back), .. }) = notices.read(&headers, NOW) else {
                panic!("{refusal:?}")
            };
            assert_eq!(back.code(), refusal.code(), "{refusal:?}");
        }
    }

    #[test]
    fn nobody_else_reads_or_writes_it() {
        let key = assertion_key();
        let notices = Notices::derived(&key, None).unwrap();
        let told = notice(Told::Refused(Refusal::LoginFailed(LoginFault::WrongPassword)));
        let cookie = notices.set(&told, NOW).unwrap();
        assert!(cookie.is_sensitive());
        let text = cookie.to_str().unwrap();
        assert!(text.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=300"));
        assert!(!text.contains("sato"));
        let stranger = Notices::derived(&assertion_key(), None).unwrap();
        assert_eq!(stranger.read(&sent(&cookie), NOW), None);
        let value = text.split(';').next().unwrap().strip_prefix("__Host-notice=").unwrap();
        for forged in
            ["", "AAAA", &value[..value.len() - 1], &format!("{}A", &value[..value.len() - 1]), &"A".repeat(5000)]
        {
            if forged == value {
                continue;
            }
            let cookie = HeaderValue::from_str(&format!("__Host-notice={forged}")).unwrap();
            assert_eq!(notices.read(&sent(&cookie), NOW), None, "{forged}");
        }
        // After the turn of the key another gateway may still write with the old one, and the other way round.
        let next = assertion_key();
        let turned = Notices::derived(&next, None).unwrap().set(&told, NOW).unwrap();
        assert_eq!(Notices::derived(&key, Some(&next)).unwrap().read(&sent(&turned), NOW), Some(told));
    }

    #[test]
    fn a_cookie_that_a_browser_would_not_keep_loses_the_way_back_and_not_its_words() {
        let notices = Notices::derived(&assertion_key(), None).unwrap();
        let long = Notice { return_to: format!("/{}", "a".repeat(4000)), ..notice(Told::Refused(Refusal::Locked)) };
        let cookie = notices.set(&long, NOW).unwrap();
        assert!(cookie.len() < 4096);
        let back = notices.read(&sent(&cookie), NOW).unwrap();
        assert_eq!((back.told, back.return_to.as_str()), (Told::Refused(Refusal::Locked), "/"));
    }
}
