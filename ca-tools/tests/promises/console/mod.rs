//! What the city's operators are promised in the console.

mod application;
mod audit;
mod by_list;
mod device;
mod export;
mod import;
mod office;
mod operations;
mod person;
mod report;
mod room;
mod ticket;
mod undone;
