//! What an office says: of each row, and beside them.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::RowSubject;
use crate::application::{Form, NotInList};

/// What is said of a row.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RowAnswer {
    /// 継続.
    Continue,
    /// 削除.
    Delete,
}

/// How an answer came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AnswerChannel {
    /// The office's contact wrote it, behind two factors.
    Web,
    /// An operator read a returned table.
    File,
    /// A clerk typed a paper in, or what was said at the telephone.
    Paper,
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
pub(super) use words;

words!(RowAnswer {
    Continue "continue" "継続",
    Delete "delete" "削除",
});

words!(AnswerChannel {
    Web "web" "画面",
    File "file" "表",
    Paper "paper" "紙",
});

/// What an office says at one time. Rows that are not named stay as they are, and so does what was written beside them where
/// nothing is said of it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CampaignAnswers {
    /// The edition of the office's answers that whoever answers saw ([`super::OfficeSheet::edition`]). Where another came
    /// in between, nothing is written, and they are shown that one.
    pub seen: i64,
    /// Of each row that is answered; `None` takes what was said back: nobody answered.
    pub rows: BTreeMap<RowSubject, Option<RowAnswer>>,
    /// Corrections (様式2) and new IDs (様式1) in the same act: received as applications when the answers are confirmed.
    pub forms: Option<Vec<Form>>,
}
