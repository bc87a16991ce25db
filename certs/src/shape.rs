//! Is this exactly the DER it claims to be, with nothing before, after or in between?
//!
//! The parser is lenient about what follows the fields it knows; a certificate or request that
//! hides something there is refused before it is read (X.690 §10.1, RFC 5280 §4.1).

pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const SEQUENCE: u8 = 0x30;

/// The content of the first element, and what follows it; `None` unless the element has this tag
/// and a definite length in its shortest form.
pub(crate) fn element(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    let (&length, rest) = rest.split_first()?;
    if first != tag {
        return None;
    }
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        0x81..=0x84 => long_length(usize::from(length & 0x7f), rest)?,
        0x80 | 0x85..=0xff => return None,
    };
    rest.split_at_checked(length)
}

/// The content of the only element.
pub(crate) fn only(tag: u8, bytes: &[u8]) -> Option<&[u8]> {
    match element(tag, bytes)? {
        (content, []) => Some(content),
        (_, [_, ..]) => None,
    }
}

/// Whether `bytes` is one `SEQUENCE { SEQUENCE, SEQUENCE, BIT STRING }`, as everything signed is
/// in X.509 (RFC 5280 §4.1.1), once what follows it has been cut off.
pub(crate) fn signed_object(bytes: &[u8]) -> Shape {
    let Some((content, after)) = element(SEQUENCE, bytes) else {
        return Shape::Other;
    };
    let Some((_, algorithm)) = element(SEQUENCE, content) else {
        return Shape::Other;
    };
    let Some((_, signature)) = element(SEQUENCE, algorithm) else {
        return Shape::Other;
    };
    match (element(BIT_STRING, signature), after) {
        (Some((_, [])), []) => Shape::Signed,
        (Some((_, [_, ..])), _) | (Some((_, [])), [_, ..]) => Shape::Trailing,
        (None, _) => Shape::Other,
    }
}

/// What [`signed_object`] saw.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Shape {
    /// Not a signed object at all.
    Other,
    /// One signed object and nothing else.
    Signed,
    /// A signed object with bytes after it or behind its signature.
    Trailing,
}

fn long_length(octets: usize, rest: &[u8]) -> Option<(usize, &[u8])> {
    let (digits, rest) = rest.split_at_checked(octets)?;
    let length = digits.iter().fold(0_usize, |length, octet| length << 8 | usize::from(*octet));
    // A shorter form would have done: not DER.
    if length < 0x80 || digits.first() == Some(&0) {
        return None;
    }
    Some((length, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_has_one_spelling() {
        assert_eq!(element(SEQUENCE, &[0x30, 1, 7, 9]), Some((&[7][..], &[9][..])));
        for bytes in [&[0x30, 0x81, 1, 7][..], &[0x30, 0x80, 0, 0], &[0x30, 0x82, 0, 0x80], &[0x30, 2, 1], &[0x30], &[]]
        {
            assert_eq!(element(SEQUENCE, bytes), None, "{bytes:?}");
        }
    }
}
