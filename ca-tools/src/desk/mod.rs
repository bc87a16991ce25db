//! The desk: what people do for themselves, asked through the gateway.
//!
//! It has two doors, each a Unix socket or a loopback address. Behind the private one it believes
//! nothing but the gateway's assertion, made for this very request: `believed` asks for one. Through the public one come
//! people whom nobody verified: `visitor` says what is known of them.
//!
//! ```text
//! public door    apply, pickup, lost     whoever comes through the help site
//! private door   office, password        a person with both factors; metrics and reports for the house
//! ```
//! `spoken` says in which language people read, `form` reads what was typed, `page`, `qr` and `words` make what people read, `source` says who counts as one, `meter` how
//! much they did, `pool` bounds the work of hashing and `line` who waits for it, `guesses` how often a source may be wrong,
//! `signing` makes certificates, `seal` closes what is given away and taken back. `state` is what all of it rests on, `router`
//! says which path leads where, `serve` listens, `retention` is what is done by the hour; `once` keeps an answer that must not be
//! made twice.

mod after_end;
mod apply;
mod believed;
mod figures;
mod form;
mod guesses;
mod line;
mod lost;
mod meter;
mod metrics;
mod multipart;
mod office;
mod once;
mod own;
pub(crate) mod page;
mod password;
mod pickup;
mod pool;
mod public;
pub(crate) mod qr;
mod reference;
mod reports;
mod retention;
mod router;
mod seal;
mod serve;
mod signing;
mod source;
mod spoken;
mod state;
#[cfg(test)]
mod tests;
mod visitor;
mod words;

pub use apply::{ApplyKey, KeyFault};
pub(crate) use apply::{Control, Sheet, Shown, fields, rows};
pub(crate) use form::Fields;
pub(crate) use multipart::SentFile;
pub(crate) use office::{
    AnswerLine, Chosen, Person, answers_of, called, chosen, evidence, left, lines, named_of, row_field, with_the_rest,
};
pub(crate) use once::Once;
pub use retention::{Days, keep_hours};
pub use serve::{At, Listeners, ServeRefusal, serve};
pub use signing::Signing;
pub use state::Desk;
pub use words::CityWords;
