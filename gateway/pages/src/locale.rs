//! How do our pages speak to this person? As the switch on a page was set, which the browser keeps; else as it wishes.

use http::HeaderMap;
use http::header::{ACCEPT_LANGUAGE, COOKIE, HeaderValue};

use crate::Language;

/// The cookie of the switch. It says one of three words and nothing about whoever set it.
pub const LANGUAGE_COOKIE: &str = "__Host-language";
/// Where the switch is set, at every site: the parameters are `to`, one of the three, and `return_to`, a path of that site.
pub const LANGUAGE_PATH: &str = "/.gateway/language";

/// The three ways in which pages speak.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Locale {
    /// 日本語.
    #[default]
    Japanese,
    /// やさしい日本語: short sentences, and kana above every word in kanji.
    EasyJapanese,
    /// English.
    English,
}

impl Locale {
    /// All of them, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::Japanese, Self::EasyJapanese, Self::English];

    /// What the switch wrote, else the browser's wish.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let wish = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self::kept(headers).or_else(|| Self::named(wish?.trim())).unwrap_or_else(|| Language::preferred(wish).into())
    }

    /// What the switch wrote. A word that is none of the three, or two that differ, say nothing.
    #[must_use]
    pub fn kept(headers: &HeaderMap) -> Option<Self> {
        let pairs = headers.get_all(COOKIE).iter().flat_map(|line| line.as_bytes().split(|octet| *octet == b';'));
        let mut words = pairs.filter_map(|pair| {
            let rest = pair.trim_ascii().strip_prefix(LANGUAGE_COOKIE.as_bytes())?;
            rest.strip_prefix(b"=")
        });
        let first = words.next()?;
        words.all(|other| other == first).then(|| Self::named(std::str::from_utf8(first).ok()?)).flatten()
    }

    /// One of the three by its tag.
    #[must_use]
    pub fn named(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.tag() == tag)
    }

    /// Its tag (BCP 47, RFC 5646 §2.2.7): in the cookie, in the switch's address and for the desk.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Japanese => "ja",
            Self::EasyJapanese => "ja-x-easy",
            Self::English => "en",
        }
    }

    /// What the switch calls it, in itself.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Japanese => "日本語",
            Self::EasyJapanese => "やさしい日本語",
            Self::English => "English",
        }
    }

    /// The language that it is.
    #[must_use]
    pub const fn language(self) -> Language {
        match self {
            Self::Japanese | Self::EasyJapanese => Language::Japanese,
            Self::English => Language::English,
        }
    }

    /// One of three texts.
    #[must_use]
    pub const fn pick(self, japanese: &'static str, easy: &'static str, english: &'static str) -> &'static str {
        match self {
            Self::Japanese => japanese,
            Self::EasyJapanese => easy,
            Self::English => english,
        }
    }

    /// The `Set-Cookie` that keeps it for a year.
    #[must_use]
    pub const fn set_cookie(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Japanese => "__Host-language=ja; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000",
            Self::EasyJapanese => "__Host-language=ja-x-easy; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000",
            Self::English => "__Host-language=en; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000",
        })
    }
}

/// One of the three on a page's switch.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LocaleLink {
    /// Which.
    pub locale: Locale,
    /// Where it is set; nothing for the one in which the page speaks.
    pub address: Option<String>,
}

/// The switch of a page that was opened at this path and query. A page that answers what was sent has none: opened anew, it
/// would lose what was typed.
#[must_use]
pub fn switch(present: Locale, here: Option<&str>) -> Vec<LocaleLink> {
    let Some(here) = here else { return Vec::new() };
    let link = |locale: Locale| {
        let address = || format!("{LANGUAGE_PATH}?to={}&return_to={}", locale.tag(), escaped(here));
        LocaleLink { locale, address: (locale != present).then(address) }
    };
    Locale::ALL.map(link).into()
}

/// For a value in a query: whatever is no letter, digit or `-._~/` by its octets (RFC 3986 §2.1).
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for octet in text.bytes() {
        match octet {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => safe.push(char::from(octet)),
            _ => safe.push_str(&format!("%{octet:02X}")),
        }
    }
    safe
}

impl From<Language> for Locale {
    fn from(language: Language) -> Self {
        match language {
            Language::Japanese => Self::Japanese,
            Language::English => Self::English,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[(&'static str, &str)]) -> Locale {
        let pairs = lines
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()));
        let mut headers = HeaderMap::new();
        pairs.for_each(|(name, value)| {
            headers.append(name, value);
        });
        Locale::of(&headers)
    }

    #[test]
    fn the_switch_outweighs_the_browsers_wish_and_what_is_none_of_the_three_says_nothing() {
        use Locale::{EasyJapanese, English, Japanese};
        for (lines, expected) in [
            (&[][..], Japanese),
            (&[("accept-language", "en-US,en;q=0.9")], English),
            (&[("accept-language", "en"), ("cookie", "__Host-language=ja")], Japanese),
            (&[("accept-language", "ja"), ("cookie", "a=b; __Host-language=en")], English),
            (&[("cookie", "a=b"), ("cookie", "__Host-language=ja-x-easy; c=d")], EasyJapanese),
            (&[("cookie", "__Host-language=en; __Host-language=en")], English),
            (&[("cookie", "__Host-language=en; __Host-language=ja-x-easy")], Japanese),
            (&[("cookie", "__Host-language=fr")], Japanese),
            (&[("cookie", "__Host-language2=en")], Japanese),
            (&[("cookie", "x__Host-language=en")], Japanese),
            (&[("cookie", "__Host-language=\"en\"")], Japanese),
            // As the gateway tells the desk what the switch says.
            (&[("accept-language", "ja-x-easy")], EasyJapanese),
            (&[("accept-language", "ja-x-easy;q=0.5")], Japanese),
        ] {
            assert_eq!(of(lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn a_page_that_was_opened_can_be_switched_and_one_that_answers_a_form_cannot() {
        assert_eq!(switch(Locale::English, None), []);
        let links = switch(Locale::English, Some("/pickup?number=a&b=\"あ"));
        let addresses: Vec<_> = links.iter().map(|link| link.address.as_deref()).collect();
        let back = "return_to=/pickup%3Fnumber%3Da%26b%3D%22%E3%81%82";
        assert_eq!(
            addresses,
            [
                Some(&*format!("/.gateway/language?to=ja&{back}")),
                Some(&*format!("/.gateway/language?to=ja-x-easy&{back}")),
                None
            ]
        );
    }

    #[test]
    fn what_is_set_is_read_back_and_says_nothing_else() {
        for locale in Locale::ALL {
            let cookie = locale.set_cookie();
            let (pair, rest) = cookie.to_str().unwrap().split_once(';').unwrap();
            assert_eq!(of(&[("cookie", pair)]), locale);
            assert_eq!(rest, " Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000");
            assert_eq!(pair, format!("{LANGUAGE_COOKIE}={}", locale.tag()));
        }
    }
}
