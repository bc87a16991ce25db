//! Which 職種 is it? One of the city's list, however it is spelled; what is not in it is told with what was meant.

use std::sync::Arc;

use crate::language::Text;
use crate::spelling;

/// 職種, as the city counts them (handbook 責務), where the configuration has no other list.
const USUAL: [&str; 12] = [
    "医師",
    "歯科医師",
    "薬剤師",
    "看護師",
    "介護支援専門員",
    "介護職",
    "リハビリ職",
    "管理栄養士",
    "MSW",
    "地域包括",
    "行政",
    "その他",
];

/// What the usual ones are in English, for whoever reads a form so.
const ENGLISH: [(&str, &str); 11] = [
    ("医師", "physician"),
    ("歯科医師", "dentist"),
    ("薬剤師", "pharmacist"),
    ("看護師", "nurse"),
    ("介護支援専門員", "care manager"),
    ("介護職", "care worker"),
    ("リハビリ職", "rehabilitation"),
    ("管理栄養士", "dietitian"),
    ("地域包括", "community support centre"),
    ("行政", "administration"),
    ("その他", "other"),
];

/// One of the usual ones in English.
pub(crate) fn in_english(word: &str) -> Option<&'static str> {
    ENGLISH.iter().find(|(japanese, _)| *japanese == word).map(|(_, english)| *english)
}

/// What people write for one of the list.
const MEANT: &[(&str, &str)] = &[
    ("看護婦", "看護師"),
    ("看護士", "看護師"),
    ("正看護師", "看護師"),
    ("准看護師", "看護師"),
    ("訪問看護師", "看護師"),
    ("ケアマネ", "介護支援専門員"),
    ("ケアマネジャー", "介護支援専門員"),
    ("ケアマネージャー", "介護支援専門員"),
    ("CM", "介護支援専門員"),
    ("ドクター", "医師"),
    ("内科医", "医師"),
    ("歯医者", "歯科医師"),
    ("歯科医", "歯科医師"),
    ("ヘルパー", "介護職"),
    ("訪問介護員", "介護職"),
    ("介護福祉士", "介護職"),
    ("介護士", "介護職"),
    ("PT", "リハビリ職"),
    ("OT", "リハビリ職"),
    ("ST", "リハビリ職"),
    ("理学療法士", "リハビリ職"),
    ("作業療法士", "リハビリ職"),
    ("言語聴覚士", "リハビリ職"),
    ("栄養士", "管理栄養士"),
    ("ソーシャルワーカー", "MSW"),
    ("医療ソーシャルワーカー", "MSW"),
    ("地域包括支援センター", "地域包括"),
    ("事務", "その他"),
    ("事務職", "その他"),
    ("公務員", "行政"),
    ("市職員", "行政"),
];

/// The list of a house.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Professions(Arc<[String]>);

impl Default for Professions {
    fn default() -> Self {
        Self(USUAL.into_iter().map(str::to_owned).collect())
    }
}

impl Professions {
    /// A list of the house's own.
    ///
    /// # Errors
    /// It is empty, one of it is, or holds a sign that may not stand; two are one.
    pub fn new(words: &[String]) -> Result<Self, Text> {
        let mut list: Vec<String> = Vec::new();
        for word in words {
            let word = spelling::line(word).map_err(spelling::Strange::text)?;
            if word.is_empty() || list.iter().any(|other| super::person::same_name(other, &word)) {
                let ja = format!("「{word}」は空か、2回書かれています。");
                return Err(Text::new(ja, format!("{word:?} is empty, or written twice")));
            }
            list.push(word);
        }
        if list.is_empty() {
            return Err(Text::new("職種を1つ以上書いてください。", "at least one is needed"));
        }
        Ok(Self(list.into()))
    }

    /// Every one, in the order in which people are offered them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// One of the list.
    ///
    /// # Errors
    /// It is none of it; what is, and what was perhaps meant.
    pub fn read(&self, text: &str) -> Result<String, Text> {
        let among = |wanted: &str| self.0.iter().find(|known| super::person::same_name(known, wanted));
        if let Some(known) = among(text) {
            return Ok(known.clone());
        }
        super::reading::name(text)?;
        let list = self.0.join("、");
        let meant = MEANT.iter().find(|(written, _)| super::person::same_name(written, text));
        Err(match meant.and_then(|(_, meant)| among(meant)) {
            Some(meant) => Text::new(
                format!("「{meant}」のことですか。次のどれかを選んでください：{list}"),
                format!("is {meant} meant? choose one of: {list}"),
            ),
            None => Text::new(format!("次のどれかを選んでください：{list}"), format!("choose one of: {list}")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profession_is_known_in_any_spelling_and_another_word_is_told_what_was_meant() {
        let list = Professions::default();
        for (written, read) in [
            ("ﾘﾊﾋﾞﾘ職", "リハビリ職"),
            ("リハヒ\u{3099}リ職", "リハビリ職"),
            ("ｍｓｗ", "MSW"),
            (" 看護師　", "看護師"),
            ("介護 支援専門員", "介護支援専門員"),
        ] {
            assert_eq!(list.read(written).as_deref(), Ok(read), "{written}");
        }
        assert!(list.read("看護婦").unwrap_err().ja.starts_with("「看護師」のことですか。"));
        assert!(list.read("ケアマネ").unwrap_err().ja.starts_with("「介護支援専門員」のことですか。"));
        assert!(list.read("先生").unwrap_err().ja.starts_with("次のどれかを選んでください：医師、"));
        assert!(list.read("看護\u{200b}師").unwrap_err().ja.contains("3文字目に見えない文字（U+200B）"));
    }

    #[test]
    fn a_house_may_have_a_list_of_its_own() {
        let list = Professions::new(&["医師".into(), "保健師".into()]).unwrap();
        assert_eq!(list.read("保健師").as_deref(), Ok("保健師"));
        // What is not in its list is not proposed.
        assert_eq!(list.read("看護婦").unwrap_err().ja, "次のどれかを選んでください：医師、保健師");
        for bad in [&[][..], &["医師".into(), "医 師".into()], &["".into()], &["医\u{202e}師".into()]] {
            assert!(Professions::new(bad).is_err(), "{bad:?}");
        }
    }
}
