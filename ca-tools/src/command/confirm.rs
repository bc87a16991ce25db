//! Was this meant? Asked before what ends something for people or cannot be taken back.

use std::io::{BufRead, IsTerminal, Write};
use std::time::{Duration, Instant};

use super::error::CliError;
use super::global::Global;
use crate::language::{Language, Text};
use crate::spelling;

/// Asks on the terminal, unless `--yes` answered already.
pub(super) fn confirm(global: &Global, question: Text) -> Result<(), CliError> {
    if global.yes {
        return Ok(());
    }
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(CliError::Usage(Text::new(
            format!(
                "{}\n対話できない実行なので、確認できません。何もしていません。実行するには --yes を付けてください。",
                question.ja
            ),
            format!("{}\nthere is no terminal to ask on; nothing was done: add --yes to go on", question.en),
        )));
    }
    let choices = match global.lang {
        Language::Japanese => "実行しますか？［実行する／やめる］",
        Language::English => "go on? [yes/no]",
    };
    let mut stderr = std::io::stderr();
    // A question that cannot be shown is not answered.
    let asked_at = Instant::now();
    let shown = writeln!(stderr, "{}", spelling::visible(question.read(global.lang)));
    if shown.is_ok() && agreed(stdin.lock(), stderr, (choices, global.lang)) {
        return if asked_at.elapsed() < PATIENCE { Ok(()) } else { Err(too_late()) };
    }
    Err(CliError::Refused("declined", Text::new("やめました。何もしていません。", "nothing was done")))
}

/// Who acts was asked before the question: an answer that comes much later may be somebody else's.
const PATIENCE: Duration = Duration::from_secs(600);

fn too_late() -> CliError {
    CliError::Refused(
        "declined",
        Text::new(
            "たずねてから10分以上たったので、やめました。何もしていません。もう一度実行してください。",
            "the answer came more than 10 minutes after the question: nothing was done; run it again",
        ),
    )
}

const GO: [&str; 7] = ["実行する", "実行", "実行します", "はい", "yes", "y", "ok"];
const STOP: [&str; 7] = ["", "やめる", "やめます", "いいえ", "no", "n", "中止"];
/// Whoever answers something else so often does not know what is asked.
const TRIES: usize = 3;

/// Asks until the answer is one. Enter alone is a no, and so is an input that has ended.
fn agreed(mut input: impl BufRead, mut output: impl Write, (choices, language): (&str, Language)) -> bool {
    for _ in 0..TRIES {
        let mut answer = String::new();
        let asked =
            write!(output, "{choices} ").and_then(|()| output.flush()).and_then(|()| input.read_line(&mut answer));
        let answer = match asked {
            Ok(0) | Err(_) => return false,
            Ok(_) => spelling::matched(answer.trim().trim_end_matches(['。', '．', '.', '！', '!', '、'])),
        };
        let among = |words: &[&str]| words.iter().any(|word| spelling::matched(word) == answer);
        if among(&GO) {
            return true;
        }
        if among(&STOP) {
            return false;
        }
        let again = Text::new("「実行する」か「やめる」を入力してください。", "answer yes or no");
        if writeln!(output, "{}", again.read(language)).is_err() {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(typed: &str) -> (bool, String) {
        let mut said = Vec::new();
        let agreed = agreed(typed.as_bytes(), &mut said, ("？", Language::Japanese));
        (agreed, String::from_utf8(said).unwrap())
    }

    #[test]
    fn a_confirmation_takes_what_people_type() {
        for yes in
            ["実行する", "実行", "はい", "yes", "YES", "y", "ｙ", " Ｙｅｓ　\n", "実行します\n", "はい。", "はい！\n"]
        {
            assert!(ask(yes).0, "{yes}");
        }
        for no in ["", "\n", "やめる", "いいえ", "no", "n", "Ｎ", "中止\n実行する\n"] {
            assert!(!ask(no).0, "{no}");
        }
    }

    #[test]
    fn what_is_neither_is_asked_again_and_not_for_ever() {
        let (agreed, said) = ask("たぶん\n実行\n");
        assert!(agreed && said == "？ 「実行する」か「やめる」を入力してください。\n？ ", "{said}");
        assert!(!ask("a\nb\nc\nはい\n").0);
    }
}
