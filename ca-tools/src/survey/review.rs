//! 月次点検: what somebody looks at once a month (企画管理編5章), in one bundle.

use std::collections::BTreeMap;

use certs::Timestamp;

use super::cell::{day_or, device, moment, office, person, word};
use super::unused::Unused;
use crate::application::{Day, Month};
use crate::calendar::minute;
use crate::language::Text;
use crate::ledger::{
    DeletedPerson, EmergencyGiven, FailedLogin, GlassBroken, MonthReviewed, NamedPerson, NewNetwork, NightUse,
};
use crate::sheet::{PrintedCell, PrintedColumn, PrintedReport, PrintedTable};
use crate::today::refused_as;

/// As gateways lock an ID: so many failures within so many seconds.
const LOCKS: usize = 5;
const WINDOW: i64 = 15 * 60;

/// What is known of a month.
#[derive(Clone, Debug)]
pub(super) struct MonthFacts {
    pub(super) month: Month,
    pub(super) refused: Vec<(String, i64)>,
    pub(super) strangers: Vec<(String, i64)>,
    /// Person by person, in the order of time.
    pub(super) failed: Vec<FailedLogin>,
    /// Logins of IDs that are nobody's.
    pub(super) nobodys: i64,
    pub(super) night: Vec<NightUse>,
    pub(super) networks: Vec<NewNetwork>,
    pub(super) deleted: Vec<DeletedPerson>,
    pub(super) emergencies: Vec<EmergencyGiven>,
    pub(super) glasses: Vec<GlassBroken>,
    pub(super) unused: Unused,
    pub(super) reviewed: Option<MonthReviewed>,
}

/// An ID that was locked, as far as gateways told.
#[derive(Clone, Debug, Eq, PartialEq)]
struct LockedInMonth<'a> {
    who: &'a NamedPerson,
    failures: i64,
    turned_away: i64,
    last: Timestamp,
}

impl MonthFacts {
    /// The report, which says what its hours of the night are; part of it is missing where the month is not over.
    pub(super) fn printed(&self, night: &str, now: Timestamp) -> PrintedReport {
        let month = self.month.japanese();
        let mut notes = vec![match &self.reviewed {
            Some(MonthReviewed { by, name, at, review, .. }) => Text::new(
                format!("確認済み：{name}（{by}）　{}　「{review}」", minute(*at)),
                format!("reviewed by {by} at {at}: {review}"),
            ),
            None => Text::new("この月の点検は、まだ確認されていません。", "nobody has reviewed this month yet"),
        }];
        if self.month.next().begins() > now {
            notes.push(Text::new("この月はまだ終わっていません。", "this month is not over"));
        }
        notes.push(Text::new(
            "窓口に報告されたログイン・拒否・利用のネットワークと、台帳によります。1件ごとの記録はアクセス記録にあります。",
            "by what gateways told the desk, and by the registry; each request stands in the access log",
        ));
        let [_, people, devices] = self.unused.tables();
        let tables = vec![
            self.by_reason(),
            self.unknown(),
            self.locked(),
            self.at_night(night),
            self.new_networks(),
            self.deletions(),
            self.emergencies(),
            self.alone(),
            people,
            devices,
        ];
        PrintedReport {
            name: "review",
            title: Text::new(format!("月次点検（{month}）"), format!("review of {}", self.month)),
            notes,
            tables,
        }
    }

    fn by_reason(&self) -> PrintedTable {
        counted("failures", "登録端末が断られた理由と回数", "refusals of known devices", &self.refused)
    }

    fn unknown(&self) -> PrintedTable {
        let mut table = counted(
            "unknown",
            "電子証明書のない接続・知らない電子証明書",
            "whoever showed no certificate of ours",
            &self.strangers,
        );
        if self.nobodys > 0 {
            table.rows.push(vec![
                PrintedCell::word("登録のないIDでのログイン", "unknown_id"),
                PrintedCell::number(self.nobodys),
            ]);
        }
        table
    }

    fn locked(&self) -> PrintedTable {
        let locked = locked(&self.failed);
        let row = |one: &LockedInMonth<'_>| {
            let counts = [one.failures, one.turned_away].map(PrintedCell::number);
            named(one.who).chain(counts).chain([moment(one.last)]).collect()
        };
        PrintedTable {
            name: "locked",
            caption: Text::new(format!("ロックされたID（{}件）", locked.len()), "locked IDs"),
            columns: columns(
                &[],
                &[("failures", "違うパスワード"), ("turned_away", "ロック中の試行")],
                &[("last", "最後")],
            ),
            rows: locked.iter().map(row).collect(),
        }
    }

    fn at_night(&self, night: &str) -> PrintedTable {
        let row = |one: &NightUse| {
            named(&one.who).chain([PrintedCell::number(one.logins), moment(one.first), moment(one.last)]).collect()
        };
        PrintedTable {
            name: "night",
            caption: Text::new(format!("時間外のログイン（{night}、{}名）", self.night.len()), "logins out of hours"),
            columns: columns(&[], &[("logins", "回数")], &[("first", "最初"), ("last", "最後")]),
            rows: self.night.iter().map(row).collect(),
        }
    }

    fn new_networks(&self) -> PrintedTable {
        let row = |one: &NewNetwork| {
            let seen = [PrintedCell::text(&one.network), word("os", &one.os, &[]), moment(one.at)];
            office(&one.office, &one.office_name)
                .into_iter()
                .chain(device(&one.device, &one.label))
                .chain(seen)
                .collect()
        };
        PrintedTable {
            name: "networks",
            caption: Text::new(
                format!("新しいネットワークからの利用（{}件）", self.networks.len()),
                "new source networks",
            ),
            columns: of_device(&[("network", "ネットワーク"), ("os", "見たOS"), ("at", "初めて見た日時")]),
            rows: self.networks.iter().map(row).collect(),
        }
    }

    fn deletions(&self) -> PrintedTable {
        let row = |one: &DeletedPerson| {
            let since = one.effective.or(one.received.map(Day::of));
            let days = since.map_or_else(
                || PrintedCell::word("", serde_json::Value::Null),
                |since| PrintedCell::number(since.days_until(Day::of(one.at)).max(0)),
            );
            let effective = PrintedCell::word(
                one.effective.map(Day::japanese).unwrap_or_default(),
                one.effective.map(|day| day.to_string()),
            );
            let application = PrintedCell::text(one.application.clone().unwrap_or_default());
            named(&one.who).chain([days, application, effective, moment(one.at)]).collect()
        };
        PrintedTable {
            name: "deletions",
            caption: Text::new(
                format!("削除したIDと、退職・異動の日から削除までの日数（{}件）", self.deleted.len()),
                "IDs that were deleted, and the days it took",
            ),
            columns: columns(
                &[],
                &[("days", "日数")],
                &[("application", "申請番号"), ("effective", "退職・異動の日"), ("deleted", "削除した日時")],
            ),
            rows: self.deleted.iter().map(row).collect(),
        }
    }

    fn emergencies(&self) -> PrintedTable {
        let row = |one: &EmergencyGiven| {
            let rest = [
                PrintedCell::text(&one.serial).leading(format!("/console/certificates/{}", one.serial)),
                word("state", &one.state, &["serial"]),
                moment(one.at),
                day_or(Some(one.not_after), ""),
                PrintedCell::text(&one.first),
                PrintedCell::text(&one.second),
                PrintedCell::text(&one.why),
            ];
            office(&one.office, &one.office_name)
                .into_iter()
                .chain(device(&one.device, &one.label))
                .chain(rest)
                .collect()
        };
        PrintedTable {
            name: "emergencies",
            caption: Text::new(format!("緊急用電子証明書（{}枚）", self.emergencies.len()), "emergency certificates"),
            columns: of_device(&[
                ("serial", "シリアル番号"),
                ("state", "状態"),
                ("issued", "発行日時"),
                ("not_after", "有効期限"),
                ("first", "発行した職員"),
                ("second", "同意した職員"),
                ("why", "理由"),
            ]),
            rows: self.emergencies.iter().map(row).collect(),
        }
    }

    fn alone(&self) -> PrintedTable {
        let row = |one: &GlassBroken| {
            vec![
                PrintedCell::text(&one.number).leading(format!("/console/proposals/{}", one.number)),
                word("kind", &one.kind, &["broken_glass"]),
                PrintedCell::text(&one.by),
                moment(one.at),
                PrintedCell::text(&one.why),
                PrintedCell::text(one.reviewed_by.clone().unwrap_or_else(|| "未確認".to_owned())),
                word("finding", one.finding.as_deref().unwrap_or_default(), &["broken_glass"]),
            ]
        };
        PrintedTable {
            name: "alone",
            caption: Text::new(format!("緊急の単独操作（{}件）", self.glasses.len()), "what custodians did alone"),
            columns: [
                ("broken_glass", "番号"),
                ("kind", "種類"),
                ("by", "操作した責任者"),
                ("at", "日時"),
                ("why", "理由"),
                ("reviewed_by", "確認した責任者"),
                ("finding", "確認の結果"),
            ]
            .map(|(field, head)| PrintedColumn::text(field, head))
            .to_vec(),
            rows: self.glasses.iter().map(row).collect(),
        }
    }
}

/// Whoever was turned away while locked, and whoever failed as often in a row as locks an ID.
fn locked(failed: &[FailedLogin]) -> Vec<LockedInMonth<'_>> {
    let mut each: BTreeMap<(&str, &str), Vec<&FailedLogin>> = BTreeMap::new();
    for one in failed {
        each.entry((&one.who.office, &one.who.login_id)).or_default().push(one);
    }
    each.into_values().filter_map(|logins| locked_of(&logins)).collect()
}

fn locked_of<'a>(logins: &[&'a FailedLogin]) -> Option<LockedInMonth<'a>> {
    let failures: Vec<_> = logins.iter().filter(|one| one.reason == "wrong_password").map(|one| one.at).collect();
    let turned_away = logins.len() - failures.len();
    let quick = failures.windows(LOCKS).any(|five| five[0].plus(WINDOW) >= five[LOCKS - 1]);
    let (first, last) = (logins.first()?, logins.last()?);
    let count = |of: usize| i64::try_from(of).unwrap_or(i64::MAX);
    let (failures, turned_away) = (count(failures.len()), count(turned_away));
    (quick || turned_away > 0).then_some(LockedInMonth { who: &first.who, failures, turned_away, last: last.at })
}

fn counted(name: &'static str, ja: &str, en: &str, reasons: &[(String, i64)]) -> PrintedTable {
    let all: i64 = reasons.iter().map(|(_, times)| times).sum();
    let row = |(reason, times): &(String, i64)| {
        vec![PrintedCell::word(refused_as(reason).ja, reason.as_str()), PrintedCell::number(*times)]
    };
    PrintedTable {
        name,
        caption: Text::new(format!("{ja}（{all}回）"), en),
        columns: vec![PrintedColumn::text("reason", "理由"), PrintedColumn::number("times", "回数")],
        rows: reasons.iter().map(row).collect(),
    }
}

fn named(who: &NamedPerson) -> impl Iterator<Item = PrintedCell> + use<> {
    office(&who.office, &who.office_name).into_iter().chain(person(&who.login_id, &who.name))
}

type Heads<'a> = &'a [(&'static str, &'static str)];

/// Of tables about people: office, ID, name, these texts, these counts, these texts.
fn columns(texts: Heads<'_>, counts: Heads<'_>, more: Heads<'_>) -> Vec<PrintedColumn> {
    let who = [("office", "事業所番号"), ("office_name", "事業所"), ("login_id", "カシワニネットID"), ("name", "氏名")];
    let text = |(field, head): &(&'static str, &'static str)| PrintedColumn::text(field, head);
    let number = |(field, head): &(&'static str, &'static str)| PrintedColumn::number(field, head);
    who.iter().chain(texts).map(text).chain(counts.iter().map(number)).chain(more.iter().map(text)).collect()
}

/// Of tables about devices: office, device, these texts.
fn of_device(more: Heads<'_>) -> Vec<PrintedColumn> {
    let which = [("office", "事業所番号"), ("office_name", "事業所"), ("device", "端末番号"), ("label", "呼び名")];
    which.iter().chain(more).map(|(field, head)| PrintedColumn::text(field, head)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(who: &str, at: i64, reason: &str) -> FailedLogin {
        let who = NamedPerson { login_id: who.into(), office: "1".into(), ..NamedPerson::default() };
        FailedLogin { who, at: Timestamp::from_unix(at), reason: reason.into() }
    }

    #[test]
    fn who_failed_as_often_as_locks_was_locked_and_who_failed_over_the_whole_month_was_not() {
        let mut all: Vec<_> = (0..5).map(|n| failed("quick", n * 60, "wrong_password")).collect();
        all.extend((0..9).map(|n| failed("slow", n * 86_400, "wrong_password")));
        all.push(failed("turned-away", 7, "locked"));
        let found = locked(&all);
        let told: Vec<_> = found.iter().map(|one| (one.who.login_id.as_str(), one.failures, one.turned_away)).collect();
        assert_eq!(told, [("quick", 5, 0), ("turned-away", 0, 1)]);
    }
}
