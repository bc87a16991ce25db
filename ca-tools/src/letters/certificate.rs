//! Letters on a certificate's way: ready to be taken, in use, near its end, withdrawn (ca-tools/README.md#letters).

use certs::Timestamp;
use registry::change::RevokedReason;

use super::DeviceFacts;
use super::letterhead::{Letterhead, Written, addressed};
use crate::calendar::{day, minute};

pub(super) fn ticket(head: &Letterhead<'_>, device: &DeviceFacts, (number, until): (&str, i64)) -> Written {
    let until = minute(Timestamp::from_unix(until));
    Written::new(
        format!("電子証明書の取得のご案内（{}・{}）", device.office, device.label),
        &[
            addressed(&device.office, &device.contact),
            "お申し込みを承認し、次の端末の電子証明書をご用意しました。".to_owned()
                + &format!("この端末で取得ページを開き、{until}までに取得してください。取得できるのは1回だけです。"),
            format!(
                "端末：{}（{}）\n取得ページ：{help}/pickup?number={number}\n取得用番号：{number}\n手引き（絵つき、印刷できます）：{help}/install",
                device.label,
                device.device,
                help = head.links.help
            ),
            "確認コードは、このメールとは別の方法（電話または書面）でお知らせします。".to_owned(),
            "お心当たりがない場合は、取得ページを開かずに柏市へご連絡ください。".to_owned(),
        ],
    )
}

pub(super) fn after_end(head: &Letterhead<'_>, device: &DeviceFacts, (number, until): (&str, i64)) -> Written {
    let until = minute(Timestamp::from_unix(until));
    Written::new(
        format!("電子証明書の更新のご案内（{}・{}）", device.office, device.label),
        &[
            addressed(&device.office, &device.contact),
            "電子証明書の期限が切れた次の端末から、更新の申込みがありました。".to_owned(),
            format!(
                "端末：{}（{}）\n受け取りのページ：{}/pickup?number={number}\n取得用番号：{number}",
                device.label, device.device, head.links.help
            ),
            format!(
                "この端末で受け取りのページを開き、{until}までに受け取ってください。受け取れるのは1回だけです。\
                 確認コードは、申込みをした画面に表示されています。担当者以外の方が申し込んだときは、その方に取得用番号をお伝えください。"
            ),
            "お心当たりがない場合は、受け取りのページを開かずに柏市へご連絡ください。".to_owned(),
        ],
    )
}

pub(super) fn works(head: &Letterhead<'_>, device: &DeviceFacts, not_after: i64) -> Written {
    Written::new(
        format!("使えるようになりました（{}・{}）", device.office, device.label),
        &[
            addressed(&device.office, &device.contact),
            "次の端末で、新しい電子証明書が使えることを確認しました。カシワニネットをご利用いただけます。".to_owned(),
            format!("{}\nカシワニネット：{}", named(device, Some(not_after)), head.links.service),
            "取得に使ったファイルと、古い電子証明書が端末に残っている場合は、削除してください。".to_owned(),
            "お心当たりがない場合は、すぐに柏市へご連絡ください。".to_owned(),
        ],
    )
}

pub(super) fn renewal(head: &Letterhead<'_>, device: &DeviceFacts, (not_after, days): (i64, i64)) -> Written {
    let left = if days <= 0 { "本日まで".to_owned() } else { format!("あと{days}日") };
    Written::new(
        format!("電子証明書の更新のお願い（{}・{left}）", device.label),
        &[
            addressed(&device.office, &device.contact),
            "次の端末の電子証明書の有効期限が近づいています。期限を過ぎるとログインできなくなります。".to_owned(),
            format!("{}（{left}）", named(device, Some(not_after))),
            "手順は従来と同じです。その端末で次の更新のページを開き、ログインして進んでください。".to_owned()
                + "新しい電子証明書が使えることを確認してから、古いものを削除してください。"
                + "端末を使わなくなった場合は、お知らせください。",
            format!(
                "更新のページ：{}\n案内：{help}/renew\n手引き（絵つき、印刷できます）：{help}/install",
                head.links.office_page("renew"),
                help = head.links.help
            ),
        ],
    )
}

pub(super) fn revoked(head: &Letterhead<'_>, device: &DeviceFacts, (at, reason): (i64, &str)) -> Written {
    let at = minute(Timestamp::from_unix(at));
    // The registry's own word is in the queue; one that is none of today's is shown as it stands.
    let reason = reason
        .parse::<RevokedReason>()
        .map_or_else(|_| reason.to_owned(), |word| crate::language::reason_in_japanese(word).to_owned());
    Written::new(
        format!("電子証明書を無効にしました（{}）", device.label),
        &[
            addressed(&device.office, &device.contact),
            format!("{at}に、次の端末の電子証明書を無効にしました。"),
            format!("{}\n理由：{reason}", named(device, None)),
            format!("引き続きご利用になる場合は、取得申請をお願いします。\n取得申請：{}/apply", head.links.help),
            "お心当たりがない場合は、すぐに柏市へご連絡ください。".to_owned(),
        ],
    )
}

/// 「端末：…（DEV-000001）」, and its certificate's last day.
pub(super) fn named(device: &DeviceFacts, not_after: Option<i64>) -> String {
    let named = format!("端末：{}（{}）", device.label, device.device);
    match not_after {
        Some(end) => format!("{named}\n有効期限：{}", day(Timestamp::from_unix(end))),
        None => named,
    }
}
