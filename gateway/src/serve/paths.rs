//! The gateway's own paths that pages lead to.

/// The path of the password page.
pub(super) const PASSWORD: &str = "/.gateway/password";
/// The path of the login page.
pub(super) const LOGIN: &str = "/.gateway/login";
