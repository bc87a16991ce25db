//! Why is there no answer? Each says how to go on: somebody is on the telephone.

use super::typed::NotAsked;
use crate::language::Text;
use crate::refusal::Refusal;

/// Why there is no answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum NotAnswered {
    /// It cannot be looked up.
    Asked(NotAsked),
    /// A sign that no support code has.
    Misheard(String),
    /// A support code that no gateway told of.
    NotTold(String),
    /// The request of this support code was refused nothing.
    NoRefusal(String),
    /// No page shows this code.
    NoCode(String),
    /// There is nobody and nothing of that name.
    Nobody(String),
    /// It is several things.
    Several(Vec<String>),
    /// The registry says no, or does not answer.
    Refused(Refusal),
}

impl From<NotAsked> for NotAnswered {
    fn from(why: NotAsked) -> Self {
        Self::Asked(why)
    }
}

impl From<Refusal> for NotAnswered {
    fn from(why: Refusal) -> Self {
        Self::Refused(why)
    }
}

impl NotAnswered {
    /// For programs.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Asked(NotAsked::Nothing) => "nothing_asked",
            Self::Asked(NotAsked::TooLong) => "too_long",
            Self::Asked(NotAsked::Strange(_)) => "strange_sign",
            Self::Misheard(_) => "misheard",
            Self::NotTold(_) => "not_told",
            Self::NoRefusal(_) => "no_refusal",
            Self::NoCode(_) | Self::Nobody(_) => "unknown",
            Self::Several(_) => "ambiguous",
            Self::Refused(why) => why.code(),
        }
    }

    /// For operators; of what the registry refuses, its own sentence is told instead.
    pub(crate) fn text(&self) -> Text {
        match self {
            Self::Asked(NotAsked::Nothing) => Text::new(
                "お問い合わせ番号・ID・端末番号・事業所番号・電話番号のどれかを入れてください。",
                "type a support code, an ID, a device, an office or a telephone number",
            ),
            Self::Asked(NotAsked::TooLong) => Text::new(
                "長すぎます。お問い合わせ番号・ID・端末番号・事業所番号・電話番号のどれか1つを入れてください。",
                "that is too long: type one support code, ID, device, office or telephone number",
            ),
            Self::Asked(NotAsked::Strange(strange)) => strange.text(),
            Self::Misheard(typed) => Text::new(
                format!(
                    "お問い合わせ番号に、数字の0・1と英字のO（オー）・I（アイ）は使われていません（{typed}）。もう一度、1文字ずつ聞いてください。"
                ),
                format!("no support code has 0, O, 1 or I ({typed}): ask for it again, sign by sign"),
            ),
            Self::NotTold(reference) => Text::new(
                format!(
                    "お問い合わせ番号 {reference} の記録は、窓口に届いていません。登録された端末が止められたときの番号ではないので、画面に出ている「KW-」の番号を読み上げてもらい、その番号で調べてください。\n\
                     ・電子証明書のない人や、確かめられない電子証明書の人が止められたとき（KW-101 など）と、申請・取得・紛失の届出の画面の番号は、窓口には届きません。「KW-」の番号がなければ、画面の見出しを聞いてください。\n\
                     ・同じ端末で続けて何度も止まったときは、回数だけが届きます。端末番号かIDで調べてください。\n\
                     ・たった今のことなら、数秒待ってもう一度調べてください。"
                ),
                format!(
                    "no gateway told of {reference}: it is not of a known device that was refused, so ask for the KW- code on the page and look that up.\n\
                     - What strangers are refused (KW-101 and the like), and the pages of applications, pick-ups and losses, are not told; where the page shows no KW- code, ask for its heading.\n\
                     - Of what one device is refused over and over, only the count is told: look up the device or the ID.\n\
                     - If it was just now, try again in a few seconds."
                ),
            ),
            Self::NoRefusal(reference) => Text::new(
                format!(
                    "お問い合わせ番号 {reference} は、止められた操作のものではありません（ログインできています）。"
                ),
                format!("{reference} is of a request that was not refused: the login went well"),
            ),
            Self::NoCode(code) => Text::new(
                format!("{code} という番号の画面はありません。もう一度聞いてください。"),
                format!("no page shows {code}: ask for it again"),
            ),
            Self::Nobody(name) => Text::new(
                format!(
                    "「{name}」に当たる人・端末・事業所・お問い合わせ番号はありません。番号を1文字ずつ確かめるか、ca-tools find で探してください。"
                ),
                format!("there is nobody and nothing called {name:?}: check it sign by sign, or try ca-tools find"),
            ),
            Self::Several(several) => Text::new(
                format!("当てはまるものが複数あります。どれか1つを指定してください：{}", several.join("、")),
                format!("that is several; name one of them: {}", several.join(", ")),
            ),
            Self::Refused(why) => Text::new(why.to_string(), why.to_string()),
        }
    }
}
