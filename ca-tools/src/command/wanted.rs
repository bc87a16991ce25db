//! In which form a certificate is wanted, and in which file.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::container::Container;

/// In which form, and where.
#[derive(Args, Clone, Debug)]
pub(crate) struct WantedFile {
    #[arg(long, value_enum)]
    pub(crate) format: Format,
    /// 書き出すファイル（0600）。pem では秘密鍵を FILE.key に書く / pem: the key goes to FILE.key
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// 端末が作った証明書署名要求 / the device's own request; no key is made then
    #[arg(long, value_name = "FILE")]
    pub(crate) csr: Option<PathBuf>,
    /// 有効日数（標準より短くするときだけ） / shorter than the profile only
    #[arg(long)]
    pub(crate) days: Option<u32>,
}

/// What `--format` may say.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Format {
    /// Windows, Linux 用
    P12,
    /// macOS, Android 用
    P12Compat,
    /// iPhone, iPad 用
    Mobileconfig,
    /// 鍵と証明書を別々のファイルに
    Pem,
}

impl Format {
    /// The container in which key and certificate travel together; none where they are told apart as text.
    pub(crate) fn container(self) -> Option<Container> {
        match self {
            Self::P12 => Some(Container::Modern),
            Self::P12Compat => Some(Container::Compat),
            Self::Mobileconfig => Some(Container::Profile),
            Self::Pem => None,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::P12 => "p12",
            Self::P12Compat => "p12-compat",
            Self::Mobileconfig => "mobileconfig",
            Self::Pem => "pem",
        }
    }
}
