//! Attacks a running quickstart from outside, and measures what those notice of it who do nothing wrong.
//!
//! It knows a gateway only by what anybody sees: its sites, its figures, its log, and the commands that `quickstart.env`
//! names. Everything goes to and comes from loopback, lasts a bounded time, and ends with its process.

mod ask;
mod attack;
mod bystander;
mod cut;
mod dial;
mod environment;
mod frames;
mod honest;
mod measure;
mod row;
mod table;
mod wire;

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use tokio::time::Instant;

use attack::{Assault, Attack};
use environment::{Environment, told};
use row::{Lasts, Row};

/// Attacks a quickstart and measures what honest people notice.
#[derive(Debug, Parser)]
struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Measures: the honest alone, then beside each attack
    Measure {
        /// The quickstart's own words
        #[arg(long, value_name = "DIR/quickstart.env")]
        env: PathBuf,
        /// These attacks only
        #[arg(long, value_delimiter = ',')]
        only: Vec<Attack>,
        /// How long each attack lasts
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(8..=120))]
        seconds: u64,
        /// How long the honest are alone before each
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(5..=120))]
        calm: u64,
        /// Adds the rows to those in this file, or puts them in their place, instead of showing them
        #[arg(long)]
        json: Option<PathBuf>,
    },
    /// Shows rows that were measured
    Table {
        /// Each file with the name its gateway is to go by
        #[arg(required = true, value_name = "NAME=FILE")]
        files: Vec<String>,
    },
    /// Says which attacks there are
    List,
    /// Attacks, and measures nothing
    Attack {
        name: Attack,
        #[arg(long)]
        env: PathBuf,
        #[arg(long)]
        seconds: u64,
    },
}

impl Attack {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse().what).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hostile: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(what: What) -> io::Result<()> {
    match what {
        What::Measure { env, only, seconds, calm, json } => {
            let env = Environment::read(&env)?;
            let attacks = if only.is_empty() { Attack::value_variants() } else { &only };
            let lasts = Lasts { calm: Duration::from_secs(calm), attacked: Duration::from_secs(seconds) };
            let mut rows = Vec::new();
            for attack in attacks {
                let row = row::measure(&env, *attack, lasts).await?;
                match &json {
                    Some(json) => keep(json, &row)?,
                    None => rows.push(("this".to_owned(), row)),
                }
            }
            if json.is_none() {
                println!("{}", table::markdown(&rows));
            }
        }
        What::Table { files } => println!("{}", table::markdown(&read_all(&files)?)),
        What::List => Attack::value_variants().iter().for_each(|attack| println!("{}", attack.name())),
        What::Attack { name, env, seconds } => {
            let until = Instant::now() + Duration::from_secs(seconds);
            let told = name.run(Assault { env: Environment::read(&env)?, until }).await?;
            println!("{}", serde_json::Value::Object(told));
        }
    }
    Ok(())
}

/// Adds a row to a file; an older one of the same attack makes room.
fn keep(file: &Path, row: &Row) -> io::Result<()> {
    let mut rows = if file.exists() { read(file)? } else { Vec::new() };
    rows.retain(|old| old.attack != row.attack);
    rows.push(row.clone());
    std::fs::write(file, serde_json::to_vec_pretty(&rows)?)
}

fn read(file: &Path) -> io::Result<Vec<Row>> {
    let octets = std::fs::read(file).map_err(|error| told(format!("{}: {error}", file.display())))?;
    serde_json::from_slice(&octets).map_err(|error| told(format!("{}: {error}", file.display())))
}

/// The rows of one attack stand below each other, in the order of the files.
fn read_all(files: &[String]) -> io::Result<Vec<(String, Row)>> {
    let mut rows = Vec::new();
    for named in files {
        let (name, file) = named.split_once('=').ok_or_else(|| told(format!("{named}: is not NAME=FILE")))?;
        rows.extend(read(Path::new(file))?.into_iter().map(|row| (name.to_owned(), row)));
    }
    let place = |row: &Row| Attack::value_variants().iter().position(|attack| attack.name() == row.attack);
    rows.sort_by_key(|(_, row)| place(row));
    Ok(rows)
}
