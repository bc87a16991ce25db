//! Whom and what is an event about? It names one subject; a timeline of an office shows what happened to its people and
//! devices, too.
//!
//! So each change writes, beside its event, everything that it touched: what the event says, what its rows name, and the
//! offices of the devices and people among them. It is an index, and proves nothing; but each event says the digest of what
//! stands here of it, and is chained: whatever is changed here afterwards is found (`audit::subjects`). What is kept of a
//! change elsewhere and not in the journal, its letters, the event says by number: done once more, it is about the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use certs::DeviceNo;
use serde_json::{Map, Value as Json};

use super::tables::{Column, TABLES};
use crate::database::Transaction;
use crate::digest::sha256;
use crate::incident::IncidentNo;
use crate::journal::Event;
use crate::refusal::Unavailable;

/// What an event can be about.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum SubjectKind {
    /// 申請.
    Application,
    /// A root or an issuing CA.
    Authority,
    /// 現況届.
    Campaign,
    /// 電子証明書.
    Certificate,
    /// 端末.
    Device,
    /// ゲートウェイ.
    Gateway,
    /// What is nothing of these: the registry, the journal.
    House,
    /// 事故・障害.
    Incident,
    /// A letter in the queue, by its number.
    Letter,
    /// 事業所.
    Office,
    /// システム利用者.
    Person,
    /// How whoever acted was known.
    Proof,
    /// 承認待ちの操作.
    Proposal,
    /// A request that came through a gateway.
    Request,
    /// 部屋.
    Room,
    /// 取得用番号.
    Ticket,
    /// 研修会, by its year.
    Training,
}

impl SubjectKind {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Application,
        Self::Authority,
        Self::Campaign,
        Self::Certificate,
        Self::Device,
        Self::Gateway,
        Self::House,
        Self::Incident,
        Self::Letter,
        Self::Office,
        Self::Person,
        Self::Proof,
        Self::Proposal,
        Self::Request,
        Self::Room,
        Self::Ticket,
        Self::Training,
    ];

    /// As the registry spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Authority => "authority",
            Self::Campaign => "campaign",
            Self::Certificate => "certificate",
            Self::Device => "device",
            Self::Gateway => "gateway",
            Self::House => "house",
            Self::Incident => "incident",
            Self::Letter => "letter",
            Self::Office => "office",
            Self::Person => "person",
            Self::Proof => "proof",
            Self::Proposal => "proposal",
            Self::Request => "request",
            Self::Room => "room",
            Self::Ticket => "ticket",
            Self::Training => "training",
        }
    }

    /// Of what the subject of this event is one. Where what is done does not say it, its first letters do.
    #[must_use]
    pub fn of_event(action: &str, subject: &str) -> Self {
        match action.split('.').next().unwrap_or_default() {
            "campaign" => return Self::Campaign,
            "office" => return Self::Office,
            "login" | "operator" | "password" | "user" => return Self::Person,
            "room" => return Self::Room,
            "training" => return Self::Training,
            "gateway" => return Self::Gateway,
            "incident" => return Self::Incident,
            "ca" | "crl" => return Self::Authority,
            _ => {}
        }
        let numbered = |start: &str| {
            subject.strip_prefix(start).is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit() || b == b'-'))
        };
        if subject.parse::<DeviceNo>().is_ok() {
            Self::Device
        } else if subject.parse::<IncidentNo>().is_ok() {
            Self::Incident
        } else if numbered("A-") {
            Self::Application
        } else if numbered("T-") {
            Self::Ticket
        } else if numbered("P-") {
            Self::Proposal
        } else if action.starts_with("cert.") {
            Self::Certificate
        } else {
            Self::House
        }
    }

    /// Of what this column, or this field of an event's detail, names one.
    fn named(field: &str) -> Option<Self> {
        Some(match field {
            "application" | "applications" => Self::Application,
            "authority" => Self::Authority,
            "campaign" => Self::Campaign,
            "device" | "devices" | "replaces" => Self::Device,
            "gateway" => Self::Gateway,
            "incident" => Self::Incident,
            "mail" | LETTERS => Self::Letter,
            "office" | "offices" | "replaced_by" => Self::Office,
            "login_id" | "people" | "person" | "user" | "users" => Self::Person,
            "proposal" => Self::Proposal,
            "room" | "rooms" => Self::Room,
            "renews" | "serial" | "serials" | "successor" | "supersedes" => Self::Certificate,
            "ticket" | "tickets" => Self::Ticket,
            _ => return None,
        })
    }
}

/// The field of an event's detail that says what stands here of it.
pub(crate) const DIGEST: &str = "index";
/// The field that names the letters of a change.
const LETTERS: &str = "mails";

/// What one event is about.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Subjects(BTreeSet<(String, String)>);

impl Subjects {
    /// Over all of them, in their order.
    fn digest(&self) -> String {
        let lines: String = self.0.iter().map(|(kind, subject)| format!("{kind}\0{subject}\n")).collect();
        sha256(lines.as_bytes())[..32].to_owned()
    }

    /// Do these stand beside this event as it was written? Of an event of before it said their digest, all that itself says
    /// it is about stands there, and nothing of what only an event can say.
    pub(crate) fn belong_to(&self, event: &Event) -> bool {
        let detail: Map<String, Json> = serde_json::from_str(&event.detail).unwrap_or_default();
        if let Some(digest) = detail.get(DIGEST) {
            return *digest == self.digest();
        }
        let said: BTreeSet<_> = said(event).into_iter().map(|(kind, id)| (kind.as_str().to_owned(), id)).collect();
        let only_said = [SubjectKind::Proof, SubjectKind::Request].map(SubjectKind::as_str);
        said.is_subset(&self.0) && self.0.difference(&said).all(|(kind, _)| !only_said.contains(&kind.as_str()))
    }

    /// Says in the detail of their event what they are.
    pub(crate) fn tell(&self, detail: &mut Map<String, Json>) {
        let letters = self.0.iter().filter(|(kind, _)| kind == SubjectKind::Letter.as_str());
        let letters: Vec<i64> = letters.filter_map(|(_, number)| number.parse().ok()).collect();
        if !letters.is_empty() {
            detail.insert(LETTERS.to_owned(), letters.into());
        }
        detail.insert(DIGEST.to_owned(), self.digest().into());
    }
}

/// What the event itself says that it is about. Never nothing.
fn said(event: &Event) -> BTreeSet<(SubjectKind, String)> {
    let mut said = BTreeSet::from([(SubjectKind::of_event(&event.action, &event.subject), event.subject.clone())]);
    said.extend(event.application.clone().map(|application| (SubjectKind::Application, application)));
    let detail: Map<String, Json> = serde_json::from_str(&event.detail).unwrap_or_default();
    let mut add = |kind, value: &Json| match value {
        // A number of a device is read again as one.
        Json::String(text) if kind == SubjectKind::Device && text.parse::<DeviceNo>().is_err() => {}
        Json::String(text) if !text.is_empty() => {
            said.insert((kind, text.clone()));
        }
        Json::Number(number) if kind == SubjectKind::Device => {
            said.insert((kind, format!("DEV-{:06}", number.as_i64().unwrap_or_default())));
        }
        Json::Number(number) if kind == SubjectKind::Letter => {
            said.insert((kind, number.to_string()));
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => {}
    };
    for (field, value) in &detail {
        let kind = match field.as_str() {
            "proof" => Some(SubjectKind::Proof),
            "request_id" => Some(SubjectKind::Request),
            field => SubjectKind::named(field),
        };
        match (kind, value) {
            (Some(kind), Json::Array(list)) => list.iter().for_each(|one| add(kind, one)),
            (Some(kind), one) => add(kind, one),
            (None, _) => {}
        }
    }
    said
}

/// As the number of a device is written.
const DEVICE_NO: &str = "'DEV-' || CASE WHEN # < 1000000 THEN substr(CAST(1000000 + # AS TEXT), 2) \
    ELSE CAST(# AS TEXT) END";

/// What the rows of these versions name, column by column.
static NAMED: LazyLock<String> = LazyLock::new(|| {
    let mut arms = Vec::new();
    let versioned = |table: &&super::Table| table.journalled() || table.name == "mails";
    for table in TABLES.iter().filter(versioned) {
        for column in table.columns {
            let name = column.name();
            let kind = match (table.name, name) {
                ("authorities", "fingerprint") => Some(SubjectKind::Authority),
                ("attendances" | "trainings", "year") => Some(SubjectKind::Training),
                ("emergencies", "first" | "second") => Some(SubjectKind::Person),
                (_, name) => SubjectKind::named(name),
            };
            let Some(kind) = kind else { continue };
            let text = match (kind, column) {
                (SubjectKind::Device, _) => DEVICE_NO.replace('#', name),
                (_, Column::Number(_) | Column::MaybeNumber(_)) => format!("CAST({name} AS TEXT)"),
                (_, Column::Text(_) | Column::MaybeText(_)) => name.to_owned(),
            };
            let (kind, table) = (kind.as_str(), table.name);
            arms.push(format!(
                "SELECT '{kind}' AS kind, {text} AS subject, version FROM {table} \
                 WHERE version BETWEEN $1 AND $2 AND {name} IS NOT NULL"
            ));
        }
    }
    let arms = arms.join(" UNION ");
    format!("INSERT INTO event_subjects (kind, subject, version) {arms} ON CONFLICT DO NOTHING")
});

/// An office is touched where one of its devices or people is.
const OFFICES: [&str; 2] = [
    "INSERT INTO event_subjects (kind, subject, version) SELECT DISTINCT 'office', d.office, s.version \
     FROM event_subjects s JOIN devices d ON d.device = CAST(substr(s.subject, 5) AS BIGINT) \
     WHERE s.version BETWEEN $1 AND $2 AND s.kind = 'device' ON CONFLICT DO NOTHING",
    "INSERT INTO event_subjects (kind, subject, version) SELECT DISTINCT 'office', u.office, s.version \
     FROM event_subjects s JOIN system_users u ON u.login_id = s.subject \
     WHERE s.version BETWEEN $1 AND $2 AND s.kind = 'person' ON CONFLICT DO NOTHING",
];

/// Writes what these events are about; their rows stand there already, and no other version lies between them.
async fn write(tx: &mut Transaction, events: &[Event]) -> Result<(), Unavailable> {
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(()) };
    let subjects = events.iter().flat_map(|event| said(event).into_iter().map(|one| (one, event.version)));
    let rows = subjects.map(|((kind, subject), version)| vec![kind.as_str().into(), subject.into(), version.into()]);
    let statement = ("INSERT INTO event_subjects (kind, subject, version)", "ON CONFLICT DO NOTHING");
    tx.insert_many(statement, rows.collect()).await?;
    let span = || [first.version.into(), last.version.into()];
    tx.run_made(NAMED.clone(), span().to_vec()).await?;
    for offices in OFFICES {
        tx.run(offices, span()).await?;
    }
    Ok(())
}

/// Writes what the event of this very change is about, and says it.
pub(crate) async fn append(tx: &mut Transaction, event: &Event) -> Result<Subjects, Unavailable> {
    write(tx, std::slice::from_ref(event)).await?;
    Ok(between(tx, (event.version, event.version)).await?.remove(&event.version).unwrap_or_default())
}

/// What stands here of these versions, both among them.
pub(crate) async fn between(
    tx: &mut Transaction,
    (first, last): (i64, i64),
) -> Result<BTreeMap<i64, Subjects>, Unavailable> {
    let question = "SELECT kind, subject, version FROM event_subjects WHERE version BETWEEN $1 AND $2";
    let mut found: BTreeMap<i64, Subjects> = BTreeMap::new();
    for row in tx.rows(question, [first.into(), last.into()]).await? {
        let subject = (row.text("kind")?, row.text("subject")?);
        found.entry(row.int("version")?).or_default().0.insert(subject);
    }
    Ok(found)
}

/// Versions of which something stands here though there is no event; some of them.
pub(crate) async fn of_no_event(tx: &mut Transaction) -> Result<Vec<i64>, Unavailable> {
    let question = "SELECT DISTINCT s.version FROM event_subjects s \
        WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.version = s.version) ORDER BY s.version LIMIT 100";
    tx.rows(question, []).await?.iter().map(|row| row.int("version")).collect()
}

/// Events of before that are read together.
const AT_A_TIME: u32 = 500;

/// Is there an event of before this table was, of which it is not yet known what it is about?
pub(crate) async fn wants_filling(tx: &mut Transaction) -> Result<bool, Unavailable> {
    let filled = filled(tx).await?;
    Ok(!super::event::before(tx, filled, 1).await?.is_empty())
}

/// Fills in the newest of those, some at a time.
pub(crate) async fn fill(tx: &mut Transaction) -> Result<(), Unavailable> {
    let filled = filled(tx).await?;
    let mut events = super::event::before(tx, filled, AT_A_TIME).await?;
    events.reverse();
    write(tx, &events).await
}

/// New events are only ever added above, so the lowest that is filled in says where to go on.
async fn filled(tx: &mut Transaction) -> Result<i64, Unavailable> {
    let question = "SELECT coalesce((SELECT min(version) FROM event_subjects), \
        (SELECT max(version) + 1 FROM events), 0) AS filled";
    tx.row(question, []).await?.map_or(Ok(0), |row| row.int("filled"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(action: &str, subject: &str, detail: &str) -> Event {
        Event {
            version: 1,
            at: 0,
            operator: "sato.clerk".into(),
            action: action.into(),
            subject: subject.into(),
            application: None,
            why: None,
            detail: detail.into(),
            prev: String::new(),
            changed: None,
        }
    }

    #[test]
    fn an_event_is_about_its_subject_and_all_that_its_detail_names() {
        let detail = r#"{"serial":"4a","supersedes":null,"ticket":"T-000001","device":7,"mail":3,"serials":["4b"],"proof":"desk","request_id":"07"}"#;
        let about =
            said(&Event { application: Some("A-2026-000001".into()), ..event("cert.renew", "DEV-000001", detail) });
        let about: Vec<_> = about.iter().map(|(kind, subject)| (kind.as_str(), subject.as_str())).collect();
        assert_eq!(
            about,
            [
                ("application", "A-2026-000001"),
                ("certificate", "4a"),
                ("certificate", "4b"),
                ("device", "DEV-000001"),
                ("device", "DEV-000007"),
                ("letter", "3"),
                ("proof", "desk"),
                ("request", "07"),
                ("ticket", "T-000001"),
            ]
        );
    }

    #[test]
    fn of_what_a_subject_is_one_its_number_says_and_else_what_is_done() {
        for (action, subject, kind) in [
            ("cert.issue", "DEV-000001", SubjectKind::Device),
            ("ticket.kill", "T-000001", SubjectKind::Ticket),
            ("ticket.open", "DEV-000001", SubjectKind::Device),
            ("mail.refused", "A-2026-000001", SubjectKind::Application),
            ("office.update", "1272200001", SubjectKind::Office),
            ("user.add", "k.sato", SubjectKind::Person),
            ("room.open", "A-wing", SubjectKind::Room),
            ("retention.hold", "I-000001", SubjectKind::Incident),
            ("retention.hold", "sokai", SubjectKind::House),
            ("registry.backup", "registry", SubjectKind::House),
        ] {
            assert_eq!(SubjectKind::of_event(action, subject), kind, "{action} {subject}");
        }
    }
}
