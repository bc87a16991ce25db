//! A file of many applications is received whole, or not at all, and every bad line is named.

use serde_json::json;

use crate::fixtures::house::House;

const HEAD: &str = "事業所番号,法人名,事業所名,メールアドレス,電話番号,所在地,登録する人1の氏名,登録する人1の職種,カシワニネット担当者にする人,法人内・事業所内の許可,誓約事項への同意";

fn line(office: &str, telephone: &str, profession: &str) -> String {
    format!(
        "{office},社会福祉法人みどり,\"みどり, 訪問介護\",midori@example.jp,{telephone},柏市柏5,森　太郎,{profession},1,1,2026-04-01"
    )
}

const RECEIVE: &str = "application receive --kind first_registration --csv";

#[test]
fn a_file_of_applications_is_received_in_one_change() {
    for house in House::both() {
        let text = [
            HEAD,
            &line("1272200011", "04-7167-1111", "介護職"),
            &line("１２７２２０００１２", "０４７１６７１１１２", "医師"),
        ]
        .join("\r\n");
        std::fs::write(house.folder.join("many.csv"), format!("\u{feff}{text}\r\n")).unwrap();
        let told = house.done(&format!("{RECEIVE} many.csv"));
        assert_eq!((&told["received"], &told["applications"][1]["line"]), (&json!(2), &json!(3)));
        let listed = house.done("application list --state received");
        assert_eq!(listed.as_array().unwrap().len(), 2);
        assert!(listed.as_array().unwrap().iter().all(|entry| entry["channel"] == "csv"));
        let no = told["applications"][1]["application"].as_str().unwrap();
        assert_eq!(house.done(&format!("application show {no}"))["form"]["details"]["telephone"], "0471671112");
        assert_eq!(house.letters().len(), 2);
    }
}

#[test]
fn a_file_that_a_spreadsheet_saved_in_windows_31j_is_read() {
    let house = House::new();
    let text = [HEAD, &line("1272200011", "04-7167-1111", "介護職")].join("\r\n");
    let (octets, ..) = encoding_rs::SHIFT_JIS.encode(&text);
    std::fs::write(house.folder.join("many.csv"), octets).unwrap();
    let told = house.done(&format!("{RECEIVE} many.csv"));
    assert_eq!(told["received"], 1);
}

#[test]
fn one_bad_line_changes_nothing_and_every_bad_line_is_named_with_its_column() {
    for house in House::both() {
        let good = line("1272200011", "04-7167-1111", "介護職");
        let bad = [HEAD, &good, &line("127220001", "119", "介護職"), "", &line("1272200013", "04-7167-1111", "先生")]
            .join("\n");
        std::fs::write(house.folder.join("bad.csv"), bad).unwrap();
        let told = house.tell(&format!("{RECEIVE} bad.csv"));
        assert_eq!((told.code, &told.json()["refused"]), (1, &json!("malformed")));
        for place in ["3行目・事業所番号：", "3行目・電話番号：", "5行目・登録する人1の職種："]
        {
            assert!(told.err.contains(place), "{place}: {}", told.err);
        }
        assert!(!told.err.contains("2行目"), "{}", told.err);
        // What only the registry knows is told by its line, too, and nothing of the lines before is kept.
        let twice = [HEAD, &good, &good].join("\n");
        std::fs::write(house.folder.join("twice.csv"), twice).unwrap();
        house.done("office register 1272200012 --name 先客 --application A-1");
        let taken = [HEAD, &good, &line("1272200012", "04-7167-1111", "介護職")].join("\n");
        std::fs::write(house.folder.join("taken.csv"), taken).unwrap();
        let told = house.tell(&format!("{RECEIVE} taken.csv"));
        assert!(
            told.code == 1 && told.err.contains("3行目・事業所番号：この事業所番号はすでに登録されています"),
            "{told:?}"
        );
        std::fs::write(house.folder.join("head.csv"), format!("事業所番号,色\n{good}\n")).unwrap();
        let told = house.tell(&format!("{RECEIVE} head.csv"));
        assert!(told.err.contains("1行目・色：この項目はありません"), "{told:?}");
        assert_eq!(house.done("application list"), json!([]));
        assert_eq!(house.letters(), []);
    }
}
