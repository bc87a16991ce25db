//! `ca-tools login` and `logout`: a password shown once, for half an hour of use and 8 hours at most.

use std::io::{BufRead, IsTerminal, Write};

use clap::Args;
use registry::LoginId;
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::login_file::{LoginFile, keeper};
use super::proof::password_of;
use crate::acts::By;
use crate::calendar::minute;
use crate::clock::now;
use crate::language::Text;
use crate::spelling;

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Login;

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Logout {
    /// 自分のログインをすべて終える（ほかの端末でしたものも） / every login of mine, wherever it was made
    #[arg(long)]
    all: bool,
}

impl Login {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let registry = context.writer.ledger().id().await?;
        let file = LoginFile::of(&context.global, &registry).ok_or_else(nowhere)?;
        // Told before anybody types a password.
        let keeper = keeper()?;
        let operator = match &context.global.operator {
            Some(named) => named.clone(),
            None => asked()?,
        };
        let password = password_of(&operator, context.global.password_file.as_deref(), "--password-file")?;
        let (writer, at) = (&context.writer, now());
        let proof = writer.prove(&By::desk(at)?, &operator, (&password, "login")).await?;
        let begun = writer.log_in(&proof, &keeper, at).await?;
        if let Err(why) = file.write(&registry, (begun.login, &begun.token)) {
            writer.log_out(&By::of(operator, at, begun.proof), false).await?;
            return Err(why);
        }
        let until = begun.until;
        let text = Text::new(
            format!(
                "{operator} でログインしました。30分使わないか、{} になると終わります。終えるときは ca-tools logout を実行してください。",
                minute(until)
            ),
            format!(
                "{operator} is logged in until {until}, or until 30 minutes go by without use; ca-tools logout ends it"
            ),
        );
        let json = json!({
            "login_id": operator, "login": begun.login, "until": until.to_string(), "file": file.path().display().to_string(),
        });
        Ok(Answer::done(text, json))
    }
}

impl Logout {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let file = LoginFile::of(&context.global, &context.writer.ledger().id().await?);
        let here = file.as_ref().map(LoginFile::shown).transpose()?.flatten().is_some();
        if !here && !self.all {
            return Err(CliError::Refused(
                "not_logged_in",
                Text::new(
                    "ここではログインしていません。ほかの場所でしたログインを終えるには、--all を付け、--operator と --password-file で本人を示してください。",
                    "nobody is logged in here; to end a login made elsewhere add --all, and show who you are by --operator and --password-file",
                ),
            ));
        }
        let ended = match context.by().await {
            Ok(by) => context.writer.log_out(&by, self.all).await?,
            // What is over needs no end; its file goes.
            Err(CliError::Refused("login_over", _)) if !self.all => 0,
            Err(why) => return Err(why),
        };
        if here && let Some(file) = &file {
            file.forget()?;
        }
        let text = match ended {
            0 => Text::new("ログインは、すでに終わっていました。", "the login was over already"),
            1 => Text::new("ログアウトしました。", "logged out"),
            more => Text::new(format!("ログアウトしました（{more}か所）。"), format!("logged out in {more} places")),
        };
        Ok(Answer::done(text, json!({ "ended": ended })))
    }
}

/// The ID that somebody types.
fn asked() -> Result<LoginId, CliError> {
    let nobody = || {
        CliError::Usage(Text::new(
            "対話できない実行なので、ID をたずねられません。--operator と --password-file を指定してください。",
            "there is no terminal to ask for the ID on: name it by --operator, and the file of the password by --password-file",
        ))
    };
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(nobody());
    }
    let mut stderr = std::io::stderr();
    let mut typed = String::new();
    let read = write!(stderr, "カシワニネットID / ID: ").and_then(|()| stderr.flush());
    read.and_then(|()| stdin.lock().read_line(&mut typed)).map_err(|_| nobody())?;
    spelling::matched(typed.trim()).parse().map_err(|why: registry::NameRefusal| {
        CliError::Usage(Text::new(
            "カシワニネットID ではありません。何もしていません。",
            format!("not an ID: {why}; nothing was done"),
        ))
    })
}

fn nowhere() -> CliError {
    CliError::Usage(Text::new(
        "ログインを置く場所が分かりません。--login-file で指定してください。",
        "there is no place for the login: name one by --login-file",
    ))
}
