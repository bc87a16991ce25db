//! From a request on the command line to files that a device can take.
//!
//! All that can be refused is refused before the CA signs: the files' places, the request, the
//! device's standing. A key made here exists in this program and in the file, nowhere else.

use std::path::{Path, PathBuf};

use certs::{DeviceNo, DeviceRequest};

use super::certificate::{Format, WantedFile, again};
use super::counter::Counter;
use super::pack::Packing;
use super::passphrase;
use super::stop::Stop;
use crate::issuance::{Occasion, Output, Overwrite, Vault, Wanted, issue, request_refused};
use crate::key::{self, PrivateKey};
use crate::language::Text;
use crate::sign::{HolderKey, Issued, certificate_pem};
use crate::whole;

/// What was handed out.
pub(super) struct Handed {
    pub(super) device: DeviceNo,
    pub(super) serial: String,
    pub(super) not_after: String,
    pub(super) file: String,
    pub(super) certificate: Option<String>,
    pub(super) key: Option<String>,
    pub(super) file_password: Option<String>,
    pub(super) format: &'static str,
}

/// Issues a certificate and writes its files.
pub(super) async fn hand_out(
    counter: &Counter,
    (device, wanted): (DeviceNo, &WantedFile),
    occasion: impl Into<Occasion<'_>>,
) -> Result<Handed, Stop> {
    let (by, occasion) = (counter.by()?, occasion.into());
    if wanted.csr.is_some() && wanted.format != Format::Pem {
        return Err(Stop::Usage(Text::new(
            "--csr のときは --format pem だけが使えます（秘密鍵は端末にあり、ここにはありません）。",
            "with --csr only --format pem is possible: the key is on the device, not here",
        )));
    }
    let settings = &counter.config.authority;
    let overwrite = if counter.global.yes { Overwrite::Replace } else { Overwrite::Refuse };
    let out = Output::at(&wanted.out, overwrite)?;
    let passphrase = passphrase::given(settings.passphrase_file.as_deref())?;
    let vault = Vault::open(settings, &passphrase, &counter.writer.ledger().issuer().await?)?;
    let signer = || Ok(vault.profile_signer(&passphrase)?);
    let packing = Packing::of(wanted.format, by.at, signer)?;
    let days = wanted.days;
    if let Some(csr) = &wanted.csr {
        let request = request(csr, &vault)?;
        let wanted = Wanted { device, key: HolderKey::Requested(&request), days, occasion };
        let issued = issue(&counter.writer, &vault, &by, wanted).await?;
        let mut handed = handed(&issued, &out, Format::Pem);
        handed.certificate = Some(handed.file.clone());
        let written = chain(&issued, &vault).and_then(|chain| Ok(out.finish(chain.as_bytes())?));
        written.map_err(|why| why.though(again(device)))?;
        return Ok(handed);
    }
    let key_out = match packing {
        None => Some(Output::at(&key_path(&wanted.out), overwrite)?),
        Some(_) => None,
    };
    let key = PrivateKey::make(vault.profile.made_key())?;
    let format = wanted.format;
    let wanted = Wanted { device, key: HolderKey::Made(&key), days, occasion };
    let issued = issue(&counter.writer, &vault, &by, wanted).await?;
    // What fails from here on fails after the certificate was issued, and says so.
    written(&vault, (&key, &issued), (out, key_out, packing), format).map_err(|why| why.though(again(device)))
}

fn written(
    vault: &Vault,
    (key, issued): (&PrivateKey, &Issued),
    (out, key_out, packing): (Output, Option<Output>, Option<Packing>),
    format: Format,
) -> Result<Handed, Stop> {
    let mut handed = handed(issued, &out, format);
    if let Some(packing) = &packing {
        let packed = packing.pack(vault, (key, issued))?;
        handed.file_password = Some(packed.password.reveal().to_owned());
        out.finish(&packed.file)?;
    } else {
        if let Some(key_out) = key_out {
            handed.certificate = Some(handed.file.clone());
            handed.key = Some(key_out.target().display().to_string());
            key_out.finish(key::plain(key)?.as_bytes())?;
        }
        out.finish(chain(issued, vault)?.as_bytes())?;
    }
    Ok(handed)
}

fn handed(issued: &Issued, out: &Output, format: Format) -> Handed {
    Handed {
        device: issued.device(),
        serial: issued.serial().to_string(),
        not_after: issued.validity().not_after.to_string(),
        file: out.target().display().to_string(),
        certificate: None,
        key: None,
        file_password: None,
        format: format.as_str(),
    }
}

fn key_path(out: &Path) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(".key");
    name.into()
}

/// The certificate and the issuing CA's, as a TLS client sends them.
fn chain(issued: &Issued, vault: &Vault) -> Result<String, Stop> {
    Ok(format!("{}{}", issued.pem(), certificate_pem(vault.issuing.certificate().der())?))
}

/// A request, PEM or DER, that proves possession of its key.
fn request(path: &Path, vault: &Vault) -> Result<DeviceRequest, Stop> {
    let refused = |why: Text| {
        Stop::Refused(
            "request_refused",
            Text::new(
                format!("証明書署名要求 {} を受け付けられません：{}", path.display(), why.ja),
                format!("the request {} is refused: {}", path.display(), why.en),
            ),
        )
    };
    let bytes = whole::octets(path, whole::Of::Request);
    let bytes = bytes.map_err(|why| refused(Text::new(why.to_string(), why.to_string())))?;
    let accepted = vault.profile.accepted_keys();
    DeviceRequest::read(&bytes, accepted).map_err(|why| refused(request_refused(why, accepted)))
}
