//! One command line → one answer.

use std::process::ExitCode;

use ca_tools::command::{self, Cli};
use ca_tools::key::keep_memory_to_ourselves;
use logging::complain;

#[tokio::main]
async fn main() -> ExitCode {
    if let Err(why) = keep_memory_to_ourselves() {
        complain(&format!(
            "鍵をこのプログラムの外から読めないようにできません / memory cannot be kept to this program: {why}"
        ));
        return ExitCode::from(1);
    }
    command::run(Cli::read()).await
}
