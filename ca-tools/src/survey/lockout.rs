//! Who would be locked out by a new configuration of the gateway? It has judged the lines of the last days by it
//! (`gateway check --replay … --report FILE`): the file holds numbers, and here the names are beside them.
//!
//! The file is two lines: the result, and the digest by which it is known to be whole. Neither proves who made it; it is read
//! by operators who put it there, and decides nothing.

use serde::Deserialize;

use super::cell::{device, office, person};
use crate::digest::sha256;
use crate::language::Text;
use crate::ledger::NamesOfAll;
use crate::sheet::{PrintedCell, PrintedColumn, PrintedReport, PrintedTable};

/// What the gateway writes of itself.
const FORMAT: &str = "lockout/1";

/// The gateway's result, as far as it is shown.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Lockout {
    format: String,
    made_at: String,
    configuration: String,
    registry_version: u64,
    first: Option<String>,
    last: Option<String>,
    lines: u64,
    judged_lines: u64,
    over: u64,
    more: u64,
    broken: Vec<String>,
    locked_out: Vec<LockedOut>,
    newly: Vec<LockedOut>,
}

/// A device, person or office, with one reason.
#[derive(Clone, Debug, Deserialize)]
struct LockedOut {
    sort: Sort,
    number: String,
    office: Option<String>,
    reason: String,
    code: Option<String>,
    wholly: bool,
    lines: i64,
    last: String,
    places: Vec<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Sort {
    Office,
    Person,
    Device,
}

/// Why a file is no such result.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum NoLockout {
    /// Its digest is another: it was changed, or is not whole.
    Changed,
    /// It is something else, or of another version.
    Other,
}

impl NoLockout {
    pub(crate) fn text(self) -> Text {
        match self {
            Self::Changed => Text::new(
                "ファイルが途中で切れているか、書き換えられています。gateway check --replay をもう一度行ってください。",
                "the file is not whole, or was changed; run gateway check --replay again",
            ),
            Self::Other => Text::new(
                "gateway check --replay … --report で書いたファイルではありません。",
                "it was not written by gateway check --replay … --report",
            ),
        }
    }
}

impl Lockout {
    /// Reads the file's text.
    pub(crate) fn read(text: &str) -> Result<Self, NoLockout> {
        let (result, print) = text.split_once('\n').ok_or(NoLockout::Other)?;
        let print = print.trim_end().strip_prefix("sha256:").ok_or(NoLockout::Other)?;
        if sha256(result.as_bytes()) != print {
            return Err(NoLockout::Changed);
        }
        serde_json::from_str(result).ok().filter(|read: &Self| read.format == FORMAT).ok_or(NoLockout::Other)
    }

    /// The report.
    pub(crate) fn printed(&self, names: &NamesOfAll) -> PrintedReport {
        PrintedReport { name: "lockout", title: title(), notes: self.notes(), tables: self.tables(names).into() }
    }

    fn notes(&self) -> Vec<Text> {
        let minute = |time: &Option<String>| {
            time.as_deref()
                .and_then(|time| time.get(..16))
                .map_or_else(|| "—".to_owned(), |time| time.replace('T', " "))
        };
        let (first, last) = (minute(&self.first), minute(&self.last));
        let (made, version) = (minute(&Some(self.made_at.clone())), self.registry_version);
        let (lines, judged) = (self.lines, self.judged_lines);
        let print = self.configuration.get(..16).unwrap_or_default();
        let mut notes = vec![
            Text::new(
                format!(
                    "{first} から {last} までのアクセス記録（{lines}行、うち端末のあるもの{judged}行）で通った端末・人・事業所を、新しい設定と {made} の台帳（第{version}版）で、もう一度判定した結果です。設定ファイルの指紋は {print}… です。"
                ),
                format!(
                    "who passed from {first} to {last} ({lines} lines, {judged} of a device), judged again by the configuration {print}… and version {version} of the registry at {made}"
                ),
            ),
            Text::new(
                "パスワードを覚えているか、その期間に来なかった人と端末がどうなるかは、記録からは分かりません。",
                "whether people know their passwords, and what becomes of those who did not come, no line says",
            ),
        ];
        if self.over > 0 || self.more > 0 {
            let (over, more) = (self.over, self.more);
            notes.push(Text::new(
                format!(
                    "すべてではありません：{over}行は組み合わせが多すぎて判定しておらず、{more}行は表に載せていません。"
                ),
                format!("not all of it: {over} lines were not judged, {more} rows are left out"),
            ));
        }
        if let Some(first) = self.broken.first() {
            let count = self.broken.len();
            notes.push(Text::new(
                format!("アクセス記録が書かれたとおりではありません（{count}か所、はじめは {first}）。gateway log verify で確かめてください。"),
                format!("the lines are not as they were written ({count}, first {first}); see gateway log verify"),
            ));
        }
        notes
    }

    fn tables(&self, names: &NamesOfAll) -> [PrintedTable; 4] {
        let of = |sort: Sort| self.locked_out.iter().filter(move |row| row.sort == sort);
        let table = |name, said: &str, sort| {
            let rows: Vec<_> = of(sort).map(|row| row.cells(names)).collect();
            let caption = format!("通れなくなる{said}（{}行）", rows.len());
            PrintedTable { name, caption: Text::new(caption, "would be refused"), columns: columns(), rows }
        };
        let newly: Vec<_> = self.newly.iter().map(|row| row.cells(names)).collect();
        let caption = format!("断られていて、通れるようになるもの（{}行）", newly.len());
        [
            table("offices", "事業所", Sort::Office),
            table("people", "ID", Sort::Person),
            table("devices", "端末", Sort::Device),
            PrintedTable {
                name: "newly",
                caption: Text::new(caption, "would newly pass"),
                columns: columns(),
                rows: newly,
            },
        ]
    }
}

/// There is no result yet: how to have one.
pub(crate) fn none_yet() -> PrintedReport {
    let notes = vec![Text::new(
        "まだ結果が置かれていません。新しい設定を入れる前に、関所の機械で gateway check --config 新しい設定 --replay アクセス記録… --days 30 --report ファイル を行い、できたファイルを ca.toml の reports.lockout に置いてください。",
        "there is no result yet: run gateway check --config NEW --replay LOG… --days 30 --report FILE and put the file where reports.lockout says",
    )];
    PrintedReport { name: "lockout", title: title(), notes, tables: Vec::new() }
}

fn title() -> Text {
    Text::new("設定を変えると通れなくなる人と端末", "who would be locked out by a new configuration")
}

fn columns() -> Vec<PrintedColumn> {
    vec![
        PrintedColumn::text("number", "番号・ID"),
        PrintedColumn::text("name", "名前"),
        PrintedColumn::text("office", "事業所番号"),
        PrintedColumn::text("office_name", "事業所"),
        PrintedColumn::text("reason", "見える理由"),
        PrintedColumn::text("code", "番号（KW-）"),
        PrintedColumn::text("wholly", "範囲"),
        PrintedColumn::number("lines", "その期間の回数"),
        PrintedColumn::text("last", "最後"),
        PrintedColumn::text("places", "どこで"),
    ]
}

impl LockedOut {
    fn cells(&self, names: &NamesOfAll) -> Vec<PrintedCell> {
        let called = |name: Option<&String>| name.cloned().unwrap_or_default();
        let subject = match self.sort {
            Sort::Office => office(&self.number, &called(names.offices.get(&self.number))),
            Sort::Person => person(&self.number, &called(names.people.get(&self.number))),
            Sort::Device => device(&self.number, &called(names.devices.get(&self.number))),
        };
        let theirs = self.office.as_deref().unwrap_or_default();
        let theirs = [PrintedCell::text(theirs), PrintedCell::text(called(names.offices.get(theirs)))];
        let wholly = if self.wholly { "まったく通れない" } else { "一部" };
        let rest = [
            PrintedCell::word(reason(&self.reason), self.reason.as_str()),
            PrintedCell::text(self.code.clone().unwrap_or_default()),
            PrintedCell::word(wholly, self.wholly),
            PrintedCell::number(self.lines),
            PrintedCell::word(self.last.replace('T', " "), self.last.as_str()),
            PrintedCell::word(self.places.join("、"), self.places.clone()),
        ];
        subject.into_iter().chain(theirs).chain(rest).collect()
    }
}

/// As the page of the refusal is headed; where no page would come, why not.
fn reason(word: &str) -> String {
    match word {
        "tls_version" => "TLSの版が古く、つながらない（ページは出ません）".to_owned(),
        "tls_group" => "鍵交換の方式が合わず、つながらない（ページは出ません）".to_owned(),
        "no_site" => "そのサイトがなくなる（ページは出ません）".to_owned(),
        other => pages::refusals::Reason::read(other, None)
            .map_or_else(|| other.to_owned(), |reason| reason.heading(pages::Language::Japanese).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESULT: &str = r#"{"format":"lockout/1","made_at":"2026-11-28T10:00:00+09:00","configuration":"ab","registry":"r","registry_version":7,"gateways":["gw-1"],"first":"2026-10-29T08:00:00.000000+09:00","last":null,"lines":12,"judged_lines":10,"combinations":3,"over":0,"unreadable":0,"broken":[],"not_known":[],"locked_out":[{"sort":"device","number":"DEV-000001","office":"1272200001","reason":"foreign_cert","code":"KW-101","wholly":true,"lines":4,"last":"2026-11-27T18:00:00","places":["record"]},{"sort":"person","number":"k.sato","office":null,"reason":"tls_version","code":null,"wholly":false,"lines":2,"last":"2026-11-27T18:00:00","places":[]}],"newly":[],"more":0,"summary":{}}"#;

    fn file(result: &str) -> String {
        format!("{result}\nsha256:{}\n", sha256(result.as_bytes()))
    }

    #[test]
    fn a_result_is_shown_with_names_beside_its_numbers_and_the_words_that_would_be_seen() {
        let mut names = NamesOfAll::default();
        names.devices.insert("DEV-000001".into(), "訪問用".into());
        let report = Lockout::read(&file(RESULT)).unwrap().printed(&names);
        let device = &report.tables[2].rows[0];
        assert_eq!((device[1].said.as_str(), device[5].said.as_str()), ("訪問用", "KW-101"));
        assert_eq!(device[0].path.as_deref(), Some("/console/devices/DEV-000001"));
        assert!(report.tables[1].rows[0][4].said.contains("TLS"), "{report:?}");
        assert_eq!(report.json()["tables"]["devices"][0]["reason"], "foreign_cert");
    }

    #[test]
    fn what_was_changed_is_cut_short_or_is_something_else_is_no_result() {
        let whole = file(RESULT);
        assert_eq!(Lockout::read(&whole.replace("KW-101", "KW-102")).unwrap_err(), NoLockout::Changed);
        assert_eq!(Lockout::read(RESULT).unwrap_err(), NoLockout::Other);
        assert_eq!(Lockout::read(&file(&RESULT.replace("lockout/1", "lockout/2"))).unwrap_err(), NoLockout::Other);
        assert_eq!(Lockout::read(&file("{}")).unwrap_err(), NoLockout::Other);
    }
}
