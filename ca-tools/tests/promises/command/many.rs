//! One act on each of a list in a file.

use crate::fixtures::house::House;

#[test]
fn a_list_in_a_file_is_looked_at_and_then_done_whole_or_not_at_all() {
    let house = House::furnished();
    let (second, third) = (house.device(), house.device());
    let list = house.folder.join("list.csv");
    std::fs::write(&list, format!("\u{feff}端末番号,呼び名\r\nDEV-000001,タブレット\r\n{second},\r\n{third},\r\n"))
        .unwrap();
    house.done(&format!("device suspend {third}"));
    let looked = house.done("many device suspend --list list.csv --dry-run");
    assert_eq!((looked["touched"].as_array().unwrap().len(), &looked["left_out"][0]["id"]), (2, &third.clone().into()));
    let held = "SELECT count(*) FROM devices WHERE suspended = 1";
    assert_eq!(house.tell("many device suspend --list list.csv").code, 1);
    assert_eq!(house.answer(held), "1", "one of them cannot be: none is touched");
    house.done(&format!("device resume {third}"));
    let done = house.done("many device suspend --list list.csv --why 点検");
    assert_eq!((&done["rows"], house.answer(held).as_str()), (&3.into(), "3"));
    std::fs::write(&list, "DEV-000001\nだれか\n").unwrap();
    assert_eq!(house.tell("many device resume --list list.csv").code, 2, "a line that is no number");
    assert_eq!(house.tell("many device dance --list list.csv").code, 2);
    assert_eq!(house.answer(held), "3");
}
