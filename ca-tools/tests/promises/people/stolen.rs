//! The file of a login that somebody copied: used on the command line after what it rests on is over, it opens nothing, and
//! the record has each attempt.

use serde_json::{Value as Json, json};

use crate::fixtures::house::{House, Told};
use crate::people::passwords::EVERY_ROLE;

const MINE: &str = "state/mine";
const COPY: &str = "state/copy";

/// What becomes of the operator `b.abe` after their login was copied, and how the copy is refused.
struct Case {
    name: &'static str,
    happens: fn(&House),
    why: &'static str,
}

const CASES: [Case; 6] = [
    Case { name: "logged out", happens: |house| done(&with(house, MINE, "--json logout")), why: "ended" },
    Case {
        name: "password changed",
        happens: |house| {
            house.secret("new", "風の8丘-と笛太鼓\n");
            let present = house.present("b.abe").unwrap();
            let line = ["--config", "ca/ca.toml", "user", "change-password", "b.abe"];
            let files = ["--password-file", &present, "--new-password-file", "new"];
            done(&house.run(&[&line[..], &files].concat()));
        },
        why: "password_changed",
    },
    Case {
        name: "password handed out anew",
        happens: |house| drop(house.done("user reset-password b.abe --break-glass --why 試験")),
        why: "password_changed",
    },
    Case {
        name: "a role lost",
        happens: |house| drop(house.done("user roles b.abe --take auditor --break-glass --why 試験")),
        why: "role_lost",
    },
    Case {
        name: "put on hold",
        happens: |house| drop(house.done("user suspend b.abe --break-glass --why 試験")),
        why: "not_in_service",
    },
    Case {
        name: "readable by others",
        happens: |house| {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(house.folder.join(COPY), std::fs::Permissions::from_mode(0o644)).unwrap();
        },
        why: "file_open",
    },
];

fn done(told: &Told) {
    assert_eq!(told.code, 0, "{told:?}");
}

/// A command line whose only proof is the file of a login.
fn with(house: &House, file: &str, line: &str) -> Told {
    let words: Vec<_> = ["--config", "ca/ca.toml", "--login-file", file].into_iter().chain(line.split(' ')).collect();
    Told::of(house.unproven(&words).output().unwrap())
}

/// How many attempts the record has, by whom the last was, and why it was refused.
fn refused(house: &House) -> (usize, String, Json) {
    let events = house
        .ask("SELECT operator || ' ' || detail FROM events WHERE action = 'operator.login_refused' ORDER BY version");
    let last = events.lines().last().unwrap_or_default().split_once(' ').unwrap_or_default();
    (events.lines().count(), last.0.to_owned(), serde_json::from_str(last.1).unwrap_or_default())
}

#[test]
fn a_copied_login_opens_nothing_once_what_it_rests_on_is_over_and_the_record_has_the_attempt() {
    let mut wrong = Vec::new();
    for case in CASES {
        let house = House::furnished();
        for id in ["setup", "b.abe"] {
            let add = "user add --office 1272200001 --name 職員 --profession 行政 --application A-9";
            house.done(&format!("{add} --id {id} {EVERY_ROLE}"));
        }
        let proof = house.proof_of("b.abe").unwrap();
        done(&with(&house, MINE, &format!("--operator b.abe --password-file {proof} --json login")));
        std::fs::copy(house.folder.join(MINE), house.folder.join(COPY)).unwrap();
        const ACT: &str = "--json --yes user unlock k.sato";
        done(&with(&house, COPY, ACT));
        (case.happens)(&house);
        let told = with(&house, COPY, ACT);
        if told.code != 1 || told.json()["refused"] != json!("login_over") {
            wrong.push(format!("{}: {told:?}", case.name));
        }
        let (count, operator, detail) = refused(&house);
        if (count, &*operator, &detail["why"]) != (1, "b.abe", &json!(case.why)) {
            wrong.push(format!("{}: {count} events, the last of {operator}: {detail}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
