//! What an operator types is judged as strictly, and forgiven as much, as what a page or a file brings.

use serde_json::json;

use crate::fixtures::house::{House, Told};

/// As an operator who has answered nothing yet.
fn typed(house: &House, arguments: &[&str]) -> Told {
    house.run(&[&["--config", "ca/ca.toml", "--operator", "setup"], arguments].concat())
}

#[test]
fn a_sign_that_is_not_seen_is_refused_at_every_door_with_its_code_point_and_its_place() {
    let house = House::furnished();
    let before = house.done("audit verify");
    let doors: &[(&str, &[&str])] = &[
        ("事業所名（--name）：", &["office", "register", "1272200002", "--application", "A-9", "--name"]),
        ("法人名（--corporation）：", &["office", "update", "1272200001", "--corporation"]),
        ("カシワニネット担当者（--contact）：", &["office", "update", "1272200001", "--contact"]),
        ("所在地（--address）：", &["office", "update", "1272200001", "--address"]),
        (
            "--name：",
            &["user", "add", "--office", "1272200001", "--profession", "医師", "--application", "A-9", "--name"],
        ),
        (
            "--label：",
            &[
                "device",
                "apply",
                "--office",
                "1272200001",
                "--os",
                "ios",
                "--ownership",
                "office",
                "--application",
                "A",
                "--label",
            ],
        ),
        ("--name：", &["room", "open", "--name"]),
        ("--reported-by：", &["--yes", "device", "report-lost", "1", "--why", "x", "--reported-by"]),
        ("--why：", &["device", "suspend", "1", "--why"]),
        ("--application：", &["office", "update", "1272200001", "--name", "x", "--application"]),
        (
            "端末の呼び名（--label）：",
            &[
                "application",
                "receive",
                "--kind",
                "certificate",
                "--channel",
                "post",
                "--office",
                "1272200001",
                "--label",
            ],
        ),
    ];
    for (place, arguments) in doors {
        for (sign, code) in
            [("\u{202e}", "U+202E"), ("\u{200b}", "U+200B"), ("\u{e0041}", "U+E0041"), ("\u{e000}", "U+E000")]
        {
            let text = format!("佐藤{sign}花子");
            let told = typed(&house, &[arguments, &[text.as_str()][..]].concat());
            assert!(told.code > 0, "{arguments:?}: {told:?}");
            let said = told.err.lines().find(|line| line.starts_with(place)).unwrap_or_default();
            assert!(
                said.contains("3文字目に") && said.contains(code) && !said.contains(sign),
                "{arguments:?}: {told:?}"
            );
        }
    }
    assert_eq!(house.done("audit verify")["version"], before["version"]);
}

#[test]
fn an_offices_telephone_mail_and_pledge_are_judged_where_an_operator_types_them() {
    let house = House::furnished();
    for (option, text, words) in [
        ("--telephone", "abc", "市外局番から"),
        ("--telephone", "471671510", "先頭の0が消えています"),
        ("--mail", "a@b", "name@example.jp の形で"),
        ("--pledge", "2025-04-01", "今の誓約事項は 2026-04-01 版です"),
        ("--name", " ", "事業所名を指定してください"),
    ] {
        for arguments in
            [&["office", "update", "1272200001"][..], &["office", "register", "1272200002", "--application", "A"]]
        {
            let told = typed(&house, &[arguments, &[option, text]].concat());
            let said = told.err.contains(words) && told.err.contains(&format!("（{option}）："));
            assert!(told.code == 1 && said, "{option} {text}: {told:?}");
        }
    }
    house.done("office update 1272200001 --telephone ０４−７１６７━１１１１ --mail Ａ＠example.jp");
    let office = house.done("office show 1272200001");
    assert_eq!((&office["telephone"], &office["mail"]), (&json!("04-7167-1111"), &json!("A@example.jp")));
    // What is known may be taken away.
    assert_eq!(typed(&house, &["office", "update", "1272200001", "--telephone", ""]).code, 0);
    assert_eq!(house.done("office show 1272200001")["telephone"], "");
}

#[test]
fn a_profession_is_one_of_the_list_and_the_list_may_be_the_houses_own() {
    let house = House::furnished();
    let add = "user add --office 1272200001 --name 森 --application A-9 --profession";
    let told = house.tell(&format!("{add} 看護婦"));
    let said = told.err.contains("職種（--profession）：「看護師」のことですか。次のどれかを選んでください：医師、");
    assert!(told.code == 1 && said, "{told:?}");
    let id = house.done(&format!("{add} ﾘﾊﾋﾞﾘ職"))["login_id"].clone();
    assert_eq!(house.done(&format!("user show {}", id.as_str().unwrap()))["profession"], "リハビリ職");
    let config = house.folder.join("ca/ca.toml");
    let own = format!("[applications]\nprofessions = [\"保健師\"]\n{}", std::fs::read_to_string(&config).unwrap());
    std::fs::write(&config, own).unwrap();
    house.done(&format!("{add} 保健師"));
    assert!(house.tell(&format!("{add} 医師")).err.contains("次のどれかを選んでください：保健師"));
}

#[test]
fn a_namesake_in_the_office_is_asked_about_before_there_are_two_ids() {
    let house = House::furnished();
    let add = |name: &str, more: &[&str]| {
        let line =
            ["user", "add", "--office", "1272200001", "--profession", "医師", "--application", "A-9", "--name", name];
        typed(&house, &[&line[..], more].concat())
    };
    for name in ["佐藤", "佐 藤", " 佐藤　"] {
        let told = add(name, &[]);
        assert!(told.code == 2 && told.err.contains("同じ氏名の利用者がいます：佐藤（k.sato）。"), "{name}: {told:?}");
    }
    assert_eq!(house.done("user list").as_array().unwrap().len(), 1);
    let told = add("佐藤", &["--yes"]);
    assert!(told.code == 0 && told.out.contains("同じ氏名の利用者がいます：佐藤（k.sato）"), "{told:?}");
    // Somebody who left is nobody's namesake, and another name none.
    assert_eq!(add("佐籐", &[]).code, 0);
    house.done("user delete k.sato");
    let listed = house.done("user list");
    let other =
        listed.as_array().unwrap().iter().find(|one| one["name"] == "佐藤" && one["state"] == "active").unwrap();
    house.done(&format!("user delete {}", other["login_id"].as_str().unwrap()));
    assert_eq!(add("佐藤", &[]).code, 0);
}

#[test]
fn numbers_are_read_as_people_type_them() {
    let house = House::furnished();
    for device in ["DEV-000001", "dev-000001", "1", "ＤＥＶ－０００００１", "dev1", " 1 "] {
        let told = typed(&house, &["--json", "device", "show", device]);
        assert_eq!((told.code, &told.json()["device"]), (0, &json!("DEV-000001")), "{device}: {told:?}");
        let told = typed(&house, &["--json", "cert", "list", "--device", device]);
        assert_eq!(told.code, 0, "{device}: {told:?}");
    }
    for office in ["1272200001", "１２７２２００００１", "12722 00001"] {
        let told = typed(&house, &["--json", "office", "show", office]);
        assert_eq!(told.code, 0, "{office}: {told:?}");
    }
    let line = "application receive --kind office_change --channel post --office 1272200001 --telephone 04-7167-1111";
    let no = house.done(line)["application"].as_str().unwrap().to_owned();
    let told = typed(&house, &["--json", "application", "show", &no.to_lowercase().replace('-', "－")]);
    assert_eq!((told.code, &told.json()["application"]), (0, &json!(no)), "{told:?}");
}

#[test]
fn a_number_of_ours_that_is_none_is_refused_in_every_spelling() {
    let house = House::furnished();
    for no in ["A-2026-000999", "a-2026-000999", "Ａ－２０２６－０００９９９"] {
        let add = "user add --office 1272200001 --name 森 --profession 医師 --application";
        let told = house.tell(&format!("{add} {no}"));
        assert!(told.code == 1 && told.err.contains("申請 A-2026-000999 は登録されていません"), "{no}: {told:?}");
    }
}

#[test]
fn what_a_form_asks_for_is_told_with_the_option_that_gives_it_and_a_files_columns_can_be_asked() {
    let house = House::furnished();
    let told =
        house.tell("application receive --kind ids --channel post --office 1272200001 --person 森,医師 --reason 採用");
    assert!(told.err.contains("いつから（--effective）：入力してください。"), "{told:?}");
    let told = typed(&house, &["application", "receive", "--kind", "ids", "--fields"]);
    let head = "事業所番号,登録する人1の氏名,登録する人1の職種,削除するID1,登録・削除の理由,いつから\n";
    assert!(told.code == 0 && told.out.starts_with(head), "{told:?}");
    std::fs::write(house.folder.join("x.csv"), "事業所番号,名前\n1,2\n").unwrap();
    let told = house.tell("application receive --kind ids --csv x.csv");
    assert!(
        told.err.contains("1行目・名前：この項目はありません。") && told.err.contains("登録する人1の氏名、"),
        "{told:?}"
    );
}

#[test]
fn without_anybody_to_ask_nothing_is_done_and_no_device_is_spoken_of() {
    let house = House::furnished();
    let told = typed(&house, &["office", "suspend", "1272200001"]);
    assert!(told.code == 2 && told.err.contains("対話できない実行なので、確認できません。"), "{told:?}");
    assert_eq!(house.done("office show 1272200001")["state"], "registered");
}
