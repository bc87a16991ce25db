//! People read tables in their own words: no state, kind or date of the registry as programs have it, and a name beside
//! every number. Programs read what they always read.

use serde_json::json;

use crate::fixtures::house::House;

fn shown(house: &House, line: &str) -> String {
    let arguments: Vec<_> =
        ["--config", "ca/ca.toml", "--operator", "setup"].into_iter().chain(line.split_whitespace()).collect();
    let told = house.run(&arguments);
    assert_eq!(told.code, 0, "{line}: {told:?}");
    told.out
}

/// A house in which every kind of thing is listed.
fn lived_in() -> House {
    let house = House::furnished();
    house.done("cert issue --device DEV-000001 --format p12 --out a.p12");
    house.done("cert revoke --device DEV-000001 --reason lost");
    house.done("office update 1272200001 --contact 佐藤 --telephone 04-7167-1111");
    house.device();
    house.done("cert issue --device DEV-000002 --format p12 --out b.p12");
    house.device();
    house.done("ticket issue --device DEV-000003");
    house.done("device suspend DEV-000002");
    house.done("room open --name 山田様 --room R1");
    house.done("room invite R1 k.sato");
    house.done(
        "application receive --kind first_registration --channel post --office 1272200077 --corporation みどり会 --name みどり訪問介護 \
         --telephone 04-7167-2222 --address 柏 --person 森,医師 --contact-person 1 --permission --pledge 2026-04-01",
    );
    house
}

const LISTS: [&str; 9] = [
    "device list",
    "device show 1",
    "user list",
    "user show k.sato",
    "cert list",
    "ticket list",
    "room list",
    "room show R1",
    "application list",
];

#[test]
fn a_table_has_no_word_of_a_program_in_it() {
    let house = lived_in();
    for line in LISTS {
        let table = shown(&house, line);
        for word in [
            "registered",
            "active",
            "approved",
            "issued",
            "revoked",
            "open",
            "received",
            "first",
            "windows",
            "post",
            "first_registration",
            "true",
            "false",
            "T0",
            "T2",
            "+09:00",
            "名称",
            "{",
            "_",
        ] {
            assert!(!table.contains(word), "{line} says {word}:\n{table}");
        }
        assert!(!table.contains("null"), "{table}");
    }
}

#[test]
fn a_name_stands_beside_every_number() {
    let house = lived_in();
    for (line, words) in [
        ("device list", &["ひだまり", "承認済み", "Windows（パソコン）", "事業所の端末"][..]),
        ("device show 1", &["ひだまり", "失効", "事業所の全員が使える"]),
        ("user list", &["氏名", "ひだまり", "利用中"]),
        ("user show k.sato", &["R1（山田様）", "氏名"]),
        ("cert list", &["タブレット", "ひだまり", "失効", "使用中", "年"]),
        ("cert list --expiring 9999", &["電話番号", "04-7167-1111", "佐藤"]),
        ("ticket list", &["管理番号", "タブレット", "ひだまり", "未使用", "新規"]),
        ("room list", &["部屋の名前", "開設中"]),
        ("room show R1", &["k.sato", "佐藤", "ひだまり"]),
        ("application list", &["みどり訪問介護", "初回登録", "郵送", "受付"]),
    ] {
        let table = shown(&house, line);
        for word in words {
            assert!(table.contains(word), "{line} does not say {word}:\n{table}");
        }
    }
    let no = house.done("application list")[0]["application"].as_str().unwrap().to_owned();
    let entry = shown(&house, &format!("application show {no}"));
    assert!(entry.contains("申請の内容") && entry.contains("登録する人1：森（医師）　カシワニネット担当者"), "{entry}");
    assert!(!entry.contains('{') && entry.contains("誓約事項への同意：同意する（2026-04-01 版）"), "{entry}");
    let english = shown(&house, &format!("--lang en application show {no}"));
    assert!(english.contains("received at") && english.contains("office name：みどり訪問介護"), "{english}");
    let english = shown(&house, "--lang en device list");
    assert!(
        english.starts_with("device number") && english.contains("office number") && !english.contains('_'),
        "{english}"
    );
}

#[test]
fn programs_read_the_words_they_always_read() {
    let house = lived_in();
    let device = house.done("device show 1");
    assert_eq!(
        (&device["stage"], &device["os"], &device["ownership"]),
        (&json!("approved"), &json!("windows"), &json!("office"))
    );
    assert_eq!((&device["users"], &device["everyone"]), (&json!([]), &json!(true)));
    let certificate = &house.done("cert list --device 1")[0];
    assert_eq!((&certificate["state"], &certificate["revoked_reason"]), (&json!("revoked"), &json!("lost")));
    assert!(certificate["not_after"].as_str().unwrap().ends_with("+09:00"));
    let application = &house.done("application list")[0];
    assert_eq!(
        (&application["kind"], &application["office_name"]),
        (&json!("first_registration"), &json!("みどり訪問介護"))
    );
}

#[test]
fn what_was_stored_before_the_rule_is_shown_with_its_signs() {
    let house = lived_in();
    house.meddle("UPDATE offices SET name = 'ひだ\u{202e}まり'");
    house.meddle("UPDATE devices SET label = 'タブ\u{200b}レット'");
    for (line, words) in [
        ("office list", "ひだ⟨U+202E⟩まり"),
        ("device list", "タブ⟨U+200B⟩レット"),
        ("office show 1272200001", "ひだ⟨U+202E⟩まり"),
        ("--yes device resume 2 --why 発見", "DEV-000002"),
    ] {
        let table = shown(&house, line);
        assert!(table.contains(words) && !table.contains(['\u{202e}', '\u{200b}']), "{line}:\n{table}");
    }
    let arguments = ["--config", "ca/ca.toml", "--operator", "setup", "device", "suspend", "1"];
    let asked = house.run(&arguments).err;
    assert!(asked.contains("ひだ⟨U+202E⟩まり・タブ⟨U+200B⟩レット") && !asked.contains('\u{202e}'), "{asked}");
    house.done("ticket issue --device 3 --slip slip.html");
    let slip = std::fs::read_to_string(house.folder.join("slip.html")).unwrap();
    assert!(slip.contains("ひだ⟨U+202E⟩まり") && !slip.contains('\u{202e}'), "{slip}");
}
