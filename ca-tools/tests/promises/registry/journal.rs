//! Every change stands in the journal before it is answered, and who writes behind the writer's back is found out.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use base64::Engine;
use ca_tools::journal::Event;
use serde_json::{Value as Json, json};
use servers::blocking::until;

use crate::fixtures::house::{House, Told};
use crate::mail::sealed::{holds, with_ticket};

pub(crate) fn journal(house: &House) -> PathBuf {
    house.folder.join("ca/journal.log")
}

pub(crate) fn lines(house: &House) -> Vec<Json> {
    let text = std::fs::read_to_string(journal(house)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn codes(told: &Told) -> Vec<String> {
    let found = told.json()["found"].as_array().unwrap().clone();
    found.iter().map(|found| found["code"].as_str().unwrap().to_owned()).collect()
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn each_change_stands_there_with_its_rows_signed_for_openssl_and_closed_to_others() {
    for house in House::both() {
        let house = house.furnish();
        house.done("user suspend k.sato");
        let lines = lines(&house);
        assert_eq!((&lines[0]["kind"], &lines[0]["version"]), (&json!("open"), &json!(0)));
        let version: i64 = house.answer("SELECT version FROM registry").parse().unwrap();
        for (number, pair) in lines[1..].chunks(2).enumerate() {
            assert_eq!((&pair[0]["kind"], &pair[1]["kind"]), (&json!("change"), &json!("done")));
            let at = number as i64 + 1;
            assert_eq!((&pair[0]["version"], &pair[1]["version"]), (&json!(at), &json!(at)));
            assert_eq!(house.answer(&format!("SELECT hash FROM events WHERE version = {at}")), pair[1]["hash"]);
            assert_eq!(
                house.answer(&format!("SELECT changed FROM events WHERE version = {at}")),
                pair[0]["event"]["changed"]
            );
        }
        assert_eq!(lines.last().unwrap()["version"], json!(version));
        let rows = lines[lines.len() - 2]["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 2, "{rows:?}");
        let row = &rows[0]["system_users"];
        assert_eq!((&row["login_id"], &row["state"]), (&json!("k.sato"), &json!("suspended")));
        // How they stand from then on is kept for ever.
        let row = &rows[1]["standings"];
        assert_eq!((&row["subject"], &row["state"]), (&json!("k.sato"), &json!("suspended")));
        assert_eq!((mode(&journal(&house)), mode(&house.folder.join("ca/journal.key"))), (0o600, 0o600));
        assert_eq!(mode(&house.folder.join("ca/journal.pub")), 0o644);
        let text = std::fs::read_to_string(journal(&house)).unwrap();
        for line in text.lines().take(4) {
            let (body, signature) = line.rsplit_once(",\"sig\":\"").unwrap();
            let signature = base64::prelude::BASE64_STANDARD.decode(signature.trim_end_matches("\"}")).unwrap();
            std::fs::write(house.folder.join("body"), body).unwrap();
            std::fs::write(house.folder.join("sig"), signature).unwrap();
            let said = house.program("openssl", "dgst -sha256 -verify ca/journal.pub -signature sig body");
            assert_eq!(said.trim(), "Verified OK");
        }
        let told = house.done("audit verify");
        assert_eq!((&told["sound"], &told["events"]), (&json!(true), &json!(version)));
    }
}

#[test]
fn no_pick_up_number_and_no_letter_stands_in_it_nor_in_a_backup() {
    for house in House::both() {
        let (house, secrets) = with_ticket(house);
        let letter = house.ask("SELECT letter FROM mails WHERE kind = 'ticket_issued'");
        assert!(letter.starts_with("sealed:1:"), "{letter}");
        house.done("backup --out whole");
        for file in ["ca/journal.log", "whole"] {
            let path = house.folder.join(file);
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.contains("\"tickets\"") && !text.contains("\"mails\":{"), "{file}");
            for secret in secrets.iter().chain([&letter]) {
                assert!(!holds(&path, secret), "{file} holds {secret}");
            }
        }
    }
}

/// The chain of events made anew from event `from` on, as somebody would who can write into the database.
fn forge(house: &House, from: i64, forged: impl Fn(&mut Event)) {
    let text = |column: &str, at: i64| house.answer(&format!("SELECT {column} FROM events WHERE version = {at}"));
    let maybe = |column: &str, at: i64| {
        let null = house.answer(&format!("SELECT count(*) FROM events WHERE version = {at} AND {column} IS NULL"));
        (null == "0").then(|| text(column, at))
    };
    let last: i64 = house.answer("SELECT version FROM registry").parse().unwrap();
    let mut prev = text("prev", from);
    for at in from..=last {
        let mut event = Event {
            version: at,
            at: text("at", at).parse().unwrap(),
            operator: text("operator", at),
            action: text("action", at),
            subject: text("subject", at),
            application: maybe("application", at),
            why: maybe("why", at),
            detail: text("detail", at),
            prev: prev.clone(),
            changed: maybe("changed", at),
        };
        if at == from {
            forged(&mut event);
        }
        let hash = event.hash();
        house.meddle(&format!(
            "UPDATE events SET operator = '{}', prev = '{prev}', hash = '{hash}' WHERE version = {at}",
            event.operator
        ));
        prev = hash;
    }
}

#[test]
fn a_change_behind_the_writers_back_is_found_out_and_nothing_goes_on_from_another_history() {
    let cut = "DELETE FROM events WHERE version = (SELECT version FROM registry)";
    let table: [(&str, &[&str], &str); 7] = [
        ("a role", &["UPDATE system_users SET roles = 'ra_approver'"], "row_changed"),
        (
            "a revocation",
            &["UPDATE certificates SET state = 'issued', revoked_at = NULL, revoked_reason = NULL"],
            "row_changed",
        ),
        ("a hold", &["UPDATE devices SET suspended = 0"], "row_changed"),
        ("a row", &["DELETE FROM invitations"], "row_gone"),
        (
            "one more",
            &["INSERT INTO rooms (room, name, state, version) VALUES ('R9', 'x', 'open', 2)"],
            "row_from_nowhere",
        ),
        (
            "the last change",
            &[cut, "UPDATE registry SET version = version - 1", "UPDATE devices SET suspended = 0, version = 4"],
            "registry_cut",
        ),
        ("the chain", &[], "other_history"),
    ];
    for house in House::both() {
        let house = house.furnish();
        house.done("cert issue --device DEV-000001 --format pem --out d.pem");
        house.done("cert revoke --device DEV-000001 --reason lost");
        house.done("room open --name 山田様 --room R1");
        house.done("room invite R1 k.sato");
        house.done("backup --out whole");
        house.done("device suspend DEV-000001");
        for (what, statements, code) in table {
            statements.iter().for_each(|sql| house.meddle(sql));
            if statements.is_empty() {
                forge(&house, 3, |event| event.operator = "someone".to_owned());
            }
            let told = house.tell("audit verify");
            assert_eq!(told.code, 1, "{what}: {told:?}");
            assert!(codes(&told).contains(&code.to_owned()), "{what}: {told:?}");
            let told = house.tell("doctor");
            assert!(told.code == 1 && told.out.contains(code), "{what}: {told:?}");
            if matches!(code, "registry_cut" | "other_history") {
                let told = house.tell("office update 1272200001 --name x");
                assert_eq!(
                    (told.code, &told.json()["refused"]),
                    (1, &json!("journal_unavailable")),
                    "{what}: {told:?}"
                );
            }
            house.put_back("whole");
            assert_eq!(house.done("audit verify")["sound"], json!(true), "{what}");
            assert_eq!(house.done("device show DEV-000001")["suspended"], json!(true), "{what}");
        }
    }
}

#[test]
fn a_journal_that_was_cut_changed_swapped_or_lost_is_found_out_and_nothing_is_changed_beside_it() {
    for house in House::both() {
        let house = house.furnish();
        let other = house.alike().furnish();
        let whole = std::fs::read_to_string(journal(&house)).unwrap();
        let all: Vec<_> = whole.split_inclusive('\n').collect();
        let table: [(&str, Option<String>, &str); 6] = [
            ("cut by two lines", Some(all[..all.len() - 2].concat()), "journal_cut"),
            ("cut within a line", Some(whole[..whole.len() - 400].to_owned()), "journal_cut"),
            ("changed", Some(whole.replacen("ひだまり", "こもれび", 1)), "journal_broken"),
            ("a line left out", Some([&all[..4], &all[6..]].concat().concat()), "journal_broken"),
            ("another house's", Some(std::fs::read_to_string(journal(&other)).unwrap()), "journal_broken"),
            ("lost", None, "journal_missing"),
        ];
        let version = house.answer("SELECT version FROM registry");
        for (what, text, code) in table {
            match text {
                Some(text) => std::fs::write(journal(&house), text).unwrap(),
                None => std::fs::remove_file(journal(&house)).unwrap(),
            }
            let told = house.tell("audit verify");
            assert_eq!((told.code, codes(&told)), (1, vec![code.to_owned()]), "{what}: {told:?}");
            // A change looks at the end alone; what is wrong before is for who looks at all of it.
            if !matches!(what, "changed" | "a line left out") {
                let told = house.tell("device suspend DEV-000001");
                assert_eq!(
                    (told.code, &told.json()["refused"]),
                    (1, &json!("journal_unavailable")),
                    "{what}: {told:?}"
                );
                assert!(told.err.contains("何も変更していません"), "{told:?}");
            }
            assert_eq!(house.answer("SELECT version FROM registry"), version, "{what}");
            std::fs::write(journal(&house), &whole).unwrap();
        }
        house.done("device suspend DEV-000001");
        assert_eq!(house.done("audit verify")["sound"], json!(true));
    }
}

#[test]
fn a_lost_journal_is_begun_anew_by_name_and_never_by_itself() {
    let house = House::furnished();
    let refused = house.tell("journal start --why 試験");
    assert_eq!(refused.json()["refused"], json!("journal_sound"), "{refused:?}");
    std::fs::remove_file(journal(&house)).unwrap();
    assert_eq!(house.tell("journal start").json()["refused"], json!("no_why"));
    house.done("journal start --why ディスクの故障");
    assert_eq!(lines(&house)[0]["kind"], json!("open"));
    assert_eq!(house.done("audit verify")["sound"], json!(true));
    house.meddle("UPDATE system_users SET roles = 'ra_approver'");
    assert_eq!(house.tell("audit verify").code, 1, "the first line has all rows there were");
}

#[test]
fn a_registry_of_before_the_journal_begins_one_with_its_next_change() {
    for house in House::both() {
        let house = house.furnish();
        for file in ["journal.log", "journal.key", "journal.pub"] {
            std::fs::remove_file(house.folder.join("ca").join(file)).unwrap();
        }
        // As the program of before wrote it.
        house.meddle("UPDATE events SET changed = NULL");
        forge(&house, 1, |_| ());
        let told = house.done("audit verify");
        assert_eq!((&told["sound"], &told["notices"][0]["code"]), (&json!(true), &json!("journal_not_begun")));
        house.done("office suspend 1272200001");
        assert_eq!(house.done("audit verify")["notices"], json!([]));
        assert!(lines(&house)[0]["rows"].as_array().unwrap().len() >= 3);
    }
}

/// A program that waits at its commit, because this test holds what a trigger of the database asks for.
#[test]
fn killed_between_journal_and_commit_the_next_change_says_what_became_of_it() {
    let house = House::on_postgres().furnish();
    let url = house.url();
    let asked = |sql: &str| servers::statement(&url, sql);
    asked(
        "CREATE FUNCTION waits() RETURNS trigger LANGUAGE plpgsql AS \
         'BEGIN PERFORM pg_advisory_xact_lock(42); RETURN NULL; END'",
    );
    let ends = |granted: &str| {
        let held = format!("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND {granted}");
        asked(&format!("SELECT pg_terminate_backend(pid) FROM ({held}) AS held"));
    };
    for (committed, kinds) in
        [(false, ["change", "void", "change", "done"]), (true, ["change", "done", "change", "done"])]
    {
        asked(
            "CREATE CONSTRAINT TRIGGER waits AFTER INSERT ON events DEFERRABLE INITIALLY DEFERRED \
             FOR EACH ROW EXECUTE FUNCTION waits()",
        );
        let mut holds = std::process::Command::new("psql");
        holds.args([&url, "-qAtX", "-c", "SELECT pg_advisory_lock(42)", "-c", "SELECT pg_sleep(600)"]);
        let mut holds = holds.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let locks =
            |granted: &str| asked(&format!("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND {granted}"));
        until("the lock is held", || locks("granted") == "1");
        let before = lines(&house).len();
        let line = ["--config", "ca/ca.toml", "--operator", "setup", "--yes", "user", "suspend", "k.sato"];
        let mut killed = house.command(&line).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        until("the commit waits", || locks("NOT granted") == "1");
        assert_eq!(lines(&house).len(), before + 1, "the journal has it before it is committed");
        killed.kill().unwrap();
        killed.wait().unwrap();
        if !committed {
            ends("NOT granted");
            until("it is given up", || locks("NOT granted") == "0");
        }
        ends("granted");
        holds.wait().unwrap();
        until("nobody waits", || locks("true") == "0");
        asked("DROP TRIGGER waits ON events");
        assert_eq!(asked("SELECT state FROM system_users"), if committed { "suspended" } else { "active" });
        let told = house.done("audit verify");
        let pending = told["notices"].as_array().unwrap().iter().any(|notice| notice["code"] == "journal_pending");
        assert_eq!((&told["sound"], pending), (&json!(true), !committed), "{told}");
        house.done(if committed { "user resume k.sato" } else { "room open --name 山田様 --room R1" });
        let said: Vec<_> = lines(&house).into_iter().skip(before).map(|line| line["kind"].clone()).collect();
        assert_eq!(said, kinds);
        assert_eq!(house.done("audit verify")["notices"], json!([]));
    }
}

/// The same on SQLite, where nothing waits at a commit: what such a program leaves is put there by hand.
#[test]
fn what_was_left_between_journal_and_commit_is_settled_by_the_next_change() {
    let house = House::furnished();
    let copy = |from: &str, to: &str| {
        let _ = std::fs::copy(house.folder.join(from), house.folder.join(to)).unwrap();
    };
    house.meddle("PRAGMA wal_checkpoint(TRUNCATE)");
    copy("ca/registry.db", "before");
    house.done("user suspend k.sato");
    let whole = std::fs::read_to_string(journal(&house)).unwrap();
    let without_done = whole.trim_end().rsplit_once('\n').unwrap().0.to_owned() + "\n";
    // Committed, and nothing said of it: it was.
    std::fs::write(journal(&house), &without_done).unwrap();
    assert_eq!(house.done("audit verify")["sound"], json!(true));
    house.done("user resume k.sato");
    assert_eq!(house.done("audit verify")["sound"], json!(true));
    // Not committed, and a piece of the next line: it never was.
    house.forget();
    copy("before", "ca/registry.db");
    std::fs::write(journal(&house), without_done + "{\"kind\":\"do").unwrap();
    assert_eq!(house.done("audit verify")["notices"][0]["code"], json!("journal_pending"));
    house.done("room open --name 山田様 --room R1");
    assert_eq!(house.done("audit verify")["sound"], json!(true));
    assert_eq!(house.done("user show k.sato")["state"], json!("active"));
}

#[test]
fn thousands_of_rows_in_one_change_are_entered_too() {
    let house = House::furnished();
    let begun = Instant::now();
    house.done("example devices --office 1272200001 --count 2000 --application A-9");
    assert!(begun.elapsed() < Duration::from_secs(300));
    assert_eq!(house.done("audit verify")["sound"], json!(true));
    house.done("device suspend DEV-000900");
}

/// Who plants a row under the version of the next change would have that change vouch for it.
#[test]
fn a_row_that_no_change_has_written_stops_the_next_one() {
    for house in House::both() {
        let house = house.furnish();
        house.meddle("UPDATE system_users SET name = '別の人', version = (SELECT version + 1 FROM registry)");
        let told = house.tell("room open --name 山田様 --room R1");
        assert_eq!((told.code, &told.json()["refused"]), (1, &json!("journal_unavailable")), "{told:?}");
        assert!(told.err.contains("system_users"), "{told:?}");
        assert_eq!(house.tell("audit verify").code, 1);
    }
}

#[test]
fn a_registry_that_went_back_is_not_made_right_by_beginning_the_journal_anew() {
    let house = House::furnished();
    house.meddle("PRAGMA wal_checkpoint(TRUNCATE)");
    std::fs::copy(house.folder.join("ca/registry.db"), house.folder.join("before")).unwrap();
    house.done("user suspend k.sato");
    house.forget();
    std::fs::copy(house.folder.join("before"), house.folder.join("ca/registry.db")).unwrap();
    let told = house.tell("journal start --why 失われた");
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!("restore_needed")), "{told:?}");
    assert_eq!(house.tell("room open --name 山田様 --room R1").code, 1);
}
