//! Which headers may go on, and which never do: in a request, in an answer, in trailers.

mod our_cookies;
mod reserved;
#[cfg(test)]
mod reserved_tests;
mod site_wide;

pub use reserved::{HeaderSanitizer, NotAName, is_reserved};
