//! A restore never revives what was ended: with the journal all is as it was, without it nothing is believed.

use serde_json::{Value as Json, json};

use super::journal::{journal, lines};
use crate::fixtures::house::{House, Told};
use crate::people::passwords::EVERY_ROLE;

const SECOND: &str = "雨の7川-と舟歌";

/// A backup, and after it: a certificate revoked, a device on hold, an ID deleted, an invitation withdrawn.
fn lived(house: House) -> House {
    let house = house.furnish();
    house.device();
    house.device();
    house.done("user add --office 1272200001 --name 鈴木 --profession 看護師 --id s.suzuki --application A-2");
    house.done("cert issue --device DEV-000001 --format pem --out lost.pem");
    house.done("cert issue --device DEV-000002 --format pem --out held.pem");
    house.done("room open --name 山田様 --room R1");
    house.done("room invite R1 k.sato");
    house.done("ticket issue --device DEV-000003");
    house.done("crl publish");
    house.done("backup --out whole");
    house.done("cert revoke --device DEV-000001 --reason lost");
    house.done("device suspend DEV-000002");
    house.done("user delete s.suzuki");
    house.done("room remove R1 k.sato");
    house
}

fn refused(told: &Told, code: &str) {
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!(code)), "{told:?}");
}

fn lists(house: &House) -> Vec<Json> {
    ["office list", "user list", "device list", "cert list", "room list", "ca list"]
        .map(|list| house.done(list))
        .to_vec()
}

fn head(house: &House) -> (i64, String) {
    let version = house.answer("SELECT version FROM registry").parse().unwrap();
    (version, house.answer("SELECT hash FROM events WHERE version = (SELECT version FROM registry)"))
}

#[test]
fn with_the_journal_everything_is_as_it_was_in_the_same_history() {
    for house in House::both() {
        let house = lived(house);
        let (before, (version, hash)) = (lists(&house), head(&house));
        house.forget();
        refused(&house.tell("restore whole"), "no_why");
        let told = house.done("restore whole --why ディスクの故障");
        assert_eq!((&told["sound"], &told["held"], &told["now"]), (&json!(true), &Json::Null, &json!(version + 1)));
        assert_eq!(lists(&house), before);
        let there = house.answer(&format!("SELECT hash FROM events WHERE version = {version}"));
        assert_eq!(there, hash, "gateways find the head that they applied");
        assert_eq!(house.answer("SELECT count(*) FROM restorations"), "0");
        assert_eq!(house.answer("SELECT count(*) FROM mails WHERE state = 'queued'"), "0", "no letter goes out twice");
        assert_eq!(house.done("doctor")["sound"], json!(true));
    }
}

#[test]
fn a_journal_that_is_missing_or_older_than_what_others_know_is_told_and_nothing_is_made() {
    let house = lived(House::new());
    let whole = std::fs::read_to_string(journal(&house)).unwrap();
    let (version, hash) = head(&house);
    house.forget();
    let cut = whole.split_inclusive('\n').collect::<Vec<_>>();
    std::fs::write(journal(&house), cut[..cut.len() - 4].concat()).unwrap();
    let known = format!("restore whole --why 試験 --head {version}:{hash}");
    refused(&house.tell(&known), "journal_lacks");
    // The list that was published with the revocation is newer than this.
    std::fs::write(journal(&house), cut[..cut.len() - 10].concat()).unwrap();
    refused(&house.tell("restore whole --why 試験"), "journal_lacks");
    std::fs::remove_file(journal(&house)).unwrap();
    refused(&house.tell("restore whole --why 試験"), "journal_lacks");
    assert!(!house.folder.join("ca/registry.db").exists());
    std::fs::write(journal(&house), &whole).unwrap();
    refused(&house.tell(&known.replace(&hash[..8], "00000000")), "other_history");
    house.done(&known);
}

#[test]
fn without_the_journal_nothing_that_may_have_ended_stands_and_the_list_is_taken_for_true() {
    for house in House::both() {
        let house = lived(house);
        let (version, hash) = head(&house);
        let saved = std::fs::read_to_string(house.folder.join("whole")).unwrap();
        let saved: Json = serde_json::from_str(saved.lines().next().unwrap()).unwrap();
        let number: u64 = house.answer("SELECT MAX(crl_number) FROM authorities").parse().unwrap();
        let id = house.answer("SELECT id FROM registry");
        house.forget();
        std::fs::remove_file(journal(&house)).unwrap();
        let state = json!({ "registry": id, "version": version, "hash": hash, "epoch": 4 });
        std::fs::write(house.folder.join("gateway.state"), state.to_string()).unwrap();
        let told = house
            .done("restore whole --without-journal --gateway-state gateway.state --list held.csv --why ディスクの故障");
        assert_eq!(told["sound"], json!(true));
        let counted = |kind: &str| told["held"][kind].as_array().unwrap().len();
        assert_eq!(
            ["offices", "users", "devices", "invitations", "tickets", "revoked"].map(counted),
            [1, 2, 3, 1, 1, 1],
            "{told}"
        );
        let csv = std::fs::read_to_string(house.folder.join("held.csv")).unwrap();
        assert!(csv.lines().count() == 10 && csv.contains("DEV-000002"), "{csv}");
        assert_eq!(house.answer("SELECT count(*) FROM devices WHERE suspended = 0"), "0");
        assert_eq!(house.answer("SELECT count(*) FROM system_users WHERE state = 'active'"), "0");
        assert_eq!(house.answer("SELECT count(DISTINCT password_hash) FROM system_users"), "1", "nobody's");
        assert_eq!(house.answer("SELECT count(*) FROM invitations WHERE state = 'invited'"), "0");
        assert_eq!(house.answer("SELECT count(*) FROM tickets WHERE state = 'open'"), "0");
        assert_eq!(house.answer("SELECT state FROM certificates WHERE device = 1"), "revoked");
        // What gateways go on by.
        let record: Json = serde_json::from_str(&house.ask("SELECT record FROM restorations")).unwrap();
        assert_eq!((&record["registry"], &record["epoch"]), (&json!(id), &json!(5)));
        assert_eq!((&record["from"]["version"], &record["from"]["hash"]), (&saved["version"], &saved["hash"]));
        let lost = record["lost"]["version"].as_i64().unwrap();
        assert!(lost > version, "beyond what any gateway has seen");
        assert_eq!(told["now"], json!(lost + 1));
        use base64::Engine;
        let signature =
            base64::prelude::BASE64_STANDARD.decode(house.ask("SELECT signature FROM restorations")).unwrap();
        std::fs::write(house.folder.join("record"), house.ask("SELECT record FROM restorations")).unwrap();
        std::fs::write(house.folder.join("sig"), signature).unwrap();
        house.program("openssl", "dgst -sha256 -verify ca/journal.pub -signature sig record");
        // The house goes on, one by one.
        assert_eq!(lines(&house)[0]["kind"], json!("open"));
        let published = house.done("crl publish");
        assert!(published["number"].as_u64().unwrap() > number, "{published}");
        house.done("office resume 1272200001");
        house.done("device resume DEV-000002 --why 事業所に確かめた");
        house.done("user resume k.sato");
        house.done("user reset-password k.sato");
        for check in ["doctor", "audit verify"] {
            assert_eq!(house.done(check)["sound"], json!(true), "{check}");
        }
        house.done("backup --out again");
        house.put_back("again");
    }
}

/// A gateway may only have been away: that it knows no more than the backup says nothing of what was ended since.
#[test]
fn a_gateway_that_knows_no_more_than_the_backup_vouches_for_nobody() {
    let house = House::furnished();
    house.done("backup --out whole");
    let (version, hash) = head(&house);
    house.done("cert issue --device DEV-000001 --format pem --out lost.pem");
    house.done("device suspend DEV-000001");
    house.forget();
    std::fs::remove_file(journal(&house)).unwrap();
    let told = house.done(&format!("restore whole --without-journal --head {version}:{hash} --why 試験"));
    assert_eq!(told["held"]["devices"].as_array().unwrap().len(), 1, "{told}");
    assert_eq!(house.answer("SELECT count(*) FROM restorations"), "1");
    assert_eq!(house.done("audit verify")["sound"], json!(true));
}

/// Who was ended since the backup would only have to say that the journal is lost.
#[test]
fn a_journal_that_is_there_is_not_said_to_be_lost() {
    let house = House::furnished();
    house.done("backup --out whole");
    house.done("user delete k.sato");
    house.forget();
    refused(&house.tell("restore whole --without-journal --why 試験"), "journal_is_there");
    house.done("restore whole --why 試験");
    assert_eq!(house.done("user show k.sato")["state"], json!("deleted"));
}

/// What there is of a journal counts, also where its end is lost, or is only said to be.
#[test]
fn a_journal_whose_end_is_lost_is_done_once_more_as_far_as_it_goes_and_the_rest_is_held() {
    for house in House::both() {
        let house = house.furnish();
        let add = "user add --office 1272200001 --name 職員 --profession 行政 --application A-9 --id";
        for id in ["setup", "b.abe"] {
            house.done(&format!("{add} {id} {EVERY_ROLE}"));
        }
        for id in ["b.abe", "setup"] {
            house.chooses(id, SECOND);
        }
        house.secret("own", &format!("{SECOND}\n"));
        house.done("backup --out whole");
        house.done("user delete b.abe --break-glass --why 試験");
        let cut = std::fs::read(journal(&house)).unwrap();
        house.done("user suspend k.sato");
        let (version, hash) = head(&house);
        house.forget();
        // Who was ended does not get past a journal that says so by naming a head that nobody knows.
        let line = "restore whole --why 試験 --password-file own";
        let bogus = format!("{line} --without-journal --head 99999:{}", "a".repeat(64));
        refused(&house.tell_as("b.abe", &bogus), "operator_may_not");
        std::fs::write(journal(&house), &cut).unwrap();
        refused(&house.tell(&format!("{line} --head {version}:{hash}")), "journal_lacks");
        refused(&house.tell(&format!("{line} --without-journal")), "journal_is_there");
        let known = format!("--without-journal --head {version}:{hash}");
        refused(&house.tell_as("b.abe", &format!("{line} {known}")), "operator_may_not");
        let told = house.done(&format!("{line} {known}"));
        assert_eq!((&told["replayed"], &told["lost"], &told["sound"]), (&json!(1), &json!(1), &json!(true)), "{told}");
        assert_eq!(house.done("user show b.abe")["state"], json!("deleted"));
        assert_eq!(house.done("user show k.sato")["state"], json!("suspended"));
        assert_eq!(house.answer("SELECT count(*) FROM restorations"), "1");
    }
}

#[test]
fn a_head_beyond_all_numbers_and_a_backup_without_an_end_are_refused() {
    let house = House::furnished();
    house.done("backup --out whole");
    house.forget();
    let far = format!("restore whole --why 試験 --head {}:{}", i64::MAX, "a".repeat(64));
    assert_eq!(house.tell(&far).code, 2);
    refused(&house.tell("restore /dev/zero --why 試験"), "backup_refused");
    house.done("restore whole --why 試験");
}

#[test]
fn a_forged_backup_is_refused_though_its_own_sum_is_made_anew() {
    let house = House::furnished();
    house.done("example devices --office 1272200001 --count 15 --application A-9");
    for device in 2..17 {
        house.done(&format!("cert revoke --device DEV-{device:06} --reason lost"));
    }
    house.done("backup --out whole");
    let whole = std::fs::read_to_string(house.folder.join("whole")).unwrap();
    let (body, tail) = whole.trim_end().rsplit_once('\n').unwrap();
    let forged = body.replace("\"revoked\"", "\"issued\"").replace("\"lost\"", "null") + "\n";
    assert_ne!(forged, format!("{body}\n"));
    let mut tail: Json = serde_json::from_str(tail).unwrap();
    let sum = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, forged.as_bytes());
    tail["sha256"] = json!(sum.as_ref().iter().map(|octet| format!("{octet:02x}")).collect::<String>());
    std::fs::write(house.folder.join("forged"), format!("{forged}{tail}\n")).unwrap();
    house.forget();
    let told = house.tell("restore forged --why 試験");
    refused(&told, "backup_refused");
    assert!(told.err.contains("署名ではありません"), "{told:?}");
    assert!(!house.folder.join("ca/registry.db").exists());
    house.done("restore whole --why 試験");
}

#[test]
fn two_put_a_registry_back_the_second_by_their_password_and_a_backup_takes_a_custodian() {
    let house = House::furnished();
    let add = "user add --office 1272200001 --name 職員 --profession 行政 --application A-9 --id";
    house.done(&format!("{add} setup {EVERY_ROLE}"));
    for (id, role) in [
        ("b.abe", "ra_approver"),
        ("c.ueda", "ra_clerk"),
        ("d.endo", "auditor"),
        ("e.kei", "ca_custodian"),
        ("f.oda", "ca_custodian"),
    ] {
        house.done(&format!("{add} {id} --role {role}"));
    }
    for id in ["b.abe", "c.ueda", "d.endo", "e.kei", "f.oda", "setup"] {
        house.chooses(id, SECOND);
    }
    house.secret("second", &format!("{SECOND}\n"));
    house.secret("wrong", "ちがう-1234-ことば\n");
    let as_clerk =
        house.run(&["--config", "ca/ca.toml", "--operator", "c.ueda", "--json", "--yes", "backup", "--out", "x"]);
    refused(&as_clerk, "operator_may_not");
    house.done("backup --out whole");
    assert_eq!(house.ask("SELECT operator FROM events WHERE action = 'registry.backup'"), "setup");
    house.done("user delete c.ueda");
    house.forget();
    let alone = ["--config", "ca/ca.toml", "--operator", "setup", "--json", "restore", "whole", "--why", "試験"];
    refused(&Told::of(house.unproven(&alone).output().unwrap()), "no_password");
    for (file, code) in [("wrong", "wrong_password"), ("second", "second_operator")] {
        refused(&house.tell(&format!("restore whole --why 試験 --password-file {file}")), code);
    }
    let line = "restore whole --why 試験 --password-file second";
    for (second, file, code) in [
        ("b.abe", "wrong", "wrong_password"),
        ("setup", "second", "second_operator"),
        ("c.ueda", "second", "second_operator"),
        ("d.endo", "second", "second_operator"),
    ] {
        refused(&house.tell(&format!("{line} --second {second} --second-password-file {file}")), code);
        assert!(!house.folder.join("ca/registry.db").exists(), "{second}");
    }
    house.done(&format!("{line} --second b.abe --second-password-file second"));
    // The two keep what they proved; nobody else keeps a role.
    house.done("backup --out whole");
    house.forget();
    std::fs::remove_file(journal(&house)).unwrap();
    // All others lose their roles: of two who cannot approve, nobody could let anybody in again.
    let keepers = format!("{line} --without-journal --second f.oda --second-password-file second");
    let told = house.tell_as("e.kei", &keepers);
    refused(&told, "second_operator");
    assert!(told.err.contains("ra_approver") && !journal(&house).exists(), "{told:?}");
    house.done(&format!("{line} --without-journal --second b.abe --second-password-file second"));
    let operators =
        house.ask("SELECT login_id FROM system_users WHERE state = 'active' AND roles <> '' ORDER BY login_id");
    assert_eq!(operators, "b.abe\nsetup");
    assert_eq!(house.answer_apart("SELECT count(*) FROM system_users WHERE roles <> '' AND state <> 'deleted'"), "2");
}

#[test]
fn an_issuing_ca_that_was_retired_stays_retired_by_the_roots_list() {
    let house = House::new();
    let later = |days, line: &str| {
        let told = house.later(days, line);
        assert_eq!(told.code, 0, "{line}: {told:?}");
    };
    let first = house.done("ca list").as_array().unwrap().iter().find(|ca| ca["kind"] == "issuing").unwrap().clone();
    later(920, "ca add-issuing --name 2");
    later(920, "backup --out whole");
    later(921, &format!("ca retire {}", first["fingerprint"].as_str().unwrap()));
    house.forget();
    std::fs::remove_file(journal(&house)).unwrap();
    let told = house.later(922, "restore whole --why 試験 --without-journal");
    assert_eq!((told.code, told.json()["held"]["authorities"].as_array().unwrap().len()), (0, 1), "{told:?}");
    let retired = "SELECT count(*) FROM authorities WHERE kind = 'issuing' AND state = 'retired'";
    assert_eq!(house.answer(retired), "1");
}
