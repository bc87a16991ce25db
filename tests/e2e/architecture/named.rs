//! What papers name is there: a promise whose test has moved away would be believed for ever.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::root;

/// Every file and folder of the repository, by its way from there.
fn everything() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![root()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if [".git", "node_modules", "quickstart", "target"].contains(&&*name) && folder == root()
                || name == "node_modules"
            {
                continue;
            }
            found.insert(path.strip_prefix(root()).unwrap().display().to_string());
            if path.is_dir() {
                waiting.push(path);
            }
        }
    }
    assert!(found.len() > 500, "the repository is read wrongly");
    found
}

/// What stands between backticks and is the name of a source file, or of a folder of tests.
fn named(text: &str) -> Vec<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let sign = |sign: char| sign.is_ascii_alphanumeric() || "_-./*".contains(sign);
    let file = |name: &&str| name.ends_with(".rs") || name.ends_with(".mjs");
    let folder = |name: &&str| name.contains("e2e/") || name.contains("tests/");
    quoted.filter(|name| name.chars().all(sign) && (file(name) || folder(name))).collect()
}

#[test]
fn tests_and_sources_that_papers_name_are_there() {
    let all = everything();
    let mut count = 0;
    for paper in all.iter().filter(|name| Path::new(name).extension().is_some_and(|end| end == "md")) {
        let text = std::fs::read_to_string(root().join(paper)).unwrap();
        // A block of code is no prose, and its fence is made of backticks.
        let prose: String = text.split("```").step_by(2).collect();
        for name in named(&prose) {
            let name = name.trim_start_matches("./").trim_end_matches('/');
            let there =
                all.iter().any(|path| path.strip_suffix(name).is_some_and(|way| way.is_empty() || way.ends_with('/')));
            assert!(there, "{paper} names {name}, which is not there");
            count += 1;
        }
    }
    assert!(count > 50, "the papers are read wrongly: {count}");
}

/// Nobody but a fuzzer builds the fuzz targets, and they take single files of ours in.
#[test]
fn sources_that_fuzz_targets_take_in_are_there() {
    let folder = root().join("tests/fuzz/fuzz_targets");
    let mut taken: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let paths = text.split("#[path = \"").skip(1).map(|rest| rest.split('"').next().unwrap());
        taken.extend(paths.map(|path| folder.join(path)));
    }
    assert!(taken.len() > 3, "the targets are read wrongly");
    for path in taken {
        assert!(path.exists(), "a fuzz target takes in {}", path.display());
    }
}
