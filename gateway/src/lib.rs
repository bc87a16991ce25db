//! Nothing passes without both factors. The rooms stand in the order in which a request walks them.

pub mod access_log;
pub mod guidance;
pub mod login;
pub mod policy;
pub mod proxy;
pub mod refusal;
pub mod session;
pub mod tls;
