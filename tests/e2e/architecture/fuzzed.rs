//! Nobody but a fuzzer builds the fuzz targets, and they take single files of ours in: files that move must not be lost to them.

use std::path::PathBuf;

use super::root;

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
