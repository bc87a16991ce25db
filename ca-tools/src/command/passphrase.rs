//! The passphrase that opens the CA's key: from its file, or asked for on the terminal.

use std::io::IsTerminal;
use std::path::Path;

use zeroize::Zeroizing;

use super::error::CliError;
use crate::issuance::CaRefusal;
use crate::key::{Passphrase, read_secret};
use crate::language::Text;

/// For a key that there is.
pub(super) fn given(file: Option<&Path>) -> Result<Passphrase, CliError> {
    match file {
        Some(file) => from_file(file, Passphrase::given),
        None => asked("認証局の鍵のパスフレーズ / passphrase of the CA's key: ", Passphrase::given),
    }
}

/// For a key that is about to be made; typed twice.
pub(super) fn chosen(file: Option<&Path>) -> Result<Passphrase, CliError> {
    if let Some(file) = file {
        return from_file(file, Passphrase::choose);
    }
    let first = ask("新しいパスフレーズ（12文字以上） / new passphrase, 12 characters or more: ")?;
    let again = ask("もう一度 / once more: ")?;
    if first != again {
        return Err(CliError::Usage(Text::new("2回の入力が違います。", "the two are not the same")));
    }
    Passphrase::choose(first).map_err(|why| CliError::Usage(why.text()))
}

type Taken = fn(Zeroizing<String>) -> Result<Passphrase, crate::key::PassphraseRefusal>;

fn from_file(file: &Path, take: Taken) -> Result<Passphrase, CliError> {
    let text = read_secret(file)?;
    Ok(take(text).map_err(|why| CaRefusal::Passphrase(file.to_owned(), why))?)
}

fn asked(prompt: &str, take: Taken) -> Result<Passphrase, CliError> {
    take(ask(prompt)?).map_err(|why| CliError::Usage(why.text()))
}

fn ask(prompt: &str) -> Result<Zeroizing<String>, CliError> {
    if !std::io::stdin().is_terminal() {
        return Err(CliError::Usage(Text::new(
            "対話できない実行なので、パスフレーズを入力できません。authority.passphrase_file（init では --passphrase-file）でファイルを指定してください。",
            "there is no terminal to type a passphrase on: name a file by authority.passphrase_file (init: --passphrase-file)",
        )));
    }
    typed(prompt)
}

/// What is typed after this prompt, not shown.
pub(super) fn typed(prompt: &str) -> Result<Zeroizing<String>, CliError> {
    rpassword::prompt_password(prompt)
        .map(Zeroizing::new)
        .map_err(|why| CliError::Usage(Text::new(why.to_string(), why.to_string())))
}
