//! Letters on a device that is out or in again, or whose certificate shows in two places.

use certs::Timestamp;

use super::certificate::named;
use super::facts::{Elsewhere, Hold};
use super::letterhead::{Letterhead, Written, addressed};
use super::{DeviceFacts, OfficeFacts};
use crate::calendar::{day, minute};

const AT_ONCE: &str = "お心当たりがない場合は、すぐに柏市へご連絡ください。";

pub(super) fn on_hold(device: &DeviceFacts, at: i64) -> Written {
    Written::new(
        format!("端末のご利用を一時停止しました（{}）", device.label),
        &[
            addressed(&device.office, &device.contact),
            format!("{}に、次の端末のご利用を一時停止しました。この端末からは、カシワニネットを使えません。", minute(Timestamp::from_unix(at))),
            named(device, None),
            "紛失・盗難の届出があったときなどに、情報を守るために停止します。端末が見つかったときは、柏市へご連絡ください。".to_owned()
                + "確認のうえ、再開します。",
            AT_ONCE.to_owned(),
        ],
    )
}

pub(super) fn resumed(head: &Letterhead<'_>, device: &DeviceFacts, at: i64) -> Written {
    Written::new(
        format!("端末のご利用を再開しました（{}）", device.label),
        &[
            addressed(&device.office, &device.contact),
            format!("{}に、次の端末のご利用を再開しました。", minute(Timestamp::from_unix(at))),
            format!("{}\nカシワニネット：{}", named(device, None), head.links.service),
            "電子証明書を取得済みの端末は、これまでどおりログインしてお使いください。入れ直す必要はありません。\
             まだ取得していない端末は、「電子証明書の取得のご案内」のメールの期限までに取得してください。"
                .to_owned(),
            AT_ONCE.to_owned(),
        ],
    )
}

pub(super) fn approval_ending(office: &OfficeFacts, until: i64, devices: &[String]) -> Written {
    let until = day(Timestamp::from_unix(until));
    Written::new(
        format!("端末の承認の期限のお知らせ（{until}まで）"),
        &[
            addressed(&office.name, &office.contact),
            format!("次の端末は、承認の期限が{until}です。期限を過ぎると、その端末ではカシワニネットを使えなくなります。"),
            devices.join("\n"),
            "これからも使う端末は、現況届で「継続」をお選びください。現況届を出したあとや、お急ぎのときは、柏市へご連絡ください。".to_owned(),
            format!("事業所番号：{}", office.number),
        ],
    )
}

pub(super) fn elsewhere(device: &DeviceFacts, at: i64, (how, hold): (Elsewhere, Hold)) -> Written {
    let (at, label) = (minute(Timestamp::from_unix(at)), &device.label);
    let said = match how {
        Elsewhere::TwoSystems => format!("{at}に、{label}の電子証明書が、登録と異なる種類の端末から使われました。"),
        Elsewhere::TwoNetworks => format!("{at}に、{label}の電子証明書が、2つの異なる場所から交互に使われました。"),
    };
    let held = match hold {
        Hold::Held => "安全のため、この端末のご利用を一時停止しました。確認のうえ、再開します。柏市へご連絡ください。",
        Hold::NotHeld => "",
    };
    Written::new(
        format!("普段と異なるご利用がありました（{label}）"),
        &[addressed(&device.office, &device.contact), said, named(device, None), held.to_owned(), AT_ONCE.to_owned()],
    )
}
