//! One command line → one answer.

use std::process::ExitCode;

use ca_tools::command::{self, Cli};

#[tokio::main]
async fn main() -> ExitCode {
    command::run(Cli::read()).await
}
