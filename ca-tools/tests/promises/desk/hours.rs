//! Whoever reads a telephone number of the city's reads beside it when somebody answers.

use std::path::{Path, PathBuf};

fn templates(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { templates(&path) } else { vec![path] }).collect()
}

/// What names the number, as templates of either program do.
const NUMBERS: [&str; 3] = ["settings.telephone }}", "contact.telephone }}", "city.telephone }}"];
/// How near the hours stand: behind a closing tag and their condition.
const NEAR: usize = 60;

/// Numbers with nothing beside them.
fn without_hours(template: &str) -> Vec<&str> {
    let alone = |number: &'static str| {
        let after = template.match_indices(number).map(move |(at, _)| &template[at..]);
        after.filter(|rest| !rest.chars().take(NEAR).collect::<String>().contains("hours"))
    };
    NUMBERS.into_iter().flat_map(alone).collect()
}

#[test]
fn no_template_names_the_citys_number_without_its_hours() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut numbers = 0;
    for folder in ["templates", "../gateway/templates", "../gateway/pages/templates"] {
        for file in templates(&root.join(folder)) {
            let text = std::fs::read_to_string(&file).unwrap();
            numbers += NUMBERS.iter().map(|number| text.matches(number).count()).sum::<usize>();
            assert_eq!(without_hours(&text), Vec::<&str>::new(), "{}", file.display());
        }
    }
    assert!(numbers >= 8, "the numbers are called otherwise: {numbers}");
}
