//! How is the grammar shown? In Japanese first, headings included; a programmer reads the English.

use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, Command};

const LAYOUT: &str = "{about-with-newline}\n使い方 / Usage: {usage}\n\n{all-args}{after-help}";

/// The whole grammar with our headings, and `--help` explained in both languages.
pub(super) fn shown(cli: Command) -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).global(true);
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    let cli = cli
        .disable_version_flag(true)
        .arg(help.help("使い方を表示する / show this help"))
        .arg(version.help("版を表示する / show the version"));
    headed(cli)
}

/// The grammar with everything explained and none of our headings: for manuals and shells.
pub(super) fn plain(command: Command) -> Command {
    let told = |arg: Arg| match arg.get_help() {
        Some(_) => arg,
        None => {
            let said = described(arg.get_id().as_str());
            arg.help(said)
        }
    };
    command.mut_args(told).mut_subcommands(plain)
}

fn headed(command: Command) -> Command {
    command
        .help_template(LAYOUT)
        .subcommand_help_heading("コマンド / Commands")
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .mut_args(explained)
        .mut_subcommands(headed)
}

fn explained(arg: Arg) -> Arg {
    let heading = if arg.is_positional() {
        "引数 / Arguments"
    } else if arg.is_global_set() {
        "共通のオプション / Options of every command"
    } else {
        "オプション / Options"
    };
    let said = match arg.get_help() {
        Some(help) => help.to_string(),
        None => described(arg.get_id().as_str()).to_owned(),
    };
    let arg = arg.help_heading(heading);
    if !arg.get_action().takes_values() {
        return arg.help(said);
    }
    let choices: Vec<_> = arg.get_possible_values().iter().map(choice).collect();
    let choices = if choices.is_empty() { String::new() } else { format!("［{}］", choices.join("、")) };
    let without: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    let without =
        if without.is_empty() { String::new() } else { format!("［省略時 / default：{}］", without.join(" ")) };
    arg.help(format!("{said}{choices}{without}")).hide_possible_values(true).hide_default_value(true)
}

fn choice(value: &PossibleValue) -> String {
    match value.get_help() {
        Some(help) => format!("{}（{help}）", value.get_name()),
        None => value.get_name().to_owned(),
    }
}

/// What is called the same in every command.
fn described(id: &str) -> &'static str {
    match id {
        "device" => "端末番号（DEV-000123） / a device's number",
        "id" | "user" => "カシワニネットID / a person's ID",
        "office" => "事業所番号 / an office's number",
        "room" => "部屋番号 / a room's reference",
        "serial" => "電子証明書のシリアル番号 / a certificate's serial",
        "format" => "ファイルの形式 / the kind of file",
        "mail" => "メールの番号（mail list の番号） / a letter's number",
        "state" => "状態 / its state",
        "result" => "検査の結果 / what the inspection found",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::command::Cli;

    fn walk(command: &mut Command, seen: &mut Vec<String>) {
        let name = command.get_name().to_owned();
        let help = command.render_long_help().to_string();
        for english in
            ["Usage:\n", "\nOptions:", "\nCommands:", "\nArguments:", "Possible values", "[default", "[possible"]
        {
            assert!(!help.contains(english), "{name} says {english}:\n{help}");
        }
        assert!(
            help.contains("使い方 / Usage: ca-tools") && help.contains("オプション / Options of"),
            "{name}:\n{help}"
        );
        for arg in command.get_arguments() {
            let said = arg.get_help().map(ToString::to_string).unwrap_or_default();
            assert!(!said.is_ascii(), "{name}: {} is not explained in Japanese: {said:?}", arg.get_id());
        }
        assert!(command.get_about().is_some_and(|about| !about.to_string().is_ascii()), "{name} is not explained");
        seen.push(name);
        for inner in command.get_subcommands_mut() {
            walk(inner, seen);
        }
    }

    #[test]
    fn every_command_and_every_argument_is_explained_in_japanese() {
        let mut cli = shown(Cli::command());
        cli.build();
        let mut seen = Vec::new();
        walk(&mut cli, &mut seen);
        assert!(seen.len() > 40, "{seen:?}");
    }
}
