//! What should a person not have to care for? Full-width digits, wide spaces, which of a dozen dashes, half-width kana,
//! whether a Mac wrote ド as one sign or as two.
//!
//! Whoever types Japanese types them without seeing a difference; they are put right, not refused.

use unicode_normalization::UnicodeNormalization;

use super::signs::{Strange, first_strange, is_selector};

/// A text as it is kept: in NFC (Unicode Standard Annex #15), without spaces around it.
///
/// NFC alone would turn 福 (U+FA1B), as a family writes it, into 福: such an ideograph is kept as the standardized
/// variant that Unicode gives for it, which looks the same and which NFC leaves alone.
pub(crate) fn kept(text: &str) -> Result<String, Strange> {
    let trimmed = text.trim();
    let around = text.len() - text.trim_start().len();
    first_strange(trimmed).map_err(|strange| Strange { at: strange.at + text[..around].chars().count(), ..strange })?;
    Ok(trimmed.cjk_compat_variants().nfc().collect())
}

/// A name, an address: digits narrow, one space where there were several or wide ones, none around.
pub(crate) fn line(text: &str) -> Result<String, Strange> {
    let kept = kept(text)?;
    let narrowed =
        |word: &str| word.chars().map(|sign| if ('０'..='９').contains(&sign) { narrow(sign) } else { sign }).collect();
    let words: Vec<String> = kept.split_whitespace().map(narrowed).collect();
    Ok(words.join(" "))
}

/// A number, a code, an address of mail: every full-width sign in its narrow form, all spaces left out, all dashes one.
///
/// Of the other signs that NFKC would fold (①, ², ½) none is: where a number is meant they are no digits.
pub(crate) fn code(text: &str) -> Result<String, Strange> {
    let kept = kept(text)?;
    Ok(kept.chars().filter(|sign| !sign.is_whitespace()).map(narrow).map(dash).collect())
}

/// What two spellings of one thing have in common: NFKC, without spaces and the choice of an ideograph's form, letters
/// small, dashes and middle dots one.
pub(crate) fn matched(text: &str) -> String {
    let whole = |sign| match sign {
        // NFKC reads a mark that stands alone as one behind a space.
        '\u{309b}' => '\u{3099}',
        '\u{309c}' => '\u{309a}',
        _ => sign,
    };
    let folded: String =
        text.chars().map(whole).nfkc().filter(|sign| !sign.is_whitespace() && !is_selector(*sign)).collect();
    folded.chars().nfkc().flat_map(char::to_lowercase).map(dash).map(dot).collect()
}

/// U+FF01 to U+FF5E mirror ASCII's `!` to `~`.
fn narrow(sign: char) -> char {
    match sign {
        '！'..='～' => char::from_u32(sign as u32 - 0xfee0).unwrap_or(sign),
        _ => sign,
    }
}

fn dash(sign: char) -> char {
    match sign {
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | 'ー' | 'ｰ' | '─' | '━' | '⁃' | '˗' | '﹘' | '﹣' => {
            '-'
        }
        _ => sign,
    }
}

fn dot(sign: char) -> char {
    match sign {
        '·' | '•' | '∙' | '⋅' | '･' => '・',
        _ => sign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_and_spaces_are_put_right() {
        assert_eq!(code(" １２７２２０００Ａ１　").as_deref(), Ok("12722000A1"));
        assert_eq!(code("０４－７１６７ー１１１１").as_deref(), Ok("04-7167-1111"));
        assert_eq!(code("04─7167━1111").as_deref(), Ok("04-7167-1111"));
        assert_eq!(code("hidamari＠example．jp").as_deref(), Ok("hidamari@example.jp"));
        assert_eq!(line("　佐藤　　花子 ").as_deref(), Ok("佐藤 花子"));
        assert_eq!(line("柏市柏５－１０－１　センター").as_deref(), Ok("柏市柏5－10－1 センター"));
    }

    #[test]
    fn a_circled_digit_is_no_digit_of_a_number() {
        assert_eq!(code("04-7167-111①").as_deref(), Ok("04-7167-111①"));
    }

    #[test]
    fn a_second_line_is_not_hidden() {
        assert_eq!(line("佐藤\r\n花子").unwrap_err().at, 3);
        assert_eq!(code("a@example.jp\nb").unwrap_err().at, 13);
        assert_eq!(line(" 佐藤\n").as_deref(), Ok("佐藤"));
    }
}
