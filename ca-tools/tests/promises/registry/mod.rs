//! What is written is written whole, is kept in order, and is found out if it was not the writer who wrote.

mod audit_chain;
mod audit_index;
mod change;
mod closed_way;
mod consequence;
mod histories;
mod journal;
mod restored;
mod retention;
mod room_kept;
mod server_words;
mod sound;
mod timelines;
mod undone;
