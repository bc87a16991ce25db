//! A renewal never gives more than its certificate had.
//!
//! A certificate that was made short on purpose would be at full term after one press of a button: it is always within
//! the days in which one renews. So its holder renews only what had its profile's term; for a shortened one an operator
//! says why; and one for an emergency is renewed by nobody, because what comes after it is the way that was left out:
//! inspection, approval, issue.

use certs::DeviceNo;

use super::change::Change;
use crate::refusal::{Refusal, RenewalRefusal};
use crate::rows::certificate;

/// Days after its end for which a certificate is still renewed.
pub(super) const DAYS_AFTER: i64 = 30;

/// Who asks for a renewal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Asker {
    /// Whoever holds the certificate, for themselves.
    Holder,
    /// An operator, or a ticket that one gave.
    Operator,
}

/// May the certificates of these serials be followed by one of full term?
pub(super) async fn check(
    change: &mut Change,
    (device, asker): (DeviceNo, Asker),
    serials: &[&str],
) -> Result<(), Refusal> {
    for serial in serials {
        let Some((shortened, emergency)) = certificate::is_short(change, serial).await? else { continue };
        if emergency {
            return Err(RenewalRefusal::Emergency(device, (*serial).to_owned()).into());
        }
        let said_why = match asker {
            Asker::Holder => false,
            Asker::Operator => change.why().is_ok(),
        };
        if shortened && !said_why {
            return Err(RenewalRefusal::Shortened(device, (*serial).to_owned()).into());
        }
    }
    Ok(())
}

/// How the device's newest certificate came to its end.
pub(super) enum NewestEnd {
    /// By its date, and not long ago.
    ByDate(String),
    /// By its date, long ago.
    LongAgo,
    /// It was withdrawn, is in force, or there never was one: nothing ended by its date.
    Not,
}

/// Did the device's newest certificate end by its date?
pub(super) async fn ended(change: &mut Change, device: DeviceNo) -> Result<NewestEnd, Refusal> {
    let Some(newest) = certificate::newest(change, device).await? else { return Ok(NewestEnd::Not) };
    let now = change.at();
    if newest.revoked || newest.not_after >= now {
        return Ok(NewestEnd::Not);
    }
    let long_ago = newest.not_after < now.plus(-DAYS_AFTER * 86_400);
    if long_ago { Ok(NewestEnd::LongAgo) } else { Ok(NewestEnd::ByDate(newest.serial)) }
}
