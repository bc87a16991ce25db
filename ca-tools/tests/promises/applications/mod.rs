//! From a form to what it asks for, by whichever way it comes.

mod csv;
pub(crate) mod form;
mod named;
mod web;
