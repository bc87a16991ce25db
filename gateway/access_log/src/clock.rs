//! How does a moment read in a line? RFC 3339 in Japan's time, to the microsecond.
//!
//! Turning a day count into a date is the slow part, so the text of the last second seen is kept:
//! within a second only six digits change.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use certs::Timestamp;

/// Digits up to the seconds: `2026-11-22T18:30:00`.
const TO_SECONDS: usize = 19;
/// A year that still has four digits; a clock beyond it is wrong anyway.
const LATEST: u64 = 250_000_000_000;

/// A clock's face that remembers the second it showed last.
#[derive(Debug)]
pub(super) struct Clockface {
    second: u64,
    text: Vec<u8>,
}

impl Clockface {
    pub(super) const fn new() -> Self {
        Self { second: u64::MAX, text: Vec::new() }
    }

    /// Appends `2026-11-22T18:30:00.123456+09:00`. A moment before 1970 reads as 1970.
    pub(super) fn write(&mut self, time: SystemTime, out: &mut Vec<u8>) {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let second = since.as_secs().min(LATEST);
        if second != self.second {
            self.show(second);
        }
        out.extend_from_slice(&self.text);
        let mut digits = *b".000000+09:00";
        let mut micros = since.subsec_micros();
        for digit in digits[1..7].iter_mut().rev() {
            *digit += (micros % 10) as u8;
            micros /= 10;
        }
        out.extend_from_slice(&digits);
    }

    fn show(&mut self, second: u64) {
        let text = Timestamp::from_unix(second.cast_signed()).to_string();
        self.text.clear();
        self.text.extend(text.bytes().take(TO_SECONDS));
        self.second = second;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_as_a_clock_in_kashiwa_shows_it() {
        assert_eq!(read(0, 0), "1970-01-01T09:00:00.000000+09:00");
        assert_eq!(read(1_795_340_399, 7), "2026-11-22T18:39:59.000007+09:00");
    }

    #[test]
    fn the_remembered_second_is_left_when_it_is_over() {
        let mut clock = Clockface::new();
        let mut out = Vec::new();
        for (second, micros) in [(10, 999_999), (11, 0), (10, 5)] {
            clock.write(UNIX_EPOCH + Duration::new(second, micros * 1000), &mut out);
            out.push(b' ');
        }
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "1970-01-01T09:00:10.999999+09:00 1970-01-01T09:00:11.000000+09:00 1970-01-01T09:00:10.000005+09:00 "
        );
    }

    #[test]
    fn a_clock_gone_mad_still_reads_as_a_time() {
        assert_eq!(read(u64::MAX >> 2, 0).len(), "1970-01-01T09:00:00.000000+09:00".len());
    }

    fn read(second: u64, micros: u32) -> String {
        let mut out = Vec::new();
        Clockface::new().write(UNIX_EPOCH + Duration::new(second, micros * 1000), &mut out);
        String::from_utf8(out).unwrap()
    }
}
