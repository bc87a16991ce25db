//! What does each party hold, and who gives way when there is no more room? The decision only: it waits for nothing.

mod holdings;
mod seats;
mod window;
mod words;

pub use holdings::Holdings;
pub use seats::{Most, NoSeat, Seats, Sitter};
pub use window::Window;
pub use words::{Bound, Folded, Party};
