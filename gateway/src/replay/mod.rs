//! Who would be locked out? `gateway check --config NEW --replay LOG…`
//!
//! Before a new CA, new policies, routes or a higher TLS floor go live, the lines of the last days say who came in, on which
//! device, where to. Each such combination is judged once more, under the new configuration and the registry as it is now,
//! by the decisions that requests are judged by ([`crate::device::verify`], [`crate::policy::still_holds`], the routes, the
//! host, the TLS floor); there is no second copy of any of them.
//!
//! `combinations` takes them out of millions of lines, `judge` decides, `outlook` adds up by device, person and office, `told`
//! says it to people and programs, `command` waits for files and the registry.

mod combinations;
mod command;
mod judge;
mod outlook;
mod told;

pub use command::{ReplayArgs, run};
