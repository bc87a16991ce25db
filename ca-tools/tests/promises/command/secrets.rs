//! No secret lies where others read it, and none is told.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::Stdio;

use serde_json::json;
use servers::Postgres;
use servers::blocking::until;

use crate::fixtures::house::House;

const SECRET: &str = "s3same-writer";

/// The URL of a new database with this password in it; the server of these tests lets in whoever names a user.
fn url() -> String {
    Postgres::shared_by_tls().database().replace("postgres@", &format!("postgres:{SECRET}@"))
}

#[test]
fn a_new_house_tells_nobody_the_password_of_its_registry() {
    let house = House::new();
    let told = house.run(&["init", "--dir", "other", "--passphrase-file", "pass", "--registry", &url(), "--json"]);
    assert_eq!(told.code, 0, "{told:?}");
    assert!(!told.out.contains(SECRET) && !told.err.contains(SECRET), "{told:?}");
    let file = house.folder.join("other/ca.toml");
    assert_eq!(std::fs::metadata(&file).unwrap().mode() & 0o7777, 0o600);
    assert!(std::fs::read_to_string(&file).unwrap().contains(SECRET));
    let list = ["--config", "other/ca.toml", "ca", "list", "--json"];
    assert_eq!(house.run(&list).code, 0);
    for mode in [0o604, 0o640, 0o644] {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let told = house.run(&list);
        assert!(told.code == 2 && told.err.contains("chmod 600"), "{told:?}");
        assert!(!told.err.contains(SECRET), "{told:?}");
    }
}

#[test]
fn a_password_in_a_file_is_in_no_argument_and_in_no_configuration() {
    let house = House::new();
    let url = Postgres::shared_by_tls().database();
    house.secret("db", &format!("{SECRET}\n"));
    let line = ["init", "--dir", "other", "--passphrase-file", "pass", "--registry", &url];
    let told = house.run(&[&line[..], &["--registry-password-file", "db", "--json"]].concat());
    assert_eq!(told.code, 0, "{told:?}");
    let file = house.folder.join("other/ca.toml");
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(!written.contains(SECRET) && written.contains("password_file = "), "{written}");
    let list = ["--config", "other/ca.toml", "ca", "list", "--json"];
    assert_eq!(house.run(&list).code, 0);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(house.run(&list).code, 0, "there is nothing in it to keep");
    std::fs::set_permissions(house.folder.join("db"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let told = house.run(&list);
    assert!(told.code == 2 && told.err.contains("registry.password_file を読めません"), "{told:?}");
    let told =
        house.run(&[&line[..2], &["third", "--registry", "sqlite:x.db", "--registry-password-file", "db"]].concat());
    assert_ne!(told.code, 0, "{told:?}");
}

#[test]
fn no_refusal_of_a_command_line_shows_a_password() {
    let house = House::new();
    for (arguments, code) in [
        (["init", "--dir", "x", "--registry", "postgres://w:s3same@db.example/x"], 2),
        (["init", "--dir", "x", "--registry", "postgres://w:s3@me/s3same@db.example/x"], 2),
        (["init", "--dir", "x", "--registry", "mysql://w:s3same@db/x"], 2),
        (["init", "--dir", "x", "--registry", "psotgres:w:s3same@db/x"], 2),
        (["init", "--dir", "x", "--registri", "postgres://w:s3same@db/x"], 2),
        (["init", "--dir", "x", "postgres://w:s3same@db/x", "--json"], 2),
        (["device", "list", "--office", "postgres://w:s3same@db/x", "--json"], 2),
    ] {
        for language in ["ja", "en"] {
            let told = house.run(&[&arguments[..], &["--lang", language]].concat());
            assert_eq!(told.code, code, "{arguments:?}: {told:?}");
            assert!(!format!("{told:?}").contains("s3"), "{arguments:?}: {told:?}");
        }
    }
}

/// What a core file would hold: keys, the passphrase, passwords.
#[test]
fn a_program_that_holds_keys_leaves_no_core_file() {
    let house = House::furnished();
    let config = std::fs::read_to_string(house.folder.join("ca/ca.toml")).unwrap();
    let desk = "\n[desk]\njwks_file = \"../jwks.json\"\nissuer = \"https://gate\"\nsocket = \"../desk.sock\"\n";
    std::fs::write(house.folder.join("ca/ca.toml"), config + desk).unwrap();
    let mut program = house.command(&["--config", "ca/ca.toml", "serve"]).stderr(Stdio::null()).spawn().unwrap();
    until("the desk is open", || house.folder.join("desk.sock").exists());
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", program.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap().to_owned();
    program.kill().unwrap();
    program.wait().unwrap();
    assert_eq!(core.split_whitespace().rev().take(3).collect::<Vec<_>>(), ["bytes", "0", "0"], "{core}");
}

#[test]
fn an_init_that_was_killed_leaves_no_keys_for_long() {
    let house = House::new();
    let left = house.folder.join(".second.abcdefgh");
    std::fs::create_dir_all(left.join("root")).unwrap();
    std::fs::write(left.join("root/root.key"), "sealed").unwrap();
    let told = house.run(&["init", "--dir", "second", "--passphrase-file", "pass", "--json"]);
    assert_eq!(told.code, 0, "{told:?}");
    assert!(!left.exists());
    assert_eq!(told.json()["registry"], json!(format!("sqlite:{}", house.folder.join("second/registry.db").display())));
}
