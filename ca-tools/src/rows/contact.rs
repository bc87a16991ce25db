//! Who speaks for an office.

use registry::{LoginId, OfficeNo};

use crate::database::Transaction;
use crate::refusal::Unavailable;

/// They are named, are still of that office, and in service, and so is it.
const SPEAKS: &str = "SELECT c.login_id FROM office_contacts c JOIN system_users u ON u.login_id = c.login_id \
    AND u.office = c.office JOIN offices o ON o.office = c.office \
    WHERE c.login_id = $1 AND c.office = $2 AND c.state = 'contact' AND u.state = 'active' AND o.state = 'registered'";

/// Whether this person speaks for this office now.
pub(crate) async fn speaks_for(tx: &mut Transaction, person: &LoginId, office: &OfficeNo) -> Result<bool, Unavailable> {
    Ok(tx.row(SPEAKS, [person.as_str().into(), office.as_str().into()]).await?.is_some())
}

/// Whether this ID is one of this office, and not deleted.
pub(crate) async fn is_of(tx: &mut Transaction, login_id: &LoginId, office: &OfficeNo) -> Result<bool, Unavailable> {
    let row = tx
        .row(
            "SELECT login_id FROM system_users WHERE login_id = $1 AND office = $2 AND state <> 'deleted'",
            [login_id.as_str().into(), office.as_str().into()],
        )
        .await?;
    Ok(row.is_some())
}

/// Whether this person is one of this office and in service, and so is it.
pub(crate) async fn serves(tx: &mut Transaction, person: &LoginId, office: &OfficeNo) -> Result<bool, Unavailable> {
    let question = "SELECT u.login_id FROM system_users u JOIN offices o ON o.office = u.office WHERE u.login_id = $1 \
        AND u.office = $2 AND u.state = 'active' AND o.state = 'registered'";
    Ok(tx.row(question, [person.as_str().into(), office.as_str().into()]).await?.is_some())
}
