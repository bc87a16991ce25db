//! May lines be ended by this clock? One that was set years ahead makes all of them old at once, and none comes back.
//!
//! It is believed where the log goes on up to it: what was written before the last month began is not much older than that. Of a
//! clock that jumped the lines of a month tell nothing, since the gateway goes on writing by it; what stands before them does.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::super::journal::rotated;
use super::end::{EndRefusal, LONGEST, failed, moment_of};

const A_MONTH: Duration = Duration::from_secs(30 * 86_400);
/// So long nobody was here at most, between two lines.
const LONGEST_SILENCE: Duration = Duration::from_secs(183 * 86_400);

/// Whether the lines of this log go on up to this moment. A log that is younger than a month does.
///
/// # Errors
/// A file cannot be read.
pub fn log_goes_on(file: &Path, now: SystemTime) -> Result<bool, EndRefusal> {
    let Some(month) = now.checked_sub(A_MONTH) else { return Ok(true) };
    let older = rotated(file).map_err(failed("cannot list the files beside", file))?;
    let files: Vec<_> = older.into_iter().map(|(_, path)| path).chain([file.to_owned()]).collect();
    for path in files.iter().rev() {
        let mut last = None;
        each_moment(path, &mut |at| {
            let before = at <= month;
            if before {
                last = Some(at);
            }
            before
        })?;
        // A file that was begun within the month says nothing of what was before.
        let Some(last) = last else { continue };
        return Ok(month.checked_sub(LONGEST_SILENCE).is_none_or(|longest| longest <= last));
    }
    Ok(true)
}

/// Shows when its lines were written, for as long as somebody wants to know.
fn each_moment(path: &Path, goes_on: &mut dyn FnMut(SystemTime) -> bool) -> Result<(), EndRefusal> {
    let opened = File::open(path).map_err(failed("cannot open", path))?;
    let (mut reader, mut line) = (BufReader::with_capacity(256 << 10, opened), Vec::new());
    loop {
        line.clear();
        let read = reader.by_ref().take(LONGEST).read_until(b'\n', &mut line);
        if read.map_err(failed("cannot read", path))? == 0 {
            return Ok(());
        }
        if moment_of(&line).is_some_and(|at| !goes_on(at)) {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::clock::Clockface;
    use super::super::super::test_support::Place;
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);
    const BEGUN: SystemTime = SystemTime::UNIX_EPOCH;

    /// A log whose files hold a line of each of these days.
    fn log_of(files: &[&[u32]]) -> Place {
        let place = Place::new();
        for (number, days) in files.iter().enumerate() {
            let mut text = Vec::new();
            for day in *days {
                text.extend_from_slice(b"{\"kind\":\"start\",\"time\":\"");
                Clockface::new().write(BEGUN + DAY * *day, &mut text);
                text.extend_from_slice(b"\"}\n");
            }
            let rotated = format!("access.log.{:06}", number + 1);
            let is_live = number + 1 == files.len();
            let path = if is_live { place.file.clone() } else { place.directory.join(rotated) };
            std::fs::write(path, text).unwrap();
        }
        place
    }

    fn goes_on(files: &[&[u32]], day: u32) -> bool {
        let place = log_of(files);
        log_goes_on(&place.file, BEGUN + DAY * day).unwrap()
    }

    #[test]
    fn a_clock_that_jumped_ends_nothing_though_the_gateway_goes_on_writing_by_it() {
        let kept: &[&[u32]] = &[&[1_000, 1_050], &[1_060, 1_100], &[1_110, 1_150]];
        assert!(goes_on(kept, 1_151) && goes_on(kept, 1_200));
        // Ten years ahead: at once, and after the gateway has gone on in the same file, or in another.
        assert!(!goes_on(kept, 1_151 + 3_650));
        assert!(!goes_on(&[&[1_000, 1_050], &[1_060, 4_800, 4_801]], 4_802));
        assert!(!goes_on(&[&[1_000, 1_050], &[1_060, 1_100], &[4_800, 4_801]], 4_802));
        // Whoever goes on by it for a month means it.
        assert!(goes_on(&[&[1_000, 1_050], &[1_060, 4_800, 4_801, 4_840]], 4_841));
    }

    #[test]
    fn a_log_that_is_young_or_rested_for_some_weeks_goes_on() {
        assert!(goes_on(&[&[]], 4_000) && goes_on(&[&[4_000]], 4_001));
        assert!(goes_on(&[&[1_000, 1_050], &[1_130]], 1_131));
    }
}
