//! Which tables and columns are saved, in an order in which each row finds what it refers to.

/// A table, and its columns in the order of a saved row.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) question: &'static str,
    pub(crate) insert: &'static str,
    /// What tells its rows apart, as SQL writes it.
    pub(crate) key: &'static str,
    pub(crate) columns: &'static [Column],
}

impl Table {
    /// Do its rows say what holds, by the version that wrote them? Events are the chain itself, and say the digest of what
    /// they are about; a letter is a fact of delivery: what it holds must not be kept once it is sent.
    pub(crate) fn journalled(&self) -> bool {
        self.columns.iter().any(|column| column.name() == "version")
            && !matches!(self.name, "events" | "event_subjects" | "mails")
    }
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Column {
    Text(&'static str),
    MaybeText(&'static str),
    Number(&'static str),
    MaybeNumber(&'static str),
}

impl Column {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text(name) | Self::MaybeText(name) | Self::Number(name) | Self::MaybeNumber(name) => name,
        }
    }
}

macro_rules! tables {
    ($($name:ident ($($kind:ident $column:ident),+) by $order:literal;)+) => {
        pub(crate) const TABLES: &[Table] = &[$(Table {
            name: stringify!($name),
            question: concat!("SELECT * FROM ", stringify!($name), " ORDER BY ", $order),
            key: $order,
            insert: tables!(@insert $name, $($column),+),
            columns: &[$(Column::$kind(stringify!($column))),+],
        }),+];
    };
    (@insert $name:ident, $first:ident $(, $column:ident)*) => {
        concat!("INSERT INTO ", stringify!($name), " (", stringify!($first), $(", ", stringify!($column),)* ")")
    };
}

tables! {
    events (Number version, Number at, Text operator, Text action, Text subject, MaybeText application,
        MaybeText why, Text detail, Text prev, Text hash, MaybeText changed) by "version";
    event_subjects (Text kind, Text subject, Number version) by "kind, subject, version";
    restorations (Number epoch, Text record, Text signature, Number version) by "epoch";
    offices (Text office, Text corporation, Text name, Text contact, Text mail, Text telephone, Text address,
        Text pledge, Text state, MaybeText replaced_by, Text application, Number version, Text kana) by "office";
    system_users (Text login_id, Text office, Text name, Text profession, Text roles, Text state,
        Text password_hash, Number password_initial, Number password_set_at, Number failures_count_from,
        Text previous_hashes, Text application, MaybeNumber password_lapsed_at, Number version, Text kana,
        Number maintenance, MaybeNumber open_from, MaybeNumber open_until) by "login_id";
    devices (Number device, Text office, Text label, Text os, Text ownership, Text stage, Number suspended,
        MaybeNumber inspected_at, MaybeText inspected_by, Text checklist, MaybeNumber approved_at,
        MaybeText approved_by, MaybeNumber approved_until, Text application, Number version,
        MaybeText requirements, MaybeText inspector, MaybeNumber reported_on, MaybeNumber approval_due,
        MaybeNumber retired_at, MaybeText retired_reason, Text place) by "device";
    device_users (Number device, Text login_id, Text state, Number version) by "device, login_id";
    certificates (Text serial, Number device, MaybeText fingerprint, Text state, Number not_before,
        Number not_after, MaybeNumber superseded_from, MaybeText successor, MaybeNumber revoked_at,
        MaybeText revoked_reason, Text assurance, Text key_origin, Text issuer, Text to_be_signed,
        MaybeText certificate, MaybeText application, Number version, MaybeText key_print,
        Number shortened) by "serial";
    rooms (Text room, Text name, Text state, Number version, MaybeText asked_by, MaybeText person_consent,
        MaybeText family_consent, MaybeText heard_by, MaybeNumber opened_at, MaybeNumber closed_at,
        MaybeText last_post) by "room";
    invitations (Text room, Text login_id, Text state, Number version, MaybeNumber until, MaybeNumber invited_at,
        MaybeText confirmed_by, MaybeText confirmed_on) by "room, login_id";
    standings (Text kind, Text subject, Text whose, Text state, MaybeText of_office, MaybeNumber until, Number at,
        Number found, Number version) by "kind, subject, whose, version";
    trainings (Number year, Number held_on, Text place, Number version) by "year";
    attendances (Number year, Text login_id, Text state, Number attended_on, Number version) by "year, login_id";
    authorities (Text fingerprint, Text kind, Text state, Text certificate, Number crl_number,
        Number version) by "fingerprint";
    applications (Text application, Text kind, Text channel, Text state, Text office, MaybeNumber device,
        Text form, Number received_at, Text received_by, MaybeNumber inspected_at, MaybeText inspected_by,
        Text inspection, MaybeNumber inspection_until, MaybeNumber decided_at, MaybeText decided_by,
        MaybeText reason, Number version, MaybeText sender) by "application";
    office_contacts (Text login_id, Text office, Text state, Number version) by "login_id";
    tickets (Text ticket, Text number_hash, Text code_hash, Number device, Text purpose, MaybeNumber replaces,
        Text state, MaybeText killed_why, Number issued_at, Text issued_by, Number until, Number tries_left,
        MaybeText serial, MaybeNumber used_at, Number retaken, Text application, Number version) by "ticket";
    loss_codes (Number device, Text code_hash, Number set_at, Number version) by "device";
    mails (Number mail, Text message_id, Text kind, Text recipient, Text letter, Text about,
        Text state, Number queued_at, Number next_at, Number tries, MaybeNumber ended_at, MaybeText problem,
        Number version, Number given_up, MaybeNumber tried_since) by "mail";
    first_uses (Text serial, Number at, Number version) by "serial";
    renewal_notices (Text serial, Number days, Number sent_at, Number version) by "serial, days";
    approval_notices (Text office, Number until, Number days, Number sent_at, Number version) by "office, until, days";
    emergencies (Text serial, Number device, Text first, Text second, Text why, Number at,
        Number version) by "serial";
    proposals (Text proposal, Text kind, Text act, Text touched, Text before_act, Text after_act, Text facts,
        Number epoch, MaybeText application, Text why, Text proposed_by, Number proposed_at, Number until,
        Text state, MaybeText decided_by, MaybeNumber decided_at, MaybeText decided_proof, MaybeText decided_why,
        Number version, MaybeText said, MaybeNumber touches) by "proposal";
    broken_glasses (Text broken_glass, Text kind, Text act, Text touched, Text why, Text broken_by,
        Number broken_at, Number event, Number until, MaybeText reviewed_by, MaybeNumber reviewed_at,
        MaybeText finding, MaybeText review, Number version) by "broken_glass";
    monthly_reviews (Text month, Text reviewed_by, Number reviewed_at, Text review, Text digest,
        Number version) by "month";
    campaigns (Text campaign, Number opened_at, Text opened_by, Number due, Text reminders, MaybeNumber warn_on,
        MaybeNumber suspend_on, MaybeNumber delete_on, Text state, MaybeNumber closed_at, MaybeText closed_by,
        Number version) by "campaign";
    campaign_offices (Text campaign, Text office, Text called, Number edition, MaybeNumber answered_at,
        MaybeText answered_by, MaybeText channel, Text forms, MaybeNumber confirmed_at, MaybeText confirmed_by,
        Text received, Number version) by "campaign, office";
    campaign_rows (Text campaign, Text office, Text kind, Text subject, Text called, Text detail, Text standing,
        MaybeNumber last_used, MaybeText last_system, MaybeNumber certificate_until, MaybeText answer,
        MaybeText answered_by, MaybeNumber answered_at, MaybeText channel, MaybeText vouched_by,
        MaybeNumber vouched_at, MaybeNumber held, MaybeNumber ended_at, Number version) by "campaign, kind, subject";
    campaign_steps (Text campaign, Number number, Text step, Text state, Text touches, Number taken_at, Text taken_by,
        MaybeNumber until, MaybeNumber undone_at, MaybeText undone_by, Number version) by "campaign, number";
    campaign_reminders (Text campaign, Number day, Number sent_at, Number letters, Number version) by "campaign, day";
    campaign_notes (Text campaign, Text office, Number note, Number noted_at, Text noted_by, Text channel, Text said,
        Number version) by "campaign, office, note";
    incidents (Text incident, Text state, MaybeNumber device, MaybeText login_id, MaybeText office, Text what,
        Number found_at, Text reported_by, Number wrongful, Number opened_at, Text opened_by, MaybeNumber mayor_on,
        MaybeText mayor_by, MaybeNumber prompt_on, MaybeText prompt_by, MaybeNumber full_on, MaybeText full_by,
        Text outcome, MaybeNumber closed_at, MaybeText closed_by, Number version) by "incident";
    incident_notes (Text incident, Number note, Number noted_at, Text noted_by, Text said,
        Number version) by "incident, note";
    incident_extracts (Text incident, Number extract, Number made_at, Text made_by, Text digest, Text files,
        Text content, Number version) by "incident, extract";
    maintenance_windows (Text login_id, Number from_at, Number until_at, Text plan, Number opened_at, Text opened_by,
        MaybeNumber closed_at, MaybeText closed_by, Number version) by "login_id, from_at";
    gateways (Text gateway, Text boot, Number sequence, Number applied, Number told_at,
        Number dropped, MaybeText head, MaybeNumber retired_at) by "gateway";
    cuts (Text gateway, Number at_version, Number connections, Number microseconds) by "gateway, at_version";
    sightings (Text serial, Text os, Text network, Number first_at, Number last_at) by "serial, os, network";
    whereabouts (Text serial, Number at, Text gateway, Text os, Text network) by "serial, at, gateway";
    suspicions (Text serial, Text kind, Number at, Text detail) by "serial, kind, at";
    told_lines (Text gateway, Text kind, Number sequence, Number at, Text line, MaybeText ref,
        MaybeNumber device, MaybeText login, MaybeText worth, MaybeText reason, MaybeNumber happened_at,
        MaybeNumber times) by "gateway, kind, sequence";
    retention_holds (Text hold, Number from_at, Text why, Text held_by, Number held_at, MaybeText lifted_by,
        MaybeNumber lifted_at, Number version) by "hold";
    stranger_days (Text gateway, Number day, Text reason, Number times) by "gateway, day, reason";
    told_days (Text device, Number day, Text worth, Number kept, Number not_kept) by "device, day, worth";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::application::Detail;

    /// A column that a later migration adds and nobody saves would be lost at the next restore.
    #[test]
    fn every_table_and_column_of_the_migrations_is_saved() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../certs/registry/migrations");
        let mut written = BTreeSet::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            for table in text.split("CREATE TABLE ").skip(1) {
                let (name, rest) = table.split_once(" (").unwrap();
                for line in rest.split("\n);").next().unwrap().lines() {
                    let column = line.split_whitespace().next().unwrap_or_default();
                    if !column.is_empty() && column.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
                        written.insert(format!("{name}.{column}"));
                    }
                }
            }
            for added in text.split("ALTER TABLE ").skip(1) {
                let mut words = added.split_whitespace();
                let name = words.next().unwrap();
                assert_eq!(
                    [words.next(), words.next()],
                    [Some("ADD"), Some("COLUMN")],
                    "teach this test to read more: {name}"
                );
                written.insert(format!("{name}.{}", words.next().unwrap()));
            }
        }
        let saved: BTreeSet<_> = TABLES
            .iter()
            .flat_map(|table| table.columns.iter().map(|column| format!("{}.{}", table.name, column.name())))
            .collect();
        // Copies of files that were handed out, for an hour: nothing that a restore could want.
        written.retain(|column| !column.starts_with("kept_files."));
        // Derived from sightings; the writer fills it in where it is not.
        written.retain(|column| !column.starts_with("device_uses."));
        // Who is logged in: after a restore, nobody.
        written.retain(|column| !column.starts_with("operator_logins."));
        // The head of the file holds these.
        let head = ["registry.one", "registry.id", "registry.version"].map(str::to_owned);
        assert_eq!(written, saved.into_iter().chain(head).collect());
    }

    /// A column that is saved and is not in the table of details would be in no form, no list and no statement.
    #[test]
    fn every_column_of_an_office_is_a_detail_or_one_of_its_own() {
        let offices = TABLES.iter().find(|table| table.name == "offices").unwrap();
        let own = ["office", "pledge", "state", "replaced_by", "application", "version"];
        let known: BTreeSet<_> = own.into_iter().chain(Detail::ALL.map(Detail::as_str)).collect();
        let saved: BTreeSet<_> = offices.columns.iter().map(|column| column.name()).collect();
        assert_eq!(saved, known, "the rows of application::detail");
    }

    /// Each change asks every such table for the rows that it wrote.
    #[test]
    fn the_rows_of_a_version_are_found_by_an_index() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../certs/registry/migrations");
        let texts =
            std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
        let text = texts.collect::<String>();
        for table in TABLES.iter().filter(|table| table.journalled()) {
            let index = format!("CREATE INDEX {0}_version ON {0} (version);", table.name);
            assert!(text.contains(&index), "{index}");
        }
    }
}
