//! `ca-tools init`: the root and the issuing CA, the registry, the configuration; all or nothing.

use std::path::{Path, PathBuf};

use aws_lc_rs::rand;
use clap::Args;
use registry::LoginId;
use serde_json::json;

use super::answer::Answer;
use super::context::by;
use super::error::CliError;
use super::global::Global;
use super::making::{Making, folder, unwritable};
use super::passphrase;
use crate::acts::{FIRST_LIST, Founding, ProofMethod, Writer};
use crate::clock::now;
use crate::config::DatabaseUrl;
use crate::config::JournalFiles;
use crate::config::{AuthorityFiles, files};
use crate::crl::{self, Term};
use crate::issuance::lists::ListLock;
use crate::issuance::{Output, Overwrite};
use crate::key::{self, Passphrase, PrivateKey, read_secret, write_secret};
use crate::language::Text;
use crate::letters::Seal;
use crate::password::RandomRefusal;
use crate::refusal::Refusal;
use crate::rows::{Authority as Known, AuthorityKind};
use crate::sign::{Authority, certificate_pem, make_issuing, make_root, make_signing};

#[derive(Args, Debug)]
pub(crate) struct Init {
    /// 作成する場所（空か、まだないディレクトリ） / an empty directory, or one that is not there yet
    #[arg(long)]
    dir: PathBuf,
    /// 台帳（省略時は DIR/registry.db） / sqlite:PATH or postgres://…
    #[arg(long, value_name = "URL")]
    registry: Option<DatabaseUrl>,
    /// 台帳のパスワードのファイル（0600。コマンドの一覧に残る URL には書かない） / the password of the registry's server
    #[arg(long, value_name = "FILE", requires = "registry")]
    registry_password_file: Option<PathBuf>,
    /// 鍵を守るパスフレーズのファイル（0600） / its first line protects the keys
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// ルートの鍵だけ別のパスフレーズにする / another passphrase for the root
    #[arg(long, value_name = "FILE")]
    root_passphrase_file: Option<PathBuf>,
    /// 台帳を読むだけの PostgreSQL ロール / a PostgreSQL role that may read, and no more
    #[arg(long, value_name = "ROLE")]
    reader: Option<String>,
}

impl Init {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer, CliError> {
        // Nobody is an operator yet; whoever makes the house is named in its first event.
        let founder: LoginId = match &global.operator {
            Some(operator) => operator.clone(),
            None => "init".parse().map_err(|_| RandomRefusal)?,
        };
        let by = by(global, &founder, ProofMethod::Founding)?;
        let target = absolute(&self.dir)?;
        refuse_taken(&target)?;
        let opens_issuing = passphrase::chosen(self.passphrase_file.as_deref())?;
        let opens_root = match &self.root_passphrase_file {
            Some(file) => Some(passphrase::chosen(Some(file))?),
            None => None,
        };
        let making = Making::beside(&target)?;
        let ca = make(&making.path, &opens_issuing, opens_root.as_ref().unwrap_or(&opens_issuing))?;
        let lists = AuthorityFiles {
            directory: making.path.clone(),
            passphrase_file: None,
            profiles: None,
            crl: making.path.join(files::CRL),
        };
        ListLock::beside(&lists).await?.settle(&lists)?;
        let inside = self.registry.is_none();
        let place = match self.registry {
            None => DatabaseUrl::File(making.path.join("registry.db")),
            Some(DatabaseUrl::File(path)) => DatabaseUrl::File(absolute(&path)?),
            Some(server @ DatabaseUrl::Server(_)) => server,
        };
        let url = if inside { "sqlite:registry.db".to_owned() } else { place.url() };
        let shown = place.to_string();
        let (place, password_file) = match &self.registry_password_file {
            None => (place, None),
            Some(file) => (opened(place, file)?, Some(absolute(file)?)),
        };
        let passphrase_file = self.passphrase_file.as_deref().map(absolute).transpose()?;
        let text = configuration(&url, password_file.as_deref(), passphrase_file.as_deref());
        // Nobody but the desk reads it, and a password may stand in it.
        Output::at(&making.path.join("ca.toml"), Overwrite::Refuse)?.finish(text.as_bytes())?;
        let founding = Founding { id: &registry_id()?, authorities: &ca, reader: self.reader.as_deref() };
        Writer::init(&place, &JournalFiles::in_folder(&making.path), (&by, &founding)).await?;
        making.finish(&target)?;
        let config = target.join("ca.toml");
        let text = Text::new(
            format!(
                "認証局と台帳を作成しました。\n設定　　{}\nルート　{}（媒体に移し、この場所から消してください）",
                config.display(),
                target.join("root").display(),
            ),
            format!(
                "made the CA and the registry\nconfiguration  {}\nroot           {} (move it to a medium kept apart)",
                config.display(),
                target.join("root").display(),
            ),
        );
        let at = |name: &str| target.join(name).display().to_string();
        Ok(Answer::done(
            text,
            json!({
                "config": config.display().to_string(),
                "registry": if inside { format!("sqlite:{}", at("registry.db")) } else { shown },
                "root": at(files::ROOT), "issuing": at(files::ISSUING),
                "journal": at("journal.log"), "journal_key": at("journal.pub"),
                "root_key": at(files::ROOT_KEY), "issuing_key": at(files::ISSUING_KEY),
                "crl": at(files::CRL), "root_crl": at(files::ROOT_CRL), "all_crls": at(files::ALL_CRLS),
            }),
        ))
    }
}

fn opened(place: DatabaseUrl, file: &Path) -> Result<DatabaseUrl, CliError> {
    let text = read_secret(file)?;
    let opened = place.with_password(text.trim_end_matches(['\r', '\n']));
    opened.map_err(|(ja, en)| {
        CliError::Usage(Text::new(format!("--registry-password-file：{ja}"), format!("--registry-password-file: {en}")))
    })
}

/// Makes both CAs and what signs profiles; the certificates a gateway must know.
fn make(into: &Path, opens_issuing: &Passphrase, opens_root: &Passphrase) -> Result<[Known; 2], CliError> {
    let now = now();
    let root = make_root("R1", now)?;
    let issuing = make_issuing("1", &root, now)?;
    let signing = make_signing("1", &issuing, now)?;
    let apart = into.join("root");
    folder(&apart, 0o700)?;
    let root_pem = certificate_pem(root.certificate().der())?;
    let issuing_pem = certificate_pem(issuing.certificate().der())?;
    seal(&apart.join("root.key"), root.key(), opens_root)?;
    write(&apart.join(files::ROOT), root_pem.as_bytes())?;
    write(&into.join(files::ROOT), root_pem.as_bytes())?;
    write(&into.join(files::ISSUING), issuing_pem.as_bytes())?;
    seal(&into.join(files::ISSUING_KEY), issuing.key(), opens_issuing)?;
    write(&into.join(files::SIGNING), signing.pem.as_bytes())?;
    seal(&into.join(files::SIGNING_KEY), &signing.key, opens_issuing)?;
    Seal::in_directory(into).ready().map_err(|why| CliError::from(Refusal::from(why)))?;
    // Nothing is on them yet. Who checks every list refuses every device of a CA that has none.
    let number = FIRST_LIST.unsigned_abs();
    write(&into.join(files::CRL), &crl::publish(&[], number, &issuing, Term::issuing(now))?.der)?;
    write(&into.join(files::ROOT_CRL), &crl::publish(&[], number, &root, Term::root(now))?.der)?;
    let known =
        |authority: &Authority, kind, pem| Known { fingerprint: authority.certificate().fingerprint(), kind, pem };
    Ok([known(&root, AuthorityKind::Root, root_pem), known(&issuing, AuthorityKind::Issuing, issuing_pem)])
}

fn seal(path: &Path, key: &PrivateKey, passphrase: &Passphrase) -> Result<(), CliError> {
    Ok(write_secret(path, &key::seal(key, passphrase)?)?)
}

/// Certificates and lists are no secrets; the gateway and others read them.
fn write(path: &Path, content: &[u8]) -> Result<(), CliError> {
    Ok(Output::at(path, Overwrite::Refuse)?.finish_public(content)?)
}

fn absolute(path: &Path) -> Result<PathBuf, CliError> {
    std::path::absolute(path).map_err(|why| unwritable(path, &why))
}

fn refuse_taken(target: &Path) -> Result<(), CliError> {
    let taken = match std::fs::read_dir(target) {
        Ok(mut inside) => inside.next().is_some(),
        Err(_) => target.symlink_metadata().is_ok(),
    };
    if !taken {
        return Ok(());
    }
    let target = target.display();
    Err(CliError::Refused(
        "already_there",
        Text::new(
            format!(
                "{target} は空ではありません。認証局は上書きしません。空か、まだない場所を --dir で指定してください。"
            ),
            format!("{target} is not empty, and a CA is never overwritten: name an empty or a new --dir"),
        ),
    ))
}

fn registry_id() -> Result<String, RandomRefusal> {
    let mut bytes = [0_u8; 16];
    rand::fill(&mut bytes).map_err(|_| RandomRefusal)?;
    Ok(hex::encode(bytes))
}

fn configuration(url: &str, password_file: Option<&Path>, passphrase_file: Option<&Path>) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let password = password_file.map(|file| format!("password_file = {}\n", quoted(&file.display().to_string())));
    let password = password.unwrap_or_default();
    let opens = match passphrase_file {
        Some(file) => format!("passphrase_file = {}", quoted(&file.display().to_string())),
        None => {
            "# passphrase_file = \"/run/secrets/ca-passphrase\"   # without it, asked for on the terminal".to_owned()
        }
    };
    format!(
        "# What ca-tools is told. Relative paths are taken from this file's directory.\n\n\
         [registry]\nurl = {}\n{password}\n\
         [authority]\ndirectory = \".\"\n{opens}\n# crl = \"issuing.crl\"\n\n\
         [journal]\n# file = \"/srv/journal/sekisho.log\"  # every change once more; best on another disk than the registry\n\n\
         [passwords]\nprofile = \"mhlw-2fa\"                # or mhlw-13, nist-63b4\n# blocklist = \"refused-words.txt\"\n\n\
         # For `ca-tools serve`: how it trusts the gateway.\n\
         # [desk]\n# jwks_url = \"http://127.0.0.1:8445/jwks.json\"\n# issuer = \"https://kashiwani.example.jp\"\n\
         # socket = \"/run/sekisho/desk.sock\"\n\n\
         [contact]\nname = \"柏市 地域医療推進課\"\ntelephone = \"04-7197-1510\"\nmail = \"info-chkry@city.kashiwa.chiba.jp\"\n",
        quoted(url),
    )
}
