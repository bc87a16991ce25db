//! An issuing CA that does not sign.

use crate::language::Text;
use crate::refusal::IssuerRefusal;

/// With what operators type next.
pub(super) fn for_operators(refusal: &IssuerRefusal) -> Text {
    match refusal {
        IssuerRefusal::NoneInUse => Text::new(
            "台帳に、使用中の発行認証局がありません。ca list で確かめてください。",
            "the registry knows no issuing CA in use: look at ca list",
        ),
        IssuerRefusal::NotOne(issuer) => Text::new(
            format!("{issuer} は、この台帳の発行認証局ではありません。ca list で拇印を確かめてください。"),
            format!("{issuer} is no issuing CA of this registry: look at ca list"),
        ),
        IssuerRefusal::Retired(issuer) => Text::new(
            format!("発行認証局 {issuer} は使用終了のため、発行できません。もう一度実行してください。"),
            format!("the issuing CA {issuer} was retired and signs nothing: run this again"),
        ),
        IssuerRefusal::SameName(issuer) => Text::new(
            format!("同じ名前の認証局がすでにあります（{issuer}）。--name を別の名前にしてください。"),
            format!("there is an authority of this name already ({issuer}): give another --name"),
        ),
    }
}

/// With what people can do themselves.
pub(super) fn for_people(refusal: &IssuerRefusal) -> Text {
    match refusal {
        IssuerRefusal::NoneInUse
        | IssuerRefusal::NotOne(_)
        | IssuerRefusal::Retired(_)
        | IssuerRefusal::SameName(_) => Text::new(
            "ただいま電子証明書を発行できません。しばらくしてから、もう一度お試しください。続くときは、柏市へご連絡ください。",
            "no certificate can be made just now: try again in a while, and call the city if it goes on",
        ),
    }
}
