//! A lost device: that it was reported, and why it is not stopped or not resumed.

use super::illegal::device_stage;
use crate::language::Text;
use crate::refusal::{Loss, LossRefusal};

/// 「2026-11-22T10:00:00+09:00 に紛失の報告がありました（…）」.
pub(crate) fn reported(loss: &Loss) -> Text {
    let (at, why) = (loss.at, &loss.why);
    let ja = loss.reported_by.as_deref().unwrap_or("記録なし");
    let en = loss.reported_by.as_deref().unwrap_or("not recorded");
    Text::new(
        format!("{at} に紛失の報告がありました（連絡した人：{ja}、受けた職員：{}、理由：{why}）", loss.operator),
        format!("was reported lost at {at} (told by: {en}, recorded by: {}, why: {why})", loss.operator),
    )
}

/// With what operators type next.
pub(super) fn for_operators(refusal: &LossRefusal) -> Text {
    match refusal {
        LossRefusal::AlreadyOut(device, stage) => Text::new(
            format!(
                "{device} は「{}」で、すでに使えません。止めるものがないので、何も変更していません。見られたものは gateway log show --device {device} で調べられます。",
                device_stage(*stage)
            ),
            format!("{device} is {stage} and nothing of it comes in; there is nothing to stop, nothing was changed"),
        ),
        LossRefusal::NeedsWhy(device, loss) => {
            let said = reported(loss);
            Text::new(
                format!(
                    "{device} は{}。再開するには、見つかったことを本人と事業所に確かめ、確かめた内容を --why に書いてください。何も変更していません。",
                    said.ja
                ),
                format!("{device} {}: to resume it, say with --why how it was found; nothing was changed", said.en),
            )
        }
    }
}

/// With what people can do themselves. Who reported it is not theirs to read.
pub(super) fn for_people(refusal: &LossRefusal) -> Text {
    match refusal {
        LossRefusal::AlreadyOut(..) => Text::new(
            "この端末は、すでに使用を終わっています。止めるものはありません。",
            "this device is out of use already: there is nothing to stop",
        ),
        LossRefusal::NeedsWhy(device, _) => Text::new(
            format!("{device} は、紛失・盗難の届けがあり、止まっています。見つかったときは、柏市へご連絡ください。"),
            format!("{device} was reported lost and is on hold: where it was found, call the city"),
        ),
    }
}
