//! Nobody holds more than their share, and nobody keeps another out.

mod bounds;
pub(crate) mod flights;
mod least_speed;
mod octets;
mod places;
mod public_crowd;
mod public_flood;
mod shares;
mod strangers;
mod taken_back;
