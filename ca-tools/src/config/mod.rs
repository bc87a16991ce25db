//! What `ca.toml` says, read once; all mistakes told at once.

mod database_url;
pub(crate) mod files;
mod journal_files;
mod keys;
mod mail;
mod professions;
mod proposals;
mod read;
mod reports;

use std::path::PathBuf;

use crate::application::Professions;
use crate::password::Profile;
use crate::proposal::Settings;

pub use database_url::{DatabaseUrl, DatabaseUrlRefusal};
pub use journal_files::JournalFiles;
pub use mail::{Mail, MailTls, MailWay, Smtp};
pub use read::{ConfigMistakes, read};
pub use reports::{Clones, KEPT_DAYS, Reports};

/// The settings of this house's CA.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the registry is.
    pub registry: DatabaseUrl,
    /// One line: the password of the registry's server, where its URL has none.
    pub registry_password_file: Option<PathBuf>,
    /// Where the CA's keys and certificates are.
    pub authority: AuthorityFiles,
    /// Where each change is written once more, and the key that signs it.
    pub journal: JournalFiles,
    /// Which passwords people may choose.
    pub passwords: Passwords,
    /// How the desk trusts the gateway; `None` where `serve` is not used.
    pub desk: Option<Desk>,
    /// Whom people may ask.
    pub contact: Contact,
    /// Where people go.
    pub links: Links,
    /// How letters leave.
    pub mail: Mail,
    /// What becomes of what gateways tell.
    pub reports: Reports,
    /// The 職種 of `[applications]`.
    pub professions: Professions,
    /// What needs two, and for how long it waits.
    pub proposals: Settings,
}

/// `[authority]`.
#[derive(Clone, Debug)]
pub struct AuthorityFiles {
    /// Holds `root.pem`, `issuing.pem`, `issuing.key`, `signing.pem` and `signing.key`; of later issuing
    /// CAs `issuing-NAME.pem` and so on.
    pub directory: PathBuf,
    /// One line that opens the keys; `None` asks on the terminal.
    pub passphrase_file: Option<PathBuf>,
    /// A file of profiles instead of the built-in ones.
    pub profiles: Option<PathBuf>,
    /// Where the revocation list is published; that of a later issuing CA beside it, `…-NAME.crl`.
    pub crl: PathBuf,
}

/// `[passwords]`.
#[derive(Clone, Debug)]
pub struct Passwords {
    /// Their rules.
    pub profile: Profile,
    /// An initial password that nobody has changed opens nothing after so many days.
    pub initial_days: i64,
    /// A file of refused words beside the built-in ones, one a line.
    pub blocklist: Option<PathBuf>,
}

/// `[desk]`.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Where the keys are by which assertions are verified.
    pub keys: KeySource,
    /// The gateway's `assertion.issuer`.
    pub issuer: String,
    /// The name by which the gateway's assertions call the desk.
    pub audience: String,
    /// Where it listens, where `serve` is not told otherwise.
    pub socket: Option<PathBuf>,
    /// Where it listens for whom nobody has verified: applications, pick-up, loss. `None`: it does not.
    pub public_socket: Option<PathBuf>,
}

/// Where the gateway's keys are read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum KeySource {
    /// A JWKS file.
    File(PathBuf),
    /// The gateway's operations listener, by plain HTTP on loopback.
    Url(String),
    /// Somebody who proves its name by TLS.
    Named {
        /// Where.
        url: String,
        /// PEM of the CA that its certificate must chain to; no other counts.
        ca: PathBuf,
    },
}

/// `[contact]`.
#[derive(Clone, Debug, Default)]
pub struct Contact {
    /// Who runs the CA.
    pub name: String,
    /// By telephone.
    pub telephone: String,
    /// When it is answered.
    pub hours: String,
    /// By mail.
    pub mail: String,
}

/// `[links]`. Empty where the city has not said.
#[derive(Clone, Debug, Default)]
pub struct Links {
    /// The help site, without a slash at the end.
    pub help: String,
    /// The service site, likewise.
    pub service: String,
}
