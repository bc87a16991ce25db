//! A letter that cannot be sealed.

use crate::language::Text;
use crate::letters::SealRefusal;

/// With what operators look at next.
pub(super) fn for_operators(refusal: &SealRefusal) -> Text {
    let ja = match refusal {
        SealRefusal::NoPlace => "メールの封をする鍵の場所が分かりません。authority.directory を確かめてください。",
        SealRefusal::Key(_) => {
            "メールの封をする鍵（authority.directory の mail.key）を使えません。場所と所有者、権限（0600）を確かめてください。"
        }
        SealRefusal::NoRandom => "乱数を作れません。この機器の状態を確かめてください。",
        SealRefusal::Shut => {
            "メールの封を開けられません。mail.key が封をしたときの鍵と違うか、台帳の行が書き換えられています。"
        }
    };
    Text::new(format!("{ja}（{refusal}）"), refusal.to_string())
}

/// What is wrong with the house's own keys is for the house.
pub(super) fn for_people(refusal: &SealRefusal) -> Text {
    match refusal {
        SealRefusal::NoPlace | SealRefusal::Key(_) | SealRefusal::NoRandom | SealRefusal::Shut => super::ask::not_now(),
    }
}
