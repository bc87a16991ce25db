//! Rooms stand on floors: each knows only what stands below it. The order is written here once, the highest first.

mod circles;
mod imports;

use std::collections::{BTreeMap, BTreeSet};

use circles::circles;
use imports::Imports;

const GATEWAY: &[&str] = &[
    "run",
    "replay",
    "deliver",
    "ending",
    "capacity",
    "ops",
    "accept",
    "serve",
    "revocation",
    "gateway",
    "rules",
    "proxy",
    "metrics",
    "public",
    "login",
    "reports",
    "guidance",
    "live",
    "config",
    "headers",
    "policy",
    "session",
    "device",
    "tls",
    "budget",
    "refusal",
];
const CA_TOOLS: &[&str] = &[
    "command",
    "console",
    "desk",
    "survey",
    "today",
    "doctor",
    "courier",
    "issuance",
    "backup",
    "audit",
    "access",
    "bulk",
    "search",
    "why",
    "words",
    "assertion",
    "acts",
    "disks",
    "ledger",
    "rows",
    "journal",
    "database",
    "refusal",
    "crl",
    "reports",
    "letters",
    "readiness",
    "ticket",
    "container",
    "sign",
    "config",
    "proposal",
    "undo",
    "incident",
    "maintenance",
    "campaign",
    "key",
    "sheet",
    "application",
    "password",
    "spelling",
    "language",
    "platform",
    "clock",
    "calendar",
    "folder",
    "lock",
    "whole",
    "masked",
    "aead",
    "digest",
];

/// `main` and `lib` stand above all rooms: one opens the house, the other lists it.
const ABOVE: [&str; 2] = ["main", "lib"];
/// So many files of one room may lean on each other; more is a knot that nobody can take a part of.
const MOST: usize = 3;

fn production(src: &str) -> BTreeMap<String, String> {
    let files = super::files(&[src]).into_iter().filter(|(name, _)| !super::is_test(name));
    files.map(|(name, text)| (name.trim_start_matches(src).trim_start_matches('/').to_owned(), text)).collect()
}

/// Every line that points up, every room without a floor, every floor without a room.
fn out_of_order(files: &BTreeMap<String, String>, order: &[&str]) -> Vec<String> {
    let imports = Imports::of(files);
    let floor = |room: &str| order.iter().position(|name| *name == room);
    let rooms: BTreeSet<&str> =
        imports.modules.iter().map(|module| module[0].as_str()).filter(|room| !ABOVE.contains(room)).collect();
    let mut mistakes: Vec<String> =
        rooms.iter().filter(|room| floor(room).is_none()).map(|room| format!("{room} has no floor")).collect();
    mistakes.extend(order.iter().filter(|room| !rooms.contains(**room)).map(|room| format!("there is no room {room}")));
    for ((from, to), said) in &imports.edges {
        let (from, to) = (from[0].as_str(), to[0].as_str());
        if from == to || ABOVE.contains(&from) {
            continue;
        }
        if ABOVE.contains(&to) || floor(to).zip(floor(from)).is_some_and(|(to, from)| to < from) {
            mistakes.push(format!("{}:{}: {from} knows {to}, which stands above it", said.file, said.line));
        }
    }
    mistakes
}

/// Every knot of more files of one room than [`MOST`].
fn knots(files: &BTreeMap<String, String>) -> Vec<String> {
    let imports = Imports::of(files);
    let within: BTreeSet<(String, String)> = imports
        .edges
        .keys()
        .filter(|(from, to)| from[0] == to[0])
        .map(|(from, to)| (from.join("/"), to.join("/")))
        .collect();
    let knots = circles(&within).into_iter().filter(|circle| circle.len() > MOST);
    knots.map(|circle| circle.into_iter().collect::<Vec<_>>().join(", ")).collect()
}

#[test]
fn rooms_import_downwards() {
    for (src, order) in [("gateway/src", GATEWAY), ("ca-tools/src", CA_TOOLS)] {
        let mistakes = out_of_order(&production(src), order);
        assert!(mistakes.is_empty(), "{src}:\n{}", mistakes.join("\n"));
    }
}

#[test]
fn no_more_than_three_files_of_a_room_lean_on_each_other() {
    for src in ["gateway/src", "ca-tools/src"] {
        let knots = knots(&production(src));
        assert!(knots.is_empty(), "{src}:\n{}", knots.join("\n"));
    }
}

fn crate_of(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn a_line_that_points_up_is_told_with_its_place() {
    let down = [
        ("door.rs", "use crate::key::{self, Key as Opener};\n"),
        ("key/mod.rs", "mod made;\npub use made::Key;\n"),
        ("key/made.rs", ""),
    ];
    assert_eq!(out_of_order(&crate_of(&down), &["door", "key"]), [""; 0]);
    for up in [
        "// why\nuse crate::{\n    door::Lock,\n};\n",
        "\n\nfn made() -> crate::door::Lock {}\n",
        "\n\nlet lock = super::super::door::Lock;",
        "\n\npub(crate) use crate::door;\n",
    ] {
        let files = crate_of(&[down[0], down[1], ("key/made.rs", up)]);
        let mistakes = out_of_order(&files, &["door", "key"]);
        let [mistake] = &mistakes[..] else { panic!("{up:?}: {mistakes:?}") };
        assert!(
            mistake.starts_with("key/made.rs:") && mistake.ends_with("key knows door, which stands above it"),
            "{mistake}"
        );
    }
    assert_eq!(out_of_order(&crate_of(&down), &["door", "cellar"]), ["key has no floor", "there is no room cellar"]);
}

#[test]
fn a_circle_of_four_files_is_a_knot_and_one_of_three_is_not() {
    let mut files = crate_of(&[
        ("room/mod.rs", "mod a;\nmod b;\nmod c;\nmod d;\npub use a::A;\n"),
        ("room/a.rs", "use super::b::B;\n"),
        ("room/b.rs", "use super::c::C;\n"),
        ("room/c.rs", "use super::A;\n"),
        ("room/d.rs", "use super::A;\n"),
    ]);
    assert_eq!(knots(&files), [""; 0]);
    files.insert("room/c.rs".to_owned(), "use super::d::D;\n".to_owned());
    assert_eq!(knots(&files), ["room/a, room/b, room/c, room/d"]);
}
