//! What was found, the best first, a page at a time; and whether there is one page to which it leads at once.

use super::packed::Rank;
use crate::language::Language;
use crate::ledger::Noun;
use crate::proposal;
use crate::words::said;

/// So many stand on a page.
pub(crate) const PAGE: usize = 50;

/// What was found.
#[derive(Clone, Debug, Default)]
pub(crate) struct SearchResult {
    /// The best of them, in order.
    pub(super) hits: Vec<Hit>,
    /// How many there are.
    pub(super) total: usize,
    /// There are more, and nobody counted them.
    pub(super) cut: bool,
}

/// Of which kind a hit is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum What {
    /// Something the registry holds.
    Thing(Noun),
    /// A change.
    Event,
    /// What a caller reads out.
    Code,
}

impl What {
    fn word(self) -> &'static str {
        match self {
            Self::Thing(Noun::Office) => "office",
            Self::Thing(Noun::Person) => "person",
            Self::Thing(Noun::Device) => "device",
            Self::Thing(Noun::Certificate) => "certificate",
            Self::Thing(Noun::Room) => "room",
            Self::Thing(Noun::Application) => "application",
            Self::Thing(Noun::Ticket) => "ticket",
            Self::Thing(Noun::Letter) => "letter",
            Self::Thing(Noun::Proposal) => "proposal",
            Self::Thing(Noun::Training) => "training",
            Self::Thing(Noun::Campaign) => "campaign",
            Self::Thing(Noun::Incident) => "incident",
            Self::Event => "event",
            Self::Code => "code",
        }
    }
}

/// A thing that was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Hit {
    pub(super) what: What,
    pub(super) key: String,
    pub(super) title: String,
    pub(super) home: String,
    pub(super) home_called: String,
    pub(super) state: String,
    pub(super) rank: Rank,
}

impl Hit {
    pub(super) fn event(version: i64, rank: Rank) -> Self {
        Self::bare(What::Event, version.to_string(), rank)
    }

    pub(super) fn code(code: String) -> Self {
        Self::bare(What::Code, code, Rank::Within)
    }

    fn bare(what: What, key: String, rank: Rank) -> Self {
        let empty = String::new;
        Self { what, key, title: empty(), home: empty(), home_called: empty(), state: empty(), rank }
    }

    /// Its place in the order.
    pub(super) fn place(&self) -> (Rank, What, &str) {
        (self.rank, self.what, &self.key)
    }

    /// The word for its kind, for programs.
    pub(crate) fn word(&self) -> &'static str {
        self.what.word()
    }

    /// The same, for people.
    pub(crate) fn kind(&self) -> String {
        said("found", self.word(), &[], Language::Japanese)
    }

    /// Its page in the console.
    pub(crate) fn path(&self) -> String {
        let key = url::form_urlencoded::byte_serialize(self.key.as_bytes()).collect::<String>();
        match self.what {
            What::Thing(Noun::Office) => format!("/console/offices/{key}"),
            What::Thing(Noun::Person) => format!("/console/people/{key}"),
            What::Thing(Noun::Device) => format!("/console/devices/{key}"),
            What::Thing(Noun::Certificate) => format!("/console/certificates/{key}"),
            What::Thing(Noun::Room) => format!("/console/rooms/{key}"),
            What::Thing(Noun::Application) => format!("/console/applications/{key}"),
            What::Thing(Noun::Ticket) => format!("/console/tickets/{key}"),
            What::Thing(Noun::Letter) => format!("/console/operations/letters/{key}"),
            What::Thing(Noun::Proposal) => format!("/console/proposals/{key}"),
            What::Thing(Noun::Training) => format!("/console/trainings/{key}"),
            What::Thing(Noun::Campaign) => format!("/console/campaigns/{key}"),
            What::Thing(Noun::Incident) => format!("/console/incidents/{key}"),
            What::Event => format!("/console/audit/{key}"),
            What::Code => format!("/console/why?q={key}"),
        }
    }

    /// Its number, as we print it.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// What it is called, in words.
    pub(crate) fn called(&self) -> String {
        let word = |field| said(field, &self.title, &[], Language::Japanese);
        match self.what {
            What::Thing(Noun::Application) => word("kind"),
            What::Thing(Noun::Proposal) => self
                .title
                .parse::<proposal::ProposalKind>()
                .map_or_else(|_| self.title.clone(), |kind| kind.japanese().to_owned()),
            What::Thing(Noun::Ticket) => word("purpose"),
            What::Thing(Noun::Letter | Noun::Campaign) => String::new(),
            What::Thing(
                Noun::Office
                | Noun::Person
                | Noun::Device
                | Noun::Certificate
                | Noun::Room
                | Noun::Training
                | Noun::Incident,
            )
            | What::Event
            | What::Code => self.title.clone(),
        }
    }

    /// The number of what it belongs to.
    pub(crate) fn home(&self) -> &str {
        &self.home
    }

    /// What that is called.
    pub(crate) fn home_called(&self) -> &str {
        &self.home_called
    }

    /// How it stands, for programs.
    pub(crate) fn state(&self) -> &str {
        &self.state
    }

    /// The same, in words.
    pub(crate) fn standing(&self) -> String {
        let (field, beside): (&str, &[&str]) = match self.what {
            What::Thing(Noun::Device) if self.state != "suspended" => ("stage", &[]),
            What::Thing(Noun::Person) => ("state", &["login_id"]),
            What::Thing(Noun::Ticket) => ("state", &["ticket"]),
            What::Thing(Noun::Campaign) => ("state", &["campaign"]),
            What::Thing(Noun::Incident) => ("state", &["incident"]),
            What::Thing(
                Noun::Office
                | Noun::Device
                | Noun::Certificate
                | Noun::Room
                | Noun::Application
                | Noun::Letter
                | Noun::Proposal
                | Noun::Training,
            )
            | What::Event
            | What::Code => ("state", &[]),
        };
        if self.what == What::Thing(Noun::Proposal) {
            let known = self.state.parse::<proposal::State>();
            return known.map_or_else(|_| self.state.clone(), |state| state.japanese().to_owned());
        }
        if self.state.is_empty() { String::new() } else { said(field, &self.state, beside, Language::Japanese) }
    }

    /// Where the next page goes on.
    fn cursor(&self) -> String {
        format!("{}.{}.{}", self.rank as u8, self.word(), self.key)
    }
}

impl SearchResult {
    /// How many there are.
    pub(crate) fn total(&self) -> usize {
        self.total
    }

    /// Whether there are more, which nobody counted.
    pub(crate) fn cut(&self) -> bool {
        self.cut
    }

    /// How many of them can be looked at.
    pub(crate) fn kept(&self) -> usize {
        self.hits.len()
    }

    /// The one to which it leads at once: there is no other that was found so well, by a number or a whole name.
    pub(crate) fn one(&self) -> Option<&Hit> {
        let first = self.hits.first()?;
        let alone = self.hits.get(1).is_none_or(|second| second.rank > first.rank);
        // A support code is told from a word only by nothing else being found.
        // Among those that nobody looked at another may be called so; no other has this number.
        let exact = first.rank == Rank::Number
            || (first.rank == Rank::Whole && !self.cut)
            || (first.what == What::Code && self.total == 1);
        (alone && exact).then_some(first)
    }

    /// A page of them after this place, and where the next one goes on. A place that is none is before the first; one where
    /// nothing is any more is where it was.
    pub(crate) fn page(&self, after: &str) -> (&[Hit], Option<String>) {
        let from = Cursor::read(after).map_or(0, |last| self.hits.partition_point(|hit| hit.place() <= last.place()));
        let rest = self.hits.get(from..).unwrap_or_default();
        let page = rest.get(..PAGE).unwrap_or(rest);
        let next = page.last().filter(|_| rest.len() > PAGE).map(Hit::cursor);
        (page, next)
    }
}

/// A place in the order of what was found, as an address says it.
struct Cursor<'a> {
    rank: Rank,
    what: What,
    key: &'a str,
}

impl<'a> Cursor<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let (rank, word, key) = (parts.next()?, parts.next()?, parts.next()?);
        let rank = Rank::ALL.into_iter().find(|known| (*known as u8).to_string() == rank)?;
        let things = Noun::ALL.into_iter().map(What::Thing).chain([What::Event, What::Code]);
        let what = things.into_iter().find(|what| what.word() == word)?;
        Some(Self { rank, what, key })
    }

    fn place(&self) -> (Rank, What, &str) {
        (self.rank, self.what, self.key)
    }
}
