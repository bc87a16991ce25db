//! The desk behind the gateway: whom it believes, and what the two tell each other.

pub(crate) mod assertion;
mod console;
mod console_large;
mod console_looking;
mod hours;
mod jwks;
mod office;
mod office_languages;
mod public_flood;
mod receipts;
pub(crate) mod report;
pub(crate) mod reports;
