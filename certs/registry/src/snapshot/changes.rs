//! What changed between two versions?

use crate::record::{Certificate, Device, Office, Room, SystemUser};

/// Whole records, each in the place of the one before it. A device comes with the people listed on
/// it and a room with its members, also where only those changed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Changes {
    /// The version that holds once these are applied.
    pub version: u64,
    /// Offices.
    pub offices: Vec<Office>,
    /// People with an ID.
    pub system_users: Vec<SystemUser>,
    /// Devices.
    pub devices: Vec<Device>,
    /// Certificates that were signed.
    pub certificates: Vec<Certificate>,
    /// Rooms.
    pub rooms: Vec<Room>,
}
