//! A cell of a table, the name that a spreadsheet gives it, and what is wrong with it.

use std::fmt;

use crate::language::Text;

/// What stands in a cell.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Cell {
    /// A text, as it was typed.
    Text(String),
    /// A number: what was typed may have had zeros in front, or more digits than a number keeps.
    Number(String),
    /// A day or a time of day.
    Day,
    /// TRUE or FALSE.
    Truth(bool),
    /// `#REF!` and the like.
    Fault,
    /// What is calculated: what it was when it was saved is nobody's word.
    Formula,
}

impl Cell {
    /// The text; nothing else is taken for one.
    ///
    /// # Errors
    /// What a spreadsheet made of it, and what to do.
    pub(crate) fn text(&self) -> Result<&str, Text> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Number(number) => Err(Text::new(
                format!(
                    "表計算ソフトが数値（{number}）にしています。先頭の0などが消えているおそれがあります。セルの書式を「文字列」にして、入力し直してください。"
                ),
                format!("a spreadsheet made the number {number} of it: make the cell one of text and write it anew"),
            )),
            Self::Day => Err(Text::new(
                "表計算ソフトが日付にしています。セルの書式を「文字列」にして、入力し直してください。",
                "a spreadsheet made a date of it: make the cell one of text and write it anew",
            )),
            Self::Formula => Err(Text::new(
                "数式です。列をコピーして「値の貼り付け」をし、値だけにしてください。",
                "is a formula: paste its value in its place",
            )),
            Self::Truth(true) => Ok("TRUE"),
            Self::Truth(false) => Ok("FALSE"),
            Self::Fault => Err(Text::new(
                "計算のエラーになっています。値を入力し直してください。",
                "holds the error of a calculation: write its value anew",
            )),
        }
    }

    /// What stands there, as whoever looks for the cell sees it; the beginning of what is long.
    pub(crate) fn shown(&self) -> String {
        /// So much of a text tells which one it is.
        const MOST: usize = 40;
        match self {
            Self::Text(text) | Self::Number(text) => {
                let begins: String = text.trim().chars().take(MOST).collect();
                if begins.len() < text.trim().len() { format!("{begins}…") } else { begins }
            }
            Self::Day => "（日付）".to_owned(),
            Self::Truth(true) => "TRUE".to_owned(),
            Self::Truth(false) => "FALSE".to_owned(),
            Self::Fault => "（計算のエラー）".to_owned(),
            Self::Formula => "（数式）".to_owned(),
        }
    }

    /// Whether nothing stands there.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }
}

/// Where a cell stands: its row as a spreadsheet counts, its column from 0. Shown as `C12`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Place {
    pub(crate) row: usize,
    pub(crate) column: usize,
}

impl Place {
    /// `C` of `C12`.
    pub(crate) fn letters(self) -> String {
        let (mut letters, mut left) = (Vec::new(), self.column + 1);
        while left > 0 {
            left -= 1;
            letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or_default()));
            left /= 26;
        }
        letters.into_iter().rev().collect()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.letters(), self.row)
    }
}

/// Something wrong in a table.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct SheetMistake {
    /// `C12`, `12行目`; empty where it is about the file.
    pub(crate) place: String,
    /// What stands above the column; empty where it is about the row, or the file.
    pub(crate) column: String,
    /// What stands in the cell.
    pub(crate) stands: String,
    /// What to do.
    pub(crate) text: Text,
}

impl SheetMistake {
    /// Of the whole file.
    pub(crate) fn of_file(text: Text) -> Self {
        let (place, column, stands) = Default::default();
        Self { place, column, stands, text }
    }

    /// Of a row.
    pub(crate) fn of_row(row: usize, text: Text) -> Self {
        Self { place: format!("{row}行目"), ..Self::of_file(text) }
    }

    /// Of a cell, below this heading.
    pub(crate) fn at(place: Place, column: impl Into<String>, text: Text) -> Self {
        Self { place: place.to_string(), column: column.into(), ..Self::of_file(text) }
    }

    /// The number of its row; none where it is about the file.
    pub(crate) fn row(&self) -> Option<usize> {
        let digits: String = self.place.chars().filter(char::is_ascii_digit).collect();
        digits.parse().ok()
    }

    /// The letters of its column; none where it is about more.
    pub(crate) fn letters(&self) -> String {
        self.place.chars().filter(char::is_ascii_uppercase).collect()
    }

    /// The same, of a cell in which this stands.
    #[must_use]
    pub(crate) fn standing(self, cell: Option<&Cell>) -> Self {
        Self { stands: cell.map(Cell::shown).unwrap_or_default(), ..self }
    }

    /// 「C12：電話番号：…」.
    pub(crate) fn said(&self) -> Text {
        let before: String = [&self.place, &self.column]
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(|part| format!("{part}："))
            .collect();
        Text::new(format!("{before}{}", self.text.ja), format!("{before}{}", self.text.en))
    }
}
