//! What a table is of.

use clap::ValueEnum;

/// What a table is of.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Noun {
    /// 事業所 / offices to register
    Offices,
    /// 利用者 / people to be given an ID
    People,
    /// 端末 / devices to apply for
    Devices,
    /// 部屋 / rooms to open
    Rooms,
    /// 部屋への招待 / people to invite
    Invitations,
    /// 研修会の受講 / who attended a training
    Attendances,
}

impl Noun {
    pub(crate) const ALL: [Self; 6] =
        [Self::Offices, Self::People, Self::Devices, Self::Rooms, Self::Invitations, Self::Attendances];

    /// As it is typed, and as an address has it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Offices => "offices",
            Self::People => "people",
            Self::Devices => "devices",
            Self::Rooms => "rooms",
            Self::Invitations => "invitations",
            Self::Attendances => "attendances",
        }
    }

    /// What people call it.
    pub(crate) fn japanese(self) -> &'static str {
        match self {
            Self::Offices => "事業所",
            Self::People => "利用者",
            Self::Devices => "端末",
            Self::Rooms => "部屋",
            Self::Invitations => "部屋への招待",
            Self::Attendances => "研修会の受講",
        }
    }

    /// What a row of it becomes.
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::Offices => "登録",
            Self::People => "追加",
            Self::Devices => "申請として受け付け",
            Self::Rooms => "開設",
            Self::Invitations | Self::Attendances => "登録",
        }
    }
}
