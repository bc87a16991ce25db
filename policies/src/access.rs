//! What is asked: who, at which device, wants what, and when.

use std::collections::HashSet;

use certs::{DeviceNo, Timestamp};
use registry::{Assurance, LoginId, OfficeNo, Os, Ownership, Role};

use crate::area::Area;

/// One question, with every fact that may weigh in its answer. The same facts give the same answer;
/// of `now`, only the minute counts.
#[derive(Clone, Copy, Debug)]
pub struct Access<'a> {
    /// The person, known by a live session.
    pub who: Who<'a>,
    /// The device, known by its certificate.
    pub device: AtDevice<'a>,
    /// What they want.
    pub question: Question<'a>,
    /// Whether it may change something: anything but GET and HEAD, and every upgrade.
    pub write: bool,
    /// The time.
    pub now: Timestamp,
}

/// A system user, as the registry knows them.
#[derive(Clone, Copy, Debug)]
pub struct Who<'a> {
    /// カシワニネットID.
    pub login_id: &'a LoginId,
    /// The office they work for.
    pub office: &'a OfficeNo,
    /// Operator roles; none for a care worker.
    pub roles: &'a [Role],
    /// The years (年度) whose training they attended.
    pub trained: &'a [i64],
}

/// The device at hand, as the registry knows it.
#[derive(Clone, Copy, Debug)]
pub struct AtDevice<'a> {
    /// Its number.
    pub device: DeviceNo,
    /// The office it belongs to.
    pub office: &'a OfficeNo,
    /// The people it serves; `None` means everyone of its office.
    pub users: Option<&'a HashSet<LoginId>>,
    /// Its operating system.
    pub os: Os,
    /// Whose it is.
    pub ownership: Ownership,
    /// How the key of its certificate is kept.
    pub assurance: Assurance,
}

/// What they want.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Question<'a> {
    /// Use this device at all.
    UseDevice,
    /// Enter a room. One that does not exist is asked for as neither open nor invited to.
    EnterRoom {
        /// Its reference, as it stands in the path.
        room: &'a str,
        /// The room has invited this person.
        invited: bool,
        /// The room exists and is open.
        open: bool,
    },
    /// Visit what lies outside of rooms.
    Visit {
        /// Which part of it.
        area: Area,
    },
}
