//! A device's number: its name for life, on paper, on the telephone and in its certificate.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// `DEV-000001` and upwards. It says nothing about who uses the device, because TLS 1.2 shows a
/// client certificate to anyone on the wire.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(into = "String", try_from = "String")]
pub struct DeviceNo(u32);

const PREFIX: &str = "DEV-";
const SAN_PREFIX: &str = "urn:kashiwani-net:device:";
/// Six digits are printed; a seventh appears only after the millionth device.
const LARGEST: u32 = 99_999_999;

impl DeviceNo {
    /// Number `n`, from 1.
    ///
    /// # Errors
    /// Zero, or more digits than the subject of a certificate has room for.
    pub fn new(n: u32) -> Result<Self, DeviceNoRefusal> {
        if n == 0 || n > LARGEST {
            return Err(DeviceNoRefusal::OutOfRange);
        }
        Ok(Self(n))
    }

    /// The bare number.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }

    /// Reads a number as people type it: `4`, `dev-000004`, `ＤＥＶ－４`, with spaces. For what a person types only:
    /// in a certificate and in the registry a number has one spelling.
    ///
    /// # Errors
    /// No number, or one that no device has.
    pub fn typed(text: &str) -> Result<Self, DeviceNoRefusal> {
        let narrow = text.chars().filter(|sign| !sign.is_whitespace()).map(|sign| match sign {
            // U+FF01 to U+FF5E mirror ASCII's `!` to `~`.
            '！'..='～' => char::from_u32(u32::from(sign) - 0xfee0).unwrap_or(sign),
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | 'ー' | 'ｰ' | '─' | '━' => '-',
            _ => sign,
        });
        let narrow = narrow.collect::<String>().to_ascii_uppercase();
        let digits = narrow.strip_prefix("DEV").map_or(&*narrow, |rest| rest.strip_prefix('-').unwrap_or(rest));
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(DeviceNoRefusal::Malformed);
        }
        Self::new(digits.parse().map_err(|_| DeviceNoRefusal::OutOfRange)?)
    }

    /// The URI that stands in the certificate's subject alternative name (RFC 5280 §4.2.1.6).
    #[must_use]
    pub fn san_uri(self) -> String {
        format!("{SAN_PREFIX}{self}")
    }

    /// Reads what [`Self::san_uri`] wrote, and nothing else.
    ///
    /// # Errors
    /// Any other URI, also one that differs only in letter case or leading zeros.
    pub fn from_san_uri(uri: &str) -> Result<Self, DeviceNoRefusal> {
        uri.strip_prefix(SAN_PREFIX).ok_or(DeviceNoRefusal::Malformed)?.parse()
    }
}

impl fmt::Display for DeviceNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{:06}", self.0)
    }
}

impl FromStr for DeviceNo {
    type Err = DeviceNoRefusal;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix(PREFIX).ok_or(DeviceNoRefusal::Malformed)?;
        if digits.len() < 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(DeviceNoRefusal::Malformed);
        }
        if digits.len() > 6 && digits.starts_with('0') {
            return Err(DeviceNoRefusal::Malformed);
        }
        Self::new(digits.parse().map_err(|_| DeviceNoRefusal::OutOfRange)?)
    }
}

impl From<DeviceNo> for String {
    fn from(no: DeviceNo) -> Self {
        no.to_string()
    }
}

impl TryFrom<String> for DeviceNo {
    type Error = DeviceNoRefusal;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// Why a text is not a device number.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DeviceNoRefusal {
    /// Not `DEV-` and at least six digits.
    #[error("a device number looks like DEV-000123")]
    Malformed,
    /// Zero, or beyond the largest.
    #[error("device numbers run from DEV-000001 to DEV-{LARGEST}")]
    OutOfRange,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_back_as_it_was_printed() {
        for n in [1, 123, 999_999, 1_000_000, LARGEST] {
            let no = DeviceNo::new(n).unwrap();
            assert_eq!(no.to_string().parse(), Ok(no));
            assert_eq!(DeviceNo::from_san_uri(&no.san_uri()), Ok(no));
        }
    }

    #[test]
    fn a_number_is_read_as_people_type_it() {
        for text in [
            "DEV-000004",
            "dev-000004",
            "4",
            "000004",
            " 4 ",
            "DEV4",
            "dev-4",
            "ＤＥＶ－０００００４",
            "DEV−000 004",
            "ＤＥＶー４",
        ] {
            assert_eq!(DeviceNo::typed(text).map(DeviceNo::number), Ok(4), "{text}");
        }
        for text in ["", "DEV-", "-4", "DEV--4", "T-4", "DEV-4a", "四", "4\u{202e}", "DEV-④", "+4", "4.0"] {
            assert_eq!(DeviceNo::typed(text), Err(DeviceNoRefusal::Malformed), "{text:?}");
        }
        for text in ["0", "DEV-0", "1272200001", "99999999999999999999"] {
            assert_eq!(DeviceNo::typed(text), Err(DeviceNoRefusal::OutOfRange), "{text}");
        }
    }

    #[test]
    fn a_second_spelling_of_a_number_is_refused() {
        for text in ["DEV-1", "dev-000001", "DEV-0000001", "DEV-00000１", " DEV-000001", "DEV-000001\n"] {
            assert_eq!(text.parse::<DeviceNo>(), Err(DeviceNoRefusal::Malformed), "{text:?}");
        }
        assert_eq!("DEV-000000".parse::<DeviceNo>(), Err(DeviceNoRefusal::OutOfRange));
    }
}
