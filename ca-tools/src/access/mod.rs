//! What do the gateways' lines say of somebody: what was reached, and who did what when?
//!
//! ```text
//! asked ──► pass ──► reached ──► seal       what a device, a person or an office reached, for an incident
//!              └───► row ──────► report     lines as people review them, with names (access, maintenance)
//! ```
//! The files are on the gateway's machine, and a command is given them; the console has the lines that the desk was told
//! (logins and refusals) and the extracts that a command sealed.

mod ask;
mod asked;
mod extract_report;
mod named;
mod paper;
mod pass;
mod reached;
mod report;
mod row;
mod seal;
#[cfg(test)]
mod tests;

pub(crate) use ask::{extract_of, paper_of};
pub(crate) use asked::{AccessAsked, AccessWhom};
pub(crate) use extract_report::extract_report;
pub(crate) use pass::{LogFiles, NoLog, ReadChain};
pub(crate) use report::{AccessRows, MaintenanceAsked, access_report, maintenance_report};
pub(crate) use seal::{Extract, ExtractFor};
