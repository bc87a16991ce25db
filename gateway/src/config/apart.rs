//! Does anything behind the service's two factors also stand behind the help site, which asks for none?
//!
//! A help site leads to its desk's public door. Were that the same program end as a service site's, everybody could ask
//! there what only people with both factors may: so the two must differ, by name and by address.

use std::net::IpAddr;
use std::path::{Component, Path, PathBuf};

use super::section::{Mistake, Mistakes};
use super::{Config, SiteKind, UpstreamAddress, UpstreamSettings};

/// A key of the configuration that leads to an upstream.
struct ListenPoint<'a> {
    /// Where it stands, such as `site[0].route[1].upstream`.
    place: String,
    /// The upstream's name.
    upstream: &'a str,
    /// Whether it is a help site's.
    public: bool,
}

fn entrances(config: &Config) -> Vec<ListenPoint<'_>> {
    let mut all = Vec::new();
    for site in &config.sites {
        match &site.kind {
            SiteKind::Help(help) => all.extend(help.desk.as_deref().map(|upstream| ListenPoint {
                place: format!("{}.desk", site.place),
                upstream,
                public: true,
            })),
            SiteKind::Service(service) => {
                let desk = service.desk.as_deref().map(|desk| (format!("{}.desk", site.place), desk));
                let routes = service.routes.iter().enumerate();
                let routes = routes
                    .map(|(number, route)| (format!("{}.route[{number}].upstream", site.place), &*route.upstream));
                let private = |(place, upstream)| ListenPoint { place, upstream, public: false };
                all.extend(desk.into_iter().chain(routes).map(private));
            }
        }
    }
    if let Some(reports) = &config.reports {
        all.push(ListenPoint { place: "reports.desk".into(), upstream: &reports.desk, public: false });
    }
    all
}

pub(super) fn check(config: &Config, mistakes: &Mistakes) {
    for entrance in entrances(config).iter().filter(|entrance| !entrance.upstream.is_empty()) {
        if known(config, entrance.upstream).is_none() {
            mistakes.tell(&*entrance.place, format!("{:?} is no [[upstream]] of this file", entrance.upstream));
        }
    }
    for mistake in shared(config, plain) {
        mistakes.tell(mistake.place, mistake.words);
    }
}

/// A mistake for each help site whose upstream is a service site's too; `real` finds out where a socket's path leads.
pub fn shared(config: &Config, real: impl Fn(&Path) -> PathBuf) -> Vec<Mistake> {
    let all = entrances(config);
    let leads =
        |entrance: &ListenPoint<'_>| known(config, entrance.upstream).map(|upstream| end(&upstream.address, &real));
    let mut mistakes = Vec::new();
    for public in all.iter().filter(|entrance| entrance.public) {
        let Some(door) = leads(public) else { continue };
        let mut private = all.iter().filter(|entrance| !entrance.public);
        if let Some(private) = private.find(|private| leads(private).as_ref() == Some(&door)) {
            let words = format!(
                "{:?} leads where {} leads too, behind both factors; give the desk's public door a socket of its own \
                 ([desk] public_socket in ca.toml)",
                public.upstream, private.place
            );
            mistakes.push(Mistake { place: public.place.clone(), words });
        }
    }
    mistakes
}

fn known<'a>(config: &'a Config, name: &str) -> Option<&'a UpstreamSettings> {
    config.upstreams.iter().find(|upstream| upstream.name == name)
}

/// Where a connection ends, however it is written.
#[derive(Debug, Eq, PartialEq)]
enum End {
    Socket(PathBuf),
    Host(String, Option<u16>),
}

/// Every loopback address is this machine: a program that listens on one of them mostly listens on all.
const LOOPBACK: &str = "loopback";

fn end(address: &UpstreamAddress, real: impl Fn(&Path) -> PathBuf) -> End {
    match address {
        UpstreamAddress::Unix(path) => End::Socket(real(path)),
        UpstreamAddress::Http(authority) | UpstreamAddress::H2c(authority) | UpstreamAddress::Https(authority) => {
            let parsed: Option<http::uri::Authority> = authority.parse().ok();
            let port = parsed.as_ref().and_then(http::uri::Authority::port_u16);
            let host = parsed.as_ref().map_or(authority.as_str(), http::uri::Authority::host).to_ascii_lowercase();
            let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_owned();
            let loopback = host == "localhost"
                || host.parse::<IpAddr>().is_ok_and(|ip| {
                    let ip = ip.to_canonical();
                    ip.is_loopback() || ip.is_unspecified()
                });
            End::Host(if loopback { LOOPBACK.to_owned() } else { host }, port)
        }
    }
}

/// The path without `.`, `..` and doubled slashes.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = include_str!("../../../deploy/gateway.toml");
    const DOOR: &str = "url = \"unix:/run/sekisho/desk-public.sock\"";

    fn told(text: &str) -> Vec<String> {
        let mistakes = Config::parse(text).err().unwrap_or_default();
        mistakes.iter().map(ToString::to_string).filter(|told| told.contains("desk")).collect()
    }

    #[test]
    fn a_help_site_s_desk_is_an_upstream_of_the_file() {
        let wrong = SOUND.replace("desk = \"desk-public\"", "desk = \"deks\"");
        assert_eq!(told(&wrong), ["site[1].desk: \"deks\" is no [[upstream]] of this file"]);
    }

    #[test]
    fn a_help_site_s_upstream_is_no_service_site_s_by_name() {
        for name in ["desk", "care-record"] {
            let told = told(&SOUND.replace("desk = \"desk-public\"", &format!("desk = \"{name}\"")));
            assert!(
                told.len() == 1 && told[0].starts_with(&format!("site[1].desk: \"{name}\" leads where")),
                "{told:?}"
            );
        }
    }

    #[test]
    fn a_help_site_s_upstream_is_no_service_site_s_by_address_however_it_is_written() {
        assert!(SOUND.contains(DOOR));
        for (private, public) in [
            ("unix:/run/sekisho/desk.sock", "unix:/run/sekisho/desk.sock"),
            ("unix:/run/sekisho/desk.sock", "unix:/run//sekisho/./x/../desk.sock"),
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
            ("http://127.0.0.1:9000", "h2c://localhost:9000"),
            ("http://127.0.0.1:9000", "http://[::1]:9000"),
            ("http://127.0.0.1:9000", "http://[::ffff:127.0.0.1]:9000"),
            ("http://127.0.0.1:9000", "http://127.9.9.9:9000/"),
            ("http://localhost:80", "http://LOCALHOST."),
            ("http://Desk.example.jp:8080", "h2c://desk.example.jp.:8080"),
        ] {
            let wrong = SOUND
                .replace("url = \"unix:/run/sekisho/desk.sock\"", &format!("url = \"{private}\""))
                .replace(DOOR, &format!("url = \"{public}\""));
            let told = told(&wrong);
            assert!(
                told.len() == 1 && told[0].starts_with("site[1].desk: \"desk-public\" leads where site[0].desk leads"),
                "{private} {public}: {told:?}"
            );
        }
    }

    #[test]
    fn where_reports_go_is_no_public_door_either() {
        let bare = SOUND
            .replace("desk = \"desk\"                             # which", "# which")
            .replace("upstream = \"desk\"", "upstream = \"care-record\"");
        let wrong = bare.replace("desk = \"desk\"  ", "desk = \"desk-public\"  ");
        assert_eq!(told(&bare), [""; 0]);
        assert!(
            matches!(&told(&wrong)[..], [told] if told.contains("leads where reports.desk leads too")),
            "{:?}",
            told(&wrong)
        );
    }

    #[test]
    fn another_socket_or_port_is_another_door() {
        assert_eq!(told(SOUND), [""; 0]);
        let other = SOUND
            .replace("url = \"unix:/run/sekisho/desk.sock\"", "url = \"http://127.0.0.1:9000\"")
            .replace(DOOR, "url = \"http://127.0.0.1:9001\"");
        assert_eq!(told(&other), [""; 0]);
    }
}
