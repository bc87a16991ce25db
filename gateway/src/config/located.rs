//! Where in the file does a mistake stand? A person goes to a line; the place in the tables alone is searched for.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::section::Mistake;

/// Each mistake as `FILE:LINE: PLACE (site "NAME"): WORDS`, in the order of the lines. `text` is what was read from `path`;
/// without it, or where a place is not in it, the line is left out.
#[must_use]
pub fn located(path: &Path, text: &str, mistakes: &[Mistake]) -> Vec<String> {
    let table = DeTable::parse(text).ok();
    let table = table.as_ref().map(toml::Spanned::get_ref);
    let mut told: Vec<(Option<usize>, String)> = mistakes
        .iter()
        .map(|mistake| {
            let found = table.and_then(|table| find(table, &mistake.place));
            // What is no TOML has no places.
            let said = mistake.place.strip_prefix("line ").and_then(|line| line.parse().ok());
            let line = said.or_else(|| found.as_ref()?.offset.map(|offset| line_at(text, offset)));
            let whose = found.and_then(|found| found.whose).map_or_else(String::new, |whose| format!(" ({whose})"));
            let number = line.map_or_else(String::new, |line| format!(":{line}"));
            let nowhere = said.is_some() || mistake.place.is_empty();
            let place = if nowhere { String::new() } else { format!("{}{whose}: ", mistake.place) };
            (line, format!("{}{number}: {place}{}", path.display(), mistake.words))
        })
        .collect();
    told.sort_by_key(|(line, _)| line.unwrap_or(0));
    told.into_iter().map(|(_, words)| words).collect()
}

fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|octet| **octet == b'\n').count() + 1
}

#[derive(Debug, Default)]
struct LocatedKey {
    /// Of the key, or of the innermost table that is there where the key is missing.
    offset: Option<usize>,
    /// The outermost table of a list on the way, by its name: `site "help"`.
    whose: Option<String>,
}

fn find(table: &DeTable<'_>, place: &str) -> Option<LocatedKey> {
    let mut found = LocatedKey::default();
    let mut table = table;
    for segment in place.split('.') {
        let (key, index) = match segment.strip_suffix(']').and_then(|rest| rest.split_once('[')) {
            Some((key, index)) => (key, Some(index.parse::<usize>().ok()?)),
            None => (segment, None),
        };
        let Some((name, value)) = table.get_key_value(key) else { break };
        found.offset = Some(name.span().start);
        let value = match (index, value.get_ref()) {
            (Some(index), DeValue::Array(list)) => {
                let Some(entry) = list.get(index) else { break };
                found.offset = Some(entry.span().start);
                if let (None, DeValue::Table(entry)) = (&found.whose, entry.get_ref()) {
                    found.whose = named(entry).map(|name| format!("{key} {name:?}"));
                }
                entry.get_ref()
            }
            (_, value) => value,
        };
        let DeValue::Table(inner) = value else { break };
        table = inner;
    }
    found.offset.is_some().then_some(found)
}

fn named(table: &DeTable<'_>) -> Option<String> {
    match table.get("name")?.get_ref() {
        DeValue::String(name) => Some(name.to_string()),
        DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "name = \"gw\"\n\n[limits]\nstreams = 0\n\n[[site]]\nname = \"service\"\n\n[[site]]\nname = \"help\"\n\
                        kind = \"hlep\"\n[[site.route]]\npath = 1\n";

    fn told(place: &str) -> String {
        let mistake = Mistake { place: place.to_owned(), words: "wrong".to_owned() };
        located(Path::new("a.toml"), TEXT, &[mistake]).remove(0)
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_with_the_name_of_its_site() {
        assert_eq!(told("limits.streams"), "a.toml:4: limits.streams: wrong");
        assert_eq!(told("site[1].kind"), "a.toml:11: site[1].kind (site \"help\"): wrong");
        assert_eq!(told("site[1].route[0].path"), "a.toml:13: site[1].route[0].path (site \"help\"): wrong");
        assert_eq!(told("site[1].listen"), "a.toml:9: site[1].listen (site \"help\"): wrong", "a key that is missing");
        assert_eq!(told("ops.listen"), "a.toml: ops.listen: wrong", "a table that is missing");
        assert_eq!([told(""), told("line 2")], ["a.toml: wrong", "a.toml:2: wrong"]);
    }

    #[test]
    fn mistakes_are_told_in_the_order_of_their_lines() {
        let mistakes =
            ["site[1].kind", "limits.streams"].map(|place| Mistake { place: place.into(), words: "x".into() });
        let told = located(Path::new("a.toml"), TEXT, &mistakes);
        assert!(told[0].contains(":4:") && told[1].contains(":11:"), "{told:?}");
    }
}
