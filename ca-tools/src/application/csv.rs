//! A file of many applications: one a line, the first line names the fields.
//!
//! RFC 4180 (or with tabs or semicolons), in UTF-8 (with a byte-order mark or without) or in Windows-31J, as spreadsheets here save it. Which of
//! the two is told by the octets: Japanese in Windows-31J is not UTF-8.

use encoding_rs::SHIFT_JIS;

use super::kind::Kind;
use super::label::{fields_of, label, named};
use super::reading::Fields;
use crate::language::Text;
use crate::spelling;

/// More lines than a city receives at once.
const MOST_LINES: usize = 5_000;

/// Something wrong in a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CsvMistake {
    /// Which line of the file, from 1.
    pub line: usize,
    /// In which column; empty where it is about the line.
    pub column: String,
    /// What to do.
    pub text: Text,
}

impl CsvMistake {
    fn new(line: usize, column: impl Into<String>, text: Text) -> Self {
        Self { line, column: column.into(), text }
    }

    /// Of a field of this line.
    #[must_use]
    pub fn of(line: usize, field: &str, text: Text) -> Self {
        Self::new(line, label(field).ja, text)
    }

    /// 「3行目・電話番号：…」.
    #[must_use]
    pub fn said(&self) -> Text {
        let (line, column) = (self.line, &self.column);
        let (ja, en) = (&self.text.ja, &self.text.en);
        if column.is_empty() {
            Text::new(format!("{line}行目：{ja}"), format!("line {line}: {en}"))
        } else {
            Text::new(format!("{line}行目・{column}：{ja}"), format!("line {line}, {column}: {en}"))
        }
    }
}

/// The applications of a file, each with its line.
///
/// # Errors
/// Everything that is wrong with the file as a table.
pub fn applications(octets: &[u8], kind: Kind) -> Result<Vec<(usize, Fields)>, Vec<CsvMistake>> {
    let mut records = table_of(octets).map_err(|mistake| vec![mistake])?.into_iter();
    let Some((head_line, head)) = records.next() else {
        let text =
            Text::new("項目名の行がありません。1行目に項目名を書いてください。", "there is no line of field names");
        return Err(vec![CsvMistake::new(1, "", text)]);
    };
    let (columns, mut mistakes) = columns(&head, (head_line, kind));
    let mut applications = Vec::new();
    for (line, mut cells) in records {
        // A spreadsheet saves the columns that once were wider: empty ones beyond the head are nothing.
        while cells.len() > head.len() && cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            cells.pop();
        }
        let nameless = |(cell, heading): (&String, &String)| heading.trim().is_empty() && !cell.trim().is_empty();
        if cells.len() > head.len() || cells.iter().zip(&head).any(nameless) {
            let text = Text::new(
                "項目名のない列に値があります。区切りの「,」と引用符を確かめてください。",
                "a value stands in a column without a name",
            );
            mistakes.push(CsvMistake::new(line, "", text));
            continue;
        }
        let named = cells.into_iter().zip(&columns).filter_map(|(cell, field)| Some((field.clone()?, cell)));
        applications.push((line, named.collect()));
    }
    if applications.len() > MOST_LINES {
        let ja = format!("1つのファイルは{MOST_LINES}件までです。分けて受け付けてください。");
        mistakes.push(CsvMistake::new(
            MOST_LINES + 1,
            "",
            Text::new(ja, format!("no more than {MOST_LINES} lines a file")),
        ));
    }
    if mistakes.is_empty() && applications.is_empty() {
        let text = Text::new("申請が1件もありません。2行目から1行に1件ずつ書いてください。", "there is no application");
        mistakes.push(CsvMistake::new(head_line + 1, "", text));
    }
    if mistakes.is_empty() { Ok(applications) } else { Err(mistakes) }
}

/// The records of a file, each with the line it begins on, whatever they are of.
pub(crate) fn table_of(octets: &[u8]) -> Result<Vec<(usize, Vec<String>)>, CsvMistake> {
    let text = decoded(octets)?;
    let (text, separator) = separated(&text);
    records(&text, separator)
}

/// Which field each column holds, and which headings are none; the first of those tells what there is.
fn columns(head: &[String], (line, kind): (usize, Kind)) -> (Vec<Option<String>>, Vec<CsvMistake>) {
    let (mut columns, mut mistakes): (Vec<Option<String>>, Vec<CsvMistake>) = (Vec::new(), Vec::new());
    let mut listed = false;
    for heading in head {
        let shown = spelling::visible(heading.trim()).into_owned();
        if heading.trim().is_empty() {
            columns.push(None);
            continue;
        }
        let field = named(heading);
        if field.is_none() {
            let text = match spelling::line(heading) {
                Err(strange) => strange.text(),
                Ok(_) if listed => Text::new("この項目はありません。", "there is no such field"),
                Ok(_) => {
                    listed = true;
                    no_such_field(kind)
                }
            };
            mistakes.push(CsvMistake::new(line, shown, text));
        } else if columns.contains(&field) {
            let text = Text::new("同じ項目が2列あります。1列にしてください。", "there are two columns of this field");
            mistakes.push(CsvMistake::new(line, shown, text));
        }
        columns.push(field);
    }
    (columns, mistakes)
}

fn no_such_field(kind: Kind) -> Text {
    let fields: Vec<Text> = fields_of(kind).iter().map(|field| label(field)).collect();
    let list = |read: fn(&Text) -> &str, between: &str| fields.iter().map(read).collect::<Vec<_>>().join(between);
    Text::new(
        format!("この項目はありません。{}の項目：{}", kind.japanese(), list(|text| &text.ja, "、")),
        format!("there is no such field; those of {kind}: {}", list(|text| &text.en, ", ")),
    )
}

fn decoded(octets: &[u8]) -> Result<String, CsvMistake> {
    let octets = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
    if octets.starts_with(b"\xff\xfe") || octets.starts_with(b"\xfe\xff") {
        let text = Text::new(
            "UTF-16（「Unicodeテキスト」）で保存されています。「CSV UTF-8」か「CSV」で保存し直してください。",
            "is UTF-16: save the file as UTF-8 or Windows-31J",
        );
        return Err(CsvMistake::new(1, "", text));
    }
    if let Ok(text) = std::str::from_utf8(octets) {
        return Ok(text.to_owned());
    }
    if let Some(text) = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(octets) {
        return Ok(text.into_owned());
    }
    // The first line that is neither.
    let lines = octets.split(|octet| *octet == b'\n');
    let bad = |line: &&[u8]| {
        std::str::from_utf8(line).is_err()
            && SHIFT_JIS.decode_without_bom_handling_and_without_replacement(line).is_none()
    };
    let line = (1..).zip(lines).find(|(_, line)| bad(line)).map_or(1, |(number, _)| number);
    let text = Text::new(
        "文字を読めません。UTF-8 か Windows-31J（シフトJIS）で保存し直してください。",
        "is neither UTF-8 nor Windows-31J: save the file in one of them",
    );
    Err(CsvMistake::new(line, "", text))
}

/// What separates the cells, and the text with lines that end in one way.
///
/// A comma, unless the file says otherwise: in Excel's own line `sep=;`, or by a head in which there is no comma but a tab
/// or a semicolon; no field's name has one of the three. Where no line ends in LF, an old Mac ended them in CR.
fn separated(text: &str) -> (String, u8) {
    let text = if text.contains('\n') { text.to_owned() } else { text.replace('\r', "\n") };
    let first = text.lines().next().unwrap_or_default().trim_end_matches('\r');
    let said = first.trim_matches('"').strip_prefix("sep=").map(str::as_bytes);
    if let Some([said @ (b',' | b';' | b'\t')]) = said {
        // Its line stays, so that the lines below keep their numbers.
        return (text.replacen(first, "", 1), *said);
    }
    let has = |sign: u8| first.as_bytes().contains(&sign);
    let other = [b'\t', b';'].into_iter().find(|sign| !has(b',') && has(*sign));
    (text, other.unwrap_or(b','))
}

/// The records of a table, each with the line it begins on; empty ones are left out.
fn records(text: &str, separator: u8) -> Result<Vec<(usize, Vec<String>)>, CsvMistake> {
    let text = regular(text, separator)?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .terminator(csv::Terminator::Any(b'\n'))
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|why| {
            let line = why.position().map_or(1, |place| whole(place.line()));
            CsvMistake::new(line, "", Text::new("この行を読めません。", why.to_string()))
        })?;
        let (octet, line) = record.position().map_or((0, 1), |place| (whole(place.byte()), whole(place.line())));
        // Lines in which nothing stands are counted to the record that comes after them.
        let empty = text.bytes().skip(octet).take_while(|octet| *octet == b'\n').count();
        keep(&mut records, (line + empty, record.iter().map(str::to_owned).collect()));
    }
    Ok(records)
}

/// A place in a file that is in memory.
fn whole(place: u64) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

/// Where a cell stands while its signs are looked at.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Cell {
    Empty,
    Plain,
    Quoted,
    Closed,
}

/// The text, its lines ended by LF alone, where each quotation mark stands where it may.
///
/// By hand, since the crate that takes a table apart reads any text as one: `"a"b` is `ab` to it, `a"b` is itself, and a
/// mark that nobody closed takes all the lines below into its cell, each without a word.
fn regular(text: &str, separator: u8) -> Result<String, CsvMistake> {
    let misquoted = |line| {
        let text = Text::new("引用符「\"」の使い方を確かめてください。", "a quotation mark stands where none may");
        CsvMistake::new(line, "", text)
    };
    let mut regular = String::with_capacity(text.len());
    let (mut line, mut began, mut cell) = (1, 1, Cell::Empty);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        line += usize::from(sign == '\n');
        cell = match (cell, sign) {
            (Cell::Quoted, '"') => Cell::Closed,
            (Cell::Quoted, _) | (Cell::Empty | Cell::Closed, '"') => Cell::Quoted,
            (_, '\r') if matches!(signs.peek(), Some('\n') | None) => continue,
            (_, '\n') => {
                began = line;
                Cell::Empty
            }
            (_, sign) if sign == char::from(separator) => Cell::Empty,
            (Cell::Closed, _) | (Cell::Plain, '"') => return Err(misquoted(line)),
            (Cell::Empty | Cell::Plain, _) => Cell::Plain,
        };
        regular.push(sign);
    }
    if cell == Cell::Quoted { Err(misquoted(began)) } else { Ok(regular) }
}

fn keep(records: &mut Vec<(usize, Vec<String>)>, record: (usize, Vec<String>)) {
    if record.1.iter().any(|cell| !cell.trim().is_empty()) {
        records.push(record);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(usize, Fields)> {
        applications(text.as_bytes(), Kind::OfficeChange).unwrap_or_else(|mistakes| panic!("{text:?}: {mistakes:?}"))
    }

    fn wrong(octets: &[u8]) -> Vec<(usize, String)> {
        applications(octets, Kind::OfficeChange)
            .unwrap_err()
            .into_iter()
            .map(|mistake| (mistake.line, mistake.column))
            .collect()
    }

    #[test]
    fn a_table_is_read_as_rfc_4180_says_and_as_spreadsheets_write_it() {
        let read = read(
            "\u{feff}事業所番号,\"name\",所在地\r\n1272200001,\"ひだまり, \"\"訪問\"\"看護\",\"柏市\n柏5\"\r\n\r\n1272200002,みどり,\n,,\n",
        );
        assert_eq!(read.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 5]);
        let (_, first) = &read[0];
        assert_eq!((first.get("office"), first.get("name")), ("1272200001", "ひだまり, \"訪問\"看護"));
        assert_eq!(first.get("address"), "柏市\n柏5");
        assert_eq!(read[1].1.get("address"), "");
    }

    #[test]
    fn what_a_spreadsheet_here_saves_is_read_as_well() {
        let (octets, _, unmappable) = SHIFT_JIS.encode("事業所番号,事業所名\r\n1272200001,㈱ひだまり～\r\n");
        assert!(!unmappable && std::str::from_utf8(&octets).is_err());
        let read = applications(&octets, Kind::OfficeChange).unwrap();
        assert_eq!(read[0].1.get("name"), "㈱ひだまり～");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_its_column() {
        let none = String::new;
        assert_eq!(wrong(b""), [(1, none())]);
        assert_eq!(wrong(b"office,name\n"), [(2, none())]);
        assert_eq!(wrong(b"office,colour,office\n1,2,3\n"), [(1, "colour".into()), (1, "office".into())]);
        assert_eq!(wrong(b"office,name\n1,2\n1,2,3\n1\n1,2,3\n"), [(3, none()), (5, none())]);
        assert_eq!(wrong(b"office,name\n1,\"2\n3,4\n"), [(2, none())]);
        assert_eq!(wrong(b"office,name\n1,a\"b\n"), [(2, none())]);
        assert_eq!(wrong(b"office,name\n1,\"a\"b\n"), [(2, none())]);
        assert_eq!(wrong(b"office,name\n1,a\n\xff\xff,b\n"), [(3, none())]);
    }

    #[test]
    fn a_record_keeps_its_line_whatever_stands_above_it_and_its_cells_whatever_is_in_them() {
        let read =
            read("office,name,address\r\n\r\n\n1,\"a\r\n\r\nb\",\"\"\r\n , ,\n2,\"\"\"c\"\"\",\"d,\"\n\r\n3,e\rf,g\r");
        let cells = |at: usize| ["office", "name", "address"].map(|field| read[at].1.get(field).to_owned());
        assert_eq!(read.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [4, 8, 10]);
        assert_eq!(cells(0), ["1", "a\r\n\r\nb", ""]);
        assert_eq!(cells(1), ["2", "\"c\"", "d,"]);
        assert_eq!(cells(2), ["3", "e\rf", "g"]);
        // A mark in the middle, one that follows a closed cell, one that nobody closed: each with its line.
        for (text, line) in [
            ("office,name\n\n1,a\"\n", 3),
            ("office,name\n1,\"a\n\"b\n", 3),
            ("office,name\n1,\"a\" \n", 2),
            ("office,name\n1,b\n\n2,\"a\n3,b\n", 4),
            ("office,name\n1,\"\"a\n", 2),
            ("office;name\n1;\"a\",b\n", 2),
        ] {
            assert_eq!(wrong(text.as_bytes()), [(line, String::new())], "{text:?}");
        }
    }

    #[test]
    fn empty_cells_beyond_the_head_are_nothing_and_full_ones_are_told() {
        let read = read("office,name,,,\r\n1272200001,a,,,,,,\r\n1272200002,b,, ,　\r\n,,,,,,,\r\n");
        assert_eq!(read.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(read[0].1.iter().count(), 2);
        assert_eq!(wrong(b"office,name\n1,a,,,x\n"), [(2, String::new())]);
        assert_eq!(wrong(b"office,name,,\n1,a,,x\n"), [(2, String::new())]);
    }

    #[test]
    fn a_table_is_read_whichever_sign_separates_it_and_however_its_lines_end() {
        for text in [
            "事業所番号\t事業所名\n1272200001\tみどり, 柏\n",
            "事業所番号;事業所名\r\n1272200001;みどり, 柏\r\n",
            "sep=;\r\n事業所番号;事業所名\r\n1272200001;みどり, 柏\r\n",
            "sep=,\n事業所番号,事業所名\n1272200001,\"みどり, 柏\"\n",
            "事業所番号,事業所名\r1272200001,\"みどり, 柏\"\r",
        ] {
            let read = read(text);
            assert_eq!(read.len(), 1, "{text:?}");
            assert_eq!((read[0].1.get("office"), read[0].1.get("name")), ("1272200001", "みどり, 柏"), "{text:?}");
        }
        // The lines below keep their numbers.
        assert_eq!(wrong(b"sep=;\noffice;name\n1;2\n1;2;3\n"), [(4, String::new())]);
        assert_eq!(wrong(b"sep=|\noffice|name\n")[0].0, 1);
    }

    #[test]
    fn a_heading_that_is_none_is_told_what_there_is() {
        let told = |text: &str| applications(text.as_bytes(), Kind::Ids).unwrap_err();
        let mistakes = told("事業所番号,氏名,日付\n1,2,3\n");
        assert!(
            mistakes[0].text.ja.contains("ID登録・削除（様式1）の項目：事業所番号、登録する人1の氏名、"),
            "{mistakes:?}"
        );
        assert_eq!((mistakes.len(), mistakes[1].text.ja.as_str()), (2, "この項目はありません。"));
        let unseen = told("事業所\u{200b}番号\n1\n");
        assert!(
            unseen[0].said().ja.starts_with("1行目・事業所⟨U+200B⟩番号：4文字目に見えない文字（U+200B）"),
            "{unseen:?}"
        );
        let utf16: Vec<u8> = "\u{feff}事業所番号\t".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(applications(&utf16, Kind::Ids).unwrap_err()[0].text.ja.starts_with("UTF-16"));
    }
}
