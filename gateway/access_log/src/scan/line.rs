//! What does a line say, without copying any of it?
//!
//! A line is one flat object of texts, whole numbers and nulls ([`super::super::line`] writes it), so it is read in one
//! walk from name to name. What is not such an object is no line; a name that is not known here is passed over, since a
//! newer gateway may say more.

use std::borrow::Cow;
use std::time::SystemTime;

use memchr::memchr2;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::super::words::{Kind, Outcome};

/// A line of an access log. What it does not know is `None`.
///
/// Names that the house gives (IDs, numbers, reasons, policies) stand as they are; what a client chose is
/// [`ForeignText`], still escaped as in the file.
#[derive(Clone, Copy, Debug)]
pub struct LogLine<'a> {
    /// The whole line as it stands in the file, without its line break.
    pub text: &'a str,
    /// What it tells of.
    pub kind: Kind,
    /// `2026-11-22T18:39:59.000001+09:00`: always Japan's time, so that moments compare as texts and the first ten signs
    /// are the day.
    pub time: &'a str,
    /// Who wrote it.
    pub gateway: &'a str,
    /// 32 hex digits.
    pub request_id: Option<&'a str>,
    /// What a page shows: `K7P3-W9QX`.
    pub reference: Option<&'a str>,
    /// The site's name in the configuration.
    pub site: Option<&'a str>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Why it was refused, or why a session ended.
    pub reason: Option<&'a str>,
    /// `KW-111`
    pub code: Option<&'a str>,
    /// Of the answer.
    pub status: Option<u16>,
    /// Of the request.
    pub method: Option<ForeignText<'a>>,
    /// As the client named it.
    pub host: Option<ForeignText<'a>>,
    /// Without its query.
    pub path: Option<ForeignText<'a>>,
    /// The room whose path it was.
    pub room: Option<&'a str>,
    /// The login ID.
    pub user: Option<&'a str>,
    /// The ten digits of the office.
    pub office: Option<&'a str>,
    /// `DEV-000123`
    pub device: Option<&'a str>,
    /// Of the certificate, in hex digits.
    pub serial: Option<&'a str>,
    /// The client's address; of a folded line it may be a network.
    pub source: Option<&'a str>,
    /// `1.3` or `1.2`
    pub tls_version: Option<&'a str>,
    /// `X25519MLKEM768`
    pub tls_group: Option<&'a str>,
    /// `TLS13_AES_128_GCM_SHA256`
    pub tls_suite: Option<&'a str>,
    /// `2`
    pub http_version: Option<&'a str>,
    /// Octets of the request's body.
    pub bytes_in: Option<u64>,
    /// Octets of the answer's body.
    pub bytes_out: Option<u64>,
    /// Of the request; in a line of kind `session_end` of the session.
    pub duration_us: Option<u64>,
    /// Until the backend began to answer.
    pub upstream_us: Option<u64>,
    /// Which policy let it pass.
    pub policy: Option<&'a str>,
    /// The first eight hex digits of the session's hash.
    pub session: Option<&'a str>,
    /// Only of a folded line: of what kind those are that it counts.
    pub of: Option<Kind>,
    /// Only of a folded line: how many.
    pub count: Option<u64>,
    /// Its number in the chain; 0 where it has none.
    pub seq: u64,
}

/// A text that a client chose, as it stands in the file: escaped.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ForeignText<'a>(&'a str);

/// What stands after a name.
enum Value<'a> {
    Null,
    Number(&'a str),
    Text(&'a str),
}

impl<'a> ForeignText<'a> {
    /// As it stands in the file.
    #[must_use]
    pub fn escaped(self) -> &'a str {
        self.0
    }

    /// As the client sent it, with what was no UTF-8 as `\xNN`. May hold signs that a terminal or a sheet acts upon.
    #[must_use]
    pub fn read(self) -> Cow<'a, str> {
        if !self.0.contains('\\') {
            return Cow::Borrowed(self.0);
        }
        serde_json::from_str::<String>(&format!("\"{}\"", self.0)).map_or(Cow::Borrowed(self.0), Cow::Owned)
    }
}

impl<'a> LogLine<'a> {
    /// Reads a line, without its line break. `None` where it is not one that a gateway writes, or of a kind that is not
    /// known here.
    #[must_use]
    pub fn read(line: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(line).ok()?;
        let mut walk = Walk { text, at: 0 };
        walk.take(b'{')?;
        let mut read = Self::empty(text);
        let (mut kind, mut last) = (None, false);
        while !last {
            let name = walk.text()?;
            walk.take(b':')?;
            let value = walk.value()?;
            if name == "kind" {
                kind = Some(Kind::from_word(value.text()??)?)
            } else {
                read.learn(name, value)?
            }
            last = walk.take(b',').is_none();
        }
        walk.take(b'}')?;
        read.kind = kind?;
        (walk.at == text.len() && !read.time.is_empty()).then_some(read)
    }

    /// The moment it was written.
    #[must_use]
    pub fn moment(&self) -> Option<SystemTime> {
        OffsetDateTime::parse(self.time, &Rfc3339).ok().map(Into::into)
    }

    fn empty(text: &'a str) -> Self {
        Self {
            text,
            kind: Kind::Start,
            time: "",
            gateway: "",
            request_id: None,
            reference: None,
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
            of: None,
            count: None,
            seq: 0,
        }
    }

    /// Takes one fact. `None` where it is of another sort than this name has.
    fn learn(&mut self, name: &str, value: Value<'a>) -> Option<()> {
        match name {
            "time" => self.time = value.text()??,
            "gateway" => self.gateway = value.text()??,
            "request_id" => self.request_id = value.text()?,
            "ref" => self.reference = value.text()?,
            "site" => self.site = value.text()?,
            "outcome" => {
                if let Some(word) = value.text()? {
                    self.outcome = Some(Outcome::from_word(word)?);
                }
            }
            "reason" => self.reason = value.text()?,
            "code" => self.code = value.text()?,
            "status" => self.status = value.number()?.map(u16::try_from).transpose().ok()?,
            "method" => self.method = value.text()?.map(ForeignText),
            "host" => self.host = value.text()?.map(ForeignText),
            "path" => self.path = value.text()?.map(ForeignText),
            "room" => self.room = value.text()?,
            "user" => self.user = value.text()?,
            "office" => self.office = value.text()?,
            "device" => self.device = value.text()?,
            "serial" => self.serial = value.text()?,
            "source" => self.source = value.text()?,
            "tls_version" => self.tls_version = value.text()?,
            "tls_group" => self.tls_group = value.text()?,
            "tls_suite" => self.tls_suite = value.text()?,
            "http_version" => self.http_version = value.text()?,
            "bytes_in" => self.bytes_in = value.number()?,
            "bytes_out" => self.bytes_out = value.number()?,
            "duration_us" => self.duration_us = value.number()?,
            "upstream_us" => self.upstream_us = value.number()?,
            "policy" => self.policy = value.text()?,
            "session" => self.session = value.text()?,
            "of" => {
                if let Some(word) = value.text()? {
                    self.of = Some(Kind::from_word(word)?);
                }
            }
            "count" => self.count = value.number()?,
            "seq" => self.seq = value.number()??,
            _ => {}
        }
        Some(())
    }
}

impl<'a> Value<'a> {
    fn text(self) -> Option<Option<&'a str>> {
        match self {
            Self::Null => Some(None),
            Self::Text(text) => Some(Some(text)),
            Self::Number(_) => None,
        }
    }

    fn number(self) -> Option<Option<u64>> {
        match self {
            Self::Null => Some(None),
            Self::Number(digits) => digits.parse().ok().map(Some),
            Self::Text(_) => None,
        }
    }
}

/// The walk through a line.
struct Walk<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Walk<'a> {
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, sign: u8) -> Option<()> {
        (self.rest().first() == Some(&sign)).then(|| self.at += 1)
    }

    /// A text in its quotes, without them, still escaped.
    fn text(&mut self) -> Option<&'a str> {
        self.take(b'"')?;
        let begun = self.at;
        loop {
            let sign = memchr2(b'"', b'\\', self.rest())?;
            self.at += sign + 1;
            if self.text.as_bytes().get(self.at - 1) == Some(&b'"') {
                return self.text.get(begun..self.at - 1);
            }
            // Whatever is escaped is one octet at least, and no end.
            self.at += 1;
        }
    }

    fn value(&mut self) -> Option<Value<'a>> {
        match self.rest().first()? {
            b'"' => self.text().map(Value::Text),
            b'n' if self.rest().starts_with(b"null") => {
                self.at += 4;
                Some(Value::Null)
            }
            b'0'..=b'9' => {
                let digits = self.rest().iter().take_while(|b| b.is_ascii_digit()).count();
                let number = self.text.get(self.at..self.at + digits)?;
                self.at += digits;
                Some(Value::Number(number))
            }
            _ => None,
        }
    }
}
