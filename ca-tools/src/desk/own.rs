//! The house's own certificates and lists at `GET /metrics`: what ends without anybody having done anything.

use certs::Timestamp;

use super::figures::Family;
use crate::config::AuthorityFiles;
use crate::issuance::lists::ListFile;
use crate::today::own_certificates;

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// What cannot be read has no time left: an alarm that waits for a number must not wait for ever.
pub(super) fn families(settings: &AuthorityFiles, now: Timestamp) -> [Family; 2] {
    let left = |until: Timestamp, unit: i64| until.unix().saturating_sub(now.unix()).div_euclid(unit);
    let lists = ListFile::all(settings).unwrap_or_default();
    let hours = lists.iter().map(|place| {
        let hours = place.listed().map_or(0, |list| left(list.next_update, HOUR));
        (vec![("issuer", place.name())], hours)
    });
    let days = own_certificates(settings).into_iter();
    let days = days.map(|(name, end)| (vec![("name", name)], end.map_or(0, |end| left(end, DAY))));
    [
        Family::gauge("ca_crl_hours_left", "Hours until a revocation list is out of date", hours.collect()),
        Family::gauge("ca_own_certificate_days_left", "Days until a certificate of the house ends", days.collect()),
    ]
}
