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
    assert!(read(long.as_bytes()).unwrap_err().text.ja.contains("5000行まで"));
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

#[test]
fn a_formula_a_merged_cell_and_a_day_are_no_texts_and_frames_are_no_rows() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "部屋番号").unwrap();
    sheet.write_formula(1, 0, rust_xlsxwriter::Formula::new("=\"R\"&1").set_result("R1")).unwrap();
    let day = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    sheet.write_number_with_format(1, 1, 46_000, &day).unwrap();
    let frame = rust_xlsxwriter::Format::new().set_border(rust_xlsxwriter::FormatBorder::Thin);
    for row in 2..500 {
        sheet.write_blank(row, 0, &frame).unwrap();
    }
    let rows = read(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows[1].cells[&0].text().unwrap_err().ja.starts_with("数式です"), "{rows:?}");
    assert!(rows[1].cells[&1].text().unwrap_err().ja.contains("日付にしています"), "{rows:?}");
    assert_eq!((rows[1].cells[&0].shown(), rows[1].cells[&1].shown()), ("（数式）".into(), "（日付）".into()));

    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "部屋番号").unwrap();
    sheet.merge_range(1, 0, 2, 1, "R1", &frame).unwrap();
    let told = read(&book.save_to_buffer().unwrap()).unwrap_err();
    assert_eq!(told.place, "A2");
    assert!(told.text.ja.starts_with("A2からB3までのセルが結合されています"), "{told:?}");

    let rows = read("部屋番号,部屋の名前\r\nR1,森\r\n,\r\n\u{3000},\r\n,\r\n".as_bytes()).unwrap();
    assert_eq!(rows.len(), 2, "{rows:?}");
}

#[test]
fn a_million_cells_are_given_up_before_they_are_held() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..20_000_u32 {
        for column in 0..50_u16 {
            sheet.write_number(row, column, 1).unwrap();
        }
    }
    let file = book.save_to_buffer().unwrap();
    let told = read(&file).unwrap_err().text.ja;
    assert!(told.contains("5000行まで") || told.starts_with("ファイルが大きすぎます"), "{told}");
}

#[test]
fn what_only_is_called_a_table_is_none() {
    for octets in [&b"%PDF-1.7"[..], b" \n<html>", b"\x89PNG\r\n\x1a\n\0\0", b"\xff\xfea\0,\0"] {
        assert!(read(octets).unwrap_err().text.ja.starts_with("表のファイルではありません"), "{octets:?}");
    }
    assert!(read(b"").unwrap_err().text.ja.starts_with("空のファイルです"));
}

#[test]
fn signs_of_windows_come_in_as_they_were_typed() {
    let (octets, _, lost) = encoding_rs::SHIFT_JIS.encode("氏名\r\n髙﨑　①号～㈱\r\n");
    assert!(!lost);
    assert_eq!(read(&octets).unwrap()[1].cells[&0], Cell::Text("髙﨑　①号～㈱".into()));
}
