//! What does each party hold, and who gives way when there is no more room? The decision only: it waits for nothing.

mod give_way;
mod hall;
#[cfg(test)]
mod hall_tests;
mod holdings;
mod lately;
mod networks;
mod patience;
mod places;
mod rates;
mod seats;
mod window;
mod words;

pub use hall::{Bounds, Doing, Full, Gone, Hall, Parting};
pub use holdings::Holdings;
pub use networks::{Network, Networks, source_of};
pub use patience::{Borne, Patience};
pub use places::Places;
pub use rates::{Pace, Rate, Rates};
pub use seats::{Most, NoSeat, Seats, Sitter};
pub use window::Window;
pub use words::{Bound, Folded, Party};
