//! `ca-tools ca`: the authorities that gateways trust.

use clap::Subcommand;

use super::answer::Answer;
use super::counter::Counter;
use super::stop::Stop;

#[derive(Debug, Subcommand)]
pub(crate) enum Ca {
    /// 一覧 / list
    List,
}

impl Ca {
    pub(crate) async fn run(self, counter: &Counter) -> Result<Answer, Stop> {
        match self {
            Self::List => {
                Ok(Answer::list(counter.writer.authorities().await?, &["kind", "state", "fingerprint", "crl_number"]))
            }
        }
    }
}
