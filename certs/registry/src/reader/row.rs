//! What does a row say, in our types?
//!
//! Nothing is skipped and nothing guessed: a row we cannot read is refused by table, key and field.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;
use std::sync::Arc;

use certs::{DeviceNo, Fingerprint, Timestamp, Validity};

use crate::change::{CertificateStage, InvitationState, ListingState, RoomState};
use crate::reader::connection::Columns;
use crate::reader::refusal::ReadRefusal;
use crate::reader::trained::Trained;
use crate::record::{Certificate, CertificateState, Device, Office, Opening, Password, Room, SystemUser, Window};
use names::{LoginId, OfficeNo, Role, RoomRef};

/// The people listed on each device that has a list, be it an empty one.
pub(super) type Lists = HashMap<DeviceNo, Arc<HashSet<LoginId>>>;

/// Until when each certificate is good that took another's place, by its serial.
pub(super) type Successors = HashMap<String, Timestamp>;

const OFFICE: Table = Table { name: "offices", key: "office", fields: &["office", "name", "state"] };
const SYSTEM_USER: Table = Table {
    name: "system_users",
    key: "login_id",
    fields: &[
        "login_id",
        "office",
        "roles",
        "state",
        "password_hash",
        "password_initial",
        "password_set_at",
        "failures_count_from",
        "maintenance",
        "open_from",
        "open_until",
    ],
};
const DEVICE: Table = Table {
    name: "devices",
    key: "device",
    fields: &["device", "office", "os", "ownership", "stage", "suspended", "approved_until"],
};
const LISTED: Table = Table { name: "device_users", key: "device", fields: &["device", "login_id", "state"] };
const CERTIFICATE: Table = Table {
    name: "certificates",
    key: "device",
    fields: &["device", "fingerprint", "state", "not_before", "not_after", "superseded_from", "successor", "assurance"],
};
const SUCCESSOR: Table = Table { name: "certificates", key: "serial", fields: &["serial", "not_after"] };
const ROOM: Table = Table { name: "rooms", key: "room", fields: &["room", "state"] };
const INVITED: Table = Table { name: "invitations", key: "room", fields: &["room", "login_id", "state", "until"] };

/// An office.
pub(super) fn office(columns: &Columns) -> Result<Office, ReadRefusal> {
    let row = OFFICE.row(columns)?;
    Ok(Office { office: row.parse(0)?, name: row.text(1)?.into(), state: row.parse(2)? })
}

/// A person with an ID, with the years whose training they attended.
pub(super) fn system_user(columns: &Columns, trained: &Trained) -> Result<SystemUser, ReadRefusal> {
    let row = SYSTEM_USER.row(columns)?;
    let roles = row.text(2)?.split_ascii_whitespace().map(str::parse::<Role>).collect::<Result<Vec<_>, _>>();
    let login_id: LoginId = row.parse(0)?;
    Ok(SystemUser {
        trained: trained.get(&login_id).cloned().unwrap_or_default(),
        login_id,
        office: row.parse(1)?,
        roles: roles.map_err(|why| row.refuse(2, why))?,
        state: row.parse(3)?,
        password: Password { hash: row.text(4)?.into(), initial: row.flag(5)?, set_at: row.time(6)? },
        failures_count_from: row.time(7)?,
        opening: match (row.flag(8)?, row.time_or_none(9)?, row.time_or_none(10)?) {
            (false, ..) => Opening::Always,
            (true, Some(from), Some(until)) => Opening::Within(Some(Window { from, until })),
            (true, ..) => Opening::Within(None),
        },
    })
}

/// A device, with the list of its people if it has one. An office met before is not read again:
/// `known` knows it by its number.
pub(super) fn device(
    line: &[u8],
    lists: &Lists,
    known: impl Fn(&str) -> Option<OfficeNo>,
) -> Result<Device, ReadRefusal> {
    let row = DEVICE.line(line)?;
    let device = row.device(0)?;
    Ok(Device {
        device,
        office: known(row.text(1)?).map_or_else(|| row.parse(1), Ok)?,
        os: row.parse(2)?,
        ownership: row.parse(3)?,
        stage: row.parse(4)?,
        suspended: row.flag(5)?,
        approved_until: row.time_or_none(6)?,
        users: lists.get(&device).map(Arc::clone),
    })
}

/// A certificate; `None` of one that was never signed.
pub(super) fn certificate(line: &[u8], successors: &Successors) -> Result<Option<Certificate>, ReadRefusal> {
    let row = CERTIFICATE.line(line)?;
    let stage = row.parse::<CertificateStage>(2)?;
    let signed = !row.text(1)?.is_empty();
    let state = match (stage, row.time_or_none(5)?, signed) {
        // Revoked without a fingerprint: an intent that was given up.
        (CertificateStage::Intended, _, _) | (CertificateStage::Revoked, _, false) => return Ok(None),
        (CertificateStage::Issued | CertificateStage::Superseded, _, false) => {
            return Err(row.refuse(1, "a signed certificate has a fingerprint"));
        }
        (CertificateStage::Revoked, _, true) => CertificateState::Revoked,
        (CertificateStage::Issued, None, true) => CertificateState::Issued,
        (CertificateStage::Superseded, None, true) => {
            return Err(row.refuse(5, "a superseded certificate says since when"));
        }
        (CertificateStage::Issued | CertificateStage::Superseded, Some(since), true) => {
            CertificateState::Superseded { since, successor_not_after: successors.get(row.text(6)?).copied() }
        }
    };
    Ok(Some(Certificate {
        fingerprint: row.fingerprint(1)?,
        device: row.device(0)?,
        validity: Validity { not_before: row.time(3)?, not_after: row.time(4)? },
        state,
        assurance: row.parse(7)?,
    }))
}

/// Lists out of their entries. A list whose last entry was removed is an empty one: the device then
/// serves nobody, and not suddenly everyone of its office.
pub(super) fn lists(rows: &[Columns]) -> Result<Lists, ReadRefusal> {
    let mut lists: HashMap<DeviceNo, HashSet<LoginId>> = HashMap::new();
    for columns in rows {
        let row = LISTED.row(columns)?;
        let list = lists.entry(row.device(0)?).or_default();
        let login_id = row.parse(1)?;
        match row.parse(2)? {
            ListingState::Listed => drop(list.insert(login_id)),
            ListingState::Removed => {}
        }
    }
    Ok(lists.into_iter().map(|(device, users)| (device, Arc::new(users))).collect())
}

/// The last seconds of successors.
pub(super) fn successors(rows: &[Columns]) -> Result<Successors, ReadRefusal> {
    rows.iter()
        .map(|columns| {
            let row = SUCCESSOR.row(columns)?;
            Ok((row.text(0)?.to_owned(), row.time(1)?))
        })
        .collect()
}

/// Rooms with their members.
pub(super) fn rooms(rooms: &[Columns], invitations: &[Columns]) -> Result<Vec<Room>, ReadRefusal> {
    let mut members: HashMap<RoomRef, HashMap<LoginId, Option<Timestamp>>> = HashMap::new();
    for columns in invitations {
        let row = INVITED.row(columns)?;
        let (room, login_id) = (row.parse::<RoomRef>(0)?, row.parse(1)?);
        match row.parse(2)? {
            InvitationState::Invited => {
                members.entry(room).or_default().insert(login_id, row.time_or_none(3)?);
            }
            InvitationState::Removed => {}
        }
    }
    rooms
        .iter()
        .map(|columns| {
            let row = ROOM.row(columns)?;
            let room = row.parse::<RoomRef>(0)?;
            let open = row.parse::<RoomState>(1)? == RoomState::Open;
            let members = members.remove(&room).unwrap_or_default();
            Ok(Room { room, open, members })
        })
        .collect()
}

/// A table's name, its key and the fields in the order in which they are asked for.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) key: &'static str,
    pub(super) fields: &'static [&'static str],
}

/// The widest row read.
const WIDEST: usize = 11;

pub(super) struct Row<'a> {
    table: &'static Table,
    fields: [&'a [u8]; WIDEST],
}

impl Table {
    pub(super) fn row<'a>(&'static self, columns: &'a Columns) -> Result<Row<'a>, ReadRefusal> {
        let mut row = Row { table: self, fields: [b""; WIDEST] };
        for (index, column) in columns.iter().enumerate().take(WIDEST) {
            row.fields[index] = column.as_deref().ok_or_else(|| row.refuse(index, "is NULL"))?;
        }
        Ok(row)
    }

    fn line<'a>(&'static self, line: &'a [u8]) -> Result<Row<'a>, ReadRefusal> {
        let mut row = Row { table: self, fields: [b""; WIDEST] };
        let mut count = 0;
        for field in line.split(|byte| *byte == b',') {
            if count == self.fields.len() {
                return Err(row.refuse(count - 1, "a field before it holds a comma"));
            }
            row.fields[count] = field;
            count += 1;
        }
        if count < self.fields.len() {
            return Err(row.refuse(count - 1, "holds a semicolon"));
        }
        Ok(row)
    }
}

impl<'a> Row<'a> {
    fn text(&self, index: usize) -> Result<&'a str, ReadRefusal> {
        std::str::from_utf8(self.fields[index]).map_err(|_| self.refuse(index, "is not UTF-8"))
    }

    pub(super) fn parse<T>(&self, index: usize) -> Result<T, ReadRefusal>
    where
        T: FromStr,
        T::Err: ToString,
    {
        self.text(index)?.parse().map_err(|why: T::Err| self.refuse(index, why))
    }

    fn device(&self, index: usize) -> Result<DeviceNo, ReadRefusal> {
        let number = match digits(self.fields[index]) {
            Some(number) => u32::try_from(number).map_err(|why| self.refuse(index, why))?,
            None => self.parse(index)?,
        };
        DeviceNo::new(number).map_err(|why| self.refuse(index, why))
    }

    /// As [`Fingerprint::from_str`], but by a table: digits come in no order, and a million times 64
    /// branches that nobody can foresee take a fifth of a second.
    fn fingerprint(&self, index: usize) -> Result<Fingerprint, ReadRefusal> {
        let mut bytes = [0; 32];
        let mut wrong = 0;
        if let Ok(digits) = <&[u8; 64]>::try_from(self.fields[index]) {
            for (byte, [high, low]) in bytes.iter_mut().zip(digits.as_chunks().0) {
                let (high, low) = (HEX[usize::from(*high)], HEX[usize::from(*low)]);
                wrong |= high | low;
                *byte = (high & 0xf) << 4 | (low & 0xf);
            }
            if wrong & NOT_HEX == 0 {
                return Ok(Fingerprint::from_bytes(bytes));
            }
        }
        self.parse(index)
    }

    fn flag(&self, index: usize) -> Result<bool, ReadRefusal> {
        match self.fields[index] {
            b"0" => Ok(false),
            b"1" => Ok(true),
            _ => Err(self.refuse(index, "is neither 0 nor 1")),
        }
    }

    fn time(&self, index: usize) -> Result<Timestamp, ReadRefusal> {
        let seconds = match digits(self.fields[index]) {
            Some(seconds) => seconds,
            None => self.parse::<i64>(index)?,
        };
        // A snapshot keeps unsigned seconds, of which the largest stands for "never".
        if (0..i64::from(u32::MAX)).contains(&seconds) {
            Ok(Timestamp::from_unix(seconds))
        } else {
            Err(self.refuse(index, "is a time before 1970 or after 2106"))
        }
    }

    fn time_or_none(&self, index: usize) -> Result<Option<Timestamp>, ReadRefusal> {
        if self.fields[index].is_empty() { Ok(None) } else { self.time(index).map(Some) }
    }

    fn refuse(&self, index: usize, why: impl ToString) -> ReadRefusal {
        let key = format!("{} {}", self.table.key, self.shown(0));
        // A device has several certificates: the fingerprint says which.
        let key = if self.table.name == CERTIFICATE.name && self.table.key == CERTIFICATE.key {
            format!("{key}, fingerprint {}", self.shown(1))
        } else {
            key
        };
        let field = self.table.fields.get(index).copied().unwrap_or("?");
        let why = format!("{:?}: {}", self.shown(index), why.to_string());
        ReadRefusal::Unreadable { table: self.table.name, key, field, why }
    }

    fn shown(&self, index: usize) -> String {
        String::from_utf8_lossy(self.fields.get(index).copied().unwrap_or_default()).chars().take(80).collect()
    }
}

/// The value of each lower-case hex digit; [`NOT_HEX`] for every other byte.
const HEX: [u8; 256] = {
    let mut table = [NOT_HEX; 256];
    let mut value = 0;
    while value < 16 {
        table[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    table
};
const NOT_HEX: u8 = 0x80;

/// A plain number of at most 18 digits; anything else is left to the parser that says what is wrong.
fn digits(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    text.iter().try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINGERPRINT: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn refuses<T: std::fmt::Debug>(read: Result<T, ReadRefusal>, told: &str) {
        assert_eq!(read.unwrap_err().to_string(), told);
    }

    #[test]
    fn a_row_nobody_can_read_is_refused_by_table_key_and_field() {
        let lists = Lists::new();
        let of = |line: &str| device(line.as_bytes(), &lists, |_| None);
        refuses(
            of("7,1272201234,beos,office,approved,0,"),
            "unreadable row: table devices, device 7, field os: \"beos\": \
             an operating system is one of: windows, macos, linux, android, ios",
        );
        refuses(
            of("7,1272201234,ios,office,approved,2,"),
            "unreadable row: table devices, device 7, field suspended: \"2\": is neither 0 nor 1",
        );
        refuses(
            of("7,1272201234,ios,office,approved,1,-1"),
            "unreadable row: table devices, device 7, field approved_until: \"-1\": \
             is a time before 1970 or after 2106",
        );
        assert!(of("7,127220,1234,ios,office,approved,1,").is_err());
        assert!(of("7,1272201234").is_err());
        assert!(of("").is_err());
    }

    #[test]
    fn a_superseded_certificate_knows_until_when_its_successor_is_good() {
        let successors = HashMap::from([("4a".to_owned(), Timestamp::from_unix(9))]);
        let of = |line: String| certificate(line.as_bytes(), &successors);
        let state = |line| of(line).unwrap().map(|certificate| certificate.state);
        let since = Timestamp::from_unix(5);
        assert_eq!(
            state(format!("7,{FINGERPRINT},superseded,1,8,5,4a,swk")),
            Some(CertificateState::Superseded { since, successor_not_after: Some(Timestamp::from_unix(9)) })
        );
        assert_eq!(
            state(format!("7,{FINGERPRINT},issued,1,8,5,,swk")),
            Some(CertificateState::Superseded { since, successor_not_after: None })
        );
        assert_eq!(state(format!("7,{FINGERPRINT},revoked,1,8,5,4a,swk")), Some(CertificateState::Revoked));
        assert_eq!(state("7,,intended,1,8,,,swk".to_owned()), None);
        refuses(
            of("7,,issued,1,8,,,swk".to_owned()),
            "unreadable row: table certificates, device 7, fingerprint , field fingerprint: \"\": \
             a signed certificate has a fingerprint",
        );
    }

    #[test]
    fn a_list_whose_last_entry_was_removed_is_empty_and_not_gone() {
        let row = |device: &str, id: &str, state: &str| {
            vec![Some(device.as_bytes().to_vec()), Some(id.as_bytes().to_vec()), Some(state.as_bytes().to_vec())]
        };
        let lists = lists(&[row("7", "k.sato", "removed"), row("8", "k.sato", "listed")]).unwrap();
        let users = |n| lists.get(&DeviceNo::new(n).unwrap()).map(|users| users.len());
        assert_eq!([7, 8, 9].map(users), [Some(0), Some(1), None]);
    }

    #[test]
    fn a_null_is_refused_like_any_other_nonsense() {
        refuses(
            office(&vec![Some(b"1272201234".to_vec()), None, Some(b"registered".to_vec())]),
            "unreadable row: table offices, office 1272201234, field name: \"\": is NULL",
        );
    }
}
