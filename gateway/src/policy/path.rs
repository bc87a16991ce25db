//! Does everyone on the way read this path alike?
//!
//! What is judged here is what is forwarded, byte for byte; nothing is decoded, folded or mended on the
//! way. So whatever a backend might read differently from us (a dot segment, an escaped slash, a
//! backslash, a path parameter) is refused before any route is looked for (SECURITY.md#what-others-fell-to).
//!
//! Some backends decode twice, and some read octets as UTF-8 that are none. So an escape of an escape is followed down to
//! what it stands for, and octets that occur in no UTF-8 are refused, with the forms in which a lenient reader finds an ASCII
//! character that a strict one does not. Text in another encoding passes otherwise: Shift_JIS and EUC-JP use some of those
//! octets too, so of their characters a few are refused, and the others go on byte for byte.

use http::uri::PathAndQuery;

/// Proof that a path means the same to everyone who reads it. Made only by [`CleanPath::of`].
///
/// ```compile_fail,E0451
/// fn forge(source: &http::uri::PathAndQuery) -> gateway::policy::path::CleanPath<'_> {
///     gateway::policy::path::CleanPath { source }
/// }
/// ```
#[must_use]
#[derive(Clone, Copy, Debug)]
pub struct CleanPath<'a> {
    source: &'a PathAndQuery,
}

/// Why a path was refused.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, thiserror::Error)]
pub enum PathFault {
    /// `\`, which some backends take for `/`.
    #[error("the path has a backslash")]
    Backslash,
    /// A control character or a space, in path or query, or escaped in the path.
    #[error("the path or the query has a control character")]
    ControlCharacter,
    /// A segment that is `.` or `..`.
    #[error("the path has a dot segment")]
    DotSegment,
    /// `//`, which some backends take for `/`.
    #[error("the path has an empty segment")]
    DoubleSlash,
    /// `%2f`, `%5c`, `%2e` or `%00`.
    #[error("the path has an escaped slash, backslash, dot or NUL")]
    EscapedDelimiter,
    /// An escape of an escape of a delimiter, like `%252f`, which is one to who decodes twice.
    #[error("the path has a delimiter that is escaped more than once")]
    EscapedTwice,
    /// `#`, in path or query.
    #[error("the path or the query has a fragment")]
    Fragment,
    /// A `%` without two hex digits.
    #[error("the path has a broken escape")]
    BadEscape,
    /// It does not begin with `/`.
    #[error("the path does not begin with a slash")]
    NotAbsolute,
    /// A byte above 126, in path or query; such text is escaped.
    #[error("the path or the query has a character that is not ASCII")]
    NotAscii,
    /// An escaped octet that occurs in no UTF-8, or an ASCII character in more octets than one, like `%c0%af`.
    #[error("the path has an escape that is in no UTF-8")]
    NotUtf8,
    /// `;`: a path parameter, which some backends cut off.
    #[error("the path has a semicolon")]
    Semicolon,
}

impl<'a> CleanPath<'a> {
    /// Judges a request's path and query.
    ///
    /// # Errors
    /// The first fault in it. In a query `%`, `\`, `;`, `/` and dots are free: no route is chosen by it.
    pub fn of(source: &'a PathAndQuery) -> Result<Self, PathFault> {
        judge(source.as_str())?;
        Ok(Self { source })
    }

    /// The path, without the query.
    #[must_use]
    pub fn path(self) -> &'a str {
        self.source.path()
    }

    /// The query, without its `?`.
    #[must_use]
    pub fn query(self) -> Option<&'a str> {
        self.source.query()
    }

    /// What was judged, to be forwarded as it is.
    #[must_use]
    pub fn path_and_query(self) -> &'a PathAndQuery {
        self.source
    }
}

/// Judges the text of a path and query.
///
/// # Errors
/// The first fault in it.
pub fn judge(target: &str) -> Result<(), PathFault> {
    let bytes = target.as_bytes();
    if bytes.first() != Some(&b'/') {
        return Err(PathFault::NotAbsolute);
    }
    let (mut at, mut escaped) = (0, false);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match CLASS[usize::from(byte)] {
            Class::Plain => {}
            Class::Slash => segment(&bytes[at..])?,
            Class::Question => {
                query(&bytes[at..])?;
                at -= 1;
                break;
            }
            Class::Percent => {
                escaped |= bytes[at..].starts_with(b"25");
                at += escape(&bytes[at..])?;
            }
            Class::Refused(fault) => return Err(fault),
        }
    }
    if escaped { twice(&bytes[..at]) } else { Ok(()) }
}

/// What a byte is in a path.
#[derive(Clone, Copy)]
enum Class {
    Plain,
    Slash,
    Question,
    Percent,
    Refused(PathFault),
}

const CLASS: [Class; 256] = {
    let mut class = [Class::Plain; 256];
    let mut byte = 0;
    while byte < 256 {
        if byte <= 0x20 || byte == 0x7f {
            class[byte] = Class::Refused(PathFault::ControlCharacter);
        } else if byte > 0x7f {
            class[byte] = Class::Refused(PathFault::NotAscii);
        }
        byte += 1;
    }
    class[b'/' as usize] = Class::Slash;
    class[b'?' as usize] = Class::Question;
    class[b'%' as usize] = Class::Percent;
    class[b'\\' as usize] = Class::Refused(PathFault::Backslash);
    class[b';' as usize] = Class::Refused(PathFault::Semicolon);
    class[b'#' as usize] = Class::Refused(PathFault::Fragment);
    class
};

/// What follows a slash.
fn segment(rest: &[u8]) -> Result<(), PathFault> {
    match rest {
        [b'/', ..] => Err(PathFault::DoubleSlash),
        [b'.'] | [b'.', b'/' | b'?', ..] | [b'.', b'.'] | [b'.', b'.', b'/' | b'?', ..] => Err(PathFault::DotSegment),
        _ => Ok(()),
    }
}

/// What follows a percent sign; how many bytes it takes.
fn escape(rest: &[u8]) -> Result<usize, PathFault> {
    match octet(rest).ok_or(PathFault::BadEscape)? {
        0x00 | 0x2e | 0x2f | 0x5c => Err(PathFault::EscapedDelimiter),
        0x01..=0x1f | 0x7f => Err(PathFault::ControlCharacter),
        first if in_no_utf8(first, &rest[2..]) => Err(PathFault::NotUtf8),
        _ => Ok(2),
    }
}

/// The octet that two hex digits stand for.
fn octet(digits: &[u8]) -> Option<u8> {
    let digit = |at: usize| digits.get(at).and_then(|&byte| char::from(byte).to_digit(16));
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

/// Whether this octet and the escapes behind it are in no UTF-8: by themselves, or as a longer form of an ASCII character
/// (RFC 3629 §3). Longer forms of other characters stand for nothing that is a delimiter anywhere.
fn in_no_utf8(first: u8, behind: &[u8]) -> bool {
    let next = |number: usize| match behind.get(number * 3..)? {
        [b'%', digits @ ..] => octet(digits),
        _ => None,
    };
    let goes_on = |octet: Option<u8>| matches!(octet, Some(0x80..=0xbf));
    let ascii = |octet: Option<u8>| matches!(octet, Some(0x80 | 0x81));
    match first {
        0xc0 | 0xc1 | 0xf5..=0xff => true,
        0xe0 => ascii(next(0)) && goes_on(next(1)),
        0xf0 => next(0) == Some(0x80) && ascii(next(1)) && goes_on(next(2)),
        _ => false,
    }
}

/// How often a path is decoded to see what it stands for. Nobody escapes oftener in earnest.
const LAYERS: usize = 4;

/// Follows the escapes of escapes.
fn twice(path: &[u8]) -> Result<(), PathFault> {
    let mut path = path.to_vec();
    for _ in 0..LAYERS {
        path = decoded(&path);
        let mut again = false;
        for at in (0..path.len()).filter(|&at| path[at] == b'%') {
            let rest = &path[at + 1..];
            match octet(rest) {
                Some(0x00..=0x1f | 0x7f | b'.' | b'/' | b'\\' | b';' | b'?' | b'#') => {
                    return Err(PathFault::EscapedTwice);
                }
                Some(first) if in_no_utf8(first, &rest[2..]) => return Err(PathFault::NotUtf8),
                Some(_) => again = true,
                None => {}
            }
        }
        if !again {
            return Ok(());
        }
    }
    Err(PathFault::EscapedTwice)
}

/// What a clean path, or a piece of one, stands for to who undoes its escapes until there are none.
pub(super) fn undone(path: &[u8]) -> Vec<u8> {
    let once = decoded(path);
    (1..LAYERS).fold(once, |path, _| decoded(&path))
}

fn decoded(path: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut at = 0;
    while let Some(&byte) = path.get(at) {
        match octet(&path[at + 1..]).filter(|_| byte == b'%') {
            Some(octet) => {
                decoded.push(octet);
                at += 3;
            }
            None => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    decoded
}

fn query(rest: &[u8]) -> Result<(), PathFault> {
    for &byte in rest {
        match byte {
            b'#' => return Err(PathFault::Fragment),
            0..=0x20 | 0x7f => return Err(PathFault::ControlCharacter),
            0x80.. => return Err(PathFault::NotAscii),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_can_be_read_in_two_ways_is_refused() {
        for (target, fault) in [
            ("", PathFault::NotAbsolute),
            ("*", PathFault::NotAbsolute),
            ("rooms/r1", PathFault::NotAbsolute),
            ("https://host/rooms", PathFault::NotAbsolute),
            ("//host/rooms", PathFault::DoubleSlash),
            ("/rooms//r1", PathFault::DoubleSlash),
            ("/rooms/r1//", PathFault::DoubleSlash),
            ("/.", PathFault::DotSegment),
            ("/..", PathFault::DotSegment),
            ("/./rooms", PathFault::DotSegment),
            ("/a/../rooms", PathFault::DotSegment),
            ("/rooms/..?x=1", PathFault::DotSegment),
            ("/rooms/.?x=1", PathFault::DotSegment),
            ("/rooms/%2e%2e/x", PathFault::EscapedDelimiter),
            ("/rooms/.%2E/x", PathFault::EscapedDelimiter),
            ("/rooms/r1%2ehtml", PathFault::EscapedDelimiter),
            ("/rooms%2fr1", PathFault::EscapedDelimiter),
            ("/rooms%2Fr1", PathFault::EscapedDelimiter),
            ("/rooms%5cr1", PathFault::EscapedDelimiter),
            ("/rooms%5Cr1", PathFault::EscapedDelimiter),
            ("/rooms/r1%00.css", PathFault::EscapedDelimiter),
            ("/rooms\\r1", PathFault::Backslash),
            ("/rooms;x=1/r1", PathFault::Semicolon),
            ("/rooms/..;/r1", PathFault::Semicolon),
            ("/rooms/r1%0d%0aSet-Cookie:x", PathFault::ControlCharacter),
            ("/rooms/%7f", PathFault::ControlCharacter),
            ("/rooms/r 1", PathFault::ControlCharacter),
            ("/rooms/\tr1", PathFault::ControlCharacter),
            ("/rooms/\0", PathFault::ControlCharacter),
            ("/rooms/\u{7f}", PathFault::ControlCharacter),
            ("/rooms?x=\n", PathFault::ControlCharacter),
            ("/rooms?x= y", PathFault::ControlCharacter),
            ("/rooms/%", PathFault::BadEscape),
            ("/rooms/%4", PathFault::BadEscape),
            ("/rooms/%4?x", PathFault::BadEscape),
            ("/rooms/%zz", PathFault::BadEscape),
            ("/rooms/%+4", PathFault::BadEscape),
            ("/rooms/%u002f", PathFault::BadEscape),
            ("/a%c0%afb", PathFault::NotUtf8),
            ("/a%C1%9Cb", PathFault::NotUtf8),
            ("/%c0%ae%c0%ae/", PathFault::NotUtf8),
            ("/%f5%80%80%80", PathFault::NotUtf8),
            ("/%ff", PathFault::NotUtf8),
            ("/%e0%80%af", PathFault::NotUtf8),
            ("/%E0%81%9C", PathFault::NotUtf8),
            ("/%f0%80%80%af", PathFault::NotUtf8),
            ("/%f0%80%81%9c", PathFault::NotUtf8),
            ("/a%252fb", PathFault::EscapedTwice),
            ("/a%252Fb", PathFault::EscapedTwice),
            ("/a%255cb", PathFault::EscapedTwice),
            ("/%252e%252e/b", PathFault::EscapedTwice),
            ("/a%2500", PathFault::EscapedTwice),
            ("/a%253bb", PathFault::EscapedTwice),
            ("/a%253fb", PathFault::EscapedTwice),
            ("/a%2523b", PathFault::EscapedTwice),
            ("/a%250d%250a", PathFault::EscapedTwice),
            ("/a%25252fb", PathFault::EscapedTwice),
            ("/a%2525252fb", PathFault::EscapedTwice),
            ("/a%252525252525252525252541", PathFault::EscapedTwice),
            ("/a%25%32%66b", PathFault::EscapedTwice),
            ("/a%252%66b", PathFault::EscapedTwice),
            ("/a%25c0%25af", PathFault::NotUtf8),
            ("/a%25e0%2580%25af", PathFault::NotUtf8),
            ("/a%252fb?x", PathFault::EscapedTwice),
            ("/部屋", PathFault::NotAscii),
            ("/rooms?q=部屋", PathFault::NotAscii),
            ("/rooms#top", PathFault::Fragment),
            ("/rooms?x#top", PathFault::Fragment),
        ] {
            assert_eq!(judge(target), Err(fault), "{target:?}");
        }
    }

    #[test]
    fn an_ordinary_path_passes_byte_for_byte() {
        for target in [
            "/",
            "/?",
            "/rooms",
            "/rooms/",
            "/rooms/r-1_X/notes/2026-08-25",
            "/.well-known/x",
            "/...",
            "/a..b/.c/d./~user/(x)!$&'*+,=:@",
            "/%E9%80%A3%E7%B5%A1%E5%B8%B3",
            // The same in Shift_JIS and in EUC-JP; then what begins like a longer form of ASCII and is none.
            "/%98%41%97%8D%92%A0",
            "/%CF%A2%CD%ED%C4%A2",
            "/%e0%9f%bf/%e0%a0%80/%e0%80/%e0%80%41/%f0%90%80%80/%f4%8f%bf%bf",
            "/%3bx%3fy%23z",
            "/100%25",
            "/100%25/%25zz/%2541",
            "/search?return=//a/../b;c\\d%2f%&x=?%252f%c0%af",
        ] {
            assert_eq!(judge(target), Ok(()), "{target:?}");
            let source: PathAndQuery = target.parse().unwrap();
            assert_eq!(CleanPath::of(&source).unwrap().path_and_query().as_str(), target);
        }
    }

    #[test]
    fn nothing_that_passes_changes_when_a_backend_decodes_and_resolves_it() {
        // Every path of up to five of the characters that matter.
        const PIECES: [&str; 10] = ["/", ".", "%2e", "%2F", "%5c", "\\", ";", "z", "%7a", "%"];
        let mut number = 0;
        while number < PIECES.len().pow(5) {
            let mut path = String::from("/");
            let mut rest = number;
            for _ in 0..5 {
                path.push_str(PIECES[rest % PIECES.len()]);
                rest /= PIECES.len();
            }
            number += 1;
            if judge(&path).is_ok() {
                let decoded = path.replace("%7a", "z");
                assert!(!decoded.contains(['%', '\\', ';']), "{path}");
                assert!(decoded.split('/').all(|segment| segment != "." && segment != ".."), "{path}");
                assert!(!decoded.contains("//"), "{path}");
            }
        }
    }
}
