//! The annotated example is one that the gateway takes, and the defaults it shows are the defaults.

use gateway::config::{Config, Mistake};

const EXAMPLE: &str = include_str!("../../deploy/gateway.toml");

#[test]
fn the_annotated_example_is_a_configuration_without_a_mistake() {
    Config::parse(EXAMPLE).map_err(|mistakes| told(&mistakes)).unwrap();
}

#[test]
fn what_the_example_shows_as_defaults_are_the_defaults() {
    let mut bare: toml::Table = EXAMPLE.parse().unwrap();
    for table in ["limits", "tls", "policies", "headers"] {
        bare.remove(table).unwrap();
    }
    for (table, keys) in [
        ("registry", &["max_age"][..]),
        ("sessions", &["idle", "absolute", "background"]),
        ("log", &["rotate_bytes", "at_hand_days", "keep_days"]),
        ("reports", &["spool_entries", "spool_bytes"]),
    ] {
        for key in keys {
            bare.get_mut(table).unwrap().as_table_mut().unwrap().remove(*key).unwrap();
        }
    }
    let upstream = bare.get_mut("upstream").unwrap().as_array_mut().unwrap()[0].as_table_mut().unwrap();
    for key in ["audience", "connect", "answer", "idle"] {
        upstream.remove(key).unwrap();
    }
    bare.get_mut("site").unwrap().as_array_mut().unwrap()[0].as_table_mut().unwrap().remove("hsts").unwrap();
    let (shown, bare) = (Config::parse(EXAMPLE).unwrap(), Config::parse(&bare.to_string()).unwrap());
    assert_eq!(format!("{shown:#?}"), format!("{bare:#?}"));
}

#[test]
fn what_the_example_offers_in_comments_is_understood_too() {
    let offered: String = EXAMPLE.lines().map(uncommented).collect();
    Config::parse(&offered).map_err(|mistakes| told(&mistakes)).unwrap();
}

/// Takes the `#` from a line that is a setting or a table, as somebody would who wants it.
fn uncommented(line: &str) -> String {
    let inside = line.strip_prefix("# ").unwrap_or(line);
    let sample = inside.contains("…") || inside.contains("only together");
    let setting =
        inside.split_once(" = ").is_some_and(|(key, _)| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
    if !sample && (setting || inside.starts_with('[')) { format!("{inside}\n") } else { format!("{line}\n") }
}

fn told(mistakes: &[Mistake]) -> String {
    mistakes.iter().map(|mistake| format!("{mistake}\n")).collect()
}
