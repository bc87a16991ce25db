//! `ca-tools completion`: what a shell is told, so that it completes what is typed.

use clap::{Args, CommandFactory};
use serde_json::json;

use super::answer::Answer;
use super::{Cli, help};
use crate::language::{Language, Text};

#[derive(Args, Debug)]
pub(crate) struct Completion {
    /// シェル / the shell
    shell: manual::Shell,
}

impl Completion {
    pub(crate) fn run(&self, language: Language) -> Answer {
        let script = manual::completion(self.shell, help::plain(Cli::command()), language);
        Answer::done(Text::new(script.as_str(), script.as_str()), json!({ "script": script }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_shown_as_it_was_made() {
        for shell in [manual::Shell::Bash, manual::Shell::Fish, manual::Shell::Zsh] {
            let answer = Completion { shell }.run(Language::Japanese);
            let script = answer.json()["script"].as_str().unwrap();
            assert_eq!(answer.read(Language::Japanese), script, "{shell}");
            let english =
                ["put on hold", "older devices", "a device's number"].iter().find(|word| script.contains(**word));
            assert!(script.contains("report-lost") && english.is_none(), "{shell} says {english:?}");
        }
    }
}
