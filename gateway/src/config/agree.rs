//! Do the parts of a configuration agree with each other?

use std::collections::{HashMap, HashSet};

use http::Method;
use http::uri::PathAndQuery;

use super::section::Mistakes;
use super::{Config, SiteKind, apart};
use crate::policy::path::CleanPath;
use crate::policy::route::Routes;

pub(super) fn check(config: &Config, mistakes: &Mistakes) {
    upstream_names(config, mistakes);
    site_names(config, mistakes);
    hosts(config, mistakes);
    listeners(config, mistakes);
    apart::check(config, mistakes);
    routes(config, mistakes);
    own_pages(config, mistakes);
}

fn upstream_names(config: &Config, mistakes: &Mistakes) {
    let mut seen = HashSet::new();
    for (index, upstream) in config.upstreams.iter().enumerate() {
        if !upstream.name.is_empty() && !seen.insert(&upstream.name) {
            mistakes
                .tell(format!("upstream[{index}].name"), format!("{:?} names another upstream already", upstream.name));
        }
    }
}

fn site_names(config: &Config, mistakes: &Mistakes) {
    if !config.sites.iter().any(|site| matches!(site.kind, SiteKind::Service(_))) {
        mistakes.tell("site", "no site of kind \"service\": there is nothing to guard");
    }
    let mut seen = HashSet::new();
    for site in &config.sites {
        if !site.name.is_empty() && !seen.insert(&site.name) {
            mistakes.tell(format!("{}.name", site.place), format!("{:?} names another site already", site.name));
        }
    }
}

/// One name belongs to one site: two trust policies under one name end in the weaker one.
fn hosts(config: &Config, mistakes: &Mistakes) {
    let mut seen: HashMap<&str, &str> = HashMap::new();
    for site in &config.sites {
        for host in &site.hosts {
            if let Some(other) = seen.insert(host, &site.name) {
                mistakes.tell(format!("{}.hosts", site.place), format!("{host:?} belongs to site {other:?} already"));
            }
        }
    }
}

fn listeners(config: &Config, mistakes: &Mistakes) {
    let mut seen = HashSet::from([config.ops]);
    for site in &config.sites {
        if site.listen.port() != 0 && !seen.insert(site.listen) {
            mistakes.tell(
                format!("{}.listen", site.place),
                format!("{} is taken by another listener of this file", site.listen),
            );
        }
    }
    if !config.ops.ip().is_loopback() {
        mistakes.tell("ops.listen", "must be a loopback address: this listener asks nobody who they are");
    }
}

fn routes(config: &Config, mistakes: &Mistakes) {
    for site in &config.sites {
        let SiteKind::Service(service) = &site.kind else { continue };
        if let Err(wrong) = Routes::new(service.routes.clone()) {
            for mistake in wrong {
                mistakes.tell(format!("{}.{}", site.place, mistake.place()), mistake.to_string());
            }
        }
    }
}

/// Pages lead there, so there it must go on.
fn own_pages(config: &Config, mistakes: &Mistakes) {
    let guidance = &config.guidance;
    if let Some(path) = &guidance.renew_path {
        taken(config, mistakes, ("guidance.renew_path", path));
    }
    // The desk may have a name of its own.
    let elsewhere = |address: &&String| address.starts_with("https://") || address.starts_with("http://");
    if let Some(path) = guidance.office_url.as_ref().filter(|address| !elsewhere(address)) {
        taken(config, mistakes, ("guidance.office_url", path));
    }
}

/// A route of a service site takes it.
fn taken(config: &Config, mistakes: &Mistakes, (key, path): (&'static str, &str)) {
    let read: Option<PathAndQuery> = path.parse().ok().filter(|_| path.starts_with('/'));
    let clean = read.as_ref().and_then(|path| CleanPath::of(path).ok());
    let taken = clean.is_some_and(|path| {
        config.sites.iter().any(|site| match &site.kind {
            SiteKind::Service(service) => {
                Routes::new(service.routes.clone()).is_ok_and(|routes| routes.find(&Method::GET, &path).is_some())
            }
            SiteKind::Help(_) => false,
        })
    });
    if !taken {
        mistakes.tell(key, format!("{path:?} is no path that a route of a service site takes"));
    }
}
