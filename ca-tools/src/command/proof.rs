//! Who acts? `--operator` is a name that anybody can type, and names nobody alone: a login does, or a password shown here and
//! now. In a house where nobody is an operator yet, whoever holds its file acts, under the name they give.

use std::io::IsTerminal;
use std::path::Path;

use registry::LoginId;
use zeroize::Zeroizing;

use super::context::{CommandContext, named};
use super::error::CliError;
use super::global::Global;
use super::login_file::LoginFile;
use crate::acts::{By, Proof, ProofMethod, Writer};
use crate::clock::now;
use crate::key::read_secret;
use crate::language::Text;
use crate::refusal::{ProofRefusal, Refusal};

/// Who acts, and how they showed it. Made only by [`known`].
#[derive(Debug)]
pub(super) struct Known {
    operator: LoginId,
    method: ProofMethod,
    password: Option<Proof>,
}

impl Known {
    pub(super) fn operator(&self) -> &LoginId {
        &self.operator
    }

    pub(super) fn method(&self) -> ProofMethod {
        self.method
    }
}

/// Whoever acts shows who they are: by the password in a file, else by a login, else by holding a house without operators.
pub(super) async fn known(global: &Global, writer: &Writer) -> Result<Known, CliError> {
    if let Some(file) = &global.password_file {
        let operator = named(global)?;
        let proof = writer.prove(&By::desk(now())?, &operator, (&first_line(&read_secret(file)?), "ca-tools")).await?;
        return Ok(Known { operator, method: proof.method(), password: Some(proof) });
    }
    let login = LoginFile::of(global, &writer.ledger().id().await?);
    if let Some(shown) = login.as_ref().map(LoginFile::shown).transpose()?.flatten() {
        let (operator, method) = writer.logged_in(&shown, now()).await?;
        return match &global.operator {
            Some(other) if *other != operator => {
                let other = ProofRefusal::OtherOperator { named: other.clone(), logged_in: operator };
                Err(Refusal::from(other).into())
            }
            Some(_) | None => Ok(Known { operator, method, password: None }),
        };
    }
    let operator = named(global)?;
    if writer.is_founding().await? {
        return Ok(Known { operator, method: ProofMethod::Founding, password: None });
    }
    Err(Refusal::from(ProofRefusal::NotShown(operator)).into())
}

/// Proof by their password, here and now: where two must act, a login is not enough.
pub(super) async fn own(context: &CommandContext, (by, about): (&By, &str)) -> Result<Proof, CliError> {
    if let Some(proof) = &context.known().await?.password {
        return Ok(proof.clone());
    }
    let password = password_of(&by.operator, None, "--password-file")?;
    Ok(context.writer.prove(by, &by.operator, (&password, about)).await?)
}

/// The password of whoever acts, where a file was named or somebody is there to type it.
pub(super) fn own_if_shown(global: &Global, operator: &LoginId) -> Result<Option<Zeroizing<String>>, CliError> {
    if global.password_file.is_none() && !std::io::stdin().is_terminal() {
        return Ok(None);
    }
    password_of(operator, global.password_file.as_deref(), "--password-file").map(Some)
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
