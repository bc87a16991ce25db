//! What do the lines of days and years say? One pass over all files of a gateway, rotated ones and the one that is being
//! written, in bounded memory.
//!
//! - [`Wanted`] names what a line must have; most others are passed over unread.
//! - [`LogLine`] is a line that was read: its facts as they stand in the file, nothing copied.
//! - [`GatewayLog::scan`] goes over the files, verifies the chain on the way where that is asked for, names each line that
//!   is broken by file and line, and says where the chain began and ended.
//!
//! ```no_run
//! # fn main() -> Result<(), String> {
//! use access_log::{ChainCheck, GatewayLog, Wanted, whole_log};
//!
//! let files = whole_log("/var/log/gateway/access.log".as_ref()).map_err(|error| error.to_string())?;
//! let wanted = Wanted { device: "DEV-000123".parse().ok(), ..Wanted::default() };
//! for log in GatewayLog::sort(&files, &[])? {
//!     let scanned = log.scan(&wanted, ChainCheck::Verify, &mut |found| {
//!         println!("{}:{}: {:?}", found.file.display(), found.number, found.line.room);
//!     })?;
//!     println!("{} of {} lines; {:?}", scanned.found, scanned.lines, scanned.last);
//! }
//! # Ok(())
//! # }
//! ```

mod line;
mod pass;
#[cfg(test)]
mod tests;
mod wanted;

pub use line::{ForeignText, LogLine};
pub use pass::{ChainCheck, ChainLink, FoundLine, Scanned, whole_log};
pub use wanted::Wanted;
