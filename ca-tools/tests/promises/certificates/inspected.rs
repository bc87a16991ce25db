//! What an inspection looked at, by which requirements, and on whose word.

use serde_json::json;

use crate::fixtures::house::House;

#[test]
fn an_inspection_says_its_requirements_the_network_and_whose_inspector_it_was() {
    for house in House::both() {
        let house = house.furnish();
        let shown = house.done("device show DEV-000001");
        assert_eq!((&shown["requirements"], &shown["network"]), (&json!("2026-04-01"), &json!(true)));
        assert_eq!((&shown["inspector"], &shown["checklist"]["network_private"]), (&json!(null), &json!(true)));
        house.done("device inspect DEV-000001 --result pass --inspector 検-0123 --reported-on 2026-04-02");
        let shown = house.done("device show DEV-000001");
        assert_eq!(shown["inspector"], json!("検-0123"));
        assert_eq!(shown["reported_on"], json!("2026-04-02T23:59:59+09:00"));
        let event =
            house.answer("SELECT detail FROM events WHERE action = 'device.inspect' ORDER BY version DESC LIMIT 1");
        for part in ["\"requirements\":\"2026-04-01\"", "\"inspector\":\"検-0123\"", "\"reported_on\":\"2026-04-02\""]
        {
            assert!(event.contains(part), "{part}: {event}");
        }
        // A network that does not hold is no pass, and takes the device out as any other item does.
        let passed = house.tell("device inspect DEV-000001 --result pass --unticked network-encrypted");
        assert_eq!(passed.code, 1, "{passed:?}");
        house.done("device inspect DEV-000001 --result fail --unticked network-encrypted");
        let shown = house.done("device show DEV-000001");
        assert_eq!((&shown["network"], &shown["stage"]), (&json!(false), &json!("applied")));
        // Who looked oneself says no inspector: what was said before is of another inspection.
        assert_eq!(shown["inspector"], json!(null));
        for half in ["--inspector x", "--reported-on 2026-04-02"] {
            let told = house.tell(&format!("device inspect DEV-000001 --result pass {half}"));
            assert_eq!(told.code, 2, "{told:?}");
        }
        let to_come = house.tell("device inspect DEV-000001 --result pass --inspector x --reported-on 2099-01-01");
        assert!(to_come.code == 1 && to_come.err.contains("今日より後"), "{to_come:?}");
    }
}

#[test]
fn of_an_inspection_of_before_no_network_is_made_up_and_its_device_is_inspected_anew() {
    for house in House::both() {
        let house = house.furnish();
        let applied =
            house.done("device apply --office 1272200001 --label 古い --os ios --ownership office --application A-3");
        let waits = applied["device"].as_str().unwrap();
        house.done(&format!("device inspect {waits} --result pass"));
        let before = "UPDATE devices SET requirements = NULL, checklist =              '{\"startup_password\":true,\"default_changed\":true,\"os_supported\":true,\"protected\":true}'";
        house.meddle(before);
        for device in ["DEV-000001", waits] {
            let shown = house.done(&format!("device show {device}"));
            assert_eq!((&shown["network"], &shown["requirements"]), (&json!(null), &json!(null)), "{device}");
        }
        let refused = house.tell(&format!("device approve {waits}"));
        assert!(refused.code == 1 && refused.err.contains("ネットワークの検査が記録されていません"), "{refused:?}");
        // What is in use goes on, and may be continued.
        house.done("device approve DEV-000001");
        house.done(&format!("device inspect {waits} --result pass"));
        house.done(&format!("device approve {waits}"));
    }
}
