//! The chain of events, the journal, and the versions that hang on them.

use super::finding::Finding;
use crate::acts::Writer;
use crate::audit;
use crate::language::Text;
use crate::refusal::Unavailable;

pub(super) async fn examine(writer: &Writer) -> Result<Vec<Finding>, Unavailable> {
    let whole = audit::whole(writer).await?;
    let wrong = whole.troubles.into_iter().map(|found| Finding::wrong(found.code, found.subject, found.text));
    let noticed = whole.notices.into_iter().map(|found| Finding::notice(found.code, found.subject, found.text));
    let mut findings: Vec<_> = wrong.chain(noticed).collect();
    let version = writer.ledger().version().await?;
    let newest = writer.ledger().newest_row().await?;
    if newest > version {
        findings.push(Finding::wrong(
            "row_from_nowhere",
            newest.to_string(),
            Text::new(
                format!("台帳の版（{version}）より新しい行（{newest}）があります。ほかの手段で書き換えられています。控えから戻してください。"),
                format!("a row says version {newest}, the registry {version}: something else wrote here; restore a backup"),
            ),
        ));
    }
    Ok(findings)
}
