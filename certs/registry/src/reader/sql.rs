//! What is asked, in words that SQLite and PostgreSQL understand alike.
//!
//! Every column comes as text. Devices and certificates come as lines: a million rows one by one
//! cost seconds in the driver, a page of lines costs what one row costs. The expressions are those
//! of the indexes `devices_line` and `certificates_line`, word for word; only then does SQLite
//! answer from the index.

/// Every table that is asked here, and the columns of it: what a database lets a gateway's role read, and no more. Who
/// may read a table's secrets beside (former passwords, the words of an event) is the desk alone.
pub const READ: [(&str, &[&str]); 12] = [
    ("attendances", &["year", "login_id", "state", "version"]),
    (
        "certificates",
        &[
            "serial",
            "device",
            "fingerprint",
            "state",
            "not_before",
            "not_after",
            "superseded_from",
            "successor",
            "assurance",
            "certificate",
            "version",
        ],
    ),
    ("device_users", &["device", "login_id", "state", "version"]),
    ("devices", &["device", "office", "os", "ownership", "stage", "suspended", "approved_until", "version"]),
    ("events", &["version", "hash"]),
    ("invitations", &["room", "login_id", "state", "until", "version"]),
    ("offices", &["office", "name", "state", "version"]),
    ("registry", &["one", "id", "version"]),
    ("restorations", &["epoch", "record", "signature", "version"]),
    ("retention_holds", &["from_at", "lifted_at"]),
    ("rooms", &["room", "state", "version"]),
    (
        "system_users",
        &[
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
            "version",
        ],
    ),
];

macro_rules! device_line {
    () => {
        "CAST(device AS TEXT) || ',' || office || ',' || os || ',' || ownership || ',' || stage || ',' \
         || CAST(suspended AS TEXT) || ',' || coalesce(CAST(approved_until AS TEXT), '')"
    };
}

macro_rules! certificate_line {
    () => {
        "CAST(device AS TEXT) || ',' || coalesce(fingerprint, '') || ',' || state || ',' \
         || CAST(not_before AS TEXT) || ',' || CAST(not_after AS TEXT) || ',' \
         || coalesce(CAST(superseded_from AS TEXT), '') || ',' || coalesce(successor, '') || ',' || assurance"
    };
}

pub(super) const HEAD: &str = "SELECT id, CAST(version AS TEXT) FROM registry WHERE one = 1";

/// Where it stands, in one statement, so that all of it is of one moment: what [`HEAD`] says, the hash of the last event,
/// the hash of the event of version $1, and the number of the last restore.
pub(super) const STANDING: &str = "SELECT r.id, CAST(r.version AS TEXT), \
     (SELECT e.hash FROM events e WHERE e.version = r.version), (SELECT e.hash FROM events e WHERE e.version = $1), \
     (SELECT CAST(max(s.epoch) AS TEXT) FROM restorations s) FROM registry r WHERE r.one = 1";

/// The hash of the event of a version: what tells two histories apart that share their numbers.
pub(super) const MARK: &str = "SELECT hash FROM events WHERE version = $1";

/// The last restore, and whether the event is there that tells of it.
pub(super) const RESTORATION: &str = "SELECT CAST(s.epoch AS TEXT), s.record, s.signature, \
     (SELECT CAST(e.version AS TEXT) FROM events e WHERE e.version = s.version) \
     FROM restorations s ORDER BY s.epoch DESC LIMIT 1";

pub(super) const OFFICES: &str = "SELECT office, name, state FROM offices WHERE version > $1";

pub(super) const SYSTEM_USERS: &str = "SELECT login_id, office, roles, state, password_hash, CAST(password_initial AS TEXT), \
     CAST(password_set_at AS TEXT), CAST(failures_count_from AS TEXT), CAST(maintenance AS TEXT), \
     coalesce(CAST(open_from AS TEXT), ''), coalesce(CAST(open_until AS TEXT), '') FROM system_users WHERE version > $1 \
     OR login_id IN (SELECT login_id FROM attendances WHERE version > $1)";

/// The years of whom [`SYSTEM_USERS`] tells.
pub(super) const ATTENDED: &str = "SELECT login_id, CAST(year AS TEXT), state FROM attendances WHERE login_id IN \
     (SELECT login_id FROM system_users WHERE version > $1 UNION SELECT login_id FROM attendances WHERE version > $1)";

pub(super) const DEVICES_SIZE: &str = "SELECT CAST(count(*) AS TEXT), CAST(max(device) AS TEXT) FROM devices";

/// Lines and the last key of a page: after $1, up to $2, at most $3.
pub(super) const DEVICES_PAGE: &str = concat!(
    "SELECT string_agg(line, ';'), CAST(max(device) AS TEXT) FROM (SELECT device, ",
    device_line!(),
    " AS line FROM devices WHERE device > $1 AND device <= $2 ORDER BY device LIMIT $3) AS page"
);

pub(super) const DEVICES_SINCE: &str = concat!(
    "SELECT ",
    device_line!(),
    " FROM devices WHERE device IN \
     (SELECT device FROM devices WHERE version > $1 UNION SELECT device FROM device_users WHERE version > $1)"
);

/// `DECLARE` and `FETCH` are PostgreSQL's own.
pub(super) const DEVICES_CURSOR: &str =
    concat!("DECLARE lines NO SCROLL CURSOR FOR SELECT ", device_line!(), " FROM devices");
pub(super) const CERTIFICATES_CURSOR: &str =
    concat!("DECLARE lines NO SCROLL CURSOR FOR SELECT ", certificate_line!(), " FROM certificates");
pub(super) const FETCH: &str = "FETCH 2048 FROM lines";
pub(super) const CLOSE: &str = "CLOSE lines";

pub(super) const LISTED: &str = "SELECT CAST(device AS TEXT), login_id, state FROM device_users";

pub(super) const LISTED_SINCE: &str = "SELECT CAST(device AS TEXT), login_id, state FROM device_users WHERE device IN \
     (SELECT device FROM devices WHERE version > $1 UNION SELECT device FROM device_users WHERE version > $1)";

pub(super) const CERTIFICATES_SIZE: &str = "SELECT CAST(count(*) AS TEXT) FROM certificates";

pub(super) const CERTIFICATES_PAGE: &str = concat!(
    "SELECT string_agg(line, ';'), max(serial) FROM (SELECT serial, ",
    certificate_line!(),
    " AS line FROM certificates WHERE serial > $1 AND serial <= $2 ORDER BY serial LIMIT $3) AS page"
);

pub(super) const CERTIFICATES_SINCE: &str =
    concat!("SELECT ", certificate_line!(), " FROM certificates WHERE version > $1");

/// The certificate itself, as PEM. No request asks for it: who would be locked out is judged by what devices hold.
pub(super) const CERTIFICATE: &str = "SELECT certificate FROM certificates WHERE serial = $1";

/// Since when something is on hold. No request asks for it: what is old is ended by it.
pub(super) const HELD_FROM: &str = "SELECT CAST(min(from_at) AS TEXT) FROM retention_holds WHERE lifted_at IS NULL";

pub(super) const SUCCESSORS: &str = "SELECT serial, CAST(not_after AS TEXT) FROM certificates WHERE serial IN \
     (SELECT successor FROM certificates WHERE successor IS NOT NULL)";

pub(super) const SUCCESSORS_SINCE: &str = "SELECT serial, CAST(not_after AS TEXT) FROM certificates WHERE serial IN \
     (SELECT successor FROM certificates WHERE version > $1 AND successor IS NOT NULL)";

pub(super) const ROOMS: &str = "SELECT room, state FROM rooms";

pub(super) const ROOMS_SINCE: &str = "SELECT room, state FROM rooms WHERE room IN \
     (SELECT room FROM rooms WHERE version > $1 UNION SELECT room FROM invitations WHERE version > $1)";

pub(super) const INVITED: &str = "SELECT room, login_id, state, coalesce(CAST(until AS TEXT), '') FROM invitations";

pub(super) const INVITED_SINCE: &str = "SELECT room, login_id, state, coalesce(CAST(until AS TEXT), '') FROM invitations WHERE room IN \
     (SELECT room FROM rooms WHERE version > $1 UNION SELECT room FROM invitations WHERE version > $1)";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// That no column is missing, PostgreSQL itself says (`tests/registry/granted.rs`).
    #[test]
    fn no_table_is_asked_that_a_gateway_may_not_read() {
        let text = include_str!("sql.rs").split("#[cfg(test)]").next().unwrap();
        let constants = text.split("macro_rules! device_line").nth(1).unwrap();
        let asked: BTreeSet<&str> = constants
            .split("FROM ")
            .skip(1)
            .filter_map(|rest| rest.split(|c: char| !(c.is_ascii_lowercase() || c == '_')).next())
            // A question within a question, and a cursor.
            .filter(|name| !name.is_empty() && *name != "lines")
            .collect();
        assert_eq!(asked, READ.iter().map(|(table, _)| *table).collect());
        assert!(!constants.contains(" JOIN "), "teach this test to read more");
    }
}
