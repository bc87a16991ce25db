//! One site's certificate, TLS configuration and routes.

use std::collections::HashMap;
use std::sync::Arc;

use certs::{Timestamp, last_second};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, ServerName};
use webpki::{EndEntityCert, KeyUsage};

use super::files::{certificates, private_key, tell};
use super::trust::DeviceCa;
use crate::config::{Config, Mistake, SiteKind, SiteSettings};
use crate::guidance::StrictTransport;
use crate::policy::route::Routes;
use crate::proxy::{PublicDesk, Upstream};
use crate::tls::{ClientAuth, server_config};

/// A site that is ready to be served.
#[derive(Debug)]
#[allow(missing_docs, reason = "as in the configuration")]
pub struct SiteRules {
    pub name: Arc<str>,
    pub hosts: Vec<String>,
    pub tls: Arc<ServerConfig>,
    /// The last second of the certificate that browsers are shown.
    pub not_after: Option<Timestamp>,
    pub transport: StrictTransport,
    pub service: Option<Service>,
    /// The desk's public door, which only a help site has.
    pub desk: Option<PublicDesk>,
}

/// What only a service site has.
#[derive(Debug)]
#[allow(missing_docs, reason = "as in the configuration")]
pub struct Service {
    pub desk: Option<String>,
    pub console: bool,
    pub routes: Routes,
}

/// Without a device CA, whose own mistake is told elsewhere, the sites' mistakes are told all the same.
pub(super) fn load(
    config: &Config,
    ca: Option<&DeviceCa>,
    upstreams: &HashMap<String, Arc<Upstream>>,
    mistakes: &mut Vec<Mistake>,
) -> Vec<SiteRules> {
    let mut sites = Vec::new();
    for settings in &config.sites {
        let place = |key: &str| format!("{}.{key}", settings.place);
        let chain = certificates(&settings.certificate, &place("certificate"), mistakes);
        let key = private_key(&settings.key, &place("key"), mistakes);
        let Some(key) = key else { continue };
        let Some(leaf) = chain.first() else { continue };
        for words in wrong_with(leaf, &chain, settings, config, ca) {
            tell(mistakes, place("certificate"), words);
        }
        let not_after = last_second(leaf);
        let client_auth = match settings.kind {
            SiteKind::Service(_) => ClientAuth::Requested(ca.map(|ca| ca.hints.clone()).unwrap_or_default()),
            SiteKind::Help(_) => ClientAuth::Off,
        };
        let tls = match server_config(chain, key, client_auth, &config.tls) {
            Ok(tls) => Arc::new(tls),
            Err(error) => {
                tell(mistakes, place("key"), format!("does not fit the certificate: {error}"));
                continue;
            }
        };
        let service = match &settings.kind {
            SiteKind::Service(service) => match Routes::new(service.routes.clone()) {
                Ok(routes) => Some(Service { desk: service.desk.clone(), console: service.console.is_on(), routes }),
                Err(_) => continue,
            },
            SiteKind::Help(_) => None,
        };
        let desk = match &settings.kind {
            SiteKind::Service(_) => None,
            SiteKind::Help(help) => help.desk.as_ref().and_then(|desk| upstreams.get(desk)),
        };
        let transport = if settings.hsts.is_on() { StrictTransport::On } else { StrictTransport::Off };
        let (name, hosts) = (settings.name.as_str().into(), settings.hosts.clone());
        sites.push(SiteRules {
            name,
            hosts,
            tls,
            not_after,
            transport,
            service,
            desk: desk.cloned().map(PublicDesk::at),
        });
    }
    sites
}

/// A certificate must name its site, no other site, and have nothing to do with the device CA.
fn wrong_with(
    leaf: &CertificateDer<'_>,
    chain: &[CertificateDer<'_>],
    settings: &SiteSettings,
    config: &Config,
    ca: Option<&DeviceCa>,
) -> Vec<String> {
    let certificate = match EndEntityCert::try_from(leaf) {
        Ok(certificate) => certificate,
        Err(error) => return vec![format!("cannot be read: {error}")],
    };
    let names = |host: &String| {
        ServerName::try_from(host.as_str())
            .is_ok_and(|name| certificate.verify_is_valid_for_subject_name(&name).is_ok())
    };
    let mut wrong = Vec::new();
    for host in settings.hosts.iter().filter(|host| !names(host)) {
        wrong.push(format!("does not name the site's host {host:?}"));
    }
    for other in config.sites.iter().filter(|other| other.name != settings.name) {
        for host in other.hosts.iter().filter(|host| names(host)) {
            wrong.push(format!("also names {host:?} of site {:?}; browsers would mix the two", other.name));
        }
    }
    if ca.is_some_and(|ca| ca.signed(&certificate, chain, KeyUsage::server_auth())) {
        wrong.push("chains to the device CA; a site needs a certificate of another one".into());
    }
    wrong
}
