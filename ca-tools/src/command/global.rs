//! The options that all commands take.

use std::path::PathBuf;

use clap::Args;
use registry::LoginId;

use crate::language::Language;

/// Options that every command takes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Global {
    /// 設定ファイル / configuration
    #[arg(long, global = true, value_name = "FILE", default_value = "ca.toml")]
    pub(crate) config: PathBuf,
    /// 確認を省く / answer every confirmation with yes
    #[arg(long, global = true)]
    pub(crate) yes: bool,
    /// JSON で答える / answer in JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// 理由（操作記録に残る） / why; kept in the audit event
    #[arg(long, global = true, value_name = "TEXT")]
    pub(crate) why: Option<String>,
    /// 申請番号（操作記録に残る） / the application this rests on
    #[arg(long, global = true, value_name = "NO")]
    pub(crate) application: Option<String>,
    /// 操作する職員の ID（login しているときは省ける） / who is doing this; not needed once logged in
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) operator: Option<LoginId>,
    /// 本人のパスワードのファイル（0600。1行目） / its first line is the password of whoever acts
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// login で作ったファイル（省略時は自分の状態ディレクトリの中） / where login keeps what it made; else in one's own state directory
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) login_file: Option<PathBuf>,
    /// 表示の言語 / language of answers
    #[arg(long, global = true, value_enum, default_value = "ja")]
    pub(crate) lang: Language,
}
