//! What does a form say of the rows?

use std::collections::BTreeMap;

use super::line::{AnswerLine, field};
use crate::campaign::{OfficeSheet, RowAnswer, RowStanding, RowSubject};
use crate::desk::Fields;

/// What was chosen of each row that is not over.
pub(crate) type Chosen = BTreeMap<RowSubject, RowAnswer>;

/// What a form chose. A row of which it says nothing is not in it.
pub(crate) fn chosen(sheet: &OfficeSheet, fields: &Fields) -> Chosen {
    let open = sheet.standings().filter(|(_, stands)| !matches!(stands, RowStanding::Ended | RowStanding::Gone));
    let typed = open.filter_map(|(row, _)| Some((row.subject.clone(), fields.get(&field(&row.subject)).parse().ok()?)));
    typed.collect()
}

/// What of it is another than what stands there: only that is written.
pub(crate) fn answers_of(sheet: &OfficeSheet, chosen: &Chosen) -> BTreeMap<RowSubject, Option<RowAnswer>> {
    let another = |(subject, answer): (&RowSubject, &RowAnswer)| {
        let stands = sheet.row(subject).and_then(|row| row.answer.as_ref()).map(|given| given.answer);
        (stands != Some(*answer)).then(|| (subject.clone(), Some(*answer)))
    };
    chosen.iter().filter_map(another).collect()
}

/// The rows that nobody touched, on paper or here, chosen to go on: the only act on many rows.
pub(crate) fn with_the_rest(sheet: &OfficeSheet, mut chosen: Chosen) -> Chosen {
    for (subject, answer) in sheet.all_others_continue().rows {
        if let Some(answer) = answer {
            chosen.entry(subject).or_insert(answer);
        }
    }
    chosen
}

/// The lines of a page: people, and devices, with what was chosen over what stands there.
pub(crate) fn lines(sheet: &OfficeSheet, chosen: &Chosen) -> [Vec<AnswerLine>; 2] {
    let of = |people: bool| {
        let rows = sheet.rows.iter().filter(move |row| matches!(row.subject, RowSubject::Person(_)) == people);
        let line = |row: &crate::campaign::CampaignRow| {
            let mut line = AnswerLine::of(sheet, row);
            if let Some(answer) = chosen.get(&row.subject).filter(|_| line.open) {
                line.answer = Some(*answer);
            }
            line
        };
        rows.map(line).collect()
    };
    [of(true), of(false)]
}

/// The rows that are not over, and of which neither this form nor anybody before it says anything.
pub(crate) fn left<'a>(sheet: &'a OfficeSheet, chosen: &'a Chosen) -> impl Iterator<Item = &'a RowSubject> {
    let open = sheet.standings().filter(|(_, stands)| *stands == RowStanding::Unanswered).map(|(row, _)| &row.subject);
    open.filter(|subject| !chosen.contains_key(subject))
}
