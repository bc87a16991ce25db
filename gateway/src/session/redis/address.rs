//! From a URL and a CA file to a client that speaks RESP3, without connecting.

use std::path::Path;

use redis::{Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion, TlsCertificates};

use crate::session::store::SessionsRefusal;

/// The client for `redis://`, `rediss://`, `redis+unix://` or `unix://`, with user, password and database from the URL.
pub(in crate::session) fn client(url: &str, ca: Option<&Path>) -> Result<Client, SessionsRefusal> {
    if !SCHEMES.iter().any(|scheme| url.starts_with(scheme)) {
        return Err(SessionsRefusal::Url("must be memory:, redis://…, rediss://… or redis+unix:///…".into()));
    }
    let info = url.into_connection_info().map_err(|error| SessionsRefusal::Url(error.to_string()))?;
    let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    open(info.set_redis_settings(settings), ca)
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
        None => Client::open(info).map_err(|error| SessionsRefusal::Url(error.to_string())),
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
    fn a_ca_file_that_cannot_be_used_is_refused_at_the_start() {
        let refused = |url: &str, path: &str| matches!(client(url, Some(Path::new(path))), Err(SessionsRefusal::Ca(_)));
        assert!(refused("rediss://localhost", "/nonexistent"));
        assert!(refused("rediss://localhost", "/dev/null"));
        assert!(refused("redis://localhost", "/etc/passwd"));
    }
}
