//! Which file of a crate imports which, read from its `use` lines and the paths it spells out.
//!
//! A name that a room hands on from one of its files (`pub use file::Name`) counts as that file: otherwise each room would look
//! like one file that everybody knows.

use std::collections::{BTreeMap, BTreeSet};

/// A module's place in its crate: `["tls", "peer"]`; a folder's `mod.rs` is the folder.
pub(super) type Module = Vec<String>;

/// Where a file says so: its name below `src`, and the line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Said {
    pub(super) file: String,
    pub(super) line: usize,
}

/// Every import within one crate: who, whom, and where it says so first.
#[derive(Debug)]
pub(super) struct Imports {
    pub(super) modules: BTreeSet<Module>,
    pub(super) edges: BTreeMap<(Module, Module), Said>,
}

impl Imports {
    /// From the files of a crate's `src`, by name, with tests cut off.
    pub(super) fn of(files: &BTreeMap<String, String>) -> Self {
        let texts: BTreeMap<Module, (&String, String)> =
            files.iter().map(|(name, text)| (module(name), (name, code(text)))).collect();
        let modules: BTreeSet<Module> = texts.keys().cloned().collect();
        let mut handed_on = BTreeMap::new();
        for (of, (_, text)) in &texts {
            for (_, path) in uses(text).into_iter().filter(|(public, _)| public.is_public) {
                if let (Some(name), Some(path)) = (path.last().cloned(), absolute(of, &path, &modules)) {
                    handed_on.insert([of.clone(), vec![name]].concat(), path);
                }
            }
        }
        let mut edges = BTreeMap::new();
        for (of, (name, text)) in &texts {
            for (said, path) in uses(text) {
                let Some(path) = absolute(of, &path, &modules) else { continue };
                let Some(whom) = stands_in(&path, &modules, &handed_on, 0) else { continue };
                // What a folder hands on from its own files is its table of contents.
                if whom == *of || said.is_public && whom.starts_with(of) {
                    continue;
                }
                let said = Said { file: (*name).clone(), line: said.line };
                edges.entry((of.clone(), whom)).or_insert(said);
            }
        }
        Self { modules, edges }
    }
}

fn module(name: &str) -> Module {
    let mut parts: Module = name.trim_end_matches(".rs").split('/').map(ToOwned::to_owned).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// Comments blanked out, line for line.
fn code(text: &str) -> String {
    let is_comment = |line: &&str| line.trim_start().starts_with("//");
    text.lines().map(|line| if is_comment(&line) { "" } else { line }).collect::<Vec<_>>().join("\n")
}

#[derive(Debug, Clone, Copy)]
struct Use {
    is_public: bool,
    line: usize,
}

/// Every path of every `use`, and every other path from `crate` or `super`.
fn uses(text: &str) -> Vec<(Use, Vec<String>)> {
    let mut found = Vec::new();
    let mut statement: Option<(Use, String)> = None;
    for (number, line) in text.lines().enumerate() {
        if let Some((_, tree)) = &mut statement {
            tree.push_str(line);
        } else if let Some((before, tree)) = opens_use(line) {
            statement = Some((Use { is_public: before.starts_with("pub"), line: number + 1 }, tree.to_owned()));
        } else {
            let at = Use { is_public: false, line: number + 1 };
            found.extend(spelled_out(line).into_iter().map(|path| (at, path)));
        }
        if let Some((at, tree)) = statement.take_if(|(_, tree)| tree.contains(';')) {
            let tree = tree.split(';').next().unwrap();
            found.extend(spread(&[], tree).into_iter().map(|path| (at, path)));
        }
    }
    found
}

fn opens_use(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let (before, tree) = line.split_once("use ")?;
    let before = before.trim_end();
    (before.is_empty() || before == "pub" || (before.starts_with("pub(") && before.ends_with(')')))
        .then_some((before, tree))
}

/// `a::{b, c::{self, d as e}}` as `a::b`, `a::c`, `a::c::d`.
fn spread(before: &[String], tree: &str) -> Vec<Vec<String>> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for letter in tree.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().unwrap().push(letter);
    }
    let mut found = Vec::new();
    for part in parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()) {
        let names = |path: &str| -> Vec<String> {
            let path = path.split(" as ").next().unwrap();
            path.split("::")
                .map(str::trim)
                .filter(|name| !name.is_empty() && *name != "self")
                .map(ToOwned::to_owned)
                .collect()
        };
        if let Some((head, inner)) = part.split_once('{') {
            let inner = inner.strip_suffix('}').unwrap_or(inner);
            let head = [before, &names(head)].concat();
            found.extend(spread(&head, inner));
        } else {
            found.push([before, &names(part)].concat());
        }
    }
    found
}

fn spelled_out(line: &str) -> Vec<Vec<String>> {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut found = Vec::new();
    for root in ["crate::", "super::"] {
        for (at, _) in line.match_indices(root) {
            let begins = !line[..at].ends_with(|before| is_name(before) || before == ':');
            if begins {
                let path: String = line[at..].chars().take_while(|letter| is_name(*letter) || *letter == ':').collect();
                found.push(path.split("::").filter(|name| !name.is_empty()).map(ToOwned::to_owned).collect());
            }
        }
    }
    found
}

/// The same path from the crate's root; nothing for what belongs to another crate.
fn absolute(of: &Module, path: &[String], modules: &BTreeSet<Module>) -> Option<Vec<String>> {
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => Some(rest.to_vec()),
        "super" => {
            let mut stands = of.clone();
            let mut rest = path;
            while let Some((_, after)) = rest.split_first().filter(|(first, _)| *first == "super") {
                stands.pop();
                rest = after;
            }
            Some([stands, rest.to_vec()].concat())
        }
        _ => {
            let below = [of.clone(), vec![first.clone()]].concat();
            modules.contains(&below).then(|| [of.clone(), path.to_vec()].concat())
        }
    }
}

/// The file in which what the path names stands, through what rooms hand on.
fn stands_in(
    path: &[String],
    modules: &BTreeSet<Module>,
    handed_on: &BTreeMap<Module, Module>,
    steps: usize,
) -> Option<Module> {
    let file = (1..=path.len()).rev().map(|length| &path[..length]).find(|part| modules.contains(*part));
    let Some(file) = file else {
        let from_root = [vec!["lib".to_owned()], path.first().cloned().into_iter().collect()].concat();
        let path = handed_on.get(&from_root).filter(|_| steps < 8)?;
        return stands_in(path, modules, handed_on, steps + 1);
    };
    if let Some(name) = path.get(file.len()) {
        let handed = [file, std::slice::from_ref(name)].concat();
        if let Some(path) = handed_on.get(&handed).filter(|path| steps < 8 && **path != handed) {
            return stands_in(path, modules, handed_on, steps + 1).or_else(|| Some(file.to_vec()));
        }
    }
    Some(file.to_vec())
}
