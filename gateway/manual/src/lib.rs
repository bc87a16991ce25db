//! What can be typed, for man(1) and for shells, in Japanese and in English.
//!
//! A grammar explains itself in both languages at once, the Japanese first: `止める / put on hold`. Here the two go apart.

mod gateway;

use std::fs;
use std::io;
use std::path::Path;

use clap::builder::{PossibleValue, PossibleValuesParser, StyledStr};
use clap::{Arg, ArgAction, Command};
pub use clap_complete::Shell;
use pages::Language;

pub use gateway::in_both_languages;

/// Headings of a man page, as clap's generator writes them and as Japanese ones are called.
const HEADINGS: [(&str, &str); 7] = [
    ("NAME", "名前"),
    ("SYNOPSIS", "書式"),
    ("DESCRIPTION", "説明"),
    ("OPTIONS", "オプション"),
    ("SUBCOMMANDS", "コマンド"),
    ("EXTRA", "補足"),
    ("VERSION", "版"),
];

/// Writes a page for each command of the grammar where man(1) looks for them: `OUT/man1` and, in Japanese, `OUT/ja/man1`.
///
/// # Errors
/// A folder or a file could not be written.
pub fn write(out: &Path, grammar: &Command) -> io::Result<()> {
    let english = out.join("man1");
    fs::create_dir_all(&english)?;
    clap_mangen::generate_to(spoken(grammar.clone(), Language::English), &english)?;
    let japanese = out.join("ja").join("man1");
    fs::create_dir_all(&japanese)?;
    let grammar = spoken(grammar.clone(), Language::Japanese);
    let pages = names(&grammar, "");
    clap_mangen::generate_to(grammar, &japanese)?;
    for page in pages {
        let page = japanese.join(page);
        let text = fs::read_to_string(&page)?;
        fs::write(&page, text.lines().map(headed).collect::<String>())?;
    }
    Ok(())
}

/// What a shell is told, so that it completes what is typed.
#[must_use]
pub fn completion(shell: Shell, grammar: Command, language: Language) -> String {
    let mut script = Vec::new();
    let mut grammar = spoken(grammar, language);
    let name = grammar.get_name().to_owned();
    clap_complete::generate(shell, &mut grammar, name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// `ca-tools.1`, `ca-tools-cert.1`, `ca-tools-cert-issue.1`, …
fn names(command: &Command, above: &str) -> Vec<String> {
    let name = format!("{above}{}", command.get_name());
    let below = command.get_subcommands().flat_map(|inner| names(inner, &format!("{name}-")));
    let mut all: Vec<_> = below.collect();
    all.push(format!("{name}.1"));
    all
}

fn headed(line: &str) -> String {
    let heading = line.strip_prefix(".SH ").and_then(|said| HEADINGS.iter().find(|(english, _)| *english == said));
    heading.map_or_else(|| format!("{line}\n"), |(_, japanese)| format!(".SH {japanese}\n"))
}

/// The grammar in one language, the two options that every command has included.
fn spoken(command: Command, language: Language) -> Command {
    let version = command.get_version().is_some();
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let mut command = command.disable_help_flag(true).disable_version_flag(true).disable_help_subcommand(true);
    command = command.arg(help.help("使い方を表示する / show this help"));
    if version {
        let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
        command = command.arg(version.help("版を表示する / show the version"));
    }
    if let Some(about) = command.get_about().map(|about| side(about, language)) {
        command = command.about(about.clone()).long_about(about);
    }
    command.mut_args(|arg| in_one(arg, language)).mut_subcommands(|inner| spoken(inner, language))
}

fn in_one(arg: Arg, language: Language) -> Arg {
    let choices = arg.get_possible_values();
    let arg =
        if choices.is_empty() { arg } else { arg.value_parser(PossibleValuesParser::new(said(choices, language))) };
    match arg.get_help().map(|help| side(help, language)) {
        Some(help) => arg.help(help.clone()).long_help(help),
        None => arg,
    }
}

/// What may be chosen, each explained in one language.
fn said(choices: Vec<PossibleValue>, language: Language) -> Vec<PossibleValue> {
    let one = |choice: PossibleValue| match choice.get_help().map(|help| side(help, language)) {
        Some(help) => choice.help(help),
        None => choice,
    };
    choices.into_iter().map(one).collect()
}

/// The half that is of this language; a text without halves is said to everybody.
fn side(text: &StyledStr, language: Language) -> String {
    let text = text.to_string();
    match (text.split_once(" / "), language) {
        (Some((japanese, _)), Language::Japanese) => japanese.to_owned(),
        (Some((_, english)), Language::English) => english.to_owned(),
        (None, Language::Japanese | Language::English) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grammar() -> Command {
        let device = Arg::new("device").help("端末番号 / a device's number");
        let format = [PossibleValue::new("p12").help("新しい機器 / newer devices")];
        let format =
            Arg::new("format").long("format").help("形式 / the kind").value_parser(PossibleValuesParser::new(format));
        let suspend = Command::new("suspend").about("一時停止する / put on hold").arg(device).arg(format);
        let noun = Command::new("device").about("端末 / devices").subcommand(suspend);
        Command::new("ca-tools").version("1.2.3").about("端末認証局 / the CA").subcommand(noun)
    }

    #[test]
    fn each_command_has_a_page_in_each_language_and_no_word_of_the_other() {
        let out = std::env::temp_dir().join(format!("sekisho-man-{}", std::process::id()));
        write(&out, &grammar()).unwrap();
        for name in ["ca-tools.1", "ca-tools-device.1", "ca-tools-device-suspend.1"] {
            let english = fs::read_to_string(out.join("man1").join(name)).unwrap();
            assert!(english.is_ascii() && english.contains(".SH NAME"), "{name}: {english}");
            let japanese = fs::read_to_string(out.join("ja/man1").join(name)).unwrap();
            assert!(japanese.contains(".SH 名前") && !japanese.contains(".SH NAME"), "{name}: {japanese}");
            for word in ["put on hold", "number", "show this", "the CA", "devices", "kind"] {
                assert!(!japanese.contains(word), "{name} says {word}: {japanese}");
            }
        }
        fs::remove_dir_all(&out).unwrap();
    }

    #[test]
    fn a_shell_is_told_every_command_in_the_readers_language() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let script = completion(shell, grammar(), Language::Japanese);
            assert!(script.contains("suspend") && !script.contains("put on hold"), "{shell}: {script}");
        }
        assert!(completion(Shell::Fish, grammar(), Language::Japanese).contains("一時停止する"));
        assert!(completion(Shell::Fish, grammar(), Language::English).contains("put on hold"));
    }
}
