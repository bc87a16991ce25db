//! By what is each thing found? Its number, what it is called, and what else people say who look for it.
//!
//! Read once, in parts, and then by the version that each row carries. Nothing of a ticket's number or code, and no word of a
//! letter, is among it.

use serde_json::Value as Json;

use super::Ledger;
use crate::database::{Row, Transaction};
use crate::refusal::Unavailable;
use crate::rows;

/// What is found by what the registry holds of it, in the order in which it is shown.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Noun {
    Office,
    Person,
    Device,
    Certificate,
    Room,
    Application,
    Ticket,
    Letter,
    Proposal,
    Training,
    Campaign,
    Incident,
}

/// A thing that can be found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Findable {
    /// As we print it: `DEV-000001`, `T-000001`.
    pub(crate) key: String,
    /// What it is called.
    pub(crate) title: String,
    /// The office or the device it belongs to; of a letter what it is about.
    pub(crate) home: String,
    pub(crate) state: String,
    /// What else it is found by.
    pub(crate) by: Vec<String>,
}

/// Which history a registry has, and how far it came.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct History {
    pub(crate) id: String,
    pub(crate) epoch: i64,
    pub(crate) version: i64,
    /// Of that version's event.
    pub(crate) hash: Option<String>,
}

/// So many rows are read at once.
const AT_A_TIME: i64 = 4_000;

/// A question that goes on after a key, and the same for what changed after a version.
macro_rules! questions {
    ($columns:literal, $table:literal, $key:literal, $after:literal) => {
        (
            concat!(
                "SELECT ",
                $columns,
                " FROM ",
                $table,
                " WHERE ",
                $key,
                " > ",
                $after,
                " ORDER BY ",
                $key,
                " LIMIT $2"
            ),
            concat!("SELECT ", $columns, " FROM ", $table, " WHERE version > $1"),
        )
    };
}

const OFFICES: (&str, &str) = questions!(
    "office AS number, name AS title, '' AS home, state, corporation AS a, contact AS b, mail AS c, telephone AS d, kana",
    "offices",
    "office",
    "$1"
);
const PEOPLE: (&str, &str) = questions!(
    "login_id AS number, name AS title, office AS home, state, '' AS a, '' AS b, '' AS c, '' AS d, kana",
    "system_users",
    "login_id",
    "$1"
);
const DEVICES: (&str, &str) = questions!(
    "CAST(device AS TEXT) AS number, label AS title, office AS home, \
     CASE WHEN suspended = 1 THEN 'suspended' ELSE stage END AS state, '' AS a, '' AS b, '' AS c, '' AS d",
    "devices",
    "device",
    "CAST($1 AS BIGINT)"
);
const CERTIFICATES: (&str, &str) = questions!(
    "serial AS number, '' AS title, CAST(device AS TEXT) AS home, state, '' AS a, '' AS b, '' AS c, '' AS d",
    "certificates",
    "serial",
    "$1"
);
const ROOMS: (&str, &str) = questions!(
    "room AS number, name AS title, '' AS home, state, '' AS a, '' AS b, '' AS c, '' AS d",
    "rooms",
    "room",
    "$1"
);
const APPLICATIONS: (&str, &str) = questions!(
    "application AS number, kind AS title, office AS home, state, \
     CASE WHEN kind = 'certificate' THEN '' ELSE form END AS a, '' AS b, '' AS c, '' AS d",
    "applications",
    "application",
    "$1"
);
const TICKETS: (&str, &str) = questions!(
    "ticket AS number, purpose AS title, CAST(device AS TEXT) AS home, state, '' AS a, '' AS b, '' AS c, '' AS d",
    "tickets",
    "ticket",
    "$1"
);
const PROPOSALS: (&str, &str) = questions!(
    "proposal AS number, kind AS title, '' AS home, state, '' AS a, '' AS b, '' AS c, '' AS d",
    "proposals",
    "proposal",
    "$1"
);
const TRAININGS: (&str, &str) = questions!(
    "CAST(year AS TEXT) AS number, place AS title, '' AS home, '' AS state, '' AS a, '' AS b, '' AS c, '' AS d",
    "trainings",
    "year",
    "CAST($1 AS BIGINT)"
);
const CAMPAIGNS: (&str, &str) = questions!(
    "campaign AS number, '' AS title, '' AS home, state, '' AS a, '' AS b, '' AS c, '' AS d",
    "campaigns",
    "campaign",
    "$1"
);
const INCIDENTS: (&str, &str) = questions!(
    "incident AS number, substr(what, 1, 60) AS title, '' AS home, state, what AS a, reported_by AS b, outcome AS c, '' AS d",
    "incidents",
    "incident",
    "$1"
);
/// A letter's state is a fact of delivery and carries no version; what it is found by does not change.
const LETTERS: (&str, &str) = (
    "SELECT CAST(mail AS TEXT) AS number, kind AS title, about AS home, '' AS state, recipient AS a, '' AS b, '' AS c, \
     '' AS d FROM mails WHERE mail > CAST($1 AS BIGINT) ORDER BY mail LIMIT $2",
    "SELECT CAST(mail AS TEXT) AS number, kind AS title, about AS home, '' AS state, recipient AS a, '' AS b, '' AS c, \
     '' AS d FROM mails WHERE mail > $1",
);

impl Noun {
    pub(crate) const ALL: [Self; 12] = [
        Self::Office,
        Self::Person,
        Self::Device,
        Self::Certificate,
        Self::Room,
        Self::Application,
        Self::Ticket,
        Self::Letter,
        Self::Proposal,
        Self::Training,
        Self::Campaign,
        Self::Incident,
    ];

    const fn questions(self) -> (&'static str, &'static str) {
        match self {
            Self::Office => OFFICES,
            Self::Person => PEOPLE,
            Self::Device => DEVICES,
            Self::Certificate => CERTIFICATES,
            Self::Room => ROOMS,
            Self::Application => APPLICATIONS,
            Self::Ticket => TICKETS,
            Self::Letter => LETTERS,
            Self::Proposal => PROPOSALS,
            Self::Training => TRAININGS,
            Self::Campaign => CAMPAIGNS,
            Self::Incident => INCIDENTS,
        }
    }

    /// Before the first of all keys.
    const fn before_the_first(self) -> &'static str {
        match self {
            Self::Device | Self::Letter | Self::Training => "-1",
            Self::Office
            | Self::Person
            | Self::Certificate
            | Self::Room
            | Self::Application
            | Self::Ticket
            | Self::Proposal
            | Self::Campaign
            | Self::Incident => "",
        }
    }

    fn read(self, row: &Row) -> Result<Findable, Unavailable> {
        let number = row.text("number")?;
        let (mut home, mut by) = (row.text("home")?, Vec::new());
        for column in ["a", "b", "c", "d"] {
            let said = row.text(column)?;
            if !said.is_empty() {
                by.push(said);
            }
        }
        let mut key = number;
        match self {
            Self::Application => by = by.iter().flat_map(|form| named_in(form)).collect(),
            Self::Certificate | Self::Ticket => home = device(&home),
            Self::Device => key = device(&key),
            Self::Office | Self::Person => by.extend(Some(row.text("kana")?).filter(|kana| !kana.is_empty())),
            Self::Room | Self::Letter | Self::Proposal | Self::Training | Self::Campaign | Self::Incident => {}
        }
        Ok(Findable { key, title: row.text("title")?, home, state: row.text("state")?, by })
    }
}

fn device(number: &str) -> String {
    format!("DEV-{number:0>6}")
}

/// The office and the people that a form names: of an application they may be nowhere else.
fn named_in(form: &str) -> Vec<String> {
    let Ok(form) = serde_json::from_str::<Json>(form) else { return Vec::new() };
    let people = ["people", "added", "deleted"].into_iter().filter_map(|list| form[list].as_array());
    let names = people.flatten().filter_map(|person| person["name"].as_str());
    form["details"]["name"].as_str().into_iter().chain(names).map(str::to_owned).collect()
}

impl Ledger {
    /// Which history this registry has and how far it came, and the hash of the event of this version.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn history(&self, of: i64) -> Result<(History, Option<String>), Unavailable> {
        let mut tx = self.read().await?;
        let head = rows::event::head(&mut tx).await?;
        let head = head.ok_or_else(|| Unavailable::NotARegistry("it has no version".to_owned()))?;
        let epoch = rows::registry::last_epoch(&mut tx).await?;
        let hash = rows::event::hash_of(&mut tx, of).await?;
        Ok((History { id: head.id, epoch, version: head.version, hash: head.hash }, hash))
    }

    /// A part of all of a kind that can be found, after this key, and the key after which the next one begins; none after the last.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn findable_after(
        &self,
        noun: Noun,
        after: Option<&str>,
    ) -> Result<(Vec<Findable>, Option<String>), Unavailable> {
        let after = after.unwrap_or(noun.before_the_first());
        let rows = self.read().await?.rows(noun.questions().0, [after.into(), AT_A_TIME.into()]).await?;
        let last = rows.last().map(|row| row.text("number")).transpose()?;
        Ok((rows.iter().map(|row| noun.read(row)).collect::<Result<_, _>>()?, last))
    }

    /// What changed of a kind after this version; of letters those after this number.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn findable_since(&self, noun: Noun, after: i64) -> Result<Vec<Findable>, Unavailable> {
        let mut tx: Transaction = self.read().await?;
        let rows = tx.rows(noun.questions().1, [after.into()]).await?;
        rows.iter().map(|row| noun.read(row)).collect()
    }
}
