//! Where is the registry?

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

use crate::reader::server::{ServerRefusal, server};

/// A registry's place.
#[derive(Clone)]
pub enum Source {
    /// A file: `sqlite:PATH`.
    File(PathBuf),
    /// A server: `postgres://USER@HOST/NAME`.
    Server(Box<PgConnectOptions>),
}

impl FromStr for Source {
    type Err = SourceRefusal;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Server(Box::new(server(url)?)));
        }
        let path = url.strip_prefix("sqlite:").ok_or(SourceRefusal::Scheme)?;
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.starts_with(':') || path.contains(['?', '#']) {
            return Err(SourceRefusal::Path);
        }
        Ok(Self::File(path.into()))
    }
}

/// Without user and password: it stands in logs.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "sqlite:{}", path.display()),
            Self::Server(options) => match options.get_socket() {
                Some(socket) => write!(f, "postgres:{}/{}", socket.display(), options.get_database().unwrap_or("")),
                None => {
                    let (host, port) = (options.get_host(), options.get_port());
                    write!(f, "postgres://{host}:{port}/{}", options.get_database().unwrap_or(""))
                }
            },
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({self})")
    }
}

/// Not a registry's URL.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SourceRefusal {
    /// No file is named.
    #[error("the registry's URL names no file: write sqlite:PATH")]
    Path,
    /// Neither database.
    #[error("the registry's URL must be sqlite:PATH or postgres://USER@HOST/NAME")]
    Scheme,
    /// A server that is not asked.
    #[error(transparent)]
    Server(#[from] ServerRefusal),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_is_a_file_or_a_server_and_its_password_is_not_shown() {
        let shown = |url: &str| url.parse::<Source>().map(|source| format!("{source:?}"));
        assert_eq!(shown("sqlite:/var/lib/r.db").unwrap(), "Source(sqlite:/var/lib/r.db)");
        assert_eq!(shown("sqlite:///var/lib/r.db").unwrap(), "Source(sqlite:/var/lib/r.db)");
        assert_eq!(
            shown("postgres://reader:secret@db/sekisho?sslmode=verify-full").unwrap(),
            "Source(postgres://db:5432/sekisho)"
        );
        assert_eq!(shown("sqlite::memory:").unwrap_err(), SourceRefusal::Path);
        assert_eq!(shown("mysql://db").unwrap_err(), SourceRefusal::Scheme);
    }
}
