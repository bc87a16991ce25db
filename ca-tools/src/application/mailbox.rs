//! Whose mailbox is it, however its address was spelled? Only for counting: a letter goes to the address as it was given.

use std::fmt;

/// An address in the one form under which it is counted: lower case, ASCII for full-width signs, nothing from a `+` on.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Mailbox(String);

impl Mailbox {
    /// Of what is an address already, or of anything else that somebody wrote in its place.
    pub(crate) fn of(address: &str) -> Self {
        let spelled = crate::spelling::matched(address);
        let Some((local, domain)) = spelled.rsplit_once('@') else { return Self(spelled) };
        let person = local.split_once('+').map_or(local, |(person, _)| person);
        // An address that begins with its tag has nobody before it.
        let person = if person.is_empty() { local } else { person };
        Self(format!("{person}@{}", domain.trim_end_matches('.')))
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mailbox_is_one_however_it_is_spelled() {
        let one = Mailbox::of("sato.hanako@example.jp");
        for spelled in [
            "Sato.Hanako@example.jp",
            "SATO.HANAKO@EXAMPLE.JP",
            "sato.hanako+1@example.jp",
            "sato.hanako+a+b@Example.jp",
            "sato.hanako+@example.jp",
            "ｓａｔｏ．ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ",
            " sato.hanako＋Ｘ＠example.jp ",
            "sato.hanako@example.jp.",
        ] {
            assert_eq!(Mailbox::of(spelled), one, "{spelled}");
        }
    }

    #[test]
    fn another_mailbox_is_another() {
        let each = ["sato@example.jp", "sato@example.com", "s.ato@example.jp", "+sato@example.jp", "sato", ""];
        let boxes: std::collections::BTreeSet<_> = each.iter().map(|address| Mailbox::of(address)).collect();
        assert_eq!(boxes.len(), each.len());
    }
}
