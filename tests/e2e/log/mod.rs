//! What the access log keeps of everybody, whatever is sent.

mod ended;
mod folding;
mod session_ends;
mod sights;
