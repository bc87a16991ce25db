//! What a crate says it needs, it needs: each dependency that nobody uses is one more that can be attacked, and one more
//! to read when it changes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A member of the workspace, as cargo sees it.
struct Member {
    name: String,
    folder: PathBuf,
    needs: BTreeSet<String>,
    roots: Vec<PathBuf>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn members() -> Vec<Member> {
    let told = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--locked", "--no-deps", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let member = |package: &Value| Member {
        name: text(&package["name"]),
        folder: Path::new(&text(&package["manifest_path"])).parent().unwrap().canonicalize().unwrap(),
        needs: package["dependencies"].as_array().unwrap().iter().map(called).collect(),
        roots: package["targets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|target| Path::new(&text(&target["src_path"])).canonicalize().unwrap())
            .collect(),
    };
    let members: Vec<_> = told["packages"].as_array().unwrap().iter().map(member).collect();
    assert!(members.iter().any(|member| member.name == "ca-tools" && member.needs.len() > 10), "read wrongly");
    members
}

/// As whom the sources call it.
fn called(dependency: &Value) -> String {
    let name = dependency["rename"].as_str().or(dependency["name"].as_str()).unwrap();
    name.replace('-', "_")
}

/// All that the sources of a member say; what lies in another member's folder is that one's.
fn sources(member: &Member, all: &[Member]) -> String {
    let others = |path: &Path| {
        all.iter().any(|other| {
            other.folder != member.folder && other.folder.starts_with(&member.folder) && path == other.folder
        })
    };
    let mut waiting = vec![member.folder.clone()];
    let mut said = String::new();
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !others(&path) && !path.ends_with("node_modules") && !path.ends_with("tests/fuzz") {
                waiting.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                said.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    for path in member.roots.iter().filter(|path| !path.starts_with(&member.folder)) {
        said.push_str(&std::fs::read_to_string(path).unwrap());
    }
    said
}

/// `name::…` or `use name;`, and not the end of a longer word.
fn says(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = &text[at + name.len()..];
        before.is_none_or(|sign| !sign.is_alphanumeric() && sign != '_' && sign != '"')
            && (after.starts_with("::") || after.starts_with(';') || after.starts_with(" as "))
    })
}

#[test]
fn no_crate_names_a_dependency_that_its_sources_do_not_use() {
    let all = members();
    for member in &all {
        let said = sources(member, &all);
        let unused: Vec<_> = member.needs.iter().filter(|name| !says(&said, name)).collect();
        assert!(unused.is_empty(), "{} names what it does not use: {unused:?}", member.name);
    }
}

#[test]
fn the_workspace_lists_no_dependency_that_no_crate_names() {
    let all = members();
    let named: BTreeSet<_> = all.iter().flat_map(|member| &member.needs).collect();
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let listed = manifest.split("[workspace.dependencies]\n").nth(1).unwrap().split("\n[").next().unwrap();
    let listed: Vec<_> = listed.lines().filter_map(|line| Some(line.split_once(" = ")?.0.replace('-', "_"))).collect();
    assert!(listed.len() > 30, "the list is read wrongly");
    let unused: Vec<_> = listed.iter().filter(|name| !named.contains(name)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

/// RSA in Rust leaks its key by the time it takes (RUSTSEC-2023-0071) and came in only as a feature nobody had asked for.
/// The desk decides nothing about requests: what decides is the gateway's, and 4 MB of it.
#[test]
fn the_desk_links_no_policies_and_nobody_links_rsa() {
    let linked = |package: &str| {
        let tree = Command::new(env!("CARGO"))
            .args(["tree", "--offline", "--locked", "-e", "normal", "--prefix", "none", "-f", "{lib}", "-p", package])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
        String::from_utf8(tree.stdout).unwrap().lines().map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let desk = linked("ca-tools");
    assert!(desk.contains("registry"), "the list is read wrongly");
    for forbidden in ["policies", "cedar_policy", "cedar_policy_core"] {
        assert!(!desk.contains(forbidden), "ca-tools links {forbidden}");
    }
    for member in members() {
        assert!(!linked(&member.name).contains("rsa"), "{} links rsa", member.name);
    }
}
