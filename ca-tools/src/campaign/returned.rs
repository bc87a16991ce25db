//! A table that came back. It is taken for the office's word only where every row is the one that was written out, once, and
//! none is missing: else nothing of it is, and every cell that is wrong is named.

use std::collections::BTreeMap;

use registry::OfficeNo;

use super::table::{CORRECTION, NEW_PERSON, TableColumn};
use super::{CampaignAnswers, CampaignRow, OfficeSheet, RowAnswer};
use crate::application::{Detail, Fields};
use crate::language::Text;
use crate::sheet::{self, Cell, Place, SheetMistake, SheetRow};
use crate::spelling::{matched, visible};

/// What one office wrote into its table.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReturnedOffice {
    /// Its answers; what it wrote beside them is not among them yet.
    pub(crate) answers: CampaignAnswers,
    /// The fields of 様式1, where it asks for new IDs.
    pub(crate) new_ids: Option<Fields>,
    /// The fields of 様式2, where it corrects what is known of it.
    pub(crate) corrections: Option<Fields>,
}

/// What came back: by office.
pub(crate) type Returned = BTreeMap<OfficeNo, ReturnedOffice>;

/// Reads a returned table, held against what each office was asked.
///
/// # Errors
/// Everything that is wrong with it, by its cell.
pub(crate) fn returned(octets: &[u8], sheets: &[OfficeSheet]) -> Result<Returned, Vec<SheetMistake>> {
    let rows = sheet::read(octets).map_err(|mistake| vec![mistake])?;
    let Some((head, rows)) = rows.split_first() else {
        return Err(vec![SheetMistake::of_file(Text::new(
            "1行目に項目名がありません。",
            "there is no line of column names",
        ))]);
    };
    let columns = columns(head)?;
    let by_number: BTreeMap<String, &OfficeSheet> =
        sheets.iter().map(|sheet| (matched(sheet.office.as_str()), sheet)).collect();
    let (seen, editions) = (BTreeMap::new(), BTreeMap::new());
    let mut reading = ReturnReader { columns, seen, editions, returned: Returned::new(), mistakes: Vec::new() };
    for row in rows {
        reading.row(row, &by_number);
    }
    let ReturnReader { seen, returned, mut mistakes, .. } = reading;
    for office in returned.keys() {
        let asked = by_number.get(&matched(office.as_str())).into_iter().flat_map(|sheet| sheet.rows.iter());
        for row in asked.filter(|row| row.is_there && row.ended_at.is_none()) {
            if !seen.contains_key(&row.subject.to_string()) {
                mistakes.push(missing(office, row));
            }
        }
    }
    if returned.is_empty() && mistakes.is_empty() {
        mistakes.push(SheetMistake::of_file(Text::new("1件もありません。", "there is none")));
    }
    if mistakes.is_empty() { Ok(returned) } else { Err(mistakes) }
}

fn missing(office: &OfficeNo, row: &CampaignRow) -> SheetMistake {
    SheetMistake::of_file(Text::new(
        format!(
            "事業所 {office} の {}（{}）の行がありません。消さずに、「継続」か「削除」を書いてください。",
            row.called, row.subject
        ),
        format!("the row of {} of {office} is missing: put it back, and answer it", row.subject),
    ))
}

fn columns(head: &SheetRow) -> Result<BTreeMap<usize, TableColumn>, Vec<SheetMistake>> {
    let (mut columns, mut mistakes) = (BTreeMap::new(), Vec::new());
    for (column, cell) in &head.cells {
        let place = Place { row: head.number, column: *column };
        let typed = cell.text().unwrap_or_default().trim();
        let known = TableColumn::ALL.into_iter().find(|known| matched(known.heading()) == matched(typed));
        match known {
            Some(known) if columns.values().any(|other| *other == known) => {
                let text = Text::new("同じ項目が2列あります。1列にしてください。", "there are two of this column");
                mistakes.push(SheetMistake::at(place, known.heading(), text));
            }
            Some(known) => drop(columns.insert(*column, known)),
            None => {
                let text = Text::new("現況届の表の項目ではありません。", "is no column of this table");
                mistakes.push(SheetMistake::at(place, visible(typed), text).standing(Some(cell)));
            }
        }
    }
    let needed = TableColumn::ALL.into_iter().filter(|known| known.stays() || *known == TableColumn::Answer);
    let needed = needed.chain([TableColumn::Edition]);
    for missing in needed.filter(|known| !columns.values().any(|found| found == known)) {
        let text = Text::new(format!("「{}」の列がありません。", missing.heading()), "a column is missing".to_owned());
        mistakes.push(SheetMistake::of_row(head.number, text));
    }
    if mistakes.is_empty() { Ok(columns) } else { Err(mistakes) }
}

struct ReturnReader {
    columns: BTreeMap<usize, TableColumn>,
    /// In which row each ID and device stood first.
    seen: BTreeMap<String, usize>,
    /// The oldest edition of which an office's rows are.
    editions: BTreeMap<OfficeNo, i64>,
    returned: Returned,
    mistakes: Vec<SheetMistake>,
}

impl ReturnReader {
    fn row(&mut self, row: &SheetRow, sheets: &BTreeMap<String, &OfficeSheet>) {
        let before = self.mistakes.len();
        for column in row.cells.keys().filter(|column| !self.columns.contains_key(column)).copied().collect::<Vec<_>>()
        {
            let text = Text::new("項目名のない列に値があります。", "a value stands in a column without a name");
            let place = Place { row: row.number, column };
            self.mistakes.push(SheetMistake::at(place, "", text).standing(row.cells.get(&column)));
        }
        let Some(office) = self.text(row, TableColumn::Office) else { return };
        let Some(sheet) = sheets.get(&matched(&office)) else {
            return self.wrong(
                row,
                TableColumn::Office,
                Text::new("この現況届の対象の事業所ではありません。", "is no office of this campaign"),
            );
        };
        let campaign = self.text(row, TableColumn::Campaign).unwrap_or_default();
        if self.mistakes.len() == before && matched(&campaign) != matched(&sheet.campaign.to_string()) {
            return self.wrong(
                row,
                TableColumn::Campaign,
                Text::new(
                    format!("この現況届（{}）の表ではありません。", sheet.campaign),
                    format!("is not of {}", sheet.campaign),
                ),
            );
        }
        let kind = self.text(row, TableColumn::Kind).unwrap_or_default();
        match kind.trim() {
            NEW_PERSON => self.new_person(row, sheet),
            CORRECTION => self.correction(row, sheet),
            _ => self.answer(row, sheet),
        }
    }

    /// A row that was written out.
    fn answer(&mut self, row: &SheetRow, sheet: &OfficeSheet) {
        let number = self.text(row, TableColumn::Number).unwrap_or_default();
        let known = sheet.rows.iter().find(|known| matched(&known.subject.to_string()) == matched(&number));
        let Some(known) = known else {
            let text = Text::new(
                format!("事業所 {} の現況届にない番号です。", sheet.office),
                format!("is no row of {}", sheet.office),
            );
            return self.wrong(row, TableColumn::Number, text);
        };
        let subject = known.subject.to_string();
        if let Some(first) = self.seen.insert(subject.clone(), row.number) {
            let text = Text::new(
                format!("{first}行目と同じ番号です。1行にしてください。"),
                format!("stands in row {first}, too: leave one of them"),
            );
            return self.wrong(row, TableColumn::Number, text);
        }
        for column in TableColumn::ALL.into_iter().filter(|column| column.stays()) {
            let was = column.cell(sheet, known);
            let Some(is) = self.text(row, column) else { continue };
            // What begins like a formula was written out with an apostrophe before it.
            if matched(is.trim_start_matches('\'')) != matched(was.trim_start_matches('\'')) {
                let text = Text::new(
                    format!(
                        "書き換えられています（もとは「{was}」）。もとに戻し、変更は「{CORRECTION}」の行に書いてください。"
                    ),
                    format!("was changed (it was {was:?}): put it back"),
                );
                self.wrong(row, column, text);
            }
        }
        let edition = self.text(row, TableColumn::Edition).and_then(|text| text.trim().parse::<i64>().ok());
        let Some(edition) = edition.filter(|edition| *edition <= sheet.edition) else {
            let text = Text::new(
                "書き換えられています。もとの表を使ってください。",
                "was changed: use the table as it was written out",
            );
            return self.wrong(row, TableColumn::Edition, text);
        };
        let answer = self.text(row, TableColumn::Answer).unwrap_or_default();
        let typed = matched(&answer);
        let answer = RowAnswer::ALL.iter().find(|one| typed == matched(one.japanese()) || typed == one.as_str());
        if answer.is_none() && !typed.is_empty() {
            let text = Text::new("「継続」か「削除」と書いてください。", "write continue or delete");
            return self.wrong(row, TableColumn::Answer, text);
        }
        // Of a file that was put together from two, what came in after the older one counts as not seen.
        let oldest = self.editions.entry(sheet.office.clone()).or_insert(edition);
        *oldest = edition.min(*oldest);
        let seen = *oldest;
        let office = self.returned.entry(sheet.office.clone()).or_default();
        office.answers.seen = seen;
        // A cell that is empty says nothing; what is over has nothing to be said of it.
        if let Some(answer) = answer.filter(|_| known.is_there && known.ended_at.is_none()) {
            office.answers.rows.insert(known.subject.clone(), Some(*answer));
        }
    }

    fn new_person(&mut self, row: &SheetRow, sheet: &OfficeSheet) {
        let name = self.text(row, TableColumn::Called).unwrap_or_default();
        let profession = self.text(row, TableColumn::Detail).unwrap_or_default();
        for (column, text) in [(TableColumn::Called, &name), (TableColumn::Detail, &profession)] {
            if text.trim().is_empty() {
                self.wrong(row, column, Text::new("入力してください。", "is missing"));
            }
        }
        self.nothing_in(row, TableColumn::Number);
        self.nothing_in(row, TableColumn::Answer);
        let office = self.returned.entry(sheet.office.clone()).or_default();
        let fields = office.new_ids.get_or_insert_with(|| of_office(sheet));
        let count = fields.iter().filter(|(field, _)| field.ends_with("-name")).count() + 1;
        fields.set(format!("person-{count}-name"), name);
        fields.set(format!("person-{count}-profession"), profession);
    }

    fn correction(&mut self, row: &SheetRow, sheet: &OfficeSheet) {
        let what = self.text(row, TableColumn::Number).unwrap_or_default();
        let value = self.text(row, TableColumn::Called).unwrap_or_default();
        let detail = Detail::on_forms().find(|detail| matched(detail.label().0) == matched(&what));
        let Some(detail) = detail else {
            let known: Vec<_> = Detail::on_forms().map(|detail| detail.label().0).collect();
            let text = Text::new(
                format!("訂正できるのは次の項目です：{}。", known.join("、")),
                "no such detail of an office".to_owned(),
            );
            return self.wrong(row, TableColumn::Number, text);
        };
        if value.trim().is_empty() {
            return self.wrong(row, TableColumn::Called, Text::new("新しい内容を書いてください。", "is missing"));
        }
        self.nothing_in(row, TableColumn::Answer);
        let office = self.returned.entry(sheet.office.clone()).or_default();
        office.corrections.get_or_insert_with(|| of_office(sheet)).set(detail.as_str(), value);
    }

    fn nothing_in(&mut self, row: &SheetRow, column: TableColumn) {
        if self.text(row, column).is_some_and(|text| !text.trim().is_empty()) {
            self.wrong(row, column, Text::new("この行では空欄にしてください。", "stays empty in such a row"));
        }
    }

    /// What stands there; nothing of a cell that is no text, which is told.
    fn text(&mut self, row: &SheetRow, column: TableColumn) -> Option<String> {
        let at = self.columns.iter().find(|(_, known)| **known == column).map(|(at, _)| *at);
        let Some(cell) = at.and_then(|at| row.cells.get(&at)) else { return Some(String::new()) };
        // The edition is a number of ours, and has no zeros in front.
        if let (TableColumn::Edition, Cell::Number(number)) = (column, cell) {
            return Some(number.clone());
        }
        match cell.text() {
            Ok(text) => Some(text.to_owned()),
            Err(why) => {
                self.wrong(row, column, why);
                None
            }
        }
    }

    fn wrong(&mut self, row: &SheetRow, column: TableColumn, text: Text) {
        let at = self.columns.iter().find(|(_, known)| **known == column).map_or(0, |(at, _)| *at);
        let place = Place { row: row.number, column: at };
        self.mistakes.push(SheetMistake::at(place, column.heading(), text).standing(row.cells.get(&at)));
    }
}

/// The fields of a form of this office.
fn of_office(sheet: &OfficeSheet) -> Fields {
    let mut fields = Fields::default();
    fields.set("office", sheet.office.as_str());
    fields
}

#[cfg(test)]
mod tests {
    use super::super::office::tests::sheet;
    use super::super::row::tests::{said, untouched};
    use super::super::table::{table_head, table_rows};
    use super::*;
    use crate::sheet::{TableFormat, written};

    fn asked() -> OfficeSheet {
        OfficeSheet {
            edition: 3,
            ..sheet(vec![untouched("k.sato"), said(untouched("m.ito"), RowAnswer::Delete, "k.sato")])
        }
    }

    fn file(rows: &[Vec<String>], format: TableFormat) -> Vec<u8> {
        written(format, &table_head(), rows).unwrap()
    }

    fn at(column: TableColumn) -> usize {
        TableColumn::ALL.iter().position(|one| *one == column).unwrap()
    }

    fn wrong(change: impl FnOnce(&mut Vec<Vec<String>>)) -> Vec<String> {
        let asked = asked();
        let mut rows = table_rows(&asked);
        change(&mut rows);
        let mistakes = returned(&file(&rows, TableFormat::Csv), &[asked]).unwrap_err();
        mistakes.iter().map(|mistake| format!("{} {}", mistake.place, mistake.column)).collect()
    }

    #[test]
    fn a_table_that_came_back_as_it_went_says_what_was_filled_in_and_an_empty_cell_says_nothing() {
        let asked = asked();
        let mut rows = table_rows(&asked);
        for format in [TableFormat::Csv, TableFormat::Xlsx] {
            let read = returned(&file(&rows, format), std::slice::from_ref(&asked)).unwrap();
            let office = &read[&asked.office];
            assert_eq!(office.answers.seen, 3);
            let ito = "m.ito".parse().unwrap();
            assert_eq!(office.answers.rows.iter().collect::<Vec<_>>(), [(&ito, &Some(RowAnswer::Delete))]);
        }
        rows[0][at(TableColumn::Answer)] = "継続".to_owned();
        // As a spreadsheet in Japan saves it.
        let csv = String::from_utf8(file(&rows, TableFormat::Csv)).unwrap();
        let (octets, _, _) = encoding_rs::SHIFT_JIS.encode(csv.trim_start_matches('\u{feff}'));
        let read = returned(&octets, std::slice::from_ref(&asked)).unwrap();
        assert_eq!(read[&asked.office].answers.rows.len(), 2);
    }

    #[test]
    fn a_table_put_together_from_two_has_seen_no_more_than_the_older_one() {
        let asked = asked();
        for row in [0, 1] {
            let mut rows = table_rows(&asked);
            rows[row][at(TableColumn::Edition)] = "2".to_owned();
            let read = returned(&file(&rows, TableFormat::Csv), std::slice::from_ref(&asked)).unwrap();
            assert_eq!(read[&asked.office].answers.seen, 2, "row {row}");
        }
    }

    #[test]
    fn a_changed_a_missing_a_doubled_or_a_foreign_row_is_named_by_its_cell() {
        let heading = |column: TableColumn| column.heading();
        let renamed = wrong(|rows| rows[0][at(TableColumn::Called)] = "別人".to_owned());
        assert_eq!(renamed, [format!("F2 {}", heading(TableColumn::Called))]);
        let lost = wrong(|rows| drop(rows.remove(0)));
        assert_eq!(lost, [" "], "of the file, with the row's number in its words");
        let doubled = wrong(|rows| rows.push(rows[0].clone()));
        assert_eq!(doubled, [format!("E4 {}", heading(TableColumn::Number))]);
        let foreign = wrong(|rows| rows[1][at(TableColumn::Number)] = "x.foreign".to_owned());
        assert_eq!(foreign, [format!("E3 {}", heading(TableColumn::Number)), " ".to_owned()]);
        let elsewhere = wrong(|rows| rows[1][at(TableColumn::Office)] = "1272209999".to_owned());
        assert_eq!(elsewhere, [format!("B3 {}", heading(TableColumn::Office)), " ".to_owned()]);
        let of_last_year = wrong(|rows| rows[0][at(TableColumn::Campaign)] = "C-2025".to_owned());
        assert_eq!(of_last_year[0], format!("A2 {}", heading(TableColumn::Campaign)));
        let odd = wrong(|rows| rows[0][at(TableColumn::Answer)] = "はい".to_owned());
        assert_eq!(odd, [format!("K2 {}", heading(TableColumn::Answer))]);
        let newer = wrong(|rows| rows[0][at(TableColumn::Edition)] = "9".to_owned());
        assert_eq!(newer, [format!("L2 {}", heading(TableColumn::Edition))]);
        let both = wrong(|rows| {
            rows[0][at(TableColumn::Called)] = "別人".to_owned();
            rows[1][at(TableColumn::Answer)] = "?".to_owned();
        });
        assert_eq!(both.len(), 2, "every one at once: {both:?}");
    }

    #[test]
    fn new_ids_and_corrections_stand_in_rows_of_their_own() {
        let asked = asked();
        let mut rows = table_rows(&asked);
        let more = |kind: &str, number: &str, called: &str, detail: &str| {
            let mut row = vec![String::new(); TableColumn::ALL.len()];
            row[at(TableColumn::Campaign)] = "C-2026".to_owned();
            row[at(TableColumn::Office)] = asked.office.to_string();
            row[at(TableColumn::Kind)] = kind.to_owned();
            row[at(TableColumn::Number)] = number.to_owned();
            row[at(TableColumn::Called)] = called.to_owned();
            row[at(TableColumn::Detail)] = detail.to_owned();
            row
        };
        rows.push(more(NEW_PERSON, "", "山田 太郎", "看護師"));
        rows.push(more(NEW_PERSON, "", "鈴木 次郎", "医師"));
        rows.push(more(CORRECTION, "電話番号", "04-7100-0000", ""));
        let read = returned(&file(&rows, TableFormat::Xlsx), std::slice::from_ref(&asked)).unwrap();
        let office = &read[&asked.office];
        let ids = office.new_ids.as_ref().unwrap();
        assert_eq!((ids.get("person-1-name"), ids.get("person-2-profession")), ("山田 太郎", "医師"));
        assert_eq!(office.corrections.as_ref().unwrap().get("telephone"), "04-7100-0000");
        rows.push(more(CORRECTION, "好きな色", "青", ""));
        let mistakes = returned(&file(&rows, TableFormat::Csv), &[asked]).unwrap_err();
        assert_eq!(mistakes[0].place, "E7");
    }
}
