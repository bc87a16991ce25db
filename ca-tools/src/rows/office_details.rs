//! The row of an office: each statement that lists the details of an office is made here, from their one table.
//!
//! The text is one for both databases; what it is made of are names of our own.

use std::sync::LazyLock;

use registry::{OfficeNo, OfficeState};

use crate::application::{Detail, OfficeDetails};
use crate::database::{Row, Transaction, Value, Versioned};
use crate::refusal::Unavailable;

/// What an office has beside its number and its details, when it is new.
const BESIDE: [&str; 4] = ["pledge", "state", "application", "version"];

fn details() -> String {
    Detail::ALL.map(Detail::as_str).join(", ")
}

/// The row of an office, with its details and its pledge.
static SELECT: LazyLock<String> =
    LazyLock::new(|| format!("SELECT {}, pledge FROM offices WHERE office = $1", details()));

/// The same, of an office that may still be spoken for.
static SELECT_IN_USE: LazyLock<String> =
    LazyLock::new(|| format!("{} AND state IN ('registered', 'suspended')", *SELECT));

fn insert() -> String {
    let places: Vec<_> = (1..=1 + Detail::ALL.len() + BESIDE.len()).map(|place| format!("${place}")).collect();
    format!("INSERT INTO offices (office, {}, {}) VALUES ({})", details(), BESIDE.join(", "), places.join(", "))
}

fn update() -> String {
    let columns = Detail::ALL.map(Detail::as_str).into_iter().chain(["pledge", "version"]);
    let written: Vec<_> = (2..).zip(columns).map(|(place, column)| format!("{column} = ${place}")).collect();
    format!("UPDATE offices SET {} WHERE office = $1", written.join(", "))
}

/// The details of an office and the version of the pledge it accepted; `None` of one that there is not.
pub(crate) async fn of(
    tx: &mut Transaction,
    office: &OfficeNo,
) -> Result<Option<(OfficeDetails, String)>, Unavailable> {
    let row = tx.row(&SELECT, [office.as_str().into()]).await?;
    row.map(|row| Ok((details_of(&row)?, row.text("pledge")?))).transpose()
}

/// The details of an office that may still be spoken for.
pub(crate) async fn in_use(tx: &mut Transaction, office: &OfficeNo) -> Result<Option<OfficeDetails>, Unavailable> {
    let row = tx.row(&SELECT_IN_USE, [office.as_str().into()]).await?;
    row.map(|row| details_of(&row)).transpose()
}

/// The details of a row.
fn details_of(row: &Row) -> Result<OfficeDetails, Unavailable> {
    OfficeDetails::try_from_fn(|detail| row.text(detail.as_str()))
}

/// Writes the row of a new office.
pub(crate) async fn write_new(
    tx: &mut Versioned,
    office: &OfficeNo,
    application: &str,
    details: OfficeDetails,
    pledge: String,
) -> Result<(), Unavailable> {
    let mut values: Vec<Value> = vec![office.as_str().into()];
    values.extend(details.iter().map(|(_, text)| text.as_str().into()));
    let state = OfficeState::Registered.as_str();
    values.extend([pledge.into(), state.into(), application.into(), tx.version().into()]);
    tx.run_made(insert(), values).await.map(drop)
}

/// Writes what is known of an office now.
pub(crate) async fn write_details(
    tx: &mut Versioned,
    office: &OfficeNo,
    (details, pledge): (OfficeDetails, String),
) -> Result<(), Unavailable> {
    let mut values: Vec<Value> = vec![office.as_str().into()];
    values.extend(details.iter().map(|(_, text)| text.as_str().into()));
    values.extend([pledge.into(), tx.version().into()]);
    tx.run_made(update(), values).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_names_each_detail_once_and_has_a_place_for_each_value() {
        let many = Detail::ALL.len();
        for (statement, last) in
            [(SELECT.clone(), 1), (SELECT_IN_USE.clone(), 1), (insert(), many + 5), (update(), many + 3)]
        {
            let words: Vec<_> =
                statement.split(|sign: char| !(sign.is_ascii_alphanumeric() || "_$".contains(sign))).collect();
            for detail in Detail::ALL {
                assert_eq!(words.iter().filter(|word| **word == detail.as_str()).count(), 1, "{detail}: {statement}");
            }
            let mut places: Vec<usize> = words.iter().filter_map(|word| word.strip_prefix('$')?.parse().ok()).collect();
            places.sort_unstable();
            assert_eq!(places, (1..=last).collect::<Vec<_>>(), "{statement}");
        }
    }
}
