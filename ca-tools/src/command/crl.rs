//! `ca-tools crl`: the lists of what is no longer good, for readers that are not our gateway.

use clap::Subcommand;
use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::passphrase;
use super::root_key::{self, RootKey};

use crate::acts::{By, Publisher};
use crate::issuance::lists::{ListFile, NextList, Published, bring};
use crate::issuance::{IssuerFiles, authority};
use crate::language::Text;
use crate::rows::ListOf;

#[derive(Debug, Subcommand)]
pub(crate) enum Crl {
    /// 失効リストを公開する（窓口も毎日、変更のたびに公開する） / sign and publish it; the desk does so daily and after each change
    Publish {
        /// ルートの失効リスト（ルートの鍵が必要。年1回） / the root's list, which needs the root's key; once a year
        #[arg(long)]
        root: bool,
        #[command(flatten)]
        key: RootKey,
    },
}

impl Crl {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        match self {
            Self::Publish { root, key } => {
                let by = context.by().await?;
                if !root && key.is_named() {
                    return Err(CliError::Usage(Text::new(
                        "--root-key と --root-passphrase-file は --root と一緒に使います。何もしていません。",
                        "--root-key and --root-passphrase-file go with --root; nothing was done",
                    )));
                }
                let lists = match root {
                    false => publish(context, &by).await?,
                    true => {
                        let root = key.opened(&context.config.authority)?;
                        vec![root_key::published(context, &by, &root).await?]
                    }
                };
                let said = |line: fn(&Published) -> String| lists.iter().map(line).collect::<Vec<_>>().join("\n");
                let text = Text::new(
                    said(|Published { number, entries, file, next_update }| {
                        let file = file.display();
                        format!(
                            "失効リスト第{number}号（{entries}件）を {file} に公開しました。次回更新　{next_update}"
                        )
                    }),
                    said(|Published { number, entries, file, next_update }| {
                        let file = file.display();
                        format!("published list {number} ({entries} entries) at {file}; next update {next_update}")
                    }),
                );
                let told: Vec<_> = lists.iter().map(in_json).collect();
                let mut json = told.first().cloned().unwrap_or_default();
                json["lists"] = json!(told);
                Ok(Answer::done(text, json))
            }
        }
    }
}

fn in_json(list: &Published) -> Json {
    json!({
        "number": list.number, "entries": list.entries, "file": list.file.display().to_string(),
        "next_update": list.next_update.to_string(),
    })
}

/// Signs the list of each issuing CA in use and brings it to its place; the first is that of the CA
/// which signs now.
async fn publish(context: &CommandContext, by: &By) -> Result<Vec<Published>, CliError> {
    let settings = &context.config.authority;
    let opens = passphrase::given(settings.passphrase_file.as_deref())?;
    let mut lists = Vec::new();
    for issuer in context.writer.ledger().issuers().await? {
        let (files, found) = IssuerFiles::find(settings, &issuer.fingerprint())?;
        let place = ListFile { file: files.crl, signer: found.clone() };
        let issuing = authority(found, &files.certificate, (&files.key, &opens))?;
        let of = ListOf::Issuing(issuer.fingerprint());
        let next = NextList { signer: &issuing, place: &place, of };
        lists.push(bring(&context.writer, Publisher::Operator(by), settings, next).await?);
    }
    Ok(lists)
}

/// Publishes after a revocation. The registry decides and is told already; the list is for others,
/// and what keeps it from being published does not undo the revocation. The number of the list of the
/// CA that signs now, and what to say.
pub(super) async fn published(context: &CommandContext, by: &By) -> (Option<u64>, Text) {
    match publish(context, by).await {
        Ok(lists) => {
            let numbers: Vec<_> = lists.iter().map(|list| list.number.to_string()).collect();
            let said = Text::new(format!("第{}号", numbers.join("・")), format!("list {}", numbers.join(", ")));
            (lists.first().map(|list| list.number), said)
        }
        Err(CliError::Refused(_, why) | CliError::Usage(why)) => (
            None,
            Text::new(
                format!("公開できませんでした。crl publish を実行してください。{}", why.ja),
                format!("not published, run crl publish: {}", why.en),
            ),
        ),
        Err(CliError::Found(_) | CliError::Instead(_)) => (None, Text::new("未公開", "not published")),
    }
}

/// The same after a hold began or ended, where the key opens without a person: nobody who stops a lost device is asked for
/// a passphrase. Else the desk publishes it within seconds.
pub(super) async fn with_list(context: &CommandContext, by: &By, (mut text, mut json): (Text, Json)) -> (Text, Json) {
    if context.config.authority.passphrase_file.is_some() {
        let (number, said) = published(context, by).await;
        text.ja.push_str(&format!("\n失効リスト：{}", said.ja));
        text.en.push_str(&format!("\nrevocation list: {}", said.en));
        json["crl_number"] = json!(number);
    }
    (text, json)
}
