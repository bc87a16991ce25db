//! What does a header like `Accept` or `Accept-Language` wish for, and how much?
//!
//! RFC 9110 §12.4.2: a weight is 0 to 1 with at most three digits; without one it is 1.

/// Wishes beyond this many are not read: no browser sends more, and a header must not cost time.
const MOST: usize = 32;

/// Each wish with its weight in thousandths, in the order of the header. A weight that cannot be
/// read counts as 0: the wish was not understood.
pub(crate) fn wishes(header: &str) -> impl Iterator<Item = (&str, u16)> {
    header.split(',').take(MOST).filter_map(|wish| {
        let mut parts = wish.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?;
        let weight = parts.find_map(|part| {
            let (key, value) = part.split_once('=')?;
            key.trim().eq_ignore_ascii_case("q").then(|| thousandths(value.trim()))
        });
        Some((name, weight.unwrap_or(1000)))
    })
}

fn thousandths(weight: &str) -> u16 {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return 0;
    }
    let fraction = fraction
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(3)
        .fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    match (whole, fraction) {
        ("1", 0) => 1000,
        ("0", fraction) => fraction,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_read_as_rfc_9110_writes_them() {
        for (text, expected) in [
            ("1", 1000),
            ("1.000", 1000),
            ("0.8", 800),
            ("0.", 0),
            ("0", 0),
            ("0.005", 5),
            ("0.0005", 0),
            ("1.1", 0),
            ("2", 0),
            ("-1", 0),
            (".5", 0),
            ("0.5x", 0),
            ("", 0),
        ] {
            assert_eq!(thousandths(text), expected, "{text:?}");
        }
    }

    #[test]
    fn wishes_keep_their_order_and_blanks_are_no_wish() {
        let read: Vec<_> = wishes("text/html;level=1 ; Q=0.5 , , */*;q=0.1,a/b").collect();
        assert_eq!(read, [("text/html", 500), ("*/*", 100), ("a/b", 1000)]);
    }

    #[test]
    fn an_endless_header_is_not_read_to_its_end() {
        assert_eq!(wishes(&"a,".repeat(10_000)).count(), MOST);
    }
}
