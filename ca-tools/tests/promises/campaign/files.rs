//! Tables go out and come back by command, in each spelling that offices have; nothing of one is taken over where any cell of
//! it is wrong.

use serde_json::json;

use crate::fixtures::house::House;

fn in_days(days: i64) -> String {
    let at = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    ca_tools::application::Day::of(certs::Timestamp::from_unix(i64::try_from(at).unwrap() + days * 86_400)).to_string()
}

/// A house with an office of two people and a device, asked by a campaign.
fn opened() -> (House, String) {
    let house = House::furnished();
    house.done("user add --office 1272200001 --name 伊藤 --profession 医師 --id m.ito --application A-2");
    let told = house.done(&format!("campaign open --due {} --remind-on {}", in_days(30), in_days(14)));
    assert_eq!((&told["offices"], &told["people"], &told["devices"]), (&json!(1), &json!(2), &json!(1)), "{told}");
    let no = told["campaign"].as_str().unwrap().to_owned();
    (house, no)
}

/// The table with another text in place of this one.
fn rewritten(house: &House, from: &str, (was, is): (&str, &str), to: &str) {
    let table = std::fs::read_to_string(house.folder.join(from)).unwrap();
    assert!(table.contains(was), "{table}");
    std::fs::write(house.folder.join(to), table.replace(was, is)).unwrap();
}

#[test]
fn a_table_goes_out_and_comes_back_in_each_spelling() {
    let (house, no) = opened();
    for (at, (format, file)) in [("xlsx", "a.xlsx"), ("csv", "a.csv"), ("csv-sjis", "b.csv")].into_iter().enumerate() {
        let out = house.done(&format!("campaign export {no} --out {file} --format {format}"));
        assert_eq!((&out["rows"], &out["offices"]), (&json!(3), &json!(1)));
        let read = house.done(&format!("campaign import {no} {file}"));
        assert_eq!(read["rows"], json!(if at == 0 { 0 } else { 3 }), "{format}: {read}");
        if at == 0 {
            // What is written out next has what was said since.
            house.done(&format!("campaign answer {no} 1272200001 --others-continue"));
        }
    }
    let sjis = std::fs::read(house.folder.join("b.csv")).unwrap();
    assert!(std::str::from_utf8(&sjis).is_err() && encoding_rs::SHIFT_JIS.decode(&sjis).0.contains("継続"));
    std::fs::create_dir(house.folder.join("tables")).unwrap();
    let out = house.done(&format!("campaign export {no} --folder tables"));
    let name = format!("tables/{no}-1272200001.xlsx");
    assert_eq!(out["files"], json!([name]));
    let event = house.answer("SELECT action || ' ' || subject FROM events ORDER BY version DESC LIMIT 1");
    assert_eq!(event, "export.write campaign");
    let told = house.done(&format!("campaign import {no} {name} --confirm"));
    assert_eq!(told["confirmed"], json!(["1272200001"]), "{told}");
    assert_eq!(house.done(&format!("campaign show {no}"))["offices"]["confirmed"], 1);
    assert_eq!(house.done(&format!("campaign status {no} --open")), json!([]));
}

#[test]
fn a_table_with_any_wrong_cell_changes_nothing_and_every_cell_is_named() {
    let (house, no) = opened();
    house.done(&format!("campaign export {no} --out t.csv --format csv"));
    let before = house.answer("SELECT version FROM registry");
    let wrong = |file: &str, cells: &[&str]| {
        let told = house.tell(&format!("campaign import {no} {file}"));
        assert_eq!((told.code, &told.json()["refused"]), (1, &json!("malformed")), "{told:?}");
        for cell in cells {
            assert!(told.err.contains(cell), "{cell}: {}", told.err);
        }
        assert_eq!(house.answer("SELECT version FROM registry"), before);
    };
    rewritten(&house, "t.csv", (",伊藤,医師", ",別人,歯科医師"), "changed.csv");
    wrong("changed.csv", &["F3：", "G3：", "もとは「伊藤」"]);
    let table = std::fs::read_to_string(house.folder.join("t.csv")).unwrap();
    let mut lines: Vec<_> = table.lines().collect();
    let ito = lines.iter().position(|line| line.contains("m.ito")).unwrap();
    lines.push(lines[ito]);
    std::fs::write(house.folder.join("doubled.csv"), lines.join("\r\n")).unwrap();
    wrong("doubled.csv", &["E5：", &format!("{}行目と同じ番号", ito + 1)]);
    lines.retain(|line| !line.contains("m.ito"));
    std::fs::write(house.folder.join("missing.csv"), lines.join("\r\n")).unwrap();
    wrong("missing.csv", &["伊藤（m.ito）の行がありません"]);
    rewritten(&house, "t.csv", ("m.ito", "x.foreign"), "foreign.csv");
    wrong("foreign.csv", &["E3：", "現況届にない番号"]);
    wrong("t.csv t.csv", &["表が2つあります"]);
}

#[test]
fn who_sends_a_table_after_somebody_else_answered_is_shown_that_answer() {
    let (house, no) = opened();
    house.done(&format!("campaign export {no} --out t.csv --format csv"));
    house.done(&format!("campaign answer {no} 1272200001 --continue m.ito"));
    let table = std::fs::read_to_string(house.folder.join("t.csv")).unwrap();
    let said: Vec<_> = table
        .lines()
        .map(|line| if line.contains("m.ito") { line.replacen(",,0", ",削除,0", 1) } else { line.to_owned() })
        .collect();
    std::fs::write(house.folder.join("t.csv"), said.join("\r\n")).unwrap();
    let told = house.tell(&format!("campaign import {no} t.csv"));
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!("answered_meanwhile")), "{told:?}");
    assert!(told.err.contains("m.ito（継続）"), "{}", told.err);
}

#[test]
fn an_unanswered_row_keeps_an_office_open_and_a_second_voice_is_recorded_by_command() {
    let (house, no) = opened();
    let told = house.tell(&format!("campaign confirm {no} 1272200001"));
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!("rows_unanswered")), "{told:?}");
    house.done(&format!("campaign answer {no} 1272200001 --continue k.sato DEV-000001 --delete m.ito"));
    let would = house.done(&format!("campaign confirm {no} 1272200001 --dry-run"));
    assert_eq!((&would["users"], &would["continued"]), (&json!(["m.ito"]), &json!(2)), "{would}");
    let nothing = house.tell(&format!("campaign vouch {no} 1272200001 k.sato"));
    assert_eq!(nothing.json()["refused"], "nothing_to_vouch");
    let done = house.done(&format!("campaign confirm {no} 1272200001"));
    assert_eq!(done["users"], json!(["m.ito"]));
    let shown = house.done(&format!("campaign show {no} 1272200001"));
    let states: Vec<_> = shown["rows"].as_array().unwrap().iter().map(|row| row["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["continues", "ended", "continues"]);
    house.done(&format!("campaign close {no}"));
    let late = house.done(&format!("campaign answer {no} 1272200001 --delete k.sato"));
    assert_eq!((&late["kept"], &late["note"]), (&json!(false), &json!(1)));
    house.done(&format!("campaign export {no} --out late.csv --format csv"));
    let late = house.done(&format!("campaign import {no} late.csv"));
    assert_eq!((&late["done"], &late["notes"]), (&json!(false), &json!(1)), "{late}");
    let found = house.done(&format!("find {no}"));
    assert!(found.to_string().contains("campaign"), "{found}");
}

#[test]
fn a_table_is_of_the_kind_that_its_file_is_called_by() {
    let (house, no) = opened();
    let begins = |file: &str| std::fs::read(house.folder.join(file)).unwrap()[..3].to_vec();
    house.done(&format!("campaign export {no} --out a.csv"));
    house.done(&format!("campaign export {no} --out a.XLSX"));
    house.done(&format!("campaign export {no} --out sjis.csv --format csv-sjis"));
    assert_eq!((begins("a.csv"), begins("a.XLSX")), ("\u{feff}".as_bytes().to_vec(), b"PK\x03".to_vec()));
    for line in ["--out a.txt", "--out a", "--out b.csv --format xlsx", "--out b.xlsx --format csv-sjis"] {
        let told = house.tell(&format!("campaign export {no} {line}"));
        assert!(told.code == 2 && told.err.contains("何も書いていません"), "{line}: {told:?}");
    }
    assert!(!house.folder.join("b.csv").exists() && !house.folder.join("a.txt").exists());
}
