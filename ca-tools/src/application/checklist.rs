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
    /// だれでもつなげるネットワークで使わない.
    NetworkPrivate,
    /// 無線のネットワークが暗号化されている.
    NetworkEncrypted,
    /// ルーターなどが更新され、初期パスワードでない.
    NetworkMaintained,
}

/// The set of requirements by which devices and networks are inspected (誓約③), by the day of the handbook that has it. It is
/// another one where an item comes or goes.
pub const REQUIREMENTS: &str = "2026-04-01";

impl ChecklistItem {
    /// Every item, in the order of the form.
    pub const ALL: [Self; 7] = [
        Self::StartupPassword,
        Self::DefaultChanged,
        Self::OsSupported,
        Self::Protected,
        Self::NetworkPrivate,
        Self::NetworkEncrypted,
        Self::NetworkMaintained,
    ];

    /// Whether it is of the network that a device uses, and not of the device.
    #[must_use]
    pub fn is_of_network(self) -> bool {
        match self {
            Self::NetworkPrivate | Self::NetworkEncrypted | Self::NetworkMaintained => true,
            Self::StartupPassword | Self::DefaultChanged | Self::OsSupported | Self::Protected => false,
        }
    }

    /// The item's word in the registry.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StartupPassword => "startup_password",
            Self::DefaultChanged => "default_changed",
            Self::OsSupported => "os_supported",
            Self::Protected => "protected",
            Self::NetworkPrivate => "network_private",
            Self::NetworkEncrypted => "network_encrypted",
            Self::NetworkMaintained => "network_maintained",
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
const OF_DEVICES: [Item; 7] = [
    Item::Device(ChecklistItem::StartupPassword),
    Item::Device(ChecklistItem::DefaultChanged),
    Item::Device(ChecklistItem::OsSupported),
    Item::Device(ChecklistItem::Protected),
    Item::Device(ChecklistItem::NetworkPrivate),
    Item::Device(ChecklistItem::NetworkEncrypted),
    Item::Device(ChecklistItem::NetworkMaintained),
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

    /// What whoever applies says of it themselves: of a device, not of the network, which is looked at when it is inspected.
    pub(crate) fn declared(kind: Kind) -> impl Iterator<Item = Self> {
        Self::of(kind).iter().copied().filter(|item| match item {
            Self::Device(item) => !item.is_of_network(),
            Self::Complete | Self::OfficeConfirmed | Self::ApplicantConfirmed => true,
        })
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
            Self::Device(ChecklistItem::NetworkPrivate) => {
                "ネットワーク：だれでもつなげるもの（公衆無線LANなど）では使わない"
            }
            Self::Device(ChecklistItem::NetworkEncrypted) => {
                "ネットワーク：無線LANはWPA2以上で暗号化し、パスワードを推測されにくくしている（無線を使わないときも確かめた）"
            }
            Self::Device(ChecklistItem::NetworkMaintained) => {
                "ネットワーク：ルーターなどの機器を更新し、出荷時のパスワードから変更している"
            }
        }
    }
}

/// A word that is no item.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no item of an inspection")]
pub struct NoItem;

impl Item {
    /// The same, for whoever reads English.
    #[must_use]
    pub fn english(self) -> &'static str {
        match self {
            Self::Complete => "papers and fields are complete",
            Self::OfficeConfirmed => "office number and corporation were confirmed",
            Self::ApplicantConfirmed => "whoever applied is the contact of the office",
            Self::Device(ChecklistItem::StartupPassword) => "a password at start-up or a screen lock is set",
            Self::Device(ChecklistItem::DefaultChanged) => {
                "the password that it came with was changed to one that is hard to guess"
            }
            Self::Device(ChecklistItem::OsSupported) => "the system is still supported by its maker",
            Self::Device(ChecklistItem::Protected) => "virus protection and updates are on",
            Self::Device(ChecklistItem::NetworkPrivate) => {
                "network: it is not used on one that anybody can join, such as public Wi-Fi"
            }
            Self::Device(ChecklistItem::NetworkEncrypted) => {
                "network: Wi-Fi is encrypted with WPA2 or better and its password is hard to guess (looked at also where none is used)"
            }
            Self::Device(ChecklistItem::NetworkMaintained) => {
                "network: router and the like are updated, and their passwords are not those they came with"
            }
        }
    }

    /// In English, what stands in a letter in Japanese; what is no item of ours stays.
    pub(crate) fn in_english(japanese: &str) -> String {
        let mut items = OF_PAPERS.into_iter().chain(OF_DEVICES);
        items
            .find(|item| item.japanese() == japanese)
            .map_or_else(|| japanese.to_owned(), |item| item.english().to_owned())
    }
}

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

/// What an inspection says of the network: whether all of it holds; nothing of one from before the network was looked at.
#[must_use]
pub fn network_holds(checklist: &Map<String, Json>) -> Option<bool> {
    let items = ChecklistItem::ALL.into_iter().filter(|item| item.is_of_network());
    items.map(|item| checklist.get(item.as_str())?.as_bool()).try_fold(true, |all, holds| Some(all & holds?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_network_that_nobody_looked_at_nothing_is_said() {
        let of = |json: Json| network_holds(json.as_object().unwrap());
        assert_eq!(of(json!({})), None);
        assert_eq!(of(json!({ "os_supported": true, "protected": true })), None);
        assert_eq!(of(json!({ "network_private": true, "network_encrypted": true })), None);
        let whole = json!({ "network_private": true, "network_encrypted": true, "network_maintained": true });
        assert_eq!(of(whole.clone()), Some(true));
        let mut one = whole;
        one["network_encrypted"] = json!(false);
        assert_eq!(of(one), Some(false));
    }
}
