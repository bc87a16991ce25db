//! What is said of a certificate, a device, an office.

use pages::Language;
use pages::calendar::day as in_language;
use pages::refusals::Reason;
use registry::{DeviceStage, OfficeState};

use super::sentence::{Circumstances, Sentences};
use crate::calendar::day;
use crate::language::Text;

pub(super) fn wrong_browser() -> Sentences {
    Sentences::of(
        [
            "電子証明書を使えないアプリ（iPhone・iPadでSafari以外、またはLINEなどの中の画面）で開いています。",
            "it was opened in an app that cannot use the certificate: not Safari on an iPhone, or inside LINE",
        ],
        [
            "LINEなどの中の画面ではなく、いつもの画面（iPhoneやiPadでは青い羅針盤の絵の「Safari」）から開いてください。",
            "Please open it not inside LINE or the like but the usual way (on an iPhone or iPad: Safari, the blue compass).",
        ],
    )
}

pub(super) fn no_certificate(reason: Reason, facts: Circumstances<'_>) -> Sentences {
    let never = facts.standing.device.as_ref().is_some_and(|device| device.certificates.is_empty());
    if never {
        return Sentences::of(
            [
                "この端末の電子証明書は、まだ受け取られていません。",
                "the certificate of this device was never picked up",
            ],
            [
                "この端末には、まだ電子証明書が入っていません。担当者の方に届いたメールの手順で入れてください。",
                "There is no certificate on this device yet. Please follow the mail that your contact received.",
            ],
        );
    }
    let why = if reason == Reason::UnknownDevice {
        [
            "柏市の認証局のものですが、台帳にない電子証明書が送られました。",
            "a certificate of ours that the registry does not know",
        ]
    } else {
        ["端末から電子証明書が送られませんでした。", "the device sent no certificate"]
    };
    Sentences::of(
        why,
        [
            "電子証明書が送られてきませんでした。画面を全部閉じて開き直し、「Kashiwani-Net」で始まるものを選んでください。はじめての端末でしたら、先に申し込みが必要です。",
            "No certificate arrived. Please close everything, open it again and choose the one that begins with Kashiwani-Net. A new device is applied for first.",
        ],
    )
}

pub(super) fn foreign() -> Sentences {
    Sentences::of(
        ["国保中央会など、ほかの電子証明書が選ばれました。", "a certificate of somebody else was chosen"],
        [
            "ほかの仕事で使う電子証明書が選ばれていました。画面を全部閉じて開き直し、「Kashiwani-Net」で始まるものを選んでください。",
            "A certificate for something else was chosen. Please close everything, open it again and choose the one that begins with Kashiwani-Net.",
        ],
    )
}

pub(super) fn revoked(facts: Circumstances<'_>) -> Sentences {
    let retired = facts.standing.device.as_ref().is_some_and(|device| device.stage == DeviceStage::Retired);
    let why = if retired {
        ["この端末は使用を終えています。元には戻せません。", "this device is out of use for ever"]
    } else {
        [
            "この端末の電子証明書は失効しています。元には戻せません。",
            "the certificate of this device is revoked for ever",
        ]
    };
    Sentences::of(
        why,
        [
            "この端末の電子証明書は、届け出により使えなくしてあります。これからもお使いになる場合は、担当者の方からお申し込みください。",
            "The certificate of this device was ended on a report. To go on using it, your contact applies for a new one.",
        ],
    )
}

pub(super) fn superseded(facts: Circumstances<'_>) -> Sentences {
    let next = facts.standing.good(facts.now);
    let why = match next {
        Some(next) if next.used => [
            "更新前の古い電子証明書が選ばれました。新しいものは、この端末で使われています。",
            "the old certificate was chosen; the new one has been used",
        ],
        Some(_) => [
            "古い電子証明書は切り替わりましたが、新しいものが使われた記録がありません。",
            "the old certificate is over, and the new one was never used",
        ],
        None => ["古い電子証明書が切り替わりました。", "the old certificate is over"],
    };
    let Some(next) = next else {
        return Sentences::of(
            why,
            [
                "古い電子証明書は使えなくなっています。新しいものをお渡ししますので、担当者の方のメールをご覧ください。",
                "The old certificate is over. You get a new one: please look at your contact's mail.",
            ],
        );
    };
    let mut said = Sentences::of(why, ["", ""]);
    said.tell = Text::new(
        format!(
            "古いほうの電子証明書が選ばれています。画面を全部閉じて開き直し、{}まで使える新しいほうを選んでください。",
            day(next.not_after)
        ),
        format!(
            "The old certificate was chosen. Please close everything, open it again and choose the one that is good until {}.",
            in_language(Language::English, next.not_after)
        ),
    );
    said
}

pub(super) fn suspended(facts: Circumstances<'_>) -> Sentences {
    let held = facts.standing.device.as_ref().and_then(|device| device.held.as_ref());
    if held.is_some_and(|held| held.lost) {
        return Sentences::of(
            ["紛失・盗難の届出により、この端末を止めています。", "this device is on hold: it was reported lost"],
            [
                "この端末は、なくしたという届け出があったので止めてあります。お手元にあると分かりしだい、また使えるようにします。",
                "This device was reported lost and is on hold. As soon as we know that you have it, it can be used again.",
            ],
        );
    }
    Sentences::of(
        ["この端末を一時停止しています。", "this device is on hold"],
        [
            "この端末は、いま止めてあります。止めた訳を確かめて、使ってよければすぐに元に戻します。",
            "This device is on hold. We look why, and lift it at once if it may be used.",
        ],
    )
}

pub(super) fn office(facts: Circumstances<'_>) -> Sentences {
    let over = facts.standing.office().is_some_and(|office| match office.state {
        OfficeState::Withdrawn | OfficeState::Replaced => true,
        OfficeState::Registered | OfficeState::Suspended => false,
    });
    if over {
        return Sentences::of(
            ["この事業所番号での利用は終了しています。", "this office has left, or has another number"],
            [
                "こちらの事業所番号でのご利用は、終わっております。担当者の方にかわっていただけますか。",
                "Use under this office number has ended. May I speak with your contact?",
            ],
        );
    }
    Sentences::of(
        ["この事業所の利用を一時停止しています。", "this office is on hold"],
        [
            "事業所としてのご利用を、いま止めてあります。担当者の方にかわっていただけますか。",
            "Use by your office is on hold. May I speak with your contact?",
        ],
    )
}

pub(super) fn not_approved(facts: Circumstances<'_>) -> Sentences {
    let stage = facts.standing.device.as_ref().map(|device| device.stage);
    match stage {
        Some(DeviceStage::Approved) => Sentences::of(
            ["この端末の承認の期限が切れています。", "the approval of this device has lapsed"],
            [
                "この端末をお使いになれる期限が過ぎています。こちらで確かめて、よければ期限を延ばします。",
                "The time for which this device was approved is over. We look at it, and approve it again if it is good.",
            ],
        ),
        Some(DeviceStage::Rejected) => Sentences::of(
            ["この端末の申請は却下されています。", "the application for this device was turned down"],
            [
                "この端末のお申し込みは、お受けできませんでした。担当者の方に訳をお知らせしてあります。",
                "The application for this device was turned down. Your contact was told why.",
            ],
        ),
        Some(DeviceStage::Applied | DeviceStage::Inspected | DeviceStage::Retired) | None => Sentences::of(
            ["この端末は、検査か承認がまだ済んでいません。", "this device is not inspected, or not approved yet"],
            [
                "この端末は、柏市の確認がまだ終わっていません。終わりましたら、担当者の方にメールでお知らせします。",
                "We have not finished checking this device. When we have, your contact gets a mail.",
            ],
        ),
    }
}

pub(super) fn not_yet_valid(facts: Circumstances<'_>) -> Sentences {
    let mut said = Sentences::of(
        ["電子証明書の有効期間が、まだ始まっていません。", "the certificate's first day has not come"],
        [
            "この端末をお使いになれる日が、まだ来ていません。その日までお待ちください。",
            "The first day of this device has not come. Please wait until then.",
        ],
    );
    if let Some(from) = facts.span.until {
        said.tell = Text::new(
            format!("この端末は、{}からお使いになれます。それまでお待ちください。", day(from)),
            format!("This device can be used from {}. Please wait until then.", in_language(Language::English, from)),
        );
    }
    said
}

pub(super) fn expired(facts: Circumstances<'_>) -> Sentences {
    let mut said = Sentences::of(
        ["この端末の電子証明書は、有効期限が切れています。", "the certificate of this device has expired"],
        [
            "この端末の電子証明書は、期限が切れています。新しいものを受け取る番号をお渡しします。",
            "The certificate of this device has expired. We give you a number for a new one.",
        ],
    );
    if let Some(last) = facts.span.since {
        said.tell = Text::new(
            format!("この端末の電子証明書は、{}で期限が切れました。新しいものをお渡しします。", day(last)),
            format!(
                "The certificate of this device expired on {}. You get a new one.",
                in_language(Language::English, last)
            ),
        );
    }
    said
}
