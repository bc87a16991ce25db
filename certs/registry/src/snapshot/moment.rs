//! Which of two readings is the later one?

/// A moment in a registry's life: how often it was restored, and the version it stood at. The version alone does not tell,
/// since a restored registry may stand at a number that was used before; both together name one reading and no other.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Moment {
    /// The number of the last restore; 0 before the first.
    pub epoch: u64,
    /// The number of the last change.
    pub version: u64,
}
