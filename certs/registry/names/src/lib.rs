//! The names by which offices, people and rooms are called; each is checked once, where it enters.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::Serialize;

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $of:ident, $holds:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameRefusal;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let holds: fn(&str) -> bool = $holds;
                if holds(text) { Ok(Self(text.into())) } else { Err(NameRefusal(Named::$of)) }
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name! {
    /// 事業所番号: ten digits or capital letters, as the care-insurance system numbers offices.
    OfficeNo, Office,
    |text| text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

name! {
    /// カシワニネットID: 3 to 32 small letters, digits, dots, hyphens or underscores.
    LoginId, Login,
    |text| (3..=32).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b))
}

name! {
    /// A room's opaque reference, as it stands in a path.
    RoomRef, Room,
    |text| (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// A text that is not a name of its kind; says what the name must look like.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{}", .0.shape())]
pub struct NameRefusal(Named);

impl NameRefusal {
    /// A name of which kind it is not.
    #[must_use]
    pub const fn of(&self) -> Named {
        self.0
    }
}

/// What a name can be of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Named {
    /// [`OfficeNo`].
    Office,
    /// [`LoginId`].
    Login,
    /// [`RoomRef`].
    Room,
    /// [`Role`].
    Role,
}

impl Named {
    const fn shape(self) -> &'static str {
        match self {
            Self::Office => "an office number is ten digits or capital letters",
            Self::Login => "an ID is 3 to 32 small letters, digits, dots, hyphens or underscores",
            Self::Room => "a room reference is 1 to 64 letters, digits, hyphens or underscores",
            Self::Role => "a role is ra_clerk, ra_approver, auditor, ca_custodian or ops",
        }
    }
}

/// What a city operator may do beyond a care worker.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Role {
    /// Receives and records: applications, inspections, issuance.
    RaClerk,
    /// Approves what a clerk recorded.
    RaApprover,
    /// Reads everything, changes nothing.
    Auditor,
    /// Works with the CA key.
    CaCustodian,
    /// Sees gateways and letters, and no person.
    Ops,
}

impl Role {
    /// Every role, in the order they are printed.
    pub const ALL: [Self; 5] = [Self::RaClerk, Self::RaApprover, Self::Auditor, Self::CaCustodian, Self::Ops];

    /// The role's word in the registry, in policies and in the assertion.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RaClerk => "ra_clerk",
            Self::RaApprover => "ra_approver",
            Self::Auditor => "auditor",
            Self::CaCustodian => "ca_custodian",
            Self::Ops => "ops",
        }
    }
}

impl FromStr for Role {
    type Err = NameRefusal;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(NameRefusal(Named::Role))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_character_too_many_is_refused() {
        assert!("1272201234".parse::<OfficeNo>().is_ok());
        assert!("127220123".parse::<OfficeNo>().is_err());
        assert!("１272201234".parse::<OfficeNo>().is_err());
        assert!("k.sato-01".parse::<LoginId>().is_ok());
        assert!("K.sato".parse::<LoginId>().is_err());
        assert!("a".repeat(33).parse::<LoginId>().is_err());
        assert!("a/b".parse::<RoomRef>().is_err());
        assert!("".parse::<RoomRef>().is_err());
    }
}
