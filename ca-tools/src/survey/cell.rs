//! What stands in the tables of several reports: a number never without its name, each leading to its page.

use certs::Timestamp;
use serde_json::Value as Json;

use crate::calendar::{day, minute};
use crate::language::Language;
use crate::sheet::PrintedCell;
use crate::words::said;

/// An office.
pub(super) fn office(number: &str, name: &str) -> [PrintedCell; 2] {
    [PrintedCell::text(number).leading(format!("/console/offices/{number}")), PrintedCell::text(name)]
}

/// A person.
pub(super) fn person(login_id: &str, name: &str) -> [PrintedCell; 2] {
    [PrintedCell::text(login_id).leading(format!("/console/people/{login_id}")), PrintedCell::text(name)]
}

/// A device.
pub(super) fn device(number: &str, label: &str) -> [PrintedCell; 2] {
    [PrintedCell::text(number).leading(format!("/console/devices/{number}")), PrintedCell::text(label)]
}

/// A word of the registry, as people read it under this field beside these.
pub(super) fn word(field: &str, text: &str, beside: &[&str]) -> PrintedCell {
    PrintedCell::word(said(field, text, beside, Language::Japanese), text)
}

/// A day in Japan, or what is said where there is none.
pub(super) fn day_or(at: Option<Timestamp>, none: &str) -> PrintedCell {
    let raw = at.map_or(Json::Null, |at| at.to_string().into());
    PrintedCell::word(at.map_or_else(|| none.to_owned(), day), raw)
}

/// A minute in Japan.
pub(super) fn moment(at: Timestamp) -> PrintedCell {
    PrintedCell::word(minute(at), at.to_string())
}
