//! How we speak TLS: 1.3, nothing resumed, nothing early, a certificate asked for and never required here.
//!
//! A refusal inside TLS would be an error page of the browser's, without a word of ours on it. So the
//! handshake accepts any certificate whose key the far end proves to hold, and HTTP says what is wrong with it.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::NoServerSessionStorage;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, NamedGroup, ServerConfig, SignatureScheme};

/// Certificates a client may send; a device of ours sends two or three.
const LONGEST_CHAIN: usize = 4;
/// Octets in all of them.
const LARGEST_CHAIN: usize = 16 << 10;

/// Whether a site asks for a client certificate.
#[derive(Debug)]
pub enum ClientAuth {
    /// Asks, and hints these CA names (RFC 8446 §4.2.4): iOS offers only certificates whose direct issuer is named.
    Requested(Vec<DistinguishedName>),
    /// Never asks.
    Off,
}

/// The lowest TLS version a client may speak (MHLW guideline 6.0, 運用編13章⑥).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TlsMinimum {
    /// 1.3, the rule.
    Tls13,
    /// 1.2, the exception, with its reason.
    Tls12 {
        /// Why; written to the log at every start.
        reason: String,
    },
}

/// The groups our provider offers, as they are written in the log.
const GROUPS: [(NamedGroup, &str); 4] = [
    (NamedGroup::X25519MLKEM768, "X25519MLKEM768"),
    (NamedGroup::X25519, "X25519"),
    (NamedGroup::secp256r1, "secp256r1"),
    (NamedGroup::secp384r1, "secp384r1"),
];

/// A key exchange group by the word of the access line.
pub fn group_word(group: NamedGroup) -> &'static str {
    GROUPS.iter().find(|(name, _)| *name == group).map_or("other", |(_, text)| text)
}

/// Whether a client that agreed on this group would find it again.
#[must_use]
pub fn offers_group(word: &str) -> bool {
    provider().kx_groups.iter().any(|group| group_word(group.name()) == word)
}

impl TlsMinimum {
    /// Whether a client that spoke this version, by the word of the access line, still may.
    #[must_use]
    pub fn takes(&self, word: &str) -> bool {
        match self {
            Self::Tls13 => word == "1.3",
            Self::Tls12 { .. } => matches!(word, "1.2" | "1.3"),
        }
    }
}

fn provider() -> CryptoProvider {
    rustls::crypto::aws_lc_rs::default_provider()
}

/// The configuration of one site. Each call makes one that shares nothing with any other.
///
/// # Errors
/// A key that does not fit its certificate, or a provider without the versions asked for.
pub fn server_config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    client_auth: ClientAuth,
    minimum: &TlsMinimum,
) -> Result<ServerConfig, Error> {
    let provider = Arc::new(provider());
    let versions: &[_] = match minimum {
        TlsMinimum::Tls13 => &[&rustls::version::TLS13],
        TlsMinimum::Tls12 { .. } => &[&rustls::version::TLS13, &rustls::version::TLS12],
    };
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(versions)?;
    let mut config = match client_auth {
        ClientAuth::Requested(hints) => builder.with_client_cert_verifier(Arc::new(AnyHolder::new(hints, &provider))),
        ClientAuth::Off => builder.with_no_client_auth(),
    }
    .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.max_early_data_size = 0;
    Ok(config)
}

/// Accepts whoever holds the key of the certificate shown; judges nothing else about it.
#[derive(Debug)]
struct AnyHolder {
    hints: Vec<DistinguishedName>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl AnyHolder {
    fn new(hints: Vec<DistinguishedName>, provider: &CryptoProvider) -> Self {
        Self { hints, algorithms: provider.signature_verification_algorithms }
    }
}

impl ClientCertVerifier for AnyHolder {
    fn offer_client_auth(&self) -> bool {
        true
    }

    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.hints
    }

    fn verify_client_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let octets = leaf.len() + intermediates.iter().map(|der| der.len()).sum::<usize>();
        if intermediates.len() >= LONGEST_CHAIN || octets > LARGEST_CHAIN {
            return Err(Error::InvalidCertificate(rustls::CertificateError::BadEncoding));
        }
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, leaf, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, leaf, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use rustls::crypto::KeyExchangeAlgorithm;
    use rustls::{CipherSuite, SupportedCipherSuite};

    use super::*;

    /// What the guideline for the highest level asks of either version (TLS暗号設定ガイドライン, 高セキュリティ型).
    const SPOKEN: [CipherSuite; 9] = [
        CipherSuite::TLS13_AES_256_GCM_SHA384,
        CipherSuite::TLS13_AES_128_GCM_SHA256,
        CipherSuite::TLS13_CHACHA20_POLY1305_SHA256,
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ];

    #[test]
    fn no_suite_is_spoken_without_authenticated_encryption_and_forward_secrecy() {
        let provider = provider();
        let spoken: Vec<_> = provider.cipher_suites.iter().map(SupportedCipherSuite::suite).collect();
        assert_eq!(spoken, SPOKEN);
        for suite in &provider.cipher_suites {
            match suite {
                // Each key exchange of 1.3 is one of `kx_groups`.
                SupportedCipherSuite::Tls13(_) => {}
                SupportedCipherSuite::Tls12(suite) => assert_eq!(suite.kx, KeyExchangeAlgorithm::ECDHE),
            }
        }
        assert!(provider.kx_groups.iter().all(|group| group_word(group.name()) != "other"));
    }

    #[test]
    fn no_signature_is_taken_over_a_broken_digest() {
        let schemes = AnyHolder::new(Vec::new(), &provider()).supported_verify_schemes();
        assert!(!schemes.is_empty());
        for broken in [SignatureScheme::RSA_PKCS1_SHA1, SignatureScheme::ECDSA_SHA1_Legacy] {
            assert!(!schemes.contains(&broken), "{broken:?}");
        }
    }
}
