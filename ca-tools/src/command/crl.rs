//! `ca-tools crl`: the list of revoked certificates, for readers that are not our gateway.

use clap::Subcommand;
use serde_json::json;

use super::answer::Answer;
use super::counter::Counter;
use super::passphrase;
use super::stop::Stop;
use crate::crl;
use crate::issuance::{Output, Overwrite, Vault};
use crate::language::Text;
use crate::writer::By;

#[derive(Debug, Subcommand)]
pub(crate) enum Crl {
    /// 失効リストを公開する / sign and publish it
    Publish,
}

impl Crl {
    pub(crate) async fn run(self, counter: &Counter) -> Result<Answer, Stop> {
        match self {
            Self::Publish => {
                let published = publish(counter, &counter.by()?).await?;
                let Published { number, entries, file, next_update } = &published;
                let text = Text::new(
                    format!("失効リスト第{number}号（{entries}件）を {file} に公開しました。次回更新　{next_update}"),
                    format!("published list {number} ({entries} entries) at {file}; next update {next_update}"),
                );
                let json = json!({ "number": number, "entries": entries, "file": file, "next_update": next_update });
                Ok(Answer::done(text, json))
            }
        }
    }
}

/// A list that was published.
pub(super) struct Published {
    pub(super) number: u64,
    entries: usize,
    file: String,
    next_update: String,
}

/// Signs the list and brings it to its place.
pub(super) async fn publish(counter: &Counter, by: &By) -> Result<Published, Stop> {
    let settings = &counter.config.authority;
    let vault = Vault::open(settings, &passphrase::given(settings.passphrase_file.as_deref())?)?;
    // A list is there to be replaced by the next one.
    let out = Output::at(&settings.crl, Overwrite::Replace)?;
    let issuer = vault.issuing.certificate().fingerprint();
    let number = counter.writer.next_crl_number(by, &issuer).await?;
    let entries = counter.writer.revoked(&issuer, by.at).await?;
    let list = crl::publish(&entries, number, &vault.issuing, by.at)?;
    let file = out.target().display().to_string();
    out.finish_public(&list.der)?;
    Ok(Published { number, entries: entries.len(), file, next_update: list.next_update.to_string() })
}

/// Publishes after a revocation. The registry decides and is told already; the list is for others,
/// and what keeps it from being published does not undo the revocation. Its number, and what to say.
pub(super) async fn published(counter: &Counter, by: &By) -> (Option<u64>, Text) {
    match publish(counter, by).await {
        Ok(published) => {
            let said = format!("第{}号", published.number);
            (Some(published.number), Text::new(said, format!("list {}", published.number)))
        }
        Err(Stop::Refused(_, why) | Stop::Usage(why)) => (
            None,
            Text::new(
                format!("公開できませんでした。crl publish を実行してください。{}", why.ja),
                format!("not published, run crl publish: {}", why.en),
            ),
        ),
        Err(Stop::Found(_)) => (None, Text::new("未公開", "not published")),
    }
}
