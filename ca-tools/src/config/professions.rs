//! `[applications]`: what is asked for may be of this city's own making.

use super::read::Reader;
use crate::application::Professions;

impl Reader {
    /// `professions`, or the usual ones.
    pub(super) fn professions(&mut self) -> Professions {
        let Some(words) = self.texts("applications", "professions") else { return Professions::default() };
        self.check("applications.professions", Professions::new(&words)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::read;

    const REST: &str = "[registry]\nurl = \"sqlite:registry.db\"\n[authority]\ndirectory = \"ca\"\n[applications]\n";

    #[test]
    fn the_list_of_professions_may_be_the_houses_own_and_its_mistakes_are_told() {
        let read = |line: &str| read(&format!("{REST}{line}"), Path::new("ca.toml"));
        let own = read("professions = [\"医師\", \"保健師\"]").unwrap().professions;
        assert_eq!(own.iter().collect::<Vec<_>>(), ["医師", "保健師"]);
        assert!(read("").unwrap().professions.iter().any(|word| word == "介護支援専門員"));
        for (line, told) in [
            ("professions = \"医師\"", "applications.professions：引用符で囲んだ文字列を、"),
            ("professions = [1]", "applications.professions：引用符で囲んだ文字列を、"),
            ("professions = []", "applications.professions：職種を1つ以上"),
            ("professions = [\"MSW\", \"ｍｓｗ\"]", "2回書かれています"),
            ("profession = [\"医師\"]", "applications.profession：この項目はありません"),
        ] {
            let mistakes = read(line).unwrap_err().0;
            assert!(mistakes[0].ja.contains(told), "{line}: {mistakes:?}");
        }
    }
}
