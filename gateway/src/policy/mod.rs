//! May they? What is asked for is judged here, before and apart from who asks.

pub mod path;
mod pattern;
pub mod route;
#[cfg(test)]
mod route_tests;
pub mod target;
