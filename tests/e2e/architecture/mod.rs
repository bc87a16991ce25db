//! The house keeps its own rules: who may link what, which files decide and which wait, how large a file grows.

mod dependencies;
mod floors;
mod fuzzed;
mod statements;
mod tables;

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The crates that `package` links, by name.
fn links(package: &str) -> Vec<String> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "-e", "normal", "--prefix", "none", "-f", "{lib}", "-p", package])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    String::from_utf8(tree.stdout).unwrap().lines().map(ToOwned::to_owned).collect()
}

/// The part of a file that ships: what stands there for tests alone is cut out, wherever it stands.
fn ships(text: &str) -> String {
    let mut ships = String::new();
    let mut rest = text;
    while let Some((before, only_tests)) = rest.split_once("\n#[cfg(test)]\n") {
        ships.push_str(before);
        let first = only_tests.lines().find(|line| !line.starts_with("#[")).unwrap_or_default();
        let end = if first.ends_with('{') { "\n}" } else { ";" };
        rest = only_tests.split_once(end).map_or("", |(_, after)| after);
    }
    ships.push_str(rest);
    ships
}

#[test]
fn what_stands_after_a_test_ships_all_the_same() {
    let text = "use a;\n#[cfg(test)]\nmod b;\n#[cfg(test)]\n#[path = \"c\"]\nmod c;\nuse d;\n#[cfg(test)]\nmod tests {\n    fn e() {}\n}\nuse f;\n";
    assert_eq!(ships(text).lines().filter(|line| !line.is_empty()).collect::<Vec<_>>(), ["use a;", "use d;", "use f;"]);
}

/// Every Rust file below these folders, with the part that ships.
fn files(folders: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut waiting: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(path) = waiting.pop() {
        for entry in std::fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((name, ships(&text)));
            }
        }
    }
    assert!(found.len() > 5, "{folders:?}");
    found
}

fn is_test(name: &str) -> bool {
    name.contains("/tests")
        || name.ends_with("tests.rs")
        || name.ends_with("test_support.rs")
        || name.contains("/examples/")
}

const SHIPS: [&str; 10] = [
    "certs/src",
    "certs/registry/src",
    "certs/registry/names/src",
    "policies/src",
    "gateway/src",
    "gateway/access_log/src",
    "gateway/logging/src",
    "gateway/manual/src",
    "gateway/pages/src",
    "ca-tools/src",
];

#[test]
fn the_gateway_cannot_sign_a_certificate() {
    let linked = links("gateway");
    assert!(linked.contains(&"rustls".to_owned()), "the list is read wrongly");
    for forbidden in ["rcgen", "p12_keystore", "cms", "x509_cert", "pkcs8", "ca_tools"] {
        assert!(!linked.iter().any(|name| name == forbidden), "the gateway links {forbidden}");
    }
}

#[test]
fn the_gateway_cannot_write_the_registry() {
    for (name, text) in files(&["gateway/src", "certs/registry/src", "policies/src", "certs/src"]) {
        if is_test(&name) {
            continue;
        }
        for verb in ["INSERT INTO", "UPDATE ", "DELETE FROM", "CREATE TABLE", "ALTER TABLE", "migrate!"] {
            assert!(!text.contains(verb), "{name} says {verb}");
        }
    }
}

#[test]
fn knowledge_flows_one_way() {
    let knows = |package: &str, other: &str| links(package).iter().any(|name| name == other);
    assert!(
        knows("gateway", "access_log")
            && knows("gateway", "policies")
            && knows("policies", "registry")
            && knows("registry", "certs")
    );
    for (package, other) in [
        ("certs", "registry"),
        ("registry", "policies"),
        ("policies", "gateway"),
        ("ca-tools", "gateway"),
        ("ca-tools", "policies"),
        ("gateway", "ca_tools"),
        ("care-record", "gateway"),
        ("care-record", "registry"),
        ("pages", "registry"),
        ("pages", "gateway"),
        ("pages", "ca_tools"),
    ] {
        assert!(!knows(package, other), "{package} knows {other}");
    }
}

/// They start programs and panic by design.
#[test]
fn no_program_that_ships_links_what_tests_stand_on() {
    for package in ["gateway", "ca-tools", "care-record"] {
        for fixture in ["servers", "house"] {
            assert!(!links(package).iter().any(|name| name == fixture), "{package} links {fixture}");
        }
    }
    assert!(links("house").contains(&"servers".to_owned()), "the list is read wrongly");
}

/// An auditor's program reads a chain and the keys that vouch for it; it needs nothing that faces the network or holds a registry.
#[test]
fn logs_are_verified_without_a_gateway() {
    let linked = links("access_log");
    assert!(linked.contains(&"aws_lc_rs".to_owned()), "the list is read wrongly");
    for forbidden in ["gateway", "registry", "policies", "rustls", "hyper", "sqlx", "redis"] {
        assert!(!linked.iter().any(|name| name == forbidden), "access_log links {forbidden}");
    }
}

#[test]
fn no_file_grows_past_400_lines() {
    for (name, text) in files(&["certs", "policies", "gateway", "ca-tools", "deploy", "tests"]) {
        let lines = text.lines().count();
        assert!(lines <= 400, "{name} has {lines} lines");
    }
}

#[test]
fn no_room_is_a_drawer() {
    for (name, _) in files(&["certs", "policies", "gateway", "ca-tools", "deploy", "tests"]) {
        for part in Path::new(&name).with_extension("").iter().map(|part| part.to_string_lossy()) {
            let drawer = ["util", "utils", "common", "helper", "helpers", "misc", "types"].contains(&&*part);
            assert!(!drawer, "{name}");
        }
    }
}

/// Decisions take facts and the time, and return a proof or a refusal; they wait for nothing and ask no clock.
const DECIDES: &[&str] = &[
    "ca-tools/src/application/csv.rs",
    "ca-tools/src/application/date.rs",
    "ca-tools/src/application/reading.rs",
    "ca-tools/src/application/step.rs",
    "ca-tools/src/audit/join/awaited.rs",
    "ca-tools/src/audit/join/line.rs",
    "ca-tools/src/crl/due.rs",
    "ca-tools/src/desk/apply/token.rs",
    "ca-tools/src/masked.rs",
    "ca-tools/src/reports/locked.rs",
    "certs/registry/src/change/rank.rs",
    "certs/registry/src/restoration/record.rs",
    "certs/src/device_cert.rs",
    "gateway/access_log/src/fold/folds.rs",
    "gateway/access_log/src/fold/rate.rs",
    "gateway/access_log/src/fold/whose.rs",
    "gateway/src/budget/connection_counts.rs",
    "gateway/src/budget/connection_table.rs",
    "gateway/src/budget/eviction.rs",
    "gateway/src/budget/networks.rs",
    "gateway/src/budget/recently_seen.rs",
    "gateway/src/budget/refusal_rate.rs",
    "gateway/src/budget/token_buckets.rs",
    "gateway/src/budget/usage.rs",
    "gateway/src/config/apart.rs",
    "gateway/src/device/verify.rs",
    "gateway/src/guidance/absence.rs",
    "gateway/src/guidance/device_cookie.rs",
    "gateway/src/headers/reserved.rs",
    "gateway/src/login/form.rs",
    "gateway/src/login/judge.rs",
    "gateway/src/login/lockout.rs",
    "gateway/src/login/return_to.rs",
    "gateway/src/policy/authorize.rs",
    "gateway/src/policy/path.rs",
    "gateway/src/policy/pattern.rs",
    "gateway/src/policy/route.rs",
    "gateway/src/public/answered.rs",
    "gateway/src/public/asked.rs",
    "gateway/src/public/paths.rs",
    "gateway/src/refusal/mod.rs",
    "gateway/src/refusal/row.rs",
    "gateway/src/reports/folds.rs",
    "gateway/src/reports/queues.rs",
    "gateway/src/session/cookie.rs",
    "gateway/src/session/join.rs",
    "gateway/src/session/record.rs",
    "gateway/src/session/verify.rs",
    "gateway/src/tls/host.rs",
    "policies/src/decide.rs",
];

#[test]
fn decisions_wait_for_nothing_and_ask_no_clock() {
    for name in DECIDES {
        let text = std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let code: String = ships(&text).lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for word in ["async ", ".await", "::now()", "tokio::", "std::net::Tcp", "std::fs", "std::env"] {
            assert!(!code.contains(word), "{name} says {word}");
        }
    }
}

#[test]
fn only_the_last_door_talks_to_a_backend_and_only_the_store_to_redis() {
    for (name, text) in files(&["gateway/src"]) {
        let client = text.contains("hyper_util::client") || text.contains("client::legacy");
        assert!(!client || name.starts_with("gateway/src/proxy/"), "{name} opens connections to a backend");
        let redis = text.contains("use redis::") || text.contains("::redis::Client");
        assert!(!redis || name.starts_with("gateway/src/session/redis/"), "{name} talks to Redis");
    }
}

#[test]
fn only_signing_and_revocation_use_the_ca_key() {
    for (name, text) in files(&["ca-tools/src"]) {
        let signs = text.contains(".signed_by(") || text.contains(".self_signed(");
        let may = ["ca-tools/src/sign/", "ca-tools/src/crl/", "ca-tools/src/container/"];
        assert!(!signs || may.iter().any(|room| name.starts_with(room)), "{name} signs");
    }
}

/// Rooms of `ca-tools` that people read: pages and letters.
const FOR_PEOPLE: [&str; 2] = ["ca-tools/src/desk/", "ca-tools/src/letters/"];
/// Rooms below `words`: they know why, and no sentence about it.
const BELOW_WORDS: [&str; 9] = [
    "ca-tools/src/acts/",
    "ca-tools/src/application/",
    "ca-tools/src/database/",
    "ca-tools/src/journal/",
    "ca-tools/src/password/",
    "ca-tools/src/refusal/",
    "ca-tools/src/rows/",
    "ca-tools/src/ticket/",
    "ca-tools/src/ledger/",
];

#[test]
fn no_page_says_what_operators_are_told() {
    let in_rooms = |name: &str, rooms: &[&str]| rooms.iter().any(|room| name.starts_with(room));
    let mut pages = 0;
    for (name, text) in files(&["ca-tools/src"]) {
        if in_rooms(&name, &FOR_PEOPLE) {
            pages += 1;
            assert!(!text.contains("for_operators"), "{name} tells people what operators are told");
        }
        if in_rooms(&name, &BELOW_WORDS) && !is_test(&name) {
            assert!(!text.contains("crate::words"), "{name} knows the sentences about it");
        }
    }
    assert!(pages > 20, "the rooms that people read have other names");
}

/// One word for one thing: a name that stands on five types tells nobody which of them is meant.
#[test]
fn no_name_stands_on_five_types() {
    let mut stands: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for (name, text) in files(&SHIPS).into_iter().filter(|(name, _)| !is_test(name)) {
        for line in text.lines() {
            let item = line.strip_prefix("pub ").or_else(|| {
                line.split_once(") ").filter(|(before, _)| before.starts_with("pub(")).map(|(_, item)| item)
            });
            let mut words = item.unwrap_or(line).split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            if words.next().is_some_and(|word| ["struct", "enum", "type"].contains(&word)) {
                stands.entry(words.next().unwrap().to_owned()).or_default().push(name.clone());
            }
        }
    }
    assert!(stands.len() > 500, "the types are read wrongly: {}", stands.len());
    for (name, files) in stands {
        assert!(files.len() < 5, "{name} is a type in each of {files:?}");
    }
}

#[test]
fn nothing_unfinished_ships() {
    for (name, text) in files(&SHIPS) {
        for word in ["todo!(", "unimplemented!(", "TODO", "FIXME", "#[ignore", "unsafe {", "dbg!("] {
            assert!(!text.contains(word), "{name} says {word}");
        }
    }
    for (name, text) in files(&["tests", "certs", "gateway", "ca-tools", "policies"]) {
        assert!(name.starts_with("tests/e2e/architecture/") || !text.contains("#[ignore"), "{name} leaves a test out");
    }
}

#[test]
fn nobody_prints_by_what_panics_where_the_reader_is_gone_or_the_disk_full() {
    for (name, text) in files(&["gateway/src", "gateway/access_log/src", "gateway/logging/src", "ca-tools/src"]) {
        // A file that is a test as a whole says so where it is named.
        if is_test(&name) {
            continue;
        }
        let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for word in ["println!", "print!(", "dbg!("] {
            assert!(!code.contains(word), "{name} says {word}");
        }
    }
}

#[test]
fn every_file_says_which_question_it_answers() {
    for (name, text) in files(&SHIPS) {
        assert!(text.starts_with("//!"), "{name} does not say what it is for");
    }
}

/// Under `pipefail`, `writer | grep -q words` fails as soon as `grep` has seen enough before the writer has said everything.
#[test]
fn no_script_leaves_a_pipe_before_its_writer_has_ended() {
    let mut waiting: Vec<PathBuf> = [".ci", "deploy", "tests"].iter().map(|folder| root().join(folder)).collect();
    let mut scripts = 0;
    while let Some(path) = waiting.pop() {
        if path.is_dir() && !path.ends_with("node_modules") {
            waiting.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let name = path.strip_prefix(root()).unwrap().display();
        if !text.starts_with("#!/usr/bin/env bash") && path.extension().is_none_or(|end| end != "bash") {
            continue;
        }
        scripts += 1;
        for (number, line) in text.lines().enumerate() {
            for reader in line.split(" | ").skip(1) {
                let mut words = reader.split_whitespace();
                let leaves = match words.next() {
                    Some("head") => true,
                    Some("grep") => {
                        words.any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains('q'))
                    }
                    _ => false,
                };
                assert!(!leaves, "{name}:{}: read the whole answer first: {line}", number + 1);
            }
        }
    }
    assert!(scripts > 5, "the scripts are looked for wrongly");
}
