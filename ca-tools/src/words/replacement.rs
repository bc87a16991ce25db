//! A device that does not take another's place.

use crate::language::Text;
use crate::refusal::ReplacementRefusal;

/// With what operators type next.
pub(super) fn for_operators(refusal: &ReplacementRefusal) -> Text {
    match refusal {
        ReplacementRefusal::Already(old, new) => Text::new(
            format!("{old} はすでに {new} に入れ替えられています。電子証明書は {new} のものを更新してください。"),
            format!("{new} has taken the place of {old}: renew the certificate of {new}"),
        ),
        ReplacementRefusal::Nothing(old, new) => Text::new(
            format!(
                "{old} には使用中の電子証明書がなく、入れ替えるものがありません。新しい端末には cert issue --device {new} で発行してください。"
            ),
            format!("{old} has no certificate in use, there is nothing to replace: use cert issue --device {new}"),
        ),
        ReplacementRefusal::OtherOffice(old, new) => Text::new(
            format!("{new} は {old} と別の事業所の端末です。同じ事業所の、承認済みの端末を --to に指定してください。"),
            format!("{new} is of another office than {old}: name an approved device of the same office with --to"),
        ),
    }
}

/// With what people can do themselves.
pub(super) fn for_people(refusal: &ReplacementRefusal) -> Text {
    match refusal {
        ReplacementRefusal::Already(old, new) => Text::new(
            format!("{old} は、すでに {new} に入れ替えられています。{new} をお使いください。"),
            format!("{new} has taken the place of {old}: use {new}"),
        ),
        ReplacementRefusal::Nothing(old, _) => Text::new(
            format!("{old} には使用中の電子証明書がなく、入れ替えるものがありません。柏市へご連絡ください。"),
            format!("{old} has no certificate in use, there is nothing to replace: call the city"),
        ),
        ReplacementRefusal::OtherOffice(old, new) => Text::new(
            format!("{new} は {old} と別の事業所の端末です。同じ事業所の端末を選んでください。"),
            format!("{new} is of another office than {old}: choose a device of the same office"),
        ),
    }
}
