//! The gateway's own paths that pages lead to.

/// The path of the password page.
pub(super) const PASSWORD: &str = "/.gateway/password";
/// The path of the login page.
pub(super) const LOGIN: &str = "/.gateway/login";
/// The path that asks whether one wants to log out.
pub(super) const LOGOUT: &str = "/.gateway/logout";
/// The path of the page that says whether this device is in order.
pub(super) const CHECK: &str = "/.gateway/check";
