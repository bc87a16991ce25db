//! What the registry says of a row, told at the cell that it is about.

use super::{Bulk, Noun};
use crate::acts::NotImported;
use crate::language::Text;
use crate::refusal::{Kind, Refusal};
use crate::sheet::SheetMistake;

/// Each of them, by its cell, in the words of who reads it.
pub(crate) fn refused(bulk: &Bulk, refused: &[NotImported], words: fn(&Refusal) -> Text) -> Vec<SheetMistake> {
    let said = |refused: &NotImported| {
        let text = words(&refused.why);
        let row = refused.at.and_then(|at| bulk.rows.get(at));
        match (row, key(bulk.noun, &refused.why)) {
            (Some(row), Some(key)) => {
                let (place, heading) = bulk.head.place(row.number, key);
                SheetMistake::at(place, heading, text).standing(row.cells.get(&place.column))
            }
            (Some(row), None) => SheetMistake::of_row(row.number, text),
            (None, _) => SheetMistake::of_file(text),
        }
    };
    refused.iter().map(said).collect()
}

/// Which column a refusal is about, where it is about one.
fn key(noun: Noun, why: &Refusal) -> Option<&'static str> {
    match (noun, why) {
        (Noun::Offices, Refusal::Taken(..)) => Some("office"),
        (Noun::People, Refusal::Overtaken(_)) => Some("login_id"),
        (Noun::People, Refusal::Taken(..)) => Some("login_id"),
        (Noun::Rooms, Refusal::Taken(..)) => Some("room"),
        (Noun::People | Noun::Devices, Refusal::Unknown(Kind::Office, _)) => Some("office"),
        (Noun::Devices, Refusal::Unknown(Kind::SystemUser, _) | Refusal::OtherOffice(..)) => Some("users"),
        (Noun::Invitations, Refusal::Unknown(Kind::Room, _)) => Some("room"),
        (Noun::Invitations | Noun::Attendances, Refusal::Unknown(Kind::SystemUser, _)) => Some("login_id"),
        (Noun::Attendances, Refusal::Unknown(Kind::Training, _)) => Some("year"),
        (Noun::Attendances, Refusal::Illegal(..)) => Some("login_id"),
        _ => None,
    }
}
