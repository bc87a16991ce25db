//! What the city writes down of a room beside its name: who asked, when they consented, who confirmed, what stood in it last.
//!
//! Each fact has one name for operators and one for people, so that what is missing is refused by it.

use std::fmt;
use std::str::FromStr;

use super::Day;

/// A fact of a room, or of an invitation to it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RoomFact {
    /// 依頼者.
    AskedBy,
    /// 本人の同意.
    PersonConsent,
    /// 家族の同意.
    FamilyConsent,
    /// 同意を聞いた人.
    HeardBy,
    /// ケアマネジャーなど、参加を確認した相手.
    ConfirmedBy,
    /// 参加を確認した日.
    ConfirmedOn,
    /// 最後の書き込みの日.
    LastPost,
}

impl RoomFact {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::AskedBy,
        Self::PersonConsent,
        Self::FamilyConsent,
        Self::HeardBy,
        Self::ConfirmedBy,
        Self::ConfirmedOn,
        Self::LastPost,
    ];

    /// As a row, a form and a program have it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AskedBy => "asked_by",
            Self::PersonConsent => "person_consent",
            Self::FamilyConsent => "family_consent",
            Self::HeardBy => "heard_by",
            Self::ConfirmedBy => "confirmed_by",
            Self::ConfirmedOn => "confirmed_on",
            Self::LastPost => "last_post",
        }
    }

    /// As operators type it.
    #[must_use]
    pub const fn option(self) -> &'static str {
        match self {
            Self::AskedBy => "--asked-by",
            Self::PersonConsent => "--person-consent",
            Self::FamilyConsent => "--family-consent",
            Self::HeardBy => "--heard-by",
            Self::ConfirmedBy => "--confirmed-by",
            Self::ConfirmedOn => "--confirmed-on",
            Self::LastPost => "--last-post",
        }
    }

    /// As people call it.
    #[must_use]
    pub const fn japanese(self) -> &'static str {
        match self {
            Self::AskedBy => "依頼者",
            Self::PersonConsent => "本人の同意の日",
            Self::FamilyConsent => "家族の同意の日",
            Self::HeardBy => "同意を聞いた人",
            Self::ConfirmedBy => "参加を確認した相手（ケアマネジャーなど）",
            Self::ConfirmedOn => "参加を確認した日",
            Self::LastPost => "終了の書き込みの日",
        }
    }

    /// What is written there where it is no day and no name.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::AskedBy => {
                "カシワニネットIDか、患者さんとの関係（例：長男の妻、担当ケアマネジャー）。患者さんの氏名は書かないでください。"
            }
            Self::PersonConsent => "本人から聞けないときは「なし」。",
            Self::FamilyConsent => "家族がいないときは「なし」。本人と家族の両方を「なし」にはできません。",
            Self::HeardBy => "カシワニネットIDか、所属と氏名。",
            Self::ConfirmedBy => "カシワニネットIDか、所属と氏名。",
            Self::ConfirmedOn => "電話などで確認した日。",
            Self::LastPost => "部屋の連絡帳で、終了の書き込みを確かめた日付。",
        }
    }
}

/// On which day, or that there was nobody, or nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OnDay {
    /// On this day.
    Day(Day),
    /// There is none: no family, nobody who can speak, nothing ever written.
    Nothing,
}

/// As a row has it.
const NOTHING: &str = "none";

impl OnDay {
    /// In people's words.
    #[must_use]
    pub fn japanese(self) -> String {
        match self {
            Self::Day(day) => day.japanese(),
            Self::Nothing => "なし".to_owned(),
        }
    }
}

impl fmt::Display for OnDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Nothing => f.write_str(NOTHING),
        }
    }
}

impl FromStr for OnDay {
    type Err = super::date::NotADay;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            NOTHING | "なし" | "無し" | "無" => Ok(Self::Nothing),
            day => day.parse().map(Self::Day),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_or_nothing_is_read_as_it_is_written() {
        for (typed, kept, said) in [
            ("2026-04-01", "2026-04-01", "2026年4月1日"),
            ("令和8年4月1日", "2026-04-01", "2026年4月1日"),
            ("なし", "none", "なし"),
            ("none", "none", "なし"),
        ] {
            let read: OnDay = typed.parse().unwrap();
            assert_eq!((read.to_string(), read.japanese()), (kept.to_owned(), said.to_owned()), "{typed}");
            assert_eq!(read.to_string().parse(), Ok(read));
        }
        assert!("春".parse::<OnDay>().is_err());
    }

    #[test]
    fn a_fact_has_a_name_of_its_own_in_each_tongue() {
        for fact in RoomFact::ALL {
            assert_eq!(fact.option(), format!("--{}", fact.as_str().replace('_', "-")));
            assert!(!fact.japanese().is_ascii() && !fact.hint().is_ascii());
        }
    }
}
