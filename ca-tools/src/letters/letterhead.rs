//! What stands around every letter: who writes, whom to ask, and where its reader goes on.

use crate::config::{Contact, Links};

/// The house's own words.
#[derive(Clone, Copy, Debug)]
pub struct Letterhead<'a> {
    /// Whom people may ask.
    pub contact: &'a Contact,
    /// Where people go.
    pub links: &'a Links,
}

/// A letter in words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Written {
    /// 件名.
    pub subject: String,
    /// 本文, lines ended by `\n`.
    pub body: String,
}

impl Written {
    /// 【カシワニネット】 stands before every subject: people file by it. Paragraphs are set apart by a blank line.
    pub(super) fn new(subject: impl AsRef<str>, paragraphs: &[String]) -> Self {
        let paragraphs: Vec<_> = paragraphs.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        Self {
            subject: format!("【カシワニネット】{}", subject.as_ref()),
            body: wrapped(&format!("{}\n", paragraphs.join("\n\n"))),
        }
    }

    /// The same, which leads its reader to what is registered of their office.
    #[must_use]
    pub(super) fn leading_home(mut self, head: &Letterhead<'_>) -> Self {
        if let Some(page) = head.links.office() {
            self.body.push_str(&format!("\n登録の内容・申請の状況・期限の確認（うちの事業所）：{page}\n"));
        }
        self
    }

    /// The same with the footer of every letter: whom to ask, and what to name when asking.
    #[must_use]
    pub fn signed(mut self, head: &Letterhead<'_>, about: &str) -> Self {
        let contact = head.contact;
        let whom = if contact.name.is_empty() { "柏市" } else { &contact.name };
        let ways: Vec<_> = [("電話", contact.dialled()), ("メール", contact.mail.clone())]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        self.body.push_str(&format!("\n--------------------\n解決しないときは、{whom}へご連絡ください。\n"));
        if !ways.is_empty() {
            self.body.push_str(&format!("{}\n", ways.join(" ／ ")));
        }
        self.body.push_str(&format!("お問い合わせの際は、この番号をお伝えください：{about}\n"));
        self.body.push_str("このメールは自動でお送りしています。\n");
        self
    }
}

/// Lines of RFC 5322 §2.1.1 have at most 998 octets. What somebody wrote at length is broken, a character is not.
pub(super) fn wrapped(text: &str) -> String {
    /// With the end of a line to spare.
    const LONGEST: usize = 900;
    let mut wrapped = String::with_capacity(text.len());
    let mut octets = 0;
    for sign in text.chars() {
        if sign == '\n' {
            octets = 0;
        } else if octets + sign.len_utf8() > LONGEST {
            wrapped.push('\n');
            octets = sign.len_utf8();
        } else {
            octets += sign.len_utf8();
        }
        wrapped.push(sign);
    }
    wrapped
}

/// 「ひだまり訪問看護　山田 様」.
pub(super) fn addressed(office: &str, contact: &str) -> String {
    let contact = if contact.is_empty() { "カシワニネット担当者" } else { contact };
    format!("{office}　{contact} 様")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_stand_beside_the_number_where_the_city_said_them() {
        let links = Links::default();
        for (hours, beside) in
            [("平日 9時～17時", "電話 04-7197-1510（平日 9時～17時）\n"), ("", "電話 04-7197-1510\n")]
        {
            let (telephone, hours) = ("04-7197-1510".to_owned(), hours.to_owned());
            let contact = Contact { telephone, hours, ..Contact::default() };
            let signed = Written::new("件", &[]).signed(&Letterhead { contact: &contact, links: &links }, "A-1");
            assert!(signed.body.contains(beside), "{}", signed.body);
        }
    }

    #[test]
    fn a_line_is_broken_only_where_it_is_longer_than_a_message_may_have_it() {
        let short = "あ\n".repeat(400);
        assert_eq!(wrapped(&short), short);
        let long = format!("{}\n{}\n", "理由".repeat(500), "x".repeat(900));
        let broken = wrapped(&long);
        assert!(broken.lines().all(|line| line.len() <= 900), "{broken}");
        assert_eq!(broken.replace('\n', ""), long.replace('\n', ""));
        assert_eq!(broken.lines().count(), 5);
    }
}
