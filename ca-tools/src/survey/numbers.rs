//! How many people, offices, devices and certificates are there (責務: 氏名・職種・事業所・人数)?

use certs::Timestamp;

use super::cell::{office, word};
use crate::application::Professions;
use crate::calendar::minute;
use crate::language::Text;
use crate::ledger::{HouseNumbers, Numbered, OfficeNumbers};
use crate::sheet::{PrintedCell, PrintedColumn, PrintedReport, PrintedTable};

/// The report of what was counted at this moment; of 職種 those of the city's list are known.
pub(super) fn printed(counted: &HouseNumbers, professions: &Professions, now: Timestamp) -> PrintedReport {
    let unlisted = |one: &&Numbered| !professions.iter().any(|known| known == one.word);
    let strays: Vec<_> = counted.professions.iter().filter(unlisted).map(|one| one.word.as_str()).collect();
    let mut notes =
        vec![Text::new(format!("{}の時点の数です。削除したIDは数えません。", minute(now)), format!("as of {now}"))];
    if !strays.is_empty() {
        let strays = strays.join("、");
        notes.push(Text::new(
            format!("市の一覧にない職種があります：{strays}。一覧は設定の applications.professions です。"),
            format!("professions that are none of the city's list: {strays}"),
        ));
    }
    let systems = by_system(&counted.systems);
    PrintedReport {
        name: "numbers",
        title: Text::new("人数・台数", "numbers"),
        notes,
        tables: vec![totals(counted), by_profession(counted), by_office(counted), systems, certificates(counted)],
    }
}

fn sum(all: &[Numbered]) -> i64 {
    all.iter().map(|one| one.count).sum()
}

fn totals(counted: &HouseNumbers) -> PrintedTable {
    let in_service = counted.offices.iter().filter(|one| matches!(one.state.as_str(), "registered" | "suspended"));
    let offices = i64::try_from(in_service.count()).unwrap_or(i64::MAX);
    let of = |all: &[Numbered], word: &str| all.iter().filter(|one| one.word == word).map(|one| one.count).sum();
    let emergencies = counted.certificates.iter().filter(|one| one.of == "emergency").map(|one| one.count).sum();
    let rows = [
        ("offices", "利用中の事業所", offices),
        ("people", "ID（人）", sum(&counted.professions)),
        ("devices", "承認済みの端末", sum(&counted.systems)),
        ("certificates", "使用中の電子証明書", of(&counted.certificates, "issued")),
        ("emergencies", "これまでに発行した緊急用電子証明書", emergencies),
        ("rooms", "開設中の部屋", of(&counted.rooms, "open")),
    ];
    PrintedTable {
        name: "totals",
        caption: Text::new("合計", "totals"),
        columns: vec![PrintedColumn::text("what", "項目"), PrintedColumn::number("count", "数")],
        rows: rows.map(|(raw, said, count)| vec![PrintedCell::word(said, raw), PrintedCell::number(count)]).to_vec(),
    }
}

fn by_profession(counted: &HouseNumbers) -> PrintedTable {
    let row = |one: &Numbered| {
        vec![PrintedCell::text(&one.word), PrintedCell::number(one.count), PrintedCell::number(one.held)]
    };
    PrintedTable {
        name: "professions",
        caption: Text::new(format!("職種ごとの人数（{}名）", sum(&counted.professions)), "people by profession"),
        columns: vec![
            PrintedColumn::text("profession", "職種"),
            PrintedColumn::number("people", "人数"),
            PrintedColumn::number("suspended", "うち一時停止"),
        ],
        rows: counted.professions.iter().map(row).collect(),
    }
}

fn by_office(counted: &HouseNumbers) -> PrintedTable {
    let row = |one: &OfficeNumbers| {
        let counts =
            [one.people, one.contacts, one.devices, one.certificates, one.emergencies].map(PrintedCell::number);
        let state = word("state", &one.state, &["office"]);
        office(&one.office, &one.name).into_iter().chain([state]).chain(counts).collect()
    };
    PrintedTable {
        name: "offices",
        caption: Text::new(format!("事業所ごと（{}か所）", counted.offices.len()), "by office"),
        columns: vec![
            PrintedColumn::text("office", "事業所番号"),
            PrintedColumn::text("office_name", "事業所"),
            PrintedColumn::text("state", "状態"),
            PrintedColumn::number("people", "人数"),
            PrintedColumn::number("contacts", "うち担当者"),
            PrintedColumn::number("devices", "端末"),
            PrintedColumn::number("certificates", "使用中の電子証明書"),
            PrintedColumn::number("emergencies", "緊急用電子証明書"),
        ],
        rows: counted.offices.iter().map(row).collect(),
    }
}

fn by_system(systems: &[Numbered]) -> PrintedTable {
    let row = |one: &Numbered| {
        let named = [word("os", &one.word, &[]), word("ownership", &one.of, &[])];
        named.into_iter().chain([one.count, one.held].map(PrintedCell::number)).collect()
    };
    PrintedTable {
        name: "systems",
        caption: Text::new(format!("端末のOSごと（{}台）", sum(systems)), "devices by system"),
        columns: vec![
            PrintedColumn::text("os", "登録したOS"),
            PrintedColumn::text("ownership", "所有"),
            PrintedColumn::number("devices", "台数"),
            PrintedColumn::number("suspended", "うち一時停止"),
        ],
        rows: systems.iter().map(row).collect(),
    }
}

fn certificates(counted: &HouseNumbers) -> PrintedTable {
    let row = |one: &Numbered| {
        let state = match one.word.as_str() {
            "expired" => PrintedCell::word("期限切れ", "expired"),
            state => word("state", state, &["serial"]),
        };
        let kind = match one.of.as_str() {
            "emergency" => PrintedCell::word("緊急用", "emergency"),
            _ => PrintedCell::word("通常", "usual"),
        };
        vec![state, kind, PrintedCell::number(one.count)]
    };
    PrintedTable {
        name: "certificates",
        caption: Text::new("電子証明書の状態ごと", "certificates by state"),
        columns: vec![
            PrintedColumn::text("state", "状態"),
            PrintedColumn::text("kind", "種類"),
            PrintedColumn::number("count", "枚数"),
        ],
        rows: counted.certificates.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profession_that_is_none_of_the_list_is_counted_and_told() {
        let one = |word: &str, count| Numbered { word: word.into(), of: String::new(), count, held: 1 };
        let counted = HouseNumbers {
            professions: vec![one("看護師", 3), one("宇宙飛行士", 1)],
            ..HouseNumbers::default()
        };
        let report = printed(&counted, &Professions::default(), Timestamp::from_unix(0));
        assert!(report.notes.iter().any(|note| note.ja.contains("宇宙飛行士") && !note.ja.contains("看護師")));
        let json = report.json();
        assert_eq!(json["tables"]["totals"][1]["count"], 4);
        assert_eq!(json["tables"]["professions"][0]["suspended"], 1);
    }
}
