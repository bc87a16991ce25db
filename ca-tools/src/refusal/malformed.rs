//! Why a field, or what was asked for, cannot stand as it is.

use certs::DeviceNo;
use registry::LoginId;

use crate::application::{Day, Detail, RoomFact};
use crate::spelling::Strange;

/// Why a field, or what was asked for, cannot stand as it is. A field is named as operators type it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Malformed {
    /// What is on hold is not held twice under one name.
    #[error("retention: {0} is on hold already")]
    AlreadyHeld(String),
    /// Who is added to a device is not taken off it.
    #[error("device users: {0} cannot be added and taken off at once")]
    BothWays(LoginId),
    /// What was is written down, and nothing that is to come.
    #[error("{}: is to come", .0.option())]
    DayToCome(RoomFact),
    /// A device has a label, so that people know which one it is.
    #[error("label: there is none")]
    DeviceWithoutLabel,
    /// An invitation ends in times to come.
    #[error("--until: has passed already")]
    EndIsPast,
    /// What is kept is there already.
    #[error("retention: {0} is to come")]
    HoldToCome(Day),
    /// Examples are made where nobody else works: they were inspected by nobody.
    #[error("example: another operator is in service")]
    HouseInUse,
    /// A letter that is sent, or not needed any more, is not sent again.
    #[error("mail: it is over")]
    MailIsOver,
    /// Nothing is known of it.
    #[error("month: {0} is before there was a registry")]
    MonthBefore(String),
    /// What is not over is reviewed when it is.
    #[error("month: {0} is not over")]
    MonthNotOver(String),
    /// Somebody did already.
    #[error("month: {0} was reviewed by {1}")]
    MonthReviewed(String, String),
    /// A list is published by an authority of the registry.
    #[error("issuer: {0} is not in the registry")]
    NoAuthority(String),
    /// What is not on hold is not released.
    #[error("retention: {0} is not on hold")]
    NotHeld(String),
    /// Not a day.
    #[error("{}: is no day", .0.option())]
    NoDay(RoomFact),
    /// A report names who inspected.
    #[error("--inspector: there is none")]
    NoInspector,
    /// A database's role has a name of letters.
    #[error("--reader: {0:?} is no name of a role")]
    NoRole(String),
    /// Neither the person nor the family consented.
    #[error("--person-consent, --family-consent: nobody consented")]
    NobodyConsented,
    /// An invitation is somebody's.
    #[error("users: nobody is to be invited")]
    NobodyInvited,
    /// A personal device that serves nobody is none.
    #[error("device users: {0} is a personal device and would serve nobody")]
    NobodyLeft(DeviceNo),
    /// Nothing would change.
    #[error("update: nothing would change")]
    NothingChanges,
    /// An inspection with an item that does not hold was not passed.
    #[error("result: an inspection with an unticked item has not been passed")]
    NotPassed,
    /// No office is without this.
    #[error("{}: there is none", .0.option())]
    OfficeWithout(Detail),
    /// A person has a name.
    #[error("--name: there is none")]
    PersonWithoutName,
    /// A file's readers are said by its owner and mode.
    #[error("--reader: is for PostgreSQL")]
    ReaderOfFile,
    /// What is written down of a room is whole.
    #[error("{}: there is none", .0.option())]
    RoomLacks(RoomFact),
    /// Nobody reports what they will see tomorrow.
    #[error("--reported-on: that day is to come")]
    ReportToCome,
    /// A room has a name.
    #[error("name: there is none")]
    RoomWithoutName,
    /// A device does not take its own place.
    #[error("--to: {0} is the device to be replaced")]
    SameDevice(DeviceNo),
    /// Who may use it is not said of a device for everyone.
    #[error("device users: {0} serves everyone of its office")]
    ServesEveryone(DeviceNo),
    /// A sign that may not stand.
    #[error("{0}: a sign that may not stand")]
    Strange(&'static str, Strange),
    /// It opens nothing, by an operator's hand or a newer one.
    #[error("ticket: {0} is dead already")]
    TicketIsDead(String),
    /// It gave what it gives, and its time is over.
    #[error("ticket: {0} is used and its time is over")]
    TicketIsOver(String),
    /// Longer than so many characters.
    #[error("{0}: longer than {1} characters")]
    TooLong(&'static str, usize),
    /// More people at once than this.
    #[error("users: more than {0} are to be invited at once")]
    TooManyInvited(usize),
}
