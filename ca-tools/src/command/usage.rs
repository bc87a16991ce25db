//! What is wrong with a command line? Said in Japanese; in English clap says it itself.

use std::error::Error as _;

use certs::{DeviceNoRefusal, FingerprintRefusal, SerialRefusal};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};
use registry::{NameRefusal, WordRefusal};

use super::device::DateRefusal;
use super::restore::HeadRefusal;
use crate::application::{Item, Kind, NoItem, NotADay, NotAFiscalYear, NotAMonth, NotANumber, NotInList};
use crate::campaign::{NotACampaign, NotARow};
use crate::config::DatabaseUrlRefusal;
use crate::incident::NotAnIncident;
use crate::issuance::IssuerNameRefusal;
use crate::proposal::NotAProposal;

/// The sentences instead of clap's own.
pub(super) fn japanese(wrong: &Error, cli: &Command, arguments: &[String]) -> String {
    let (path, command) = reached(cli, arguments);
    format!(
        "コマンドの書き方が違います。何もしていません。\n{}\n使い方は {path} --help で見られます。\n",
        sentence(wrong, command)
    )
}

fn sentence(wrong: &Error, command: &Command) -> String {
    let arg = said(wrong, ContextKind::InvalidArg);
    let value = said(wrong, ContextKind::InvalidValue);
    // clap adds kinds; one that is new here is told by what it says itself.
    #[expect(clippy::wildcard_enum_match_arm, reason = "ErrorKind is #[non_exhaustive]")]
    match wrong.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!("{arg} に値がありません。{}", choices(wrong)),
        ErrorKind::InvalidValue => format!("{arg} に「{value}」は使えません。{}", choices(wrong)),
        ErrorKind::ValueValidation => format!("{arg} に「{value}」は使えません。{}", shape(wrong)),
        ErrorKind::UnknownArgument if arg.starts_with('-') => {
            format!("「{arg}」というオプションはありません。{}", nearest(wrong, ContextKind::SuggestedArg))
        }
        ErrorKind::UnknownArgument => format!("「{arg}」は余分です。空白を含む値は引用符で囲んでください。"),
        ErrorKind::InvalidSubcommand => {
            let wrong_word = said(wrong, ContextKind::InvalidSubcommand);
            let near = nearest(wrong, ContextKind::SuggestedSubcommand);
            format!("「{wrong_word}」というコマンドはありません。{near}{}", commands(command))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            format!("コマンドが足りません。{}", commands(command))
        }
        ErrorKind::MissingRequiredArgument => format!("{arg} がありません。指定してください。"),
        ErrorKind::ArgumentConflict => {
            let other = said(wrong, ContextKind::PriorArg);
            if arg == other || other.is_empty() {
                format!("{arg} は1回だけ指定できます。")
            } else {
                format!("{arg} と {other} は同時に指定できません。どちらか1つにしてください。")
            }
        }
        ErrorKind::TooManyValues => format!("{arg} に「{value}」は余分です。"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            format!("{arg} の値の数が違います。")
        }
        ErrorKind::InvalidUtf8 => "UTF-8 でない文字があります。".to_owned(),
        _ => wrong.to_string(),
    }
}

/// The words of one context, joined as a list.
fn said(wrong: &Error, kind: ContextKind) -> String {
    match wrong.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

fn choices(wrong: &Error) -> String {
    let allowed = said(wrong, ContextKind::ValidValue);
    if allowed.is_empty() { String::new() } else { format!("次のどれかです：{allowed}") }
}

/// The nearest names, the nearest first.
fn nearest(wrong: &Error, kind: ContextKind) -> String {
    let near = match wrong.get(kind) {
        Some(ContextValue::Strings(names)) => names.iter().rev().cloned().collect::<Vec<_>>().join("、"),
        Some(_) | None => said(wrong, kind),
    };
    if near.is_empty() { String::new() } else { format!("{near} のことですか。") }
}

fn commands(command: &Command) -> String {
    let names: Vec<_> = command.get_subcommands().map(Command::get_name).collect();
    if names.is_empty() { String::new() } else { format!("次のどれかです：{}", names.join("、")) }
}

/// What a value of this kind looks like.
fn shape(wrong: &Error) -> String {
    let Some(why) = wrong.source() else { return String::new() };
    if let Some(why) = why.downcast_ref::<DeviceNoRefusal>() {
        match why {
            DeviceNoRefusal::Malformed => "端末番号は DEV-000123 の形です。".to_owned(),
            DeviceNoRefusal::OutOfRange => "端末番号は DEV-000001 からです。".to_owned(),
        }
    } else if let Some(why) = why.downcast_ref::<NameRefusal>() {
        name(why).to_owned()
    } else if let Some(why) = why.downcast_ref::<WordRefusal>() {
        format!("次のどれかです：{}", why.words().replace(", ", "、"))
    } else if let Some(why) = why.downcast_ref::<DatabaseUrlRefusal>() {
        why.text().ja
    } else if why.is::<HeadRefusal>() {
        "版とハッシュは 123:（16進数64桁）の形です。".to_owned()
    } else if why.is::<IssuerNameRefusal>() {
        "認証局の名前は、英数字と「-」の1〜16文字です。".to_owned()
    } else if why.is::<FingerprintRefusal>() {
        "拇印は16進数64桁（数字と a〜f の小文字）です。ca list で確かめられます。".to_owned()
    } else if let Some(why) = why.downcast_ref::<NotInList>() {
        format!("次のどれかです：{}", why.0.replace(", ", "、"))
    } else if why.is::<NotANumber>() {
        "申請番号は A-2026-000001 の形です。application list で確かめられます。".to_owned()
    } else if why.is::<NotAProposal>() {
        "提案番号は P-000001、単独操作の番号は B-000001 の形です。proposal list、break-glass list で確かめられます。"
            .to_owned()
    } else if why.is::<NoItem>() {
        let items = [Kind::Ids, Kind::Certificate].map(Item::of).concat();
        let items: Vec<_> = items.into_iter().map(Item::as_str).collect();
        format!("次のどれかです：{}", items.join("、"))
    } else if why.is::<SerialRefusal>() {
        "シリアル番号は16進数（数字と a〜f の小文字）です。cert list で確かめられます。".to_owned()
    } else if why.is::<NotAMonth>() {
        "月は 2026-11 の形です。".to_owned()
    } else if why.is::<DateRefusal>() {
        "日付は 2027-03-31、日時は 2027-03-31T18:00:00+09:00 の形です。".to_owned()
    } else if why.is::<std::net::AddrParseError>() {
        "アドレスは 127.0.0.1:8449 の形です。".to_owned()
    } else if why.is::<NotADay>() {
        "日付は 2027-05-31 か 令和9年5月31日 の形です。".to_owned()
    } else if why.is::<NotAFiscalYear>() {
        "年度は 2026 か 令和8年度 の形です。".to_owned()
    } else if why.is::<NotACampaign>() {
        "現況届の番号は C-2026 の形です。campaign list で確かめられます。".to_owned()
    } else if why.is::<NotARow>() {
        "カシワニネットID（k.sato）か端末番号（DEV-000123）で書いてください。".to_owned()
    } else if why.is::<NotAnIncident>() {
        "事故・障害の記録番号は I-000001 の形です。incident list で確かめられます。".to_owned()
    } else {
        number(&why.to_string())
    }
}

/// What is left are numbers, of which clap says the range: `0 is not in 1..=3650`.
fn number(why: &str) -> String {
    let range = why.split_once(" is not in ").and_then(|(_, range)| range.split_once("..="));
    match range {
        Some((least, most)) => format!("{least} から {most} までの整数で書いてください。"),
        None => "0 以上の整数で書いてください。".to_owned(),
    }
}

fn name(why: &NameRefusal) -> &'static str {
    match why.of() {
        registry::Named::Office => "事業所番号は、数字か英大文字の10桁です。",
        registry::Named::Login => "カシワニネットIDは、英小文字・数字・「.」「-」「_」の3〜32文字です。",
        registry::Named::Room => "部屋番号は、英数字・「-」「_」の1〜64文字です。",
        registry::Named::Role => "役割は、ra_clerk、ra_approver、auditor、ca_custodian、ops のどれかです。",
    }
}

/// The command that the words lead to, and its name as it is typed.
fn reached<'a>(cli: &'a Command, arguments: &[String]) -> (String, &'a Command) {
    let (mut path, mut command) = (cli.get_name().to_owned(), cli);
    let mut words = arguments.iter().skip(1);
    while let Some(word) = words.next() {
        if let Some(long) = word.strip_prefix("--") {
            let mut known = command.get_arguments().chain(cli.get_arguments());
            let takes = known.any(|arg| arg.get_long() == Some(long) && arg.get_action().takes_values());
            if takes {
                words.next();
            }
        } else if let Some(inner) = command.find_subcommand(word) {
            path = format!("{path} {word}");
            command = inner;
        }
    }
    (path, command)
}
