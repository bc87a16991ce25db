//! `gateway run | check | log verify | log show`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use access_log::command as log;
use clap::{CommandFactory, Parser, Subcommand};
use gateway::capacity::{Machine, WorstCase};
use gateway::config::Config;
use gateway::replay::ReplayArgs;
use gateway::rules::Rules;
use gateway::run::{Running, StartRefusal};
use logging::{LogFormat, complain};
use tokio::signal::unix::{SignalKind, signal};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A mutual-TLS gateway: nothing passes without both factors.
#[derive(Debug, Parser)]
#[command(name = "gateway", version)]
struct Arguments {
    /// How lines on the standard error stream are written; RUST_LOG says which.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Listen. SIGHUP reads everything again, SIGTERM ends after what runs is answered.
    Run {
        /// The configuration.
        #[arg(long)]
        config: PathBuf,
    },
    /// Tell every mistake of a configuration and of the files it names; with --replay, who would be locked out by it.
    Check {
        /// The configuration.
        #[arg(long)]
        config: PathBuf,
        #[command(flatten)]
        replay: ReplayArgs,
    },
    /// What a shell is told to complete by.
    Completion {
        /// The shell.
        shell: manual::Shell,
    },
    /// Read access logs.
    Log {
        #[command(subcommand)]
        command: LogVerb,
    },
    /// Write man pages, in Japanese and English.
    Man {
        /// Where to: into man1 and ja/man1 below it.
        #[arg(long)]
        out: PathBuf,
    },
}

/// What is done with access logs.
#[derive(Debug, Subcommand)]
enum LogVerb {
    #[command(flatten)]
    Read(log::LogCommand),
    /// Archive and remove lines that are older than the policy says, and keep their heads; the gateway does so by itself each hour
    End {
        /// The configuration.
        #[arg(long)]
        config: PathBuf,
        /// Only tell which files it is time for.
        #[arg(long)]
        dry_run: bool,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Err(error) = logging::begin(arguments.log_format) {
        complain(&format!("gateway: RUST_LOG: {error}"));
        return ExitCode::from(2);
    }
    match arguments.command {
        Command::Run { config } => run(&config),
        Command::Check { config, replay } if replay.replay.is_empty() => check(&config),
        Command::Check { config, replay } => lockout(&config, &replay),
        Command::Completion { shell } => completion(shell),
        Command::Log { command: LogVerb::Read(command) } => command.run(),
        Command::Log { command: LogVerb::End { config, dry_run } } => end_lines(&config, dry_run),
        Command::Man { out } => man(&out),
    }
}

/// The grammar, in both languages.
fn grammar() -> clap::Command {
    manual::in_both_languages(Arguments::command())
}

fn completion(shell: manual::Shell) -> ExitCode {
    let script = manual::completion(shell, grammar(), pages::Language::English);
    match std::io::stdout().lock().write_all(script.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("gateway: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn man(out: &std::path::Path) -> ExitCode {
    match manual::write(out, &grammar()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("gateway: {}: {error}", out.display()));
            ExitCode::FAILURE
        }
    }
}

fn check(path: &std::path::Path) -> ExitCode {
    match Rules::read(path) {
        Ok(rules) => {
            let (most, machine) = (worst_case(&rules.config), Machine::this());
            let mut out = std::io::stdout().lock();
            // A reader that went away does not change what was found; the exit code tells it.
            let _ = writeln!(
                out,
                "{}: sound; {} site(s)\nall limits full: {} MiB of memory, {} descriptors",
                path.display(),
                rules.sites.len(),
                most.octets >> 20,
                most.descriptors
            );
            if rules.journal_key.is_none() {
                let _ = writeln!(
                    out,
                    "registry.journal_key is not set: a restored registry is not followed by itself, not even a signed one"
                );
            }
            for beyond in most.beyond(machine) {
                complain(&format!("{}: {beyond}", path.display()));
            }
            ExitCode::SUCCESS
        }
        Err(mistakes) => {
            tell(&mistakes);
            ExitCode::FAILURE
        }
    }
}

/// 1 where somebody would be locked out; what cannot be read or is wrong is 2, so that it is not taken for that.
fn lockout(path: &std::path::Path, replay: &ReplayArgs) -> ExitCode {
    let rules = match Rules::read(path) {
        Ok(rules) => rules,
        Err(mistakes) => {
            tell(&mistakes);
            return ExitCode::from(2);
        }
    };
    match gateway::replay::run(replay, (&rules, path), &mut std::io::stdout().lock()) {
        Ok(true) => ExitCode::from(1),
        Ok(false) => ExitCode::SUCCESS,
        Err(why) => {
            complain(&format!("gateway check --replay: {why}"));
            ExitCode::from(2)
        }
    }
}

/// What was ended, a file a line.
fn end_lines(path: &std::path::Path, dry: bool) -> ExitCode {
    let rules = match Rules::read(path) {
        Ok(rules) => rules,
        Err(mistakes) => {
            tell(&mistakes);
            return ExitCode::FAILURE;
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = runtime.map_err(|why| why.to_string());
    match ended.and_then(|runtime| runtime.block_on(gateway::ending::end_old_lines(&rules.config, dry))) {
        Ok(ended) => {
            let mut out = std::io::stdout().lock();
            let verb = if dry { "would be " } else { "" };
            for access_log::EndedFile { file, how, lines: (first, last), until, size } in &ended {
                let (file, how) = (file.display(), how.as_str());
                // A reader that went away does not change what was done.
                let _ =
                    writeln!(out, "{file}: {verb}{how}; lines {first} to {last}, the last of {until}, {size} octets");
            }
            let _ = writeln!(out, "{} files {verb}ended", ended.len());
            ExitCode::SUCCESS
        }
        Err(why) => {
            complain(&format!("gateway: {why}"));
            ExitCode::FAILURE
        }
    }
}

fn worst_case(config: &Config) -> WorstCase {
    WorstCase::of(config, std::thread::available_parallelism().map_or(1, std::num::NonZero::get) as u64)
}

fn tell(mistakes: &[String]) {
    for mistake in mistakes {
        complain(mistake);
    }
}

fn run(path: &std::path::Path) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&format!("gateway: no threads to run on: {error}"));
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(serve(path))
}

async fn serve(path: &std::path::Path) -> ExitCode {
    let (mut hangup, mut terminate, mut interrupt) = match signals() {
        Ok(signals) => signals,
        Err(error) => {
            complain(&format!("gateway: signals cannot be heard: {error}"));
            return ExitCode::FAILURE;
        }
    };
    Machine::open_up();
    let running = match Running::start(path).await {
        Ok(running) => running,
        Err(StartRefusal::Mistakes(mistakes)) => {
            tell(&mistakes);
            return ExitCode::FAILURE;
        }
        Err(error) => {
            complain(&format!("gateway: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let most = worst_case(&running.state().rules.load().config);
    for beyond in most.beyond(Machine::this()) {
        tracing::warn!("{beyond}");
    }
    tracing::info!(addresses = ?running.addresses(), "listening");
    loop {
        tokio::select! {
            _ = hangup.recv() => match running.reload() {
                Ok(()) => tracing::info!("reloaded"),
                Err(mistakes) => {
                    tell(&mistakes);
                    tracing::error!(mistakes = mistakes.len(), "not reloaded; the old configuration stays in force");
                }
            },
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
        }
    }
    tracing::info!("shutting down");
    running.stop().await;
    ExitCode::SUCCESS
}

type Signals = (tokio::signal::unix::Signal, tokio::signal::unix::Signal, tokio::signal::unix::Signal);

fn signals() -> std::io::Result<Signals> {
    Ok((signal(SignalKind::hangup())?, signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(command: &clap::Command) -> usize {
        let said = |text: Option<&clap::builder::StyledStr>| text.map(ToString::to_string).unwrap_or_default();
        let both =
            |text: String| text.split_once(" / ").is_some_and(|(one, other)| !one.is_ascii() && !other.is_empty());
        assert!(both(said(command.get_about())), "{} is not explained in both languages", command.get_name());
        for arg in command.get_arguments() {
            assert!(both(said(arg.get_help())), "{} {}", command.get_name(), arg.get_id());
        }
        1 + command.get_subcommands().map(walk).sum::<usize>()
    }

    #[test]
    fn every_command_and_every_argument_is_explained_in_both_languages() {
        assert_eq!(walk(&grammar()), 9);
    }
}
