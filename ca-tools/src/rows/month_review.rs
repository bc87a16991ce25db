//! Who looked at the report of a month.

use certs::Timestamp;
use registry::LoginId;

use crate::application::Month;
use crate::database::{Transaction, Versioned};
use crate::refusal::Unavailable;

/// Who reviewed it, if somebody did.
pub(crate) async fn reviewed_by(tx: &mut Transaction, month: Month) -> Result<Option<String>, Unavailable> {
    let question = "SELECT reviewed_by FROM monthly_reviews WHERE month = $1";
    tx.row(question, [month.to_string().into()]).await?.map(|row| row.text("reviewed_by")).transpose()
}

/// When the registry's first change was.
pub(crate) async fn began(tx: &mut Transaction) -> Result<Option<Timestamp>, Unavailable> {
    let row = tx.row("SELECT MIN(at) AS at FROM events", []).await?;
    Ok(row.map_or(Ok(None), |row| row.maybe_int("at"))?.map(Timestamp::from_unix))
}

/// Keeps who did, what they said, and of which report.
pub(crate) async fn write(
    tx: &mut Versioned,
    month: Month,
    (by, review, digest): (&LoginId, &str, &str),
) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO monthly_reviews (month, reviewed_by, reviewed_at, review, digest, version) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        [
            month.to_string().into(),
            by.as_str().into(),
            tx.at().unix().into(),
            review.into(),
            digest.into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}
