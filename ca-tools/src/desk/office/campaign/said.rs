//! The sentences of the 現況届 that carry a number or a name, in the reader's language. What stands as it is stands where it is
//! said.

use certs::Timestamp;
use pages::Locale;

use super::line::{answer, channel, named};
use crate::campaign::{AnsweredEarlier, Campaign, OfficeSheet, RowAnswer, RowStanding};
use crate::desk::spoken::{date, locale, minute, say};

/// Where it is answered.
pub(super) const PATH: &str = "/office/campaign";

/// So many rows.
pub(super) fn rows(count: usize) -> String {
    format!("{count}{}", say("件", "", ""))
}

/// What was kept half-way, and when.
pub(super) fn kept(at: Timestamp) -> String {
    let at = minute(at);
    match locale() {
        Locale::Japanese => format!("途中まで保存しました（{at}）。まだ提出していません。"),
        Locale::EasyJapanese => format!("ここまでを保存しました（{at}）。まだ出していません。"),
        Locale::English => format!("What you have so far was saved ({at}). It is not handed in yet."),
    }
}

/// Who has to say it, too.
pub(super) fn others_stand(who: &str) -> String {
    match locale() {
        Locale::Japanese => format!(
            "ご自身の「継続する」は、ほかの人の確認も必要です。確認できる人：{who}。その人がこのページ（{PATH}）を開くと、確認のボタンが出ます。"
        ),
        Locale::EasyJapanese => format!(
            "自分の「継続する」は、ほかの人も確かめます。確かめられる人：{who}。その人がこのページ（{PATH}）を開くと、ボタンが出ます。"
        ),
        Locale::English => format!(
            "That you yourself continue has to be confirmed by somebody else: {who}. When they open this page ({PATH}), they find a button for it."
        ),
    }
}

/// The same, before it is sent.
pub(super) fn waits_for(who: &str) -> String {
    match locale() {
        Locale::Japanese => {
            format!("ご自身の「継続する」は、ほかの人が確かめるまで提出できません。確認できる人：{who}")
        }
        Locale::EasyJapanese => {
            format!("自分の「継続する」は、ほかの人が確かめてから出します。確かめられる人：{who}")
        }
        Locale::English => {
            format!("That you yourself continue is not handed in until somebody else confirms it: {who}")
        }
    }
}

/// Somebody else answered since the page was opened.
pub(super) fn overtaken(sheet: &OfficeSheet, earlier: &AnsweredEarlier) -> String {
    let last = &earlier.earlier;
    let (who, at, by) = (named(sheet, last.by.as_str()), minute(last.at), channel(last.channel));
    match locale() {
        Locale::Japanese => format!(
            "この画面を開いたあとに、{who}が回答しました（{at}、{by}）。まだ何も保存していません。その回答は、それぞれの行にあります。あなたの回答で置き換えるときは、もう一度［確認画面へ進む］を押してください。"
        ),
        Locale::EasyJapanese => format!(
            "このページを開いたあとに、{who}が答えました（{at}、{by}）。まだ何も保存していません。その答えは、それぞれの行にあります。あなたの答えに変えるときは、もう一度［次の画面で確かめる］を押してください。"
        ),
        Locale::English => format!(
            "After you opened this page, {who} answered ({at}, {by}). Nothing was saved yet. Their answers stand at each row. To put yours in their place, press “Check what I typed” once more."
        ),
    }
}

/// What they said of a row.
pub(super) fn theirs(row: &str, who: &str, is: Option<RowAnswer>) -> String {
    let is = is.map_or_else(|| say("未回答", "まだ答えていません", "not answered"), answer);
    match locale() {
        Locale::Japanese => format!("{row}：{who}の回答は「{is}」です。"),
        Locale::EasyJapanese => format!("{row}：{who}の答えは「{is}」です。"),
        Locale::English => format!("{row}: the answer of {who} is “{is}”."),
    }
}

/// A row that nobody answered.
pub(super) fn choose(row: &str) -> String {
    match locale() {
        Locale::Japanese | Locale::EasyJapanese => {
            format!("{row}：「継続する」か「削除する」を選んでください。")
        }
        Locale::English => format!("{row}: please choose “Continue” or “Delete”."),
    }
}

/// So many more of them.
pub(super) fn choose_more(count: usize) -> String {
    match locale() {
        Locale::Japanese => format!("ほか{count}件も、選んでください。"),
        Locale::EasyJapanese => format!("ほかにも{count}あります。全部、選んでください。"),
        Locale::English => format!("And {count} more."),
    }
}

/// It was closed then.
pub(super) fn closed(at: Timestamp) -> String {
    let at = minute(at);
    match locale() {
        Locale::Japanese => format!("この現況届は、{at}に締め切りました。"),
        Locale::EasyJapanese => format!("この現況届は、{at}に終わりました。"),
        Locale::English => format!("This yearly report was closed on {at}."),
    }
}

/// What came after the closing is a note.
pub(super) fn late(closed_at: Timestamp) -> String {
    let noted = say(
        "いまの回答は、控えとして柏市に残しました。IDと端末は変わりません。急ぎの削除や登録は、申請をお願いします。",
        "今の答えは、メモとして柏市に残しました。IDと端末は変わりません。急ぐときは、申請してください。",
        " Your answer was kept as a note for Kashiwa City; IDs and devices did not change. If something is urgent, please apply for it.",
    );
    format!("{}{noted}", closed(closed_at))
}

/// One that is over, among those before.
pub(super) fn past(campaign: &Campaign, sheet: &OfficeSheet) -> String {
    let no = campaign.no;
    let Some((by, at)) = &sheet.confirmed else {
        let Some(at) = campaign.closed_at.map(minute) else { return no.to_string() };
        return match locale() {
            Locale::Japanese => format!("{no}：提出なし（{at}に締め切り）"),
            Locale::EasyJapanese => format!("{no}：出していません（{at}に終わりました）"),
            Locale::English => format!("{no}: nothing handed in (closed on {at})"),
        };
    };
    let (at, by) = (minute(*at), named(sheet, by.as_str()));
    match locale() {
        Locale::Japanese => format!("{no}：{at}に{by}が提出"),
        Locale::EasyJapanese => format!("{no}：{at}に{by}が出しました"),
        Locale::English => format!("{no}: handed in on {at} by {by}"),
    }
}

/// How far it is: a heading and what is said below it.
pub(super) fn standing(campaign: &Campaign, sheet: &OfficeSheet) -> Vec<(&'static str, String)> {
    let count = |wanted: &[RowStanding]| rows(wanted.iter().map(|stands| sheet.count(*stands)).sum());
    let alone = say("ほかの人の確認を待つもの", "ほかの人が確かめるもの", "Somebody else has to confirm");
    let open = say("回答していないもの", "まだ答えていないもの", "Not answered");
    let mut lines = vec![
        (say("現況届の番号", "現況届の番号", "Number of the report"), campaign.no.to_string()),
        (say("提出の期限", "いつまでに出すか", "To be handed in by"), date(campaign.dates.due)),
        (say("継続する", "継続する（使う）", "Continue"), count(&[RowStanding::Continues])),
        (say("削除する", "削除する（消す）", "Delete"), count(&[RowStanding::Goes, RowStanding::Ended])),
        (alone, count(&[RowStanding::OwnWordAlone])),
        (open, count(&[RowStanding::Unanswered])),
    ];
    if let Some(last) = &sheet.answered {
        let (at, who, by) = (minute(last.at), named(sheet, last.by.as_str()), channel(last.channel));
        let told = match locale() {
            Locale::Japanese | Locale::EasyJapanese => format!("{at}、{who}（{by}）"),
            Locale::English => format!("{at}, {who} ({by})"),
        };
        lines.push((say("最後の回答", "最後の答え", "Last answer"), told));
    }
    if let Some((by, at)) = &sheet.confirmed {
        let between = say("、", "、", ", ");
        let told = format!("{}{between}{}", minute(*at), named(sheet, by.as_str()));
        lines.push((say("提出", "出した日", "Handed in"), told));
    }
    if !sheet.received.is_empty() {
        let told = sheet.received.join(say("、", "、", ", "));
        lines.push((say("受け付けた申請", "受け付けた申請", "Applications received"), told));
    }
    lines
}
