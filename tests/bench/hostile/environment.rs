//! What a running quickstart says of itself: the variables of its `quickstart.env`, and which process is which.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// A quickstart, as it tells of itself.
#[derive(Clone, Debug)]
pub(crate) struct Environment {
    file: PathBuf,
    values: BTreeMap<String, String>,
}

impl Environment {
    /// Reads `quickstart.env`: a line each, `NAME=VALUE`, the value in single quotes where a shell needs them.
    pub(crate) fn read(file: &Path) -> io::Result<Self> {
        let text = std::fs::read_to_string(file).map_err(|error| told(format!("{}: {error}", file.display())))?;
        let values = text.lines().filter_map(|line| line.split_once('=')).map(|(name, value)| {
            let inside = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')).unwrap_or(value);
            (name.to_owned(), inside.replace("'\\''", "'"))
        });
        Ok(Self { file: file.to_owned(), values: values.collect() })
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    pub(crate) fn value(&self, name: &str) -> io::Result<&str> {
        let value = self.values.get(name).map(String::as_str);
        value.ok_or_else(|| told(format!("{}: has no {name}", self.file.display())))
    }

    pub(crate) fn path(&self, name: &str) -> io::Result<PathBuf> {
        self.value(name).map(PathBuf::from)
    }

    /// Where the site of this variable (`SITE_URL`, `HELP_URL`, `OPS_URL`) listens, and the `host:port` it goes by.
    pub(crate) fn site(&self, name: &str) -> io::Result<(SocketAddr, String)> {
        let url = self.value(name)?;
        let authority = url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/');
        let port = authority.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        let port = port.ok_or_else(|| told(format!("{name}={url}: has no port")))?;
        Ok(((Ipv4Addr::LOCALHOST, port).into(), authority.to_owned()))
    }

    /// The process of this name (`gateway`, `care-record`), as the quickstart noted it.
    pub(crate) fn process(&self, name: &str) -> io::Result<u32> {
        let file = self.directory().join("run").join(format!("{name}.pid"));
        let noted = std::fs::read_to_string(&file).map_err(|error| told(format!("{}: {error}", file.display())))?;
        let pid = noted.split_whitespace().next().and_then(|pid| pid.parse().ok());
        pid.ok_or_else(|| told(format!("{}: names no process", file.display())))
    }

    /// The SQLite file of the registry; none for another kind of registry.
    pub(crate) fn registry_file(&self) -> Option<PathBuf> {
        self.values.get("REGISTRY")?.strip_prefix("sqlite:").map(PathBuf::from)
    }

    fn directory(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new("."))
    }
}

/// An error in words.
pub(crate) fn told(words: impl Into<String>) -> io::Error {
    io::Error::other(words.into())
}
