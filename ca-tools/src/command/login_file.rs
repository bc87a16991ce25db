//! The file of a login: in the state directory of whoever made it, one for each registry, readable by them alone.

use std::fs::{DirBuilder, File};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::error::CliError;
use super::global::Global;
use crate::acts::{FileStands, Keeper, ShownLogin};
use crate::folder::folder_of;
use crate::issuance::{Output, Overwrite};
use crate::language::Text;

/// machine-id(5).
const MACHINE: &str = "/etc/machine-id";
/// No login's file is longer.
const LONGEST: u64 = 4 * 1024;

/// Where a login is kept.
#[derive(Clone, Debug)]
pub(super) struct LoginFile {
    path: PathBuf,
    /// Whether somebody said so.
    named: bool,
}

/// What stands in it.
#[derive(Deserialize, Serialize)]
struct Kept {
    registry: String,
    login: i64,
    token: String,
}

impl LoginFile {
    /// Where it was named, else in one's own state directory; none where nobody knows which that is.
    pub(super) fn of(global: &Global, registry: &str) -> Option<Self> {
        if let Some(named) = &global.login_file {
            return Some(Self { path: named.clone(), named: true });
        }
        let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let state = absolute("XDG_STATE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".local/state")))?;
        Some(Self { path: state.join("sekisho").join(format!("login-{registry}")), named: false })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The login in it; none where there is no such file, or nobody named a place that is another account's (`sudo` keeps HOME).
    pub(super) fn shown(&self) -> Result<Option<ShownLogin>, CliError> {
        match self.read() {
            Ok(Some((kept, file))) => Ok(Some(ShownLogin {
                registry: kept.registry,
                login: kept.login,
                token: Zeroizing::new(kept.token),
                keeper: keeper()?,
                file,
            })),
            Ok(None) => Ok(None),
            Err(why) => Err(self.unreadable(&why)),
        }
    }

    fn read(&self) -> io::Result<Option<(Kept, FileStands)>> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(why) if why.kind() == ErrorKind::NotFound => return Ok(None),
            Err(why) if why.kind() == ErrorKind::PermissionDenied && !self.named => return Ok(None),
            Err(why) => return Err(why),
        };
        let stands = file.metadata()?;
        let stands = FileStands { mode: stands.mode(), owner: stands.uid() };
        let mut text = Zeroizing::new(String::with_capacity(LONGEST as usize));
        file.take(LONGEST).read_to_string(&mut text)?;
        Ok(Some((serde_json::from_str(&text)?, stands)))
    }

    /// Writes a login in the place of another one; its folder is made for its owner alone.
    pub(super) fn write(&self, registry: &str, (login, token): (i64, &Zeroizing<String>)) -> Result<(), CliError> {
        let folder = folder_of(&self.path);
        if !folder.is_dir() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|why| self.unreadable(&why))?;
        }
        let kept = Kept { registry: registry.to_owned(), login, token: token.to_string() };
        let text = Zeroizing::new(serde_json::to_string(&kept).map_err(|why| self.unreadable(&why.into()))?);
        Ok(Output::at(&self.path, Overwrite::Replace)?.finish(text.as_bytes())?)
    }

    /// It goes; it may have gone already.
    pub(super) fn forget(&self) -> Result<(), CliError> {
        match std::fs::remove_file(&self.path) {
            Err(why) if why.kind() != ErrorKind::NotFound => Err(self.unreadable(&why)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    fn unreadable(&self, why: &io::Error) -> CliError {
        let path = self.path.display();
        CliError::Refused(
            "login_file",
            Text::new(
                format!(
                    "ログインのファイル {path} を使えません（{why}）。消してから ca-tools login でログインし直すか、--login-file で別の場所を指定してください。何もしていません。"
                ),
                format!(
                    "the file of the login {path} cannot be used ({why}): remove it and ca-tools login, or name another by --login-file; nothing was done"
                ),
            ),
        )
    }
}

/// This account, on this machine.
pub(super) fn keeper() -> Result<Keeper, CliError> {
    let machine = std::fs::read_to_string(MACHINE).unwrap_or_default().trim().to_owned();
    if machine.len() != 32 || !machine.bytes().all(|octet| octet.is_ascii_hexdigit()) {
        return Err(CliError::Refused(
            "no_machine",
            Text::new(
                format!(
                    "この機器には番号（{MACHINE}）がないので、ログインできません。systemd-machine-id-setup で作るか、--password-file を使ってください。"
                ),
                format!(
                    "this machine has no number ({MACHINE}), so nobody can log in on it: systemd-machine-id-setup makes one; or use --password-file"
                ),
            ),
        ));
    }
    Ok(Keeper { machine, uid: rustix::process::geteuid().as_raw() })
}
