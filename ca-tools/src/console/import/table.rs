//! What is wrong with a file, and what becomes of it, as tables: row, column, what stands there, what to do.

use super::super::act::{Act, ActTable, Field, FieldKind};
use super::super::fact::read_so;
use super::looked::LookedTable;
use crate::acts::Import;
use crate::sheet::SheetMistake;

/// So many rows of a table are shown; the rest is counted.
const MOST_SHOWN: usize = 100;

/// Says what is wrong, cell by cell.
pub(in crate::console) fn tell(page: &mut Act<'_>, mistakes: &[SheetMistake]) {
    // What is about the whole file is one sentence.
    if let [only] = mistakes
        && only.row().is_none()
    {
        page.mistakes.push(only.text.ja.clone());
        return;
    }
    let cells = mistakes.iter().take(MOST_SHOWN).map(|mistake| {
        vec![
            mistake.row().map(|row| row.to_string()).unwrap_or_default(),
            mistake.letters(),
            mistake.column.clone(),
            mistake.stands.clone(),
            mistake.text.ja.clone(),
        ]
    });
    let cells = ActTable {
        caption: shortened("直すところ", mistakes.len()),
        heads: vec!["行", "列", "項目", "入っている内容", "直し方"],
        rows: cells.collect(),
    };
    page.fields.push(Field::new("cells", "", FieldKind::Cells(cells)));
    page.mistakes.push(format!(
        "表に{}か所の誤りがあります。何も登録していません。直したファイルを、もう一度選んでください。",
        mistakes.len()
    ));
}

/// What each row becomes.
pub(super) fn becomes(looked: &LookedTable) -> ActTable {
    let LookedTable { bulk, made, .. } = looked;
    let rows = bulk.numbers().zip(made.iter()).take(MOST_SHOWN).enumerate();
    let rows = rows.map(|(at, (number, made))| vec![number.to_string(), made.clone(), called(&bulk.import, at)]);
    ActTable {
        caption: shortened("取り込むとできるもの", made.len()),
        heads: vec!["行", "番号・ID", "名前など"],
        rows: rows.collect(),
    }
}

fn shortened(caption: &str, count: usize) -> String {
    if count > MOST_SHOWN {
        format!("{caption}（{count}件のうち、はじめの{MOST_SHOWN}件）")
    } else {
        format!("{caption}（{count}件）")
    }
}

/// What a row is called.
fn called(import: &Import, at: usize) -> String {
    let said = match import {
        Import::Offices(rows) => {
            rows.get(at).and_then(|row| row.form.details[crate::application::Detail::Name].clone())
        }
        Import::People(rows) => rows.get(at).map(|row| {
            let person = &row.person;
            let contact = if row.contact { "・担当者" } else { "" };
            format!(
                "{}（事業所 {}・{}{contact}）",
                read_so(&person.name, &person.kana),
                person.office,
                person.profession
            )
        }),
        Import::Devices(rows) => rows.get(at).map(|row| format!("{}（事業所 {}）", row.label, row.office)),
        Import::Rooms(rows) => rows.get(at).map(|row| row.name.clone()),
        Import::Invitations(_) => None,
        Import::Attendances(rows) => rows.get(at).map(|row| row.year.japanese()),
    };
    said.unwrap_or_default()
}
