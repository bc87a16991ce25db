//! What a form or a query says, as it was meant.

use percent_encoding::percent_decode_str;

/// Percent-escapes and `+` of a form, undone; none where a `%` escapes nothing or what comes out is no text: no browser sends
/// that, and what was meant would be a guess.
pub(super) fn unescaped(text: &str) -> Option<String> {
    let is_escape = |after: &str| after.len() >= 2 && after.bytes().take(2).all(|octet| octet.is_ascii_hexdigit());
    if !text.split('%').skip(1).all(is_escape) {
        return None;
    }
    let spaced = text.replace('+', " ");
    Some(percent_decode_str(&spaced).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_it_was_meant() {
        for (written, meant) in [
            ("a+b%2Bc", Some("a b+c")),
            ("%E8%A1%80%e5%9c%a7", Some("血圧")),
            ("100%", None),
            ("%zz", None),
            ("%4", None),
            ("%FF", None),
            ("", Some("")),
        ] {
            assert_eq!(unescaped(written).as_deref(), meant, "{written}");
        }
    }
}
