//! Which IDs and devices does nobody use? Whoever has not logged in for so many days, and whatever was not seen for so many; what
//! is younger than that was not there long enough to be unused.

use std::collections::BTreeMap;

use certs::Timestamp;

use super::cell::{day_or, device, office, person, word};
use crate::application::Day;
use crate::calendar::day;
use crate::language::Text;
use crate::ledger::{UnusedDevice, UnusedPerson};
use crate::sheet::{PrintedCell, PrintedColumn, PrintedReport, PrintedTable};

/// Days of silence where nobody said how many: a quarter.
pub(crate) const UNUSED_DAYS: i64 = 90;
const DAY: i64 = 86_400;

/// What the registry says of those that were not used since then.
#[derive(Clone, Debug, Default)]
pub(super) struct Unused {
    pub(super) people: Vec<UnusedPerson>,
    pub(super) devices: Vec<UnusedDevice>,
}

/// Which moment divides the used from the unused.
pub(super) fn since(now: Timestamp, days: i64) -> Timestamp {
    now.plus(-days.saturating_mul(DAY))
}

impl Unused {
    /// Only those that had the time to be used.
    pub(super) fn long_enough(mut self, since: Timestamp) -> Self {
        let old =
            |last: Option<Timestamp>, there: Option<Timestamp>| last.is_some() || there.is_none_or(|at| at < since);
        self.people.retain(|one| old(one.last, one.since));
        self.devices.retain(|one| old(one.last, one.since));
        self
    }

    /// The report: by office how many, then each.
    pub(super) fn printed(&self, (days, now): (i64, Timestamp), kept: i64) -> PrintedReport {
        let notes = vec![
            Text::new(
                format!("{}の時点で、{days}日以上使われていないIDと端末です。", day(now)),
                format!("not used for {days} days or more, as of {}", Day::of(now)),
            ),
            Text::new(
                format!(
                    "IDは最後のログイン、端末は最後に届いた通信によります。窓口が持つログインの記録は{kept}日分で、それより前のログインは「記録なし」です。登録や承認から{days}日たっていないものは載せていません。"
                ),
                format!(
                    "of an ID its last login counts, of a device its last request; logins are kept for {kept} days; what is younger than {days} days is left out"
                ),
            ),
        ];
        PrintedReport {
            name: "unused",
            title: Text::new("使われていないIDと端末", "IDs and devices that nobody uses"),
            notes,
            tables: vec![self.by_office(), self.people(), self.devices()],
        }
    }

    fn by_office(&self) -> PrintedTable {
        let mut offices: BTreeMap<(&str, &str), [i64; 2]> = BTreeMap::new();
        for one in &self.people {
            offices.entry((&one.office, &one.office_name)).or_default()[0] += 1;
        }
        for one in &self.devices {
            offices.entry((&one.office, &one.office_name)).or_default()[1] += 1;
        }
        let row = |((number, name), [people, devices]): ((&str, &str), [i64; 2])| {
            let counts = [PrintedCell::number(people), PrintedCell::number(devices)];
            office(number, name).into_iter().chain(counts).collect()
        };
        PrintedTable {
            name: "offices",
            caption: Text::new(format!("事業所ごとの数（{}か所）", offices.len()), "by office"),
            columns: vec![
                PrintedColumn::text("office", "事業所番号"),
                PrintedColumn::text("office_name", "事業所"),
                PrintedColumn::number("people", "使われていないID"),
                PrintedColumn::number("devices", "使われていない端末"),
            ],
            rows: offices.into_iter().map(row).collect(),
        }
    }

    fn people(&self) -> PrintedTable {
        let row = |one: &UnusedPerson| {
            let state = word("state", &one.state, &["login_id"]);
            let rest = [PrintedCell::text(&one.profession), state, day_or(one.last, "記録なし"), day_or(one.since, "")];
            let named = office(&one.office, &one.office_name).into_iter().chain(person(&one.login_id, &one.name));
            named.chain(rest).collect()
        };
        PrintedTable {
            name: "people",
            caption: Text::new(format!("使われていないID（{}件）", self.people.len()), "IDs"),
            columns: vec![
                PrintedColumn::text("office", "事業所番号"),
                PrintedColumn::text("office_name", "事業所"),
                PrintedColumn::text("login_id", "カシワニネットID"),
                PrintedColumn::text("name", "氏名"),
                PrintedColumn::text("profession", "職種"),
                PrintedColumn::text("state", "状態"),
                PrintedColumn::text("last_login", "最後のログイン"),
                PrintedColumn::text("registered", "登録日"),
            ],
            rows: self.people.iter().map(row).collect(),
        }
    }

    fn devices(&self) -> PrintedTable {
        let row = |one: &UnusedDevice| {
            let state = if one.suspended {
                PrintedCell::word("一時停止中", "suspended")
            } else {
                PrintedCell::word("使用中", "approved")
            };
            let seen = PrintedCell::word(seen_as(one), one.seen_os.clone());
            let rest = [
                word("os", &one.os, &[]),
                word("ownership", &one.ownership, &[]),
                state,
                day_or(one.last, "なし"),
                seen,
                PrintedCell::text(one.network.clone().unwrap_or_default()),
                day_or(one.since, ""),
            ];
            let named = office(&one.office, &one.office_name).into_iter().chain(device(&one.device, &one.label));
            named.chain(rest).collect()
        };
        PrintedTable {
            name: "devices",
            caption: Text::new(format!("使われていない端末（{}台）", self.devices.len()), "devices"),
            columns: vec![
                PrintedColumn::text("office", "事業所番号"),
                PrintedColumn::text("office_name", "事業所"),
                PrintedColumn::text("device", "端末番号"),
                PrintedColumn::text("label", "呼び名"),
                PrintedColumn::text("os", "登録したOS"),
                PrintedColumn::text("ownership", "所有"),
                PrintedColumn::text("state", "状態"),
                PrintedColumn::text("last_seen", "最後の利用"),
                PrintedColumn::text("seen_os", "最後に見たOS"),
                PrintedColumn::text("network", "最後に見たネットワーク"),
                PrintedColumn::text("approved", "承認日"),
            ],
            rows: self.devices.iter().map(row).collect(),
        }
    }
}

fn seen_as(one: &UnusedDevice) -> String {
    one.seen_os
        .as_deref()
        .map(|os| crate::words::said("os", os, &[], crate::language::Language::Japanese))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_795_392_300);

    fn person(id: &str, last: Option<i64>, since: Option<i64>) -> UnusedPerson {
        let at = |days: i64| NOW.plus(-days * DAY);
        UnusedPerson {
            login_id: id.into(),
            name: "佐藤 花子".into(),
            profession: "看護師".into(),
            state: "active".into(),
            office: "1272200001".into(),
            office_name: "ひだまり".into(),
            last: last.map(at),
            since: since.map(at),
        }
    }

    #[test]
    fn what_had_no_time_to_be_used_is_not_unused() {
        let people = vec![
            person("never", None, Some(100)),
            person("new", None, Some(10)),
            person("old", Some(120), Some(300)),
            person("nobody-knows", None, None),
        ];
        let unused = Unused { people, devices: Vec::new() }.long_enough(since(NOW, 90));
        let left: Vec<_> = unused.people.iter().map(|one| one.login_id.as_str()).collect();
        assert_eq!(left, ["never", "old", "nobody-knows"]);
        let report = unused.printed((90, NOW), 400);
        let json = report.json();
        assert_eq!(json["tables"]["offices"][0]["people"], 3);
        assert_eq!(json["tables"]["people"][0]["last_login"], serde_json::Value::Null);
        assert_eq!(report.tables[1].rows[0][6].said, "記録なし");
        assert_eq!(report.tables[1].rows[0][2].path.as_deref(), Some("/console/people/never"));
    }
}
