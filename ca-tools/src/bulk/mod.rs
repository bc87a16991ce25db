//! Many at once: a table of offices, people, devices, rooms or invitations becomes what an act writes, or all that is wrong
//! with it, cell by cell.
//!
//! `column` says which columns a table of each kind has, `head` finds them, `read` reads the rows below; each cell is judged as
//! it is on a form. What the registry says of a row is told at the same cell by `refused`.

mod column;
mod head;
mod noun;
mod read;
mod refused;

pub(crate) use noun::Noun;
pub(crate) use read::{Bulk, read};
pub(crate) use refused::refused;

#[cfg(test)]
mod tests;
