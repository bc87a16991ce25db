//! Which requests, and which sessions, did a gateway that was killed leave without an end?
//!
//! It could not write their last lines, so the next one does, from what their `open` lines say:
//! exactly one line of kind `request` each, though the machine lost its power. Of sessions it says who had logged in, and
//! whose end was told already: whether they live on is for whoever keeps them to say.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use certs::{DeviceNo, Serial};
use serde::Deserialize;

use super::super::line::{Kind, Line, Outcome, SessionMark};
use super::super::reference::RequestId;
use super::super::verify::request_id;
use super::append_file::rotated;
use super::left_session::{self, Left};

/// So much of the past is searched; half a second's reading. Who runs on for longer than that is
/// found by `gateway log verify`.
const SEARCHED: u64 = 512 << 20;

/// The facts of an `open` line that its `request` line repeats.
#[derive(Debug, Deserialize)]
pub(super) struct LeftOpen {
    request_id: String,
    site: Option<String>,
    method: Option<String>,
    host: Option<String>,
    path: Option<String>,
    room: Option<String>,
    user: Option<String>,
    office: Option<String>,
    device: Option<DeviceNo>,
    serial: Option<String>,
    source: Option<String>,
    tls_version: Option<String>,
    tls_group: Option<String>,
    tls_suite: Option<String>,
    http_version: Option<String>,
    policy: Option<String>,
    session: Option<String>,
}

/// What was running when the writing of this log broke off.
pub(super) fn find(path: &Path) -> io::Result<(Vec<LeftOpen>, Left)> {
    let mut open: HashMap<Vec<u8>, Vec<u8>> = HashMap::new();
    let mut sessions = left_session::Sessions::default();
    for path in newest(path)? {
        let mut reader = BufReader::with_capacity(256 << 10, File::open(path)?);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            take(&line, &mut open);
            sessions.take(&line);
            line.clear();
        }
    }
    let open = open.into_values().filter_map(|line| serde_json::from_slice(&line).ok()).collect();
    Ok((open, sessions.left()))
}

fn take(line: &[u8], open: &mut HashMap<Vec<u8>, Vec<u8>>) {
    if line.starts_with(b"{\"kind\":\"open\"") {
        if let Some(id) = request_id(line) {
            open.insert(id.to_vec(), line.to_vec());
        }
    } else if line.starts_with(b"{\"kind\":\"stop\"") {
        open.clear();
    } else if !open.is_empty()
        && line.starts_with(b"{\"kind\":\"request\"")
        && let Some(id) = request_id(line)
    {
        open.remove(id);
    }
}

/// The newest files, oldest first.
fn newest(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut bytes = 0;
    let older = rotated(path)?.into_iter().map(|(_, path)| path);
    for file in older.chain([path.to_owned()]).rev() {
        if bytes >= SEARCHED {
            break;
        }
        bytes += fs::metadata(&file)?.len();
        files.push(file);
    }
    files.reverse();
    Ok(files)
}

impl LeftOpen {
    /// The line that was missing.
    pub(super) fn line(&self, now: SystemTime) -> Line<'_> {
        Line {
            request_id: bytes(Some(&self.request_id)).map(RequestId::from_bytes),
            site: self.site.as_deref(),
            outcome: Some(Outcome::Aborted),
            reason: Some("gateway_ended"),
            method: self.method.as_deref(),
            host: self.host.as_deref().map(str::as_bytes),
            path: self.path.as_deref().map(str::as_bytes),
            room: self.room.as_deref(),
            user: self.user.as_deref(),
            office: self.office.as_deref(),
            device: self.device,
            serial: self.serial.as_deref().and_then(|serial| serial.parse::<Serial>().ok()),
            source: self.source.as_deref(),
            tls_version: self.tls_version.as_deref(),
            tls_group: self.tls_group.as_deref(),
            tls_suite: self.tls_suite.as_deref(),
            http_version: self.http_version.as_deref(),
            policy: self.policy.as_deref(),
            session: bytes(self.session.as_deref()).map(SessionMark),
            ..Line::of(Kind::Request, now)
        }
    }
}

pub(super) fn bytes<const N: usize>(digits: Option<&str>) -> Option<[u8; N]> {
    let digits = digits?;
    let mut bytes = [0; N];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}
