//! What every page and answer of the desk rests on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::apply::{ApplyKey, Limits};
use super::guesses::Guesses;
use super::once::Once;
use super::pickup::TicketLocks;
use super::pool::{Door, Pool, PoolFull};
use super::signing::Signing;
use super::source::Source;
use super::words::CityWords;
use crate::acts::Writer;
use crate::application::Professions;
use crate::assertion::Keys;
use crate::config::{AuthorityFiles, Clones, KEPT_DAYS, NIGHT, Reports, Retention};
use crate::password::Profile;
use crate::search::Search;
use crate::today::{OwnEnd, own_ends};

/// What the desk's answers rest on.
#[derive(Clone, Debug)]
pub struct Desk {
    pub(super) writer: Writer,
    pub(super) keys: Arc<Keys>,
    pub(super) issuer: String,
    pub(super) audience: String,
    pub(super) profile: Profile,
    pub(super) blocklist: Vec<String>,
    pub(super) pool: Pool,
    pub(super) words: Arc<CityWords>,
    pub(super) signing: Option<Signing>,
    pub(super) clones: Clones,
    /// How long copies of access lines are kept, and when a login is out of hours.
    reports: Reports,
    /// How long everything else is.
    kept: Retention,
    lockout: Option<Arc<Path>>,
    pub(super) guesses: Guesses,
    /// Signs the links of applications.
    pub(super) apply_key: Option<ApplyKey>,
    pub(super) limits: Limits,
    /// The CA's own, of which the metrics tell the end.
    pub(super) files: Option<AuthorityFiles>,
    /// The 職種 that people choose from.
    pub(super) professions: Professions,
    /// Held while a ticket's code is judged.
    pub(super) presenting: TicketLocks,
    /// Held while something is made on a ticket, so that a second press waits for what the first one gets.
    pub(super) making: TicketLocks,
    /// Answers that must not be made twice.
    once: Once,
    /// Finds whatever operators look for.
    pub(super) search: Search,
}

impl Desk {
    /// A desk that believes these assertions and asks this of passwords.
    #[must_use]
    pub fn new(writer: Writer, settings: crate::config::Desk, (profile, blocklist): (Profile, Vec<String>)) -> Self {
        Self {
            search: Search::of(writer.ledger()),
            writer,
            keys: Arc::new(Keys::at(settings.keys)),
            issuer: settings.issuer,
            audience: settings.audience,
            profile,
            blocklist,
            pool: Pool::new(),
            words: Arc::default(),
            signing: None,
            clones: Clones::default(),
            reports: Reports { keep_days: KEPT_DAYS, night: NIGHT, clones: Clones::default() },
            kept: Retention::default(),
            lockout: None,
            guesses: Guesses::default(),
            apply_key: None,
            limits: Limits::default(),
            files: None,
            professions: Professions::default(),
            presenting: TicketLocks::default(),
            making: TicketLocks::default(),
            once: Once::default(),
        }
    }

    /// What writes the registry, and reads it.
    pub(crate) fn writer(&self) -> &Writer {
        &self.writer
    }

    /// The CA's own files.
    pub(crate) fn files(&self) -> Option<&AuthorityFiles> {
        self.files.as_ref()
    }

    /// What finds things in it.
    pub(crate) fn search(&self) -> &Search {
        &self.search
    }

    /// What of the house's own ends, and when.
    pub(crate) fn own_ends(&self) -> Vec<OwnEnd> {
        self.files.as_ref().map(own_ends).unwrap_or_default()
    }

    /// Whom people may ask, and where they go.
    pub(crate) fn words(&self) -> &CityWords {
        &self.words
    }

    /// By what reports go.
    pub(crate) fn reports(&self) -> Reports {
        self.reports
    }

    /// How long what is kept of people is.
    pub(crate) fn kept(&self) -> &Retention {
        &self.kept
    }

    /// Where the gateway's word stands on whom a new configuration would lock out.
    pub(crate) fn lockout(&self) -> Option<&Path> {
        self.lockout.as_deref()
    }

    /// The 職種 there are.
    pub(crate) fn professions(&self) -> &Professions {
        &self.professions
    }

    /// Answers that must not be made twice.
    pub(crate) fn once(&self) -> &Once {
        &self.once
    }

    /// Hashes on the private door's threads, in turn.
    pub(crate) async fn hashing<T: Send + 'static>(
        &self,
        source: &Source,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PoolFull> {
        self.pool.run((Door::Private, source), work).await
    }

    /// The same, whose pages tell people this.
    #[must_use]
    pub fn saying(mut self, words: CityWords) -> Self {
        self.words = Arc::new(words);
        self
    }

    /// The same, which does this when a certificate seems to be on two devices.
    #[must_use]
    pub fn on_clones(mut self, policy: Clones) -> Self {
        self.clones = policy;
        self
    }

    /// The same, whose reports go by this.
    #[must_use]
    pub fn reporting(mut self, reports: Reports) -> Self {
        self.reports = reports;
        self
    }

    /// The same, which keeps what it knows of people so long.
    #[must_use]
    pub fn keeping(mut self, kept: Retention) -> Self {
        self.kept = kept;
        self
    }

    /// The same, which shows what lies there of whom a new configuration would lock out.
    #[must_use]
    pub fn showing_lockout(mut self, file: Option<PathBuf>) -> Self {
        self.lockout = file.map(Into::into);
        self
    }

    /// The same, whose people have one of these 職種.
    #[must_use]
    pub fn knowing(mut self, professions: Professions) -> Self {
        self.professions = professions;
        self
    }

    /// The same, which hands out certificates.
    #[must_use]
    pub fn signing(mut self, signing: Signing) -> Self {
        self.signing = Some(signing);
        self
    }

    /// The same, which takes applications from strangers.
    #[must_use]
    pub fn applying(mut self, key: ApplyKey) -> Self {
        self.apply_key = Some(key);
        self
    }

    /// The same, whose metrics tell when these end.
    #[must_use]
    pub fn watching(mut self, files: AuthorityFiles) -> Self {
        self.files = Some(files);
        self
    }
}
