//! Whatever of ours a caller reads out finds what it is of, however it is typed; on either database.

use crate::fixtures::house::House;

/// What is typed, and the first that it finds.
fn table(house: &House) -> Vec<(String, String)> {
    let serial = house.answer("SELECT serial FROM certificates WHERE device = 1");
    let last = &serial[serial.len() - 6..];
    let application = house.answer("SELECT MIN(application) FROM applications");
    let ticket = house.answer("SELECT MIN(ticket) FROM tickets");
    let letter = house.answer("SELECT MIN(mail) FROM mails");
    let rows: Vec<(&str, &str)> = vec![
        ("1272200001", "office 1272200001"),
        ("１２７２２０ー０００１", "office 1272200001"),
        ("ヒダマリ", "office 1272200001"),
        ("ﾋﾀﾞﾏﾘ 柏", "office 1272200001"),
        ("04-7167-1111", "office 1272200001"),
        ("０４（７１６７）１１１１", "office 1272200001"),
        ("0471671111", "office 1272200001"),
        ("Contact@Example.JP", "office 1272200001"),
        ("福祉会", "office 1272200001"),
        ("山崎", "office 1272200001"),
        ("k.sato", "person k.sato"),
        ("Ｋ．ＳＡＴＯ", "person k.sato"),
        ("齋藤花子", "person k.sato"),
        ("斉藤　花子", "person k.sato"),
        ("DEV-000001", "device DEV-000001"),
        ("dev1", "device DEV-000001"),
        ("１", "device DEV-000001"),
        ("000001", "device DEV-000001"),
        ("ﾀﾌﾞﾚｯﾄ", "device DEV-000001"),
        ("たぶれつと", "device DEV-000001"),
        ("見守り", "room r1"),
        ("K7P3-W9QX", "code K7P3-W9QX"),
        ("第1版", "event 1"),
    ];
    let mut rows: Vec<_> = rows.into_iter().map(|(typed, found)| (typed.to_owned(), found.to_owned())).collect();
    rows.push((serial.to_uppercase(), format!("certificate {serial}")));
    rows.push((last.to_owned(), format!("certificate {serial}")));
    rows.push((application.replace('-', "").to_lowercase(), format!("application {application}")));
    rows.push((application[2..].to_owned(), format!("application {application}")));
    rows.push((ticket.replace("-00000", " "), format!("ticket {ticket}")));
    rows.push((format!("メール{letter}"), format!("letter {letter}")));
    rows
}

#[test]
fn whatever_a_caller_reads_out_is_found_however_it_is_typed() {
    for house in House::both() {
        house.done("office register 1272200001 --name 訪問看護ひだまり柏 --corporation 社会福祉会 --contact 山﨑 --mail contact@example.jp --telephone 04-7167-1111 --application A-1");
        house.done("user add --office 1272200001 --name 斎藤花子 --profession 看護師 --id k.sato --application A-2");
        house.device();
        house.done("cert issue --device DEV-000001 --format pem --out out.pem");
        house.done("room open --name 見守りの部屋 --room r1");
        house.done("application receive --kind certificate --channel counter --office 1272200001 --label PC --os windows --ownership office --tick startup_password --tick default_changed --tick os_supported --tick protected");
        for (typed, expected) in table(&house) {
            let told = house.run(&["--config", "ca/ca.toml", "--operator", "setup", "--json", "find", &typed]);
            assert_eq!(told.code, 0, "{typed}: {told:?}");
            let json = told.json();
            let first = &json[0];
            let found = format!(
                "{} {}",
                first["found"].as_str().unwrap_or_default(),
                first["number"].as_str().unwrap_or_default()
            );
            assert_eq!(found, expected, "{typed}: {json}");
        }
        let nothing = house.run(&["--config", "ca/ca.toml", "--operator", "setup", "find", "どこにもいない人"]);
        assert!(nothing.out.contains("該当するものはありません"), "{nothing:?}");
        // What nobody else may read is not found by it either.
        let hash = house.answer("SELECT code_hash FROM tickets LIMIT 1");
        let told = house.run(&["--config", "ca/ca.toml", "--operator", "setup", "--json", "find", &hash]);
        assert_eq!(told.json().as_array().map(Vec::len), Some(0), "{told:?}");
    }
}
