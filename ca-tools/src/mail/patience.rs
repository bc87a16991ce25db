//! How long until a letter is tried again?

/// The first wait, in seconds: long enough for a server to come back from a restart.
const FIRST: i64 = 10;
/// The longest wait, in seconds: a mail server that was away over night has all letters a quarter
/// of an hour after it is back.
const LONGEST: i64 = 900;

/// Seconds after the try of this number (from 1) until the next: 10 s, doubling, up to 15 min.
#[must_use]
pub fn wait_after(tries: i64) -> i64 {
    let doublings = u32::try_from(tries.saturating_sub(1)).unwrap_or_default().min(30);
    (FIRST << doublings).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_ten_seconds_to_a_quarter_of_an_hour_and_never_end() {
        let waits: Vec<_> = (1..=9).map(wait_after).collect();
        assert_eq!(waits, [10, 20, 40, 80, 160, 320, 640, 900, 900]);
        assert_eq!([wait_after(0), wait_after(-1), wait_after(1_000_000)], [10, 10, 900]);
    }
}
