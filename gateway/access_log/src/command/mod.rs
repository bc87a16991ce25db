//! What people ask of the log: `gateway log verify` and `gateway log show`.

mod checkpoints;
mod ended;
mod files;
mod filter;
mod follow;
mod gateways;
mod row;
mod show;
mod since;
#[cfg(test)]
mod tests;
mod verify;

use std::process::ExitCode;

pub use gateways::{Checked, GatewayLog, WrittenBy, written_by};
pub use show::ShowArgs;
pub use verify::{ReadLine, VerifyArgs};

/// `gateway log …`
#[derive(Debug, clap::Subcommand)]
pub enum LogCommand {
    /// Find changed, dropped, inserted, moved and cut-off lines, and requests without an end
    Verify(VerifyArgs),
    /// Show the lines as a table for people
    Show(ShowArgs),
}

impl LogCommand {
    /// Runs it on the standard streams. 0 done and sound, 1 broken, 2 wrong use.
    #[must_use]
    pub fn run(&self) -> ExitCode {
        let (mut out, mut errors) = (std::io::stdout().lock(), std::io::stderr().lock());
        let code = match self {
            Self::Verify(args) => verify::run(args, &mut out, &mut errors),
            Self::Show(args) => show::run(args, &mut out, &mut errors),
        };
        ExitCode::from(code)
    }
}

/// Nothing to complain of.
const DONE: u8 = 0;
/// Not as it was written.
const BROKEN: u8 = 1;
/// A file or an option that cannot be used.
const WRONG_USE: u8 = 2;
