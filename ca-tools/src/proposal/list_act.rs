//! What is done to each of a list. In a proposal's row and in events it stands in the words of the command: `cert revoke lost`.

use std::fmt;
use std::str::FromStr;

use certs::{DeviceNo, Timestamp};
use registry::RoomRef;
use registry::change::RevokedReason;

use crate::calendar::last_day;
use crate::language::Text;
use crate::language::reason_in_japanese;

/// An act that is done to each of a list alike.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ListAct {
    /// Devices are put on hold.
    SuspendDevices,
    /// Their hold is lifted.
    ResumeDevices,
    /// All their certificates are withdrawn for ever.
    RevokeDevices(RevokedReason),
    /// IDs are put on hold.
    SuspendPeople,
    /// Their hold is lifted.
    ResumePeople,
    /// Their failures to log in no longer count.
    UnlockPeople,
    /// People are invited to a room.
    Invite {
        /// Which.
        room: RoomRef,
        /// The first second on which they are not any more.
        until: Option<Timestamp>,
    },
    /// Their invitations are taken back.
    Withdraw(RoomRef),
    /// A device serves them by name from now on.
    Serve(DeviceNo),
    /// It serves them no more.
    ServeNoMore(DeviceNo),
}

/// No such act.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no act that is done to each of a list")]
pub struct NotAListAct;

impl ListAct {
    /// What its event is called.
    #[must_use]
    pub fn action(&self) -> &'static str {
        match self {
            Self::SuspendDevices => "device.suspend-list",
            Self::ResumeDevices => "device.resume-list",
            Self::RevokeDevices(_) => "cert.revoke-list",
            Self::SuspendPeople => "user.suspend-list",
            Self::ResumePeople => "user.resume-list",
            Self::UnlockPeople => "user.unlock-list",
            Self::Invite { .. } => "room.invite-list",
            Self::Withdraw(_) => "room.remove-list",
            Self::Serve(_) | Self::ServeNoMore(_) => "device.users",
        }
    }

    /// Whether the list is of devices; else it is of people.
    #[must_use]
    pub fn is_of_devices(&self) -> bool {
        match self {
            Self::SuspendDevices | Self::ResumeDevices | Self::RevokeDevices(_) => true,
            Self::SuspendPeople
            | Self::ResumePeople
            | Self::UnlockPeople
            | Self::Invite { .. }
            | Self::Withdraw(_)
            | Self::Serve(_)
            | Self::ServeNoMore(_) => false,
        }
    }

    /// Whether it changes an ID itself; who is invited, or shares a device, keeps theirs as it is.
    #[must_use]
    pub fn changes_ids(&self) -> bool {
        match self {
            Self::SuspendPeople | Self::ResumePeople | Self::UnlockPeople => true,
            Self::SuspendDevices
            | Self::ResumeDevices
            | Self::RevokeDevices(_)
            | Self::Invite { .. }
            | Self::Withdraw(_)
            | Self::Serve(_)
            | Self::ServeNoMore(_) => false,
        }
    }

    /// What it does to so many, in one sentence for people.
    #[must_use]
    pub fn said(&self, count: usize) -> Text {
        match self {
            Self::SuspendDevices => {
                Text::new(format!("端末{count}台を一時停止する"), format!("suspend {count} devices"))
            }
            Self::ResumeDevices => {
                Text::new(format!("端末{count}台の利用を再開する"), format!("resume {count} devices"))
            }
            Self::RevokeDevices(reason) => Text::new(
                format!("端末{count}台の電子証明書をすべて失効する（{}。取り消せません）", reason_in_japanese(*reason)),
                format!("revoke all certificates of {count} devices for ever ({reason})"),
            ),
            Self::SuspendPeople => {
                Text::new(format!("利用者{count}名のIDを一時停止する"), format!("suspend {count} IDs"))
            }
            Self::ResumePeople => Text::new(format!("利用者{count}名のIDを再開する"), format!("resume {count} IDs")),
            Self::UnlockPeople => {
                Text::new(format!("利用者{count}名のロックを解除する"), format!("unlock {count} IDs"))
            }
            Self::Invite { room, until } => {
                let (ja, en) = match until {
                    Some(until) => (format!("{}まで", last_day(*until)), format!(" until {until}")),
                    None => (String::new(), String::new()),
                };
                Text::new(
                    format!("利用者{count}名を部屋 {room} に{ja}招待する"),
                    format!("invite {count} people to {room}{en}"),
                )
            }
            Self::Withdraw(room) => Text::new(
                format!("利用者{count}名の部屋 {room} への招待を取りやめる"),
                format!("take the invitations of {count} people to {room} back"),
            ),
            Self::Serve(device) => Text::new(
                format!("端末 {device} の利用者に{count}名を加える"),
                format!("let {count} people use {device}"),
            ),
            Self::ServeNoMore(device) => Text::new(
                format!("端末 {device} の利用者から{count}名を外す"),
                format!("take {count} people off {device}"),
            ),
        }
    }
}

impl fmt::Display for ListAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SuspendDevices => f.write_str("device suspend"),
            Self::ResumeDevices => f.write_str("device resume"),
            Self::RevokeDevices(reason) => write!(f, "cert revoke {reason}"),
            Self::SuspendPeople => f.write_str("user suspend"),
            Self::ResumePeople => f.write_str("user resume"),
            Self::UnlockPeople => f.write_str("user unlock"),
            Self::Invite { room, until: None } => write!(f, "room invite {room}"),
            Self::Invite { room, until: Some(until) } => write!(f, "room invite {room} until {}", until.unix()),
            Self::Withdraw(room) => write!(f, "room remove {room}"),
            Self::Serve(device) => write!(f, "device users-add {device}"),
            Self::ServeNoMore(device) => write!(f, "device users-remove {device}"),
        }
    }
}

impl FromStr for ListAct {
    type Err = NotAListAct;

    fn from_str(text: &str) -> Result<Self, NotAListAct> {
        let words: Vec<_> = text.split(' ').collect();
        Ok(match words[..] {
            ["device", "suspend"] => Self::SuspendDevices,
            ["device", "resume"] => Self::ResumeDevices,
            ["cert", "revoke", reason] => Self::RevokeDevices(reason.parse().map_err(|_| NotAListAct)?),
            ["user", "suspend"] => Self::SuspendPeople,
            ["user", "resume"] => Self::ResumePeople,
            ["user", "unlock"] => Self::UnlockPeople,
            ["room", "invite", room] => Self::Invite { room: room.parse().map_err(|_| NotAListAct)?, until: None },
            ["room", "invite", room, "until", until] => Self::Invite {
                room: room.parse().map_err(|_| NotAListAct)?,
                until: Some(Timestamp::from_unix(until.parse().map_err(|_| NotAListAct)?)),
            },
            ["room", "remove", room] => Self::Withdraw(room.parse().map_err(|_| NotAListAct)?),
            ["device", "users-add", device] => Self::Serve(device.parse().map_err(|_| NotAListAct)?),
            ["device", "users-remove", device] => Self::ServeNoMore(device.parse().map_err(|_| NotAListAct)?),
            _ => return Err(NotAListAct),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_is_read_as_it_is_written() {
        let room: RoomRef = "r12".parse().unwrap();
        let device = DeviceNo::new(7).unwrap();
        for act in [
            ListAct::SuspendDevices,
            ListAct::ResumeDevices,
            ListAct::RevokeDevices(RevokedReason::ALL[0]),
            ListAct::SuspendPeople,
            ListAct::ResumePeople,
            ListAct::UnlockPeople,
            ListAct::Invite { room: room.clone(), until: None },
            ListAct::Invite { room: room.clone(), until: Some(Timestamp::from_unix(1_800_000_000)) },
            ListAct::Withdraw(room),
            ListAct::Serve(device),
            ListAct::ServeNoMore(device),
        ] {
            assert_eq!(act.to_string().parse(), Ok(act.clone()));
            assert!(act.said(3).ja.contains('3'), "{act}");
        }
        for odd in ["", "device", "device suspend now", "cert revoke whim", "room invite", "user delete"] {
            assert_eq!(odd.parse::<ListAct>(), Err(NotAListAct), "{odd}");
        }
    }
}
