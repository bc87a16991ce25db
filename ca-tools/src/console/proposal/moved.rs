//! Whom an act touches, and what it changes, in people's words.

use super::super::address::path_of;
use crate::language::Language;
use crate::proposal::{Moved, Outlook};
use crate::rows::SubjectKind;
use crate::words::{heading, said};

/// So many lines stand on a page; the command shows all of them.
const MOST: usize = 200;

/// One whom an act touches.
pub(super) struct TouchedLine {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) path: Option<String>,
}

/// What changes of one.
pub(super) struct Change {
    pub(super) id: String,
    pub(super) heading: String,
    pub(super) was: String,
    pub(super) is: String,
}

/// Those that it touches, as far as a page shows them, and how many more there are.
pub(super) fn touched(outlook: &Outlook) -> (Vec<TouchedLine>, usize) {
    let lines = outlook.touched.iter().take(MOST).map(|one| TouchedLine {
        id: one.id.clone(),
        name: one.name.clone(),
        path: path(&one.id),
    });
    (lines.collect(), outlook.touched.len().saturating_sub(MOST))
}

/// What it changes.
pub(super) fn changes(outlook: &Outlook) -> Vec<Change> {
    outlook.changes().into_iter().take(MOST).map(change).collect()
}

fn change(Moved { id, field, was, is }: Moved) -> Change {
    let beside = [noun(&id)];
    let word = |value: &str| {
        let words: Vec<_> = value.split(' ').map(|word| said(&field, word, &beside, Language::Japanese)).collect();
        if value.is_empty() { "なし".to_owned() } else { words.join("、") }
    };
    Change { heading: heading(&field, &beside, Language::Japanese).into_owned(), was: word(&was), is: word(&is), id }
}

fn noun(id: &str) -> &'static str {
    match id {
        _ if id.starts_with("DEV-") => "device",
        _ if id.starts_with("A-") => "application",
        _ if id.len() == 64 => "fingerprint",
        _ if id.len() == 10 && id.bytes().all(|sign| sign.is_ascii_digit() || sign.is_ascii_uppercase()) => "office",
        _ if id.parse::<registry::LoginId>().is_ok() => "login_id",
        _ => "",
    }
}

/// The page of what is named.
pub(super) fn path(id: &str) -> Option<String> {
    match noun(id) {
        "device" => Some(format!("/console/devices/{id}")),
        "application" => path_of(SubjectKind::Application, id),
        "office" => Some(format!("/console/offices/{id}")),
        "login_id" => Some(format!("/console/people/{id}")),
        _ => None,
    }
}
