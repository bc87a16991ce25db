//! What should a person not have to care for? Full-width digits, wide spaces, which of seven dashes.
//!
//! Whoever types Japanese types them without seeing a difference; they are put right, not refused.

/// A number, a code, an address of mail: every full-width sign of ASCII in its narrow form, all spaces
/// left out, all dashes one.
pub(crate) fn code(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_whitespace()).map(narrow).map(dash).collect()
}

/// A name, an address: digits narrow, one space where there were several or wide ones, none around.
pub(super) fn line(text: &str) -> String {
    let words: Vec<String> = text
        .split(is_space)
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().map(|sign| if ('０'..='９').contains(&sign) { narrow(sign) } else { sign }).collect())
        .collect();
    words.join(" ")
}

/// A space and no line's end: what is several lines stays so, to be told.
fn is_space(sign: char) -> bool {
    sign.is_whitespace() && !sign.is_control()
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
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | 'ー' | 'ｰ' => '-',
        _ => sign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_and_spaces_are_put_right() {
        assert_eq!(code(" １２７２２０００Ａ１　"), "12722000A1");
        assert_eq!(code("０４－７１６７ー１１１１"), "04-7167-1111");
        assert_eq!(code("hidamari＠example．jp"), "hidamari@example.jp");
        assert_eq!(line("　佐藤　　花子 "), "佐藤 花子");
        assert_eq!(line("柏市柏５－１０－１　センター"), "柏市柏5－10－1 センター");
    }

    #[test]
    fn a_second_line_is_not_hidden() {
        assert_eq!(line("佐藤\r\n花子"), "佐藤\r\n花子");
    }
}
