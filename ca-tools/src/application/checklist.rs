//! What does an inspection of an application look at?

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value as Json, json};

use super::kind::Kind;
use super::mistake::Mistakes;
use crate::language::Text;

/// What an inspection looks at (handbook P12 ⑤, P13 運用編8章⑤).
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, clap::ValueEnum)]
pub enum ChecklistItem {
    /// 起動パスワード・画面ロックが設定されている.
    StartupPassword,
    /// 初期パスワードが変更されている.
    DefaultChanged,
    /// OSがサポート期間内である.
    OsSupported,
    /// ウイルス対策・更新が有効である.
    Protected,
}

impl ChecklistItem {
    /// Every item, in the order of the form.
    pub const ALL: [Self; 4] = [Self::StartupPassword, Self::DefaultChanged, Self::OsSupported, Self::Protected];

    /// The item's word in the registry.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StartupPassword => "startup_password",
            Self::DefaultChanged => "default_changed",
            Self::OsSupported => "os_supported",
            Self::Protected => "protected",
        }
    }
}

/// One thing to look at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Item {
    /// 書類・項目がそろっている.
    Complete,
    /// 事業所番号と法人が実在し、合っている.
    OfficeConfirmed,
    /// 申請したのが、その事業所の担当者である.
    ApplicantConfirmed,
    /// Of a device.
    Device(ChecklistItem),
}

const OF_PAPERS: [Item; 3] = [Item::Complete, Item::OfficeConfirmed, Item::ApplicantConfirmed];
const OF_DEVICES: [Item; 4] = [
    Item::Device(ChecklistItem::StartupPassword),
    Item::Device(ChecklistItem::DefaultChanged),
    Item::Device(ChecklistItem::OsSupported),
    Item::Device(ChecklistItem::Protected),
];

impl Item {
    /// What is looked at in an application of this kind.
    #[must_use]
    pub fn of(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Certificate => &OF_DEVICES,
            Kind::FirstRegistration | Kind::Ids | Kind::OfficeChange | Kind::OfficeNumber => &OF_PAPERS,
        }
    }

    /// The item's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::OfficeConfirmed => "office_confirmed",
            Self::ApplicantConfirmed => "applicant_confirmed",
            Self::Device(item) => item.as_str(),
        }
    }

    /// For people, as a statement that holds or does not.
    #[must_use]
    pub fn japanese(self) -> &'static str {
        match self {
            Self::Complete => "書類と項目がそろっている",
            Self::OfficeConfirmed => "事業所番号と法人を確かめた",
            Self::ApplicantConfirmed => "申請者が事業所の担当者であることを確かめた",
            Self::Device(ChecklistItem::StartupPassword) => "起動パスワードまたは画面ロックを設定している",
            Self::Device(ChecklistItem::DefaultChanged) => "出荷時のパスワードから変更し、推測されにくいものにしている",
            Self::Device(ChecklistItem::OsSupported) => "OSがサポート期間内である",
            Self::Device(ChecklistItem::Protected) => "ウイルス対策と更新が有効である",
        }
    }
}

/// A word that is no item.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no item of an inspection")]
pub struct NoItem;

impl FromStr for Item {
    type Err = NoItem;

    /// `os_supported`, and `os-supported` as `device inspect` spells it.
    fn from_str(text: &str) -> Result<Self, NoItem> {
        let text = text.replace('-', "_");
        OF_PAPERS.into_iter().chain(OF_DEVICES).find(|item| item.as_str() == text).ok_or(NoItem)
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The whole checklist of an application of this kind, with these items found not to hold.
///
/// # Errors
/// An item that is not looked at in this kind.
pub fn inspected(kind: Kind, unticked: &[Item]) -> Result<Map<String, Json>, Mistakes> {
    let items = Item::of(kind);
    if let Some(strange) = unticked.iter().find(|item| !items.contains(item)) {
        let words: Vec<_> = items.iter().map(|item| item.as_str()).collect();
        let text = Text::new(
            format!("{strange} は、この申請の検査項目ではありません。次のどれかです：{}", words.join("、")),
            format!("{strange} is not looked at here: one of {}", words.join(", ")),
        );
        return Err(Mistakes::one("unticked", text));
    }
    Ok(items.iter().map(|item| (item.as_str().to_owned(), json!(!unticked.contains(item)))).collect())
}
