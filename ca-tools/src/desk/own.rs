//! The house's own certificates and lists at `GET /metrics`: what ends without anybody having done anything.

use certs::Timestamp;

use super::figures::Family;
use crate::config::AuthorityFiles;
use crate::today::{OwnEnd, own_ends};

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// What cannot be read has no time left: an alarm that waits for a number must not wait for ever.
pub(super) fn families(settings: &AuthorityFiles, now: Timestamp) -> [Family; 2] {
    let left = |until: Timestamp, unit: i64| until.unix().saturating_sub(now.unix()).div_euclid(unit);
    let (lists, certificates): (Vec<_>, Vec<_>) = own_ends(settings).into_iter().partition(|end| end.is_list);
    let of = |label: &'static str, ends: Vec<OwnEnd>, unit: i64| {
        let each = ends.into_iter();
        each.map(|end| (vec![(label, end.name)], end.until.map_or(0, |until| left(until, unit)))).collect()
    };
    let (hours, days) = (of("issuer", lists, HOUR), of("name", certificates, DAY));
    [
        Family::gauge("ca_crl_hours_left", "Hours until a revocation list is out of date", hours),
        Family::gauge("ca_own_certificate_days_left", "Days until a certificate of the house ends", days),
    ]
}
