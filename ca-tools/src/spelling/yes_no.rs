//! Is this a yes? What people write in a table's cell: a yes, a no, or something that is to be written again.
//!
//! Nothing is taken for a yes because something stands there: FALSE in a column of permissions is a no.

use std::str::FromStr;

use super::normal::matched;

/// A yes or a no.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum YesNo {
    Yes,
    No,
}

/// What says neither; shown with what is accepted.
pub(crate) const NEITHER: (&str, &str) = (
    "「はい」か「いいえ」で書いてください（○、×、有、無、TRUE、FALSE、1、0 も読めます）。",
    "write はい (yes) or いいえ (no); ○, ×, 有, 無, TRUE, FALSE, 1 and 0 are read too",
);

const YES: &[&str] = &[
    "はい",
    "ハイ",
    "ええ",
    "yes",
    "y",
    "true",
    "t",
    "on",
    "ok",
    "1",
    "○",
    "◯",
    "〇",
    "◎",
    "⭕",
    "✓",
    "✔",
    "☑",
    "✅",
    "レ",
    "有",
    "有り",
    "あり",
    "アリ",
    "可",
    "済",
    "済み",
    "する",
    "します",
    "した",
    "しました",
    "同意",
    "同意する",
    "同意します",
    "同意した",
    "同意済",
    "同意済み",
    "承諾",
    "承諾する",
    "承諾します",
    "許可",
    "許可あり",
    "許可済み",
    "得ている",
    "得ています",
    "得た",
    "確認",
    "確認した",
    "確認しました",
    "確認済",
    "確認済み",
    "要",
    "真",
    "是",
    "賛成",
];

const NO: &[&str] = &[
    "いいえ",
    "イイエ",
    "いえ",
    "いや",
    "no",
    "n",
    "false",
    "f",
    "off",
    "ng",
    "0",
    "×",
    "✕",
    "✖",
    "❌",
    "❎",
    "x",
    "☓",
    "╳",
    "☐",
    "□",
    "-",
    "--",
    "無",
    "無し",
    "なし",
    "ナシ",
    "ない",
    "否",
    "不可",
    "未",
    "未済",
    "未確認",
    "未了",
    "しない",
    "しません",
    "していない",
    "していません",
    "同意しない",
    "同意しません",
    "同意なし",
    "不同意",
    "承諾しない",
    "承諾しません",
    "許可なし",
    "不許可",
    "得ていない",
    "得ていません",
    "確認していない",
    "確認していません",
    "不要",
    "偽",
    "非",
    "反対",
    "だめ",
    "ダメ",
    "該当なし",
    "n/a",
    "none",
    "null",
];

/// Neither a yes nor a no.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Neither;

impl FromStr for YesNo {
    type Err = Neither;

    fn from_str(text: &str) -> Result<Self, Neither> {
        let wanted = matched(text);
        let wanted = wanted.trim_end_matches(['。', '.', '!', '、', ',']);
        let among = |words: &[&str]| words.iter().any(|word| matched(word) == wanted);
        match (among(YES), among(NO)) {
            (true, false) => Ok(Self::Yes),
            (false, true) => Ok(Self::No),
            (true, true) | (false, false) => Err(Neither),
        }
    }
}
