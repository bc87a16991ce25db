//! The commands as people type them, and what they are told.

mod endless;
mod examples;
mod exported;
mod found;
mod imported;
mod many;
mod proven;
mod rooms;
mod secrets;
mod tables;
mod typed;
mod typed_by_hand;
mod unread;
mod wrong_use;
