//! Promises of tables that come in and go out.

use std::io::{Cursor, Write};

use rust_xlsxwriter::Workbook;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;

fn texts(rows: &[&[&str]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
}

#[test]
fn what_is_written_is_read_again_and_holds_no_formula() {
    let head = ["事業所番号".to_owned(), "事業所名".to_owned()];
    let rows = texts(&[&["0012345678", "=HYPERLINK(\"https://evil.example\")"], &["1272200002", "㈱みどり,\n柏"]]);
    let book = written(TableFormat::Xlsx, &head, &rows).unwrap();
    let read = read(&book).unwrap();
    let cell = |row: usize, column: usize| read[row].cells[&column].clone();
    assert_eq!(cell(1, 0), Cell::Text("0012345678".into()));
    assert_eq!(cell(1, 1), Cell::Text("=HYPERLINK(\"https://evil.example\")".into()));
    assert_eq!(cell(2, 1), Cell::Text("㈱みどり,\n柏".into()));
    let mut archive = zip::ZipArchive::new(Cursor::new(&book)).unwrap();
    let sheet = std::io::read_to_string(archive.by_name("xl/worksheets/sheet1.xml").unwrap()).unwrap();
    assert!(!sheet.contains("<f>") && sheet.contains("t=\"s\""), "{sheet}");

    let csv = written(TableFormat::Csv, &head, &texts(&[&["=1", "+1"], &["-1", "@a"], &["\tx", "a=b"]])).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    assert_eq!(csv, "\u{feff}事業所番号,事業所名\r\n'=1,'+1\r\n'-1,'@a\r\n'\tx,a=b\r\n");
}

#[test]
fn what_excel_made_of_a_cell_is_no_text() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "電話番号").unwrap();
    sheet.write_number(1, 0, 471_671_111).unwrap();
    sheet.write_boolean(1, 1, true).unwrap();
    let rows = read(&book.save_to_buffer().unwrap()).unwrap();
    let told = rows[1].cells[&0].text().unwrap_err();
    assert!(told.ja.contains("数値（471671111）") && told.ja.contains("「文字列」"), "{told:?}");
    assert_eq!(rows[1].cells[&1].text(), Ok("TRUE"));
}

#[test]
fn a_zip_that_unpacks_without_end_is_refused() {
    let bomb = |size: usize| {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("xl/workbook.xml", SimpleFileOptions::default()).unwrap();
        for _ in 0..size / 65_536 {
            zip.write_all(&[b' '; 65_536]).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    let large = bomb(64 << 20);
    assert!(large.len() < 128 * 1024, "{}", large.len());
    assert!(read(&large).unwrap_err().text.ja.starts_with("ファイルが大きすぎます"));
    // One whose directory says that it is small: 17 MiB that call themselves one octet, in both places that say so.
    let mut liar = bomb(17 << 20);
    let said = u32::try_from(17 << 20).unwrap().to_le_bytes();
    let mut places: Vec<_> = (0..liar.len() - 4).filter(|at| liar[*at..*at + 4] == said).collect();
    assert!(!places.is_empty());
    places.drain(..).for_each(|at| liar[at..at + 4].copy_from_slice(&1_u32.to_le_bytes()));
    assert!(read(&liar).is_err());
    // And one that is honest is only no sheet.
    assert!(read(&bomb(1 << 20)).unwrap_err().text.ja.starts_with("Excel のファイルとして読めません"));
}

#[test]
fn a_sheet_is_no_longer_and_no_wider_than_it_may_be() {
    let at = |row: u32, column: u16| {
        let mut book = Workbook::new();
        book.add_worksheet().write_string(row, column, "x").unwrap();
        read(&book.save_to_buffer().unwrap())
    };
    // The farthest corner: a reader that lays out the whole sheet would need the memory of a hundred machines.
    assert_eq!(at(1_048_575, 16_383).unwrap_err().place, "XFD1048576");
    assert_eq!(at(10_000, 0).unwrap_err().place, "A10001");
    assert_eq!(at(0, 63).unwrap()[0].number, 1);
    let long = format!("事業所番号\n{}", "1\n".repeat(MOST_ROWS + 1));
    assert!(read(long.as_bytes()).unwrap_err().text.ja.contains("2000行まで"));
    assert!(read(&vec![b'x'; LARGEST + 1]).is_err());
    assert!(read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....").unwrap_err().text.ja.contains("パスワード"));
}

#[test]
fn csv_is_read_in_the_encodings_of_excel_here() {
    let (octets, ..) = encoding_rs::SHIFT_JIS.encode("事業所番号,事業所名\r\n1272200001,㈱ひだまり\r\n");
    for octets in [&*octets, "\u{feff}事業所番号,事業所名\r\n1272200001,㈱ひだまり\r\n".as_bytes()] {
        let rows = read(octets).unwrap();
        assert_eq!((rows[1].number, &rows[1].cells[&1]), (2, &Cell::Text("㈱ひだまり".into())));
    }
}

#[test]
fn a_place_is_called_as_a_spreadsheet_calls_it() {
    for (column, said) in [(0, "A7"), (25, "Z7"), (26, "AA7"), (701, "ZZ7"), (702, "AAA7")] {
        assert_eq!(Place { row: 7, column }.to_string(), said);
    }
}
