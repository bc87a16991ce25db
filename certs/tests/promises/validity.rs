//! When a certificate ends.

use certs::Timestamp;
use certs::profile::{BACKDATED_SECONDS, Purpose, ValidityRefusal};
use proptest::prelude::*;
use time::macros::datetime;
use time::{Month, OffsetDateTime};

use crate::made::{NOW, profile};

const FAR: Timestamp = Timestamp::from_unix(i64::MAX);
const DAY: i64 = 86_400;

fn at(moment: OffsetDateTime) -> Timestamp {
    Timestamp::from_unix(moment.unix_timestamp())
}

fn expiry(issued: OffsetDateTime) -> OffsetDateTime {
    profile(Purpose::Device).validity(at(issued), Some(FAR), None).unwrap().not_after.in_japan()
}

#[test]
fn a_device_s_certificate_lasts_25_months_and_ends_with_a_day_in_japan() {
    assert_eq!(expiry(datetime!(2026-11-22 09:00 +9)), datetime!(2028-12-21 23:59:59 +9));
    // Still the day before in London, already the day itself in Kashiwa.
    assert_eq!(expiry(datetime!(2026-11-21 15:00 UTC)), datetime!(2028-12-21 23:59:59 +9));
    assert_eq!(expiry(datetime!(2026-11-21 14:59:59 UTC)), datetime!(2028-12-20 23:59:59 +9));
    // No 31st of the month: the last day counts.
    assert_eq!(expiry(datetime!(2026-08-31 12:00 +9)), datetime!(2028-09-29 23:59:59 +9));
}

#[test]
fn an_expiry_around_the_change_of_the_fiscal_year_moves_past_it() {
    // The first day of the period and the last: four months on, and one.
    assert_eq!(expiry(datetime!(2026-02-01 12:00 +9)), datetime!(2028-02-29 23:59:59 +9));
    assert_eq!(expiry(datetime!(2026-02-02 12:00 +9)), datetime!(2028-07-01 23:59:59 +9));
    assert_eq!(expiry(datetime!(2026-06-01 12:00 +9)), datetime!(2028-07-31 23:59:59 +9));
    assert_eq!(expiry(datetime!(2026-06-02 12:00 +9)), datetime!(2028-07-01 23:59:59 +9));
    assert_eq!(expiry(datetime!(2026-03-01 12:00 +9)), datetime!(2028-07-31 23:59:59 +9));
}

#[test]
fn a_shorter_life_may_be_asked_for_and_a_longer_one_not() {
    let device = profile(Purpose::Device);
    let shorter = device.validity(NOW, Some(FAR), Some(30)).unwrap();
    assert_eq!(shorter.not_after, NOW.plus(30 * DAY));
    assert_eq!(device.validity(NOW, Some(FAR), Some(0)), Err(ValidityRefusal::NoDays));
    let most = NOW.days_until(device.validity(NOW, Some(FAR), None).unwrap().not_after);
    assert!(device.validity(NOW, Some(FAR), Some(u32::try_from(most).unwrap())).is_ok());
    for days in [u32::try_from(most).unwrap() + 1, 3_650, u32::MAX] {
        let refused = device.validity(NOW, Some(FAR), Some(days));
        assert_eq!(refused, Err(ValidityRefusal::LongerThanProfile { days, most }));
    }
}

#[test]
fn no_certificate_outlives_its_issuer() {
    let device = profile(Purpose::Device);
    let soon = NOW.plus(40 * DAY);
    assert_eq!(device.validity(NOW, Some(soon), None).unwrap().not_after, soon);
    assert_eq!(device.validity(NOW, Some(soon), Some(100)).unwrap().not_after, soon);
    assert_eq!(device.validity(NOW, Some(NOW), None), Err(ValidityRefusal::IssuerExpired));
    assert_eq!(device.validity(NOW, Some(NOW.plus(-DAY)), Some(1)), Err(ValidityRefusal::IssuerExpired));
}

#[test]
fn a_clock_beyond_the_calendar_is_refused() {
    let end_of_calendar = at(datetime!(9999-06-01 0:00 UTC));
    assert_eq!(
        profile(Purpose::Device).validity(end_of_calendar, Some(FAR), None),
        Err(ValidityRefusal::BeyondCalendar)
    );
}

proptest! {
    /// Any moment from 2020 to 2100, any issuer, any wish.
    #[test]
    fn no_certificate_expires_in_march_to_june_unless_its_issuer_does_or_somebody_asked(
        now in 1_577_836_800_i64..4_102_444_800,
        issuer_days in 1_i64..2_000,
        asked in proptest::option::of(1_u32..800),
    ) {
        let now = Timestamp::from_unix(now);
        let issuer = now.plus(issuer_days * DAY);
        let Ok(validity) = profile(Purpose::Device).validity(now, Some(issuer), asked) else {
            prop_assert!(asked.is_some());
            return Ok(());
        };
        prop_assert_eq!(validity.not_before, now.plus(-BACKDATED_SECONDS));
        prop_assert!(now < validity.not_after && validity.not_after <= issuer);
        // 29 months are never more than 884 days.
        prop_assert!(now.days_until(validity.not_after) <= 884);
        match asked {
            Some(days) => prop_assert!(validity.not_after <= now.plus(i64::from(days) * DAY)),
            None if validity.not_after == issuer => {}
            None => {
                let end = validity.not_after.in_japan();
                let busy = [Month::March, Month::April, Month::May, Month::June];
                prop_assert!(!busy.contains(&end.month()), "{end}");
                // 25 months are never less than 759 days.
                prop_assert!(now.days_until(validity.not_after) >= 757, "{end}");
                prop_assert_eq!(end.time(), time::macros::time!(23:59:59));
            }
        }
    }
}
