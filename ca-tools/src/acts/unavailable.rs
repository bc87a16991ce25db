//! Why the registry does not answer, as a person can act on it. Nothing was changed.

use crate::journal::JournalRefusal;
use crate::language::Text;

/// The registry does not answer, or not like a registry. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Unavailable {
    /// There is no such file.
    #[error("there is no registry at {0}")]
    Missing(String),
    /// There is one already.
    #[error("there is a registry already at {0}")]
    AlreadyThere(String),
    /// Another program holds it.
    #[error("the registry is locked by another program")]
    Locked,
    /// A change cannot be entered in the journal.
    #[error(transparent)]
    Journal(#[from] JournalRefusal),
    /// No room on the disk.
    #[error("the disk under the registry is full")]
    DiskFull,
    /// The server takes no changes.
    #[error("the registry's server takes no changes: {0}")]
    ServerReadOnly(String),
    /// The server does not let us work, for a reason that has a name.
    #[error("the registry cannot be reached: {1}")]
    Server(&'static str, String),
    /// The server gave up waiting.
    #[error("the registry's server ended the work for taking too long")]
    TookTooLong,
    /// Not to be written by this user.
    #[error("the registry may not be written by this user: {0}")]
    ReadOnly(String),
    /// The server or the file cannot be reached.
    #[error("the registry cannot be reached: {0}")]
    Unreachable(String),
    /// The server that answers does not prove to be the one that was named.
    #[error("the registry's server does not prove who it is: {0}")]
    Untrusted(String),
    /// Not a registry, or one of another version.
    #[error("this is not a registry, or not one of this version: {0}")]
    NotARegistry(String),
    /// A cell that says what no writer of ours wrote.
    #[error("the registry holds what it should not: {0}")]
    Corrupt(String),
    /// Anything else the database said.
    #[error("the registry refused: {0}")]
    Other(String),
}

impl Unavailable {
    /// For people: what was wrong and what to do.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Missing(at) => Text::new(
                format!(
                    "台帳がありません：{at}。--config の registry.url を確かめるか、ca-tools init で作成してください。"
                ),
                format!("there is no registry at {at}: check registry.url of --config, or make one with ca-tools init"),
            ),
            Self::AlreadyThere(at) => Text::new(
                format!("台帳がすでにあります：{at}。上書きはしません。別の場所を指定してください。"),
                format!("there is a registry already at {at}; it is never overwritten: name another place"),
            ),
            Self::Locked => Text::new(
                "台帳をほかのプログラムが使用中のため、変更できませんでした。何も変更していません。少し待って、もう一度実行してください。",
                "the registry is held by another program; nothing was changed: wait a moment and run this again",
            ),
            Self::Journal(why) => why.text(),
            Self::DiskFull => Text::new(
                "台帳のあるディスクに空きがありません。何も変更していません。空きを作って、もう一度実行してください。",
                "the disk under the registry is full; nothing was changed: make room and run this again",
            ),
            Self::ReadOnly(why) => Text::new(
                "台帳に書き込めません。何も変更していません。ファイルの所有者と書き込み権限を確かめてください。",
                format!(
                    "the registry cannot be written ({why}); nothing was changed: check the owner and mode of its file"
                ),
            ),
            Self::ServerReadOnly(why) => Text::new(
                "台帳のサーバー（PostgreSQL）が変更を受け付けません。何も変更していません。切替のあとの複製（読み取り専用）につながっていないか、registry.url のロールに書き込みの権限があるかを確かめてください。",
                format!(
                    "the registry's server takes no changes ({why}); nothing was changed: is it a read-only replica after a fail-over, may the role of registry.url write?"
                ),
            ),
            Self::Server(ja, why) => Text::new(
                format!("台帳のサーバー（PostgreSQL）に接続できません：{ja}何も変更していません。"),
                format!("the registry cannot be reached: {why}; nothing was changed"),
            ),
            Self::TookTooLong => Text::new(
                "台帳のサーバー（PostgreSQL）が時間切れで処理を打ち切りました。何も変更していません。もう一度実行し、続くならサーバーの statement_timeout と負荷を確かめてください。",
                "the registry's server ended the work for taking too long; nothing was changed: run this again, and look at its statement_timeout and load if it goes on",
            ),
            Self::Unreachable(why) => Text::new(
                format!(
                    "台帳に接続できません：{why}。サーバーが動いているか、registry.url が正しいかを確かめてください。"
                ),
                format!(
                    "the registry cannot be reached: {why}: check that its server runs and that registry.url is right"
                ),
            ),
            Self::Untrusted(why) => Text::new(
                format!(
                    "台帳のサーバーが本物か確かめられません（{why}）。接続していません。registry.url のサーバー名と sslrootcert の証明書を確かめてください。"
                ),
                format!(
                    "the registry's server does not prove who it is ({why}); nothing was sent: check its name and the \
                     certificate at sslrootcert in registry.url"
                ),
            ),
            Self::NotARegistry(why) => Text::new(
                format!("台帳ではないか、このプログラムと版が違います：{why}。registry.url を確かめてください。"),
                format!("this is not a registry, or not one of this program's version: {why}: check registry.url"),
            ),
            Self::Corrupt(why) => Text::new(
                format!("台帳の内容が壊れています：{why}。ca-tools doctor を実行し、必要なら控えから戻してください。"),
                format!(
                    "the registry holds what it should not: {why}: run ca-tools doctor, restore a backup if need be"
                ),
            ),
            Self::Other(why) => Text::new(
                format!("台帳が処理を断りました：{why}。何も変更していません。"),
                format!("the registry refused: {why}; nothing was changed"),
            ),
        }
    }
}

/// What a server says by SQLSTATE, and what to do about it.
const SERVER: [(&[&str], &str); 6] = [
    (&["28000", "28P01"], "ユーザー名かパスワードが違います。registry.url を確かめてください。"),
    (&["3D000"], "その名前のデータベースがありません。registry.url を確かめてください。"),
    (&["53300"], "接続の数が上限に達しています。少し待って、もう一度実行してください。"),
    (&["57P01", "57P02", "57P03"], "サーバーが停止または起動の途中です。少し待って、もう一度実行してください。"),
    (
        &["26000", "42P05"],
        "間に立つプログラム（PgBouncer など）が文ごとに接続を替えています。セッション単位（pool_mode = session）にしてください。",
    ),
    (
        &["08P01"],
        "間に立つプログラム（PgBouncer など）が接続の設定を受け付けません。ignore_startup_parameters = options を設定してください。",
    ),
];

impl From<sqlx::Error> for Unavailable {
    fn from(error: sqlx::Error) -> Self {
        let Some(database) = error.as_database_error() else {
            if let sqlx::Error::Io(why) = &error {
                // What TLS found wrong comes as malformed data.
                let untrusted = why.kind() == std::io::ErrorKind::InvalidData;
                return if untrusted { Self::Untrusted(why.to_string()) } else { Self::Unreachable(why.to_string()) };
            }
            if let sqlx::Error::Tls(why) = &error {
                return Self::Untrusted(why.to_string());
            }
            if matches!(error, sqlx::Error::PoolTimedOut) {
                return Self::Locked;
            }
            if matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::ColumnNotFound(_)) {
                return Self::Corrupt(error.to_string());
            }
            return Self::Other(error.to_string());
        };
        let message = database.message().to_owned();
        let code = database.code().unwrap_or_default();
        // PostgreSQL says SQLSTATE (five characters), SQLite an extended result code (a number whose
        // low byte is the primary code).
        match code.as_ref() {
            "53100" => return Self::DiskFull,
            "55P03" | "40001" | "40P01" => return Self::Locked,
            "57014" => return Self::TookTooLong,
            "25006" | "42501" => return Self::ServerReadOnly(message),
            "42P01" | "42703" => return Self::NotARegistry(message),
            _ => {}
        }
        if let Some((_, ja)) = SERVER.iter().find(|(codes, _)| codes.contains(&code.as_ref())) {
            return Self::Server(ja, message);
        }
        match code.parse::<u32>().map(|code| code & 0xff) {
            Ok(5 | 6) => Self::Locked,
            Ok(8 | 3) => Self::ReadOnly(message),
            // A full disk under a write-ahead log shows as an I/O error of its own.
            Ok(13) => Self::DiskFull,
            Ok(10) => Self::Unreachable(message),
            Ok(14) => Self::Unreachable(message),
            Ok(26) => Self::NotARegistry(message),
            Ok(11) => Self::Corrupt(message),
            Ok(1) if message.starts_with("no such table") => Self::NotARegistry(message),
            Ok(_) | Err(_) => Self::Other(message),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for Unavailable {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError::{Execute, ExecuteMigration};
        if let Execute(error) | ExecuteMigration(error, _) = error {
            error.into()
        } else {
            Self::NotARegistry(error.to_string())
        }
    }
}
