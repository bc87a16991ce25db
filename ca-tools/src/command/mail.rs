//! `ca-tools mail`: which letters wait, which left, which were refused.

use clap::{Subcommand, ValueEnum};
use serde_json::json;

use super::answer::Answer;
use super::counter::Counter;
use super::stop::Stop;
use crate::language::Text;
use crate::ledger::MailFilter;

#[derive(Debug, Subcommand)]
pub(crate) enum Mail {
    /// 一覧 / list
    List {
        #[arg(long, value_enum)]
        state: Option<State>,
        /// この端末・申請・事業所についてのもの / about this device, application or office
        #[arg(long, value_name = "NO")]
        about: Option<String>,
    },
    /// 詳細 / one letter
    Show { mail: i64 },
    /// もう一度送る（送信先に断られたもの、待っているもの） / try again at once
    Retry { mail: i64 },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum State {
    /// 送信待ち
    Queued,
    /// 送信済み
    Sent,
    /// 送信先が断った
    Refused,
    /// 不要になった
    Dropped,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::Dropped => "dropped",
        }
    }
}

impl Mail {
    pub(crate) async fn run(self, counter: &Counter) -> Result<Answer, Stop> {
        let writer = &counter.writer;
        match self {
            Self::List { state, about } => {
                let filter = MailFilter { state: state.map(State::as_str), about };
                let columns = &["mail", "state", "kind", "recipient", "about", "tries", "next_at", "problem"];
                Ok(Answer::list(writer.mails(filter).await?, columns))
            }
            Self::Show { mail } => Ok(Answer::entry(writer.mail(mail).await?)),
            Self::Retry { mail } => {
                let version = writer.retry_mail(&counter.by()?, mail).await?;
                let text = Text::new(
                    format!("メール {mail} を、窓口（ca-tools serve）がすぐにもう一度送ります。"),
                    format!("mail {mail} is tried again at once by the desk (ca-tools serve)"),
                );
                Ok(Answer::done(text, json!({ "mail": mail, "state": "queued", "version": version })))
            }
        }
    }
}
