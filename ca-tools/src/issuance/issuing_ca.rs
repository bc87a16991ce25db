//! The CA's files, and its key once the passphrase has opened it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use certs::profile::{Profile, ProfileMistake, Purpose};
use certs::{AuthorityCert, Fingerprint, KeyPrint};

use super::house_keys::house_keys;
use super::issuers::IssuerFiles;
use crate::config::{AuthorityFiles, files};
use crate::container::{ContainerRefusal, ProfileSigner};
use crate::key::{self, KeyFileRefusal, KeyTextRefusal, Passphrase, PassphraseRefusal, PrivateKey};
use crate::language::Text;
use crate::sign::{self, Authority, SignRefusal};
use crate::whole;

/// The issuing CA, ready to sign.
#[derive(Debug)]
pub(crate) struct IssuingCa {
    pub(crate) root: AuthorityCert,
    pub(crate) issuing: Authority,
    pub(crate) profile: Profile,
    /// Keys that no device may have.
    pub(super) house_keys: HashSet<KeyPrint>,
    files: IssuerFiles,
}

impl IssuingCa {
    /// Reads the CA's certificates and opens the key of the issuing CA that signs, which the registry
    /// names.
    pub(crate) fn open(
        settings: &AuthorityFiles,
        passphrase: &Passphrase,
        issuer: &Fingerprint,
    ) -> Result<Self, CaRefusal> {
        let root = certificate(&settings.directory.join(files::ROOT))?;
        let (files, found) = IssuerFiles::find(settings, issuer)?;
        let issuing = authority(found, &files.certificate, (&files.key, passphrase))?;
        let house_keys = house_keys(&settings.directory)?;
        Ok(Self { root, issuing, profile: profile_of(settings)?, house_keys, files })
    }

    /// A certificate, PEM, and this CA's, as a TLS client sends them.
    pub(crate) fn chain(&self, certificate: &str) -> Result<String, SignRefusal> {
        Ok(format!("{certificate}{}", sign::certificate_pem(self.issuing.certificate().der())?))
    }

    /// Opens the key by which `.mobileconfig` profiles are signed.
    pub(crate) fn profile_signer(&self, passphrase: &Passphrase) -> Result<ProfileSigner, CaRefusal> {
        let IssuerFiles { signing, signing_key, .. } = &self.files;
        let text = whole::text(signing, whole::Of::Certificates)
            .map_err(|why| CaRefusal::Missing(signing.clone(), why.to_string()))?;
        let der = sign::read_certificate_pem(&text).map_err(|why| CaRefusal::Certificate(signing.clone(), why))?;
        let key = opened(signing_key, passphrase)?;
        ProfileSigner::join(&der, key, self.issuing.certificate())
            .map_err(|why| CaRefusal::Signer(signing.clone(), why))
    }
}

/// A CA that can sign: its certificate, which lies at `path`, and its key.
pub(crate) fn authority(
    found: AuthorityCert,
    path: &Path,
    (key, passphrase): (&Path, &Passphrase),
) -> Result<Authority, CaRefusal> {
    let key = opened(key, passphrase)?;
    Authority::join(found, key).map_err(|why| CaRefusal::Certificate(path.to_owned(), why))
}

fn opened(path: &Path, passphrase: &Passphrase) -> Result<PrivateKey, CaRefusal> {
    let text = key::read_secret(path)?;
    key::open(&text, passphrase).map_err(|why| CaRefusal::KeyText(path.to_owned(), why))
}

/// The certificate of a CA of ours.
pub(crate) fn certificate(path: &Path) -> Result<AuthorityCert, CaRefusal> {
    let text = whole::text(path, whole::Of::Certificates)
        .map_err(|why| CaRefusal::Missing(path.to_owned(), why.to_string()))?;
    let der = sign::read_certificate_pem(&text).map_err(|why| CaRefusal::Certificate(path.to_owned(), why))?;
    AuthorityCert::read(&der).map_err(|why| CaRefusal::Certificate(path.to_owned(), SignRefusal::Authority(why)))
}

/// What this CA gives, as its configuration says; asks for no key.
pub(crate) fn profile_of(settings: &AuthorityFiles) -> Result<Profile, CaRefusal> {
    let Some(path) = &settings.profiles else {
        return Profile::built_in(Purpose::Device).map_err(|why| CaRefusal::Profile("device".into(), why));
    };
    let text =
        whole::text(path, whole::Of::Configuration).map_err(|why| CaRefusal::Missing(path.clone(), why.to_string()))?;
    Profile::read(&text).map_err(|why| CaRefusal::Profile(path.clone(), why))
}

/// Why the CA cannot sign.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CaRefusal {
    /// A certificate that cannot be read.
    #[error("{}: {}", .0.display(), .1)]
    Certificate(PathBuf, SignRefusal),
    /// A key file that cannot be read.
    #[error(transparent)]
    KeyFile(#[from] KeyFileRefusal),
    /// A key that does not open.
    #[error("{}: {}", .0.display(), .1)]
    KeyText(PathBuf, KeyTextRefusal),
    /// A file that is not there.
    #[error("{}: {}", .0.display(), .1)]
    Missing(PathBuf, String),
    /// The registry names an issuing CA whose certificate is not here.
    #[error("{}: no issuing*.pem of the issuing CA {} is here", .0.display(), .1)]
    NoIssuer(PathBuf, Fingerprint),
    /// A passphrase that cannot be one.
    #[error("{}: {}", .0.display(), .1)]
    Passphrase(PathBuf, PassphraseRefusal),
    /// A profile that does not hold.
    #[error("{}: {}", .0.display(), .1.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Profile(PathBuf, Vec<ProfileMistake>),
    /// The signer of profiles.
    #[error("{}: {}", .0.display(), .1)]
    Signer(PathBuf, ContainerRefusal),
}

impl CaRefusal {
    /// For people.
    pub(crate) fn text(&self) -> Text {
        let why = self.to_string();
        if let Self::Passphrase(file, refusal) = self {
            return Text::new(format!("{}：{}", file.display(), refusal.text().ja), why);
        }
        let ja = match self {
            Self::NoIssuer(..) => {
                "台帳にある発行認証局のファイルがありません。authority.directory を確かめ、控えから戻してください。"
            }
            Self::Certificate(..) | Self::Missing(..) | Self::Signer(..) => {
                "認証局の証明書を読めません。authority.directory を確かめてください。"
            }
            Self::KeyFile(_) => "認証局の鍵ファイルを読めません。場所と権限（0600）を確かめてください。",
            Self::KeyText(..) | Self::Passphrase(..) => {
                "認証局の鍵を開けません。パスフレーズと鍵ファイルを確かめてください。"
            }
            Self::Profile(..) => "電子証明書の定義（profile）に誤りがあります。",
        };
        Text::new(format!("{ja}\n{why}"), why)
    }
}
