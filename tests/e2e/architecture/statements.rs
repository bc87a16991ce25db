//! A statement stands where a row is known: in `rows`. `ledger` asks for lists, and writes nothing; `database` speaks to either
//! database. Whoever decides takes and gives values.

use super::{files, is_test};

/// What a statement begins with; by which of them it writes.
const ASKS: [&str; 2] = ["SELECT ", "WITH "];
const WRITES: [&str; 7] =
    ["INSERT INTO ", "UPDATE ", "DELETE FROM ", "CREATE TABLE ", "ALTER TABLE ", "GRANT ", "REVOKE "];

/// Every line of this text on which a statement begins, with one of these words.
fn statements(text: &str, words: &[&str]) -> Vec<usize> {
    let is_one = |line: &str| {
        let line = line.trim_start();
        !line.starts_with("//")
            && words.iter().any(|word| line.starts_with(word) || line.contains(&format!("\"{word}")))
    };
    text.lines().enumerate().filter(|(_, line)| is_one(line)).map(|(at, _)| at + 1).collect()
}

#[test]
fn sql_stands_in_rows_only() {
    let (mut rows, mut lists) = (0, 0);
    for (name, text) in files(&["ca-tools/src"]) {
        if is_test(&name) || name.starts_with("ca-tools/src/database/") {
            continue;
        }
        let (asks, writes) = (statements(&text, &ASKS), statements(&text, &WRITES));
        if name.starts_with("ca-tools/src/rows/") {
            rows += asks.len() + writes.len();
            continue;
        }
        assert!(writes.is_empty(), "{name} writes rows by itself: {writes:?}");
        if name.starts_with("ca-tools/src/ledger/") {
            lists += asks.len();
        } else {
            assert!(asks.is_empty(), "{name} asks for rows by itself: {asks:?}");
        }
    }
    assert!(rows > 150 && lists > 30, "the rooms of rows have other names: {rows}, {lists}");
}

#[test]
fn a_statement_is_found_in_one_line_and_in_the_middle_of_a_text() {
    let text = "// SELECT a\nlet a = tx.row(\"SELECT a FROM b\", []);\nlet b = \"x \\\n    UPDATE b SET a = 1\";\nselect(a);\n";
    assert_eq!(statements(text, &ASKS), [2]);
    assert_eq!(statements(text, &WRITES), [4]);
}
