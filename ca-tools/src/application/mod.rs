//! Applications (申請・届出): what a form says, what is wrong with it, and what may become of it.
//!
//! ```text
//! text fields ──► form ──► Form, or all its Mistakes        (web, command line and CSV alike)
//!                 step ──► received → inspected → approved, or rejected
//! ```
//! Everything here decides and nothing waits: `writer::application` keeps what was decided, `desk::apply`
//! and `command::application` are the ways in. `reading` collects mistakes, `normal` forgives what a
//! person should not have to care for, `label` says what a field is called, `mailbox` whose an address is.

mod checklist;
mod csv;
mod date;
mod form;
mod kind;
mod label;
mod mailbox;
mod mistake;
mod normal;
mod number;
mod person;
mod pledge;
mod reading;
mod spelled;
mod step;

#[cfg(test)]
mod promises;

pub use checklist::{Item, NoItem, inspected};
pub use csv::{CsvMistake, applications};
pub use date::Day;
pub use form::{
    CertificateForm, Changed, Deletion, Detail, Facts, FirstRegistration, Form, IdsForm, KnownOffice, Line,
    OfficeChange, OfficeDetails, OfficeNumber, Reason, Rename, office_named,
};
pub(crate) use form::{os, ownership};
pub use kind::{ApplicationState, Channel, Kind, NotInList};
pub use label::{label, named};
pub(crate) use mailbox::Mailbox;
pub use mistake::{Mistake, Mistakes};
pub(crate) use normal::code as plain;
pub use number::{ApplicationNo, NotANumber};
pub use person::{NewPerson, PROFESSIONS};
pub use pledge::{PLEDGE, PLEDGES};
pub use reading::{Fields, MOST_ROWS};
pub(crate) use reading::{mail as address_of, office_no as office_of, row_of};
pub use step::{IllegalStep, Standing, Step};
