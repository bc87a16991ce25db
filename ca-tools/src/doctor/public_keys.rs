//! Does any public key have two certificates, or none that is written down?

use super::finding::Finding;
use crate::acts::{Unavailable, Writer};
use crate::language::Text;

/// Keys with more than one certificate, of one device or of two, one of them in use.
const TWICE: &str = "SELECT key_print, MIN(serial) AS one, MAX(serial) AS other, COUNT(DISTINCT device) AS devices \
    FROM certificates WHERE key_print IS NOT NULL GROUP BY key_print \
    HAVING COUNT(*) > 1 AND MAX(CASE WHEN state = 'issued' THEN 1 ELSE 0 END) = 1 ORDER BY key_print";
/// Certificates whose key the writer could not write down when it opened the registry.
const UNKNOWN: &str =
    "SELECT serial FROM certificates WHERE certificate IS NOT NULL AND key_print IS NULL ORDER BY serial";

pub(super) async fn examine(writer: &Writer) -> Result<Vec<Finding>, Unavailable> {
    let mut tx = writer.read().await?;
    let mut findings = Vec::new();
    for row in tx.rows(TWICE, []).await? {
        let (one, other) = (row.text("one")?, row.text("other")?);
        let two = row.int("devices")? > 1;
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
    for row in tx.rows(UNKNOWN, []).await? {
        let serial = row.text("serial")?;
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
