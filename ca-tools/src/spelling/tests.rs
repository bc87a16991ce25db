//! No sign that is not seen gets in; nothing that is somebody's name stays out; a no is never a yes.

use super::signs::Why;
use super::*;

/// What is typed, and what is kept of it.
const NAMES: &[(&str, &str)] = &[
    ("佐藤 花子", "佐藤 花子"),
    ("佐藤　花子", "佐藤 花子"),
    ("髙橋①㈱～", "髙橋①㈱～"),
    ("山﨑", "山﨑"),
    ("𠮷野", "𠮷野"),
    ("葛\u{e0100}飾", "葛\u{e0100}飾"),
    ("辻\u{fe00}", "辻\u{fe00}"),
    ("佐々\u{e0101}木", "佐々\u{e0101}木"),
    // As its family writes it: NFC would make 福 of it.
    ("\u{fa1b}田", "\u{798f}\u{fe00}田"),
    ("か\u{3099}く", "がく"),
    ("メールアト\u{3099}", "メールアド"),
    ("か\u{309a}", "か\u{309a}"),
    ("ｻﾄｳ ﾊﾅｺ", "ｻﾄｳ ﾊﾅｺ"),
    ("Jose\u{301}", "José"),
    ("Nguyễn Văn Đức", "Nguyễn Văn Đức"),
    ("김 철수", "김 철수"),
    ("ＡＢＣ１２", "ＡＢＣ12"),
    ("メアリー・スミス", "メアリー・スミス"),
    ("ﾒｱﾘｰ･ｽﾐｽ", "ﾒｱﾘｰ･ｽﾐｽ"),
    ("O'Brien-Sato", "O'Brien-Sato"),
    ("柏5─10━1", "柏5─10━1"),
    ("〒277-0005 柏", "〒277-0005 柏"),
    ("訪問用☎", "訪問用☎"),
    ("端末😀", "端末😀"),
    (" \u{a0}佐藤\n", "佐藤"),
];

/// What is typed, which character of it is refused, and why.
const ODD: &[(&str, usize, Why)] = &[
    ("佐藤\u{202e}花子", 3, Why::Direction),
    ("\u{202a}佐藤\u{202c}", 1, Why::Direction),
    ("佐藤\u{202d}", 3, Why::Direction),
    ("\u{2066}佐藤\u{2069}", 1, Why::Direction),
    ("\u{2067}x", 1, Why::Direction),
    ("\u{2068}x", 1, Why::Direction),
    ("佐\u{200e}藤", 2, Why::Direction),
    ("佐\u{200f}藤", 2, Why::Direction),
    ("佐\u{61c}藤", 2, Why::Direction),
    ("佐\u{200b}藤", 2, Why::Unseen),
    ("佐\u{200c}藤", 2, Why::Unseen),
    ("佐\u{200d}藤", 2, Why::Unseen),
    ("佐\u{2060}藤", 2, Why::Unseen),
    ("\u{feff}佐藤", 1, Why::Unseen),
    ("佐\u{ad}藤", 2, Why::Unseen),
    ("佐\u{34f}藤", 2, Why::Unseen),
    ("\u{3164}", 1, Why::Unseen),
    ("佐\u{115f}", 2, Why::Unseen),
    ("佐\u{ffa0}藤", 2, Why::Unseen),
    ("\u{2800}", 1, Why::Unseen),
    ("佐\u{180e}藤", 2, Why::Unseen),
    ("A\u{e0041}\u{e007f}", 2, Why::Unseen),
    ("佐\u{fff9}藤", 2, Why::Unseen),
    ("\u{e000}藤", 1, Why::Private),
    ("佐\u{f8ff}", 2, Why::Private),
    ("佐\u{f0000}", 2, Why::Private),
    ("佐\u{fffd}", 2, Why::Garbled),
    ("佐\u{fffc}", 2, Why::Garbled),
    ("佐\u{ffff}", 2, Why::NoCharacter),
    ("佐\u{fdd0}", 2, Why::NoCharacter),
    ("佐\u{1fffe}", 2, Why::NoCharacter),
    ("佐\u{0}藤", 2, Why::Control),
    ("佐\u{7}藤", 2, Why::Control),
    ("\u{1b}[2J佐藤", 1, Why::Control),
    ("佐\u{9b}藤", 2, Why::Control),
    ("佐\u{7f}藤", 2, Why::Control),
    ("佐藤\n花子", 3, Why::LineEnd),
    ("佐藤\r\n花子", 3, Why::LineEnd),
    ("佐藤\u{2028}花子", 3, Why::LineEnd),
    ("佐\u{85}藤", 2, Why::LineEnd),
    ("佐\t藤", 2, Why::Tab),
    ("A\u{fe0f}", 2, Why::LoneSelector),
    ("\u{e0100}佐藤", 1, Why::LoneSelector),
    ("葛\u{e0100}\u{e0101}", 3, Why::LoneSelector),
    ("\u{301}佐藤", 1, Why::Marks),
    ("Z\u{301}\u{302}\u{303}", 4, Why::Marks),
    ("佐⟨U+202E⟩藤", 2, Why::Reserved),
    ("  佐\u{202e}", 4, Why::Direction),
];

#[test]
fn a_name_that_somebody_has_is_kept_as_it_is_written() {
    for (typed, expected) in NAMES {
        let kept = line(typed).unwrap_or_else(|strange| panic!("{typed:?}: {strange:?}"));
        assert_eq!(kept, *expected, "{typed:?}");
        assert_eq!(line(&kept).as_deref(), Ok(*expected), "{typed:?} a second time");
        assert_eq!(visible(&kept), kept, "{typed:?}");
    }
}

#[test]
fn what_is_not_seen_is_refused_with_its_code_point_and_its_place() {
    for (typed, at, why) in ODD {
        for read in [kept, line, code] {
            let strange = read(typed).map(|kept| panic!("{typed:?} is kept as {kept:?}")).unwrap_err();
            assert_eq!((strange.at, strange.why), (*at, *why), "{typed:?}");
            let said = strange.text();
            let code_point = format!("U+{:04X}", u32::from(strange.sign));
            assert!(said.ja.starts_with(&format!("{at}文字目に")) && said.ja.contains(&code_point), "{said:?}");
            assert!(said.en.starts_with(&format!("character {at} is ")) && said.en.contains(&code_point), "{said:?}");
            assert!(said.ja.chars().all(|sign| kept(&sign.to_string()).is_ok() || sign.is_whitespace()), "{said:?}");
        }
        // And where it was stored before, it is seen.
        let shown = visible(typed.trim());
        assert!(kept(&shown.replace(['⟨', '⟩', '\n'], "")).is_ok(), "{shown:?}");
    }
    assert_eq!(visible("佐藤\u{202e}花子\nA"), "佐藤⟨U+202E⟩花子\nA");
}

#[test]
fn two_spellings_of_one_thing_match() {
    for (one, other) in [
        ("メールアドレス", "ﾒｰﾙｱﾄﾞﾚｽ"),
        ("メールアドレス", "メールアト\u{3099}レス"),
        ("メールアドレス", "メールアト゛レス"),
        ("メールアドレス", " メール　アドレス"),
        ("ABC", "ａｂｃ"),
        ("㈱ひだまり", "(株)ひだまり"),
        ("ひだまり（柏）", "ひだまり(柏)"),
        ("A・B", "A･B"),
        ("A・B", "A·B"),
        ("5-10", "５－１０"),
        ("5-10", "5─10"),
        ("5-10", "5━10"),
        ("葛飾", "葛\u{e0100}飾"),
        ("福田", "\u{fa1b}田"),
    ] {
        assert_eq!(matched(one), matched(other), "{one:?} {other:?}");
    }
    for (one, other) in [("髙橋", "高橋"), ("は", "ば"), ("ハ", "ば"), ("佐藤", "佐籐")] {
        assert_ne!(matched(one), matched(other), "{one:?} {other:?}");
    }
}

#[test]
fn a_yes_is_a_yes_a_no_is_a_no_and_what_is_neither_is_told() {
    use YesNo::{No, Yes};
    let table = [
        (
            Yes,
            "はい ハイ ﾊｲ yes YES Yes y Ｙ true TRUE True on OK 1 １ ○ ◯ 〇 ◎ ✓ ✔ ☑ ✅ 有 有り あり 可 済 済み 同意する 同意します 許可 許可あり 得ている 確認済み 確認した する はい。",
        ),
        (
            No,
            "いいえ no NO No n Ｎ false FALSE False ＦＡＬＳＥ off 0 ０ × ✕ ✖ ❌ x X − － - ー 無 無し なし ﾅｼ 否 不可 未 未確認 未済 しない しません していない 同意しない 同意しません 不同意 得ていない 得ていません 許可なし 不許可 不要 確認していません ☐ 該当なし N/A いいえ。",
        ),
    ];
    let mut spelled = 0;
    for (meant, words) in table {
        for word in words.split(' ') {
            assert_eq!(word.parse(), Ok(meant), "{word}");
            assert_eq!(format!("　{word} ").parse(), Ok(meant), "{word}");
            spelled += 1;
        }
    }
    assert!(spelled >= 60, "{spelled}");
    for word in [
        "",
        "？",
        "たぶん",
        "はい/いいえ",
        "2",
        "10",
        "00",
        "△",
        "確認中",
        "2026-04-01",
        "同",
        "いい",
        "yesno",
        "はい いいえ",
        "非該当?",
    ] {
        assert_eq!(word.parse::<YesNo>(), Err(yes_no::Neither), "{word}");
    }
}
