//! Offices: whether there is one, its state, whom its letters reach.

use registry::{OfficeNo, OfficeState};

use super::mail::Contact;
use super::word;
use crate::database::Transaction;
use crate::refusal::{Kind, Refusal, Unavailable};

/// The state of an office.
///
/// # Errors
/// There is none of that number.
pub(crate) async fn state(tx: &mut Transaction, office: &OfficeNo) -> Result<OfficeState, Refusal> {
    let row = tx.row("SELECT state FROM offices WHERE office = $1", [office.as_str().into()]).await?;
    let row = row.ok_or_else(|| Refusal::Unknown(Kind::Office, office.to_string()))?;
    Ok(word(&row.text("state")?)?)
}

/// Whether there is, or was, an office of that number.
pub(crate) async fn is_taken(tx: &mut Transaction, office: &OfficeNo) -> Result<bool, Unavailable> {
    Ok(tx.row("SELECT office FROM offices WHERE office = $1", [office.as_str().into()]).await?.is_some())
}

/// Whom its letters reach; `None` of one that there is not.
pub(crate) async fn contact(tx: &mut Transaction, office: &OfficeNo) -> Result<Option<Contact>, Unavailable> {
    let row = tx.row("SELECT name, contact, mail FROM offices WHERE office = $1", [office.as_str().into()]).await?;
    row.map(|row| Ok(Contact { mail: row.text("mail")?, office: row.text("name")?, contact: row.text("contact")? }))
        .transpose()
}

/// The registered ones: numbers and names.
pub(crate) async fn registered(tx: &mut Transaction) -> Result<Vec<(String, String)>, Unavailable> {
    let question = "SELECT office, name FROM offices WHERE state = 'registered' ORDER BY office";
    tx.rows(question, []).await?.iter().map(|row| Ok((row.text("office")?, row.text("name")?))).collect()
}
