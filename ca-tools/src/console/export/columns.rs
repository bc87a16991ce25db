//! What a list has when it is taken along: every number beside its name.

use serde_json::Value as Json;

use super::rows::Listed;
use crate::audit::HEADS;
use crate::language::Language;
use crate::ledger::{Entry, Roll};
use crate::words::{heading, said};

/// The fields of a row, but for the record's, whose cells are its own.
pub(super) const fn fields(listed: Listed) -> &'static [&'static str] {
    match listed {
        Listed::Roll(Roll::Offices) => &["office", "name", "kana", "corporation", "contact", "telephone", "state"],
        Listed::Roll(Roll::People) => &["login_id", "name", "kana", "profession", "office", "office_name", "state"],
        Listed::Roll(Roll::Devices) => {
            &["device", "label", "office", "office_name", "os", "stage", "suspended", "used_at"]
        }
        Listed::Roll(Roll::Certificates) => {
            &["serial", "device", "label", "office", "office_name", "not_after", "state"]
        }
        Listed::Roll(Roll::Rooms) => &["room", "name", "members", "consent", "state"],
        Listed::Roll(Roll::Applications) => &["application", "kind", "office", "office_name", "received_at", "state"],
        Listed::Roll(Roll::Tickets) => {
            &["ticket", "device", "label", "office", "office_name", "purpose", "until", "state"]
        }
        Listed::Letters => &["mail", "kind", "state", "queued_at", "tries", "recipient", "about", "problem"],
        Listed::LettersAlone => &["mail", "kind", "state", "queued_at", "tries"],
        Listed::Proposals => &[
            "proposal",
            "said",
            "kind",
            "state",
            "proposed_by",
            "proposed_by_name",
            "proposed_at",
            "why",
            "application",
            "until",
            "decided_by",
            "decided_at",
        ],
        Listed::Attendances => &["login_id", "name", "profession", "office", "office_name", "attended_on"],
        Listed::Events => &[],
    }
}

/// What they are called.
pub(super) fn heads(listed: Listed) -> Vec<&'static str> {
    let fields = fields(listed);
    let head = |field: &&'static str| match heading(field, fields, Language::Japanese) {
        std::borrow::Cow::Borrowed(words) => words,
        std::borrow::Cow::Owned(_) => field,
    };
    if listed == Listed::Events { HEADS.to_vec() } else { fields.iter().map(head).collect() }
}

/// What stands in them.
pub(super) fn cells(listed: Listed, entry: &Entry) -> Vec<String> {
    let beside = fields(listed);
    let cell = |field: &&str| match entry.get(*field) {
        None | Some(Json::Null) => String::new(),
        Some(Json::Bool(holds)) => if *holds { "はい" } else { "いいえ" }.to_owned(),
        // What a letter is its room says.
        Some(Json::String(_)) if *field == "kind" && matches!(listed, Listed::Letters | Listed::LettersAlone) => {
            super::super::line::kind(entry)
        }
        Some(Json::String(text)) if text.is_empty() => String::new(),
        Some(Json::String(text)) => said(field, text, beside, Language::Japanese),
        Some(other) => other.to_string(),
    };
    beside.iter().map(cell).collect()
}
