//! What a store keeps of a session, and how it is written down.
//!
//! A record outlives its end by 24 hours, marked with why, so that a page can say what happened. Nothing turns an
//! ended record back into a live one.

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use certs::{DeviceNo, Timestamp};
use registry::LoginId;

use super::ended::{Ended, SessionEnd};
use super::era::Era;
use super::key::SessionKey;
use super::verify::Lasting;

/// A login that succeeded: what a session is opened from.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Whose.
    pub login_id: LoginId,
    /// On which device; it counts on no other (ARCHITECTURE.md#what-the-guideline-asks).
    pub device: DeviceNo,
    /// When the password that was typed had been set.
    pub password_set_at: Timestamp,
    /// Now.
    pub opened_at: Timestamp,
}

/// One session as the store knows it. A fact, not a permission: `verify` decides.
#[derive(Debug)]
pub struct SessionRecord {
    key: SessionKey,
    session: NewSession,
    previous_login: Option<Timestamp>,
    ended: Option<Ended>,
    /// Not written down with the rest: every request would change the record.
    seen: AtomicI64,
    /// The last activity that was handed on to the store.
    told: AtomicI64,
}

impl SessionRecord {
    /// The record of a session that just opened; `previous_login` is the same ID's login before.
    #[must_use]
    pub fn new(key: SessionKey, session: NewSession, previous_login: Option<Timestamp>) -> Self {
        let seen = session.opened_at.unix();
        Self { key, session, previous_login, ended: None, seen: AtomicI64::new(seen), told: AtomicI64::new(seen) }
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &SessionKey {
        &self.key
    }

    /// Whose it is.
    #[must_use]
    pub fn login_id(&self) -> &LoginId {
        &self.session.login_id
    }

    /// The device it was opened on.
    #[must_use]
    pub fn device(&self) -> DeviceNo {
        self.session.device
    }

    /// When it was opened.
    #[must_use]
    pub fn opened_at(&self) -> Timestamp {
        self.session.opened_at
    }

    /// When the password it rests on had been set: a newer password ends it.
    #[must_use]
    pub fn password_set_at(&self) -> Timestamp {
        self.session.password_set_at
    }

    /// The same ID's login before this one (前回のログイン, where one looks whether the device works).
    #[must_use]
    pub fn previous_login(&self) -> Option<Timestamp> {
        self.previous_login
    }

    /// How it ended, if it did.
    #[must_use]
    pub fn ended(&self) -> Option<Ended> {
        self.ended
    }

    /// The last activity this process knows of. Another gateway may know of a later one: before a session is refused
    /// as idle, [`Sessions::last_seen`](super::Sessions::last_seen) is asked.
    #[must_use]
    pub fn seen(&self) -> Timestamp {
        Timestamp::from_unix(self.seen.load(Relaxed))
    }

    /// Notes activity; a clock that went back takes nothing away.
    pub(super) fn saw(&self, now: Timestamp) {
        if self.seen.load(Relaxed) < now.unix() {
            self.seen.fetch_max(now.unix(), Relaxed);
        }
    }

    /// Whether the store should be told of activity: once in `every` seconds, and to one caller only.
    pub(super) fn tell(&self, now: Timestamp, every: i64) -> bool {
        let told = self.told.load(Relaxed);
        now.unix() - told >= every && self.told.compare_exchange(told, now.unix(), Relaxed, Relaxed).is_ok()
    }

    /// How time has ended it by now, if it has.
    #[must_use]
    pub(super) fn time_up(&self, lasting: Lasting, now: Timestamp) -> Option<Ended> {
        let absolute = Ended { why: SessionEnd::Absolute, at: self.opened_at().plus(lasting.absolute) };
        let idle = Ended { why: SessionEnd::Idle, at: self.seen().plus(lasting.idle) };
        Some(if idle.at < absolute.at { idle } else { absolute }).filter(|first| first.at <= now)
    }

    /// The same session, over. `None` if it was over before: the first end stays.
    #[must_use]
    pub(super) fn over(&self, ended: Ended) -> Option<Self> {
        match self.ended {
            Some(_) => None,
            None => Some(Self { ended: Some(ended), ..self.copy() }),
        }
    }

    /// The same session, resting on another password. `None` if it is over.
    #[must_use]
    pub(super) fn resting_on(&self, password_set_at: Timestamp) -> Option<Self> {
        match self.ended {
            Some(_) => None,
            None => {
                let copy = self.copy();
                Some(Self { session: NewSession { password_set_at, ..copy.session }, ..copy })
            }
        }
    }

    fn copy(&self) -> Self {
        Self {
            key: self.key,
            session: self.session.clone(),
            previous_login: self.previous_login,
            ended: self.ended,
            seen: AtomicI64::new(self.seen.load(Relaxed)),
            told: AtomicI64::new(self.told.load(Relaxed)),
        }
    }

    /// The last second for which a store keeps it: 24 hours past its end, or past the latest end it can have.
    #[must_use]
    pub(super) fn kept_until(&self, absolute_seconds: i64) -> Timestamp {
        match self.ended {
            Some(ended) => ended.at.plus(KEPT_AFTER_END),
            None => self.session.opened_at.plus(absolute_seconds).plus(KEPT_AFTER_END),
        }
    }
}

/// Seconds for which a page can still say why a session ended.
pub(super) const KEPT_AFTER_END: i64 = 24 * 3600;

/// The first byte of every record. A record of another version is no session: people log in again, nothing is guessed.
const VERSION: u8 = 2;
const ENDED_AT: usize = 2;
const PASSWORD_SET_AT: usize = 10;
const OPENED_AT: usize = 18;
const PREVIOUS_LOGIN: usize = 26;
const DEVICE: usize = 34;
const ERA: usize = 38;
const LOGIN_ID: usize = ERA + Era::OCTETS;
/// Stands for "no login before".
const NEVER: i64 = i64::MIN;

/// A record that cannot be read: of another version, cut short, or not ours.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a session record that cannot be read: {0}")]
pub struct Unreadable(&'static str);

/// ```text
/// 0 version · 1 why it ended, 0 while live · 2 ended at · 10 password set at · 18 opened at
/// 26 previous login · 34 device · 38 the store's era · 54 login ID to the end          numbers big-endian
/// ```
/// What a script in the store reads or changes lies at fixed places.
impl SessionRecord {
    /// As a store of this era keeps it.
    #[must_use]
    pub(super) fn encode(&self, era: Era) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(LOGIN_ID + self.session.login_id.as_str().len());
        let (why, at) = self.ended.map_or((0, Timestamp::from_unix(0)), |ended| (ended.why.code(), ended.at));
        bytes.extend_from_slice(&[VERSION, why]);
        bytes.extend_from_slice(&at.unix().to_be_bytes());
        bytes.extend_from_slice(&self.session.password_set_at.unix().to_be_bytes());
        bytes.extend_from_slice(&self.session.opened_at.unix().to_be_bytes());
        bytes.extend_from_slice(&self.previous_login.map_or(NEVER, Timestamp::unix).to_be_bytes());
        bytes.extend_from_slice(&self.session.device.number().to_be_bytes());
        bytes.extend_from_slice(&era.to_octets());
        bytes.extend_from_slice(self.session.login_id.as_str().as_bytes());
        bytes
    }

    /// Reads what [`Self::encode`] wrote, and of which era it is.
    ///
    /// # Errors
    /// Anything else.
    pub(super) fn decode(key: SessionKey, bytes: &[u8]) -> Result<(Self, Era), Unreadable> {
        let [VERSION, why, ..] = *bytes else { return Err(Unreadable("another version")) };
        let ended = match why {
            0 => None,
            code => {
                let why = SessionEnd::of_code(code).ok_or(Unreadable("an unknown end"))?;
                Some(Ended { why, at: time(bytes, ENDED_AT)? })
            }
        };
        let device = u32::from_be_bytes(field(bytes, DEVICE)?);
        let login_id = bytes.get(LOGIN_ID..).and_then(|id| std::str::from_utf8(id).ok());
        let session = NewSession {
            login_id: login_id.and_then(|id| id.parse().ok()).ok_or(Unreadable("no login ID"))?,
            device: DeviceNo::new(device).map_err(|_| Unreadable("no device number"))?,
            password_set_at: time(bytes, PASSWORD_SET_AT)?,
            opened_at: time(bytes, OPENED_AT)?,
        };
        let previous_login = Some(time(bytes, PREVIOUS_LOGIN)?).filter(|time| time.unix() != NEVER);
        let era = Era::from(field(bytes, ERA)?);
        Ok((Self { ended, ..Self::new(key, session, previous_login) }, era))
    }
}

fn field<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], Unreadable> {
    bytes.get(at..at + N).and_then(|field| field.try_into().ok()).ok_or(Unreadable("cut short"))
}

fn time(bytes: &[u8], at: usize) -> Result<Timestamp, Unreadable> {
    Ok(Timestamp::from_unix(i64::from_be_bytes(field(bytes, at)?)))
}

/// The bytes that mark a live record as ended: they take the place of 1 to 9.
pub(super) fn end_mark(ended: Ended) -> [u8; 9] {
    let mut mark = [0; 9];
    mark[0] = ended.why.code();
    mark[1..].copy_from_slice(&ended.at.unix().to_be_bytes());
    mark
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::CookieValue;

    const NOON: Timestamp = Timestamp::from_unix(1_790_000_000);
    const NOW: Era = Era { number: 2, mark: 0xabcd };

    fn record() -> SessionRecord {
        let session = NewSession {
            login_id: "k.sato".parse().unwrap(),
            device: DeviceNo::new(123).unwrap(),
            password_set_at: NOON.plus(-86_400),
            opened_at: NOON,
        };
        SessionRecord::new(CookieValue::draw().unwrap().key(), session, Some(NOON.plus(-3600)))
    }

    #[test]
    fn a_record_is_read_back_as_it_was_written() {
        let live = record();
        for why in SessionEnd::ALL {
            let over = live.over(Ended { why, at: NOON.plus(60) }).unwrap();
            for one in [&live, &over] {
                let (read, era) = SessionRecord::decode(*one.key(), &one.encode(NOW)).unwrap();
                assert_eq!((read.encode(era), era), (one.encode(NOW), NOW));
                assert_eq!(read.ended(), one.ended());
                assert_eq!(
                    (read.login_id(), read.device(), read.opened_at(), read.password_set_at(), read.previous_login()),
                    (one.login_id(), one.device(), one.opened_at(), one.password_set_at(), one.previous_login())
                );
            }
        }
    }

    #[test]
    fn an_end_is_never_undone_nor_renamed() {
        let over = record().over(Ended { why: SessionEnd::Logout, at: NOON }).unwrap();
        assert!(over.over(Ended { why: SessionEnd::Idle, at: NOON.plus(1) }).is_none());
        assert!(over.resting_on(NOON).is_none());
    }

    #[test]
    fn an_unreadable_record_is_told_by_its_reason() {
        let whole = record().encode(NOW);
        let key = *record().key();
        let read = |bytes: &[u8]| SessionRecord::decode(key, bytes).err();
        assert_eq!(read(b""), Some(Unreadable("another version")));
        assert_eq!(read(&[&[1], &whole[1..]].concat()), Some(Unreadable("another version")));
        assert_eq!(read(&[&[2, 99], &whole[2..]].concat()), Some(Unreadable("an unknown end")));
        for length in 2..whole.len().min(LOGIN_ID + 3) {
            assert!(read(&whole[..length]).is_some(), "cut to {length}");
        }
        assert_eq!(read(&[&whole[..LOGIN_ID], b"\xff\xff\xff".as_slice()].concat()), Some(Unreadable("no login ID")));
    }

    #[test]
    fn activity_moves_forward_only_and_is_told_once() {
        let record = record();
        record.saw(NOON.plus(10));
        record.saw(NOON.plus(3));
        assert_eq!(record.seen(), NOON.plus(10));
        assert!(!record.tell(NOON.plus(4), 5));
        assert!(record.tell(NOON.plus(5), 5));
        assert!(!record.tell(NOON.plus(6), 5));
    }
}
