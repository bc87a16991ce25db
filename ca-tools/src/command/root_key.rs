//! The root's key, on its medium, for the few acts that need it.

use std::path::PathBuf;

use clap::Args;

use super::context::CommandContext;
use super::error::CliError;
use super::passphrase;
use crate::config::{AuthorityFiles, files};

use crate::acts::{By, Publisher};
use crate::issuance::lists::{ListFile, NextList, Published, bring};
use crate::issuance::{authority, certificate};
use crate::key::Passphrase;
use crate::language::Text;
use crate::rows::ListOf;
use crate::sign::Authority;

#[derive(Args, Debug)]
pub(crate) struct RootKey {
    /// ルートの鍵（省略時は authority.directory の root/root.key） / the root's key, on its medium
    #[arg(long, value_name = "FILE")]
    root_key: Option<PathBuf>,
    /// ルートの鍵のパスフレーズのファイル（省略時は authority.passphrase_file） / opens the root's key
    #[arg(long, value_name = "FILE")]
    root_passphrase_file: Option<PathBuf>,
}

impl RootKey {
    fn place(&self, settings: &AuthorityFiles) -> PathBuf {
        self.root_key.clone().unwrap_or_else(|| settings.directory.join(files::ROOT_KEY))
    }

    /// Whether somebody named it.
    pub(super) fn is_named(&self) -> bool {
        self.root_key.is_some() || self.root_passphrase_file.is_some()
    }

    /// Whether its medium is there.
    pub(super) fn is_here(&self, settings: &AuthorityFiles) -> bool {
        self.root_key.is_some() || self.place(settings).exists()
    }

    /// The root, ready to sign; its passphrase is asked for where no file holds it.
    pub(super) fn opened(&self, settings: &AuthorityFiles) -> Result<Authority, CliError> {
        self.opened_by(settings, None)
    }

    /// The same; `opens` is tried where the root has no passphrase file of its own.
    pub(super) fn opened_by(
        &self,
        settings: &AuthorityFiles,
        opens: Option<&Passphrase>,
    ) -> Result<Authority, CliError> {
        let key = self.place(settings);
        if !key.exists() {
            let key = key.display();
            return Err(CliError::Refused(
                "no_root_key",
                Text::new(
                    format!("ルートの鍵が {key} にありません。媒体をつなぎ、--root-key で場所を指定してください。"),
                    format!("the root's key is not at {key}: connect its medium and name it with --root-key"),
                ),
            ));
        }
        let file = settings.directory.join(files::ROOT);
        let root = certificate(&file)?;
        let own;
        let opens = match (&self.root_passphrase_file, opens) {
            (None, Some(opens)) => opens,
            (Some(file), _) => {
                own = passphrase::given(Some(file))?;
                &own
            }
            (None, None) => {
                own = passphrase::given(settings.passphrase_file.as_deref())?;
                &own
            }
        };
        Ok(authority(root, &file, (&key, opens))?)
    }
}

/// Signs the root's list anew.
pub(super) async fn published(context: &CommandContext, by: &By, root: &Authority) -> Result<Published, CliError> {
    let settings = &context.config.authority;
    let of = ListOf::Root(root.certificate().fingerprint());
    let place = ListFile::of_root(settings)?;
    Ok(bring(&context.writer, Publisher::Operator(by), settings, NextList { signer: root, place: &place, of }).await?)
}

/// What is said of the root's list where an act touched it: published, or how it is.
pub(super) async fn published_if_here(context: &CommandContext, by: &By, root: &RootKey) -> Result<Text, CliError> {
    if !root.is_here(&context.config.authority) {
        return Ok(Text::new(
            "ルートの失効リストにはまだ載っていません。ルートの媒体をつなぎ、crl publish --root を実行してください。",
            "the root's list does not say so yet: connect the root's medium and run crl publish --root",
        ));
    }
    let root = root.opened(&context.config.authority)?;
    let list = published(context, by, &root).await?;
    let (number, until) = (list.number, list.next_update);
    Ok(Text::new(
        format!("ルートの失効リスト第{number}号を公開しました。次回更新　{until}"),
        format!("published the root's list {number}; next update {until}"),
    ))
}
