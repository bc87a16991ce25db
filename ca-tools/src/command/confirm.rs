//! Was this meant? Asked before what ends something for people or cannot be taken back.

use std::io::{BufRead, IsTerminal, Write};

use super::grammar::Global;
use super::stop::Stop;
use crate::language::{Language, Text};

/// Asks on the terminal, unless `--yes` answered already.
pub(super) fn confirm(global: &Global, question: Text) -> Result<(), Stop> {
    if global.yes {
        return Ok(());
    }
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(Stop::Usage(Text::new(
            format!(
                "{}\n端末がないので確認できません。何もしていません。実行するには --yes を付けてください。",
                question.ja
            ),
            format!("{}\nthere is no terminal to ask on; nothing was done: add --yes to go on", question.en),
        )));
    }
    let choices = match global.lang {
        Language::Ja => "実行しますか？［実行する／やめる］",
        Language::En => "go on? [yes/no]",
    };
    let mut answer = String::new();
    let mut stderr = std::io::stderr();
    // A question that cannot be shown is not answered.
    let asked = write!(stderr, "{}\n{choices} ", question.read(global.lang));
    let asked = asked.and_then(|()| stderr.flush()).and_then(|()| stdin.lock().read_line(&mut answer));
    match (asked, answer.trim()) {
        (Ok(_), "実行する" | "はい" | "yes" | "y") => Ok(()),
        (Ok(_) | Err(_), _) => {
            Err(Stop::Refused("declined", Text::new("やめました。何もしていません。", "nothing was done")))
        }
    }
}
