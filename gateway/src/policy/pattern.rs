//! Which paths does a route speak of?
//!
//! A pattern is compared with a path twice: byte for byte, which lets it pass, and the way a lenient
//! backend might (letters of either case, escapes undone, of escapes too), which only ever stops it. So `/%72ooms/r1`,
//! `/%2572ooms/r1` and `/ROOMS/r1` do not slip past the route of `/rooms/{room_ref}` to a weaker one behind it.

use super::path;

/// The place in a pattern where a room's reference stands.
pub(super) const ROOM_REF: &str = "{room_ref}";
/// The longest reference of a room.
const LONGEST_ROOM_REF: usize = 64;

/// A path pattern: literal segments, at most one room, and perhaps anything below.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Pattern {
    segments: Vec<Segment>,
    below: Below,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Segment {
    Literal(String),
    Room,
}

/// What may follow the last segment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Below {
    Nothing,
    Anything,
}

/// How a path fits a pattern.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fit<'p> {
    /// Byte for byte; with the room it names.
    Same(Option<&'p str>),
    /// Only to a lenient reader.
    Alike,
    /// Not at all.
    Different,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, for the person who wrote it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        super::path::judge(text).map_err(|fault| fault.to_string())?;
        if text.contains('?') {
            return Err("routes do not look at the query; leave out the question mark".into());
        }
        let (path, below) = match text.strip_suffix("/**") {
            Some(path) => (path, Below::Anything),
            None => (text, Below::Nothing),
        };
        let segments = path.split('/').skip(1).map(Segment::read).collect::<Result<Vec<_>, _>>()?;
        if segments.iter().filter(|segment| **segment == Segment::Room).count() > 1 {
            return Err(format!("{ROOM_REF} may stand only once"));
        }
        if matches!(segments.first(), Some(Segment::Literal(first)) if fit(first, super::route::OWN) != Fit::Different)
        {
            return Err("/.gateway/ is the gateway's own and cannot be routed".into());
        }
        Ok(Self { segments, below })
    }

    /// Compares a path that was judged clean.
    pub(super) fn fit<'p>(&self, path: &'p str) -> Fit<'p> {
        let mut given = Given(path.strip_prefix('/'));
        let mut whole = Fit::Same(None);
        for segment in &self.segments {
            let Some(given) = given.next() else { return Fit::Different };
            match segment.fit(given) {
                Fit::Same(None) => {}
                Fit::Same(Some(room)) if whole != Fit::Alike => whole = Fit::Same(Some(room)),
                Fit::Same(Some(_)) | Fit::Alike => whole = Fit::Alike,
                Fit::Different => return Fit::Different,
            }
        }
        if self.below == Below::Nothing && given.next().is_some() { Fit::Different } else { whole }
    }

    /// Whether it names a room.
    pub(super) fn has_room(&self) -> bool {
        self.segments.contains(&Segment::Room)
    }

    /// What stands before the room: this route and others of the same prefix own all paths below it.
    pub(super) fn before_room(&self) -> Option<Self> {
        let at = self.segments.iter().position(|segment| *segment == Segment::Room)?;
        Some(Self { segments: self.segments[..at].to_vec(), below: Below::Anything })
    }

    /// Whether a path lies below this pattern's literal segments; at least a slash further. Used with
    /// [`Self::before_room`].
    pub(super) fn is_above(&self, path: &str) -> bool {
        let mut given = Given(path.strip_prefix('/'));
        let starts = self.segments.iter().all(|segment| given.next().is_some_and(|g| segment.fit(g) != Fit::Different));
        starts && given.next().is_some()
    }

    /// Whether every path of `other` lies below this pattern's literal segments, as [`Self::is_above`].
    pub(super) fn is_above_all(&self, other: &Self) -> bool {
        other.segments.len() > self.segments.len() && self.covers(other)
    }

    /// Whether it takes every path that `other` takes, to a lenient reader.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let lengths = match (self.below, other.below) {
            (Below::Anything, Below::Anything | Below::Nothing) => self.segments.len() <= other.segments.len(),
            (Below::Nothing, Below::Nothing) => self.segments.len() == other.segments.len(),
            (Below::Nothing, Below::Anything) => false,
        };
        lengths && self.segments.iter().zip(&other.segments).all(|(one, other)| one.covers(other))
    }
}

impl Segment {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            ROOM_REF => Ok(Self::Room),
            _ if text.contains(['{', '}']) => {
                Err(format!("{text:?}: the only placeholder is {ROOM_REF}, and it fills a whole segment"))
            }
            _ if text.contains('*') => Err(format!("{text:?}: a pattern may end in /** and has no other asterisk")),
            _ => Ok(Self::Literal(text.to_owned())),
        }
    }

    fn fit<'p>(&self, given: &'p str) -> Fit<'p> {
        match self {
            Self::Literal(literal) => fit(literal, given),
            Self::Room if is_room_ref(given) => Fit::Same(Some(given)),
            Self::Room => Fit::Different,
        }
    }

    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Literal(one), Self::Literal(other)) => fit(one, other) != Fit::Different,
            (Self::Room, Self::Room) => true,
            (Self::Room, Self::Literal(_)) | (Self::Literal(_), Self::Room) => false,
        }
    }
}

/// The segments of a path, one after the other.
struct Given<'p>(Option<&'p str>);

impl<'p> Iterator for Given<'p> {
    type Item = &'p str;

    fn next(&mut self) -> Option<&'p str> {
        let rest = self.0?;
        let (first, further) = match rest.split_once('/') {
            Some((first, further)) => (first, Some(further)),
            None => (rest, None),
        };
        self.0 = further;
        Some(first)
    }
}

fn is_room_ref(text: &str) -> bool {
    (1..=LONGEST_ROOM_REF).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// Compares a literal segment with a given one.
pub(super) fn fit<'p>(literal: &str, given: &'p str) -> Fit<'p> {
    if literal == given {
        Fit::Same(None)
    } else if lenient(literal).eq(lenient(given)) || is_alike_beneath(literal, given) {
        Fit::Alike
    } else {
        Fit::Different
    }
}

/// As to who undoes escapes more than once. Few segments have such.
fn is_alike_beneath(literal: &str, given: &str) -> bool {
    given.as_bytes().contains(&b'%')
        && given.contains("%25")
        && path::undone(given.as_bytes()).to_ascii_lowercase().iter().copied().eq(lenient(literal))
}

/// A segment's bytes in lower case, its escapes undone.
fn lenient(segment: &str) -> impl Iterator<Item = u8> + '_ {
    let mut bytes = segment.bytes();
    std::iter::from_fn(move || {
        let byte = bytes.next()?;
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        let escaped = || {
            let mut ahead = bytes.clone();
            let (high, low) = (digit(ahead.next())?, digit(ahead.next())?);
            Some((u8::try_from(high * 16 + low).ok()?, ahead))
        };
        let byte = match (byte, (byte == b'%').then(escaped).flatten()) {
            (_, Some((unescaped, ahead))) => {
                bytes = ahead;
                unescaped
            }
            (byte, None) => byte,
        };
        Some(byte.to_ascii_lowercase())
    })
}
