//! A certificate's serial number (RFC 5280 §4.1.2.2): positive, at most 20 octets.

use std::fmt;
use std::str::FromStr;

/// Up to 20 octets, big-endian, without leading zeros. Printed as lower-case hex.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct Serial {
    length: u8,
    octets: [u8; 20],
}

/// Octets we draw: 128 bits, of which the highest is cleared so that the number stays positive
/// and the next set so that the length never varies. 126 random bits remain; 64 are asked for.
const DRAWN: usize = 16;

impl Serial {
    /// A new serial out of 16 random octets.
    #[must_use]
    pub fn from_random(mut random: [u8; DRAWN]) -> Self {
        random[0] = (random[0] & 0x3f) | 0x40;
        let mut octets = [0; 20];
        octets[..DRAWN].copy_from_slice(&random);
        Self { length: 16, octets }
    }

    /// The serial of a certificate, as its DER INTEGER content says it.
    ///
    /// # Errors
    /// Empty, zero, negative, padded, or longer than 20 octets.
    pub fn from_der_content(content: &[u8]) -> Result<Self, SerialRefusal> {
        let magnitude = match content {
            [] | [0] => return Err(SerialRefusal),
            [0, next, ..] if *next < 0x80 => return Err(SerialRefusal),
            [0, rest @ ..] => rest,
            [first, ..] if *first >= 0x80 => return Err(SerialRefusal),
            all => all,
        };
        Self::from_magnitude(magnitude)
    }

    /// The octets, big-endian, without leading zeros.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.octets[..usize::from(self.length)]
    }

    fn from_magnitude(magnitude: &[u8]) -> Result<Self, SerialRefusal> {
        if magnitude.is_empty() || magnitude.len() > 20 || magnitude[0] == 0 {
            return Err(SerialRefusal);
        }
        let mut octets = [0; 20];
        octets[..magnitude.len()].copy_from_slice(magnitude);
        #[expect(clippy::cast_possible_truncation, reason = "at most 20")]
        Ok(Self { length: magnitude.len() as u8, octets })
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Serial({self})")
    }
}

impl FromStr for Serial {
    type Err = SerialRefusal;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() || text.len() % 2 == 1 || text.len() > 40 {
            return Err(SerialRefusal);
        }
        let mut octets = Vec::with_capacity(20);
        for pair in text.as_bytes().chunks_exact(2) {
            let pair = std::str::from_utf8(pair).map_err(|_| SerialRefusal)?;
            if pair.bytes().any(|b| !matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
                return Err(SerialRefusal);
            }
            octets.push(u8::from_str_radix(pair, 16).map_err(|_| SerialRefusal)?);
        }
        Self::from_magnitude(&octets)
    }
}

/// Not a positive number of at most 20 octets.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a serial is a positive number of at most 20 octets, in lower-case hex")]
pub struct SerialRefusal;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_serial_is_positive_and_always_16_octets() {
        for random in [[0; 16], [0xff; 16]] {
            let serial = Serial::from_random(random);
            assert_eq!(serial.as_bytes().len(), 16);
            assert_eq!(Serial::from_der_content(serial.as_bytes()), Ok(serial));
            assert_eq!(serial.to_string().parse(), Ok(serial));
        }
    }

    #[test]
    fn a_negative_zero_or_padded_serial_is_refused() {
        for content in [&[][..], &[0], &[0x80], &[0, 1], &[1; 21]] {
            assert_eq!(Serial::from_der_content(content), Err(SerialRefusal), "{content:?}");
        }
    }
}
