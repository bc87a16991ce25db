//! What every command works with: the configuration, the open registry, and who asks.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use registry::LoginId;
use tokio::sync::OnceCell;

use super::confirm;
use super::error::CliError;
use super::global::Global;
use super::need::ProofNeed;
use super::proof::{Known, known};
use crate::acts::{By, ProofMethod, Writer};
use crate::application::ApplicationNo;
use crate::clock::now;
use crate::config::{self, Config, Passwords};
use crate::key::read_secret;
use crate::language::Text;
use crate::letters::Seal;
use crate::{spelling, whole};

/// What every command needs.
#[derive(Debug)]
pub(crate) struct CommandContext {
    pub(crate) global: Global,
    pub(crate) config: Config,
    pub(crate) writer: Writer,
    /// Who acts, once they showed it: a password is asked about once, however much is changed by one command.
    known: OnceCell<Known>,
}

impl CommandContext {
    /// Reads the configuration and opens the registry, for whoever this command takes.
    pub(crate) async fn open(global: Global, need: ProofNeed) -> Result<Self, CliError> {
        let config = configuration(&global.config)?;
        let writer = Writer::open(&config.registry, &config.journal).await?;
        let writer = writer
            .sealing(Seal::in_directory(&config.authority.directory))
            .proposing(config.proposals)
            .ending(config.approvals);
        let context = Self { global, config, writer, known: OnceCell::new() };
        need.admit(&context).await?;
        Ok(context)
    }

    /// Who does this, when, why. Nobody is named without a proof.
    pub(crate) async fn by(&self) -> Result<By, CliError> {
        let known = self.known().await?;
        by(&self.global, known.operator(), known.method())
    }

    /// Who acts, and how they showed it.
    pub(super) async fn known(&self) -> Result<&Known, CliError> {
        self.known.get_or_try_init(|| known(&self.global, &self.writer)).await
    }

    /// Goes on only if this was meant.
    pub(crate) fn confirm(&self, question: Text) -> Result<(), CliError> {
        confirm::confirm(&self.global, question)
    }
}

/// Whom the command line names.
pub(super) fn named(global: &Global) -> Result<LoginId, CliError> {
    global.operator.clone().ok_or_else(|| {
        CliError::Usage(Text::new(
            "誰の操作かが分かりません。ca-tools login でログインするか、--operator で職員の ID を、--password-file で本人のパスワードのファイルを指定してください（操作記録に残ります）。",
            "who is doing this? ca-tools login, or name yourself with --operator and the file of your password with --password-file; it is kept in the audit event",
        ))
    })
}

/// This operator, known in this way, with what the command line says of why.
pub(super) fn by(global: &Global, operator: &LoginId, proof: ProofMethod) -> Result<By, CliError> {
    let why = noted("--why", global.why.as_deref())?;
    // A number of ours is one in any spelling; another is a paper's, and kept as it is.
    let application = noted("--application", global.application.as_deref())?
        .map(|typed| ApplicationNo::typed(&typed).map_or(typed, |no| no.to_string()));
    Ok(By { why, application, ..By::of(operator.clone(), now(), proof) })
}

/// What an event keeps: one line of text; a blank one is none.
fn noted(option: &str, text: Option<&str>) -> Result<Option<String>, CliError> {
    /// Longer than any reason somebody would type.
    const LONGEST: usize = 1_000;
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let kept = spelling::kept(text).map_err(|strange| {
        let why = strange.text();
        CliError::Usage(Text::new(
            format!("{option}：{}何もしていません。", why.ja),
            format!("{option}: {}; nothing was done", why.en),
        ))
    })?;
    if kept.chars().count() > LONGEST {
        return Err(CliError::Usage(Text::new(
            format!("{option} は{LONGEST}文字以内にしてください。何もしていません。"),
            format!("{option} has at most {LONGEST} characters; nothing was done"),
        )));
    }
    Ok(Some(kept))
}

pub(crate) fn configuration(file: &Path) -> Result<Config, CliError> {
    let text = whole::text(file, whole::Of::Configuration).map_err(|why| {
        let file = file.display();
        CliError::Usage(Text::new(
            format!("設定ファイル {file} を読めません（{why}）。--config で場所を指定するか、ca-tools init で作成してください。"),
            format!("the configuration {file} cannot be read ({why}): name it with --config, or make one with ca-tools init"),
        ))
    })?;
    let mut config = config::read(&text, file)?;
    if config.registry.has_password() {
        closed_to_others(file)?;
    }
    if let Some(password) = &config.registry_password_file {
        let text = read_secret(password).map_err(|why| {
            let why = why.to_string();
            CliError::Usage(Text::new(
                format!("registry.password_file を読めません：{why}"),
                format!("registry.password_file: {why}"),
            ))
        })?;
        let line = text.trim_end_matches(['\r', '\n']);
        let opened = config.registry.clone().with_password(line);
        config.registry = opened.map_err(|(ja, en)| CliError::Usage(Text::new(ja, en)))?;
    }
    Ok(config)
}

/// A password in the configuration is as good as the file is closed.
fn closed_to_others(file: &Path) -> Result<(), CliError> {
    let mode = file.metadata().map_or(0, |found| found.mode());
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let (file, mode) = (file.display(), mode & 0o777);
    Err(CliError::Usage(Text::new(
        format!(
            "{file} には台帳のパスワードがあり、ほかの利用者も読めます（権限 {mode:04o}）。chmod 600 {file} とするか、パスワードを registry.password_file のファイルに移してください。何もしていません。"
        ),
        format!(
            "{file} holds the registry's password and others may read it (mode {mode:04o}): chmod 600 {file}, or move the password to the file of registry.password_file; nothing was done"
        ),
    )))
}

/// The words that the house refuses in passwords, beside the built-in ones.
pub(crate) fn blocklist(settings: &Passwords) -> Result<Vec<String>, CliError> {
    let Some(file) = &settings.blocklist else { return Ok(Vec::new()) };
    let text = whole::text(file, whole::Of::Words).map_err(|why| {
        let file = file.display();
        CliError::Usage(Text::new(
            format!("passwords.blocklist {file} を読めません（{why}）。"),
            format!("passwords.blocklist {file} cannot be read: {why}"),
        ))
    })?;
    Ok(text.lines().map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect())
}
