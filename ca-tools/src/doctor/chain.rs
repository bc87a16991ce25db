//! The chain of events, the journal, and the versions that hang on them.

use super::finding::Finding;
use crate::acts::{Unavailable, Writer};
use crate::audit;
use crate::language::Text;

/// Tables whose rows carry the version of the change that wrote them.
const NEWEST: &str = "SELECT MAX(newest) AS newest FROM (\
    SELECT MAX(version) AS newest FROM offices UNION ALL SELECT MAX(version) FROM system_users \
    UNION ALL SELECT MAX(version) FROM devices UNION ALL SELECT MAX(version) FROM device_users \
    UNION ALL SELECT MAX(version) FROM certificates UNION ALL SELECT MAX(version) FROM rooms \
    UNION ALL SELECT MAX(version) FROM invitations UNION ALL SELECT MAX(version) FROM authorities \
    UNION ALL SELECT MAX(version) FROM applications UNION ALL SELECT MAX(version) FROM office_contacts \
    UNION ALL SELECT MAX(version) FROM tickets UNION ALL SELECT MAX(version) FROM loss_codes \
    UNION ALL SELECT MAX(version) FROM mails UNION ALL SELECT MAX(version) FROM first_uses \
    UNION ALL SELECT MAX(version) FROM renewal_notices UNION ALL SELECT MAX(version) FROM emergencies) AS rows";

pub(super) async fn examine(writer: &Writer) -> Result<Vec<Finding>, Unavailable> {
    let whole = audit::whole(writer).await?;
    let wrong = whole.troubles.into_iter().map(|found| Finding::wrong(found.code, found.subject, found.text));
    let noticed = whole.notices.into_iter().map(|found| Finding::notice(found.code, found.subject, found.text));
    let mut findings: Vec<_> = wrong.chain(noticed).collect();
    let version = writer.ledger().version().await?;
    let newest = writer.read().await?.row(NEWEST, []).await?;
    let newest = newest.map_or(Ok(None), |row| row.maybe_int("newest"))?.unwrap_or_default();
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
