//! A certificate that is not followed by the next one.

use crate::language::Text;
use crate::refusal::RenewalRefusal;

/// With what operators type next.
pub(super) fn for_operators(refusal: &RenewalRefusal) -> Text {
    match refusal {
        RenewalRefusal::Emergency(device, serial) => Text::new(
            format!(
                "{device} の電子証明書（シリアル番号 {serial}）は緊急用（72時間）で、更新できません。使い続けるときは、取得申請・検査・承認のあと、ticket issue または cert issue で発行してください。"
            ),
            format!(
                "the certificate of {device} (serial {serial}) is for an emergency and is not renewed: apply, inspect, approve, then ticket issue or cert issue"
            ),
        ),
        RenewalRefusal::Shortened(device, serial) => Text::new(
            format!(
                "{device} の電子証明書（シリアル番号 {serial}）は、標準より短い期限で発行されています。更新すると元より長く使えるようになるため、職員が --why で理由を指定したときだけ更新できます。"
            ),
            format!(
                "the certificate of {device} (serial {serial}) was made shorter than the profile gives: an operator renews it, and says why with --why"
            ),
        ),
    }
}

/// With what people can do themselves.
pub(super) fn for_people(refusal: &RenewalRefusal) -> Text {
    match refusal {
        RenewalRefusal::Emergency(..) | RenewalRefusal::Shortened(..) => Text::new(
            "この電子証明書は、緊急用など、短い期限で発行されたものです。ここでは更新できません。\
             使い続けるときは、カシワニネット担当者が取得申請をしてください。",
            "this certificate was made for a short time, as for an emergency, and is not renewed here: to go on with the \
             device, the office's contact applies for it",
        ),
    }
}
