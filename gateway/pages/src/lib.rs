//! What do people see, whichever program answers them? One style, one frame, one way to write a date.
//!
//! Both programs link this: the gateway for its refusals, its login and its help, the desk for its forms. It says how a page
//! looks and goes out, and reads what a browser says of its reader; it knows no authority, no registry and no request.
//!
//! `templates/page.html` is the frame of every page: a program's own `layout.html` extends it by its foot. It asks its `frame`
//! for `language()`, `style()` and `heading`, and for the switch of languages for `switch()`.

mod agent;
pub mod calendar;
mod furigana;
mod headers;
mod language;
mod locale;
mod policy;
mod quality;
mod reader;
pub mod refusals;
mod style;
mod system;

pub use agent::{Agent, Browser};
pub use furigana::{furigana, unread, with_readings};
pub use headers::{HTML, PROBLEM, headers};
pub use language::{Language, Text};
pub use locale::{LANGUAGE_COOKIE, LANGUAGE_PATH, Locale, LocaleLink, escaped, switch};
pub use policy::{NO_MARKUP, hash, policy};
pub use reader::Reader;
pub use style::Style;
pub use system::System;
