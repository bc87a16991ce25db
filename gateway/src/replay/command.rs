//! Reads lines, configuration and registry, and tells.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use access_log::{ChainCheck, GatewayLog, Kind, Wanted};
use aws_lc_rs::digest::{SHA256, digest};
use registry::Snapshot;
use registry::reader::{Reader, Source};

use super::combinations::{Combinations, NameNo};
use super::judge::Judge;
use super::outlook;
use super::told::{NOT_KNOWN, ToldLockout};
use crate::gateway::now;
use crate::rules::Rules;

/// Findings about the chain that are told.
const MOST_FINDINGS: usize = 20;

/// What to read, and how to tell.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ReplayArgs {
    /// Access logs, rotated ones too: tell who passed by their lines and would be locked out now. Exit 1 where somebody would
    #[arg(long, value_name = "LOG", num_args = 1..)]
    pub replay: Vec<PathBuf>,
    /// Only the lines of so many days
    #[arg(long, value_name = "N", requires = "replay", value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub days: Option<u32>,
    /// Write the result to a file for the console and `ca-tools report lockout`
    #[arg(long, value_name = "FILE", requires = "replay")]
    pub report: Option<PathBuf>,
    /// As JSON
    #[arg(long, requires = "replay", conflicts_with = "csv")]
    pub json: bool,
    /// As CSV
    #[arg(long, requires = "replay")]
    pub csv: bool,
}

/// Judges the lines by these rules. Whether somebody would be locked out.
///
/// # Errors
/// A file or the registry cannot be read, or the result cannot be written.
pub fn run(args: &ReplayArgs, (rules, path): (&Rules, &Path), out: &mut impl Write) -> Result<bool, String> {
    let told = judged(args, rules, path)?;
    if let Some(file) = &args.report {
        let octets = told.to_file().map_err(|error| error.to_string())?;
        placed(file, &octets).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    let written = if args.json {
        told.json(out)
    } else if args.csv {
        told.csv(out)
    } else {
        told.text(out)
    };
    match written {
        // A reader that went away does not change what was found; the exit code tells it.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.to_string()),
        Ok(()) | Err(_) => Ok(!told.outlook.locked_out.is_empty()),
    }
}

fn judged(args: &ReplayArgs, rules: &Rules, path: &Path) -> Result<ToldLockout, String> {
    let since = |days: u32| SystemTime::now().checked_sub(Duration::from_secs(u64::from(days) * 86_400));
    let wanted =
        Wanted { kinds: vec![Kind::Request, Kind::Login], from: args.days.and_then(since), ..Wanted::default() };
    let mut found = Combinations::default();
    let (mut lines, mut broken, mut gateways) = (0, Vec::new(), Vec::new());
    for log in GatewayLog::sort(&args.replay, &[])? {
        let scanned = log.scan(&wanted, ChainCheck::Verify, &mut |line| found.take(&line.line, rules))?;
        lines += scanned.lines;
        broken.extend(scanned.findings.into_iter().take(MOST_FINDINGS));
        gateways.push(scanned.gateway);
    }
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    let (registry, pems) = runtime.block_on(asked(rules, &found))?;
    let judge = Judge::new((rules, &registry), &found, &pems, now()).ok_or("the machine has no randomness")?;
    let configuration = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(ToldLockout {
        format: "lockout/1",
        made_at: now().to_string(),
        configuration: digest(&SHA256, &configuration).as_ref().iter().map(|octet| format!("{octet:02x}")).collect(),
        registry: registry.registry_id().to_owned(),
        registry_version: registry.version(),
        gateways,
        first: found.first.clone(),
        last: found.last.clone(),
        lines,
        judged_lines: found.lines,
        combinations: found.found.len() as u64,
        over: found.over,
        unreadable: found.unreadable,
        broken,
        not_known: NOT_KNOWN,
        outlook: outlook::of(&found, &judge),
    })
}

/// The registry as it is now, and the certificates that were shown, as it holds them.
async fn asked(rules: &Rules, found: &Combinations) -> Result<(Snapshot, HashMap<NameNo, String>), String> {
    let failed = |error: &dyn std::fmt::Display| format!("registry: {error}");
    let source: Source = rules.config.registry.url.parse().map_err(|refused| failed(&refused))?;
    let mut reader = Reader::open(&source).await.map_err(|refused| failed(&refused))?;
    let (registry, _) = reader.whole(0).await.map_err(|refused| failed(&refused))?;
    let mut pems = HashMap::new();
    for (serial, _) in found.certificates.values().flatten() {
        let Some(name) = found.names.name(*serial) else { continue };
        if !pems.contains_key(serial)
            && let Some(pem) = reader.certificate(name).await.map_err(|refused| failed(&refused))?
        {
            pems.insert(*serial, pem);
        }
    }
    reader.close().await;
    Ok((registry, pems))
}

/// Whole or not at all: whoever reads it meanwhile finds the one of before.
fn placed(file: &Path, octets: &[u8]) -> io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".next");
    let beside = PathBuf::from(beside);
    let mut next = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o640).open(&beside)?;
    next.write_all(octets)?;
    next.sync_all()?;
    fs::rename(&beside, file)
}
