//! Why was somebody refused? In the words of the page that they saw, with its code.

use pages::Language;
use pages::refusals::Reason;

use crate::language::Text;

/// The reason that an access line gives by this word; a word of another release as it is.
pub(crate) fn refused_as(reason: &str) -> Text {
    match Reason::read(reason, None) {
        Some(read) => {
            let said = |language| format!("{}（{}）", read.heading(language).trim_end_matches('。'), read.code());
            Text::new(said(Language::Japanese), said(Language::English))
        }
        None => Text::new(reason, reason),
    }
}
