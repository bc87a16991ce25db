//! Text fields, and what is wrong with them: collected, so that all of it is told at once.

use std::collections::{BTreeMap, BTreeSet};

use registry::{LoginId, OfficeNo};

use super::date::Day;
use super::mistake::{Mistake, Mistakes};
use crate::language::Text;
use crate::spelling::{self, NEITHER, YesNo};

/// More people than any office adds at once; more rows than this are a mistake.
pub const MOST_ROWS: usize = 60;
/// Longer than any name.
const LONGEST_NAME: usize = 60;
/// Longer than any address or reason.
const LONGEST_LINE: usize = 200;

/// A form as it was typed: text by field.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// What stands in a field; nothing where it is not there.
    #[must_use]
    pub fn get(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    /// Writes a field.
    pub fn set(&mut self, field: impl Into<String>, text: impl Into<String>) {
        self.0.insert(field.into(), text.into());
    }

    /// Every field in which something stands.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter(|(_, text)| !text.trim().is_empty()).map(|(field, text)| (field.as_str(), text.as_str()))
    }

    /// The numbers of the rows of this kind in which something stands, in order.
    pub(super) fn rows(&self, kind: &str) -> Vec<usize> {
        let number = |field: &str| {
            let rest = field.strip_prefix(kind)?.strip_prefix('-')?;
            row_of(rest.split('-').next()?)
        };
        self.iter().filter_map(|(field, _)| number(field)).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// The number of a row as a field's name has it, `1` and so on. No form of ours, and no table, has a number of five digits:
/// what stands there is no row.
pub(crate) fn row_of(text: &str) -> Option<usize> {
    let plain = (1..=4).contains(&text.len()) && text.bytes().all(|sign| sign.is_ascii_digit());
    text.parse().ok().filter(|row| plain && *row > 0)
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Fields {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(fields: I) -> Self {
        Self(fields.into_iter().map(|(field, text)| (field.into(), text.into())).collect())
    }
}

/// A form being read.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    fields: &'a Fields,
    mistakes: Vec<Mistake>,
}

impl<'a> Reading<'a> {
    pub(super) fn of(fields: &'a Fields) -> Self {
        Self { fields, mistakes: Vec::new() }
    }

    /// A field that has to be there.
    pub(super) fn must<T>(&mut self, field: &str, read: impl FnOnce(&str) -> Result<T, Text>) -> Option<T> {
        if self.is_empty(field) {
            self.wrong(field, "入力してください。", "is missing");
            return None;
        }
        self.may(field, read)
    }

    /// One of a list, which has to be chosen.
    pub(super) fn chosen<T>(&mut self, field: &str, read: impl FnOnce(&str) -> Result<T, Text>) -> Option<T> {
        if self.is_empty(field) {
            self.wrong(field, "選んでください。", "is to be chosen");
            return None;
        }
        self.may(field, read)
    }

    /// A field that may be there; nothing, or a mistake, where nothing comes out.
    pub(super) fn may<T>(&mut self, field: &str, read: impl FnOnce(&str) -> Result<T, Text>) -> Option<T> {
        if self.is_empty(field) {
            return None;
        }
        match read(self.fields.get(field)) {
            Ok(value) => Some(value),
            Err(text) => {
                self.mistakes.push(Mistake { field: field.to_owned(), text });
                None
            }
        }
    }

    /// A box that has to be ticked, a cell that has to say yes; else this is to be done.
    ///
    /// Something stands in a cell that says no, too: nothing but a yes is one.
    pub(super) fn ticked(&mut self, field: &str, (ja, en): (&str, &str)) -> Option<()> {
        let typed = self.fields.get(field).trim();
        if typed.is_empty() {
            self.wrong(field, ja, en);
            return None;
        }
        match typed.parse() {
            Ok(YesNo::Yes) => return Some(()),
            Ok(YesNo::No) => {
                self.wrong(field, &format!("「{typed}」は「いいえ」です。{ja}"), &format!("{typed:?} is a no: {en}"))
            }
            Err(_) => {
                let shown = spelling::visible(typed);
                self.wrong(
                    field,
                    &format!("「{shown}」が読めません。{}", NEITHER.0),
                    &format!("{shown:?}: {}", NEITHER.1),
                );
            }
        }
        None
    }

    pub(super) fn is_empty(&self, field: &str) -> bool {
        self.fields.get(field).trim().is_empty()
    }

    /// The rows of this kind, no more than [`MOST_ROWS`].
    pub(super) fn rows(&mut self, kind: &str) -> Vec<usize> {
        let mut rows = self.fields.rows(kind);
        if rows.len() > MOST_ROWS {
            let field = format!("{kind}-{}-name", rows[MOST_ROWS]);
            if !self.mistakes.iter().any(|mistake| mistake.field == field) {
                let ja = format!("1回に{MOST_ROWS}名までです。残りは、もう1件に分けて申請してください。");
                self.wrong(field, &ja, &format!("no more than {MOST_ROWS} at once"));
            }
            rows.truncate(MOST_ROWS);
        }
        rows
    }

    pub(super) fn wrong(&mut self, field: impl Into<String>, ja: &str, en: &str) {
        self.mistakes.push(Mistake { field: field.into(), text: Text::new(ja, en) });
    }

    /// The form, where nothing is wrong with it.
    pub(super) fn finish<T>(self, form: Option<T>) -> Result<T, Mistakes> {
        match form {
            Some(form) if self.mistakes.is_empty() => Ok(form),
            Some(_) | None => Err(Mistakes(self.mistakes)),
        }
    }
}

/// A person's or an office's name.
pub(crate) fn name(text: &str) -> Result<String, Text> {
    at_most(LONGEST_NAME, text)
}

/// How a name is read: kana, as it was typed. With another sign in it nobody would find it by its sound.
pub(crate) fn kana(text: &str) -> Result<String, Text> {
    let typed = at_most(LONGEST_NAME, text)?;
    let read = |sign: char| {
        let of_kana =
            matches!(sign, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ｦ'..='ﾟ' | 'ー' | '・' | '･' | 'ゝ' | 'ゞ' | 'ヽ' | 'ヾ');
        of_kana || sign == ' ' || sign.is_ascii_alphanumeric()
    };
    match typed.chars().find(|sign| !read(*sign)) {
        None => Ok(typed),
        Some(sign) => Err(Text::new(
            format!("ひらがなかカタカナで入力してください（「{sign}」は使えません）。"),
            format!("hiragana or katakana, and no {sign}"),
        )),
    }
}

/// One line of text.
pub(crate) fn line(text: &str) -> Result<String, Text> {
    at_most(LONGEST_LINE, text)
}

fn at_most(longest: usize, text: &str) -> Result<String, Text> {
    let line = spelling::line(text).map_err(spelling::Strange::text)?;
    if line.chars().count() > longest {
        return Err(Text::new(
            format!("{longest}文字以内で入力してください。"),
            format!("no more than {longest} characters"),
        ));
    }
    Ok(line)
}

/// A number, a code, an address of mail, put right; or the sign in it that may not stand.
pub(crate) fn code(text: &str) -> Result<String, Text> {
    spelling::code(text).map_err(spelling::Strange::text)
}

/// 事業所番号.
pub(crate) fn office_no(text: &str) -> Result<OfficeNo, Text> {
    let typed = code(text)?.to_ascii_uppercase();
    typed.parse().map_err(|why: registry::NameRefusal| {
        rounded(&typed)
            .or_else(|| zero_lost(&typed, &[10]))
            .unwrap_or_else(|| Text::new("10桁の数字（または英大文字）で入力してください。", why.to_string()))
    })
}

/// A spreadsheet made another number of it: `1.3E+09`, `1272200001.0`.
fn rounded(typed: &str) -> Option<Text> {
    let (whole, rest) = typed.split_once('.').unwrap_or((typed, ""));
    let (fraction, power) = rest.split_once(['E', 'e']).unwrap_or((rest, ""));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (whole, power) = match whole.split_once(['E', 'e']) {
        Some((whole, power)) => (whole, power),
        None => (whole, power),
    };
    let powered = digits(power.strip_prefix(['+', '-']).unwrap_or(power));
    let is_rounded = digits(whole) && (powered && (fraction.is_empty() || digits(fraction)) || fraction == "0");
    is_rounded.then(|| {
        Text::new(
            format!("表計算ソフトが数を書き換えています（{typed}）。列の書式を「文字列」にして、番号を入力し直してください。"),
            format!("a spreadsheet wrote {typed}: make the column one of text and write the number anew"),
        )
    })
}

/// A spreadsheet took the 0 away at the front: with it, the number would have one of these lengths.
fn zero_lost(typed: &str, lengths: &[usize]) -> Option<Text> {
    let digits: String = typed.chars().filter(|sign| *sign != '-').collect();
    let is_lost =
        !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit()) && lengths.contains(&(digits.len() + 1));
    is_lost.then(|| {
        Text::new(
            format!(
                "先頭の0が消えています（0{typed} ではありませんか）。表計算ソフトでは列の書式を「文字列」にして、0から入力し直してください。"
            ),
            format!("the 0 at the front is lost (is 0{typed} meant?): make the column one of text and write it anew"),
        )
    })
}

/// カシワニネットID.
pub(crate) fn login_id(text: &str) -> Result<LoginId, Text> {
    code(text)?.to_ascii_lowercase().parse().map_err(|why: registry::NameRefusal| {
        Text::new("カシワニネットIDを、英小文字・数字・「.」「-」「_」の3〜32文字で入力してください。", why.to_string())
    })
}

/// An address of mail: `local@domain` of RFC 5321 without quoted strings, in ASCII.
pub(crate) fn mail(text: &str) -> Result<String, Text> {
    let mail = code(text)?;
    let wrong = || {
        Text::new("メールアドレスを name@example.jp の形で入力してください。", "an address looks like name@example.jp")
    };
    let (local, domain) = mail.rsplit_once('@').ok_or_else(wrong)?;
    let atom = |atom: &str| {
        !atom.is_empty() && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    };
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top_is_a_word = domain.rsplit('.').next().is_some_and(|top| top.bytes().any(|b| b.is_ascii_alphabetic()));
    let holds = mail.len() <= 254
        && local.len() <= 64
        && local.split('.').all(atom)
        && domain.contains('.')
        && domain.split('.').all(label)
        && top_is_a_word;
    if holds { Ok(format!("{local}@{}", domain.to_ascii_lowercase())) } else { Err(wrong()) }
}

/// A telephone number in Japan, as it is dialled: from the 0 on, ten or eleven digits.
pub(crate) fn telephone(text: &str) -> Result<String, Text> {
    let typed = code(text)?.replace(['(', ')'], "-");
    let number = typed
        .strip_prefix("+81-")
        .or_else(|| typed.strip_prefix("+81"))
        .map_or(typed.clone(), |rest| format!("0{rest}"));
    let number = number.trim_matches('-').replace("--", "-");
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let holds = number.starts_with('0')
        && (10..=11).contains(&digits)
        && number.bytes().all(|b| b.is_ascii_digit() || b == b'-')
        && !number.contains("--");
    let wrong = || {
        Text::new(
            "市外局番から、10桁または11桁で入力してください（例：04-7167-1111）。",
            "ten or eleven digits from the area code on",
        )
    };
    if holds {
        return Ok(number);
    }
    Err(rounded(&typed).or_else(|| zero_lost(&typed, &[10, 11])).unwrap_or_else(wrong))
}

/// A day.
pub(super) fn day(text: &str) -> Result<Day, Text> {
    code(text)?.parse().map_err(|why: super::date::NotADay| {
        Text::new("日付を 2026-04-01 または 令和8年4月1日 の形で入力してください。", why.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_no_server_takes_is_refused_before_it_is_written_to() {
        for good in
            ["a@example.jp", "hidamari.houmon+kw@kango.example.co.jp", "ａ＠ｅｘａｍｐｌｅ．ｊｐ", " a@EXAMPLE.jp "]
        {
            assert!(mail(good).is_ok(), "{good}");
        }
        for bad in [
            "a",
            "a@b",
            "@example.jp",
            "a@example..jp",
            "a..b@example.jp",
            "a@-x.jp",
            "a b@c@example",
            "a@example.jp\r\nBcc: x",
            "あ@example.jp",
            "a@192.0.2.1",
            "<a@example.jp>",
            "a@example.jp,b@example.jp",
        ] {
            assert!(mail(bad).is_err(), "{bad}: {:?}", mail(bad));
        }
        assert_eq!(mail(" A.b@EXAMPLE.jp").as_deref(), Ok("A.b@example.jp"));
    }

    #[test]
    fn a_telephone_number_is_one_that_can_be_dialled() {
        for (typed, read) in [
            ("04-7167-1111", "04-7167-1111"),
            ("０４（７１６７）１１１１", "04-7167-1111"),
            ("090 1234 5678", "09012345678"),
            ("+81-4-7167-1111", "04-7167-1111"),
        ] {
            assert_eq!(telephone(typed).as_deref(), Ok(read), "{typed}");
        }
        for bad in ["7167-1111", "04-7167-111", "04-7167-111111", "04-7167-1111 内線3", "119", "04-7167-111①"] {
            assert!(telephone(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_a_spreadsheet_did_to_a_number_is_named() {
        for lost in ["471671510", "4-7167-1510", "9012345678", "９０１２３４５６７８"] {
            assert!(telephone(lost).unwrap_err().ja.starts_with("先頭の0が消えています"), "{lost}");
        }
        assert!(telephone("471671510").unwrap_err().ja.contains("0471671510"));
        assert!(office_no("112345678").unwrap_err().ja.starts_with("先頭の0が消えています"));
        for spoilt in ["1.3E+09", "1.2722E+9", "1E9", "1272200001.0", "１．３Ｅ＋０９"] {
            assert!(office_no(spoilt).unwrap_err().ja.contains("表計算ソフトが数を書き換えています"), "{spoilt}");
        }
        assert!(telephone("4.71672E+08").unwrap_err().ja.contains("表計算ソフトが数を書き換えています"));
        for other in ["127220000", "12722000011", "7167-1111", "1272-2000-01.5"] {
            assert!(!telephone(other).unwrap_err().ja.contains("表計算ソフトが数"), "{other}");
        }
        assert!(telephone("03-1234-567").unwrap_err().ja.starts_with("市外局番から"));
    }

    #[test]
    fn what_would_break_a_line_is_told_and_not_cut() {
        assert!(line("a\u{7}b").is_err());
        assert!(name(&"あ".repeat(61)).is_err());
        assert_eq!(name(" 佐藤　花子 ").as_deref(), Ok("佐藤 花子"));
    }
}
