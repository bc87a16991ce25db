//! What the access log keeps of everybody, whatever is sent.

mod folding;
mod session_ends;
mod sights;
