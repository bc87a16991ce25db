//! A table that grows row by row, however many there will be, and is a file at its end.

use rust_xlsxwriter::{Format, Workbook, Worksheet};

use super::csv_table::CsvTable;
use super::{SheetFault, TableFormat};

/// No cell of a workbook holds more (Excel's own limit, in UTF-16 units).
const LONGEST: usize = 32_767;
/// What stands in the place of the rest of a text that is longer.
const CUT: &str = "…（長いため、ここまで。すべてはCSVにあります）";

/// A table under way.
pub(crate) struct GrowingTable(Growing);

enum Growing {
    Commas(Box<CsvTable<Vec<u8>>>),
    Book(Box<Book>),
}

struct Book {
    sheet: Worksheet,
    text: Format,
    row: u32,
}

impl GrowingTable {
    /// Begins one, with its head.
    pub(crate) fn begin(kind: TableFormat, head: &[&str]) -> Result<Self, SheetFault> {
        let growing = match kind {
            TableFormat::Csv => Growing::Commas(Box::new(CsvTable::begin(Vec::new(), head.iter().copied())?)),
            TableFormat::Xlsx => Growing::Book(Box::new(Book::begin(head)?)),
        };
        Ok(Self(growing))
    }

    /// One more row.
    pub(crate) fn row(&mut self, cells: &[String]) -> Result<(), SheetFault> {
        match &mut self.0 {
            Growing::Commas(table) => Ok(table.row(cells.iter().map(String::as_str))?),
            Growing::Book(book) => book.row(cells),
        }
    }

    /// There are no more: the file's octets.
    pub(crate) fn end(self) -> Result<Vec<u8>, SheetFault> {
        match self.0 {
            Growing::Commas(table) => Ok(table.into_inner()?),
            Growing::Book(book) => {
                let mut workbook = Workbook::new();
                workbook.push_worksheet(book.sheet);
                Ok(workbook.save_to_buffer()?)
            }
        }
    }
}

impl Book {
    fn begin(head: &[&str]) -> Result<Self, SheetFault> {
        // 「文字列」: what is typed into such a cell stays as it was typed, its zeros too.
        let text = Format::new().set_num_format("@");
        let heading = text.clone().set_bold();
        let mut sheet = Worksheet::new();
        for (column, name) in (0..).zip(head) {
            sheet.set_column_format(column, &text)?.set_column_width(column, 20)?;
            sheet.write_string_with_format(0, column, *name, &heading)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        Ok(Self { sheet, text, row: 0 })
    }

    fn row(&mut self, cells: &[String]) -> Result<(), SheetFault> {
        self.row += 1;
        for (column, cell) in (0..).zip(cells) {
            self.sheet.write_string_with_format(self.row, column, shortened(cell), &self.text)?;
        }
        Ok(())
    }
}

/// A text as long as a cell may be.
pub(super) fn shortened(text: &str) -> String {
    if text.encode_utf16().count() <= LONGEST {
        return text.to_owned();
    }
    let (mut units, mut kept) = (CUT.encode_utf16().count(), String::new());
    for sign in text.chars() {
        units += sign.len_utf16();
        if units > LONGEST {
            break;
        }
        kept.push(sign);
    }
    kept.push_str(CUT);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_no_cell_holds_is_cut_where_it_says_so() {
        let cut = shortened(&"𠮷".repeat(20_000));
        assert!(cut.encode_utf16().count() <= LONGEST && cut.ends_with(CUT), "{}", cut.len());
        assert_eq!(shortened("0123"), "0123");
    }
}
