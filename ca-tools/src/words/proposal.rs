//! What is not approved, not carried out, or not done alone.

use registry::{LoginId, Role};

use crate::calendar::minute;
use crate::language::Text;
use crate::proposal::{ActedFor, Moved, ProposalRefusal};

/// With what operators type next.
pub(super) fn for_operators(refusal: &ProposalRefusal) -> Text {
    match refusal {
        ProposalRefusal::ActedForOneAnother(no, acted) => acted_for(&no.to_string(), acted),
        ProposalRefusal::ApproverMayNot(no, who, lacks) => {
            let lacks = roles(lacks);
            Text::new(
                format!("{no}：{who} は、これを承認できる役割のある利用中の職員ではありません{}。", need(&lacks)),
                format!("{no}: {who} is no operator in service who could approve it (it takes {lacks})"),
            )
        }
        ProposalRefusal::Decided(no, state) => Text::new(
            format!("{no} は「{}」で、もう決められません。proposal show {no} で確かめてください。", state.japanese()),
            format!("{no} is {state}: see proposal show {no}"),
        ),
        ProposalRefusal::OfAnotherHistory(no) => Text::new(
            format!("{no} は台帳を復元する前の提案です。無効にしました。必要なら、もう一度提案してください。"),
            format!("{no} is of before the registry was restored, and void: propose it again"),
        ),
        ProposalRefusal::OtherAct(no) => Text::new(
            format!("{no} で承認されたのは別の操作です。proposal show {no} で確かめてください。何もしていません。"),
            format!("what was approved by {no} is another act: see proposal show {no}; nothing was done"),
        ),
        ProposalRefusal::Lapsed(no, until) => Text::new(
            format!("{no} の期限（{}）が過ぎました。必要なら、もう一度提案してください。", minute(*until)),
            format!("{no} lapsed at {until}: propose it again"),
        ),
        ProposalRefusal::NeedsTwo(kind, could) => Text::new(
            format!(
                "この操作（{}）には、もう1人の承認が必要です。何もしていません。同じコマンドに --propose を付けて提案し、承認してもらってください。\
                 承認できる職員：{}。待てない場合は、責任者（ca_custodian）が --break-glass と --why を付けて1人で行えます（ほかの責任者に知らせ、3日以内に確認を受けます）。",
                kind.japanese(),
                people(could, "、")
            ),
            format!(
                "this ({kind}) needs two; nothing was done. Add --propose to the same command, and have it approved by one of: {}. \
                 Where it cannot wait, a custodian does it alone with --break-glass and --why: all others are told, and one of them reviews it within 3 days",
                people(could, ", ")
            ),
        ),
        ProposalRefusal::NotYet(no) => Text::new(
            format!("{no} はまだ承認されていません。別の職員に proposal approve {no} を頼んでください。"),
            format!("{no} is not approved yet: ask another operator for proposal approve {no}"),
        ),
        ProposalRefusal::NotYours(no, whose) => Text::new(
            format!("{no} は {whose} の提案です。実行と取下げは、提案した職員だけができます。"),
            format!("{no} is {whose}'s: only who proposed it carries it out or takes it back"),
        ),
        ProposalRefusal::Own(no, who) => Text::new(
            format!(
                "{no} は {who} 自身の提案です。承認と却下は、別の職員がします。取り下げるときは proposal withdraw {no} です。"
            ),
            format!("{no} is {who}'s own: another approves or rejects it; proposal withdraw {no} takes it back"),
        ),
        ProposalRefusal::ProposerGone(no, who) => Text::new(
            format!("{no} を提案した {who} は、もう利用中の職員ではありません。提案を無効にしました。"),
            format!("{who}, who proposed {no}, is no operator in service any more; it is void"),
        ),
        ProposalRefusal::ProposerMayNot(no, who, lacks) => {
            let lacks = roles(lacks);
            Text::new(
                format!(
                    "{no} を提案した {who} には、もう必要な役割がありません{}。提案を無効にしました。",
                    need(&lacks)
                ),
                format!("{who}, who proposed {no}, lacks roles by now ({lacks}); it is void"),
            )
        }
        ProposalRefusal::Reviewed(no) => Text::new(
            format!("{no} は、もう確認されています。break-glass list で確かめてください。"),
            format!("{no} was reviewed already: see break-glass list"),
        ),
        ProposalRefusal::ReviewsOwn(no, who) => Text::new(
            format!("{no} は {who} 自身の操作です。別の責任者が確認してください。"),
            format!("{no} is {who}'s own: another custodian reviews it"),
        ),
        ProposalRefusal::Stale(no, moved) => Text::new(
            format!(
                "{no} が提案されたあとで、前提が変わりました。提案を無効にしました。必要なら、もう一度提案してください。{}",
                moved_ja(moved)
            ),
            format!("what {no} rests on moved since; it is void: propose it again{}", moved_en(moved)),
        ),
        ProposalRefusal::Unknown(no) => Text::new(
            format!("{no} という提案・記録はありません。proposal list、break-glass list で確かめてください。"),
            format!("there is no {no}: see proposal list and break-glass list"),
        ),
    }
}

/// With the pages on which it goes on.
pub(super) fn for_console(refusal: &ProposalRefusal) -> Text {
    match refusal {
        ProposalRefusal::Decided(no, state) => Text::new(
            format!("{no} は「{}」で、もう決められません。", state.japanese()),
            format!("{no} is {state}: it is decided already"),
        ),
        ProposalRefusal::OtherAct(no) => Text::new(
            format!("{no} で承認されたのは別の操作です。提案の画面で確かめてください。何もしていません。"),
            format!("what was approved by {no} is another act: see its page; nothing was done"),
        ),
        ProposalRefusal::NeedsTwo(kind, could) => Text::new(
            format!(
                "この操作（{}）には、もう1人の承認が必要です。まだ何もしていません。提案して、承認してもらってください。承認できる職員：{}。",
                kind.japanese(),
                people(could, "、")
            ),
            format!("this ({kind}) needs two; nothing was done. Have it approved by one of: {}", people(could, ", ")),
        ),
        ProposalRefusal::NotYet(no) => Text::new(
            format!("{no} はまだ承認されていません。別の職員に承認を頼んでください。"),
            format!("{no} is not approved yet: ask another operator"),
        ),
        ProposalRefusal::Own(no, who) => Text::new(
            format!("{no} は {who} 自身の提案です。承認と却下は、別の職員がします。取り下げることはできます。"),
            format!("{no} is {who}'s own: another approves or rejects it; it can be taken back"),
        ),
        ProposalRefusal::Reviewed(no) => {
            Text::new(format!("{no} は、もう確認されています。"), format!("{no} was reviewed already"))
        }
        ProposalRefusal::Unknown(no) => {
            Text::new(format!("{no} という提案・記録はありません。"), format!("there is no {no}"))
        }
        ProposalRefusal::ActedForOneAnother(no, ActedFor { who, whom, at, version, action: _ }) => Text::new(
            format!(
                "{no}：{who} が {whom} のために操作をしています（{}、操作記録 {version}）。互いのために操作した2人は、承認し合えません。別の職員に頼んでください。",
                minute(*at)
            ),
            format!("{no}: {who} acted for {whom} (event {version}); neither approves for the other: ask a third"),
        ),
        ProposalRefusal::ApproverMayNot(no, who, lacks) => Text::new(
            format!("{no}：{who} は、これを承認できる役割のある利用中の職員ではありません{}。", need(&called(lacks))),
            format!("{no}: {who} is no operator in service who could approve it"),
        ),
        ProposalRefusal::ProposerMayNot(no, who, lacks) => Text::new(
            format!(
                "{no} を提案した {who} には、もう必要な役割がありません{}。提案を無効にしました。",
                need(&called(lacks))
            ),
            format!("{who}, who proposed {no}, lacks roles by now; it is void"),
        ),
        ProposalRefusal::Stale(no, _) => Text::new(
            format!(
                "{no} が提案されたあとで、前提が変わりました。提案を無効にしました。何が変わったかは、提案のページで確かめられます。必要なら、もう一度提案してください。"
            ),
            format!("what {no} rests on moved since; it is void: its page says what; propose it again"),
        ),
        ProposalRefusal::OfAnotherHistory(_)
        | ProposalRefusal::Lapsed(..)
        | ProposalRefusal::NotYours(..)
        | ProposalRefusal::ProposerGone(..)
        | ProposalRefusal::ReviewsOwn(..) => for_operators(refusal),
    }
}

/// With what people can do themselves: none of it is theirs.
pub(super) fn for_people(refusal: &ProposalRefusal) -> Text {
    match refusal {
        ProposalRefusal::ActedForOneAnother(..)
        | ProposalRefusal::ApproverMayNot(..)
        | ProposalRefusal::Decided(..)
        | ProposalRefusal::OfAnotherHistory(_)
        | ProposalRefusal::OtherAct(_)
        | ProposalRefusal::Lapsed(..)
        | ProposalRefusal::NeedsTwo(..)
        | ProposalRefusal::NotYet(_)
        | ProposalRefusal::NotYours(..)
        | ProposalRefusal::Own(..)
        | ProposalRefusal::ProposerGone(..)
        | ProposalRefusal::ProposerMayNot(..)
        | ProposalRefusal::Reviewed(_)
        | ProposalRefusal::ReviewsOwn(..)
        | ProposalRefusal::Stale(..)
        | ProposalRefusal::Unknown(_) => super::ask::by_the_city(),
    }
}

fn acted_for(no: &str, acted: &ActedFor) -> Text {
    let ActedFor { who, whom, action, at, version } = acted;
    Text::new(
        format!(
            "{no}：{who} が {whom} のために操作をしています（{}、{action}、操作記録 {version}）。互いのために操作した2人は、承認し合えません。別の職員に頼んでください。",
            minute(*at)
        ),
        format!(
            "{no}: {who} acted for {whom} ({action} at {at}, event {version}); neither approves for the other: ask a third"
        ),
    )
}

fn roles(roles: &[Role]) -> String {
    roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(" ")
}

/// What roles are called in the console.
fn called(roles: &[Role]) -> String {
    roles.iter().map(|role| super::role(*role)).collect::<Vec<_>>().join("、")
}

fn need(lacks: &str) -> String {
    if lacks.is_empty() { String::new() } else { format!("（足りない役割：{lacks}）") }
}

fn people(people: &[LoginId], between: &str) -> String {
    people.iter().map(LoginId::as_str).collect::<Vec<_>>().join(between)
}

/// So many lines of what moved are told; the page and `proposal show` have the rest.
const MOST: usize = 10;

fn moved_ja(moved: &[Moved]) -> String {
    let or_none = |text: &str| if text.is_empty() { "なし".to_owned() } else { text.to_owned() };
    let lines = moved.iter().take(MOST);
    lines.map(|one| format!("\n  {} {}：{} → {}", one.id, one.field, or_none(&one.was), or_none(&one.is))).collect()
}

fn moved_en(moved: &[Moved]) -> String {
    let lines = moved.iter().take(MOST);
    lines.map(|one| format!("\n  {} {}: {:?} -> {:?}", one.id, one.field, one.was, one.is)).collect()
}
