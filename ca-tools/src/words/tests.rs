//! Promises of what is said: operators are told commands, people never are.

use std::fmt::Debug;

use clap::CommandFactory;

use super::{for_console, for_operators, for_people};
use crate::command::Cli;
use crate::refusal::Refusal;
use crate::refusal::tests::refusals;

/// Nothing here is for who has a command line: not the program's name, no option, no two words that are a command.
pub(crate) fn speaks_no_command(text: &str, of: &dyn Debug) {
    let seen = seen(text);
    let commands = Cli::command();
    let nouns = commands.get_subcommands();
    let pairs = nouns
        .flat_map(|noun| noun.get_subcommands().map(move |verb| format!("{} {}", noun.get_name(), verb.get_name())));
    for word in pairs.chain(["ca-tools".to_owned(), " --".to_owned(), "（--".to_owned()]) {
        assert!(!seen.contains(&word), "{of:?} shows people {word:?}: {seen}");
    }
}

/// The same of what is Japanese, where no English word stands at all: a word of the house's own machinery is no word of
/// people's.
pub(crate) fn speaks_to_people(text: &str, of: &dyn Debug) {
    speaks_no_command(text, of);
    let seen = seen(text);
    let words = seen.split(|sign: char| !sign.is_ascii_lowercase());
    let english: Vec<_> = words.filter(|word| word.len() > 2).collect();
    assert!(english.is_empty(), "{of:?} shows people {english:?}: {seen}");
    assert!(!seen.trim().is_empty(), "{of:?} says nothing");
}

/// What a reader sees of a page: no style, no tag, no attribute. A text that is no page is seen whole.
fn seen(page: &str) -> String {
    let page = page.rsplit("</style>").next().unwrap_or_default();
    let mut parts = page.split('<');
    let first = parts.next().unwrap_or_default();
    let rest = parts.map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    std::iter::once(first).chain(rest).collect()
}

#[test]
fn people_are_told_no_command_and_no_word_of_the_machinery() {
    for refusal in refusals() {
        let said = for_people(&refusal);
        speaks_to_people(&said.ja, &refusal);
        speaks_no_command(&said.en, &refusal);
        assert!(said.en.is_ascii() || said.en.contains(['佐', '藤', '紛']), "{refusal:?}: {}", said.en);
    }
}

#[test]
fn whoever_works_in_the_console_is_told_no_command_and_no_option() {
    for refusal in refusals() {
        let said = for_console(&refusal);
        speaks_to_people(&said.ja, &refusal);
        speaks_no_command(&said.en, &refusal);
        assert!(!said.ja.contains("--") && !said.en.contains("--"), "{refusal:?}: {said:?}");
        // Who asks the city is told to ask it; here the city reads.
        assert!(!said.ja.contains("柏市へ") || matches!(refusal, Refusal::Ticket(_)), "{refusal:?}: {}", said.ja);
    }
}

#[test]
fn operators_are_told_which_command_goes_on_from_here() {
    let told: String = refusals().iter().map(|refusal| for_operators(refusal).ja).collect();
    for command in ["office resume", "ca-tools application list", "--without-journal", "ca-tools doctor"] {
        assert!(told.contains(command), "{command}");
    }
    for refusal in refusals() {
        let said = for_operators(&refusal);
        assert!(!said.ja.is_ascii() && !said.en.is_empty(), "{refusal:?}");
    }
}
