//! By what is a thing found, however it is typed? Half and full width, hiragana and katakana, 髙 and 高, with and without
//! hyphens: all alike. For finding only: nothing is ever kept, shown or decided in this form.
//!
//! It finds more than it should rather than less: ヨシダ finds ﾖｼﾀﾞ and よしだ, キヨウコ also きょうこ. Who searches sees the names as they are
//! written, and chooses.

use unicode_normalization::UnicodeNormalization;

use super::signs::is_selector;

/// Forms of an ideograph that stand in family names for the one beside them, in the order of their code points.
///
/// The old forms are those in brackets in the 常用漢字表 (内閣告示第2号, 2010), and of the 人名用漢字表 (戸籍法施行規則別表第二); the others (髙 﨑 嵜 邉 濵 嶌 栁 槗 桒
/// 𠮷 靏 …) are those that families have in their registers and that keyboards of Windows and telephones offer. 斎, 斉, 齋 and 齊 are different characters that nobody tells apart on the telephone.
/// None is both: what stands on the right is on the left nowhere, so that finding once is finding for ever.
const VARIANTS: &[(char, char)] = &[
    ('亙', '亘'),
    ('亞', '亜'),
    ('兔', '兎'),
    ('冨', '富'),
    ('凉', '涼'),
    ('勳', '勲'),
    ('吳', '呉'),
    ('國', '国'),
    ('圓', '円'),
    ('圖', '図'),
    ('埜', '野'),
    ('增', '増'),
    ('壯', '壮'),
    ('壽', '寿'),
    ('學', '学'),
    ('實', '実'),
    ('寬', '寛'),
    ('寳', '宝'),
    ('寶', '宝'),
    ('將', '将'),
    ('尙', '尚'),
    ('峯', '峰'),
    ('峽', '峡'),
    ('嵜', '崎'),
    ('嶋', '島'),
    ('嶌', '島'),
    ('巖', '巌'),
    ('廣', '広'),
    ('廳', '庁'),
    ('彌', '弥'),
    ('德', '徳'),
    ('恆', '恒'),
    ('惠', '恵'),
    ('應', '応'),
    ('戀', '恋'),
    ('戶', '戸'),
    ('拜', '拝'),
    ('敎', '教'),
    ('斎', '斉'),
    ('昻', '昂'),
    ('晉', '晋'),
    ('曉', '暁'),
    ('曻', '昇'),
    ('曾', '曽'),
    ('會', '会'),
    ('枩', '松'),
    ('柗', '松'),
    ('栁', '柳'),
    ('桒', '桑'),
    ('條', '条'),
    ('楳', '梅'),
    ('榮', '栄'),
    ('槇', '槙'),
    ('槗', '橋'),
    ('橫', '横'),
    ('檜', '桧'),
    ('檢', '検'),
    ('櫻', '桜'),
    ('步', '歩'),
    ('每', '毎'),
    ('氣', '気'),
    ('淵', '渕'),
    ('淸', '清'),
    ('淺', '浅'),
    ('渊', '渕'),
    ('溫', '温'),
    ('澀', '渋'),
    ('澁', '渋'),
    ('澤', '沢'),
    ('濱', '浜'),
    ('濵', '浜'),
    ('瀧', '滝'),
    ('瀨', '瀬'),
    ('燒', '焼'),
    ('爲', '為'),
    ('狹', '狭'),
    ('瑤', '瑶'),
    ('當', '当'),
    ('眞', '真'),
    ('碕', '崎'),
    ('祿', '禄'),
    ('禮', '礼'),
    ('穎', '頴'),
    ('穗', '穂'),
    ('籠', '篭'),
    ('綠', '緑'),
    ('緖', '緒'),
    ('縣', '県'),
    ('繩', '縄'),
    ('繼', '継'),
    ('聰', '聡'),
    ('臺', '台'),
    ('與', '与'),
    ('舘', '館'),
    ('舩', '船'),
    ('莊', '荘'),
    ('莖', '茎'),
    ('萊', '莱'),
    ('萬', '万'),
    ('薰', '薫'),
    ('藏', '蔵'),
    ('藝', '芸'),
    ('藪', '薮'),
    ('蘆', '芦'),
    ('螢', '蛍'),
    ('衞', '衛'),
    ('覺', '覚'),
    ('讓', '譲'),
    ('豐', '豊'),
    ('豬', '猪'),
    ('賴', '頼'),
    ('轉', '転'),
    ('遙', '遥'),
    ('邉', '辺'),
    ('邊', '辺'),
    ('郞', '郎'),
    ('鄕', '郷'),
    ('錄', '録'),
    ('鐵', '鉄'),
    ('鑛', '鉱'),
    ('關', '関'),
    ('隝', '島'),
    ('靍', '鶴'),
    ('靏', '鶴'),
    ('靑', '青'),
    ('靜', '静'),
    ('顯', '顕'),
    ('髙', '高'),
    ('鷗', '鴎'),
    ('鹽', '塩'),
    ('麥', '麦'),
    ('麴', '麹'),
    ('黃', '黄'),
    ('黑', '黒'),
    ('齊', '斉'),
    ('齋', '斉'),
    ('龍', '竜'),
    ('﨑', '崎'),
    ('𠮷', '吉'),
];

/// What all spellings of one thing have in common: NFKC, small letters, hiragana for katakana, one form of an ideograph; no
/// spaces, hyphens, dots, brackets and long vowel signs.
pub(crate) fn sought(text: &str) -> String {
    let mut found = folded(text);
    // Taking a sign out can bring a letter and its mark together, which then are one.
    for _ in 0..3 {
        let again = folded(&found);
        if again == found {
            break;
        }
        found = again;
    }
    found
}

fn folded(text: &str) -> String {
    let whole = |sign| match sign {
        // NFKC reads a mark that stands alone as one behind a space.
        '\u{309b}' => '\u{3099}',
        '\u{309c}' => '\u{309a}',
        _ => sign,
    };
    let signs = text.chars().map(whole).nfkc().filter(|sign| !is_selector(*sign));
    let signs = signs.flat_map(char::to_lowercase).nfkc();
    signs.filter(|sign| is_kept(*sign)).map(kana).map(ideograph).collect()
}

/// Letters and digits, and what tells addresses and rooms apart.
fn is_kept(sign: char) -> bool {
    (sign.is_alphanumeric() && sign != 'ー') || matches!(sign, '@' | '_')
}

/// Hiragana for katakana; of the old ones and the small ones those that everybody has.
fn kana(sign: char) -> char {
    let hiragana = match sign {
        'ァ'..='ヶ' => char::from_u32(u32::from(sign) - 0x60).unwrap_or(sign),
        _ => sign,
    };
    match hiragana {
        'ゐ' => 'い',
        'ゑ' => 'え',
        // 光ヶ丘 and 光ケ丘 are one place.
        'ゕ' => 'か',
        'ゖ' => 'け',
        // As machines write it that have no small ones.
        'ぁ' => 'あ',
        'ぃ' => 'い',
        'ぅ' => 'う',
        'ぇ' => 'え',
        'ぉ' => 'お',
        'っ' => 'つ',
        'ゃ' => 'や',
        'ゅ' => 'ゆ',
        'ょ' => 'よ',
        'ゎ' => 'わ',
        _ => hiragana,
    }
}

fn ideograph(sign: char) -> char {
    VARIANTS.binary_search_by_key(&sign, |(variant, _)| *variant).map_or(sign, |at| VARIANTS[at].1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn however_it_is_typed_it_is_the_same() {
        for (one, other) in [
            ("髙橋", "高橋"),
            ("山﨑", "山崎"),
            ("渡邊", "渡辺"),
            ("渡邉", "渡辺"),
            ("斎藤", "斉藤"),
            ("齋藤", "齊藤"),
            ("濵田", "浜田"),
            ("濱田", "浜田"),
            ("𠮷野", "吉野"),
            ("葛\u{e0100}飾", "葛飾"),
            ("\u{fa1b}田", "福田"),
            ("サトウ ハナコ", "さとうはなこ"),
            ("ｻﾄｳ ﾊﾅｺ", "さとう　はなこ"),
            ("ｶﾞｸ", "がく"),
            ("メアリー・スミス", "めありすみす"),
            ("センター", "せんた"),
            ("ヰヱ", "いえ"),
            ("キヨウコ", "きょうこ"),
            ("光ヶ丘", "光ケ丘"),
            ("ＤＥＶ－０００１２３", "dev-000123"),
            ("０４－７１６７ー１１１１", "(04)7167-1111"),
            ("㈱ひだまり", "株ひだまり"),
            ("Ｋ．Ｓａｔｏ＠Ｅｘａｍｐｌｅ．ｊｐ", "k.sato@example.jp"),
            ("①号室", "1号室"),
        ] {
            assert_eq!(sought(one), sought(other), "{one:?} {other:?}");
        }
        for (one, other) in [("佐藤", "佐籐"), ("は", "ば"), ("大坂", "大阪"), ("a_b", "ab"), ("12", "21")] {
            assert_ne!(sought(one), sought(other), "{one:?} {other:?}");
        }
        assert_eq!(sought(" 　-ー・（）\u{1f}\n"), "");
    }

    #[test]
    fn no_variant_stands_for_another_and_each_is_found() {
        assert!(VARIANTS.len() >= 60);
        assert!(VARIANTS.windows(2).all(|pair| pair[0].0 < pair[1].0), "not in order");
        for (variant, plain) in VARIANTS {
            assert_eq!(sought(&variant.to_string()), plain.to_string());
            assert_eq!(sought(&plain.to_string()), plain.to_string());
        }
    }

    proptest! {
        #[test]
        fn once_is_for_ever(text in ".{0,40}") {
            let once = sought(&text);
            prop_assert_eq!(sought(&once), once);
        }

        #[test]
        fn once_is_for_ever_in_japanese_too(text in "[ぁ-ゟァ-ヿｦ-ﾟ一-龥﨑髙 \u{3099}\u{309a}・ー()-]{0,20}") {
            let once = sought(&text);
            prop_assert_eq!(sought(&once), once);
        }
    }
}
