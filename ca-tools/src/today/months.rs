//! Which months wait for their review? Each that is over since the registry began, until somebody says that they looked.

use certs::Timestamp;

use crate::application::Month;
use crate::ledger::MonthReviewed;

/// Months that are over and that nobody reviewed, the oldest first. None is forgotten, however old.
pub(crate) fn open_months(reviewed: &[MonthReviewed], began: Option<Timestamp>, now: Timestamp) -> Vec<Month> {
    let Some(began) = began else { return Vec::new() };
    let this = Month::of(now);
    let all = std::iter::successors(Some(Month::of(began)), |month| Some(month.next()));
    let over = all.take_while(|month| *month < this);
    over.filter(|month| !reviewed.iter().any(|done| done.month == month.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_month_is_forgotten_and_none_is_due_before_it_is_over() {
        let at = |day: &str| day.parse::<crate::application::Day>().unwrap().begins();
        let done = |month: &str| MonthReviewed {
            month: month.into(),
            by: String::new(),
            name: String::new(),
            at: at("2027-01-05"),
            review: String::new(),
        };
        let open = |reviewed: &[MonthReviewed], now: &str| -> Vec<String> {
            open_months(reviewed, Some(at("2026-10-31")), at(now)).iter().map(ToString::to_string).collect()
        };
        assert_eq!(open(&[], "2026-10-31"), [""; 0]);
        assert_eq!(open(&[], "2026-11-30"), ["2026-10"]);
        assert_eq!(open(&[done("2026-11")], "2027-02-01"), ["2026-10", "2026-12", "2027-01"]);
        assert_eq!(open_months(&[], None, at("2030-01-01")), []);
    }
}
