//! Every reference leads somewhere: to a heading or a file of this house, or to a public standard. Nobody who reads the code
//! needs a paper that is not here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every file of ours that is text, by its path from the root.
fn all() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut waiting = vec![root()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            let last = path.file_name().unwrap().to_string_lossy().into_owned();
            let made = ["node_modules", "target", ".git"].contains(&&*last) || name == "quickstart";
            let listed = last == "Cargo.lock" || last == "package-lock.json";
            if made || listed {
                continue;
            }
            if path.is_dir() {
                waiting.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                found.push((name, text));
            }
        }
    }
    assert!(found.len() > 500, "the house is read wrongly");
    found
}

/// As GitHub names a heading: in small letters, blanks as hyphens, no other signs.
fn anchor(heading: &str) -> String {
    let plain = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = |sign: &char| sign.is_alphanumeric() || matches!(sign, ' ' | '-' | '_');
    plain.chars().filter(kept).map(|sign| if sign == ' ' { '-' } else { sign }).collect()
}

fn anchors(markdown: &str) -> BTreeSet<String> {
    let mut code = false;
    let mut found = BTreeSet::new();
    for line in markdown.lines() {
        code ^= line.trim_start().starts_with("```");
        if !code && line.starts_with('#') {
            found.insert(anchor(line));
        }
    }
    found
}

/// Whether `reference` (a path, an anchor, or both) leads to something, seen from `file` or from the root.
fn leads(file: &str, reference: &str) -> bool {
    // Where an installation keeps a copy of our papers.
    let reference = reference.trim_start_matches("///usr/share/doc/sekisho/");
    let (path, named) = reference.split_once('#').map_or((reference, None), |(path, named)| (path, Some(named)));
    let beside = root().join(file).parent().unwrap().join(path);
    let places = if path.is_empty() { vec![root().join(file)] } else { vec![root().join(path), beside] };
    places.iter().any(|place| {
        place.exists()
            && named.is_none_or(|named| std::fs::read_to_string(place).is_ok_and(|text| anchors(&text).contains(named)))
    })
}

/// `X.md` and `X.md#heading` wherever they stand.
fn papers_named(line: &str) -> Vec<&str> {
    let end = |sign: char| !(sign.is_alphanumeric() || "./_-#".contains(sign));
    let words = line.split(end).map(|word| word.trim_end_matches(['.', '#']));
    words.filter(|word| word.contains(".md") && !word.starts_with(".md")).collect()
}

/// Words that a citation of something outside begins with; each is published and can be had by anybody.
const PUBLIC: [&str; 14] = [
    "RFC ",
    "CSP Level 3",
    "SP 800-",
    "ISO/IEC ",
    "SEC 1 ",
    "X.690 ",
    "PROXY protocol",
    "WHATWG ",
    "CA/Browser Forum BR",
    "sqlite.org",
    "HTTP/2",
    "ガイドライン",
    "guideline",
    "運用編",
];

fn whole_words(line: &str) -> Vec<&str> {
    line.split(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '_')).collect()
}

/// Like B1-5, DI-8 or E.2: a number in a list that is not here.
fn is_number_of_a_list(word: &str) -> bool {
    let number = |digits: &str| !digits.is_empty() && digits.chars().all(|sign| sign.is_ascii_digit());
    let listed = |letters: &str| letters == "DI" || letters.strip_prefix('B').is_some_and(number);
    let dashed = word.split_once('-').is_some_and(|(letters, digits)| listed(letters) && number(digits));
    let dotted = word.split_once('.').is_some_and(|(letter, digits)| "ACE".contains(letter) && number(digits));
    dashed || (dotted && !word.starts_with('.'))
}

#[test]
fn every_citation_leads_to_a_heading_that_is_there_or_to_a_public_standard() {
    let mut wrong = Vec::new();
    // This file has to name what it looks for.
    for (name, text) in all().into_iter().filter(|(name, _)| !name.ends_with("citations.rs")) {
        let mut before = String::new();
        for (number, line) in text.lines().enumerate() {
            let mut say = |what: &str| wrong.push(format!("{name}:{}: {what}: {}", number + 1, line.trim()));
            for absent in ["DESIGN", "DOMAIN", "PEERS", "MODELS", "DEPENDENCIES"] {
                if whole_words(line).contains(&absent) {
                    say("a paper that is not here");
                }
            }
            if line.split(|sign: char| !(sign.is_ascii_alphanumeric() || "-.".contains(sign))).any(is_number_of_a_list)
            {
                say("a number of a list that is not here");
            }
            let context = format!("{before} {line}");
            for (at, _) in context.match_indices('§').filter(|(at, _)| *at > before.len()) {
                if !PUBLIC.iter().any(|standard| context[..at].contains(standard)) {
                    say("a section of nothing");
                }
            }
            for reference in papers_named(line) {
                if !leads(&name, reference) && !line.contains("http") {
                    say(&format!("{reference} is not there"));
                }
            }
            before = line.trim_start_matches([' ', '/', '!', '#', '-']).to_owned();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_link_in_a_paper_leads_to_something_that_is_there() {
    let mut followed = 0;
    for (name, text) in all().into_iter().filter(|(name, _)| name.ends_with(".md")) {
        let links = text.split("](").skip(1).filter_map(|after| after.split([')', '\n']).next());
        let pictures = text.split("<img src=\"").skip(1).filter_map(|after| after.split('"').next());
        for link in links.chain(pictures).filter(|link| !link.starts_with("http")) {
            assert!(leads(&name, link), "{name}: {link}");
            followed += 1;
        }
    }
    assert!(followed > 30, "links are looked for wrongly");
}

/// What always holds is told by the names of the tests that keep it: `cargo test NAME` runs each.
#[test]
fn every_test_that_a_paper_names_is_there() {
    let is_name = |word: &&str| {
        word.matches('_').count() >= 3
            && word.chars().all(|sign| sign.is_ascii_lowercase() || sign == '_' || sign.is_ascii_digit())
    };
    let code: String = all().into_iter().filter(|(name, _)| name.ends_with(".rs")).map(|(_, text)| text).collect();
    for (paper, heading, at_least) in
        [("ARCHITECTURE.md", "What always holds", 100), ("SECURITY.md", "What others fell to", 15)]
    {
        let paper = std::fs::read_to_string(root().join(paper)).unwrap();
        let (_, below) = paper.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no {heading}"));
        let below = below.split("\n## ").next().unwrap();
        let named: Vec<_> = below.split('`').skip(1).step_by(2).filter(is_name).collect();
        assert!(named.len() >= at_least, "the names below {heading} are read wrongly: {}", named.len());
        for name in named {
            assert!(code.contains(&format!("fn {name}(")), "{name} is no test any more");
        }
    }
}

#[test]
fn the_front_page_is_read_in_one_sitting() {
    for name in ["README.md", "README.ja.md"] {
        let lines = std::fs::read_to_string(root().join(name)).unwrap().lines().count();
        assert!(lines <= 120, "{name} has {lines} lines");
    }
}
