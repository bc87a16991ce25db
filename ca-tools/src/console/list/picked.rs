//! Which rows of a list are meant: those that are ticked, those on the page, or all that the search finds. Once looked at they
//! are carried along as they were, whatever comes to the list afterwards.

use super::super::operator::Operator;
use super::query::ListQuery;
use crate::acts::{FrozenRow, MOST_OF_A_LIST};
use crate::desk::Desk;
use crate::ledger::SortOrder;
use crate::refusal::Unavailable;

/// Rows that are read together.
const AT_A_TIME: usize = 1_000;
/// Between a row and its mark, and unseen in what a browser sends.
const BETWEEN: char = '*';

/// The rows that a form means: none where it means none, one too many where there are too many.
pub(super) async fn rows(desk: &Desk, operator: &Operator, asked: &ListQuery) -> Result<Vec<FrozenRow>, Unavailable> {
    let typed = operator.fields();
    let frozen = typed.get("list");
    if !frozen.is_empty() {
        return Ok(frozen.split(' ').map(row).collect());
    }
    let unmarked = |id: &str| FrozenRow { id: id.to_owned(), mark: String::new() };
    Ok(match typed.get("which") {
        "all" => all(desk, asked).await?.iter().map(|id| unmarked(id)).collect(),
        "shown" => typed.get("shown").split(' ').filter(|id| !id.is_empty()).map(unmarked).collect(),
        _ => typed.each("row").filter(|id| !id.is_empty()).map(unmarked).collect(),
    })
}

/// As a form carries them.
pub(super) fn carried(rows: &[FrozenRow]) -> String {
    let one = |row: &FrozenRow| match row.mark.as_str() {
        "" => row.id.clone(),
        mark => format!("{}{BETWEEN}{mark}", row.id),
    };
    rows.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn row(text: &str) -> FrozenRow {
    let (id, mark) = text.split_once(BETWEEN).unwrap_or((text, ""));
    FrozenRow { id: id.to_owned(), mark: mark.to_owned() }
}

/// All that the search finds, by their key; one more than anybody looks through, where there are more.
async fn all(desk: &Desk, asked: &ListQuery) -> Result<Vec<String>, Unavailable> {
    let ledger = desk.writer().ledger();
    let mut question = asked.whole_question(&ledger).await?;
    question.sort = asked.roll.sorts()[0].name;
    question.order = SortOrder::Ascending;
    question.after = None;
    question.most = AT_A_TIME;
    let mut keys = Vec::new();
    loop {
        let found = ledger.list(&question).await?;
        keys.extend(found.entries.iter().map(|entry| super::row(asked.roll, entry).key));
        match found.next {
            Some(next) if keys.len() <= MOST_OF_A_LIST => question.after = Some(next),
            Some(_) | None => {
                keys.truncate(MOST_OF_A_LIST + 1);
                return Ok(keys);
            }
        }
    }
}
