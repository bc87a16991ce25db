//! A profile whose every limit was held against its rule.

use super::config::{ProfileConfig, SubjectConfig};
use super::keys::AcceptedKeys;
use super::mistake::ProfileMistake;
use super::purpose::Purpose;
use super::term::Term;
use crate::KeyKind;

/// RFC 5280 appendix A: `ub-organization-name`, `ub-common-name`.
const LONGEST_NAME: usize = 64;

/// What a certificate of one purpose looks like. Made only by [`Profile::check`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Profile {
    pub(super) purpose: Purpose,
    pub(super) subject: SubjectConfig,
    pub(super) term: Term,
    accepted_keys: AcceptedKeys,
    made_key: KeyKind,
    crl_url: Option<String>,
}

impl Profile {
    /// The profile that comes with the program.
    ///
    /// # Errors
    /// Never, as a test says; the same as [`Self::read`].
    pub fn built_in(purpose: Purpose) -> Result<Self, Vec<ProfileMistake>> {
        Self::read(match purpose {
            Purpose::Root => include_str!("../../profiles/root.toml"),
            Purpose::Issuing => include_str!("../../profiles/issuing.toml"),
            Purpose::Device => include_str!("../../profiles/device.toml"),
            Purpose::Signing => include_str!("../../profiles/signing.toml"),
            Purpose::HouseRoot => include_str!("../../profiles/house-root.toml"),
            Purpose::Internal => include_str!("../../profiles/internal.toml"),
            Purpose::Site => include_str!("../../profiles/site.toml"),
        })
    }

    /// Reads a profile's TOML.
    ///
    /// # Errors
    /// All mistakes at once; only the first where it is no TOML.
    pub fn read(toml: &str) -> Result<Self, Vec<ProfileMistake>> {
        let config = toml::from_str(toml).map_err(|error| vec![ProfileMistake::Unreadable(error.to_string())])?;
        Self::check(config)
    }

    /// Holds every limit against its rule.
    ///
    /// # Errors
    /// All mistakes at once.
    pub fn check(config: ProfileConfig) -> Result<Self, Vec<ProfileMistake>> {
        let mut mistakes = Vec::new();
        let accepted_keys = AcceptedKeys::check(&config.keys, &mut mistakes);
        let term = Term::check(config.purpose, &config.validity, &mut mistakes);
        check_subject(config.purpose, &config.subject, &mut mistakes);
        if config.crl_url.as_ref().is_some_and(|url| !url.starts_with("http://") || !is_plain(url)) {
            mistakes.push(ProfileMistake::CrlUrl);
        }
        match term {
            Some(term) if mistakes.is_empty() => Ok(Self {
                purpose: config.purpose,
                subject: config.subject,
                term,
                accepted_keys,
                made_key: config.keys.made,
                crl_url: config.crl_url,
            }),
            Some(_) | None => Err(mistakes),
        }
    }

    /// What it is for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The keys it is given to.
    #[must_use]
    pub fn accepted_keys(&self) -> &AcceptedKeys {
        &self.accepted_keys
    }

    /// The key we make where we make it.
    #[must_use]
    pub fn made_key(&self) -> KeyKind {
        self.made_key
    }

    /// Where the list of revoked certificates is published.
    #[must_use]
    pub fn crl_url(&self) -> Option<&str> {
        self.crl_url.as_deref()
    }
}

fn check_subject(purpose: Purpose, subject: &SubjectConfig, mistakes: &mut Vec<ProfileMistake>) {
    if subject.country.len() != 2 || !subject.country.bytes().all(|b| b.is_ascii_uppercase()) {
        mistakes.push(ProfileMistake::Country);
    }
    let parts = [
        ("organization", &subject.organization),
        ("organizational_unit", &subject.organizational_unit),
        ("common_name", &subject.common_name),
    ];
    for (part, text) in parts {
        if text.is_empty() || text.len() > LONGEST_NAME || !is_plain(text) {
            mistakes.push(ProfileMistake::NamePart(part));
        }
    }
    let (placeholders, wanted): (&[&str], _) = match purpose {
        Purpose::Device => (&["{device}", "{expiry}"], "{expiry} {device}"),
        Purpose::Root
        | Purpose::Issuing
        | Purpose::Signing
        | Purpose::HouseRoot
        | Purpose::Internal
        | Purpose::Site => (&["{name}"], "{name}"),
    };
    let mut rest = subject.common_name.clone();
    let all_there = placeholders.iter().all(|placeholder| subject.common_name.contains(placeholder));
    for placeholder in placeholders {
        rest = rest.replacen(placeholder, "", 1);
    }
    if !all_there || rest.contains(['{', '}']) {
        mistakes.push(ProfileMistake::CommonName(purpose, wanted));
    }
}

pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
}
