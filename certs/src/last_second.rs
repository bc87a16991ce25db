//! Until when is a certificate good, whoever's it is? A day for whoever has to renew it, and proof of nothing.

use x509_parser::certificate::X509CertificateParser;
use x509_parser::nom::Parser;

use crate::Timestamp;

/// Its last second; nothing of what is no certificate.
#[must_use]
pub fn last_second(der: &[u8]) -> Option<Timestamp> {
    let parsed = X509CertificateParser::new().with_deep_parse_extensions(false).parse(der);
    let (_, certificate) = parsed.ok()?;
    Some(Timestamp::from_unix(certificate.validity().not_after.timestamp()))
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn the_last_second_is_read_of_whoever_s_certificate_and_of_nothing_else() {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["care.example.jp".to_owned()]).unwrap();
        params.not_after = date_time_ymd(2027, 1, 1);
        let certificate = params.self_signed(&key).unwrap();
        assert_eq!(last_second(certificate.der()), Some(Timestamp::from_unix(1_798_761_600)));
        assert_eq!(last_second(b"no certificate"), None);
        assert_eq!(last_second(&[]), None);
    }
}
