//! The CAs a gateway trusts, and the numbers of their lists.

use certs::{AuthorityCert, Fingerprint, Timestamp};
use registry::change::{AuthorityState, Hanging};

use super::word;
use crate::database::{Row, Transaction, Versioned};
use crate::refusal::Unavailable;
use crate::sign::read_certificate_pem;

/// A certificate of our own hierarchy.
#[derive(Clone, Debug)]
pub struct Authority {
    /// SHA-256 of its DER.
    pub fingerprint: Fingerprint,
    /// Which of the two.
    pub kind: AuthorityKind,
    /// Its PEM.
    pub pem: String,
}

/// Root or issuing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AuthorityKind {
    /// Kept apart from daily work.
    Root,
    /// Signs device certificates.
    Issuing,
}

impl AuthorityKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Issuing => "issuing",
        }
    }
}

/// Writes one whose lists up to this number were signed already.
pub(crate) async fn write(tx: &mut Versioned, authority: &Authority, first_list: i64) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO authorities (fingerprint, kind, state, certificate, crl_number, version) \
         VALUES ($1, $2, 'active', $3, $4, $5)",
        [
            authority.fingerprint.to_string().into(),
            authority.kind.as_str().into(),
            authority.pem.as_str().into(),
            first_list.into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// The certificates of all of them, PEM as they stand.
pub(crate) async fn pems(tx: &mut Transaction) -> Result<Vec<String>, Unavailable> {
    let rows = tx.rows("SELECT certificate FROM authorities", []).await?;
    rows.iter().map(|row| row.text("certificate")).collect()
}

/// The authority that has this one's name, where there is one.
pub(crate) async fn same_name(tx: &mut Transaction, one: &AuthorityCert) -> Result<Option<Fingerprint>, Unavailable> {
    for row in tx.rows("SELECT certificate FROM authorities", []).await? {
        let known = certificate(&row)?;
        if known.subject() == one.subject() {
            return Ok(Some(known.fingerprint()));
        }
    }
    Ok(None)
}

/// The issuing CAs in use.
pub(crate) async fn issuing_in_use(tx: &mut Transaction) -> Result<Vec<AuthorityCert>, Unavailable> {
    let question = "SELECT certificate FROM authorities WHERE kind = 'issuing' AND state = 'active'";
    tx.rows(question, []).await?.iter().map(certificate).collect()
}

/// The state of an issuing CA; `None` of one that there is not.
pub(crate) async fn state(tx: &mut Transaction, issuer: &Fingerprint) -> Result<Option<AuthorityState>, Unavailable> {
    let row = tx
        .row("SELECT state FROM authorities WHERE fingerprint = $1 AND kind = 'issuing'", [issuer.to_string().into()])
        .await?;
    row.map(|row| word(&row.text("state")?)).transpose()
}

/// What hangs on an issuing CA at this moment.
pub(crate) async fn hanging(
    tx: &mut Transaction,
    issuer: &Fingerprint,
    now: Timestamp,
) -> Result<Option<Hanging>, Unavailable> {
    let row = tx
        .row(
            "SELECT (SELECT count(*) FROM certificates WHERE issuer = $1 AND not_after >= $2 \
             AND (state IN ('intended', 'issued') OR (state = 'superseded' AND superseded_from > $2))) AS in_use, \
             (SELECT count(*) FROM authorities WHERE kind = 'issuing' AND state = 'active' \
             AND fingerprint <> $1) AS others",
            [issuer.to_string().into(), now.unix().into()],
        )
        .await?;
    let read = |row: Row| {
        Ok(Hanging {
            in_use: row.int("in_use")?.unsigned_abs(),
            others: usize::try_from(row.int("others")?).unwrap_or_default(),
        })
    };
    row.map(read).transpose()
}

/// It comes into this state.
pub(crate) async fn write_state(
    tx: &mut Versioned,
    fingerprint: &str,
    state: AuthorityState,
) -> Result<(), Unavailable> {
    let statement = "UPDATE authorities SET state = $2, version = $3 WHERE fingerprint = $1";
    tx.run(statement, [fingerprint.into(), state.as_str().into(), tx.version().into()]).await.map(drop)
}

/// Takes the next number for a list, above any it had and above `floor`; `None` where there is no such authority.
pub(crate) async fn next_list(tx: &mut Versioned, name: &str, floor: u64) -> Result<Option<u64>, Unavailable> {
    let floor = i64::try_from(floor).unwrap_or(i64::MAX - 1);
    let row = tx
        .row(
            "UPDATE authorities SET crl_number = 1 + CASE WHEN crl_number < $2 THEN $2 ELSE crl_number END, \
             version = $3 WHERE fingerprint = $1 RETURNING crl_number",
            [name.into(), floor.into(), tx.version().into()],
        )
        .await?;
    row.map(|row| Ok(row.int("crl_number")?.unsigned_abs())).transpose()
}

/// The number of its last list; `None` where there is no such authority.
pub(crate) async fn last_list(tx: &mut Transaction, issuer: &str) -> Result<Option<i64>, Unavailable> {
    let row = tx.row("SELECT crl_number FROM authorities WHERE fingerprint = $1", [issuer.into()]).await?;
    row.map(|row| row.int("crl_number")).transpose()
}

/// A list of this number was published.
pub(crate) async fn raise_list(tx: &mut Versioned, issuer: &str, number: i64) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE authorities SET crl_number = $2, version = $3 WHERE fingerprint = $1 AND crl_number < $2",
        [issuer.into(), number.into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// The issuing CAs that sign, each with its fingerprint.
pub(crate) async fn signing(tx: &mut Transaction) -> Result<Vec<(String, AuthorityCert)>, Unavailable> {
    let signing = "SELECT fingerprint, certificate FROM authorities WHERE kind = 'issuing' AND state = 'active'";
    tx.rows(signing, []).await?.iter().map(|row| Ok((row.text("fingerprint")?, certificate(row)?))).collect()
}

/// The certificate in a row of authorities.
pub(crate) fn certificate(row: &Row) -> Result<AuthorityCert, Unavailable> {
    let corrupt = |why: String| Unavailable::Corrupt(format!("authorities: {why}"));
    let der = read_certificate_pem(&row.text("certificate")?).map_err(|why| corrupt(why.to_string()))?;
    AuthorityCert::read(&der).map_err(|why| corrupt(why.to_string()))
}
