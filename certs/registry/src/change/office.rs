//! What may become of an office?

use crate::change::{DeviceStanding, IllegalChange};
use crate::record::{DeviceStage, OfficeState, SystemUserState};

/// What is done to an office.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OfficeChange {
    /// Its number changed: another office takes over (事業所番号変更).
    Replace,
    /// The hold is lifted.
    Resume,
    /// Put on hold.
    Suspend,
    /// Name, contact, address, telephone or mail changed (変更届).
    Update,
    /// 利用終了, 廃業.
    Withdraw,
}

impl OfficeState {
    /// The state after this change.
    ///
    /// # Errors
    /// The state is final, or is already what the change asks for.
    pub fn after(self, change: OfficeChange) -> Result<Self, IllegalChange> {
        match (self, change) {
            (Self::Withdrawn, OfficeChange::Withdraw) | (Self::Replaced, OfficeChange::Replace) => {
                Err(IllegalChange::OfficeAlready(self))
            }
            (Self::Withdrawn | Self::Replaced, _) => Err(IllegalChange::OfficeOver(self)),
            (Self::Registered, OfficeChange::Suspend) => Ok(Self::Suspended),
            (Self::Suspended, OfficeChange::Resume) => Ok(Self::Registered),
            (Self::Suspended, OfficeChange::Suspend) | (Self::Registered, OfficeChange::Resume) => {
                Err(IllegalChange::OfficeAlready(self))
            }
            (Self::Registered | Self::Suspended, OfficeChange::Withdraw) => Ok(Self::Withdrawn),
            (Self::Registered | Self::Suspended, OfficeChange::Replace) => Ok(Self::Replaced),
            (Self::Registered | Self::Suspended, OfficeChange::Update) => Ok(self),
        }
    }

    /// The state of a person whom this office adds, or takes over from another (採用, 異動).
    ///
    /// # Errors
    /// The office is on hold or gone.
    pub fn add_user(self) -> Result<SystemUserState, IllegalChange> {
        self.in_use().map(|()| SystemUserState::Active)
    }

    /// The standing of a device for which this office applies.
    ///
    /// # Errors
    /// The office is on hold or gone.
    pub fn apply_device(self) -> Result<DeviceStanding, IllegalChange> {
        self.in_use().map(|()| DeviceStanding { stage: DeviceStage::Applied, suspended: false })
    }

    pub(super) fn in_use(self) -> Result<(), IllegalChange> {
        match self {
            Self::Registered => Ok(()),
            Self::Suspended => Err(IllegalChange::OfficeSuspended),
            Self::Withdrawn | Self::Replaced => Err(IllegalChange::OfficeOver(self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_on_hold_takes_nobody_in_until_the_hold_is_lifted() {
        let held = OfficeState::Registered.after(OfficeChange::Suspend).unwrap();
        assert_eq!(held.add_user(), Err(IllegalChange::OfficeSuspended));
        assert_eq!(held.apply_device(), Err(IllegalChange::OfficeSuspended));
        let back = held.after(OfficeChange::Resume).unwrap();
        assert_eq!(back.add_user(), Ok(SystemUserState::Active));
    }

    #[test]
    fn an_office_leaves_once() {
        let already = |state| Err(IllegalChange::OfficeAlready(state));
        let over = |state| Err(IllegalChange::OfficeOver(state));
        use OfficeChange::{Replace, Withdraw};
        use OfficeState::{Registered, Replaced, Suspended, Withdrawn};
        let table = [
            (Registered, Withdraw, Ok(Withdrawn)),
            (Suspended, Withdraw, Ok(Withdrawn)),
            (Registered, Replace, Ok(Replaced)),
            (Suspended, Replace, Ok(Replaced)),
            (Withdrawn, Withdraw, already(Withdrawn)),
            (Replaced, Replace, already(Replaced)),
            (Withdrawn, Replace, over(Withdrawn)),
            (Replaced, Withdraw, over(Replaced)),
        ];
        for (state, change, expected) in table {
            assert_eq!(state.after(change), expected, "{state} {change:?}");
        }
    }

    #[test]
    fn an_office_that_left_is_not_even_renamed() {
        for gone in [OfficeState::Withdrawn, OfficeState::Replaced] {
            assert_eq!(gone.after(OfficeChange::Update), Err(IllegalChange::OfficeOver(gone)));
        }
    }
}
