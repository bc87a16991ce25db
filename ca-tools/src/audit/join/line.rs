//! What is read of an access line, and must it have left an event?
//!
//! A request that was refused, mistyped or only looked at leaves none. Which of the desk's answers says that something was
//! written is decided by path and status alone, for that is what the line has:
//!
//! | POST | status | site |
//! | --- | --- | --- |
//! | `/lost` | 200, 303 | help |
//! | `/pickup/*` | 200: a file or a certificate, at the first press and at each further one | help |
//! | `/apply/*` | 201: received | help |
//! | `/office/renew` | 303 | service |
//! | `/office/lost` | 200, 303 | service |
//! | `/office/pickup/file`, `/office/pickup/request` | 200 | service |
//! | `/office/apply/…` | 201 | service |
//! | `/console/change/…`, `…/approve/…`, `…/custody/…`, `…/operations/…`, `…/review/…` | 303 | console |
//!
//! Not asked for: `/office/renew/finish` and `/pickup/renew`, which answer a second press as the first; `/.gateway/password`,
//! whose answer does not tell by its status; `/apply/begin`, which tells nobody whether a letter went out. Their events are
//! asked for their lines all the same.

use std::borrow::Cow;

use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The facts of a line by which it is joined.
#[derive(Debug, Deserialize)]
pub(super) struct Line<'a> {
    #[serde(borrow)]
    pub(super) time: Cow<'a, str>,
    #[serde(rename = "ref", borrow)]
    pub(super) reference: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) outcome: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) reason: Option<Cow<'a, str>>,
    pub(super) status: Option<u16>,
    #[serde(borrow)]
    pub(super) method: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) path: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) user: Option<Cow<'a, str>>,
    pub(super) duration_us: Option<u64>,
    pub(super) upstream_us: Option<u64>,
    /// What only a folded line has.
    #[serde(borrow)]
    pub(super) of: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) since: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) until: Option<Cow<'a, str>>,
}

/// From when until when, in seconds since 1970.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Span {
    pub(super) from: i64,
    pub(super) until: i64,
}

impl Span {
    pub(super) fn has(self, at: i64) -> bool {
        (self.from..=self.until).contains(&at)
    }
}

impl<'a> Line<'a> {
    pub(super) fn read(text: &'a [u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }

    /// While it was asked and answered.
    pub(super) fn ran(&self) -> Option<Span> {
        let until = moment(&self.time)?;
        let took = i64::try_from(self.duration_us.unwrap_or_default() / 1_000_000).unwrap_or(i64::MAX);
        Some(Span { from: until.saturating_sub(took), until })
    }

    /// While what a folded line counts was asked.
    pub(super) fn counted(&self) -> Option<Span> {
        let (since, until) = (self.since.as_deref()?, self.until.as_deref()?);
        (self.of.as_deref() == Some("request")).then_some(())?;
        Some(Span { from: moment(since)?, until: moment(until)? })
    }

    /// Was it stopped by the gateway before anybody was asked? One that the backend's silence ended may have been done.
    pub(super) fn was_turned_away(&self) -> bool {
        self.outcome.as_deref() == Some("refused")
            && self.upstream_us.is_none()
            && self.reason.as_deref() != Some("backend_unavailable")
    }

    /// Must it have left an event?
    pub(super) fn owes_an_event(&self) -> bool {
        // The answer is the desk's own, and came whole or was on its way.
        let answered = matches!(self.outcome.as_deref(), Some("passed" | "aborted" | "failed" | "cut"));
        let (Some("POST"), Some(status), Some(path)) = (self.method.as_deref(), self.status, self.path.as_deref())
        else {
            return false;
        };
        if !answered || self.upstream_us.is_none() {
            return false;
        }
        if self.user.is_none() {
            return match path {
                "/lost" => matches!(status, 200 | 303),
                "/pickup/*" => status == 200,
                "/apply/*" => status == 201,
                _ => false,
            };
        }
        const ACTS: [&str; 5] =
            ["/console/change/", "/console/approve/", "/console/custody/", "/console/operations/", "/console/review/"];
        match path {
            "/office/renew" => status == 303,
            "/office/lost" => matches!(status, 200 | 303),
            "/office/pickup/file" | "/office/pickup/request" => status == 200,
            _ if path.starts_with("/office/apply/") => status == 201,
            _ => status == 303 && ACTS.iter().any(|area| path.starts_with(area)),
        }
    }
}

/// `2026-11-22T18:39:59.000001+09:00`, in seconds.
pub(super) fn moment(text: &str) -> Option<i64> {
    OffsetDateTime::parse(text, &Rfc3339).ok().map(OffsetDateTime::unix_timestamp)
}

/// A request's number, as a line and an event spell it.
pub(super) fn number(text: &[u8]) -> Option<u128> {
    let plain = text.len() == 32 && text.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    plain.then_some(())?;
    u128::from_str_radix(std::str::from_utf8(text).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(method: &str, path: &str, status: u16, more: &str) -> String {
        format!(
            "{{\"kind\":\"request\",\"time\":\"2026-11-22T18:39:59.500000+09:00\",\"ref\":\"K7P3-W9QX\",\
             \"outcome\":\"passed\",\"reason\":null,\"status\":{status},\"method\":\"{method}\",\"path\":\"{path}\",\
             \"duration_us\":2500000,\"upstream_us\":10{more}}}"
        )
    }

    fn owes(text: &str) -> bool {
        Line::read(text.as_bytes()).unwrap().owes_an_event()
    }

    #[test]
    fn what_was_written_by_the_desk_owes_an_event_and_what_was_refused_mistyped_or_looked_at_owes_none() {
        let user = ",\"user\":\"k.sato\"";
        for (path, status, user, expected) in [
            ("/lost", 303, "", true),
            ("/lost", 200, "", true),
            ("/lost", 403, "", false),
            ("/pickup/*", 200, "", true),
            ("/pickup/*", 303, "", false),
            ("/pickup/*", 403, "", false),
            ("/apply/*", 201, "", true),
            ("/apply/*", 200, "", false),
            ("/apply/*", 422, "", false),
            ("/office/renew", 303, user, true),
            ("/office/renew", 409, user, false),
            ("/office/renew/finish", 303, user, false),
            ("/office/lost", 303, user, true),
            ("/office/pickup/file", 200, user, true),
            ("/office/pickup/other", 303, user, false),
            ("/office/apply/ids", 201, user, true),
            ("/office/apply/ids", 200, user, false),
            ("/console/change/devices/DEV-000001/suspend", 303, user, true),
            ("/console/change/devices/DEV-000001/suspend", 422, user, false),
            ("/console/approve/proposals/P-000001/approve", 303, user, true),
            ("/console/review/months/2026-11", 303, user, true),
            ("/console/audit/events.csv", 200, user, false),
            ("/rooms/r1/notes", 303, user, false),
            ("/rooms/console/change/x", 303, user, false),
            ("/.gateway/password", 303, user, false),
        ] {
            assert_eq!(owes(&line("POST", path, status, user)), expected, "{path} {status}");
            assert!(!owes(&line("GET", path, status, user)), "GET {path} {status}");
        }
    }

    #[test]
    fn what_reached_nobody_owes_nothing() {
        let text = line("POST", "/lost", 303, "");
        assert!(owes(&text));
        assert!(owes(&text.replace("\"passed\"", "\"aborted\"")), "the answer was lost, not what was done");
        assert!(!owes(&text.replace("\"passed\"", "\"refused\"")));
        assert!(!owes(&text.replace("\"upstream_us\":10", "\"upstream_us\":null")));
    }

    #[test]
    fn a_line_says_from_when_until_when_it_ran() {
        let text = line("POST", "/lost", 303, "");
        let ran = Line::read(text.as_bytes()).unwrap().ran().unwrap();
        assert_eq!(ran, Span { from: 1_795_340_397, until: 1_795_340_399 });
    }

    #[test]
    fn a_number_is_one_in_its_one_spelling() {
        assert_eq!(number(b"0000000000000000000000000000000f"), Some(15));
        for other in ["", "f", "0000000000000000000000000000000F", "+000000000000000000000000000000f"] {
            assert_eq!(number(other.as_bytes()), None, "{other}");
        }
    }
}
