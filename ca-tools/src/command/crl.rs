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

#[derive(Debug, Subcommand)]
pub(crate) enum Crl {
    /// 失効リストを公開する / sign and publish it
    Publish,
}

impl Crl {
    pub(crate) async fn run(self, counter: &Counter) -> Result<Answer, Stop> {
        match self {
            Self::Publish => {
                let by = counter.by()?;
                let settings = &counter.config.authority;
                let vault = Vault::open(settings, &passphrase::given(settings.passphrase_file.as_deref())?)?;
                // A list is there to be replaced by the next one.
                let out = Output::at(&settings.crl, Overwrite::Replace)?;
                let issuer = vault.issuing.certificate().fingerprint();
                let number = counter.writer.next_crl_number(&by, &issuer).await?;
                let entries = counter.writer.revoked(&issuer, by.at).await?;
                let list = crl::publish(&entries, number, &vault.issuing, by.at)?;
                let file = out.target().display().to_string();
                out.finish_public(&list.der)?;
                let until = list.next_update.to_string();
                let text = Text::new(
                    format!("失効リスト第{number}号（{}件）を {file} に公開しました。次回更新　{until}", entries.len()),
                    format!("published list {number} ({} entries) at {file}; next update {until}", entries.len()),
                );
                let json = json!({ "number": number, "entries": entries.len(), "file": file, "next_update": until });
                Ok(Answer::done(text, json))
            }
        }
    }
}
