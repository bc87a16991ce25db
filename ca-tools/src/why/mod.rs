//! Why does a caller not get in, and what is said to them? One screen for whoever answers the telephone.
//!
//! ```text
//! typed ──► ask ──► what was told, how device, office and person stand now
//!                      │
//!                      ▼
//!           standing ──► does this reason hold still?  ──► story: what they saw, why, since when, until when,
//!                                                          the sentence to tell them, the act that mends it
//! ```
//! `ask` waits for the registry; everything else decides, and waits for nothing. The words of what the caller saw are those
//! of the gateway's page (`pages::refusals`).

mod about;
mod ask;
mod mend;
mod not_answered;
mod sentence;
mod sentence_device;
mod sentence_person;
#[cfg(test)]
mod speed_tests;
mod standing;
mod story;
#[cfg(test)]
mod tests;
mod typed;

pub(crate) use about::{Answer, Login, Met, Within};
pub(crate) use ask::{DAYS, ask};
pub(crate) use mend::Mend;
pub(crate) use not_answered::NotAnswered;
pub(crate) use story::Story;

pub(crate) use crate::ledger::Counted;
