//! A whole house in one process: a device CA, a registry, sessions, a stand-in backend and the gateway, all real.
//!
//! A test opens one with [`House::open`] or, with wishes of its own, [`Plan`]; registers people and devices
//! through `ca-tools`' writer; and talks to it over real TLS with [`Talk`].
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc, reason = "what tests stand on")]

mod backend;
mod ca;
mod client;
mod desk;
mod given_up;
mod help;
mod load;
mod people;
mod program;
mod readiness;
mod receiver;
mod site;
mod wire;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use ca_tools::acts::{By, Founding, ProofMethod, Writer};
use ca_tools::config::DatabaseUrl;
use ca_tools::config::JournalFiles;
use gateway::config::Config;
use gateway::run::Running;
use http::Method;
use http_body_util::Full;

pub use backend::{Backend, Ending, PIECE, Script};
pub use ca::{Ca, Credentials, Leaf, now, site_certificate};
pub use client::{Answer, Opening, SOON, Talk, empty, request};
pub use desk::Desk;
pub use given_up::Corridor;
pub use load::{Load, Seen};
pub use program::Program;
pub use readiness::{bounded, operations};
pub use receiver::{Manner, Receiver};
pub use servers::{Folder, Postgres, Redis, until, until_or};
pub use site::{Settled, hash};
pub use wire::{Message, Recorder};

/// Where sessions are kept in a test.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Store {
    /// A real Redis.
    Redis,
    /// The gateway's memory.
    Memory,
}

/// What a test wants of its house.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where sessions are kept.
    pub store: Store,
    /// PostgreSQL for the registry instead of SQLite.
    pub postgres: bool,
    /// TOML lines for the root of the configuration, before any table.
    pub extra: String,
    /// `[limits]`.
    pub limits: String,
    /// More keys of `[sessions]`.
    pub sessions: String,
    /// More keys of `[registry]`.
    pub registry: String,
    /// `[tls]`.
    pub tls: String,
    /// More keys of `[log]`; by default no test depends on how full the disk is.
    pub log: String,
    /// Routes of the service site; empty means rooms and everything else to the backend.
    pub routes: String,
    /// The backend's `url`; empty means the stand-in in this process.
    pub backend: String,
    /// More keys of the backend's `[[upstream]]`.
    pub upstream: String,
    /// More `[[upstream]]` and `[[site]]` tables; `{dir}` stands for the house's directory.
    pub more: String,
    /// More keys of the help site.
    pub help: String,
    /// Argon2id hashing cheaply: tests log in often.
    pub argon2: &'static str,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            store: Store::Memory,
            postgres: false,
            extra: String::new(),
            limits: String::new(),
            sessions: String::new(),
            registry: String::new(),
            tls: String::new(),
            log: "reserve_bytes = 0".into(),
            routes: String::new(),
            backend: String::new(),
            upstream: String::new(),
            more: String::new(),
            help: String::new(),
            argon2: "m=8,t=1",
        }
    }
}

/// The open house.
#[derive(Debug)]
pub struct House {
    /// The device CA.
    pub ca: Ca,
    /// The CA of the sites' certificates.
    pub web: Ca,
    /// The only writer of the registry.
    pub writer: Writer,
    /// The gateway.
    pub gateway: Running,
    /// The backend.
    pub backend: Arc<care_record::Service>,
    /// Redis, where sessions are kept there.
    pub redis: Option<Redis>,
    /// PostgreSQL, where the registry is there.
    pub postgres: Option<Postgres>,
    /// The configuration it was started by.
    pub configuration: String,
    registry_url: String,
    plan: Plan,
    /// Everything it writes lies here; it goes last.
    pub dir: Folder,
}

/// The password of every person a test registers.
pub const PASSWORD: &str = "Kawa-no-nagare-7";

/// The office number of [`Settled`] people.
pub const OFFICE: &str = "1272200001";
/// Another office.
pub const OTHER_OFFICE: &str = "1272200002";

impl House {
    /// With sessions in memory and the registry in SQLite.
    pub async fn open() -> Self {
        Self::planned(Plan::default()).await
    }

    /// With sessions in this store.
    pub async fn with(store: Store) -> Self {
        Self::planned(Plan { store, ..Plan::default() }).await
    }

    /// As planned.
    pub async fn planned(plan: Plan) -> Self {
        let dir = Folder::new("sekisho");
        let (ca, web) = (Ca::new("Device"), Ca::new("Web"));
        let redis = (plan.store == Store::Redis).then(Redis::start);
        let postgres = plan.postgres.then(Postgres::start);
        let registry_url = match &postgres {
            Some(postgres) => postgres.database(),
            None => format!("sqlite:{}", dir.join("registry.db").display()),
        };
        let place: DatabaseUrl = registry_url.parse().unwrap();
        let by = by();
        let founding = Founding { id: &registry_id(), authorities: &[], reader: None };
        let writer = Writer::init(&place, &JournalFiles::in_folder(&dir), (&by, &founding)).await.unwrap();
        let writer = writer.sealing(ca_tools::letters::Seal::in_directory(&dir));
        let listener = care_record::serve::Listener::bind(&"127.0.0.1:0".parse().unwrap()).await.unwrap();
        let care_record::Address::Tcp(backend_address) = listener.address().unwrap() else { unreachable!() };
        let backend_url = match plan.backend.as_str() {
            "" => format!("http://{backend_address}"),
            url => url.to_owned(),
        };
        let configuration = site::configuration(&dir, &plan, &ca, &web, (&registry_url, redis.as_ref(), &backend_url));
        let config = Config::parse(&configuration).unwrap_or_else(|wrong| panic!("{wrong:?}\n{configuration}"));
        let gateway = Running::with(config).await.unwrap_or_else(|error| panic!("{error}: {error:?}"));
        let ops = gateway.addresses().last().unwrap();
        let backend = care_record::Service::new(care_record::Settings {
            jwks_url: format!("http://{ops}/jwks.json"),
            issuer: site::ISSUER.to_owned(),
            audience: "care-record".to_owned(),
            rooms: Vec::new(),
        })
        .unwrap();
        tokio::spawn(care_record::serve::serve(listener, backend.router(), None, std::future::pending()));
        let house = Self { ca, web, writer, gateway, backend, redis, postgres, registry_url, configuration, plan, dir };
        house.applied().await;
        house
    }

    /// Another gateway of the same house, with files of its own; `edit` has the last word on its configuration.
    pub async fn another_gateway(&self, edit: impl FnOnce(String) -> String) -> Running {
        let mut configuration = self.configuration.clone();
        for file in ["gateway.state", "access.log", "checkpoints.log"] {
            configuration = configuration.replace(file, &format!("another-{file}"));
        }
        let config = Config::parse(&edit(configuration)).unwrap();
        let gateway = Running::with(config).await.unwrap();
        self.applied_at(&gateway).await;
        gateway
    }

    /// The service site's address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.gateway.addresses()[0]
    }

    /// The operations listener's address.
    #[must_use]
    pub fn ops_address(&self) -> SocketAddr {
        *self.gateway.addresses().last().unwrap()
    }

    /// `localhost:port` of the service site.
    #[must_use]
    pub fn host(&self) -> String {
        format!("localhost:{}", self.address().port())
    }

    /// The access log.
    #[must_use]
    pub fn access_log(&self) -> PathBuf {
        self.dir.join("access.log")
    }

    /// Waits until the house's gateway has applied everything that was written.
    pub async fn applied(&self) {
        self.applied_at(&self.gateway).await;
    }

    /// As [`Self::applied`], at this gateway: whatever a test changed before, every gateway it then asks must know. What was
    /// written is one version, so nobody waits for a part of it.
    pub async fn applied_at(&self, gateway: &Running) {
        let version = self.version().await;
        let feed = &gateway.state().feed;
        let newest = || feed.newest().map(|snapshot| snapshot.version());
        let mut changed = feed.changed();
        let deadline = Instant::now() + SOON;
        while newest().is_none_or(|newest| newest < version) {
            assert!(Instant::now() < deadline, "version {version} of the registry was not applied, but {:?}", newest());
            let _ = tokio::time::timeout(Duration::from_millis(50), changed.changed()).await;
        }
    }

    /// The registry's version.
    pub async fn version(&self) -> u64 {
        u64::try_from(self.writer.ledger().version().await.unwrap()).unwrap()
    }

    /// The registry's URL.
    #[must_use]
    pub fn registry_url(&self) -> String {
        self.registry_url.clone()
    }

    /// How to open a connection to the service site over HTTP/1.1 with this certificate.
    #[must_use]
    pub fn opening(&self, credentials: Option<&Credentials>) -> Opening {
        Opening {
            address: self.address(),
            sni: Some("localhost".into()),
            web_root_pem: self.web.root_pem.clone(),
            credentials: credentials.cloned(),
            alpn: vec![b"http/1.1".to_vec()],
            versions: Vec::new(),
        }
    }

    /// An HTTP/1.1 connection with this certificate.
    pub async fn talk(&self, credentials: &Credentials) -> Talk {
        Talk::open(&self.opening(Some(credentials))).await.unwrap()
    }

    /// An HTTP/2 connection with this certificate.
    pub async fn talk_h2(&self, credentials: &Credentials) -> Talk {
        let opening = Opening { alpn: vec![b"h2".to_vec()], ..self.opening(Some(credentials)) };
        Talk::open(&opening).await.unwrap()
    }

    /// A request to the service site.
    #[must_use]
    pub fn request(&self, method: Method, target: &str, cookie: Option<&str>) -> http::request::Builder {
        request(method, &self.host(), target, cookie)
    }

    /// GET, answered whole.
    pub async fn get(&self, talk: &mut Talk, target: &str, cookie: Option<&str>) -> Answer {
        talk.ask(self.request(Method::GET, target, cookie).body(empty()).unwrap()).await.unwrap()
    }

    /// Posts a form.
    pub async fn post_form(&self, talk: &mut Talk, target: &str, cookie: Option<&str>, form: &str) -> Answer {
        let request = self
            .request(Method::POST, target, cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "application/problem+json")
            .body(Full::new(Bytes::from(form.to_owned())))
            .unwrap();
        talk.ask(request).await.unwrap()
    }

    /// Tries to log in.
    pub async fn try_login(&self, talk: &mut Talk, login_id: &str, password: &str) -> Answer {
        let form = format!("login_id={login_id}&password={password}&return_to=%2F");
        self.post_form(talk, "/.gateway/login", None, &form).await
    }

    /// Logs in and returns the cookie.
    pub async fn login(&self, talk: &mut Talk, login_id: &str) -> String {
        let answer = self.try_login(talk, login_id, PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.cookie().expect("a session")
    }

    /// Who is asked for most often: see [`Settled`].
    pub async fn settle(&self) -> Settled {
        site::settle(self).await
    }

    /// The access log's lines so far that are on disk; the last may be half written.
    #[must_use]
    pub fn lines(&self) -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(self.access_log()).unwrap();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Waits for a line for which `wanted` holds.
    pub async fn line(&self, wanted: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
        let found = async || self.lines().into_iter().find(|line| wanted(line));
        until_or(found, || format!("no such line among {:#?}", self.lines())).await
    }

    /// Starts another gateway by the same plan, as after a restart; the old one must have been stopped.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

/// The operator under whose name tests change the registry.
#[must_use]
pub fn by() -> By {
    By {
        why: Some("a test".into()),
        application: Some("A-0001".into()),
        ..By::of("city.tester".parse().unwrap(), now(), ProofMethod::Console)
    }
}

fn registry_id() -> String {
    let mut octets = [0; 16];
    aws_lc_rs::rand::fill(&mut octets).unwrap();
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Writes `text` to `path`, readable by its owner.
pub fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}
