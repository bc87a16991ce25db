//! An incident: opened with what it stops, noted, reported by the days that the law gives, closed; all of it in the record.

use serde_json::Value as Json;

use crate::fixtures::house::House;

/// Opens one on the device and the person, and stops both.
fn opened(house: &House) -> Json {
    let told = house.run(&[
        "--config",
        "ca/ca.toml",
        "--operator",
        "setup",
        "--json",
        "--yes",
        "incident",
        "open",
        "--device",
        "DEV-000001",
        "--user",
        "k.sato",
        "--what",
        "車内から盗難\n鞄ごと",
        "--found",
        "2026-11-20",
        "--reported-by",
        "担当の山田さん",
        "--wrongful",
        "--stop",
    ]);
    assert_eq!(told.code, 0, "{told:?}");
    told.json()
}

#[test]
fn one_act_stops_the_device_the_id_its_sessions_and_its_password_and_is_undone_by_reasons_only() {
    for house in House::both() {
        let house = house.furnish();
        let before = house.ask("SELECT password_hash FROM system_users WHERE login_id = 'k.sato'");
        let opened = opened(&house);
        assert_eq!(opened["incident"], "I-000001");
        assert_eq!(opened["stopped"], serde_json::json!(["DEV-000001", "k.sato"]));
        assert_eq!(house.done("device show DEV-000001")["suspended"], true);
        let person = house.done("user show k.sato");
        assert_eq!((&person["state"], &person["password_initial"]), (&"suspended".into(), &true.into()));
        assert_ne!(house.ask("SELECT password_hash FROM system_users WHERE login_id = 'k.sato'"), before);
        // It is one change, and one event.
        assert_eq!(house.ask("SELECT CAST(COUNT(*) AS TEXT) FROM events WHERE action LIKE 'incident.%'"), "1");
        // What an incident stopped comes back as what was lost does.
        let told = house.tell("device resume DEV-000001");
        assert_eq!((told.code, &told.json()["refused"]), (1, &"reported_lost".into()), "{told:?}");
        let why = house.done("why DEV-000001").to_string();
        assert!(why.contains("suspended"), "{why}");
        assert_eq!(house.tell("incident stop I-1").code, 0, "on hold already: the password opens nothing, once more");
        house.done("audit verify");
        // In the timelines of whom it is about.
        for about in ["DEV-000001", "k.sato", "I-000001", "1272200001"] {
            let told = house.done(&format!("audit list --about {about}")).to_string();
            assert!(told.contains("incident.open-stop"), "{about}: {told}");
        }
    }
}

#[test]
fn what_is_gone_already_is_nothing_to_stop_and_then_nothing_is_written_down() {
    let house = House::furnished();
    house.done("user delete k.sato");
    let told = house.tell("incident open --user k.sato --what x --found 2026-11-20 --reported-by y --stop");
    assert_eq!((told.code, &told.json()["refused"]), (1, &"nothing_to_stop".into()), "{told:?}");
    assert_eq!(house.ask("SELECT CAST(COUNT(*) AS TEXT) FROM incidents"), "0");
    for (line, why) in [
        ("incident open --user nobody --what x --found 2026-11-20 --reported-by y", "unknown"),
        ("incident open --device DEV-000009 --what x --found 2026-11-20 --reported-by y", "unknown"),
        ("incident open --user k.sato --what x --found 2199-01-01 --reported-by y", "in_the_future"),
        ("incident note I-000001 --text x", "unknown"),
    ] {
        let told = house.tell(line);
        assert_eq!((told.code, &told.json()["refused"]), (1, &why.into()), "{line}: {told:?}");
    }
    assert_eq!(house.tell("incident open --what x --found 2026-11-20 --reported-by y").code, 2, "about nobody");
}

#[test]
fn the_reports_that_the_law_asks_for_are_counted_from_the_day_it_was_found_and_ticked_off_once() {
    for house in House::both() {
        let house = house.furnish();
        let due = |entry: &Json, at: usize| entry["reports"][at]["due"].as_str().unwrap().to_owned();
        let opened = opened(&house);
        assert_eq!(due(&opened, 0), "2026-11-20T23:59:59+09:00");
        assert_eq!(due(&opened, 1), "2026-11-24T23:59:59+09:00");
        assert_eq!(due(&opened, 2), "2027-01-18T23:59:59+09:00", "60 days, since somebody may have meant harm");
        let today = house.done("today").to_string();
        assert!(today.contains("\"incident_reports\"") && today.contains("2026-11-20T23:59:59"), "{today}");
        house.done("incident report I-000001 --as prompt --on 2026-11-22");
        let entry = house.done("incident show I-000001");
        assert_eq!(entry["reports"][1]["done_on"], "2026-11-22T00:00:00+09:00");
        assert_eq!(entry["reports"][1]["done_by"], "setup");
        for (line, why) in [
            ("incident report I-000001 --as prompt", "already_reported"),
            ("incident report I-000001 --as mayor --on 2026-11-19", "reported_before"),
            ("incident report I-000001 --as mayor --on 2199-11-19", "in_the_future"),
        ] {
            let told = house.tell(line);
            assert_eq!((told.code, &told.json()["refused"]), (1, &why.into()), "{line}: {told:?}");
        }
        house.done("incident note I-1 --text 警察に届けた");
        house.done("incident report I-000001 --as mayor --on 2026-11-20");
        house.done("incident report I-000001 --as full --on 2026-11-25");
        assert!(!house.done("today").to_string().contains("incident_reports"), "nothing is owed any more");
        house.done("incident close I-000001 --outcome 見つからず");
        let told = house.tell("incident note I-000001 --text 続き");
        assert_eq!((told.code, &told.json()["refused"]), (1, &"incident_closed".into()), "{told:?}");
        let entry = house.done("incident show I-000001");
        assert_eq!((&entry["state"], &entry["outcome"]), (&"closed".into(), &"見つからず".into()));
        assert_eq!(entry["notes"][0]["said"], "警察に届けた");
        let found = house.done("find i-1").to_string();
        assert!(found.contains("/console/incidents/I-000001"), "{found}");
    }
}

#[test]
fn the_paper_for_the_mayor_says_what_whom_when_what_was_done_and_the_dates() {
    let house = House::furnished();
    opened(&house);
    house.done("incident note I-000001 --text 警察に届けた");
    house.done("incident report I-000001 --as mayor --on 2026-11-20");
    house.done("incident paper I-000001 --html paper.html");
    let paper = std::fs::read_to_string(house.folder.join("paper.html")).unwrap();
    for said in [
        "事故・障害報告書（I-000001）",
        "柏市長　様",
        "誓約事項①",
        "車内から盗難",
        "担当の山田さん",
        "タブレット（DEV-000001）",
        "佐藤（k.sato）",
        "2026年11月20日 に済（記録：setup）",
        "警察に届けた",
        "DEV-000001、k.satoを止めました",
    ] {
        assert!(paper.contains(said), "{said}: {paper}");
    }
    house.done("incident paper I-000001 --xlsx paper.xlsx");
    let told = house.done("audit list --about I-000001").to_string();
    assert_eq!(told.matches("incident.paper").count(), 2, "{told}");
}
