//! May they? What is asked for is judged here, before and apart from who asks.

mod authorize;
mod decisions;
pub mod path;
mod pattern;
mod resource;
pub mod route;
#[cfg(test)]
mod route_tests;
mod session_over;
pub mod target;

pub use authorize::{
    AccessRequest, Authorized, Decision, DecisionFacts, Denied, first_of, may_use, open_now, person, still_holds,
    still_there,
};
pub use decisions::Decisions;
pub use resource::Resource;
pub use session_over::{SessionStanding, ended_by_time, session_standing};
