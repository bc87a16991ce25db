//! How is a text spelled? One answer for every door: pages, files, the command line, and the writer behind them.
//!
//! ```text
//! typed ──► signs ──► normal ──► kept      refused with sign, code point and place; or kept in NFC
//!                         └────► matched   compared in NFKC
//! kept  ──► visible                        what was stored before the rule is shown with its strange signs named
//! typed, kept ──► sought                   found by it, however it is typed
//! yes_no                                   is this a yes?
//! ```

mod normal;
mod signs;
mod sought;
mod visible;
mod yes_no;

#[cfg(test)]
mod tests;

pub(crate) use normal::{code, kept, line, matched};
pub(crate) use signs::Strange;
pub(crate) use sought::sought;
pub(crate) use visible::visible;
pub(crate) use yes_no::{NEITHER, YesNo};
