//! How many of what? For metrics (ca-tools/README.md#metrics).

use certs::Timestamp;

use super::Ledger;
use crate::database::{Row, Transaction, Value};
use crate::refusal::Unavailable;
use crate::rows::proposal::standing;

/// Days within which certificates are counted that end.
const WITHIN: [i64; 3] = [7, 30, 90];

/// Numbers under the words they are counted by.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Counts {
    /// Letters that ended, by kind and outcome.
    pub mails: Vec<([String; 2], i64)>,
    /// Letters that wait.
    pub mails_waiting: i64,
    /// Certificates by state; `expired` are those in use past their end.
    pub certificates: Vec<(String, i64)>,
    /// Certificates in use that end within so many days.
    pub expiring: Vec<(i64, i64)>,
    /// Applications by state.
    pub applications: Vec<(String, i64)>,
    /// Certificates that seemed to be on two devices, by what showed it.
    pub clones: Vec<(String, i64)>,
    /// Proposals by state.
    pub proposals: Vec<(String, i64)>,
    /// Acts that a custodian did alone.
    pub broken_glasses: i64,
}

impl Ledger {
    /// Counts what the registry holds.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn tally(&self, now: Timestamp) -> Result<Counts, Unavailable> {
        let mut tx = self.read().await?;
        let mails = tx.rows(
            "SELECT kind, CASE WHEN given_up = 1 THEN 'given_up' ELSE state END AS state, COUNT(*) AS n FROM mails \
                 GROUP BY 1, 2 ORDER BY 1, 2",
            [],
        );
        let (mut ended, mut mails_waiting) = (Vec::new(), 0);
        for row in &mails.await? {
            let (kind, state, n) = (row.text("kind")?, row.text("state")?, row.int("n")?);
            if state == "queued" {
                mails_waiting += n;
            } else {
                ended.push(([kind, state], n));
            }
        }
        let certificates = tx
            .rows(
                "SELECT CASE WHEN state = 'issued' AND not_after < $1 THEN 'expired' ELSE state END AS word, \
                 COUNT(*) AS n FROM certificates GROUP BY 1 ORDER BY 1",
                [now.unix().into()],
            )
            .await?;
        let mut expiring = Vec::new();
        for days in WITHIN {
            let values = [now.unix().into(), now.plus(days * 86_400).unix().into()];
            expiring.push((days, count(&mut tx, ENDING, values).await?));
        }
        let applications =
            tx.rows("SELECT state AS word, COUNT(*) AS n FROM applications GROUP BY state ORDER BY state", []).await?;
        let clones =
            tx.rows("SELECT kind AS word, COUNT(*) AS n FROM suspicions GROUP BY kind ORDER BY kind", []).await?;
        let proposals = tx
            .rows(
                concat!("SELECT ", standing!(), " AS word, COUNT(*) AS n FROM proposals GROUP BY 1 ORDER BY 1"),
                [now.unix().into()],
            )
            .await?;
        let broken_glasses = count(&mut tx, "SELECT COUNT(*) AS n FROM broken_glasses", []).await?;
        Ok(Counts {
            mails: ended,
            mails_waiting,
            certificates: words(&certificates)?,
            expiring,
            applications: words(&applications)?,
            clones: words(&clones)?,
            proposals: words(&proposals)?,
            broken_glasses,
        })
    }
}

const ENDING: &str =
    "SELECT COUNT(*) AS n FROM certificates WHERE state = 'issued' AND not_after >= $1 AND not_after <= $2";

async fn count<const N: usize>(
    tx: &mut Transaction,
    sql: &'static str,
    values: [Value; N],
) -> Result<i64, Unavailable> {
    tx.row(sql, values).await?.map_or(Ok(0), |row| row.int("n"))
}

fn words(rows: &[Row]) -> Result<Vec<(String, i64)>, Unavailable> {
    rows.iter().map(|row| Ok((row.text("word")?, row.int("n")?))).collect()
}
