//! Which columns a table has, by what stands above them.

use super::Noun;
use crate::application::Detail;
use crate::sheet::{SheetFault, TableFormat, written};

/// A column of a table.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Column {
    /// Its key; one for programs stands above a column as well.
    pub(crate) key: &'static str,
    /// What people write above it.
    pub(crate) heading: &'static str,
    /// Whether a cell of it may be empty.
    pub(crate) must: bool,
    /// What is written below it.
    pub(crate) hint: &'static str,
}

const fn must(key: &'static str, heading: &'static str, hint: &'static str) -> Column {
    Column { key, heading, must: true, hint }
}

const fn may(key: &'static str, heading: &'static str, hint: &'static str) -> Column {
    Column { key, heading, must: false, hint }
}

const OFFICE: Column = must("office", "事業所番号", "10桁");
const PERSON: &[Column] = &[
    OFFICE,
    must("name", "氏名", ""),
    may("kana", "ふりがな", "ひらがなかカタカナ"),
    must("profession", "職種", "市の一覧にあるもの"),
    may("login_id", "カシワニネットID", "提供事業者が発行したもの。空欄なら自動"),
    may("contact", "担当者", "カシワニネット担当者にする人は「はい」"),
];
const DEVICE: &[Column] = &[
    OFFICE,
    must("label", "呼び名", ""),
    must("os", "OS", "windows、macos、linux、android、ios"),
    must("ownership", "所有", "office（事業所の端末）か byod（個人の端末）"),
    may("users", "使う人のID", "「、」で区切る。空欄なら事業所の全員。個人の端末では必須"),
];
const ROOM: &[Column] =
    &[may("room", "部屋番号", "提供事業者の部屋番号。空欄なら自動"), must("name", "部屋の名前", "")];
const INVITATION: &[Column] = &[must("room", "部屋番号", ""), must("login_id", "カシワニネットID", "招待する人")];

const ATTENDANCE: &[Column] = &[
    must("year", "年度", "2026 のように。4月から翌年3月まで"),
    must("login_id", "カシワニネットID", "受講した人"),
    may("on", "受講日", "空欄なら研修会の日"),
];

impl Noun {
    /// The columns of a table of it, in order.
    pub(crate) fn columns(self) -> Vec<Column> {
        match self {
            Self::Offices => {
                let detail = |detail: Detail| Column {
                    key: detail.as_str(),
                    heading: detail.label().0,
                    must: detail.emptied().is_err(),
                    hint: "",
                };
                let pledge = may("pledge", "誓約事項への同意", "同意した誓約事項の版（日付）");
                std::iter::once(OFFICE).chain(Detail::ALL.map(detail)).chain([pledge]).collect()
            }
            Self::People => PERSON.to_vec(),
            Self::Devices => DEVICE.to_vec(),
            Self::Rooms => ROOM.to_vec(),
            Self::Invitations => INVITATION.to_vec(),
            Self::Attendances => ATTENDANCE.to_vec(),
        }
    }

    /// An empty table to fill in: a head, and a row that shows how, which is to be written over.
    pub(crate) fn template(self) -> Result<Vec<u8>, SheetFault> {
        written(TableFormat::Xlsx, &self.head(), &[self.example()])
    }

    /// A row as it is filled in. Its number is no office's, so that it is told where somebody left it.
    pub(super) fn example(self) -> Vec<String> {
        let said: &[&str] = match self {
            Self::Offices => &[
                "0000000000",
                "（例）社会福祉法人ひだまり会",
                "（例）ひだまり訪問看護",
                "ひだまりほうもんかんご",
                "佐藤 花子",
                "hidamari@example.jp",
                "04-7167-1111",
                "柏市柏5-10-1",
                "",
            ],
            Self::People => &["0000000000", "（例）佐藤 花子", "さとう はなこ", "看護師", "", "はい"],
            Self::Devices => &["0000000000", "（例）受付のPC", "windows", "office", ""],
            Self::Rooms => &["", "（例）山田様の部屋"],
            Self::Invitations => &["EXAMPLE", "k.sato"],
            Self::Attendances => &["2026", "（例）k.sato", ""],
        };
        said.iter().map(|cell| (*cell).to_owned()).collect()
    }

    /// The head of an empty table.
    pub(crate) fn head(self) -> Vec<String> {
        self.columns().iter().map(|column| column.heading.to_owned()).collect()
    }
}
