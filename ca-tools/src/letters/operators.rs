//! Letters among operators: what waits for another's approval, and what one custodian did alone.

use certs::Timestamp;

use super::OperatorsFacts;
use super::letterhead::{Letterhead, Written, addressed};
use crate::calendar::minute;

/// What was asked for, or done.
pub(super) struct ProposedAct<'a> {
    pub(super) number: &'a str,
    pub(super) said: &'a str,
    pub(super) by: &'a str,
    pub(super) why: &'a str,
}

pub(super) fn proposal(
    head: &Letterhead<'_>,
    to: &OperatorsFacts,
    asked: &ProposedAct<'_>,
    (touches, until): (usize, i64),
) -> Written {
    let until = minute(Timestamp::from_unix(until));
    Written::new(
        format!("提案 {} の承認のお願い", asked.number),
        &[
            addressed(&to.office, &to.names.join("、")),
            format!("{} さんから、もう1人の承認が必要な操作の提案がありました。", asked.by),
            format!(
                "提案：{}\n操作：{}\n対象：{touches}件\n理由：{}\n期限：{until}",
                asked.number, asked.said, asked.why
            ),
            format!(
                "内容を確かめて、承認または却下してください。\n提案のページ：{}/console/proposals/{}",
                head.links.service, asked.number
            ),
            "心当たりのない提案や、理由に納得できない提案は、承認しないでください。".to_owned(),
        ],
    )
}

pub(super) fn broken(
    head: &Letterhead<'_>,
    to: &OperatorsFacts,
    asked: &ProposedAct<'_>,
    (at, until): (i64, i64),
) -> Written {
    let (at, until) = (minute(Timestamp::from_unix(at)), minute(Timestamp::from_unix(until)));
    Written::new(
        format!("緊急の単独操作がありました（{}）", asked.number),
        &[
            addressed(&to.office, &to.names.join("、")),
            format!("{at}に、{} さんが、もう1人の承認が必要な操作を1人で行いました。", asked.by),
            format!("記録：{}\n操作：{}\n理由：{}", asked.number, asked.said, asked.why),
            format!(
                "{until}までに、別の責任者が内容を確かめて、結果を記録してください。\n記録のページ：{}/console/proposals/{}",
                head.links.service, asked.number
            ),
            "心当たりがない場合は、すぐに本人と責任者に連絡してください。".to_owned(),
        ],
    )
}
