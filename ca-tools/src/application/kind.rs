//! Which application is it, which way did it come, how far is it?

use std::fmt;
use std::str::FromStr;

use crate::language::Language;

/// A word that is not in its list; says what the list is.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("one of: {0}")]
pub struct NotInList(pub String);

/// What is applied for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// 初回登録用, with its 様式1.
    FirstRegistration,
    /// 様式1: IDs added and deleted.
    Ids,
    /// 様式2: what is known of the office.
    OfficeChange,
    /// 事業所番号変更.
    OfficeNumber,
    /// 電子証明書の取得申請: one device.
    Certificate,
}

impl Kind {
    /// Every one, in the order in which people are offered them.
    pub const ALL: &'static [Self] =
        &[Self::FirstRegistration, Self::Ids, Self::OfficeChange, Self::OfficeNumber, Self::Certificate];

    /// The word in tables, commands and paths.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstRegistration => "first_registration",
            Self::Ids => "ids",
            Self::OfficeChange => "office_change",
            Self::OfficeNumber => "office_number",
            Self::Certificate => "certificate",
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn japanese(self) -> &'static str {
        match self {
            Self::FirstRegistration => "初回登録",
            Self::Ids => "ID登録・削除（様式1）",
            Self::OfficeChange => "事業所情報の変更（様式2）",
            Self::OfficeNumber => "事業所番号の変更",
            Self::Certificate => "電子証明書の取得申請",
        }
    }

    /// The same, for a reader of this language.
    #[must_use]
    pub const fn name(self, language: Language) -> &'static str {
        let english = match self {
            Self::FirstRegistration => "First registration",
            Self::Ids => "IDs: adding and deleting (Form 1)",
            Self::OfficeChange => "Change of office data (Form 2)",
            Self::OfficeNumber => "Change of the office number",
            Self::Certificate => "Certificate for a device",
        };
        language.pick(self.japanese(), english)
    }
}

/// How an application reached the city.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Channel {
    /// 電子申請.
    Web,
    /// メール.
    Email,
    /// 郵送.
    Post,
    /// 窓口.
    Counter,
    /// One line of a file.
    Csv,
}

impl Channel {
    /// Every one.
    pub const ALL: &'static [Self] = &[Self::Web, Self::Email, Self::Post, Self::Counter, Self::Csv];

    /// The word in tables and commands.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Email => "email",
            Self::Post => "post",
            Self::Counter => "counter",
            Self::Csv => "csv",
        }
    }
}

/// How far an application came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ApplicationState {
    /// 受付.
    Received,
    /// 検査済み.
    Inspected,
    /// 承認: what was asked for is done.
    Approved,
    /// 却下.
    Rejected,
}

impl ApplicationState {
    /// Every one.
    pub const ALL: &'static [Self] = &[Self::Received, Self::Inspected, Self::Approved, Self::Rejected];

    /// The word in tables and commands.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Inspected => "inspected",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn japanese(self) -> &'static str {
        match self {
            Self::Received => "受付",
            Self::Inspected => "検査済み",
            Self::Approved => "承認済み",
            Self::Rejected => "却下",
        }
    }
}

fn found<T: Copy>(all: &[T], word: fn(T) -> &'static str, text: &str) -> Result<T, NotInList> {
    let list = || NotInList(all.iter().map(|one| word(*one)).collect::<Vec<_>>().join(", "));
    all.iter().copied().find(|one| word(*one) == text).ok_or_else(list)
}

impl FromStr for Kind {
    type Err = NotInList;

    fn from_str(text: &str) -> Result<Self, NotInList> {
        found(Self::ALL, Self::as_str, text)
    }
}

impl FromStr for Channel {
    type Err = NotInList;

    fn from_str(text: &str) -> Result<Self, NotInList> {
        found(Self::ALL, Self::as_str, text)
    }
}

impl FromStr for ApplicationState {
    type Err = NotInList;

    fn from_str(text: &str) -> Result<Self, NotInList> {
        found(Self::ALL, Self::as_str, text)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for ApplicationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
