//! `ca-tools ca add-issuing`: the next issuing CA is made, and signs from then on.
//!
//! Its files are brought to their place first, its certificate last of them; then the registry is
//! told. What was cut short in between signs nothing, and the same command goes on with it. With
//! `--prepare` it stops there, so that the gateways can be told before the first certificate comes.

use certs::{AuthorityCert, lint};
use clap::Args;
use serde_json::json;

use super::answer::Answer;
use super::authority::for_gateways;
use super::context::CommandContext;
use super::error::CliError;
use super::passphrase;
use super::root_key::{self, RootKey};
use super::two::{Approved, Two};
use crate::acts::By;
use crate::clock::now;
use crate::config::files;
use crate::issuance::{IssuerFiles, IssuerName, Output, Overwrite, authority, certificate, gateway_line};
use crate::key::{self, Passphrase};
use crate::language::Text;
use crate::proposal::Act;
use crate::rows::{Authority as Known, AuthorityKind};
use crate::sign::{Authority, certificate_pem, make_issuing, make_signing};

#[derive(Args, Debug)]
pub(crate) struct AddIssuing {
    /// 認証局の名前（英数字と - の16文字まで。証明書の名前とファイル名に入る） / tells it from the others
    #[arg(long)]
    name: IssuerName,
    #[command(flatten)]
    root: RootKey,
    /// ファイルだけ作り、まだ使い始めない（先に gateway に足すため） / only make its files; nothing is signed with it yet
    #[arg(long)]
    prepare: bool,
    #[command(flatten)]
    two: Two,
    #[command(flatten)]
    approved: Approved,
}

impl AddIssuing {
    pub(super) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let act = Act::AddIssuing { name: self.name.as_str().to_owned() };
        let by = self.two.or_approved(context, (&act, &self.approved)).await?;
        context.writer.may_keep_keys(&by).await?;
        // Told before a key is made.
        context.writer.may_do(&by, &act).await?;
        self.meant(context)?;
        let settings = &context.config.authority;
        let place = IssuerFiles::of_name(settings, Some(&self.name));
        let root = certificate(&settings.directory.join(files::ROOT))?;
        let opens = passphrase::given(settings.passphrase_file.as_deref())?;
        let issuing = match certificate(&place.certificate) {
            Ok(found) => self.left_behind(found, &root, &place, &opens)?,
            Err(_) => self.made(context, &by, &place, &opens).await?,
        };
        context.writer.ledger().name_is_free(&issuing).await?;
        let fingerprint = issuing.fingerprint();
        let at = |path: &std::path::Path| path.display().to_string();
        let mut json = json!({
            "fingerprint": fingerprint.to_string(), "not_after": issuing.validity().not_after.to_string(),
            "certificate": at(&place.certificate), "crl": at(&place.crl), "state": "prepared",
        });
        if self.prepare {
            let mut trusted = context.writer.ledger().issuers().await?;
            trusted.insert(0, issuing);
            let (line, name) = (gateway_line(settings, &trusted), self.name.as_str());
            let text = Text::new(
                format!(
                    "発行認証局のファイルを作りました。まだ使われません。\n拇印　{fingerprint}\n次にすること\n\
                     1. すべての gateway.toml の [devices] を {line} とし（gateway が読める場所に写したもの）、再読み込みする\n\
                     2. ca-tools ca add-issuing --name {name} で使い始める（ルートの鍵はもう要りません）"
                ),
                format!(
                    "made the files of the issuing CA; nothing is signed with it yet\nfingerprint  {fingerprint}\nwhat to do next\n\
                     1. [devices] in every gateway.toml: {line} (copied to where the gateway may read), and reload\n\
                     2. ca-tools ca add-issuing --name {name}: it signs from then on (the root's key is not needed again)"
                ),
            );
            return Ok(Answer::done(text, json));
        }
        let version = self.begin(context, &by, &issuing).await?;
        let (list, said) = super::crl::published(context, &by).await;
        json["crl_number"] = json!(list);
        json["state"] = json!("active");
        json["version"] = json!(version);
        let lines = for_gateways(context).await?;
        let text = Text::new(
            format!(
                "発行認証局を加えました。これからの電子証明書はここから出ます。\n拇印　{fingerprint}\n失効リスト：{}\n{}\n\
                 gateway に足すまで、新しい電子証明書は通りません。ルートの媒体は外して保管してください。",
                said.ja, lines.ja
            ),
            format!(
                "added the issuing CA, which signs from now on\nfingerprint  {fingerprint}\nrevocation list  {}\n{}\n\
                 until the gateways know it, what it signs does not pass; put the root's medium away",
                said.en, lines.en
            ),
        );
        Ok(Answer::done(text, json))
    }

    fn meant(&self, context: &CommandContext) -> Result<(), CliError> {
        if self.prepare {
            return Ok(());
        }
        let name = self.name.as_str();
        context.confirm(Text::new(
            format!(
                "発行認証局「{name}」を使い始めます。これからの電子証明書は、これを知らない gateway では通りません。"
            ),
            format!("the issuing CA {name:?} begins to sign; what it signs passes no gateway that does not know it"),
        ))
    }

    async fn begin(&self, context: &CommandContext, by: &By, issuing: &AuthorityCert) -> Result<u64, CliError> {
        let known = Known {
            fingerprint: issuing.fingerprint(),
            kind: AuthorityKind::Issuing,
            pem: certificate_pem(issuing.der())?,
        };
        Ok(context.writer.add_issuing(by, (self.name.as_str(), issuing), known).await?)
    }

    /// What an earlier run made and did not tell the registry: good only if our root signed it and
    /// its key is there.
    fn left_behind(
        &self,
        found: AuthorityCert,
        root: &AuthorityCert,
        place: &IssuerFiles,
        opens: &Passphrase,
    ) -> Result<AuthorityCert, CliError> {
        if lint::verify(found.der(), Some(root.der())).is_err() {
            let file = place.certificate.display();
            return Err(CliError::Refused(
                "ca_of_another_house",
                Text::new(
                    format!(
                        "{file} は、このルートの発行認証局ではありません。別の --name にするか、このファイルを除いてください。"
                    ),
                    format!("{file} is no issuing CA of this root: give another --name, or take the file away"),
                ),
            ));
        }
        Ok(authority(found, &place.certificate, (&place.key, opens))?.certificate().clone())
    }

    async fn made(
        &self,
        context: &CommandContext,
        by: &By,
        place: &IssuerFiles,
        opens: &Passphrase,
    ) -> Result<AuthorityCert, CliError> {
        let settings = &context.config.authority;
        let root = self.root.opened_by(settings, Some(opens))?;
        let now = now();
        let issuing = make_issuing(self.name.as_str(), &root, now)?;
        context.writer.ledger().name_is_free(issuing.certificate()).await?;
        let signing = make_signing(self.name.as_str(), &issuing, now)?;
        write(place, &issuing, &signing.pem, &key::seal(&signing.key, opens)?, opens)?;
        // The medium is here, as it will not be for years: its list begins anew.
        root_key::published(context, by, &root).await?;
        Ok(issuing.certificate().clone())
    }
}

/// Each file whole or not there; the certificate last, so that where it is, all are. What lies there
/// without it was cut short and has signed nothing: it is replaced.
fn write(
    place: &IssuerFiles,
    issuing: &Authority,
    signing: &str,
    signing_key: &str,
    opens: &Passphrase,
) -> Result<(), CliError> {
    let secret = |path: &std::path::Path, text: &str| Output::at(path, Overwrite::Replace)?.finish(text.as_bytes());
    secret(&place.key, &key::seal(issuing.key(), opens)?)?;
    secret(&place.signing_key, signing_key)?;
    Output::at(&place.signing, Overwrite::Replace)?.finish_public(signing.as_bytes())?;
    let pem = certificate_pem(issuing.certificate().der())?;
    Ok(Output::at(&place.certificate, Overwrite::Refuse)?.finish_public(pem.as_bytes())?)
}
