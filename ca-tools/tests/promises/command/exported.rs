//! A list that is taken along: no cell of it is calculated, and the record tells by whom, by which filter, how many rows.

use std::os::unix::fs::PermissionsExt;

use crate::fixtures::house::House;

#[test]
fn an_export_holds_no_formula_and_leaves_an_event() {
    let house = House::furnished();
    house.done("office register 1272200009 --name =1+1 --application A-1");
    let told = house.done("office list --state registered --csv offices.csv");
    assert_eq!(told["rows"], 2, "{told}");
    let file = house.folder.join("offices.csv");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let table = std::fs::read_to_string(&file).unwrap();
    assert!(table.starts_with("\u{feff}事業所番号,事業所名,"), "{table}");
    assert!(table.contains("\r\n1272200009,'=1+1,"), "{table}");
    let event =
        house.answer("SELECT action || ' ' || subject || ' ' || detail FROM events ORDER BY version DESC LIMIT 1");
    assert!(event.starts_with("export.write offices {") && event.contains("\"rows\":2"), "{event}");
    assert!(event.contains("\"state\":\"registered\""), "{event}");

    for line in [
        "user list",
        "device list --stage approved",
        "cert list",
        "room list",
        "application list",
        "ticket list",
        "office list",
        "cert list --emergency",
    ] {
        let before: i64 = house.answer("SELECT version FROM registry").parse().unwrap();
        house.done(&format!("{line} --xlsx list.xlsx"));
        assert_eq!(house.answer("SELECT version FROM registry"), (before + 1).to_string(), "{line}");
    }
    // A list that is only shown leaves none, and one that nobody answers for is not written.
    let before = house.answer("SELECT version FROM registry");
    house.done("office list");
    let nobody = house.unproven(&["--config", "ca/ca.toml", "office", "list", "--csv", "b.csv"]).output().unwrap();
    assert_eq!(nobody.status.code(), Some(2), "{nobody:?}");
    assert_eq!(house.answer("SELECT version FROM registry"), before);
    assert!(!house.files().iter().any(|name| name == "b.csv"));
}
