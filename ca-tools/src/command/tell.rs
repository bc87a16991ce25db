//! An answer goes to the standard output, whatever becomes of that: a reader that went away, a disk that is full.
//!
//! Of what was only looked for, a reader who has seen enough (`| head`) misses nothing. Of what was done, somebody must hear:
//! on the standard error stream, by the exit code, and, of what is shown once, how to get another.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use logging::complain;

use super::answer::Answer;
use crate::language::{Language, Text};
use crate::spelling::visible;

/// How an answer is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    pub(super) language: Language,
    pub(super) json: bool,
    /// The command only looks, though it answers in a sentence.
    pub(super) looks: bool,
}

/// Writes the answer; the exit code is this one, where it arrived.
pub(super) fn tell(answer: &Answer, manner: Manner, ends: u8) -> ExitCode {
    let Manner { language, json, looks } = manner;
    let text = if json { answer.json().to_string() } else { answer.read(language) };
    let Err(why) = line(&mut io::stdout().lock(), &text) else { return ExitCode::from(ends) };
    if answer.is_of_a_change() && !looks {
        complain(&said(&untold(&why), language));
        if let Some(again) = answer.again() {
            complain(again.read(language));
        }
        return ExitCode::from(1);
    }
    if why.kind() == ErrorKind::BrokenPipe {
        return ExitCode::from(ends);
    }
    complain(&said(&unshown(&why), language));
    ExitCode::from(1)
}

/// A line for whoever reads the answers, where it is not the only word of what happened.
pub(super) fn mention(text: &str) {
    let _ = line(&mut io::stdout().lock(), text);
}

fn line(out: &mut impl Write, text: &str) -> io::Result<()> {
    out.write_all(text.as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()
}

fn untold(why: &io::Error) -> Text {
    Text::new(
        format!("実行は済みましたが、結果を表示できませんでした（{why}）。"),
        format!("it was done, but its answer could not be written: {why}"),
    )
}

fn unshown(why: &io::Error) -> Text {
    Text::new(format!("表示できませんでした（{why}）。"), format!("the answer could not be written: {why}"))
}

/// A sentence as it is shown: what the system said inside it is put into Japanese too.
pub(super) fn said(text: &Text, language: Language) -> String {
    let said = visible(text.read(language)).into_owned();
    match language {
        Language::English => said,
        Language::Japanese => SYSTEM.iter().fold(said, |said, (english, japanese)| said.replace(english, japanese)),
    }
}

/// What the system says of a file that cannot be opened or written.
const SYSTEM: [(&str, &str); 8] = [
    ("No such file or directory (os error 2)", "ファイルまたはディレクトリがありません"),
    ("Permission denied (os error 13)", "権限がありません"),
    ("File exists (os error 17)", "すでにあります"),
    ("Not a directory (os error 20)", "ディレクトリではありません"),
    ("Is a directory (os error 21)", "ディレクトリです"),
    ("Broken pipe (os error 32)", "読み手がいなくなりました"),
    ("No space left on device (os error 28)", "ディスクに空きがありません"),
    ("Read-only file system (os error 30)", "読み取り専用の場所です"),
];
