//! A table that leaves the house is opened in a spreadsheet: one writer knows which cells it would calculate.

use super::files;

/// What of a text says that a table is written there: a mark for spreadsheets, a writer of rows, a quoted cell.
const SIGNS: [&str; 4] = ["\\u{feff}", "csv::Writer", "WriterBuilder", "\"\\\"\\\"\""];

#[test]
fn every_table_of_commas_goes_through_the_one_writer() {
    let (mut there, mut elsewhere) = (0, Vec::new());
    for (name, text) in files(&["ca-tools/src", "gateway/src", "gateway/access_log/src"]) {
        let signs = SIGNS.iter().filter(|sign| text.contains(**sign)).count();
        // Whoever reads a table knows its mark and its quotes, too.
        let reads = ["application/csv.rs", "command/many.rs", "sheet/commas.rs"]
            .iter()
            .any(|file| name == format!("ca-tools/src/{file}"));
        match name.as_str() {
            "ca-tools/src/sheet/csv_table.rs" => there += signs,
            // Tests read what was written; an escape of a log's line is no table's.
            _ if name.ends_with("tests.rs") || name == "gateway/access_log/src/escape.rs" => {}
            _ if signs > 0 && !reads => elsewhere.push(name),
            _ => {}
        }
    }
    assert_eq!(elsewhere, [""; 0], "sheet::CsvTable writes it");
    assert!(there > 0, "the writer itself was not found");
}
