//! Who gets in: the device by its certificate, the person by their password, and the session that joins the two.

mod both_factors;
mod certificates;
mod concurrent_use;
mod given_up;
mod login_timing;
mod password;
mod returning;
mod sessions_attacked;
