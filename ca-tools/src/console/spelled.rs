//! A number in an address, however it was typed: the page has one address, and every spelling leads to it.

use axum::response::{IntoResponse, Redirect, Response};
use certs::Serial;

use crate::ticket::{TicketNumber, fold};

/// On to the one address, where this is another spelling of it; what stands behind it stays.
pub(crate) fn elsewhere(typed: &str, canonical: &str, path: &str, query: Option<&str>) -> Option<Response> {
    if typed == canonical {
        return None;
    }
    let address = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    Some(Redirect::to(&address).into_response())
}

/// A serial with capitals, blanks, colons, or in full width.
pub(crate) fn serial(typed: &str) -> Option<Serial> {
    fold(typed).replace([':', '：'], "").parse().ok()
}

/// `T-000001` of `t-1`, `1`, `Ｔ－０００００１`.
pub(crate) fn ticket(typed: &str) -> Option<String> {
    let folded = fold(typed);
    let digits = folded.strip_prefix('t').unwrap_or(&folded);
    let number: u64 = (digits.len() <= 9 && digits.bytes().all(|sign| sign.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()?;
    (number > 0).then(|| format!("T-{number:06}"))
}

/// A 取得用番号 itself, by which the registry knows a ticket.
pub(crate) fn ticket_number(typed: &str) -> Option<TicketNumber> {
    TicketNumber::typed(typed).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_number_is_the_same_number() {
        for typed in ["T-000012", "t-12", "12", "Ｔ－０００００１２", "T 12"] {
            assert_eq!(ticket(typed).as_deref(), Some("T-000012"), "{typed}");
        }
        for typed in ["", "T-", "T-0", "T-12x", "DEV-000001", "9999999999"] {
            assert_eq!(ticket(typed), None, "{typed}");
        }
        assert_eq!(serial("4A:0b 0C").map(|serial| serial.to_string()).as_deref(), Some("4a0b0c"));
        assert_eq!(serial("４ａ０ｂ").map(|serial| serial.to_string()).as_deref(), Some("4a0b"));
        assert!(serial("xyz").is_none());
        assert!(ticket_number("ABCD-efgh-ijkm-npqr").is_some() && ticket_number("T-000012").is_none());
    }
}
