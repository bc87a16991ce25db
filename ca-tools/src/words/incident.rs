//! Why nothing is written down of an incident.

use crate::calendar::{day, minute};
use crate::incident::{IncidentRefusal, ToldPart};
use crate::language::Text;

/// What was wrong, and what to do: the same on the command line and in the console.
pub(super) fn for_anybody(refusal: &IncidentRefusal) -> Text {
    let (ja, en) = match refusal {
        IncidentRefusal::AlreadyDone(no, duty) => (
            format!("{no} の{}は、すでに済んでいます。訂正は記事に書いてください。", duty.called().ja),
            format!("{no}: {} is done already; write a correction as a note", duty.called().en),
        ),
        IncidentRefusal::Closed(no) => (
            format!("{no} は終結しています。続きがあるときは、新しい記録を作り、{no} のことを書いてください。"),
            format!("{no} is closed: open another incident, and name {no} in it"),
        ),
        IncidentRefusal::NotYet(at) => (
            format!("{} は、まだ来ていません。日時を確かめてください。", minute(*at)),
            format!("{at} is to come: check the time"),
        ),
        IncidentRefusal::NobodyNamed => (
            "だれの、どの端末のことか分かりません。端末・利用者・事業所のどれかを指定してください。".to_owned(),
            "say about whom it is: a device, a person or an office".to_owned(),
        ),
        IncidentRefusal::NothingToStop(no) => (
            format!("{no} の端末・利用者・事業所は、すでに止まっているか、使用を終わっています。"),
            format!("{no}: what it is about is stopped, or out of use, already"),
        ),
        IncidentRefusal::NothingSaid(told) => (
            format!("{}がありません。書いてください。", called(*told).0),
            format!("{} is missing: say it", called(*told).1),
        ),
        IncidentRefusal::ReportedBefore(found) => (
            format!("報告の日が、分かった日（{}）より前です。", day(*found)),
            format!("the report cannot be before the day on which it was found ({found})"),
        ),
        IncidentRefusal::Strange(told, strange) => {
            let why = strange.text();
            (format!("{}：{}", called(*told).0, why.ja), format!("{}: {}", called(*told).1, why.en))
        }
        IncidentRefusal::TooLong(told, most) => (
            format!("{}は{most}文字までです。続きは記事に分けて書いてください。", called(*told).0),
            format!("{} is longer than {most} characters: write the rest as a note", called(*told).1),
        ),
    };
    Text::new(format!("{ja}何も変更していません。"), format!("{en}; nothing was changed"))
}

fn called(told: ToldPart) -> (&'static str, &'static str) {
    match told {
        ToldPart::Note => ("記事", "the note"),
        ToldPart::Outcome => ("結果", "the outcome"),
        ToldPart::ReportedBy => ("報告した人", "who told it"),
        ToldPart::What => ("起きたこと", "what happened"),
    }
}
