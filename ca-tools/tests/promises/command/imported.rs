//! Many at once from a table: all of its rows, or none, and every cell that is wrong is told.

use std::os::unix::fs::PermissionsExt;

use rust_xlsxwriter::Workbook;

use crate::fixtures::house::{House, Told};

impl House {
    fn import(&self, what: &str, table: &str, options: &str) -> Told {
        std::fs::write(self.folder.join("table.csv"), table).unwrap();
        let options = options.replace(' ', "\u{1f}");
        let options = options.split('\u{1f}').filter(|option| !option.is_empty());
        let mut line = vec!["--config", "ca/ca.toml", "--operator", "setup", "--json", "--yes"];
        line.extend(["--application", "A-9", "import", what, "table.csv"]);
        line.extend(options);
        self.run(&line)
    }

    fn state(&self) -> String {
        self.answer("SELECT version FROM registry")
    }
}

const PEOPLE: &str = "事業所番号,氏名,職種,カシワニネットID,担当者\n";

#[test]
fn an_import_with_any_mistake_changes_nothing_and_tells_every_cell() {
    for house in House::both() {
        let house = house.furnish();
        let before = house.state();
        // What is wrong with the cells.
        let wrong =
            format!("{PEOPLE}127220000,森,医師,,\n1272200001,,宇宙飛行士,佐藤,たぶん\n1272200001,林,医師,h.hayashi,\n");
        let told = house.import("people", &wrong, "--passwords p.csv");
        assert_eq!(told.code, 1, "{told:?}");
        for cell in ["A2：事業所番号：", "B3：氏名：", "C3：職種：", "D3：カシワニネットID：", "E3：担当者："]
        {
            assert!(told.err.contains(cell), "{cell}: {told:?}");
        }
        // What the registry says of rows that are well written: all of it, and the good row stays outside, too.
        let refused = format!(
            "{PEOPLE}1272200001,林,医師,h.hayashi,\n9999999999,森,医師,m.mori,\n1272200001,佐々木,医師,k.sato,\n1272200001,林,医師,h.hayashi,\n"
        );
        let told = house.import("people", &refused, "--passwords p.csv");
        assert_eq!(told.code, 1, "{told:?}");
        for cell in ["A3：事業所番号：", "D4：カシワニネットID：", "D5：カシワニネットID："] {
            assert!(told.err.contains(cell), "{cell}: {told:?}");
        }
        assert!(told.err.contains("3か所の誤り") && told.err.contains("何も登録していません"), "{told:?}");
        assert_eq!(house.state(), before);
        assert_eq!(house.answer("SELECT count(*) FROM system_users WHERE login_id = 'h.hayashi'"), "0");
        assert!(!house.files().iter().any(|name| name == "p.csv"));
    }
}

#[test]
fn a_table_is_taken_over_in_one_change_and_a_dry_run_in_none() {
    for house in House::both() {
        let house = house.furnish();
        let before: i64 = house.state().parse().unwrap();
        let people = format!("{PEOPLE}1272200001,林　花子,医師,h.hayashi,はい\n1272200001,森,看護師,,\n");
        let told = house.import("people", &people, "--dry-run");
        assert_eq!((told.code, &told.json()["rows"], &told.json()["done"]), (0, &2.into(), &false.into()), "{told:?}");
        assert_eq!(told.json()["would_make"][0], "h.hayashi");
        assert_eq!(house.state(), before.to_string());
        let told = house.import("people", &people, "");
        assert!(told.code == 2 && told.err.contains("--passwords"), "{told:?}");

        let told = house.import("people", &people, "--passwords p.csv");
        assert_eq!(told.code, 0, "{told:?}");
        assert_eq!(told.json()["made"][0], "h.hayashi");
        assert_eq!(house.state(), (before + 1).to_string());
        let file = house.folder.join("p.csv");
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let table = std::fs::read_to_string(&file).unwrap();
        assert_eq!(table.lines().count(), 3, "{table}");
        let event = house.answer("SELECT action || ' ' || detail FROM events ORDER BY version DESC LIMIT 1");
        assert!(event.starts_with("user.import ") && event.contains("\"count\":2"), "{event}");
        let password = table.lines().nth(1).unwrap().rsplit(',').next().unwrap();
        assert!(password.len() > 8 && !event.contains(password) && !told.out.contains(password));
        assert_eq!(house.answer("SELECT count(*) FROM office_contacts WHERE login_id = 'h.hayashi'"), "1");

        let offices = "事業所番号,事業所名,電話番号\n1272200002,みどり,04-7167-2222\n1272200003,さくら,\n";
        assert_eq!(house.import("offices", offices, "").code, 0);
        let devices = "事業所番号,呼び名,OS,所有,使う人のID\n1272200001,受付,windows,office,k.sato、h.hayashi\n1272200002,訪問,ios,office,\n";
        let told = house.import("devices", devices, "");
        assert_eq!(told.json()["made"][1], "DEV-000003", "{told:?}");
        assert_eq!(house.import("rooms", "部屋番号,部屋の名前\nR1,山田様\n,鈴木様\n", "").code, 0);
        let told = house.import("invitations", "部屋番号,カシワニネットID\nR1,k.sato\nR1,h.hayashi\nR1,k.sato\n", "");
        assert!(told.code == 1 && told.err.contains("4行目"), "{told:?}");
        assert_eq!(house.import("invitations", "部屋番号,カシワニネットID\nR1,k.sato\nR1,h.hayashi\n", "").code, 0);
        assert_eq!(house.state(), (before + 5).to_string());
        let whole = house.tell("audit verify");
        assert_eq!(whole.code, 0, "{whole:?}");
    }
}

#[test]
fn what_excel_made_of_a_number_is_refused_by_its_cell() {
    let house = House::furnished();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(["事業所番号", "事業所名", "電話番号"]) {
        sheet.write_string(0, column, name).unwrap();
    }
    sheet.write_number(1, 0, 1_272_200_002).unwrap();
    sheet.write_string(1, 1, "みどり").unwrap();
    sheet.write_number(1, 2, 471_671_111).unwrap();
    book.save(house.folder.join("offices.xlsx")).unwrap();
    let told = house.tell("import offices offices.xlsx --application A-9");
    assert_eq!(told.code, 1, "{told:?}");
    for said in [
        "A2：事業所番号：表計算ソフトが数値（1272200002）",
        "C2：電話番号：表計算ソフトが数値（471671111）",
        "「文字列」",
    ] {
        assert!(told.err.contains(said), "{said}: {told:?}");
    }
    assert_eq!(house.answer("SELECT count(*) FROM offices WHERE office = '1272200002'"), "0");
    // The empty table that is handed out keeps what is typed into it as text.
    house.done("import offices --template empty.xlsx");
    let told = house.tell("import offices empty.xlsx --application A-9");
    assert!(told.code == 1 && told.err.contains("2行目：記入例のままです"), "{told:?}");
    let told = house.done("import people --columns");
    assert_eq!(told["columns"][0]["heading"], "事業所番号");
}

#[test]
fn a_reading_comes_in_by_table_and_by_command_and_finds_who_is_meant() {
    for house in House::both() {
        let house = house.furnish();
        let table =
            "事業所番号,氏名,ふりがな,職種,カシワニネットID\n1272200001,林　花子,はやし　はなこ,医師,h.hayashi\n";
        assert_eq!(house.import("people", table, "--passwords p.csv").code, 0);
        assert!(std::fs::read_to_string(house.folder.join("p.csv")).unwrap().contains("はやし はなこ"));
        house.done("user update k.sato --kana サトウハナコ");
        house.done("office update 1272200001 --kana ひだまり");
        assert_eq!(house.done("user show k.sato")["kana"], "サトウハナコ");
        let told = house.tell("user update k.sato --kana サトウハナコ");
        assert!(told.code == 1 && told.err.contains("変更する項目がありません"), "{told:?}");
        let told = house.tell("user update k.sato --kana 佐藤");
        assert!(told.code == 2 && told.err.contains("ひらがなかカタカナ"), "{told:?}");
        for (typed, found) in [("はやしはなこ", "h.hayashi"), ("さとうはなこ", "k.sato"), ("ヒダマリ", "1272200001")]
        {
            let told = house.tell(&format!("find {typed}"));
            assert!(told.out.contains(found), "{typed}: {told:?}");
        }
        // An ID without a reading is saved, journalled and verified as ever.
        let whole = house.tell("audit verify");
        assert_eq!(whole.code, 0, "{whole:?}");
        house.done("user update k.sato --kana=");
        assert_eq!(house.done("user show k.sato")["kana"], "");
    }
}
