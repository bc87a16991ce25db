//! Why does an act need two, how far is its proposal, and what did a review find?

use std::fmt;
use std::str::FromStr;

use crate::application::NotInList;

/// Why an act needs two.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProposalKind {
    /// It gives or takes operator roles.
    Roles,
    /// It acts on somebody who holds some.
    Operator,
    /// It acts on many devices or IDs at once.
    Many,
    /// It changes which CAs are trusted, or which of them sign.
    Trust,
    /// It gives an emergency certificate.
    Emergency,
    /// It lets a maintenance account in.
    Maintenance,
    /// It approves what its own approver inspected.
    OwnInspection,
}

/// How far a proposal is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum State {
    /// It waits for another.
    Open,
    /// Another approved it; its proposer carries it out.
    Approved,
    /// Another said no.
    Rejected,
    /// What it rests on changed.
    Void,
    /// Its time passed.
    Lapsed,
    /// It was done.
    Done,
    /// Its proposer took it back.
    Withdrawn,
}

/// What a review of an act alone found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Finding {
    /// It could not wait.
    Justified,
    /// It could have.
    Unjustified,
}

macro_rules! words {
    ($type:ident { $($case:ident $word:literal $japanese:literal,)+ }) => {
        impl $type {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$case),+];

            /// The word in the registry, in commands and in `--json`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$case => $word,)+
                }
            }

            /// What people call it.
            #[must_use]
            pub const fn japanese(self) -> &'static str {
                match self {
                    $(Self::$case => $japanese,)+
                }
            }
        }

        impl FromStr for $type {
            type Err = NotInList;

            fn from_str(text: &str) -> Result<Self, NotInList> {
                let found = Self::ALL.iter().find(|one| one.as_str() == text).copied();
                found.ok_or_else(|| NotInList([$($word),+].join(", ")))
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words!(ProposalKind {
    Roles "roles" "役割を変える",
    Operator "operator" "職員のIDへの操作",
    Many "many" "多数への操作",
    Trust "trust" "認証局の変更",
    Emergency "emergency" "緊急用電子証明書",
    Maintenance "maintenance" "保守作業の時間帯",
    OwnInspection "own_inspection" "自分の検査の承認",
});

words!(State {
    Open "open" "承認待ち",
    Approved "approved" "承認済み（実行待ち）",
    Rejected "rejected" "却下",
    Void "void" "無効（前提が変わった）",
    Lapsed "lapsed" "期限切れ",
    Done "done" "実行済み",
    Withdrawn "withdrawn" "取下げ",
});

words!(Finding {
    Justified "justified" "妥当",
    Unjustified "unjustified" "妥当でない",
});

impl State {
    /// Whether it goes on from here.
    #[must_use]
    pub fn is_alive(self) -> bool {
        matches!(self, Self::Open | Self::Approved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_as_it_is_written() {
        for kind in ProposalKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
        for state in State::ALL {
            assert_eq!(state.as_str().parse(), Ok(*state));
            assert_eq!(state.is_alive(), ["open", "approved"].contains(&state.as_str()));
        }
        for finding in Finding::ALL {
            assert_eq!(finding.as_str().parse(), Ok(*finding));
        }
        assert!("anything".parse::<ProposalKind>().is_err());
    }
}
