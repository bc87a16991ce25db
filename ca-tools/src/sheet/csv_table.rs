//! A table as CSV that a spreadsheet opens: UTF-8 with its mark, and no cell that a spreadsheet would calculate.

use std::io::{self, Write};

/// So that a spreadsheet reads it as UTF-8.
pub(super) const MARK: &[u8] = "\u{feff}".as_bytes();

/// Rows of a table, as they are written.
pub(crate) struct CsvTable<W: Write>(csv::Writer<W>);

impl<W: Write> CsvTable<W> {
    /// Begins one, with its head.
    pub(crate) fn begin<'a>(mut out: W, head: impl IntoIterator<Item = &'a str>) -> io::Result<Self> {
        out.write_all(MARK)?;
        let rows = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        let mut table = Self(rows);
        table.row(head)?;
        Ok(table)
    }

    /// One more row.
    pub(crate) fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        Ok(self.0.write_record(cells.into_iter().map(plain))?)
    }

    /// There are no more: where they were written to.
    pub(crate) fn into_inner(self) -> io::Result<W> {
        self.0.into_inner().map_err(|why| why.into_error())
    }

    /// There are no more.
    pub(crate) fn end(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A cell that begins like a formula is none with an apostrophe before it.
fn plain(text: &str) -> String {
    let calculates = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if calculates { format!("'{text}") } else { text.to_owned() }
}
