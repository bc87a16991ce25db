//! Whoever reads about people on the command line shows who they are, as whoever acts does; and what is an event in the
//! console is one here. Every command stands in the table: a new one chooses.

use std::collections::BTreeSet;

use ca_tools::command::Cli;
use clap::CommandFactory;

use crate::fixtures::house::{House, Told};
use crate::people::passwords::EVERY_ROLE;

/// Who shows who they are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Shows {
    /// Nobody, and it is not tried here: it makes a house, keeps one open, or asks nothing of any.
    NoHouse,
    /// Nobody: no person stands in its answer.
    Nobody,
    /// An operator of any role.
    Operator,
    /// One who may read about people; it leaves this event, or none.
    Reader(Option<&'static str>),
    /// Whoever acts.
    Acts,
}
use Shows::{Acts, NoHouse, Nobody, Operator, Reader};

const READ: Option<&str> = Some("audit.read");
const TAKEN: Option<&str> = Some("export.write");

/// Command line, and what it takes. The first words name the command.
const TABLE: &[(&str, Shows)] = &[
    ("application receive --kind ids --channel counter", Acts),
    ("application receive --kind ids --fields", Nobody),
    ("application inspect A-2026-000001 --result pass", Acts),
    ("application approve A-2026-000001", Acts),
    ("application reject A-2026-000001 --why x", Acts),
    ("application list", Reader(None)),
    ("application list --csv taken-a.csv", Reader(TAKEN)),
    ("application show A-2026-000001", Reader(None)),
    ("audit list", Reader(READ)),
    ("audit list --about DEV-000001 --csv taken.csv", Reader(Some("audit.export"))),
    ("audit show 1", Reader(READ)),
    ("audit verify", Nobody),
    ("backup --out taken", Acts),
    ("break-glass list", Reader(None)),
    ("break-glass review B-000001 --finding justified --why x", Acts),
    ("ca add-issuing --name b", Acts),
    ("ca retire 0000000000000000000000000000000000000000000000000000000000000000", Acts),
    ("ca list", Nobody),
    ("campaign open --due 2099-01-01", Acts),
    ("campaign list", Reader(None)),
    ("campaign show C-2026", Reader(None)),
    ("campaign status C-2026", Reader(None)),
    ("campaign export C-2026 --out taken-k.xlsx", Reader(None)),
    ("campaign import C-2026 back.xlsx", Acts),
    ("campaign answer C-2026 1272200001 --others-continue", Acts),
    ("campaign vouch C-2026 1272200001 k.sato", Acts),
    ("campaign confirm C-2026 1272200001", Acts),
    ("campaign remind C-2026", Acts),
    ("campaign step C-2026 warn", Acts),
    ("campaign undo C-2026", Acts),
    ("campaign close C-2026", Acts),
    ("cert issue --device DEV-000001 --format pem --out d.pem", Acts),
    ("cert renew --device DEV-000001 --format pem --out d.pem", Acts),
    ("cert reissue DEV-000001 --to DEV-000002 --why x --format pem --out d.pem", Acts),
    ("cert emergency --device DEV-000001 --second b.abe --why x --format pem --out d.pem", Acts),
    ("cert revoke --device DEV-000001 --reason lost", Acts),
    ("cert list", Reader(None)),
    ("cert list --emergency", Reader(None)),
    ("cert list --xlsx taken-c.xlsx", Reader(TAKEN)),
    ("cert show DEV-000001", Reader(None)),
    ("completion bash", NoHouse),
    ("crl publish", Acts),
    ("device apply --office 1272200001 --label x --os ios --ownership office", Acts),
    ("device inspect DEV-000001 --result pass", Acts),
    ("device approve DEV-000001", Acts),
    ("device reject DEV-000001", Acts),
    ("device suspend DEV-000001", Acts),
    ("device resume DEV-000001", Acts),
    ("device report-lost DEV-000001 --why x", Acts),
    ("device retire DEV-000001 --reason ended", Acts),
    ("device users DEV-000001 --add k.sato", Acts),
    ("device place DEV-000001 訪問車の中", Acts),
    ("device list", Reader(None)),
    ("device list --csv taken-d.csv", Reader(TAKEN)),
    ("device show DEV-000001", Reader(None)),
    ("doctor", Nobody),
    ("doctor --mend", Acts),
    ("example devices --office 1272200001 --count 1", Acts),
    ("example house --why x", Acts),
    ("find 佐藤", Reader(None)),
    ("gateway list", Nobody),
    ("gateway retire gw-1", Acts),
    ("import offices --columns", Nobody),
    ("import offices --template empty.xlsx", Nobody),
    ("import offices offices.csv", Acts),
    ("incident open --device DEV-000001 --what x --found 2026-01-05 --reported-by y", Acts),
    ("incident stop I-000001", Acts),
    ("incident note I-000001 --text x", Acts),
    ("incident report I-000001 --as prompt", Acts),
    ("incident close I-000001 --outcome x", Acts),
    ("incident list", Reader(None)),
    ("incident list --csv taken-i.csv", Reader(TAKEN)),
    ("incident show I-000001", Reader(None)),
    ("incident paper I-000001", Reader(None)),
    ("incident extract I-000001 --from 2026-01-01 access.log", Reader(None)),
    ("incident check offices.csv", Reader(None)),
    ("init", NoHouse),
    ("journal start", Acts),
    ("login", Acts),
    ("logout", Acts),
    ("mail list", Operator),
    ("maintenance account k.sato", Acts),
    ("maintenance open --plan x --user k.sato --from 2026-01-05 --to 2026-01-06", Acts),
    ("maintenance close k.sato", Acts),
    ("maintenance list", Reader(None)),
    ("mail show 1", Operator),
    ("mail retry 1", Acts),
    ("man --out man", NoHouse),
    ("many device suspend --list list.txt", Acts),
    ("office register 1272200002 --name x", Acts),
    ("office update 1272200001 --name x", Acts),
    ("office contact k.sato", Acts),
    ("office suspend 1272200001", Acts),
    ("office resume 1272200001", Acts),
    ("office withdraw 1272200001", Acts),
    ("office replace 1272200001 --to 1272200002", Acts),
    ("office list", Reader(None)),
    ("office list --csv taken-o.csv", Reader(TAKEN)),
    ("office readiness 1272200001 --before 2027-04-01", Reader(Some("office.read-readiness"))),
    ("office readiness --before 2027-04-01", Reader(Some("readiness.read"))),
    ("office readiness --before 2027-04-01 --csv taken-r.csv", Reader(TAKEN)),
    ("office show 1272200001", Reader(None)),
    ("proposal list", Reader(None)),
    ("proposal show P-000001", Reader(None)),
    ("proposal approve P-000001", Acts),
    ("proposal reject P-000001 --why x", Acts),
    ("proposal withdraw P-000001", Acts),
    ("report lockout found.lockout", Reader(Some("report.read"))),
    ("report devices", Reader(Some("report.read"))),
    ("report numbers", Reader(Some("report.read"))),
    ("report review", Reader(Some("report.read"))),
    ("report review --sign-off --why x", Acts),
    ("report access --user k.sato --from 2026-01-01", Reader(Some("report.read"))),
    ("report maintenance --plan W-1", Reader(None)),
    ("report unused", Reader(Some("report.read"))),
    ("report unused --days 30 --xlsx taken-report.xlsx", Reader(Some("report.read"))),
    ("restore taken --why x", Acts),
    ("retention show", Operator),
    ("retention run --dry-run", Operator),
    ("retention run", Acts),
    ("retention hold I-000001 --why x", Acts),
    ("retention release I-000001 --why x", Acts),
    ("room open --name x", Acts),
    ("room invite r1 k.sato", Acts),
    ("room remove r1 k.sato", Acts),
    ("room close r1 --last-post 2026-04-01", Acts),
    ("room consent r1 --asked-by 長男 --person-consent none --family-consent 2026-04-01 --heard-by k.sato", Acts),
    ("room extend r1 k.sato --no-end", Acts),
    ("room confirm r1 k.sato --confirmed-by m.ito --confirmed-on 2026-04-01", Acts),
    ("room show r1 --at 2026-04-01", Reader(None)),
    ("user show k.sato --at 2026-04-01", Reader(None)),
    ("room list", Reader(None)),
    ("room list --csv taken-r.csv", Reader(TAKEN)),
    ("room show r1", Reader(None)),
    ("serve", NoHouse),
    ("ticket issue --device DEV-000001", Acts),
    ("ticket list", Reader(None)),
    ("ticket list --csv taken-t.csv", Reader(TAKEN)),
    ("ticket kill T-000001", Acts),
    ("today", Operator),
    ("training hold 2026 --on 2026-11-28", Acts),
    ("training attend 2026 k.sato", Acts),
    ("training letters 2026 invite", Acts),
    ("training list", Reader(None)),
    ("training list --csv taken-y.csv", Reader(TAKEN)),
    ("training show 2026", Reader(None)),
    ("undo 5", Acts),
    ("user add --office 1272200001 --name x --profession 看護師", Acts),
    ("user suspend k.sato", Acts),
    ("user resume k.sato", Acts),
    ("user delete k.sato", Acts),
    ("user move k.sato --office 1272200002", Acts),
    ("user reset-password k.sato", Acts),
    ("user change-password k.sato", Acts),
    ("user roles k.sato --give auditor", Acts),
    ("user unlock k.sato", Acts),
    ("user update k.sato --kana さとう", Acts),
    ("user list", Reader(None)),
    ("user list --csv taken-u.csv", Reader(TAKEN)),
    ("user show k.sato", Reader(None)),
    ("why KW-101", Reader(Some("why.read"))),
    ("why DEV-000001", Reader(Some("why.read"))),
];

/// Every command that there is, by its words.
fn commands(command: &clap::Command, words: &str, found: &mut BTreeSet<String>) {
    let mut below = command.get_subcommands().peekable();
    if below.peek().is_none() {
        found.insert(words.to_owned());
    }
    for one in below {
        commands(one, format!("{words} {}", one.get_name()).trim_start(), found);
    }
}

#[test]
fn every_command_stands_in_the_table_of_who_shows_who_they_are() {
    let mut all = BTreeSet::new();
    commands(&Cli::command(), "", &mut all);
    let chosen =
        |command: &String| TABLE.iter().any(|(line, _)| *line == command || line.starts_with(&format!("{command} ")));
    let open: Vec<_> = all.iter().filter(|command| !chosen(command)).collect();
    assert_eq!(open, [""; 0], "who shows who they are?");
    let there = |line: &str| all.iter().any(|command| line == command || line.starts_with(&format!("{command} ")));
    let gone: Vec<_> = TABLE.iter().filter(|(line, _)| !there(line)).collect();
    assert!(gone.is_empty(), "{gone:?}");
}

/// A house with an operator of every role, one of operations, and nobody else.
fn house() -> House {
    let house = House::furnished();
    let line = "user add --office 1272200001 --name 職員 --profession 行政 --application A-9";
    house.done(&format!("{line} {EVERY_ROLE} --id setup"));
    house.done(&format!("{line} --role ops --id o.oka"));
    std::fs::write(house.folder.join("found.lockout"), include_str!("../fixtures/found.lockout")).unwrap();
    std::fs::write(house.folder.join("offices.csv"), "事業所番号,事業所名\r\n1272200003,みどり\r\n").unwrap();
    house
}

fn version(house: &House) -> i64 {
    house.answer("SELECT version FROM registry").parse().unwrap()
}

fn unproven(house: &House, line: &str) -> Told {
    let mut words = vec!["--config", "ca/ca.toml", "--operator", "setup", "--json", "--yes"];
    words.extend(line.split(' '));
    Told::of(house.unproven(&words).output().unwrap())
}

fn refused(told: &Told) -> String {
    serde_json::from_str::<serde_json::Value>(&told.out)
        .ok()
        .and_then(|said| Some(said["refused"].as_str()?.to_owned()))
        .unwrap_or_default()
}

#[test]
fn whoever_shows_nothing_reads_nobody_and_leaves_nothing_behind() {
    let house = house();
    let before = version(&house);
    for (line, shows) in TABLE.iter().filter(|(_, shows)| *shows != NoHouse) {
        let told = unproven(&house, line);
        match shows {
            Nobody => assert!(told.code == 0 && !told.out.contains("佐藤"), "{line}: {told:?}"),
            Operator | Reader(_) => assert!(told.code == 1 && refused(&told) == "not_shown", "{line}: {told:?}"),
            // Some say sooner what else is wrong.
            Acts => assert!(told.code != 0 && (told.out.is_empty() || !refused(&told).is_empty()), "{line}: {told:?}"),
            NoHouse => unreachable!(),
        }
        assert!(!told.out.contains("佐藤") && !told.err.contains("佐藤"), "{line}: {told:?}");
        assert_eq!(version(&house), before, "{line}");
    }
    assert!(!house.files().iter().any(|name| name.starts_with("taken")), "{:?}", house.files());
}

#[test]
fn what_is_read_by_who_may_leaves_the_event_that_the_table_says_and_operations_read_of_nobody() {
    let house = house();
    for (line, shows) in TABLE {
        let event = match shows {
            Reader(event) => *event,
            Operator => None,
            NoHouse | Nobody | Acts => continue,
        };
        let before = version(&house);
        let told = house.tell(line);
        let none = ["unknown", "not_as_sealed"].contains(&refused(&told).as_str());
        assert!(told.code == 0 || none, "{line}: {told:?}");
        let left = house.answer(&format!("SELECT coalesce((SELECT action FROM events WHERE version > {before}), '')"));
        assert_eq!(left, event.unwrap_or_default(), "{line}");
        assert_eq!(version(&house) - before, i64::from(event.is_some()), "{line}");
        let ops = house.tell_as("o.oka", line);
        let expected = if matches!(shows, Operator) { ["", "unknown"] } else { ["operator_may_not"; 2] };
        assert!(expected.contains(&refused(&ops).as_str()), "{line}: {ops:?}");
        assert!(!ops.out.contains("佐藤"), "{line}: {ops:?}");
    }
}

#[test]
fn operations_see_letters_without_anybody() {
    let house = house();
    house.done("office update 1272200001 --mail contact@example.jp");
    house.done("device suspend DEV-000001 --why 盗難");
    let letters = house.done("mail list");
    assert_eq!(letters[0]["recipient"], "contact@example.jp", "{letters}");
    for line in ["mail list".to_owned(), format!("mail show {}", letters[0]["mail"])] {
        let told = house.tell_as("o.oka", &line);
        assert!(told.code == 0 && !told.out.contains("contact@example.jp"), "{line}: {told:?}");
    }
    assert!(house.tell_as("o.oka", "mail list --about DEV-000001").out.contains("DEV-000001"));
    let waits = house.tell_as("o.oka", "today").json();
    assert!(waits.as_array().unwrap().len() <= house.done("today").as_array().unwrap().len());
}
