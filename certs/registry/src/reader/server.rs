//! Where is the registry's server, and is the way to it closed to others?
//!
//! What is read on this way decides who comes in, and it names people: so it stays inside the
//! machine (loopback, a Unix socket), or is TLS in which the server proves its name. Modes that
//! encrypt without looking who answers (`require`, `prefer`) are refused, and so is `verify-ca`: the
//! trust anchors hold the public CAs as well, any of which signs for anybody's name.

use std::fs::File;
use std::io::Read;
use std::net::IpAddr;
use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// The certificates of a server's CA; whatever is larger is another file.
const LARGEST_ROOT: u64 = 1 << 20;
/// How a server is named so that its way is closed.
pub const CLOSED_WAY: &str = "sslmode=verify-full&sslrootcert=/PATH/OF/ITS/CA.pem";

/// Reads the URL of a server: `postgres://USER@HOST/NAME`.
///
/// # Errors
/// It is no address of PostgreSQL, names a CA that is not there, or others could read or answer on the
/// way to it.
pub fn server(url: &str) -> Result<PgConnectOptions, ServerRefusal> {
    if is_raw(url) {
        return Err(ServerRefusal::Raw);
    }
    let options = PgConnectOptions::from_str(url).map_err(|error| ServerRefusal::Malformed(error.to_string()))?;
    if let Some(path) = root_certificate(url) {
        if !path.starts_with('/') {
            return Err(ServerRefusal::RelativeRoot(path));
        }
        let mut read = String::new();
        let opened = File::open(&path).and_then(|file| file.take(LARGEST_ROOT + 1).read_to_string(&mut read));
        opened.map_err(|why| ServerRefusal::NoRoot(path.clone(), why.to_string()))?;
        if read.len() as u64 > LARGEST_ROOT {
            return Err(ServerRefusal::NoRoot(path, format!("larger than {LARGEST_ROOT} octets")));
        }
        if !read.contains("-----BEGIN CERTIFICATE-----") {
            return Err(ServerRefusal::NoRoot(path, "no certificate in PEM".to_owned()));
        }
    }
    if stays_inside(&options) || matches!(options.get_ssl_mode(), PgSslMode::VerifyFull) {
        return Ok(options);
    }
    Err(ServerRefusal::OpenWay(options.get_host().to_owned()))
}

/// Whether a name or a password holds a character that means something in a URL: then what is behind it would be taken
/// for the host, and be told.
fn is_raw(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let no_port = authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_err());
    let cut_short = no_port && !authority.contains('@') && query.contains('@');
    authority.matches('@').count() > 1 || path.contains('@') || fragment.contains('@') || cut_short
}

fn stays_inside(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The last `sslrootcert` of a URL, as PostgreSQL's own clients take it.
fn root_certificate(url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let named = |pair: &str| {
        let (key, value) = pair.split_once('=')?;
        ["sslrootcert", "ssl-root-cert", "ssl-ca"].contains(&key).then(|| value.replace("%2F", "/").replace("%2f", "/"))
    };
    query.split('&').filter_map(named).next_back()
}

/// Why a server is not asked.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ServerRefusal {
    /// Not an address of PostgreSQL.
    #[error("the registry's URL is no address of PostgreSQL: {0}")]
    Malformed(String),
    /// A password that is not written for a URL. Nothing of it is told.
    #[error(
        "in the registry's URL a user's name or password holds a character that means something in a URL: write it \
         percent-encoded (@ as %40, / as %2F, : as %3A, ? as %3F, # as %23, % as %25)"
    )]
    Raw,
    /// The CA's certificate is not there, or not one.
    #[error("sslrootcert={0} in the registry's URL cannot be read: {1}")]
    NoRoot(String, String),
    /// Others could read along, or answer in its place.
    #[error(
        "the way to the registry's server {0} is open to others: end the URL with ?{CLOSED_WAY}, or reach it over \
         loopback or a Unix socket"
    )]
    OpenWay(String),
    /// A path that depends on where a program was started.
    #[error("sslrootcert={0} in the registry's URL is no whole path: begin it with /")]
    RelativeRoot(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_that_leaves_the_machine_is_closed_or_refused() {
        let root = std::env::temp_dir().join(format!("server-root-{}.pem", std::process::id()));
        std::fs::write(&root, "-----BEGIN CERTIFICATE-----\n").unwrap();
        let root = root.display().to_string();
        for closed in [
            "reader@localhost/sekisho",
            "reader@127.0.0.1:5433/sekisho",
            "reader@127.9.9.9/sekisho?sslmode=disable",
            "reader@[::1]/sekisho",
            "reader@%2Frun%2Fpostgresql/sekisho",
            "reader@localhost/sekisho?host=/run/postgresql",
            "reader@db.example/sekisho?sslmode=verify-full",
            &format!("reader@10.1.2.3/sekisho?sslmode=verify-full&sslrootcert={root}"),
            &format!("reader@db.example/sekisho?sslrootcert={}&sslmode=verify-full", root.replace('/', "%2F")),
        ] {
            assert!(server(&format!("postgres://{closed}")).is_ok(), "{closed}");
        }
        let open = |host: &str| ServerRefusal::OpenWay(host.to_owned());
        for (url, why) in [
            ("db.example/sekisho", open("db.example")),
            ("10.1.2.3/sekisho?sslmode=prefer", open("10.1.2.3")),
            ("db.example/sekisho?sslmode=disable", open("db.example")),
            (&format!("db.example/sekisho?sslmode=require&sslrootcert={root}"), open("db.example")),
            (&format!("db.example/sekisho?sslmode=verify-ca&sslrootcert={root}"), open("db.example")),
            ("localhost/sekisho?host=db.example", open("db.example")),
            ("localhost/sekisho?hostaddr=10.1.2.3", open("10.1.2.3")),
            ("localhost.example/sekisho", open("localhost.example")),
            ("db.example/sekisho?sslmod=verify-full", open("db.example")),
            (
                "db.example/sekisho?sslmode=verify-full&sslrootcert=db.pem",
                ServerRefusal::RelativeRoot("db.pem".to_owned()),
            ),
            (
                "db.example/sekisho?sslmode=verify-full&sslrootcert=/dev/null",
                ServerRefusal::NoRoot("/dev/null".to_owned(), "no certificate in PEM".to_owned()),
            ),
        ] {
            assert_eq!(server(&format!("postgres://reader@{url}")).map(|_| ()), Err(why), "{url}");
        }
        for raw in [
            "w:p@ss/w0rd@db.example/sekisho",
            "w:p/ss@localhost/sekisho",
            "w:p#ss@localhost/s",
            "w:p?s@h/s",
            "w:p@s@localhost/s",
        ] {
            let refused = server(&format!("postgres://{raw}")).map(|_| ());
            assert_eq!(refused, Err(ServerRefusal::Raw), "{raw}");
        }
        assert!(server("postgres://w:p%40ss%2Fw0rd@localhost/sekisho").is_ok());
        let absent = server("postgres://reader@db.example/sekisho?sslmode=verify-full&sslrootcert=/no/such.pem");
        assert!(matches!(&absent, Err(ServerRefusal::NoRoot(path, _)) if path == "/no/such.pem"), "{absent:?}");
        let refused = server("postgres://reader@db.example/sekisho?sslmode=very-full").map(|_| ());
        assert!(matches!(refused, Err(ServerRefusal::Malformed(_))), "{refused:?}");
        std::fs::remove_file(root).unwrap();
    }
}
