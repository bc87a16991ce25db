//! What does a request ask to enter?

use policies::Area;
use registry::RoomRef;

/// What a request asked to enter.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Resource {
    /// A patient's room.
    Room(RoomRef),
    /// An area outside any room.
    Area(Area),
    /// The gateway's own paths.
    Own,
}
