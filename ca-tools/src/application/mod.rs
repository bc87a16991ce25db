//! Applications (申請・届出): what a form says, what is wrong with it, and what may become of it.
//!
//! ```text
//! text fields ──► form ──► Form, or all its Mistakes        (web, command line and CSV alike)
//!                 step ──► received → inspected → approved, or rejected
//! ```
//! Everything here decides and nothing waits: `acts::application` keeps what was decided, `desk::apply`
//! and `command::application` are the ways in. `reading` collects mistakes, `label` says what a field is called, `mailbox` whose
//! an address is; how a text is spelled is `crate::spelling`'s to judge.

mod checklist;
mod csv;
mod date;
mod detail;
mod form;
mod kind;
mod label;
mod mailbox;
mod mistake;
mod month;
mod number;
mod person;
mod pledge;
mod profession;
mod reading;
mod spelled;
mod step;

#[cfg(test)]
mod tests;

pub use checklist::{ChecklistItem, Item, NoItem, inspected};
pub(crate) use csv::table_of;
pub use csv::{CsvMistake, applications};
pub use date::Day;
pub use detail::{Detail, Details, OfficeDetails};
pub use form::{
    CertificateForm, Changed, Deletion, Facts, FirstRegistration, Form, IdsForm, KnownOffice, Line, OfficeChange,
    OfficeNumber, Reason, Rename, office_named,
};
pub(crate) use form::{NAME_ENDED, os, ownership};
pub use kind::{ApplicationState, Channel, Kind, NotInList};
pub use label::{fields_of, label, named};
pub(crate) use mailbox::Mailbox;
pub use mistake::{Mistake, Mistakes};
pub use month::{Month, NotAMonth};
pub use number::{ApplicationNo, NotANumber};
pub use person::NewPerson;
pub(crate) use person::same_name;
pub(crate) use pledge::accepted as pledge_accepted;
pub use pledge::{PLEDGE, PLEDGES};
pub use profession::Professions;
pub use reading::{Fields, MOST_ROWS};
pub(crate) use reading::{
    code as code_of, kana as kana_of, login_id as login_of, mail as address_of, name as name_of,
    office_no as office_of, row_of,
};
pub(crate) use step::DAYS_AHEAD;
pub use step::{IllegalStep, Standing, Step};
