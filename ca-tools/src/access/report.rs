//! What somebody did, line by line: ユーザーID・氏名・時刻・カテゴリ・操作情報, with the device and the office
//! beside them; and what was done in the windows of a work plan.

use std::collections::{BTreeMap, HashSet};

use access_log::LogLine;

use super::pass::{LogFiles, ReadChain};
use super::row::{AccessRow, Category};
use super::{AccessAsked, AccessWhom};
use crate::calendar::minute;
use crate::language::Text;
use crate::ledger::{CalledThen, Ledger, PlannedWindow, Uncalled};
use crate::refusal::Unavailable;
use crate::sheet::{PrintedCell, PrintedColumn, PrintedReport, PrintedTable};

/// Rows of one report: more than anybody reviews at once. What is left out is said.
const MOST: usize = 100_000;

/// Lines of a report, as they come in.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccessRows {
    rows: Vec<AccessRow>,
    left_out: u64,
    /// The desk was told more than it was asked for.
    cut: bool,
    /// From where they are; nothing of lines that the desk was told.
    chains: Option<Vec<ReadChain>>,
}

impl AccessRows {
    /// Reads them from files, where the chains are verified on the way.
    ///
    /// # Errors
    /// A file cannot be read, or is no access log.
    pub(crate) fn read(asked: &AccessAsked, files: &LogFiles) -> Result<Self, String> {
        let (mut rows, end) = (Self::default(), asked.end());
        let pass = files.pass(&asked.wanted(), &mut |gateway, found| {
            if found.line.time < end.as_str() {
                rows.take(gateway, &found.line);
            }
        })?;
        rows.chains = Some(pass.chains);
        Ok(rows.in_order())
    }

    /// Those of these lines, as the desk was told them.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn told(asked: &AccessAsked, ledger: &Ledger) -> Result<Self, Unavailable> {
        let AccessWhom { device, person, office, room } = &asked.whom;
        let (whom, span) = ((*device, person.as_ref(), office.as_ref()), (asked.from, asked.until));
        let told = ledger.told_between(whom, span, MOST as u32).await?;
        let mut rows = Self { cut: told.len() >= MOST, ..Self::default() };
        for (gateway, line) in &told {
            let line = LogLine::read(line.as_bytes());
            let in_room = |line: &LogLine<'_>| room.as_ref().is_none_or(|room| line.room == Some(room.as_str()));
            if let Some(line) = line.filter(in_room) {
                rows.take(gateway, &line);
            }
        }
        Ok(rows.in_order())
    }

    /// All that came together: of several accounts of one work plan.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.rows.extend(other.rows);
        self.left_out += other.left_out;
        self.cut |= other.cut;
        self.chains = self.chains.or(other.chains);
        self.in_order()
    }

    fn take(&mut self, gateway: &str, line: &LogLine<'_>) {
        let Some(row) = AccessRow::of(gateway, line) else { return };
        if self.rows.len() < MOST {
            self.rows.push(row);
        } else {
            self.left_out += 1;
        }
    }

    fn in_order(mut self) -> Self {
        self.rows.sort_by(|one, other| (&one.time, &one.gateway).cmp(&(&other.time, &other.gateway)));
        self
    }

    /// The names that are to be joined.
    pub(crate) fn names(&self) -> Uncalled {
        let mut wanted = Uncalled::default();
        self.rows.iter().for_each(|row| row.ask(&mut wanted));
        wanted
    }

    /// What whoever reads it must know: from where the lines are, and whether they are as they were written.
    fn notes(&self) -> Vec<Text> {
        let mut notes = Vec::new();
        match &self.chains {
            None => notes.push(Text::new(
                "窓口に届いた行（ログインと、断られた要求）だけです。閲覧・登録まで含めるには、アクセス記録のファイルから作ります（ca-tools report access・report maintenance）。",
                "only what the desk was told: logins and refusals; for all lines read the files at the gateway",
            )),
            Some(chains) => notes.extend(chains.iter().map(ReadChain::said)),
        }
        if self.cut {
            notes.push(Text::new(
                format!("窓口に届いた行は{MOST}件まで調べました。ほかにもあります。期間を短くしてください。"),
                format!("the first {MOST} lines were looked at; there are more: ask for a shorter time"),
            ));
        }
        if self.left_out > 0 {
            notes.push(Text::new(
                format!("{MOST}件まで載せました。ほかに{}件あります。期間を短くしてください。", self.left_out),
                format!("{MOST} lines are shown, {} more are left out: ask for a shorter time", self.left_out),
            ));
        }
        notes
    }
}

impl ReadChain {
    /// Whether it is as it was written, in words.
    pub(crate) fn said(&self) -> Text {
        let span = match (&self.first, &self.last) {
            (Some(first), Some(last)) => format!("{}〜{}番", first.seq, last.seq),
            _ => "行なし".to_owned(),
        };
        let (gateway, lines) = (&self.gateway, self.lines);
        if self.verified {
            let vouched = self.vouched_up_to.map_or_else(
                || "署名された控えとは照合していません".to_owned(),
                |up_to| format!("{up_to}番まで署名された控えと一致"),
            );
            return Text::new(
                format!("アクセス記録（{gateway}）：{lines}行、{span}。改変・欠落はありません（{vouched}）。"),
                format!("access log of {gateway}: {lines} lines, as they were written"),
            );
        }
        let first = self.findings.first().map_or("", String::as_str);
        let count = self.findings.len() as u64 + self.more_findings;
        Text::new(
            format!("アクセス記録（{gateway}）：{lines}行、{span}。改変・欠落が{count}か所あります（{first}）。"),
            format!("access log of {gateway}: {lines} lines, broken in {count} places: {first}"),
        )
    }
}

const COLUMNS: [PrintedColumn; 7] = [
    PrintedColumn::text("login_id", "ユーザーID"),
    PrintedColumn::text("name", "氏名"),
    PrintedColumn::text("at", "時刻"),
    PrintedColumn::text("category", "カテゴリ"),
    PrintedColumn::text("operation", "操作情報"),
    PrintedColumn::text("device", "端末"),
    PrintedColumn::text("office", "事業所"),
];

/// Who did what when.
pub(crate) fn access_report(asked: &AccessAsked, rows: &AccessRows, called: &CalledThen) -> PrintedReport {
    let AccessWhom { device, person, office, room } = &asked.whom;
    let span = between(asked);
    let mut notes = vec![Text::new(
        format!("対象：{}。{}", asked.whom.said(), span.ja),
        format!(
            "of {}{}",
            [
                device.map(|device| device.to_string()),
                person.as_ref().map(ToString::to_string),
                office.as_ref().map(ToString::to_string),
                room.as_ref().map(ToString::to_string),
            ]
            .into_iter()
            .flatten()
            .map(|name| format!("{name}, "))
            .collect::<String>(),
            span.en
        ),
    )];
    notes.extend(rows.notes());
    let table = lines_table(rows, called);
    PrintedReport {
        name: "access",
        title: Text::new("アクセスログ照会", "who did what when"),
        notes,
        tables: vec![table],
    }
}

fn lines_table(rows: &AccessRows, called: &CalledThen) -> PrintedTable {
    PrintedTable {
        name: "lines",
        caption: Text::new(format!("操作（{}件、時刻順）", rows.rows.len()), format!("{} lines", rows.rows.len())),
        columns: COLUMNS.to_vec(),
        rows: rows.rows.iter().map(|row| cells(row, called)).collect(),
    }
}

fn cells(row: &AccessRow, called: &CalledThen) -> Vec<PrintedCell> {
    let at = row.at();
    let person = row.user.as_deref().unwrap_or_default();
    let room = row.room.as_deref().map(|room| format!("部屋 {}", named(room, called.room(room))));
    let operation: Vec<&str> =
        room.as_deref().into_iter().chain(Some(row.did.as_str()).filter(|did| !did.is_empty())).collect();
    let cell = |number: &Option<String>, name: &str, noun: &str| match number {
        None => PrintedCell::default(),
        Some(number) => {
            PrintedCell::word(named(number, name), number.as_str()).leading(format!("/console/{noun}/{number}"))
        }
    };
    let of = |number: &Option<String>| number.clone().unwrap_or_default();
    vec![
        if person.is_empty() {
            PrintedCell::default()
        } else {
            PrintedCell::text(person).leading(format!("/console/people/{person}"))
        },
        PrintedCell::text(called.person(person, at)),
        PrintedCell::word(clock(&row.time), row.time.as_str()),
        PrintedCell::word(row.category.called(), row.category.as_str()),
        PrintedCell::text(operation.join(" ")),
        cell(&row.device, called.device(&of(&row.device)), "devices"),
        cell(&row.office, called.office(&of(&row.office)), "offices"),
    ]
}

/// `2026-11-28 18:39:59`: what is compared line by line keeps its seconds.
fn clock(time: &str) -> String {
    time.get(..19).unwrap_or(time).replace('T', " ")
}

fn named(number: &str, name: &str) -> String {
    if name.is_empty() { number.to_owned() } else { format!("{name}（{number}）") }
}

fn between(asked: &AccessAsked) -> Text {
    let last = asked.until.plus(-1);
    Text::new(
        format!("期間：{} から {} まで。", minute(asked.from), minute(last)),
        format!("from {} until {}", asked.from, last),
    )
}

/// A work plan: its number, and the windows that were opened by it.
#[derive(Clone, Debug)]
pub(crate) struct MaintenanceAsked {
    pub(crate) plan: String,
    pub(crate) windows: Vec<PlannedWindow>,
}

/// All that was done in the windows of a work plan, to be held against it: in the order of time, and how much of which room.
pub(crate) fn maintenance_report(asked: &MaintenanceAsked, rows: &AccessRows, called: &CalledThen) -> PrintedReport {
    let mut rooms: BTreeMap<&str, (i64, &str, &str)> = BTreeMap::new();
    let ended: HashSet<&str> = rows
        .rows
        .iter()
        .filter(|row| row.category != Category::Running)
        .filter_map(|row| row.request.as_deref())
        .collect();
    // One that ran for long left two lines, and counts once.
    let again = |row: &AccessRow| {
        row.category == Category::Running && row.request.as_deref().is_some_and(|request| ended.contains(request))
    };
    for row in rows.rows.iter().filter(|row| row.passed && !again(row)) {
        let Some(room) = row.room.as_deref() else { continue };
        let (count, _, last) = rooms.entry(room).or_insert((0, &row.time, &row.time));
        *count += 1;
        *last = &row.time;
    }
    let requests: i64 = rooms.values().map(|(count, ..)| *count).sum();
    let touched = if rooms.is_empty() {
        Text::new("個人情報（部屋）への到達：なし。", "no room was reached: no personal data was touched")
    } else {
        Text::new(
            format!("個人情報（部屋）への到達：あり（{}部屋、{requests}件）。", rooms.len()),
            format!("personal data was touched: {} rooms, {requests} requests", rooms.len()),
        )
    };
    let mut notes = vec![
        Text::new(
            format!("作業計画：{}。作業計画書と照らし合わせてください。", asked.plan),
            format!("work plan {}: hold it against what was planned", asked.plan),
        ),
        touched,
    ];
    notes.extend(rows.notes());
    let windows = asked.windows.iter().map(|planned| {
        vec![
            PrintedCell::text(planned.login_id.as_str()).leading(format!("/console/people/{}", planned.login_id)),
            PrintedCell::text(planned.name.as_str()),
            PrintedCell::word(minute(planned.window.from), planned.window.from.to_string()),
            PrintedCell::word(minute(planned.window.until), planned.window.until.to_string()),
        ]
    });
    let reached = rooms.iter().map(|(room, (count, first, last))| {
        vec![
            PrintedCell::word(named(room, called.room(room)), *room).leading(format!("/console/rooms/{room}")),
            PrintedCell::number(*count),
            PrintedCell::word(clock(first), *first),
            PrintedCell::word(clock(last), *last),
        ]
    });
    let tables = vec![
        PrintedTable {
            name: "windows",
            caption: Text::new("開いた時間帯", "windows that were opened"),
            columns: vec![
                PrintedColumn::text("login_id", "ユーザーID"),
                PrintedColumn::text("name", "氏名"),
                PrintedColumn::text("from", "始まり"),
                PrintedColumn::text("until", "終わり"),
            ],
            rows: windows.collect(),
        },
        PrintedTable {
            name: "rooms",
            caption: Text::new("部屋ごとの件数", "requests by room"),
            columns: vec![
                PrintedColumn::text("room", "部屋"),
                PrintedColumn::number("requests", "件数"),
                PrintedColumn::text("first", "最初"),
                PrintedColumn::text("last", "最後"),
            ],
            rows: reached.collect(),
        },
        lines_table(rows, called),
    ];
    PrintedReport {
        name: "maintenance",
        title: Text::new("保守作業照合", "maintenance, held against its work plan"),
        notes,
        tables,
    }
}
