//! The sites a gateway serves: their names, their address, what they lead to.

use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;

use super::section::{Section, Switch};
use crate::policy::route::RouteSettings;

/// One site.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "explained in deploy/gateway.toml")]
pub struct SiteSettings {
    /// Where it stands in the file: `site[1]`.
    pub place: String,
    pub name: String,
    pub listen: SocketAddr,
    pub hosts: Vec<String>,
    pub certificate: PathBuf,
    pub key: PathBuf,
    pub hsts: Switch,
    pub proxy_protocol_from: Vec<IpNet>,
    pub kind: SiteKind,
}

/// What a site is for.
#[derive(Clone, Debug)]
pub enum SiteKind {
    /// Asks for a client certificate; everything behind it needs both factors.
    Service(ServiceSettings),
    /// Never asks for a certificate: guidance, and the desk's public door.
    Help(HelpSettings),
}

/// What only a help site has.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "explained in deploy/gateway.toml")]
pub struct HelpSettings {
    pub desk: Option<String>,
}

/// What only a service site has.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "explained in deploy/gateway.toml")]
pub struct ServiceSettings {
    pub desk: Option<String>,
    pub console: Switch,
    pub routes: Vec<RouteSettings>,
}

impl SiteSettings {
    pub(super) fn from_section(mut section: Section) -> Option<Self> {
        let kind = match section.text("kind").as_str() {
            "service" => SiteKind::Service(ServiceSettings {
                desk: section.optional_text("desk"),
                console: section.switch("console", Switch::Off),
                routes: section.sections("route").into_iter().map(route).collect(),
            }),
            "help" => SiteKind::Help(HelpSettings { desk: section.optional_text("desk") }),
            _ => {
                section.wrong("kind", "must be \"service\" (asks for a certificate) or \"help\" (never asks)");
                return None;
            }
        };
        let there = section.has("listen");
        let listen = section.parsed("listen", "an address and a port, like \"0.0.0.0:443\"");
        if !there {
            section.wrong("listen", "is missing and required: an address and a port, like \"0.0.0.0:443\"");
        }
        let hosts = hosts(&mut section);
        let site = Self {
            place: section.own_place().to_owned(),
            name: section.text("name"),
            listen: listen.unwrap_or(([127, 0, 0, 1], 0).into()),
            hosts,
            certificate: section.path("certificate"),
            key: section.path("key"),
            hsts: section.switch("hsts", Switch::On),
            proxy_protocol_from: networks(&mut section),
            kind,
        };
        section.close();
        Some(site)
    }
}

fn hosts(section: &mut Section) -> Vec<String> {
    let hosts = section.required_texts("hosts");
    for host in &hosts {
        let plain = host.parse::<std::net::IpAddr>().is_ok()
            || (!host.is_empty()
                && !host.starts_with(['.', '-'])
                && !host.ends_with('.')
                && host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-".contains(&b)));
        if !plain {
            section.wrong(
                "hosts",
                format!("{host:?} must be a name in small letters or an address, without port or wildcard"),
            );
        }
    }
    hosts
}

fn networks(section: &mut Section) -> Vec<IpNet> {
    let texts = section.texts("proxy_protocol_from");
    let mut networks = Vec::new();
    for text in texts {
        match text.parse::<IpNet>().or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from)) {
            Ok(network) => networks.push(network),
            Err(_) => section
                .wrong("proxy_protocol_from", format!("{text:?} is not an address or a network like \"10.0.0.0/8\"")),
        }
    }
    networks
}

fn route(mut section: Section) -> RouteSettings {
    let settings = RouteSettings {
        path: section.text("path"),
        methods: section.texts("methods"),
        upstream: section.text("upstream"),
        area: section.optional_text("area"),
        request_binding: section.switch("request_binding", Switch::Off).is_on(),
        client_cert: section.switch("client_cert", Switch::Off).is_on(),
        forwarded: section.switch("forwarded", Switch::Off).is_on(),
    };
    section.close();
    settings
}
