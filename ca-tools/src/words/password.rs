//! A password that does not keep to the rules. Whoever chose it is told the same as an operator.

use crate::language::Text;
use crate::password::Mistake;

/// All that is wrong with it.
pub(super) fn for_anybody(mistakes: &[Mistake]) -> Text {
    let said: Vec<_> = mistakes.iter().map(|mistake| one(*mistake)).collect();
    let ja: Vec<_> = said.iter().map(|text| text.ja.as_str()).collect();
    let en: Vec<_> = said.iter().map(|text| text.en.as_str()).collect();
    Text::new(format!("パスワードが規則に合いません：{}", ja.join("、")), format!("the password: {}", en.join("; ")))
}

fn one(mistake: Mistake) -> Text {
    match mistake {
        Mistake::TooShort => Text::new("短すぎます", "it is too short"),
        Mistake::TooLong => Text::new("長すぎます", "it is too long"),
        Mistake::NeedsLetter => Text::new("文字を含めてください", "it needs a letter"),
        Mistake::NeedsDigit => Text::new("数字を含めてください", "it needs a digit"),
        Mistake::NeedsSymbol => Text::new("記号を含めてください", "it needs a symbol"),
        Mistake::SameAsId => Text::new("IDを含めないでください", "it holds the ID"),
        Mistake::TooCommon => Text::new("推測されやすい語です", "it is too easy to guess"),
        Mistake::UsedBefore => Text::new("以前使ったパスワードです", "it was used before"),
    }
}
