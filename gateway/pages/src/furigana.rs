//! How are words in kanji read? For やさしい日本語 every word of ours carries its kana above it (`<ruby>`).
//!
//! The words stand in `readings.txt`, the longest first wherever two begin alike; what is not ours (a name, an address) is
//! left as it is. What is read otherwise behind a number (人 after 3, 日 after 15) stands there once more with `#` before it,
//! and where the number is read otherwise, too (1人, 8分), with the number. A reading is put where HTML allows one: not into a title, a choice, a picture or what is copied by hand.

use std::collections::HashMap;
use std::sync::LazyLock;

/// `word reading`, a line each. Kana that both end with stand once.
const READINGS: &str = include_str!("../readings.txt");
/// Elements whose text stays as it is.
const PLAIN: [&str; 10] = ["style", "script", "title", "option", "textarea", "pre", "code", "svg", "ruby", "noscript"];

/// One word of the table.
#[derive(Clone, Copy, Debug)]
struct Word {
    /// As it is written.
    written: &'static str,
    /// The part in kanji, and how it is read.
    kanji: &'static str,
    kana: &'static str,
}

/// The words by their first sign, the longest first.
static WORDS: LazyLock<HashMap<char, Vec<Word>>> = LazyLock::new(|| {
    let mut words: HashMap<char, Vec<Word>> = HashMap::new();
    for (word, reading) in READINGS.lines().filter_map(|line| line.split_once(' ')) {
        let written = word.trim_start_matches(BEHIND_A_NUMBER);
        let ends: usize = written
            .chars()
            .rev()
            .zip(reading.chars().rev())
            .take_while(|(one, other)| one == other && !is_kanji(*one))
            .map(|(sign, _)| sign.len_utf8())
            .sum();
        let sorted_by = word.chars().next().unwrap_or_default();
        let word = Word { written, kanji: &written[..written.len() - ends], kana: &reading[..reading.len() - ends] };
        words.entry(sorted_by).or_default().push(word);
    }
    words.values_mut().for_each(|alike| alike.sort_by_key(|word| std::cmp::Reverse(word.written.len())));
    words
});

/// The page with a reading above each word of ours.
#[must_use]
pub fn furigana(html: &str) -> String {
    let mut page = String::with_capacity(html.len() * 3 / 2);
    for part in parts(html) {
        match part {
            Part::Plain(text) => page.push_str(text),
            Part::Text(text) => read(text, &mut page),
        }
    }
    page
}

/// A line of text with the reading of each word of ours behind it, in brackets.
#[must_use]
pub fn with_readings(text: &str) -> String {
    let mut page = String::with_capacity(text.len() * 2);
    read(text, &mut page);
    let marked = page.replace("<rp>（</rp><rt>", "（").replace("</rt><rp>）</rp></ruby>", "）");
    marked.replace("<ruby>", "")
}

/// Where words that stand behind a number are kept.
const BEHIND_A_NUMBER: char = '#';

/// The word that this text begins with, as it is read behind what stands before it.
fn word_at(rest: &str, before: Option<char>) -> Option<&'static Word> {
    let begins = |sign: char| WORDS.get(&sign)?.iter().find(|word| rest.starts_with(word.written));
    let sign = rest.chars().next()?;
    match (before.is_some_and(|sign| sign.is_ascii_digit()), sign.is_ascii_digit()) {
        // Of 12人 the last two signs are no 2人.
        (true, true) => None,
        (true, false) => begins(BEHIND_A_NUMBER).or_else(|| begins(sign)),
        (false, _) => begins(sign),
    }
}

/// Words in kanji that stand on a page without their reading, where one could stand.
#[must_use]
pub fn unread(html: &str) -> Vec<&str> {
    let texts = parts(html).into_iter().filter_map(|part| match part {
        Part::Text(text) => Some(text),
        Part::Plain(_) => None,
    });
    texts.flat_map(|text| text.split(|sign| !is_kanji(sign)).filter(|run| !run.is_empty())).collect()
}

fn read(text: &str, page: &mut String) {
    let (mut rest, mut before) = (text, None);
    while let Some(sign) = rest.chars().next() {
        let Some(word) = word_at(rest, before) else {
            page.push(sign);
            before = Some(sign);
            rest = &rest[sign.len_utf8()..];
            continue;
        };
        let Word { written, kanji, kana } = word;
        page.push_str("<ruby>");
        page.push_str(kanji);
        page.push_str("<rp>（</rp><rt>");
        page.push_str(kana);
        page.push_str("</rt><rp>）</rp></ruby>");
        page.push_str(&written[kanji.len()..]);
        before = written.chars().next_back();
        rest = &rest[written.len()..];
    }
}

enum Part<'a> {
    /// Tags, and what must stay as it is.
    Plain(&'a str),
    /// What is read.
    Text(&'a str),
}

/// Our own pages are well formed: every `<` begins a tag and every `>` outside of one is written `&gt;`.
fn parts(html: &str) -> Vec<Part<'_>> {
    let (mut parts, mut rest) = (Vec::new(), html);
    while !rest.is_empty() {
        let text = rest.find('<').unwrap_or(rest.len());
        parts.push(Part::Text(&rest[..text]));
        let tag = &rest[text..];
        let plain = match PLAIN.into_iter().find(|name| opens(tag, name)) {
            Some(name) => {
                let close = format!("</{name}>");
                tag.find(&close).map_or(tag.len(), |at| at + close.len())
            }
            None => tag.find('>').map_or(tag.len(), |at| at + 1),
        };
        parts.push(Part::Plain(&tag[..plain]));
        rest = &tag[plain..];
    }
    parts
}

fn opens(tag: &str, name: &str) -> bool {
    tag.strip_prefix('<').and_then(|tag| tag.strip_prefix(name)).is_some_and(|rest| rest.starts_with(['>', ' ']))
}

fn is_kanji(sign: char) -> bool {
    matches!(sign, '々' | '〆' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_carries_its_reading_and_its_kana_stand_once() {
        let page = furigana("<p>端末を開く</p>");
        assert_eq!(
            page,
            "<p><ruby>端末<rp>（</rp><rt>たんまつ</rt><rp>）</rp></ruby>を<ruby>開<rp>（</rp><rt>ひら</rt><rp>）</rp></ruby>く</p>"
        );
        assert_eq!(unread(&page), Vec::<&str>::new());
    }

    #[test]
    fn nothing_is_put_where_no_reading_can_stand_and_a_tag_stays_as_it_is() {
        for plain in [
            "<title>端末</title>",
            "<option value=\"端末\">端末</option>",
            "<svg role=\"img\" aria-label=\"端末\"><text>端末</text></svg>",
            "<pre>端末</pre>",
            "<textarea>端末</textarea>",
            "<ruby>端末<rt>たんまつ</rt></ruby>",
            "<img alt=\"端末\">",
        ] {
            assert_eq!(furigana(plain), plain);
            assert!(unread(plain).is_empty(), "{plain}");
        }
    }

    #[test]
    fn what_is_counted_is_read_as_it_is_counted() {
        for (text, read) in [
            ("人", "人（ひと）"),
            ("3人", "3人（にん）"),
            ("1人", "1人（ひとり）"),
            ("2人", "2人（ふたり）"),
            ("12人", "12人（にん）"),
            ("最後の日", "最後（さいご）の日（ひ）"),
            ("4月1日", "4月1日（がつついたち）"),
            ("11月20日", "11月20日（がつはつか）"),
            ("11月22日", "11月（がつ）22日（にち）"),
            ("8分", "8分（はっぷん）"),
            ("18分", "18分（ふん）"),
        ] {
            assert_eq!(with_readings(text), read);
        }
    }

    #[test]
    fn a_name_that_is_none_of_our_words_is_left_and_found() {
        assert_eq!(furigana("<p>鬱櫻</p>"), "<p>鬱櫻</p>");
        assert_eq!(unread("<p>鬱櫻 と <b>鑑</b></p>"), ["鬱櫻", "鑑"]);
    }

    #[test]
    fn every_line_of_the_table_is_a_word_in_kanji_and_kana_that_differ_and_stands_once() {
        let mut seen = std::collections::HashSet::new();
        for line in READINGS.lines() {
            let (written, reading) = line.split_once(' ').unwrap();
            let word = written.trim_start_matches(|sign: char| sign == BEHIND_A_NUMBER || sign.is_ascii_digit());
            assert!(word.chars().next().is_some_and(is_kanji), "{line}");
            assert!(reading.chars().all(|sign| matches!(sign, 'ぁ'..='ん' | 'ー')), "{line}");
            assert!(seen.insert(written), "twice: {line}");
        }
        for word in WORDS.values().flatten() {
            assert!(!word.kanji.is_empty() && !word.kana.is_empty(), "{word:?}");
        }
    }
}
