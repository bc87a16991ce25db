//! What the city's operators are promised in the console.

mod device;
mod operations;
mod ticket;
