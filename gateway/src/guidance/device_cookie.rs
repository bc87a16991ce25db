//! What does a browser remember of its certificate? A browser hides one that has expired, so the site gives it a cookie
//! with the device's number and the certificate's last second, for a page to speak of when no certificate comes.
//!
//! It is good for words: nothing is let in by it, and no backend sees it (`proxy/our_cookies.rs`). In the 30 days after the
//! end a page may carry our word that it was shown (`serve/after_end.rs`), on which the desk mails the office's contact.

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use certs::{DeviceNo, Timestamp};
use http::header::{COOKIE, HeaderMap, HeaderValue, InvalidHeaderValue};

use super::derived::{NotDerivable, derived};
use crate::session::cookie::value_named;

/// The name of the cookie (RFC 6265bis §4.1.3.2: Secure, no Domain, Path=/).
const NAME: &str = "__Host-device";
/// Seconds a browser keeps it: 400 days, the longest that one may (RFC 6265bis §5.5).
const MAX_AGE: u32 = 400 * 86_400;
/// Octets of the longest value we give out: `DEV-99999999`, the last second and 43 characters of proof.
const LONGEST: usize = 12 + 1 + 20 + 1 + 43;
/// Keeps this key apart from everything else that may ever follow from the assertion key.
const LABEL: &[u8] = b"sekisho __Host-device HMAC-SHA256 1";

/// What a browser remembers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Remembered {
    /// The device that logged in here.
    pub device: DeviceNo,
    /// The last second of the certificate it showed then.
    pub not_after: Timestamp,
}

/// Writes the cookie and reads it back.
#[derive(Debug)]
pub struct DeviceCookies {
    key: hmac::Key,
    next: Option<hmac::Key>,
}

impl DeviceCookies {
    /// Keys derived from the assertion keys' PKCS#8 DER. The present key writes; the next one is read
    /// too, because another gateway may have turned to it already. After that turn, what the old one wrote is forgotten
    /// until the next login.
    ///
    /// # Errors
    /// [`NotDerivable`] where one is no P-256 key.
    pub fn derived(present: &[u8], next: Option<&[u8]>) -> Result<Self, NotDerivable> {
        Ok(Self { key: derive(present)?, next: next.map(derive).transpose()? })
    }

    /// The `Set-Cookie` that makes a browser remember.
    ///
    /// # Errors
    /// Never for what we write; `http` cannot know that.
    pub fn set(&self, seen: Remembered) -> Result<HeaderValue, InvalidHeaderValue> {
        let facts = format!("{}.{}", seen.device, seen.not_after.unix());
        let proof = URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, facts.as_bytes()));
        let attributes = format!("Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={MAX_AGE}");
        let mut header = HeaderValue::from_maybe_shared(format!("{NAME}={facts}.{proof}; {attributes}"))?;
        header.set_sensitive(true);
        Ok(header)
    }

    /// What the browser of this request remembers. A cookie that is not word for word one of ours counts as none, and
    /// so do two of the name, whatever they say.
    #[must_use]
    pub fn remembered(&self, headers: &HeaderMap) -> Option<Remembered> {
        let pairs = headers.get_all(COOKIE).into_iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
        let mut values = pairs.filter_map(|pair| value_named(pair, NAME));
        match (values.next(), values.next()) {
            (Some(value), None) if value.len() <= LONGEST => self.read(std::str::from_utf8(value).ok()?),
            (Some(_) | None, _) => None,
        }
    }

    fn read(&self, value: &str) -> Option<Remembered> {
        let (facts, proof) = value.rsplit_once('.')?;
        let proof = URL_SAFE_NO_PAD.decode(proof).ok()?;
        let proves = |key: &hmac::Key| hmac::verify(key, facts.as_bytes(), &proof).is_ok();
        if !proves(&self.key) && !self.next.as_ref().is_some_and(proves) {
            return None;
        }
        let (device, not_after) = facts.split_once('.')?;
        Some(Remembered { device: device.parse().ok()?, not_after: Timestamp::from_unix(not_after.parse().ok()?) })
    }
}

fn derive(pkcs8: &[u8]) -> Result<hmac::Key, NotDerivable> {
    Ok(hmac::Key::new(HMAC_SHA256, &*derived(pkcs8, LABEL)?))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
    use proptest::prelude::*;

    use super::*;

    const SEEN: i64 = 1_795_338_330;

    fn assertion_key() -> Vec<u8> {
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        key.unwrap().as_ref().to_vec()
    }

    fn house() -> DeviceCookies {
        DeviceCookies::derived(&assertion_key(), None).unwrap()
    }

    fn seen() -> Remembered {
        Remembered { device: "DEV-000123".parse().unwrap(), not_after: Timestamp::from_unix(SEEN) }
    }

    fn pair(cookies: &DeviceCookies, seen: Remembered) -> String {
        cookies.set(seen).unwrap().to_str().unwrap().split(';').next().unwrap().to_owned()
    }

    fn says(cookies: &DeviceCookies, lines: &[&str]) -> Option<Remembered> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_str(line).unwrap());
        }
        cookies.remembered(&headers)
    }

    /// With the proof that `cookies` would give to these facts.
    fn proved(cookies: &DeviceCookies, facts: &str) -> String {
        let proof = URL_SAFE_NO_PAD.encode(hmac::sign(&cookies.key, facts.as_bytes()));
        format!("{NAME}={facts}.{proof}")
    }

    #[test]
    fn the_cookie_says_number_and_expiry_and_no_more_and_lasts_400_days() {
        let set = house().set(seen()).unwrap();
        assert!(set.is_sensitive());
        let (value, attributes) = set.to_str().unwrap().split_once("; ").unwrap();
        assert_eq!(attributes, "Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=34560000");
        let (facts, proof) = value.rsplit_once('.').unwrap();
        assert_eq!((facts, proof.len()), ("__Host-device=DEV-000123.1795338330", 43));
    }

    #[test]
    fn one_cookie_of_ours_is_read_wherever_it_stands() {
        let cookies = house();
        let ours = pair(&cookies, seen());
        for lines in [&[ours.as_str()][..], &["theme=dark", &format!("a=b; {ours}; c=d")], &[&format!("a=b;{ours};")]] {
            assert_eq!(says(&cookies, lines), Some(seen()), "{lines:?}");
        }
    }

    #[test]
    fn gateways_of_one_house_agree_also_while_the_key_turns_and_no_other_house_does() {
        let (old, new) = (assertion_key(), assertion_key());
        let before = DeviceCookies::derived(&old, Some(&new)).unwrap();
        let again = DeviceCookies::derived(&old, Some(&new)).unwrap();
        let after = DeviceCookies::derived(&new, None).unwrap();
        assert_eq!(says(&again, &[&pair(&before, seen())]), Some(seen()), "after a restart");
        assert_eq!(says(&before, &[&pair(&after, seen())]), Some(seen()), "written by one that has turned");
        assert_eq!(says(&after, &[&pair(&before, seen())]), None, "written by the old key");
        assert_eq!(says(&house(), &[&pair(&before, seen())]), None, "another house");
        assert_eq!(DeviceCookies::derived(b"no key", None).unwrap_err(), NotDerivable);
        assert_eq!(DeviceCookies::derived(&old, Some(b"no key")).unwrap_err(), NotDerivable);
    }

    #[test]
    fn what_is_not_word_for_word_ours_counts_as_none() {
        let cookies = house();
        let ours = pair(&cookies, seen());
        let value = ours.strip_prefix("__Host-device=").unwrap();
        let proof = value.rsplit_once('.').unwrap().1;
        for forged in [
            String::new(),
            "x".to_owned(),
            "..".to_owned(),
            "DEV-000123.1795338330".to_owned(),
            "DEV-000123.1795338330.".to_owned(),
            format!("DEV-000124.1795338330.{proof}"),
            format!("DEV-000123.1795338331.{proof}"),
            format!("{value}="),
            format!("{value}A"),
            format!("\"{value}\""),
            format!("{value}{}", " x".repeat(5000)),
            "A".repeat(5000),
        ] {
            assert_eq!(says(&cookies, &[&format!("__Host-device={forged}")]), None, "{forged:?}");
        }
        for name in ["__host-device", "__Host-device2", "x__Host-device", "device"] {
            assert_eq!(says(&cookies, &[&format!("{name}={value}")]), None, "{name}");
        }
        assert_eq!(says(&cookies, &[]), None);
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_bytes(b"__Host-device=\xff.1.\xff").unwrap());
        assert_eq!(cookies.remembered(&headers), None);
    }

    #[test]
    fn two_cookies_of_the_name_count_as_none_even_when_they_are_alike() {
        let cookies = house();
        let ours = pair(&cookies, seen());
        for lines in [&[ours.as_str(), &ours][..], &[&format!("{ours}; {ours}")], &[&ours, "__Host-device=x"]] {
            assert_eq!(says(&cookies, lines), None, "{lines:?}");
        }
    }

    #[test]
    fn facts_we_would_never_write_are_not_read_even_with_a_proof() {
        let cookies = house();
        assert_eq!(says(&cookies, &[&proved(&cookies, "DEV-000123.1795338330")]), Some(seen()));
        for facts in ["DEV-000000.1", "DEV-1.1", "DEV-000123", "DEV-000123.", "DEV-000123.1.2", "DEV-000123.x", ""] {
            assert_eq!(says(&cookies, &[&proved(&cookies, facts)]), None, "{facts:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_and_every_other_octet_is_noticed(
            number in 1_u32..=99_999_999, not_after in any::<i64>(), place in any::<prop::sample::Index>(), octet in 0x21_u8..0x7f,
        ) {
            let cookies = house();
            let seen = Remembered { device: DeviceNo::new(number).unwrap(), not_after: Timestamp::from_unix(not_after) };
            let ours = pair(&cookies, seen);
            prop_assert!(ours.len() <= NAME.len() + 1 + LONGEST);
            prop_assert_eq!(says(&cookies, &[&ours]), Some(seen));
            let mut altered = ours.clone().into_bytes();
            let place = place.index(altered.len());
            prop_assume!(altered[place] != octet);
            altered[place] = octet;
            prop_assert_eq!(says(&cookies, &[std::str::from_utf8(&altered).unwrap()]), None);
        }

        #[test]
        fn nothing_anybody_sends_is_taken_for_ours(line in "[ -~]{0,200}") {
            let cookies = house();
            prop_assert_eq!(says(&cookies, &[&line]), None);
            prop_assert_eq!(says(&cookies, &[&format!("__Host-device={line}")]), None);
        }
    }
}
