//! The index of what events are about is derived, and whoever can write into the database can change it: the verification
//! finds it, for each event says the digest of its own.

use crate::fixtures::house::House;

/// What the verification finds, by code and subject.
fn found(house: &House) -> Vec<(String, String)> {
    let told = house.tell("audit verify").json();
    let text = |one: &serde_json::Value, field: &str| one[field].as_str().unwrap().to_owned();
    told["found"].as_array().unwrap().iter().map(|one| (text(one, "code"), text(one, "subject"))).collect()
}

#[test]
fn a_row_of_the_index_that_is_altered_missing_or_added_is_found() {
    for house in House::both() {
        let house = house.furnish();
        house.done("device suspend DEV-000001 --why 盗難");
        assert_eq!(found(&house), []);
        let version = house.answer("SELECT version FROM events WHERE action = 'device.suspend'");
        // Of what only its rows name, too.
        let of_rows = format!("version = {version} AND kind = 'office' AND subject = '1272200001'");
        for (meddle, mend) in [
            (
                format!("DELETE FROM event_subjects WHERE {of_rows}"),
                format!(
                    "INSERT INTO event_subjects (kind, subject, version) VALUES ('office', '1272200001', {version})"
                ),
            ),
            (
                format!("UPDATE event_subjects SET subject = '1272209999' WHERE {of_rows}"),
                format!(
                    "UPDATE event_subjects SET subject = '1272200001' WHERE version = {version} AND kind = 'office'"
                ),
            ),
            (
                format!("INSERT INTO event_subjects (kind, subject, version) VALUES ('request', '0f', {version})"),
                format!("DELETE FROM event_subjects WHERE version = {version} AND kind = 'request'"),
            ),
            (
                format!("DELETE FROM event_subjects WHERE version = {version} AND kind = 'device'"),
                format!(
                    "INSERT INTO event_subjects (kind, subject, version) VALUES ('device', 'DEV-000001', {version})"
                ),
            ),
        ] {
            house.meddle(&meddle);
            assert_eq!(found(&house), [("subjects_changed".to_owned(), version.clone())], "{meddle}");
            house.meddle(&mend);
            assert_eq!(found(&house), [], "{mend}");
        }
        // Of an event that there is not.
        house.meddle("INSERT INTO event_subjects (kind, subject, version) VALUES ('device', 'DEV-000001', 999999)");
        assert_eq!(found(&house), [("subjects_changed".to_owned(), "999999".to_owned())]);
    }
}

#[test]
fn the_index_is_as_it_was_written_after_a_restore_and_the_changes_that_were_done_once_more() {
    for house in House::both() {
        let house = house.furnish();
        house.done("office update 1272200001 --mail contact@example.jp");
        house.done("backup --out whole");
        // A letter is in no journal, and a person who moves takes nothing of the past along.
        house.done("office register 1272200002 --name みどり --application A-4");
        house.done("device suspend DEV-000001 --why 盗難");
        house.done("device resume DEV-000001");
        house.done("user move k.sato --office 1272200002 --application A-5");
        let index =
            "SELECT kind || ' ' || subject || ' ' || version FROM event_subjects ORDER BY version, kind, subject";
        let before = house.ask(index);
        assert!(before.contains("letter "), "{before}");
        house.put_back("whole");
        let after = house.ask(index);
        assert!(after.starts_with(&before), "{before}\n\n{after}");
        assert_eq!(found(&house), []);
    }
}
