//! What is asked, in words that SQLite and PostgreSQL understand alike.
//!
//! Every column comes as text. Devices and certificates come as lines: a million rows one by one
//! cost seconds in the driver, a page of lines costs what one row costs. The expressions are those
//! of the indexes `devices_line` and `certificates_line`, word for word; only then does SQLite
//! answer from the index.

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

/// What tells two histories apart that share their numbers: the hash of the event of a version.
pub(super) const MARK: &str = "SELECT hash FROM events WHERE version = $1";

pub(super) const OFFICES: &str = "SELECT office, name, state FROM offices WHERE version > $1";

pub(super) const SYSTEM_USERS: &str = "SELECT login_id, office, roles, state, password_hash, CAST(password_initial AS TEXT), \
     CAST(password_set_at AS TEXT), CAST(failures_count_from AS TEXT) FROM system_users WHERE version > $1";

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

pub(super) const SUCCESSORS: &str = "SELECT serial, CAST(not_after AS TEXT) FROM certificates WHERE serial IN \
     (SELECT successor FROM certificates WHERE successor IS NOT NULL)";

pub(super) const SUCCESSORS_SINCE: &str = "SELECT serial, CAST(not_after AS TEXT) FROM certificates WHERE serial IN \
     (SELECT successor FROM certificates WHERE version > $1 AND successor IS NOT NULL)";

pub(super) const ROOMS: &str = "SELECT room, state FROM rooms";

pub(super) const ROOMS_SINCE: &str = "SELECT room, state FROM rooms WHERE room IN \
     (SELECT room FROM rooms WHERE version > $1 UNION SELECT room FROM invitations WHERE version > $1)";

pub(super) const INVITED: &str = "SELECT room, login_id, state FROM invitations";

pub(super) const INVITED_SINCE: &str = "SELECT room, login_id, state FROM invitations WHERE room IN \
     (SELECT room FROM rooms WHERE version > $1 UNION SELECT room FROM invitations WHERE version > $1)";
