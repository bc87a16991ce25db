//! The configuration of a test's gateway, and the people most tests need.

use std::path::Path;

use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use certs::DeviceNo;
use rcgen::{KeyPair, SanType};

use crate::{Ca, Credentials, House, OFFICE, OTHER_OFFICE, Plan, Redis, site_certificate, write};

/// The assertion's `iss`.
pub(crate) const ISSUER: &str = "https://localhost";

/// A house that is lived in: two offices, a worker and a device each, a room each.
#[derive(Debug)]
pub struct Settled {
    /// The device of [`OFFICE`].
    pub device: DeviceNo,
    /// Its certificate.
    pub credentials: Credentials,
    /// The device of [`OTHER_OFFICE`].
    pub other_device: DeviceNo,
    /// Its certificate.
    pub other_credentials: Credentials,
}

impl Settled {
    /// The worker of [`OFFICE`].
    pub const WORKER: &'static str = "k.sato";
    /// The worker of [`OTHER_OFFICE`].
    pub const OTHER_WORKER: &'static str = "m.suzuki";
    /// The room to which the worker is invited.
    pub const ROOM: &'static str = "r-hanako";
    /// The room to which the other one is.
    pub const FOREIGN_ROOM: &'static str = "r-jiro";
}

pub(crate) async fn settle(house: &House) -> Settled {
    house.office(OFFICE).await;
    house.office(OTHER_OFFICE).await;
    house.person(Settled::WORKER, OFFICE, &[]).await;
    house.person(Settled::OTHER_WORKER, OTHER_OFFICE, &[]).await;
    house.room(Settled::ROOM, &[Settled::WORKER]).await;
    house.room(Settled::FOREIGN_ROOM, &[Settled::OTHER_WORKER]).await;
    let (device, credentials) = house.device(OFFICE).await;
    let (other_device, other_credentials) = house.device(OTHER_OFFICE).await;
    house.applied().await;
    Settled { device, credentials, other_device, other_credentials }
}

/// Argon2id with parameters that cost a test nothing.
#[must_use]
pub fn hash(password: &str) -> String {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8, 1, 1, None).unwrap());
    argon2.hash_password(password.as_bytes()).unwrap().to_string()
}

pub(crate) fn configuration(
    dir: &Path,
    plan: &Plan,
    ca: &Ca,
    web: &Ca,
    (registry_url, redis, backend_url): (&str, Option<&Redis>, &str),
) -> String {
    let file = |name: &str, text: &str| {
        let path = dir.join(name);
        write(&path, text);
        path.display().to_string()
    };
    let root = file("root.pem", &ca.root_pem);
    let issuing = file("issuing.pem", &ca.issuing_pem);
    let assertion = file("assertion.pem", &KeyPair::generate().unwrap().serialize_pem());
    let log_key = file("log.pem", &KeyPair::generate().unwrap().serialize_pem());
    let (chain, key) = site_certificate(web, vec![SanType::DnsName("localhost".try_into().unwrap())]);
    let (service_chain, service_key) = (file("service.pem", &chain), file("service.key", &key));
    let (chain, key) = site_certificate(web, vec![SanType::IpAddress([127, 0, 0, 1].into())]);
    let (help_chain, help_key) = (file("help.pem", &chain), file("help.key", &key));
    let sessions_url = redis.map_or("memory:".to_owned(), Redis::url);
    let dir = dir.display();
    let routes = if plan.routes.is_empty() {
        "[[site.route]]\npath = \"/rooms/{room_ref}/**\"\nupstream = \"care-record\"\n\
         [[site.route]]\npath = \"/**\"\nupstream = \"care-record\"\narea = \"record\"\n"
    } else {
        &plan.routes
    };
    let Plan { extra, limits, sessions, registry, tls, log, upstream, help, .. } = plan;
    let more = plan.more.replace("{dir}", &dir.to_string());
    format!(
        r#"name = "gw-test"
{extra}
[ops]
listen = "127.0.0.1:0"
[registry]
url = "{registry_url}"
state = "{dir}/gateway.state"
{registry}
[sessions]
url = "{sessions_url}"
{sessions}
[devices]
roots = ["{root}"]
issuing = ["{issuing}"]
[tls]
{tls}
[assertion]
issuer = "{ISSUER}"
key = "{assertion}"
[log]
file = "{dir}/access.log"
checkpoints = "{dir}/checkpoints.log"
key = "{log_key}"
{log}
[limits]
{limits}
[[upstream]]
name = "care-record"
url = "{backend_url}"
{upstream}
[[upstream]]
name = "desk"
url = "unix:{dir}/desk.sock"
{more}
[[site]]
name = "service"
kind = "service"
listen = "127.0.0.1:0"
hosts = ["localhost"]
certificate = "{service_chain}"
key = "{service_key}"
hsts = false
desk = "desk"
{routes}
[[site]]
name = "help"
kind = "help"
listen = "127.0.0.1:0"
hosts = ["127.0.0.1"]
certificate = "{help_chain}"
key = "{help_key}"
hsts = false
{help}
"#
    )
}
