//! Is a zip as small as it says? Asked before anybody unpacks it: a few kilobytes can hold gigabytes of zeros.
//!
//! What its directory says is believed only where it is too much. The rest is unpacked into nothing, and no further than the
//! bound, since a directory may lie.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use super::{SheetMistake, too_large};
use crate::language::Text;

/// So many octets of all entries together: more than the largest sheet of ours.
pub(super) const MOST: u64 = 16 * 1024 * 1024;
/// A workbook has some dozen.
const MOST_ENTRIES: usize = 1_000;

/// A zip that may be unpacked, looked at to its end.
pub(super) fn bounded(octets: &[u8]) -> Result<(), SheetMistake> {
    let mut archive = ZipArchive::new(Cursor::new(octets)).map_err(|_| no_sheet())?;
    // One that does not say is only looked at.
    let said = archive.decompressed_size().unwrap_or_default();
    if archive.len() > MOST_ENTRIES || said > u128::from(MOST) {
        return Err(SheetMistake::of_file(too_large()));
    }
    let mut left = MOST;
    for entry in 0..archive.len() {
        let entry = archive.by_index(entry).map_err(|_| no_sheet())?;
        let taken = io::copy(&mut entry.take(left + 1), &mut io::sink()).map_err(|_| no_sheet())?;
        left = left.checked_sub(taken).ok_or_else(|| SheetMistake::of_file(too_large()))?;
    }
    Ok(())
}

/// Neither Excel nor we can read it.
pub(super) fn no_sheet() -> SheetMistake {
    SheetMistake::of_file(Text::new(
        "Excel のファイルとして読めません。「Excel ブック（.xlsx）」か「CSV UTF-8」で保存し直してください。",
        "cannot be read: save it as .xlsx or CSV",
    ))
}
