//! From a URL and a CA file to a client that speaks RESP3, without connecting.

use std::path::Path;

use redis::{Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion, RedisError, TlsCertificates};

use crate::session::failure::SessionsRefusal;

/// Reads `redis://`, `rediss://`, `redis+unix://` or `unix://`, with user, password and database from the URL. Nothing
/// of the URL stands in a refusal: it may be a piece of the password.
pub(in crate::session) fn read(url: &str) -> Result<ConnectionInfo, SessionsRefusal> {
    if !SCHEMES.iter().any(|scheme| url.starts_with(scheme)) {
        return Err(SessionsRefusal::Url("must be memory:, redis://…, rediss://… or redis+unix:///…".into()));
    }
    if is_raw(url) {
        return Err(SessionsRefusal::Url(ESCAPE.into()));
    }
    let info = url.into_connection_info().map_err(|error| SessionsRefusal::Url(unreadable(&error)))?;
    let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    Ok(info.set_redis_settings(settings))
}

/// Redis, not connected yet.
pub(in crate::session) type Target = Client;

/// A client for what [`read`] reads.
pub(in crate::session) fn client(url: &str, ca: Option<&Path>) -> Result<Client, SessionsRefusal> {
    open(read(url)?, ca)
}

const ESCAPE: &str = "a user's name or password in it holds a character that means something in a URL: write it \
    percent-encoded (@ as %40, / as %2F, : as %3A, ? as %3F, # as %23, % as %25)";

/// Whether a name or a password holds a character that means something in a URL: then what is behind it would be taken
/// for the host, and be told. A socket's path has neither.
fn is_raw(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.is_empty() {
        return false;
    }
    let no_port = authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_err());
    let cut_short = no_port && !authority.contains('@') && query.contains('@');
    authority.matches('@').count() > 1 || path.contains('@') || fragment.contains('@') || cut_short
}

/// Only what redis-rs says of its own accord, not what it found.
fn unreadable(error: &RedisError) -> String {
    let said = error.to_string();
    let words = ["Invalid database number", "Missing hostname", "Missing path", "wildcard address", "not valid UTF-8"];
    match words.iter().find(|words| said.contains(**words)) {
        Some(&"Invalid database number") => {
            format!("what follows the host must be the number of a database; if it is part of a password: {ESCAPE}")
        }
        Some(words) => format!("is no address of Redis: {}", words.to_lowercase()),
        None => {
            format!("is no address of Redis, redis://USER:PASSWORD@HOST:PORT/NUMBER; if there is a password: {ESCAPE}")
        }
    }
}

fn open(info: ConnectionInfo, ca: Option<&Path>) -> Result<Client, SessionsRefusal> {
    let tls = match info.addr() {
        ConnectionAddr::TcpTls { insecure: true, .. } => {
            return Err(SessionsRefusal::Url(
                "must not say #insecure: the store's certificate is always checked".into(),
            ));
        }
        ConnectionAddr::TcpTls { .. } => true,
        ConnectionAddr::Tcp(..) | ConnectionAddr::Unix(_) => false,
        _ => return Err(SessionsRefusal::Url("names a way to connect that we do not know".into())),
    };
    match ca {
        None => Client::open(info).map_err(|error| SessionsRefusal::Url(unreadable(&error))),
        Some(_) if !tls => Err(SessionsRefusal::Ca("is for a rediss:// URL only".into())),
        Some(path) => {
            let pem =
                std::fs::read(path).map_err(|error| SessionsRefusal::Ca(format!("{}: {error}", path.display())))?;
            if !pem.windows(MARK.len()).any(|part| part == MARK) {
                return Err(SessionsRefusal::Ca(format!("{}: no PEM certificate in it", path.display())));
            }
            Client::build_with_tls(info, TlsCertificates { client_tls: None, root_cert: Some(pem) })
                .map_err(|error| SessionsRefusal::Ca(format!("{}: {error}", path.display())))
        }
    }
}

const SCHEMES: [&str; 4] = ["redis://", "rediss://", "redis+unix://", "unix://"];

/// An empty list of roots would be accepted here and refuse every connection later.
const MARK: &[u8] = b"-----BEGIN CERTIFICATE-----";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_cannot_be_used_is_refused_at_the_start() {
        for url in
            ["redis://", "redis://host:port", "http://localhost", "rediss://localhost/#insecure", "redis:localhost"]
        {
            assert!(matches!(client(url, None), Err(SessionsRefusal::Url(_))), "{url}");
        }
        assert!(client("redis://user:pass@localhost:6379/3", None).is_ok());
        assert!(client("redis+unix:///run/redis.sock", None).is_ok());
        assert!(client("rediss://redis.example.jp", None).is_ok());
    }

    #[test]
    fn a_password_with_raw_special_characters_is_told_how_to_write_it_and_no_piece_of_it_is_shown() {
        for url in [
            "redis://:p@ss/w0rd@localhost:6379",
            "redis://:pa/ssw0rd@localhost",
            "redis://user:pass#w0rd@localhost",
            "redis://user:pass?w0rd@localhost/1",
            "rediss://:p@ssw0rd@localhost",
            "redis://localhost/w0rd",
            "redis://:ss:w0rd:/localhost",
            "redis://:%ssw0rd/localhost",
            "redis://user:ssw0rd",
            "redis://[ssw0rd",
            "redis://localhost/0?protocol=w0rd",
        ] {
            let Err(SessionsRefusal::Url(told)) = read(url) else { panic!("{url}") };
            assert!(!told.contains("w0rd") && !told.contains("ss/") && !told.contains("\"ss"), "{url}: {told}");
            assert!(told.contains("percent-encoded (@ as %40"), "{url}: {told}");
        }
        assert!(read("redis://user:p%40ss%2Fw0rd@localhost:6379/3").is_ok());
    }

    #[test]
    fn a_ca_file_that_cannot_be_used_is_refused_at_the_start() {
        let refused = |url: &str, path: &str| matches!(client(url, Some(Path::new(path))), Err(SessionsRefusal::Ca(_)));
        assert!(refused("rediss://localhost", "/nonexistent"));
        assert!(refused("rediss://localhost", "/dev/null"));
        assert!(refused("redis://localhost", "/etc/passwd"));
    }
}
