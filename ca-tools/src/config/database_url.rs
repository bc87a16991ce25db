//! Where a registry is: a file, or a server's URL, which is shown without what opens it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use registry::reader::{CLOSED_WAY, ServerRefusal, server};

use crate::language::Text;
use crate::masked::masked;

/// Where a registry is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum DatabaseUrl {
    /// `sqlite:PATH`.
    File(PathBuf),
    /// `postgres://…`.
    Server(String),
}

impl DatabaseUrl {
    /// The same server, opened by this password.
    ///
    /// # Errors
    /// It is a file, names no user, or has a password already.
    pub fn with_password(self, password: &str) -> Result<Self, (&'static str, &'static str)> {
        self.takes_password()?;
        let Self::Server(url) = self else { return Err(FILE_HAS_NONE) };
        let mut url = url::Url::parse(&url).map_err(|_| NO_USER)?;
        url.set_password(Some(password)).map_err(|()| NO_USER)?;
        Ok(Self::Server(url.into()))
    }

    /// Whether a password could be given to it.
    pub(crate) fn takes_password(&self) -> Result<(), (&'static str, &'static str)> {
        let Self::Server(url) = self else { return Err(FILE_HAS_NONE) };
        let url = url::Url::parse(url).map_err(|_| NO_USER)?;
        if self.has_password() {
            return Err((
                "台帳の URL にもパスワードがあります。どちらか1つにしてください。",
                "the URL has a password too: only one of them is needed",
            ));
        }
        if url.username().is_empty() { Err(NO_USER) } else { Ok(()) }
    }

    /// Whether what opens the server stands in its URL.
    #[must_use]
    pub fn has_password(&self) -> bool {
        let Self::Server(url) = self else { return false };
        // What cannot be read might hold one.
        url::Url::parse(url)
            .map_or(true, |url| url.password().is_some() || url.query_pairs().any(|(key, _)| key == "password"))
    }

    /// The file that it is.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Server(_) => None,
        }
    }

    /// The URL by which it was named, a password in it included.
    #[must_use]
    pub fn url(&self) -> String {
        match self {
            Self::File(path) => format!("sqlite:{}", path.display()),
            Self::Server(url) => url.clone(),
        }
    }
}

const FILE_HAS_NONE: (&str, &str) =
    ("PostgreSQL の台帳でだけ使えます。", "is for a PostgreSQL server: a file is opened by its owner and mode");
const NO_USER: (&str, &str) = (
    "台帳の URL にユーザー名を書いてください（postgres://USER@HOST/NAME）。",
    "the URL names no user: write postgres://USER@HOST/NAME",
);

/// Without what opens it: this stands in messages.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Server(url) = self else { return f.write_str(&self.url()) };
        let shown = url.split(['?', '#']).next().unwrap_or_default();
        let (scheme, rest) = shown.split_once("://").unwrap_or(("postgres", shown));
        match rest.rsplit_once('@') {
            Some((user, host)) => write!(f, "{scheme}://{}@{host}", user.split(':').next().unwrap_or_default()),
            None => write!(f, "{scheme}://{rest}"),
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlRefusal;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            server(url)?;
            return Ok(Self::Server(url.to_owned()));
        }
        let path = url.strip_prefix("sqlite:").ok_or_else(|| DatabaseUrlRefusal::Neither(shown(url)))?;
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.starts_with(':') || path.contains(['?', '#']) {
            return Err(DatabaseUrlRefusal::NoFile(shown(url)));
        }
        Ok(Self::File(path.into()))
    }
}

/// What was written, without what might open something.
fn shown(url: &str) -> String {
    match url.split_once(':') {
        _ if url.contains("://") => masked(url),
        Some((scheme, _)) if url.contains(['@', '?']) => format!("{scheme}:…"),
        None if url.contains('@') => "…".to_owned(),
        Some(_) | None => url.to_owned(),
    }
}

/// Not the URL of a registry.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DatabaseUrlRefusal {
    /// Neither database.
    #[error("{0:?} names no registry: a registry is sqlite:PATH or postgres://USER@HOST/NAME")]
    Neither(String),
    /// SQLite without a file.
    #[error("{0:?} names no file: write sqlite:PATH")]
    NoFile(String),
    /// A server that is not asked.
    #[error(transparent)]
    Server(#[from] ServerRefusal),
}

impl DatabaseUrlRefusal {
    /// For people: what was wrong and what to do.
    #[must_use]
    pub fn text(&self) -> Text {
        let ja = match self {
            Self::Neither(url) => {
                format!(
                    "{url:?} は台帳の URL ではありません。sqlite:PATH か postgres://USER@HOST/NAME の形で書いてください。"
                )
            }
            Self::NoFile(url) => format!("{url:?} にファイル名がありません。sqlite:PATH の形で書いてください。"),
            Self::Server(ServerRefusal::Malformed(why)) => {
                format!("台帳の URL が PostgreSQL の形ではありません（{why}）。")
            }
            Self::Server(ServerRefusal::Raw) => {
                "台帳の URL のユーザー名かパスワードに、URL で意味を持つ記号がそのまま入っています。\
                 パーセント記法で書いてください（@ は %40、/ は %2F、: は %3A、? は %3F、# は %23、% は %25）。"
                    .to_owned()
            }
            Self::Server(ServerRefusal::OpenWay(host)) => format!(
                "台帳のサーバー {host} への通信路が保護されていません。URL の終わりに ?{CLOSED_WAY} を付けるか、\
                 同じ機器の中（ループバック、Unix ソケット）でつないでください。"
            ),
            Self::Server(ServerRefusal::NoRoot(path, why)) => format!(
                "台帳の URL の sslrootcert={path} を読めません（{why}）。台帳のサーバーの CA 証明書（PEM）の場所を書いてください。"
            ),
            Self::Server(ServerRefusal::RelativeRoot(path)) => {
                format!("台帳の URL の sslrootcert={path} は / で始まる場所ではありません。/ から書いてください。")
            }
        };
        Text::new(ja, self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_shown_without_its_password_and_kept_with_it() {
        let url = "postgres://writer:secret@localhost:5433/sekisho?password=secret&sslmode=prefer";
        let place: DatabaseUrl = url.parse().unwrap();
        assert_eq!(place.to_string(), "postgres://writer@localhost:5433/sekisho");
        assert_eq!(place.url(), url);
        assert_eq!("sqlite:/a/b.db".parse::<DatabaseUrl>().unwrap().to_string(), "sqlite:/a/b.db");
    }

    #[test]
    fn a_password_from_a_file_opens_the_server_and_is_in_no_message() {
        let place: DatabaseUrl = "postgres://writer@localhost/sekisho?sslmode=prefer".parse().unwrap();
        assert!(!place.has_password());
        let opened = place.with_password("p@ss/w#rd %:1 &?=").unwrap();
        assert!(opened.has_password() && opened.url().parse::<DatabaseUrl>().is_ok(), "{}", opened.url());
        assert_eq!(opened.to_string(), "postgres://writer@localhost/sekisho");
        for (url, word) in [
            ("sqlite:/a/b.db", "is for a PostgreSQL server"),
            ("postgres://localhost/sekisho", "names no user"),
            ("postgres://w:x@localhost/sekisho", "the URL has a password too"),
            ("postgres://w@localhost/sekisho?password=x", "the URL has a password too"),
        ] {
            let refused = url.parse::<DatabaseUrl>().unwrap().with_password("secret").unwrap_err();
            assert!(refused.1.contains(word), "{url}: {refused:?}");
        }
    }

    #[test]
    fn a_server_on_an_open_way_is_refused_with_what_closes_it() {
        let refused = "postgres://writer@db.example/sekisho".parse::<DatabaseUrl>().unwrap_err().text();
        for text in [refused.ja, refused.en] {
            assert!(text.contains("db.example") && text.contains("?sslmode=verify-full&sslrootcert="), "{text}");
        }
    }
}
