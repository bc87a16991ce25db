//! Does any public key have two certificates, or none that is written down?

use super::finding::Finding;
use crate::acts::Writer;
use crate::language::Text;
use crate::ledger::CertifiedTwice;
use crate::refusal::Unavailable;

pub(super) async fn examine(writer: &Writer) -> Result<Vec<Finding>, Unavailable> {
    let ledger = writer.ledger();
    let mut findings = Vec::new();
    for CertifiedTwice { one, other, two_devices: two } in ledger.keys_certified_twice().await? {
        let (ja, en) = if two { ("別の端末の", "of two devices") } else { ("同じ端末の", "of one device") };
        let text = Text::new(
            format!(
                "{ja}電子証明書 {one} と {other} が、同じ鍵です。新しい鍵で発行し直し、残ったほうを失効してください（cert renew、cert revoke --serial）。"
            ),
            format!(
                "the certificates {one} and {other} {en} hold the same key: issue anew on another key and revoke what is left"
            ),
        );
        let found = if two { Finding::wrong } else { Finding::notice };
        findings.push(found("key_certified_twice", one, text));
    }
    for serial in ledger.keys_unknown().await? {
        let text = Text::new(
            format!(
                "電子証明書 {serial} の鍵を読めないため、同じ鍵で二重に発行されても気づけません。控えと比べてください。"
            ),
            format!("the key of the certificate {serial} cannot be read: compare the registry with a backup"),
        );
        findings.push(Finding::wrong("key_unknown", serial, text));
    }
    Ok(findings)
}
