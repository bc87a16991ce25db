//! `ca-tools crl`: the list of revoked certificates, for readers that are not our gateway.

use clap::Subcommand;
use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::counter::Counter;
use super::passphrase;
use super::stop::Stop;
use crate::crl;
use crate::issuance::{IssuerFiles, Output, Overwrite, authority};
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
                let lists = publish(counter, &counter.by()?).await?;
                let said = |line: fn(&Published) -> String| lists.iter().map(line).collect::<Vec<_>>().join("\n");
                let text = Text::new(
                    said(|Published { number, entries, file, next_update }| {
                        format!(
                            "失効リスト第{number}号（{entries}件）を {file} に公開しました。次回更新　{next_update}"
                        )
                    }),
                    said(|Published { number, entries, file, next_update }| {
                        format!("published list {number} ({entries} entries) at {file}; next update {next_update}")
                    }),
                );
                let told: Vec<_> = lists.iter().map(Published::json).collect();
                let mut json = told.first().cloned().unwrap_or_default();
                json["lists"] = json!(told);
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

impl Published {
    fn json(&self) -> Json {
        json!({ "number": self.number, "entries": self.entries, "file": self.file, "next_update": self.next_update })
    }
}

/// Signs the list of each issuing CA in use and brings it to its place; the first is that of the CA
/// which signs now.
pub(super) async fn publish(counter: &Counter, by: &By) -> Result<Vec<Published>, Stop> {
    let settings = &counter.config.authority;
    let opens = passphrase::given(settings.passphrase_file.as_deref())?;
    let mut lists = Vec::new();
    for issuer in counter.writer.issuers().await? {
        let (files, found) = IssuerFiles::find(settings, &issuer.fingerprint())?;
        let issuing = authority(found, &files.certificate, (&files.key, &opens))?;
        // A list is there to be replaced by the next one.
        let out = Output::at(&files.crl, Overwrite::Replace)?;
        let issuer = issuer.fingerprint();
        let number = counter.writer.next_crl_number(by, &issuer).await?;
        let entries = counter.writer.revoked(&issuer, by.at).await?;
        let list = crl::publish(&entries, number, &issuing, by.at)?;
        let file = out.target().display().to_string();
        out.finish_public(&list.der)?;
        lists.push(Published { number, entries: entries.len(), file, next_update: list.next_update.to_string() });
    }
    Ok(lists)
}

/// Publishes after a revocation. The registry decides and is told already; the list is for others,
/// and what keeps it from being published does not undo the revocation. The number of the list of the
/// CA that signs now, and what to say.
pub(super) async fn published(counter: &Counter, by: &By) -> (Option<u64>, Text) {
    match publish(counter, by).await {
        Ok(lists) => {
            let numbers: Vec<_> = lists.iter().map(|list| list.number.to_string()).collect();
            let said = Text::new(format!("第{}号", numbers.join("・")), format!("list {}", numbers.join(", ")));
            (lists.first().map(|list| list.number), said)
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
