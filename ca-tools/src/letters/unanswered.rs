//! Letters on a 現況届 that an office did not answer: what follows, and what was taken back.

use certs::Timestamp;
use serde::{Deserialize, Serialize};

use super::OfficeFacts;
use super::letterhead::{Letterhead, Written, addressed};
use super::office::how_to_answer;
use crate::calendar::day;

/// What is told of what an office did not answer.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Unanswered {
    /// It will be put on hold, from that day on.
    Warned { suspend_on: Option<i64> },
    /// It is on hold, and will be deleted from that day on, where the city set one.
    OnHold { delete_on: Option<i64> },
    /// It is deleted.
    Deleted,
    /// A warning that had left was a mistake.
    WarningTakenBack,
    /// Its hold is lifted.
    HoldTakenBack,
}

/// Which IDs and devices.
pub(super) struct Named<'a> {
    pub(super) people: &'a [String],
    pub(super) devices: &'a [String],
}

pub(super) fn unanswered(head: &Letterhead<'_>, office: &OfficeFacts, what: Unanswered, named: &Named<'_>) -> Written {
    let on = |second: i64| day(Timestamp::from_unix(second));
    let (subject, said, next) = match what {
        Unanswered::Warned { suspend_on } => (
            "現況届のご回答がまだです",
            "次の利用者と端末について、現況届のご回答をいただいていません。".to_owned(),
            match suspend_on {
                Some(second) => format!(
                    "ご回答のないものは、{}以後に一時停止します。停止すると、カシワニネットにログインできなくなります。至急、ご回答ください。",
                    on(second)
                ),
                None => "至急、ご回答ください。".to_owned(),
            },
        ),
        Unanswered::OnHold { delete_on } => (
            "現況届のご回答がないため、一時停止しました",
            "次の利用者と端末は、現況届のご回答がないため、一時停止しました。".to_owned(),
            match delete_on {
                Some(second) => format!(
                    "継続してお使いになる場合は、柏市へご連絡ください。ご連絡がないものは、{}以後に削除します。削除したIDは、元に戻せません。",
                    on(second)
                ),
                None => "継続してお使いになる場合は、柏市へご連絡ください。".to_owned(),
            },
        ),
        Unanswered::Deleted => (
            "現況届のご回答がないため、削除しました",
            "次の利用者と端末は、現況届のご回答がないため、削除しました。".to_owned(),
            format!(
                "端末に残っている電子証明書は、削除してください。引き続きご利用になる場合は、新しく申請してください。\n申請：{}/apply",
                head.links.help
            ),
        ),
        Unanswered::WarningTakenBack => (
            "現況届の予告の取消しのお知らせ",
            "先にお送りした、現況届のご回答がない場合の予告を取り消します。ご迷惑をおかけしました。".to_owned(),
            "いまのところ、一時停止の予定はありません。".to_owned(),
        ),
        Unanswered::HoldTakenBack => (
            "一時停止を取り消しました",
            "次の利用者と端末の、現況届による一時停止を取り消しました。カシワニネットをお使いいただけます。".to_owned(),
            "現況届へのご回答がまだのものは、引き続きご回答をお願いします。".to_owned(),
        ),
    };
    let mut lines = vec![addressed(&office.name, &office.contact), said, format!("事業所番号：{}", office.number)];
    for (kind, list) in [("利用者", named.people), ("端末", named.devices)] {
        if !list.is_empty() {
            lines.push(format!("{kind}\n{}", list.join("\n")));
        }
    }
    lines.push(next);
    // Whoever is on hold, or deleted, does not come in to that page.
    if matches!(what, Unanswered::Warned { .. } | Unanswered::WarningTakenBack | Unanswered::HoldTakenBack) {
        lines.push(how_to_answer(head));
    }
    lines.push("お心当たりがない場合は、柏市へご連絡ください。".to_owned());
    Written::new(subject, &lines)
}

#[cfg(test)]
mod tests {
    use super::super::Letter;
    use super::*;
    use crate::config::{Contact, Links};

    #[test]
    fn whoever_can_still_answer_is_led_to_the_page_and_told_what_to_do_without_it() {
        let office = OfficeFacts { number: "1".to_owned(), name: "事".to_owned(), contact: "佐".to_owned() };
        let named = || (vec!["佐".to_owned()], vec!["青".to_owned()]);
        let told = |what| {
            let (people, devices) = named();
            Letter::StatusReportUnanswered { office: office.clone(), what, people, devices }
        };
        let (people, devices) = named();
        let due = Letter::StatusReportDue { office: office.clone(), due: 1_800_000_000, people, devices };
        let (contact, service) = (Contact::default(), "https://s.example.jp".to_owned());
        for links in [Links::default(), Links { service, ..Links::default() }] {
            let head = Letterhead { contact: &contact, links: &links };
            for (letter, answers) in [
                (due.clone(), true),
                (told(Unanswered::Warned { suspend_on: None }), true),
                (told(Unanswered::WarningTakenBack), true),
                (told(Unanswered::HoldTakenBack), true),
                (told(Unanswered::OnHold { delete_on: None }), false),
                (told(Unanswered::Deleted), false),
            ] {
                let body = letter.written(&head).body;
                let link = body.contains("https://s.example.jp/office/campaign\n");
                assert_eq!(link, answers && links.office().is_some(), "{body}");
                assert_eq!(body.contains("紙の用紙"), answers, "{body}");
            }
        }
    }
}
