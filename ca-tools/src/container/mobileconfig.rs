//! Apple's configuration profile: root, issuing CA and key in one file for iPhone and iPad.
//!
//! The key's password is **not** in it: "the system obfuscates the profile but doesn't encrypt it"
//! (Apple, PKCS12 payload). The phone asks for it.

use certs::{Fingerprint, Timestamp};
use plist::{Dictionary, Value};

use super::contents::{ContainerRefusal, Contents};
use super::file_password::FilePassword;
use super::p12::{P12, p12};
use super::signed::ProfileSigner;

const IDENTIFIER: &str = "jp.kashiwani-net.device";

/// Writes and signs a profile with the device's key (in the compat dialect, which every iOS reads) and the chain.
///
/// # Errors
/// One of the parts could not be written.
pub fn mobileconfig(
    contents: &Contents<'_>,
    password: &FilePassword,
    signer: &ProfileSigner,
    now: Timestamp,
) -> Result<Vec<u8>, ContainerRefusal> {
    let device = contents.issued.device();
    let identifier = format!("{IDENTIFIER}.{device}");
    let key_file = p12(contents, P12::Compat, password)?;
    let mut key = payload("com.apple.security.pkcs12", &format!("{identifier}.key"), contents.issued.common_name());
    key.insert("PayloadCertificateFileName".into(), format!("{device}.p12").into());
    key.insert("PayloadContent".into(), Value::Data(key_file.to_vec()));
    let authorities = [
        ("com.apple.security.root", "root", "カシワニネット ルート認証局", contents.root.der()),
        ("com.apple.security.pkcs1", "issuing", "カシワニネット 端末認証局", contents.issuing.der()),
    ];
    let mut payloads: Vec<Value> = authorities
        .into_iter()
        .map(|(kind, name, title, der)| {
            let mut authority = payload(kind, &format!("{identifier}.{name}"), title);
            authority.insert("PayloadCertificateFileName".into(), format!("{name}.cer").into());
            authority.insert("PayloadContent".into(), Value::Data(der.to_vec()));
            Value::Dictionary(authority)
        })
        .collect();
    payloads.push(Value::Dictionary(key));
    // The same identifier for a device every time: a renewal takes the old certificate's place.
    let mut profile = payload("Configuration", &identifier, &format!("カシワニネット {device}"));
    profile.insert("PayloadContent".into(), Value::Array(payloads));
    profile.insert("PayloadOrganization".into(), "柏市".into());
    let description = "カシワニネットを利用するための証明書です。この端末だけで使えます。";
    profile.insert("PayloadDescription".into(), description.into());
    profile.insert("PayloadScope".into(), "User".into());
    let mut xml = Vec::new();
    plist::to_writer_xml(&mut xml, &Value::Dictionary(profile))
        .map_err(|error| ContainerRefusal::Unwritable(error.to_string()))?;
    signer.sign(&xml, now)
}

/// What every payload says of itself.
fn payload(kind: &str, identifier: &str, title: &str) -> Dictionary {
    let mut payload = Dictionary::new();
    payload.insert("PayloadDisplayName".into(), title.into());
    payload.insert("PayloadIdentifier".into(), identifier.into());
    payload.insert("PayloadType".into(), kind.into());
    payload.insert("PayloadUUID".into(), uuid_of(identifier).into());
    payload.insert("PayloadVersion".into(), 1_i64.into());
    payload
}

/// A UUID made of the identifier (RFC 9562 §5.8, version 8), the same every time.
fn uuid_of(identifier: &str) -> String {
    let mut octets = [0; 16];
    octets.copy_from_slice(&Fingerprint::of(identifier.as_bytes()).as_bytes()[..16]);
    octets[6] = octets[6] & 0x0f | 0x80;
    octets[8] = octets[8] & 0x3f | 0x80;
    let hex = hex::encode_upper(octets);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
