//! What does a line say? The facts of one request or event, rendered as JSON by hand.
//!
//! Rendering stands in the way of every request, so nothing is looked up or formatted by general
//! means. Where the line stands in the chain (`seq`, `prev`) is added by the writer.

use std::time::SystemTime;

use certs::{DeviceNo, Serial};

use super::clock::Clockface;
use super::escape::{LONGEST, hex, quoted, shortened};
use super::fold::Folded;
use super::reference::RequestId;
pub use super::words::{Kind, Outcome};

/// The first four bytes of the SHA-256 by which a session is known: enough to see which lines
/// belong together, too little to be worth anything.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct SessionMark(pub [u8; 4]);

/// One line. What is not known is `None` and reads `null`.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the fields are those of the access line, in its order")]
pub struct Line<'a> {
    pub kind: Kind,
    /// When the line was written; a request began `duration_us` before.
    pub time: SystemTime,
    /// Also gives the line's `ref`.
    pub request_id: Option<RequestId>,
    pub site: Option<&'a str>,
    pub outcome: Option<Outcome>,
    pub reason: Option<&'a str>,
    pub code: Option<&'a str>,
    pub status: Option<u16>,
    pub method: Option<&'a str>,
    pub host: Option<&'a [u8]>,
    /// What follows a `?` is not written.
    pub path: Option<&'a [u8]>,
    pub room: Option<&'a str>,
    pub user: Option<&'a str>,
    pub office: Option<&'a str>,
    pub device: Option<DeviceNo>,
    pub serial: Option<Serial>,
    pub source: Option<&'a str>,
    pub tls_version: Option<&'a str>,
    pub tls_group: Option<&'a str>,
    pub tls_suite: Option<&'a str>,
    pub http_version: Option<&'a str>,
    pub bytes_in: Option<u64>,
    pub bytes_out: Option<u64>,
    pub duration_us: Option<u64>,
    pub upstream_us: Option<u64>,
    pub policy: Option<&'a str>,
    pub session: Option<SessionMark>,
    /// What only a folded line has; other lines do not name it.
    pub folded: Option<Folded>,
}

impl Line<'_> {
    /// A line of which nothing is known yet but when and what.
    #[must_use]
    pub const fn of(kind: Kind, time: SystemTime) -> Self {
        Self {
            kind,
            time,
            request_id: None,
            site: None,
            outcome: None,
            reason: None,
            code: None,
            status: None,
            method: None,
            host: None,
            path: None,
            room: None,
            user: None,
            office: None,
            device: None,
            serial: None,
            source: None,
            tls_version: None,
            tls_group: None,
            tls_suite: None,
            http_version: None,
            bytes_in: None,
            bytes_out: None,
            duration_us: None,
            upstream_us: None,
            policy: None,
            session: None,
            folded: None,
        }
    }

    /// Appends the line as JSON, still open at its end: `seq`, `prev` and the brace are missing.
    /// `gateway` is the gateway's name, quoted already.
    pub(super) fn render(&self, gateway: &[u8], clock: &mut Clockface, out: &mut Vec<u8>) {
        let longest = self.longest();
        out.extend_from_slice(b"{\"kind\":\"");
        out.extend_from_slice(self.kind.as_str().as_bytes());
        out.extend_from_slice(b"\",\"time\":\"");
        clock.write(self.time, out);
        out.extend_from_slice(b"\",\"gateway\":");
        out.extend_from_slice(gateway);
        names(out, self.request_id);
        text(out, b",\"site\":", self.site);
        text(out, b",\"outcome\":", self.outcome.map(Outcome::as_str));
        text(out, b",\"reason\":", self.reason);
        text(out, b",\"code\":", self.code);
        number(out, b",\"status\":", self.status.map(u64::from));
        foreign(out, b",\"method\":", self.method.map(str::as_bytes), longest);
        foreign(out, b",\"host\":", self.host, longest);
        foreign(out, b",\"path\":", self.path.map(before_query), longest);
        text(out, b",\"room\":", self.room);
        text(out, b",\"user\":", self.user);
        text(out, b",\"office\":", self.office);
        device(out, self.device);
        digits(out, b",\"serial\":", self.serial.as_ref().map(Serial::as_bytes));
        text(out, b",\"source\":", self.source);
        text(out, b",\"tls_version\":", self.tls_version);
        text(out, b",\"tls_group\":", self.tls_group);
        text(out, b",\"tls_suite\":", self.tls_suite);
        text(out, b",\"http_version\":", self.http_version);
        number(out, b",\"bytes_in\":", self.bytes_in);
        number(out, b",\"bytes_out\":", self.bytes_out);
        number(out, b",\"duration_us\":", self.duration_us);
        number(out, b",\"upstream_us\":", self.upstream_us);
        text(out, b",\"policy\":", self.policy);
        digits(out, b",\"session\":", self.session.as_ref().map(|mark| mark.0.as_slice()));
        if let Some(folded) = self.folded {
            text(out, b",\"of\":", Some(folded.of.as_str()));
            number(out, b",\"count\":", Some(folded.count));
            for (name, time) in [(&b",\"since\":\""[..], folded.since), (b",\"until\":\"", folded.until)] {
                out.extend_from_slice(name);
                clock.write(time, out);
                out.push(b'"');
            }
        }
    }

    /// Octets that are kept of what the client chose. Where nobody was let in a line is worth less than its room.
    fn longest(&self) -> usize {
        if self.session.is_some() || self.user.is_some() { LONGEST } else { STRANGERS }
    }
}

/// Octets of a host or a path that are kept where nobody was let in.
const STRANGERS: usize = 256;
const NULL: &[u8] = b"null";

fn names(out: &mut Vec<u8>, id: Option<RequestId>) {
    digits(out, b",\"request_id\":", id.as_ref().map(|id| id.as_bytes().as_slice()));
    out.extend_from_slice(b",\"ref\":");
    match id {
        Some(id) => {
            out.push(b'"');
            out.extend_from_slice(id.reference().as_bytes());
            out.push(b'"');
        }
        None => out.extend_from_slice(NULL),
    }
}

fn text(out: &mut Vec<u8>, name: &[u8], value: Option<&str>) {
    bytes(out, name, value.map(str::as_bytes));
}

fn foreign(out: &mut Vec<u8>, name: &[u8], value: Option<&[u8]>, longest: usize) {
    out.extend_from_slice(name);
    match value {
        Some(value) => shortened(out, value, longest),
        None => out.extend_from_slice(NULL),
    }
}

fn bytes(out: &mut Vec<u8>, name: &[u8], value: Option<&[u8]>) {
    out.extend_from_slice(name);
    match value {
        Some(value) => quoted(out, value),
        None => out.extend_from_slice(NULL),
    }
}

fn digits(out: &mut Vec<u8>, name: &[u8], value: Option<&[u8]>) {
    out.extend_from_slice(name);
    match value {
        Some(value) => {
            out.push(b'"');
            hex(out, value);
            out.push(b'"');
        }
        None => out.extend_from_slice(NULL),
    }
}

fn number(out: &mut Vec<u8>, name: &[u8], value: Option<u64>) {
    out.extend_from_slice(name);
    match value {
        Some(value) => decimal(out, value, 1),
        None => out.extend_from_slice(NULL),
    }
}

fn device(out: &mut Vec<u8>, device: Option<DeviceNo>) {
    out.extend_from_slice(b",\"device\":");
    match device {
        Some(device) => {
            out.extend_from_slice(b"\"DEV-");
            decimal(out, u64::from(device.number()), 6);
            out.push(b'"');
        }
        None => out.extend_from_slice(NULL),
    }
}

/// At least `width` digits, zeros in front.
pub(super) fn decimal(out: &mut Vec<u8>, mut value: u64, width: usize) {
    let mut text = [b'0'; 20];
    let mut start = text.len();
    while value > 0 || text.len() - start < width {
        start -= 1;
        text[start] = b'0' + (value % 10) as u8;
        value /= 10;
    }
    out.extend_from_slice(&text[start..]);
}

/// Searches, dates and names of people travel in queries; they have no place in a line.
fn before_query(path: &[u8]) -> &[u8] {
    path.iter().position(|&b| b == b'?' || b == b'#').map_or(path, |end| &path[..end])
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn every_fact_stands_in_the_line_under_its_name_and_in_its_place() {
        let line = Line {
            request_id: Some(RequestId::from_bytes([0xff, 0, 0xff, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
            site: Some("service"),
            outcome: Some(Outcome::Refused),
            reason: Some("not_invited"),
            code: Some("KW-111"),
            status: Some(403),
            method: Some("GET"),
            host: Some(b"kashiwani.example.jp"),
            path: Some(b"/rooms/r1/notes"),
            room: Some("r1"),
            user: Some("k.sato"),
            office: Some("1272201234"),
            device: DeviceNo::new(123).ok(),
            serial: Some(Serial::from_random([0; 16])),
            source: Some("192.0.2.1"),
            tls_version: Some("1.3"),
            tls_group: Some("X25519MLKEM768"),
            tls_suite: Some("TLS13_AES_128_GCM_SHA256"),
            http_version: Some("2"),
            bytes_in: Some(0),
            bytes_out: Some(u64::MAX),
            duration_us: Some(1234),
            upstream_us: Some(10),
            policy: Some("room-members"),
            session: Some(SessionMark([0xde, 0xad, 0, 1])),
            ..Line::of(Kind::Request, UNIX_EPOCH + Duration::from_micros(1_795_340_399_000_001))
        };
        assert_eq!(
            rendered(&line),
            concat!(
                r#"{"kind":"request","time":"2026-11-22T18:39:59.000001+09:00","gateway":"gw-1","#,
                r#""request_id":"ff00ff00070000000000000000000001","ref":"ZW2H-Y229","site":"service","#,
                r#""outcome":"refused","reason":"not_invited","code":"KW-111","status":403,"method":"GET","#,
                r#""host":"kashiwani.example.jp","path":"/rooms/r1/notes","room":"r1","user":"k.sato","#,
                r#""office":"1272201234","device":"DEV-000123","serial":"40000000000000000000000000000000","#,
                r#""source":"192.0.2.1","tls_version":"1.3","tls_group":"X25519MLKEM768","#,
                r#""tls_suite":"TLS13_AES_128_GCM_SHA256","http_version":"2","bytes_in":0,"#,
                r#""bytes_out":18446744073709551615,"duration_us":1234,"upstream_us":10,"#,
                r#""policy":"room-members","session":"dead0001""#
            )
        );
    }

    #[test]
    fn an_absent_fact_is_null() {
        let line: serde_json::Value =
            serde_json::from_str(&format!("{}}}", rendered(&Line::of(Kind::Start, UNIX_EPOCH)))).unwrap();
        let facts = line.as_object().unwrap();
        assert_eq!(facts.len(), 31 - 2, "all but seq and prev");
        assert_eq!(facts.values().filter(|fact| fact.is_null()).count(), 26);
    }

    #[test]
    fn only_a_folded_line_says_of_what_how_many_and_since_when() {
        let (since, until) = (UNIX_EPOCH, UNIX_EPOCH + Duration::from_millis(1500));
        let folded = Some(Folded { of: Kind::Request, count: 980, since, until });
        let told = rendered(&Line { folded, ..Line::of(Kind::Folded, until) });
        let added = r#","session":null,"of":"request","count":980,"since":"1970-01-01T09:00:00.000000+09:00","until":"1970-01-01T09:00:01.500000+09:00""#;
        assert!(told.ends_with(added), "{told}");
    }

    #[test]
    fn of_what_was_asked_for_less_is_kept_where_nobody_was_let_in() {
        let long = vec![b'a'; 5000];
        let stranger = Line { path: Some(&long), host: Some(&long), ..Line::of(Kind::Request, UNIX_EPOCH) };
        let kept = |line: &Line<'_>| rendered(line).matches('a').count();
        let none = kept(&Line { path: None, host: None, ..stranger });
        assert_eq!(kept(&stranger) - none, 2 * STRANGERS);
        assert_eq!(kept(&Line { session: Some(SessionMark([0; 4])), ..stranger }) - none, 2 * LONGEST);
        let worst = Line { path: Some(&[0xff; 5000]), host: Some(&[0xff; 5000]), ..stranger };
        assert!(rendered(&worst).len() < 3500, "{}", rendered(&worst).len());
    }

    #[test]
    fn a_query_never_reaches_the_line() {
        let line = Line { path: Some(b"/search?name=%E5%B1%B1%E7%94%B0#frag"), ..Line::of(Kind::Request, UNIX_EPOCH) };
        assert!(rendered(&line).contains(r#""path":"/search","#));
    }

    #[test]
    fn a_line_break_in_a_path_or_a_name_makes_no_second_line() {
        let line = Line {
            path: Some(b"/a\n{\"kind\":\"request\"}\xff"),
            room: Some("x\",\"user\":\"admin"),
            ..Line::of(Kind::Request, UNIX_EPOCH)
        };
        let text = rendered(&line);
        assert!(!text.contains('\n'));
        let read: serde_json::Value = serde_json::from_str(&format!("{text}}}")).unwrap();
        assert_eq!(read["path"], "/a\n{\"kind\":\"request\"}\\xff");
        assert_eq!(read["room"], "x\",\"user\":\"admin");
        assert!(read["user"].is_null());
    }

    fn rendered(line: &Line<'_>) -> String {
        let mut out = Vec::new();
        line.render(b"\"gw-1\"", &mut Clockface::new(), &mut out);
        String::from_utf8(out).unwrap()
    }
}
