//! `gateway log show`: what happened?

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::files::{Lines, Next, in_order};
use super::filter::Filter;
use super::follow::follow;
use super::row::{Row, harmless, head};
use super::{DONE, WRONG_USE};

/// `gateway log show FILE… [--ref R] [--device D] [--office O] [--user U] [--session S] [--refused] [--since T] [--follow] [--json]`
#[derive(Debug, clap::Args)]
pub struct ShowArgs {
    /// Log files, rotated ones too, in any order
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only the request with this reference (K7P3-W9QX)
    #[arg(long = "ref", value_name = "REF")]
    pub(super) reference: Option<String>,
    /// Only this device (DEV-000123)
    #[arg(long, value_name = "DEV")]
    pub(super) device: Option<String>,
    /// Only this office
    #[arg(long, value_name = "OFFICE")]
    pub(super) office: Option<String>,
    /// Only this ID
    #[arg(long, value_name = "ID")]
    pub(super) user: Option<String>,
    /// Only this session (the eight digits of a line)
    #[arg(long, value_name = "MARK")]
    pub(super) session: Option<String>,
    /// Only what was refused
    #[arg(long)]
    pub(super) refused: bool,
    /// Only from then on: 10m, 2h, 3d, 2026-11-22 or 2026-11-22T18:30:00+09:00
    #[arg(long, value_name = "TIME")]
    pub(super) since: Option<String>,
    /// Go on with the newest file as it is written, until interrupted
    #[arg(long)]
    follow: bool,
    /// Whole lines, as they are in the file
    #[arg(long)]
    json: bool,
}

/// Where lines go, and which.
pub(super) struct Shown<W> {
    filter: Filter,
    json: bool,
    out: W,
}

pub(super) fn run(args: &ShowArgs, out: &mut impl Write, errors: &mut impl Write) -> u8 {
    match show(args, io::BufWriter::new(out)) {
        Ok(()) => DONE,
        Err(why) => {
            // If nobody reads the complaint, the exit code still tells.
            let _ = writeln!(errors, "gateway log show: {why}");
            WRONG_USE
        }
    }
}

fn show(args: &ShowArgs, out: impl Write) -> Result<(), String> {
    let filter = Filter::read(args, SystemTime::now())?;
    let files = in_order(&args.files)?;
    let mut shown = Shown { filter, json: args.json, out };
    match show_all(args, &files, &mut shown) {
        // `| head` has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(error.to_string()),
        Ok(()) => Ok(()),
    }
}

fn show_all<W: Write>(args: &ShowArgs, files: &[PathBuf], shown: &mut Shown<W>) -> io::Result<()> {
    if !args.json && io::stdout().is_terminal() {
        shown.say(&head())?;
    }
    let (older, newest) = match files.split_last() {
        Some((newest, older)) if args.follow => (older, Some(newest)),
        Some(_) | None => (files, None),
    };
    for path in older {
        show_file(path, shown)?;
    }
    if let Some(newest) = newest {
        follow(newest, shown)?;
    }
    shown.flush()
}

fn show_file<W: Write>(path: &Path, shown: &mut Shown<W>) -> io::Result<()> {
    let mut lines = Lines::of(path)?;
    while let Next::Line(line) = lines.read()? {
        shown.line(line)?;
    }
    Ok(())
}

impl<W: Write> Shown<W> {
    /// Shows the line, if it was asked for.
    pub(super) fn line(&mut self, line: &[u8]) -> io::Result<()> {
        let line = String::from_utf8_lossy(line);
        if !self.filter.may_admit(&line) {
            return Ok(());
        }
        match serde_json::from_str::<Row>(&line) {
            Ok(row) if !self.filter.admits(&row) => Ok(()),
            Ok(_) if self.json => self.say(&harmless(&line)),
            Ok(row) => self.say(&row.to_line()),
            Err(_) => self.say(&format!("(not a line of an access log) {}", harmless(&line))),
        }
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())?;
        self.out.write_all(b"\n")
    }
}
