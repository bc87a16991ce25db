//! The annotated example is one that ca-tools takes.

use std::path::Path;

const EXAMPLE: &str = include_str!("../../../../deploy/ca.toml");

#[test]
fn the_annotated_example_is_a_configuration_without_a_mistake() {
    ca_tools::config::read(EXAMPLE, Path::new("/etc/sekisho/ca.toml")).unwrap();
}

#[test]
fn what_the_example_offers_in_comments_is_understood_too() {
    let offered: String = EXAMPLE.lines().map(|line| format!("{}\n", setting(line))).collect();
    assert!(offered.lines().count() > 10 && offered.contains("\nblocklist = "));
    ca_tools::config::read(&offered, Path::new("/etc/sekisho/ca.toml")).unwrap();
}

/// Takes the `#` from a line that is a setting, as somebody would who wants it.
fn setting(line: &str) -> &str {
    line.strip_prefix("# ")
        .filter(|inside| inside.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ')))
        .unwrap_or(line)
}
