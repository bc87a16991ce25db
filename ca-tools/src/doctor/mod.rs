//! Is the house sound? What is wrong, where, and what to do about it.
//!
//! `alone` tells of acts that wait for their review, `chain` walks the events, `contacts` looks for offices that nobody speaks for, `emergency` what was only for a while, `state` the rows, `certificate` each certificate against its row,
//! `public_keys` keys that have two, `gateways` what those follow that read it, `disks` the room that is left, `mail` what nobody
//! got, `files` the CA's own, `issuers` those of each issuing CA, `lists` what they published; `finding` is what any of them says.

mod alone;
mod certificate;
mod chain;
mod contacts;
mod disks;
mod emergency;
mod files;
mod finding;
mod gateways;
mod issuers;
mod lists;
mod mail;
mod public_keys;
mod state;

use certs::Timestamp;

use crate::acts::Writer;
use crate::config::Config;
use crate::refusal::Unavailable;

pub use finding::{Finding, Severity};

/// Looks everywhere.
///
/// # Errors
/// The registry does not answer.
pub async fn examine(writer: &Writer, config: &Config, now: Timestamp) -> Result<Vec<Finding>, Unavailable> {
    let mut findings = chain::examine(writer).await?;
    findings.extend(state::examine(writer).await?);
    findings.extend(emergency::examine(writer, now).await?);
    findings.extend(alone::examine(writer, now).await?);
    findings.extend(contacts::examine(writer).await?);
    findings.extend(certificate::examine(writer).await?);
    findings.extend(public_keys::examine(writer).await?);
    findings.extend(gateways::examine(writer, now).await?);
    findings.extend(disks::examine(writer));
    findings.extend(mail::examine(writer, now).await?);
    findings.extend(files::examine(writer, &config.authority, now).await?);
    Ok(findings)
}
