//! Letters on the training (研修会) of a year.

use certs::Timestamp;

use super::OfficeFacts;
use super::letterhead::{Letterhead, Written, addressed};
use crate::calendar::day;

pub(super) fn held(office: &OfficeFacts, year: i64, (on, place): (i64, &str)) -> Written {
    let on = day(Timestamp::from_unix(on));
    let place = if place.is_empty() { String::new() } else { format!("\n場所：{place}") };
    Written::new(
        format!("個人情報保護研修会のご案内（{year}年度）"),
        &[
            addressed(&office.name, &office.contact),
            format!(
                "{year}年度の個人情報保護研修会を、次のとおり開催します。カシワニネットを利用される方は、ご参加ください。"
            ),
            format!("日にち：{on}{place}"),
            "担当者の方から、事業所の利用者の皆さまにお知らせください。参加した方のお名前は、柏市が登録します。"
                .to_owned(),
            format!("事業所番号：{}", office.number),
        ],
    )
}

pub(super) fn missing(head: &Letterhead<'_>, office: &OfficeFacts, year: i64, people: &[String]) -> Written {
    let whom = if head.links.service.is_empty() {
        String::new()
    } else {
        format!("\nうちの事業所のページ：{}", head.links.office_page("training"))
    };
    Written::new(
        format!("個人情報保護研修会をまだ受講していない方について（{year}年度）"),
        &[
            addressed(&office.name, &office.contact),
            format!("{year}年度の個人情報保護研修会について、次の方の受講がまだ登録されていません。"),
            format!("{}{whom}", people.join("\n")),
            "すでに受講されている方がいるときは、お手数ですが柏市へお知らせください。退職・異動された方は、様式1で削除の申請をしてください。".to_owned(),
            format!("事業所番号：{}", office.number),
        ],
    )
}
