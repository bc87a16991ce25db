//! What people are told where they can do nothing themselves: whom to ask, or to come again.

use crate::language::Text;

/// What only the city's own operators do.
pub(super) fn by_the_city() -> Text {
    Text::new("この手続きは、ここではできません。柏市へご連絡ください。", "this cannot be done here: call the city")
}

/// Something of the house does not work.
pub(super) fn not_now() -> Text {
    Text::new(
        "ただいま手続きを受け付けられません。しばらくしてから、もう一度お試しください。続くときは、柏市へご連絡ください。",
        "this cannot be done just now: try again in a while, and call the city if it goes on",
    )
}
