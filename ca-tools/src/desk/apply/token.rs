//! What does the link of a mail say, and did we write it?
//!
//! Whoever opens it read that mail: so the address in it is theirs. Nothing is kept until they send a form.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use certs::Timestamp;
use registry::OfficeNo;
use serde::{Deserialize, Serialize};

use super::key::ApplyKey;
use crate::application::Kind;

/// Seconds for which a link opens its form.
pub(crate) const LIFE: i64 = 24 * 60 * 60;
/// Keeps what this key signs apart from anything else it may ever sign.
const LABEL: &str = "sekisho apply link 1";
/// Longer than any of ours.
const LONGEST: usize = 1024;

/// What a link says. Made by [`ApplicationLink::to`], believed only out of [`ApplicationLink::read`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ApplicationLink {
    /// Which form it opens.
    pub(crate) kind: Kind,
    /// For which office; `None` for one that registers first.
    pub(crate) office: Option<OfficeNo>,
    /// The address it was sent to.
    pub(crate) mail: String,
    /// Its last second.
    pub(crate) until: Timestamp,
}

#[derive(Deserialize, Serialize)]
struct LinkClaims {
    kind: String,
    office: Option<String>,
    mail: String,
    until: i64,
}

/// Why a link opens nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum LinkRefusal {
    /// Ours, but a day old.
    Expired,
    /// Not word for word one of ours.
    NotOurs,
}

impl ApplicationLink {
    /// A link from now on.
    pub(crate) fn to(kind: Kind, office: Option<OfficeNo>, mail: String, now: Timestamp) -> Self {
        Self { kind, office, mail, until: now.plus(LIFE) }
    }

    /// As it stands in an address.
    pub(crate) fn signed(&self, key: &ApplyKey) -> String {
        let written = LinkClaims {
            kind: self.kind.as_str().to_owned(),
            office: self.office.as_ref().map(ToString::to_string),
            mail: self.mail.clone(),
            until: self.until.unix(),
        };
        let said = BASE64.encode(serde_json::json!(written).to_string());
        let proof = BASE64.encode(key.sign(&proven(&said)));
        format!("{said}.{proof}")
    }

    /// Believes a token, or says why not.
    pub(crate) fn read(token: &str, key: &ApplyKey, now: Timestamp) -> Result<Self, LinkRefusal> {
        let not_ours = LinkRefusal::NotOurs;
        if token.len() > LONGEST {
            return Err(not_ours);
        }
        let (said, proof) = token.split_once('.').ok_or(not_ours)?;
        let proof = BASE64.decode(proof).map_err(|_| not_ours)?;
        if !key.proves(&proven(said), &proof) {
            return Err(not_ours);
        }
        let said = BASE64.decode(said).map_err(|_| not_ours)?;
        let written: LinkClaims = serde_json::from_slice(&said).map_err(|_| not_ours)?;
        let office = written.office.map(|office| office.parse()).transpose().map_err(|_| not_ours)?;
        let kind = written.kind.parse().map_err(|_| not_ours)?;
        let link = Self { kind, office, mail: written.mail, until: Timestamp::from_unix(written.until) };
        if link.until < now { Err(LinkRefusal::Expired) } else { Ok(link) }
    }
}

fn proven(said: &str) -> Vec<u8> {
    [LABEL.as_bytes(), digest(&SHA256, said.as_bytes()).as_ref()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    fn link() -> ApplicationLink {
        ApplicationLink::to(Kind::Ids, Some("1272200001".parse().unwrap()), "a@example.jp".into(), NOW)
    }

    #[test]
    fn a_link_opens_its_form_for_a_day() {
        let key = ApplyKey::for_test(1);
        let token = link().signed(&key);
        assert_eq!(ApplicationLink::read(&token, &key, NOW), Ok(link()));
        assert_eq!(ApplicationLink::read(&token, &key, NOW.plus(LIFE)), Ok(link()));
        assert_eq!(ApplicationLink::read(&token, &key, NOW.plus(LIFE + 1)), Err(LinkRefusal::Expired));
        let first = ApplicationLink { office: None, kind: Kind::FirstRegistration, ..link() };
        assert_eq!(ApplicationLink::read(&first.signed(&key), &key, NOW), Ok(first));
    }

    #[test]
    fn what_we_did_not_write_word_for_word_opens_nothing() {
        let key = ApplyKey::for_test(1);
        let token = link().signed(&key);
        let (said, proof) = token.split_once('.').unwrap();
        let other = ApplicationLink { mail: "b@example.jp".into(), ..link() }.signed(&key);
        let forged = format!("{}.{proof}", other.split_once('.').unwrap().0);
        let cut = &token[..token.len() - 1];
        let long = format!("{token}{}", "A".repeat(LONGEST));
        for token in ["", ".", said, proof, cut, forged.as_str(), long.as_str(), "a.b.c", &format!("{said}.")] {
            assert_eq!(ApplicationLink::read(token, &key, NOW), Err(LinkRefusal::NotOurs), "{token}");
        }
        assert_eq!(ApplicationLink::read(&token, &ApplyKey::for_test(2), NOW), Err(LinkRefusal::NotOurs));
    }
}
