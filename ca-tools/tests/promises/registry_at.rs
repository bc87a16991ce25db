//! A registry on either database, with an office, people and a device in it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use ca_tools::acts::{By, DeviceForm, Founding, NewPassword, OfficeForm, Person, Writer};
use ca_tools::database::Place;
use ca_tools::journal::Files;
use ca_tools::mail::Seal;
use certs::{DeviceNo, Fingerprint, KeyPrint, Serial, Timestamp, Validity};
use registry::change::Inspection;
use registry::{Assurance, LoginId, OfficeNo, Os, Ownership, Role};

use super::postgres;

pub(crate) const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
pub(crate) const OFFICE: &str = "1272200001";

const FOUNDING: Founding<'_> = Founding { id: "00112233445566778899aabbccddeeff", authorities: &[], reader: None };

/// A registry, and the folder it is in.
pub(crate) struct RegistryAt {
    pub(crate) writer: Writer,
    pub(crate) place: Place,
    folder: PathBuf,
}

/// One on SQLite, one on PostgreSQL, both with one office.
pub(crate) async fn both() -> [RegistryAt; 2] {
    [sqlite().await, on_postgres().await]
}

pub(crate) async fn sqlite() -> RegistryAt {
    let folder = folder();
    let place = Place::File(folder.join("registry.db"));
    made(place, folder).await
}

async fn on_postgres() -> RegistryAt {
    made(Place::Server(postgres::database()), folder()).await
}

fn folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("ca-tools-registry-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

async fn made(place: Place, folder: PathBuf) -> RegistryAt {
    let writer = Writer::init(&place, &Files::in_folder(&folder), (&by(), &FOUNDING)).await.unwrap();
    let writer = writer.sealing(Seal::in_directory(&folder));
    let form = OfficeForm { name: Some("ひだまり訪問看護".into()), ..OfficeForm::default() };
    writer.register_office(&by(), &office(), form).await.unwrap();
    RegistryAt { writer, place, folder }
}

impl Drop for RegistryAt {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub(crate) fn by() -> By {
    operator("operator")
}

pub(crate) fn operator(id: &str) -> By {
    By { operator: id.parse().unwrap(), at: NOW, why: Some("試験".into()), application: Some("A-1".into()) }
}

pub(crate) fn office() -> OfficeNo {
    OFFICE.parse().unwrap()
}

pub(crate) fn person(id: &str) -> Person {
    Person {
        office: office(),
        name: "佐藤 花子".into(),
        profession: "看護師".into(),
        roles: Vec::new(),
        login_id: Some(id.parse().unwrap()),
    }
}

/// A person with these roles.
pub(crate) fn with(id: &str, roles: &[Role]) -> Person {
    Person { roles: roles.to_vec(), ..person(id) }
}

/// Not a hash of anything: nobody logs in here.
pub(crate) fn password() -> NewPassword {
    NewPassword { hash: "$argon2id$".into() }
}

pub(crate) fn form(ownership: Ownership, users: &[&LoginId]) -> DeviceForm {
    let users = users.iter().map(|id| (*id).clone()).collect();
    DeviceForm { office: office(), label: "訪問用タブレット".into(), os: Os::Windows, ownership, users }
}

impl RegistryAt {
    /// The writer is dropped, and another registry's stands in its place.
    pub(crate) async fn let_go(&mut self) {
        let apart = self.folder.join("other");
        std::fs::create_dir(&apart).unwrap();
        let (other, journal) = (Place::File(apart.join("registry.db")), Files::in_folder(&apart));
        self.writer = Writer::init(&other, &journal, (&by(), &FOUNDING)).await.unwrap();
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) async fn add(&self, id: &str) -> LoginId {
        self.writer.add_user(&by(), person(id), password()).await.unwrap()
    }

    /// A device that is approved, for these people.
    pub(crate) async fn approved(&self, ownership: Ownership, users: &[&LoginId]) -> DeviceNo {
        let no = self.writer.apply_device(&by(), form(ownership, users)).await.unwrap();
        self.writer.inspect_device(&by(), no, Inspection::Passed, &[]).await.unwrap();
        self.writer.approve_device(&by(), no, None).await.unwrap();
        no
    }

    /// Two approved devices, the first with a certificate of this seed; its serial.
    pub(crate) async fn pair(&self, seed: u8) -> (DeviceNo, DeviceNo, Serial) {
        let old = self.approved(Ownership::Office, &[]).await;
        let new = self.approved(Ownership::Office, &[]).await;
        (old, new, self.certified(old, seed).await)
    }

    /// A certificate of the device, recorded as if it had been signed.
    pub(crate) async fn certified(&self, device: DeviceNo, seed: u8) -> Serial {
        let intent = intent(device, seed);
        let purpose = ca_tools::rows::Purpose::First;
        let _ = self.writer.intend(&by(), &intent, purpose).await.unwrap();
        self.writer.record(&by(), device, &signed(&intent), purpose).await.unwrap();
        intent.serial
    }

    /// Holds the registry as another program would that is in the middle of a change.
    pub(crate) async fn hold(&self) -> Held {
        Held::hold(&self.place).await
    }

    /// One text that the registry holds.
    pub(crate) async fn asked(&self, question: &'static str) -> String {
        match &self.place {
            Place::File(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
                sqlx::query_scalar(question).fetch_one(&mut connection).await.unwrap()
            }
            Place::Server(url) => postgres::statement(url, question),
        }
    }

    /// Runs SQL behind the writer's back.
    pub(crate) async fn meddle(&self, sql: &'static str) {
        match &self.place {
            Place::File(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
                sqlx::query(sql).execute(&mut connection).await.unwrap();
            }
            Place::Server(url) => drop(postgres::statement(url, sql)),
        }
    }
}

pub(crate) fn intent(device: DeviceNo, seed: u8) -> ca_tools::rows::Intent {
    ca_tools::rows::Intent {
        serial: Serial::from_random([seed; 16]),
        device,
        validity: Validity { not_before: NOW, not_after: NOW.plus(760 * 86_400) },
        term: ca_tools::rows::Term::Full,
        key: key(seed),
        assurance: Assurance::Swk,
        key_origin: ca_tools::rows::KeyOrigin::Server,
        issuer: Fingerprint::of(b"issuer"),
        to_be_signed: "00".repeat(32),
    }
}

/// A key of P-256 for each seed.
pub(crate) fn key(seed: u8) -> KeyPrint {
    let algorithm =
        [0x30, 0x39, 0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    let point = [&[3, 34, 0, 2], [seed; 32].as_slice()].concat();
    KeyPrint::of_key(&[algorithm.as_slice(), &point].concat()).unwrap()
}

pub(crate) fn signed(intent: &ca_tools::rows::Intent) -> ca_tools::rows::Signed {
    ca_tools::rows::Signed {
        serial: intent.serial,
        fingerprint: Fingerprint::of(intent.serial.as_bytes()),
        key: intent.key,
        pem: "-----BEGIN CERTIFICATE-----".into(),
    }
}

/// Another program in the middle of a change.
pub(crate) enum Held {
    Sqlite(sqlx::SqliteConnection),
    Postgres(sqlx::PgConnection),
}

impl Held {
    /// Waits until nobody else changes the registry, and holds it.
    pub(crate) async fn hold(place: &Place) -> Self {
        use sqlx::{ConnectOptions, Connection};
        let mut held = match place {
            Place::File(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                Self::Sqlite(options.busy_timeout(std::time::Duration::from_secs(30)).connect().await.unwrap())
            }
            Place::Server(url) => Self::Postgres(sqlx::PgConnection::connect(url).await.unwrap()),
        };
        held.begin().await;
        held
    }

    async fn begin(&mut self) {
        match self {
            Self::Sqlite(connection) => drop(sqlx::query("BEGIN IMMEDIATE").execute(connection).await.unwrap()),
            Self::Postgres(connection) => {
                sqlx::query("BEGIN").execute(&mut *connection).await.unwrap();
                sqlx::query("UPDATE registry SET version = version").execute(connection).await.unwrap();
            }
        }
    }

    /// Lets others in for as short as can be.
    pub(crate) async fn blink(&mut self) {
        self.end().await;
        self.begin().await;
    }

    async fn end(&mut self) {
        match self {
            Self::Sqlite(connection) => drop(sqlx::query("ROLLBACK").execute(connection).await.unwrap()),
            Self::Postgres(connection) => drop(sqlx::query("ROLLBACK").execute(connection).await.unwrap()),
        }
    }

    /// The state of the device's newest certificate, while nobody can change it.
    pub(crate) async fn certificate_state(&mut self, device: i64) -> Option<String> {
        let question = "SELECT state FROM certificates WHERE device = $1 ORDER BY version DESC LIMIT 1";
        match self {
            Self::Sqlite(held) => sqlx::query_scalar(question).bind(device).fetch_optional(held).await.unwrap(),
            Self::Postgres(held) => sqlx::query_scalar(question).bind(device).fetch_optional(held).await.unwrap(),
        }
    }

    pub(crate) async fn release(mut self) {
        self.end().await;
    }
}
