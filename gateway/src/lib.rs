//! Nothing passes without both factors. The rooms stand in the order in which a request walks them.

pub mod accept;
pub mod budget;
pub mod capacity;
pub mod config;
pub mod deliver;
pub mod device;
pub mod ending;
pub mod gateway;
pub mod guidance;
pub mod headers;
pub mod live;
pub mod login;
pub mod metrics;
pub mod ops;
pub mod policy;
pub mod proxy;
pub mod public;
pub mod refusal;
pub mod replay;
pub mod reports;
pub mod revocation;
pub mod rules;
pub mod run;
pub mod serve;
pub mod session;
pub mod tls;
