//! What is not done to a list.

use crate::language::Text;
use crate::refusal::{ListRefusal, Refusal};

/// So many are named; the others are counted.
const NAMED: usize = 10;

/// The same in a page and beside a command, but for what is said of each.
pub(super) fn for_anybody(refusal: &ListRefusal, say: fn(&Refusal) -> Text) -> Text {
    match refusal {
        ListRefusal::Each(each) => {
            let said: Vec<_> = each.iter().take(NAMED).map(|(id, why)| (id, say(why))).collect();
            let ja: String = said.iter().map(|(id, why)| format!("\n{id}：{}", why.ja)).collect();
            let en: String = said.iter().map(|(id, why)| format!("\n{id}: {}", why.en)).collect();
            let (more, too) = match each.len().saturating_sub(NAMED) {
                0 => (String::new(), String::new()),
                more => (format!("\nほか{more}件"), format!("\nand {more} more")),
            };
            Text::new(
                format!("{}件は行えないため、1件も行っていません。{ja}{more}", each.len()),
                format!("{} cannot be, so nothing was done to any{en}{too}", each.len()),
            )
        }
        ListRefusal::Empty => Text::new(
            "対象が1件もありません。対象を選んでください。何も変更していません。",
            "there is nobody on the list; nothing was changed",
        ),
        ListRefusal::Lost(device) => Text::new(
            format!(
                "{device} は紛失・盗難の報告があるため、まとめては再開できません。見つかったことを本人と事業所に確かめ、その端末だけを再開してください。"
            ),
            format!("{device} was reported lost: resume it by itself, and say how it was found"),
        ),
        ListRefusal::Moved(ids) => {
            let named = |between| ids.iter().take(NAMED).cloned().collect::<Vec<_>>().join(between);
            let (ja, en) = match ids.len().saturating_sub(NAMED) {
                0 => (String::new(), String::new()),
                more => (format!("、ほか{more}件"), format!(" and {more} more")),
            };
            Text::new(
                format!(
                    "確かめたあとに変わったものがあります：{}{ja}。1件も行っていません。いまの内容を確かめて、もう一度行ってください。",
                    named("、")
                ),
                format!("changed since the list was looked at: {}{en}; nothing was done to any of it", named(", ")),
            )
        }
        ListRefusal::TooLong(most) => Text::new(
            format!("まとめて行えるのは{most}件までです。条件を絞り込んでください。何も変更していません。"),
            format!("no more than {most} at once: narrow the list; nothing was changed"),
        ),
        ListRefusal::Twice(id) => Text::new(
            format!("{id} が2回含まれています。1回にしてください。何も変更していません。"),
            format!("{id} is on the list twice; nothing was changed"),
        ),
    }
}
