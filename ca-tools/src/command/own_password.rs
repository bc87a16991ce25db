//! `ca-tools user change-password`: a person's own password, by the present one. What the desk's page does, with its rules;
//! for who has no device yet, or an operator at the CA's own machine.

use std::path::PathBuf;

use clap::Args;
use registry::LoginId;
use serde_json::json;
use zeroize::Zeroizing;

use super::answer::Answer;
use super::context::{CommandContext, blocklist};
use super::error::CliError;
use super::passphrase::typed;
use super::proof::password_of;
use super::user::given;
use crate::acts::NewPassword;
use crate::clock::now;
use crate::language::Text;
use crate::password;
use crate::refusal::Refusal;

#[derive(Args, Clone, Debug)]
pub(crate) struct ChangePassword {
    /// 本人のID / whose it is
    id: LoginId,
    /// 新しいパスワードのファイル（0600。省略時は画面でたずねる） / its first line is the new one
    #[arg(long, value_name = "FILE")]
    new_password_file: Option<PathBuf>,
}

impl ChangePassword {
    pub(super) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let Self { id, new_password_file } = self;
        let present = password_of(&id, context.global.password_file.as_deref(), "--password-file")?;
        // Who shows the password is who acts, whatever --operator says.
        let own = context.writer.present_password(&id, &present, now()).await?;
        let mut around = context.writer.ledger().password_surroundings(&id).await?;
        around.blocklist = blocklist(&context.config.passwords)?;
        let new = match &new_password_file {
            Some(file) => given(context, file, &around)?,
            None => {
                let new = asked(&id)?;
                password::judge(context.config.passwords.profile, &new, &around).map_err(Refusal::Password)?;
                new
            }
        };
        let new = NewPassword { hash: password::hash(&new)? };
        let changed = context.writer.change_password(&own.by(now()), own.judged_by(), new).await?;
        let text = Text::new(
            format!("ID {id} のパスワードを変更しました。ほかのログインは終了します。"),
            format!("changed the password of {id}; its sessions end"),
        );
        Ok(Answer::done(text, json!({ "login_id": id, "initial": false, "version": changed.version })))
    }
}

fn asked(id: &LoginId) -> Result<Zeroizing<String>, CliError> {
    let first = password_of(id, None, "--new-password-file")?;
    if first == typed("もう一度 / once more: ")? {
        return Ok(first);
    }
    Err(CliError::Usage(Text::new(
        "2回の入力が違います。何もしていません。",
        "the two are not the same; nothing was done",
    )))
}
