//! Why nothing is done to a campaign (現況届).

use super::ask;
use crate::calendar::minute;
use crate::campaign::{AnsweredEarlier, CampaignRefusal, ConfirmFault, DateFault, RowAnswer, StepFault, StepKind};
use crate::language::Text;

/// So many rows are named; the others are counted.
const NAMED: usize = 10;

/// With what operators type next.
pub(super) fn for_operators(refusal: &CampaignRefusal) -> Text {
    let (ja, en) = match refusal {
        CampaignRefusal::Confirm(no, office, ConfirmFault::OwnWord(_)) => (
            format!("電話などで確かめたら campaign vouch {no} {office} ID で記録してください。"),
            format!("ask another, and record it with campaign vouch {no} {office} ID"),
        ),
        CampaignRefusal::Confirm(no, office, ConfirmFault::Unanswered(_)) => (
            format!("campaign show {no} {office} で確かめ、campaign answer で入れてください。"),
            format!("see campaign show {no} {office}, and answer them with campaign answer"),
        ),
        CampaignRefusal::HoldsRoles(person) => (
            format!("user delete {person} で、2人で決めてください。"),
            format!("use user delete {person}, which two decide"),
        ),
        CampaignRefusal::Open(no) => {
            (format!("先に campaign close {no} で締め切ってください。"), format!("close it first: campaign close {no}"))
        }
        CampaignRefusal::Undone(_, Some(StepKind::Delete)) => (
            "新しいIDは application receive（様式1）で受け付けてください。".to_owned(),
            "a new ID takes an application: application receive".to_owned(),
        ),
        CampaignRefusal::Unknown(_) => {
            ("campaign list で番号を確かめてください。".to_owned(), "look its number up with campaign list".to_owned())
        }
        CampaignRefusal::Closed(..) => (
            "停止中の人や端末は、一覧から many user resume・many device resume で再開できます。".to_owned(),
            "what is on hold is resumed as a list: many user resume, many device resume".to_owned(),
        ),
        CampaignRefusal::Answered(..)
        | CampaignRefusal::Confirm(_, _, ConfirmFault::Already)
        | CampaignRefusal::Dates(_)
        | CampaignRefusal::Due(..)
        | CampaignRefusal::ForeignForm(_)
        | CampaignRefusal::ForeignRow(..)
        | CampaignRefusal::Many(..)
        | CampaignRefusal::NothingLeft(_)
        | CampaignRefusal::NothingToVouch(_)
        | CampaignRefusal::OtherOffice(..)
        | CampaignRefusal::OwnVoice(_)
        | CampaignRefusal::RemindedToday(_)
        | CampaignRefusal::RowOver(_)
        | CampaignRefusal::StepWaits(..)
        | CampaignRefusal::Step(..)
        | CampaignRefusal::TooManyNotes(_)
        | CampaignRefusal::Undone(..) => return for_console(refusal),
    };
    let said = for_console(refusal);
    Text::new(format!("{}{ja}", said.ja), format!("{}; {en}", said.en))
}

/// Before a page of the console.
pub(super) fn for_console(refusal: &CampaignRefusal) -> Text {
    match refusal {
        CampaignRefusal::Answered(_, office, earlier) => answered(office.as_str(), earlier),
        CampaignRefusal::Closed(no, at) => Text::new(
            format!("現況届 {no} は、{}に締め切られました。何も変更していません。", minute(*at)),
            format!("{no} was closed at {at}; nothing was changed"),
        ),
        CampaignRefusal::Confirm(_, office, why) => confirm(office.as_str(), why),
        CampaignRefusal::Dates(why) => dates(*why),
        CampaignRefusal::Due(no, day) => Text::new(
            format!(
                "現況届 {no} の回答の期限（{}）は過ぎています。これからは、予告・一時停止・削除の段階に進みます。",
                day.japanese()
            ),
            format!("the last day of {no} was {day}: what follows are its steps"),
        ),
        CampaignRefusal::ForeignForm(office) => Text::new(
            format!(
                "回答に添えられるのは、事業所 {office} の登録内容の変更と、新しいIDの申請だけです。何も変更していません。"
            ),
            format!("beside its answers {office} corrects its own data and asks for IDs of its own, and nothing else"),
        ),
        CampaignRefusal::ForeignRow(office, subject) => Text::new(
            format!("{subject} は、事業所 {office} の現況届にはありません。何も変更していません。"),
            format!("{subject} is no row of {office}; nothing was changed"),
        ),
        CampaignRefusal::HoldsRoles(person) => Text::new(
            format!("{person} は役割のある職員です。現況届では削除できません。何も変更していません。"),
            format!("{person} holds roles, and is not deleted by a campaign; nothing was changed"),
        ),
        CampaignRefusal::Many(office, most) => Text::new(
            format!(
                "事業所 {office} の回答では、{most}件より多くが一度に削除されます。この確定は、柏市の職員2人で決めます。何も変更していません。"
            ),
            format!(
                "{office} would delete more than {most} at once: two of the city's decide that; nothing was changed"
            ),
        ),
        CampaignRefusal::NothingLeft(no) => Text::new(
            format!("現況届 {no} に、未回答のものはありません。何も行っていません。"),
            format!("nothing of {no} is left to answer; nothing was done"),
        ),
        CampaignRefusal::NothingToVouch(subject) => Text::new(
            format!("{subject} には、ほかの人の確認が必要な回答はありません。何も変更していません。"),
            format!("{subject} has no answer that another has to stand for; nothing was changed"),
        ),
        CampaignRefusal::Open(no) => Text::new(
            format!("現況届 {no} が受付中です。一度に行えるのは1つです。何も変更していません。"),
            format!("{no} is open, and there is one at a time; nothing was changed"),
        ),
        CampaignRefusal::OtherOffice(no, office) => Text::new(
            format!(
                "事業所 {office} は、現況届 {no} の対象ではありません（作成の後に登録されたか、IDも端末もない事業所です）。"
            ),
            format!("{office} is not in {no}: it was registered later, or had neither IDs nor devices"),
        ),
        CampaignRefusal::OwnVoice(person) => Text::new(
            format!(
                "{person} が自分自身を確認することはできません。ほかの人が確認してください。何も変更していません。"
            ),
            format!("{person} cannot stand for themselves: another does; nothing was changed"),
        ),
        CampaignRefusal::RemindedToday(no) => Text::new(
            format!("現況届 {no} のお願いは、今日すでに送りました。何も送っていません。"),
            format!("offices were reminded of {no} today; nothing was sent"),
        ),
        CampaignRefusal::RowOver(subject) => Text::new(
            format!("{subject} は、すでに削除・異動・廃止されています。何も変更していません。"),
            format!("{subject} is over, or left; nothing was changed"),
        ),
        CampaignRefusal::StepWaits(no, until) => Text::new(
            format!(
                "現況届 {no} の削除が、{}に行われる予定です。取り消すか、終わってから締め切ってください。",
                minute(*until)
            ),
            format!("a deletion of {no} waits until {until}: undo it, or close it afterwards"),
        ),
        CampaignRefusal::Step(no, why) => step(&no.to_string(), *why),
        CampaignRefusal::TooManyNotes(most) => Text::new(
            format!("締切り後に届いた回答は、1事業所{most}件まで残せます。内容は電話で確かめてください。"),
            format!("no more than {most} late answers of an office are kept"),
        ),
        CampaignRefusal::Undone(no, None) => Text::new(
            format!("現況届 {no} に、取り消せる段階はありません。何も変更していません。"),
            format!("no step of {no} stands that could be undone; nothing was changed"),
        ),
        CampaignRefusal::Undone(no, Some(kind)) => Text::new(
            format!(
                "現況届 {no} の{}は終わっているので、取り消せません（削除したIDは元に戻せません）。使い続ける人には、新しいIDを登録します。",
                kind.japanese()
            ),
            format!("the step {kind} of {no} is done and is not undone: a deleted ID never comes back"),
        ),
        CampaignRefusal::Unknown(no) => {
            Text::new(format!("現況届 {no} はありません。"), format!("there is no campaign {no}"))
        }
    }
}

/// To the people of an office.
pub(super) fn for_people(refusal: &CampaignRefusal) -> Text {
    match refusal {
        CampaignRefusal::Answered(..)
        | CampaignRefusal::Closed(..)
        | CampaignRefusal::Confirm(..)
        | CampaignRefusal::ForeignForm(_)
        | CampaignRefusal::ForeignRow(..)
        | CampaignRefusal::Many(..)
        | CampaignRefusal::NothingToVouch(_)
        | CampaignRefusal::OtherOffice(..)
        | CampaignRefusal::OwnVoice(_)
        | CampaignRefusal::RowOver(_)
        | CampaignRefusal::TooManyNotes(_)
        | CampaignRefusal::Unknown(_) => for_console(refusal),
        CampaignRefusal::Dates(_)
        | CampaignRefusal::Due(..)
        | CampaignRefusal::HoldsRoles(_)
        | CampaignRefusal::NothingLeft(_)
        | CampaignRefusal::Open(_)
        | CampaignRefusal::RemindedToday(_)
        | CampaignRefusal::StepWaits(..)
        | CampaignRefusal::Step(..)
        | CampaignRefusal::Undone(..) => ask::by_the_city(),
    }
}

fn answered(office: &str, earlier: &AnsweredEarlier) -> Text {
    let AnsweredEarlier { earlier, rows } = earlier;
    let word = |answer: Option<RowAnswer>| answer.map_or("未回答", RowAnswer::japanese);
    let differ: Vec<_> = rows.iter().take(NAMED).map(|(subject, is)| format!("{subject}（{}）", word(*is))).collect();
    let more = match rows.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!("、ほか{more}件"),
    };
    let differ_ja = if differ.is_empty() {
        "回答の内容は同じです。".to_owned()
    } else {
        format!("先の回答と違うもの：{}{more}。", differ.join("、"))
    };
    let channel = earlier.channel;
    Text::new(
        format!(
            "事業所 {office} の回答は、{}に {} が先に入れています（{}）。{differ_ja}先の回答を確かめてから、入れ直してください。何も変更していません。",
            minute(earlier.at),
            earlier.by,
            channel.japanese()
        ),
        format!(
            "{office} was answered first by {} at {}; {} rows differ; nothing was changed",
            earlier.by,
            earlier.at,
            rows.len()
        ),
    )
}

fn confirm(office: &str, why: &ConfirmFault) -> Text {
    match why {
        ConfirmFault::Already => Text::new(
            format!("事業所 {office} の回答は、すでに確定しています。何も変更していません。"),
            format!("the answers of {office} are confirmed already; nothing was changed"),
        ),
        ConfirmFault::Unanswered(rows) => {
            let named: Vec<_> = rows.iter().take(NAMED).map(ToString::to_string).collect();
            let (ja, en) = match rows.len().saturating_sub(NAMED) {
                0 => (String::new(), String::new()),
                more => (format!("、ほか{more}件"), format!(" and {more} more")),
            };
            Text::new(
                format!(
                    "未回答のものがあります：{}{ja}。すべてに「継続」か「削除」を選んでから確定してください。何も変更していません。",
                    named.join("、")
                ),
                format!("nobody answered {}{en}; nothing was changed", named.join(", ")),
            )
        }
        ConfirmFault::OwnWord(people) => {
            let named: Vec<_> = people.iter().map(ToString::to_string).collect();
            Text::new(
                format!(
                    "{} の「継続」は、本人の回答だけです。同じ事業所のほかの人か、柏市の担当者の確認が必要です。何も変更していません。",
                    named.join("、")
                ),
                format!("{}: another person of the office, or the city, stands for them first", named.join(", ")),
            )
        }
    }
}

fn dates(why: DateFault) -> Text {
    match why {
        DateFault::Far(day) => Text::new(
            format!(
                "{} は、今日から1年以内の日ではありません。年を確かめてください。何も変更していません。",
                day.japanese()
            ),
            format!("{day} has passed, or is more than a year away; nothing was changed"),
        ),
        DateFault::Order(one, other) => Text::new(
            format!(
                "{} と {} の順が逆か、同じ日です。お願い、期限、予告、一時停止、削除の順に、別の日にしてください。何も変更していません。",
                one.japanese(),
                other.japanese()
            ),
            format!("{one} does not come before {other}; nothing was changed"),
        ),
        DateFault::Without(before) => Text::new(
            format!(
                "{}の日がありません。後の段階の日を決めるときは、先に決めてください。何も変更していません。",
                before.japanese()
            ),
            format!("a later step has a day, and {before} has none; nothing was changed"),
        ),
        DateFault::TooMany => Text::new(
            "お願いを送る日が多すぎます（12日まで）。何も変更していません。",
            "no more than 12 days for reminders; nothing was changed",
        ),
    }
}

fn step(no: &str, why: StepFault) -> Text {
    match why {
        StepFault::Taken(kind) => Text::new(
            format!("現況届 {no} の{}は、すでに行われています。何も変更していません。", kind.japanese()),
            format!("{kind} of {no} was taken already; nothing was changed"),
        ),
        StepFault::Before(kind) => Text::new(
            format!("現況届 {no} は、先に{}を行います。何も変更していません。", kind.japanese()),
            format!("{kind} of {no} comes first; nothing was changed"),
        ),
        StepFault::NotSet(kind) => Text::new(
            format!("現況届 {no} には、{}の日が決められていません。行いません。", kind.japanese()),
            format!("{no} has no day for {kind}; it is not done"),
        ),
        StepFault::NotYet(kind, day) => Text::new(
            format!("現況届 {no} の{}は、{}からです。何も変更していません。", kind.japanese(), day.japanese()),
            format!("{kind} of {no} is taken from {day} on; nothing was changed"),
        ),
    }
}
