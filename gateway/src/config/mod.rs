//! What the gateway is told: one file, read whole, all mistakes told at once.

mod agree;
mod apart;
mod limits;
mod located;
mod log;
mod reports;
mod section;
mod sessions;
mod site;
mod upstream;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use certs::Timestamp;
use toml::Table;

use crate::headers::HeaderSanitizer;
use crate::tls::TlsMinimum;
pub use apart::shared;
pub use limits::Limits;
pub use located::located;
pub use log::LogSettings;
pub use reports::ReportSettings;
pub use section::{Mistake, Switch};
use section::{Mistakes, Section};
pub use sessions::{Concurrent, SessionSettings};
pub use site::{HelpSettings, ServiceSettings, SiteKind, SiteSettings};
pub use upstream::{IdentitySettings, UpstreamAddress, UpstreamSettings};

/// A configuration whose every value is in its range and agrees with the others. The files it names
/// have not been opened yet.
#[derive(Debug)]
#[allow(missing_docs, reason = "each field is the table of that name in deploy/gateway.toml, explained there")]
pub struct Config {
    pub name: String,
    pub ops: SocketAddr,
    pub registry: RegistrySettings,
    pub sessions: SessionSettings,
    pub devices: DeviceSettings,
    pub tls: TlsMinimum,
    pub policies: Option<PathBuf>,
    pub assertion: AssertionSettings,
    pub log: LogSettings,
    pub reports: Option<ReportSettings>,
    pub limits: Limits,
    pub headers: HeaderSettings,
    pub guidance: GuidanceSettings,
    pub maintenance: Option<Maintenance>,
    pub upstreams: Vec<UpstreamSettings>,
    pub sites: Vec<SiteSettings>,
}

#[derive(Debug)]
#[allow(missing_docs, reason = "explained in deploy/gateway.toml")]
pub struct RegistrySettings {
    pub url: String,
    pub state: PathBuf,
    pub journal_key: Option<PathBuf>,
    pub max_age: Duration,
}

#[derive(Debug)]
#[allow(missing_docs, reason = "explained in deploy/gateway.toml")]
pub struct DeviceSettings {
    pub roots: Vec<PathBuf>,
    pub issuing: Vec<PathBuf>,
}

#[derive(Debug)]
#[allow(missing_docs, reason = "explained in deploy/gateway.toml")]
pub struct AssertionSettings {
    pub issuer: String,
    pub key: PathBuf,
    pub next_key: Option<PathBuf>,
}

#[derive(Debug)]
#[allow(missing_docs, reason = "explained in deploy/gateway.toml")]
pub struct HeaderSettings {
    pub reserved: HeaderSanitizer,
}

#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "explained in deploy/gateway.toml")]
pub struct GuidanceSettings {
    pub telephone: Option<String>,
    pub hours: Option<String>,
    pub mail: Option<String>,
    pub apply_url: Option<String>,
    pub install_url: Option<String>,
    pub reselect_url: Option<String>,
    pub provider_url: Option<String>,
    pub terms_url: Option<String>,
    pub help_url: Option<String>,
    pub service_url: Option<String>,
    pub renew_path: Option<String>,
    pub office_url: Option<String>,
    /// Pages of the printed handbook, by what stands there.
    pub handbook: BTreeMap<&'static str, String>,
}

/// What a page of the printed handbook is told for.
pub const HANDBOOK: [&str; 7] = ["certificate", "contact", "equipment", "forms", "opening", "rooms", "rules"];

/// Planned maintenance: from the first second up to, not including, the last.
#[derive(Clone, Copy, Debug)]
pub struct Maintenance {
    /// It begins.
    pub from: Timestamp,
    /// It is over.
    pub until: Timestamp,
}

/// A configuration as far as it could be read, and what is wrong with it: the files it names are looked at all the same, so
/// that nobody mends a configuration three times.
#[derive(Debug)]
pub struct Draft {
    /// With a default wherever something is wrong.
    pub config: Config,
    /// Each with its place.
    pub mistakes: Vec<Mistake>,
}

impl Config {
    /// Reads what stands in the file.
    ///
    /// # Errors
    /// Every mistake in it, each with its place.
    pub fn parse(text: &str) -> Result<Self, Vec<Mistake>> {
        let Draft { config, mistakes } = Self::draft(text)?;
        if mistakes.is_empty() { Ok(config) } else { Err(mistakes) }
    }

    /// As [`Self::parse`], but going on where something is wrong.
    ///
    /// # Errors
    /// It is no TOML.
    pub fn draft(text: &str) -> Result<Draft, Vec<Mistake>> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1));
            vec![Mistake { place: format!("line {line}"), words: error.message().to_owned() }]
        })?;
        let mistakes = Mistakes::default();
        let config = Self::from_table(Section::new("", table, mistakes.clone()));
        agree::check(&config, &mistakes);
        Ok(Draft { config, mistakes: mistakes.all() })
    }

    fn from_table(mut root: Section) -> Self {
        let config = Self {
            name: name(&mut root),
            ops: ops(root.section("ops")),
            registry: RegistrySettings::from_section(root.section("registry")),
            sessions: SessionSettings::from_section(root.section("sessions")),
            devices: DeviceSettings::from_section(root.section("devices")),
            tls: TlsMinimum::from_section(root.section("tls")),
            policies: policies(root.section("policies")),
            assertion: AssertionSettings::from_section(root.section("assertion")),
            log: LogSettings::from_section(root.section("log")),
            reports: ReportSettings::from_root(&mut root),
            limits: Limits::from_section(root.section("limits")),
            headers: HeaderSettings::from_section(root.section("headers")),
            guidance: GuidanceSettings::from_section(root.section("guidance")),
            maintenance: Maintenance::from_root(&mut root),
            upstreams: root.sections("upstream").into_iter().map(UpstreamSettings::from_section).collect(),
            sites: root.sections("site").into_iter().filter_map(SiteSettings::from_section).collect(),
        };
        root.close();
        config
    }
}

fn name(root: &mut Section) -> String {
    let name = root.text("name");
    let plain = name.len() <= 32 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    if !plain {
        root.wrong("name", "must be at most 32 letters, digits, dots, hyphens or underscores");
    }
    name
}

fn ops(mut section: Section) -> SocketAddr {
    let there = section.has("listen");
    let address: Option<SocketAddr> = section.parsed("listen", "an address and a port, like \"127.0.0.1:8445\"");
    if !there {
        section.wrong("listen", "is missing and required: an address and a port, like \"127.0.0.1:8445\"");
    }
    section.close();
    address.unwrap_or(([127, 0, 0, 1], 0).into())
}

fn policies(mut section: Section) -> Option<PathBuf> {
    let directory = section.optional_text("directory").map(PathBuf::from);
    section.close();
    directory
}

impl RegistrySettings {
    fn from_section(mut section: Section) -> Self {
        let url = section.text("url");
        if !url.is_empty()
            && let Err(why) = url.parse::<registry::reader::Source>()
        {
            section.wrong("url", why.to_string());
        }
        let settings = Self {
            url,
            state: section.path("state"),
            journal_key: section.optional_text("journal_key").map(PathBuf::from),
            max_age: section.duration(
                "max_age",
                Duration::from_secs(60),
                Duration::from_secs(1)..=Duration::from_secs(3600),
            ),
        };
        section.close();
        settings
    }
}

impl DeviceSettings {
    fn from_section(mut section: Section) -> Self {
        let settings = Self {
            roots: section.required_texts("roots").into_iter().map(PathBuf::from).collect(),
            issuing: section.required_texts("issuing").into_iter().map(PathBuf::from).collect(),
        };
        section.close();
        settings
    }
}

impl TlsMinimum {
    fn from_section(mut section: Section) -> Self {
        let min = section.optional_text("min");
        let reason = section.optional_text("exception_reason");
        let minimum = match (min.as_deref(), reason) {
            (None | Some("1.3"), None) => Self::Tls13,
            (Some("1.2"), Some(reason)) => Self::Tls12 { reason },
            (Some("1.2"), None) => {
                section.wrong("exception_reason", "is required with min = \"1.2\": say why TLS 1.3 is not possible");
                Self::Tls13
            }
            (None | Some("1.3"), Some(_)) => {
                section.wrong("exception_reason", "stands beside min = \"1.3\", where there is no exception");
                Self::Tls13
            }
            (Some(_), _) => {
                section.wrong("min", "must be \"1.3\", or \"1.2\" together with exception_reason");
                Self::Tls13
            }
        };
        section.close();
        minimum
    }
}

impl AssertionSettings {
    fn from_section(mut section: Section) -> Self {
        let settings = Self {
            issuer: section.text("issuer"),
            key: section.path("key"),
            next_key: section.optional_text("next_key").map(PathBuf::from),
        };
        section.close();
        settings
    }
}

impl HeaderSettings {
    fn from_section(mut section: Section) -> Self {
        let reserved = HeaderSanitizer::with_more(&section.texts("reserved")).unwrap_or_else(|wrong| {
            for name in wrong {
                section.wrong("reserved", name.to_string());
            }
            HeaderSanitizer::default()
        });
        section.close();
        Self { reserved }
    }
}

impl GuidanceSettings {
    fn from_section(mut section: Section) -> Self {
        let mut url = |key: &str| {
            let url = section.optional_text(key)?;
            if url.starts_with("https://") || url.starts_with("http://") {
                return Some(url);
            }
            section.wrong(key, "must be an address that begins with https://");
            None
        };
        let (apply_url, install_url, reselect_url) = (url("apply_url"), url("install_url"), url("reselect_url"));
        let (provider_url, terms_url) = (url("provider_url"), url("terms_url"));
        let (help_url, service_url) = (url("help_url"), url("service_url"));
        let mut pages = section.section("handbook");
        let handbook = HANDBOOK.into_iter().filter_map(|of| Some((of, pages.optional_text(of)?))).collect();
        pages.close();
        let settings = Self {
            handbook,
            telephone: section.optional_text("telephone"),
            hours: section.optional_text("hours"),
            mail: section.optional_text("mail"),
            apply_url,
            install_url,
            reselect_url,
            provider_url,
            terms_url,
            help_url,
            service_url,
            renew_path: section.optional_text("renew_path"),
            office_url: section.optional_text("office_url"),
        };
        section.close();
        settings
    }
}

impl Maintenance {
    fn from_root(root: &mut Section) -> Option<Self> {
        if !root.has("maintenance") {
            return None;
        }
        let mut section = root.section("maintenance");
        let from = moment(&mut section, "from");
        let until = moment(&mut section, "until");
        if let (Some(from), Some(until)) = (from, until)
            && from >= until
        {
            section.wrong("until", "must be later than from");
        }
        section.close();
        Some(Self { from: from?, until: until? })
    }
}

fn moment(section: &mut Section, key: &str) -> Option<Timestamp> {
    let text = section.text(key);
    if text.is_empty() {
        return None;
    }
    let parsed = time::OffsetDateTime::parse(&text, &time::format_description::well_known::Rfc3339);
    match parsed {
        Ok(moment) => Some(Timestamp::from_unix(moment.unix_timestamp())),
        Err(_) => {
            section.wrong(key, format!("must be a time like \"2026-12-01T01:00:00+09:00\", not {text:?}"));
            None
        }
    }
}

#[cfg(test)]
mod tests;
