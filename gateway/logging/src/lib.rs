//! How both programs speak to operations: one line a thing that happened, on the standard error stream.

use std::io::{IsTerminal, Write, stderr};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{FromEnvError, LevelFilter};

/// How a line is written.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// An object a line, for programs that collect lines.
    Json,
}

/// Begins; `RUST_LOG` says what is told, `info` where it says nothing. Colours are for a terminal only (<https://no-color.org>
/// is honoured there).
///
/// # Errors
/// `RUST_LOG` cannot be read.
pub fn begin(format: LogFormat) -> Result<(), FromEnvError> {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env()?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    // Without a terminal never; with one, as the library finds it.
    match (format, stderr().is_terminal()) {
        (LogFormat::Json, _) => lines.json().flatten_event(true).with_ansi(false).init(),
        (LogFormat::Text, false) => lines.with_ansi(false).init(),
        (LogFormat::Text, true) => lines.init(),
    }
    Ok(())
}

/// A line to whoever started a program. Where the standard error stream leads to a full disk or to nobody there is nobody to
/// complain to, and that is no reason to stop: `eprintln!` would panic.
pub fn complain(text: &str) {
    let _ = writeln!(stderr().lock(), "{text}");
}
