//! Letters on what is known of an office.

use certs::Timestamp;

use super::OfficeFacts;
use super::letterhead::{Letterhead, Written, addressed};
use crate::calendar::{day, minute};

/// An office's letters go elsewhere from now on.
pub(super) struct MailChange<'a> {
    pub(super) office: &'a str,
    pub(super) contact: &'a str,
    pub(super) before: &'a str,
    pub(super) after: &'a str,
    pub(super) at: i64,
}

pub(super) fn mail_changed(change: &MailChange<'_>) -> Written {
    let MailChange { office, contact, before, after, at } = *change;
    let shown = |address: &str| if address.is_empty() { "（なし）".to_owned() } else { address.to_owned() };
    Written::new(
        "メールアドレスの変更のお知らせ",
        &[
            addressed(office, contact),
            format!("{}に、事業所の登録メールアドレスを変更しました。", minute(Timestamp::from_unix(at))),
            format!("変更前：{}\n変更後：{}", shown(before), shown(after)),
            "このメールは、変更前と変更後の両方のアドレスにお送りしています。これからのお知らせは、変更後のアドレスにお送りします。".to_owned(),
            "お心当たりがない場合は、すぐに柏市へご連絡ください。".to_owned(),
        ],
    )
}

/// Who and what an office is asked about, and until when.
pub(super) struct AskedOf<'a> {
    pub(super) due: i64,
    pub(super) people: &'a [String],
    pub(super) devices: &'a [String],
}

pub(super) fn status_report(head: &Letterhead<'_>, office: &OfficeFacts, asked: &AskedOf<'_>) -> Written {
    let AskedOf { due, people, devices } = *asked;
    let due = day(Timestamp::from_unix(due));
    let listed = |lines: &[String]| if lines.is_empty() { "（なし）".to_owned() } else { lines.join("\n") };
    Written::new(
        format!("現況届のご提出のお願い（{due}まで）"),
        &[
            addressed(&office.name, &office.contact),
            "登録されている利用者と端末について、1件ずつ「継続」か「削除」かをお答えください。".to_owned(),
            "退職・異動された方のIDは、必ず削除をお選びください。".to_owned(),
            how_to_answer(head),
            format!("事業所番号：{}\n提出の期限：{due}", office.number),
            format!("利用者\n{}", listed(people)),
            format!("端末\n{}", listed(devices)),
        ],
    )
}

pub(super) fn on_hold(office: &OfficeFacts, at: i64) -> Written {
    Written::new(
        "事業所のご利用を一時停止しました",
        &[
            addressed(&office.name, &office.contact),
            format!(
                "{}に、次の事業所のご利用を一時停止しました。事業所の利用者と端末は、カシワニネットを使えません。",
                minute(Timestamp::from_unix(at))
            ),
            format!("事業所番号：{}", office.number),
            "IDと電子証明書は、残っています。理由と、再開までにしていただくことは、柏市へお問い合わせください。"
                .to_owned(),
            "お心当たりがない場合は、すぐに柏市へご連絡ください。".to_owned(),
        ],
    )
}

pub(super) fn resumed(head: &Letterhead<'_>, office: &OfficeFacts, at: i64) -> Written {
    Written::new(
        "事業所のご利用を再開しました",
        &[
            addressed(&office.name, &office.contact),
            format!("{}に、次の事業所のご利用を再開しました。", minute(Timestamp::from_unix(at))),
            format!("事業所番号：{}\nカシワニネット：{}", office.number, head.links.service),
            "停止の前から使っているIDと端末は、そのまま使えます。1人ずつ、1台ずつ停止したものは、停止したままです。"
                .to_owned(),
            "お心当たりがない場合は、すぐに柏市へご連絡ください。".to_owned(),
        ],
    )
}

/// The page on which a contact answers, and the other ways: whoever has no mail, or no device at hand, answers as well.
pub(super) fn how_to_answer(head: &Letterhead<'_>) -> String {
    let page = match head.links.office() {
        Some(_) => format!("回答のページ（ログインが必要です）：{}", head.links.office_page("campaign")),
        None => "回答のページ：ログインして、「うちの事業所」の「現況届」を開いてください。".to_owned(),
    };
    let paper = "ページを開けない方やメールをお使いでない方は、柏市から紙の用紙（または表のファイル）を受け取り、記入して柏市へお出しください。お電話でもお答えいただけます。";
    format!("{page}\n{paper}")
}

/// What ended with an office, and which number took its place.
pub(super) struct Closure<'a> {
    pub(super) at: i64,
    pub(super) users: usize,
    pub(super) certificates: usize,
    pub(super) replaced_by: Option<&'a str>,
}

pub(super) fn closed(head: &Letterhead<'_>, office: &OfficeFacts, closure: &Closure<'_>) -> Written {
    let Closure { at, users, certificates, replaced_by } = *closure;
    let at = minute(Timestamp::from_unix(at));
    let (subject, said, next) = match replaced_by {
        None => (
            "ご利用を終了しました",
            format!("{at}に、次の事業所のカシワニネットのご利用を終了しました。"),
            "ご利用ありがとうございました。端末に残っている電子証明書は、削除してください。".to_owned(),
        ),
        Some(new) => (
            "事業所番号を変更しました",
            format!("{at}に、事業所番号を {new} に変更しました。変更前の番号のIDと電子証明書は、使えなくなりました。"),
            format!(
                "新しい番号でのIDと端末の申請をお願いします。\n取得申請：{}/apply\n端末に残っている古い電子証明書は、削除してください。",
                head.links.help
            ),
        ),
    };
    Written::new(
        subject,
        &[
            addressed(&office.name, &office.contact),
            said,
            format!("事業所番号：{}\n削除したID：{users}件\n無効にした電子証明書：{certificates}枚", office.number),
            next,
            "ご利用を終えたあとも、知り得た秘密を守る義務は続きます（誓約事項⑧）。利用していた方にも、お伝えください。"
                .to_owned(),
            "お心当たりがない場合は、すぐに柏市へご連絡ください。".to_owned(),
        ],
    )
}
