//! What does a certificate say of who issued it, for a person to read? Words on a page, and proof of nothing.

use x509_parser::certificate::X509CertificateParser;
use x509_parser::nom::Parser;
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

/// Nothing this long is taken apart.
const LONGEST_CERTIFICATE: usize = 16 * 1024;
/// Letters of a name that stand on a page.
const LONGEST: usize = 60;

/// The issuer's organisation, or else its common name or unit; without letters that are not seen or that turn the line around,
/// and cut where it is long.
#[must_use]
pub fn issuer_name(der: &[u8]) -> Option<String> {
    if der.len() > LONGEST_CERTIFICATE {
        return None;
    }
    let parsed = X509CertificateParser::new().with_deep_parse_extensions(false).parse(der);
    let (_, certificate) = parsed.ok()?;
    let issuer: &X509Name<'_> = certificate.issuer();
    let first = |part: Option<&AttributeTypeAndValue<'_>>| part.and_then(|part| part.as_str().ok()).and_then(readable);
    first(issuer.iter_organization().next())
        .or_else(|| first(issuer.iter_common_name().next()))
        .or_else(|| first(issuer.iter_organizational_unit().next()))
}

/// As it may stand in a sentence; `None` where nothing is left.
fn readable(name: &str) -> Option<String> {
    let seen = name.chars().map(|letter| if letter.is_whitespace() { ' ' } else { letter }).filter(|c| !is_unseen(*c));
    let seen: String = seen.take(4 * LONGEST).collect();
    let mut words: String = seen.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if words.chars().count() > LONGEST {
        words = words.chars().take(LONGEST).chain(['…']).collect();
    }
    (!words.is_empty()).then_some(words)
}

/// Controls, and what turns the direction of a line or takes no room (Unicode Bidi_Control and default-ignorable ones).
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_in_a_sentence_whatever_was_put_into_it() {
        for (name, told) in [
            ("国民健康保険中央会", Some("国民健康保険中央会")),
            ("  A\u{a0}B\n C\t", Some("A B C")),
            ("a\u{202e}txt.exe\u{2066}b\u{0}c\u{7f}", Some("atxt.exebc")),
            ("\u{feff}\u{200b} \u{e0041}", None),
            ("", None),
        ] {
            assert_eq!(readable(name).as_deref(), told, "{name:?}");
        }
        let long = readable(&"あ".repeat(5_000)).unwrap();
        assert_eq!((long.chars().count(), long.ends_with('…')), (LONGEST + 1, true));
    }

    #[test]
    fn what_is_no_certificate_has_no_issuer() {
        for octets in [&b""[..], b"x", &[0x30; 100], &[0; LONGEST_CERTIFICATE + 1]] {
            assert_eq!(issuer_name(octets), None);
        }
    }
}
