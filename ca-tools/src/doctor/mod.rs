//! Is the house sound? What is wrong, where, and what to do about it.
//!
//! `chain` walks the events, `emergency` what was only for a while, `state` the rows, `certificate` each certificate against its row,
//! `files` the CA's own, `issuers` those of each issuing CA, `lists` what they published; `finding` is what any of them says.

mod certificate;
mod chain;
mod emergency;
mod files;
mod finding;
mod issuers;
mod lists;
mod state;

use certs::Timestamp;

pub use finding::{Finding, Severity};

use crate::config::Config;
use crate::writer::{Unavailable, Writer};

/// Looks everywhere.
///
/// # Errors
/// The registry does not answer.
pub async fn examine(writer: &Writer, config: &Config, now: Timestamp) -> Result<Vec<Finding>, Unavailable> {
    let mut findings = chain::examine(writer).await?;
    findings.extend(state::examine(writer).await?);
    findings.extend(emergency::examine(writer, now).await?);
    findings.extend(certificate::examine(writer).await?);
    findings.extend(files::examine(writer, &config.authority, now).await?);
    Ok(findings)
}
