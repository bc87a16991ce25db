//! Who acts? A password shown here and now, from a file or typed: `--operator` is a name that anybody can type.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::Args;
use registry::LoginId;
use zeroize::Zeroizing;

use super::context::CommandContext;
use super::error::CliError;
use crate::acts::{By, Proof};
use crate::key::read_secret;
use crate::language::Text;

/// The password of whoever `--operator` names.
#[derive(Args, Clone, Debug)]
pub(super) struct OwnPassword {
    /// 操作する職員（--operator）のパスワードのファイル（0600。省略時は画面でたずねる） / its first line is the operator's own password
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl OwnPassword {
    /// Theirs, where a file was named or somebody is there to type it.
    pub(super) fn shown(&self, operator: &LoginId) -> Result<Option<Zeroizing<String>>, CliError> {
        if self.password_file.is_none() && !std::io::stdin().is_terminal() {
            return Ok(None);
        }
        self.asked(operator).map(Some)
    }

    /// Theirs.
    pub(super) fn asked(&self, operator: &LoginId) -> Result<Zeroizing<String>, CliError> {
        password_of(operator, self.password_file.as_deref(), "--password-file")
    }
}

/// The first line of the file that this option named, which only its owner may read; else typed.
pub(super) fn password_of(person: &LoginId, file: Option<&Path>, option: &str) -> Result<Zeroizing<String>, CliError> {
    let text = match file {
        Some(file) => read_secret(file)?,
        None if std::io::stdin().is_terminal() => {
            super::passphrase::typed(&format!("{person} のパスワード / password of {person}: "))?
        }
        None => {
            return Err(CliError::Usage(Text::new(
                format!(
                    "{person} がパスワードを入力する画面がありません。{option} でファイルを指定してください。何もしていません。"
                ),
                format!(
                    "there is no terminal for {person} to type a password on: name a file by {option}; nothing was done"
                ),
            )));
        }
    };
    Ok(first_line(&text))
}

pub(super) fn first_line(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.lines().next().unwrap_or_default().to_owned())
}

/// Proof that this operator is who they say, for what `about` names.
pub(super) async fn prove(
    context: &CommandContext,
    (by, operator): (&By, &LoginId),
    (password, about): (&str, &str),
) -> Result<Proof, CliError> {
    Ok(context.writer.prove(by, operator, (password, about)).await?)
}
