//! `ca-tools ca`: the authorities that gateways trust.

use certs::{AuthorityCert, Fingerprint};
use clap::Subcommand;
use registry::change::next_due;
use serde_json::{Value as Json, json};

use super::add_issuing::AddIssuing;
use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::root_key::{self, RootKey};
use super::two::Two;
use crate::clock::now;
use crate::issuance::IssuerFiles;
use crate::language::Text;
use crate::ledger::Entry;
use crate::proposal::Act;
use crate::sign::read_certificate_pem;

#[derive(Debug, Subcommand)]
pub(crate) enum Ca {
    /// 次の発行認証局を作る：以後の電子証明書はそこから出る（ルートの鍵が必要） / the next issuing CA, which signs from now on
    AddIssuing(AddIssuing),
    /// 発行認証局を使用終了にする（その電子証明書がすべて終わってから） / take an issuing CA out of use, once nothing it signed is
    Retire {
        /// 拇印（ca list で確かめられる） / its fingerprint, as ca list shows it
        fingerprint: Fingerprint,
        #[command(flatten)]
        root: RootKey,
        #[command(flatten)]
        two: Two,
    },
    /// 一覧 / list
    List,
}

impl Ca {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        match self {
            Self::AddIssuing(wanted) => wanted.run(context).await,
            Self::Retire { fingerprint, root, two } => retire(context, fingerprint, (&root, &two)).await,
            Self::List => list(context).await,
        }
    }
}

async fn retire(
    context: &CommandContext,
    fingerprint: Fingerprint,
    (root, two): (&RootKey, &Two),
) -> Result<Answer, CliError> {
    let by = two.way(context, &Act::RetireIssuing { issuer: fingerprint }).await?;
    context.confirm(Text::new(
        format!("発行認証局 {fingerprint} を使用終了にします。取り消せません。"),
        format!("the issuing CA {fingerprint} will be retired for ever"),
    ))?;
    let version = context.writer.retire_issuing(&by, &fingerprint).await?;
    let lines = for_gateways(context).await?;
    // It is retired whatever becomes of the list.
    let list = match root_key::published_if_here(context, &by, root).await {
        Ok(said) => said,
        Err(CliError::Refused(_, why) | CliError::Usage(why)) => Text::new(
            format!("ルートの失効リストを公開できませんでした。crl publish --root を実行してください。{}", why.ja),
            format!("the root's list is not published, run crl publish --root: {}", why.en),
        ),
        Err(CliError::Found(_) | CliError::Instead(_)) => {
            Text::new("ルートの失効リスト：未公開", "the root's list is not published")
        }
    };
    let mut text = Text::new(
        format!("発行認証局 {fingerprint} を使用終了にしました。\n{}\n{}", list.ja, lines.ja),
        format!("retired the issuing CA {fingerprint}\n{}\n{}", list.en, lines.en),
    );
    // Where its certificate is not here any more, its key is not either.
    if let Ok((files, _)) = IssuerFiles::find(&context.config.authority, &fingerprint) {
        let (key, signing) = (files.key.display(), files.signing_key.display());
        text.ja.push_str(&format!("\nもう使わない鍵を消してください：{key} {signing}"));
        text.en.push_str(&format!("\nits keys are of no use any more, remove them: {key} {signing}"));
    }
    Ok(Answer::done(text, json!({ "fingerprint": fingerprint.to_string(), "state": "retired", "version": version })))
}

async fn list(context: &CommandContext) -> Result<Answer, CliError> {
    let mut authorities = context.writer.ledger().authorities(now()).await?;
    for entry in &mut authorities {
        tell_dates(context, entry);
    }
    let columns = &["kind", "state", "file", "fingerprint", "not_after", "next_due", "in_use", "crl_number"];
    Ok(Answer::list(authorities, columns).with_note(for_gateways(context).await?))
}

/// What its certificate says, and where that lies.
fn tell_dates(context: &CommandContext, entry: &mut Entry) {
    let pem = entry.get("certificate").and_then(Json::as_str).unwrap_or_default();
    // One that cannot be read is the doctor's business; it is listed without dates.
    let found = read_certificate_pem(pem).ok().and_then(|der| AuthorityCert::read(&der).ok());
    let issuing = entry.get("kind").is_some_and(|kind| kind == "issuing");
    let said = |found: &AuthorityCert| {
        let due = issuing.then(|| next_due(found.validity()).to_string());
        let file = IssuerFiles::find(&context.config.authority, &found.fingerprint());
        let file = file.ok().map(|(files, _)| files.certificate.display().to_string());
        [
            ("not_before", json!(found.validity().not_before.to_string())),
            ("not_after", json!(found.validity().not_after.to_string())),
            ("next_due", json!(due)),
            ("file", json!(file)),
        ]
    };
    if let Some(found) = found {
        entry.extend(said(&found).map(|(name, value)| (name.to_owned(), value)));
    }
}

/// The line that each gateway's configuration needs now, and when the next CA is due.
pub(super) async fn for_gateways(context: &CommandContext) -> Result<Text, CliError> {
    let issuers = context.writer.ledger().issuers().await?;
    let line = crate::issuance::gateway_line(&context.config.authority, &issuers);
    let due = issuers.first().map(|newest| next_due(newest.validity()).to_string()).unwrap_or_default();
    Ok(Text::new(
        format!(
            "gateway.toml の [devices]：{line}（ファイルは gateway が読める場所に写す）\n次の発行認証局を作る時期：{due}"
        ),
        format!(
            "[devices] in gateway.toml: {line} (copied to where the gateway may read)\nthe next issuing CA is due: {due}"
        ),
    ))
}
