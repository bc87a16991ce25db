//! By which rules are requests judged, as of the last reload?
//!
//! Everything that a reload may change stands in one value, exchanged whole: no request is judged by
//! half of an old configuration and half of a new one. A reload that fails changes nothing.

mod files;
mod site;
mod trust;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use policies::PolicySet;
use registry::JournalKey;

use crate::config::{self, Config, Draft, GuidanceSettings, Mistake, SiteKind, SiteSettings};
use crate::guidance::{self, DeviceCookies, Guidance, Link, Notices};
use crate::headers::HeaderSanitizer;
use crate::proxy::{Keys, Upstream};
use crate::tls::Trust;
pub use site::{Service, SiteRules};

/// One configuration with every file it names, read and checked.
#[derive(Debug)]
#[allow(missing_docs, reason = "each field is what the configuration's table of that name became")]
pub struct Rules {
    pub generation: u64,
    pub config: Config,
    pub trust: Trust,
    pub trust_mark: Vec<u8>,
    pub journal_key: Option<JournalKey>,
    pub policies: PolicySet,
    pub keys: Arc<Keys>,
    pub device_cookies: DeviceCookies,
    pub notices: Notices,
    pub upstreams: HashMap<String, Arc<Upstream>>,
    pub sites: Vec<SiteRules>,
    pub guidance: Guidance,
    pub sanitizer: HeaderSanitizer,
}

static GENERATION: AtomicU64 = AtomicU64::new(1);

impl Rules {
    /// Reads the configuration at `path` and every file it names.
    ///
    /// # Errors
    /// Every mistake, in the file and in the files it names, each as a line to be told.
    pub fn read(path: &Path) -> Result<Self, Vec<String>> {
        let text = std::fs::read_to_string(path).map_err(|error| vec![format!("{}: {error}", path.display())])?;
        Self::of(&text).map_err(|mistakes| config::located(path, &text, &mistakes))
    }

    /// As [`Self::read`], from the configuration's text.
    ///
    /// # Errors
    /// Every mistake, each with its place in the configuration.
    pub fn of(text: &str) -> Result<Self, Vec<Mistake>> {
        let Draft { config, mut mistakes } = Config::draft(text)?;
        let of_files = match Self::load(config) {
            Ok(rules) if mistakes.is_empty() => return Ok(rules),
            Ok(_) => return Err(mistakes),
            Err(of_files) => of_files,
        };
        // A value that is wrong has been told, and stands for nothing that could be opened.
        let told: Vec<String> = mistakes.iter().map(|mistake| mistake.place.clone()).collect();
        let new = |mistake: &Mistake| !told.iter().any(|place| place.starts_with(&mistake.place));
        mistakes.extend(of_files.into_iter().filter(new));
        Err(mistakes)
    }

    /// Opens every file that `config` names.
    ///
    /// # Errors
    /// Every mistake found, each with its place in the configuration.
    pub fn load(config: Config) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let trust = trust::load(&config.devices, &mut mistakes);
        let keys = files::assertion_keys(&config.assertion, &mut mistakes);
        let policies = files::policies(config.policies.as_deref(), &mut mistakes);
        let upstreams = files::upstreams(&config.upstreams, trust.as_ref(), &mut mistakes);
        let guidance = guidance(&config, &mut mistakes);
        let sites = site::load(&config, trust.as_ref(), &upstreams, &mut mistakes);
        let journal_key = files::journal_key(&config.registry, &mut mistakes);
        files::log_key(&config.log, &mut mistakes);
        files::stores(&config, &mut mistakes);
        mistakes.extend(config::shared(&config, files::real));
        match (trust, keys, policies) {
            (Some(trust), Some((keys, device_cookies, notices)), Some(policies)) if mistakes.is_empty() => Ok(Self {
                generation: GENERATION.fetch_add(1, Ordering::Relaxed),
                trust: trust.trust,
                trust_mark: trust.mark,
                journal_key,
                policies,
                keys: Arc::new(keys),
                device_cookies,
                notices,
                upstreams,
                sites,
                guidance,
                sanitizer: config.headers.reserved.clone(),
                config,
            }),
            _ => Err(mistakes),
        }
    }
}

fn guidance(config: &Config, mistakes: &mut Vec<Mistake>) -> Guidance {
    let GuidanceSettings { telephone, hours, mail, .. } = &config.guidance;
    let mut settings = guidance::Settings::default();
    if let Some(telephone) = telephone {
        settings.telephone.clone_from(telephone);
    }
    if let Some(hours) = hours {
        settings.hours.clone_from(hours);
    }
    if let Some(mail) = mail {
        settings.mail.clone_from(mail);
    }
    for (of, page) in &config.guidance.handbook {
        settings.handbook.say(of, page);
    }
    let mut link = |key: &str, text: &Option<String>| -> Option<Link> {
        let text = text.clone()?;
        match Link::try_from(text) {
            Ok(link) => Some(link),
            Err(error) => {
                mistakes.push(Mistake { place: format!("guidance.{key}"), words: error.to_string() });
                None
            }
        }
    };
    let given = &config.guidance;
    settings.apply_url = link("apply_url", &given.apply_url);
    settings.install_url = link("install_url", &given.install_url);
    settings.reselect_url = link("reselect_url", &given.reselect_url);
    settings.provider_url = link("provider_url", &given.provider_url);
    settings.renew_path = link("renew_path", &given.renew_path);
    settings.office_url = link("office_url", &given.office_url);
    settings.terms_url = link("terms_url", &given.terms_url).or(settings.terms_url);
    let help = site_url(config, |kind| matches!(kind, SiteKind::Help(_)));
    let service = site_url(config, |kind| matches!(kind, SiteKind::Service(_)));
    let help = given.help_url.clone().or(help);
    let open = |site: &SiteSettings| matches!(&site.kind, SiteKind::Help(help) if help.desk.is_some());
    settings.desk_url = link("help_url", &help.clone().filter(|_| config.sites.iter().any(open)));
    settings.help_url = link("help_url", &help);
    settings.service_url = link("service_url", &given.service_url.clone().or(service));
    Guidance::new(settings)
}

/// The address of the first site of a kind, by its first name.
fn site_url(config: &Config, is: impl Fn(&SiteKind) -> bool) -> Option<String> {
    let site = config.sites.iter().find(|site| is(&site.kind))?;
    let host = site.hosts.first()?;
    Some(match site.listen.port() {
        443 => format!("https://{host}"),
        port => format!("https://{host}:{port}"),
    })
}
