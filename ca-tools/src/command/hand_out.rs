//! From a request on the command line to files that a device can take.
//!
//! All that can be refused is refused before the CA signs: the files' places, the request, the
//! device's standing. A key made here exists in this program and in the file, nowhere else.

use std::path::{Path, PathBuf};

use certs::{DeviceNo, DeviceRequest, Timestamp};
use serde_json::{Value as Json, json};

use super::context::CommandContext;
use super::error::CliError;
use super::passphrase;
use super::wanted::{Format, WantedFile};
use crate::acts::By;
use crate::container::FilePassword;
use crate::issuance::{HandOut, IssueRequest, IssuingCa, Occasion, Output, Overwrite, issue, request_refused};
use crate::key::{self, PrivateKey};
use crate::language::Text;
use crate::sign::{HolderKey, Issued};
use crate::whole;

/// What was handed out.
pub(super) struct HandedOut {
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
    context: &CommandContext,
    (device, wanted): (DeviceNo, &WantedFile),
    occasion: impl Into<Occasion<'_>>,
) -> Result<HandedOut, CliError> {
    hand_out_by(context, &context.by().await?, (device, wanted), occasion.into()).await
}

/// The same, by this one.
pub(super) async fn hand_out_by(
    context: &CommandContext,
    by: &By,
    (device, wanted): (DeviceNo, &WantedFile),
    occasion: Occasion<'_>,
) -> Result<HandedOut, CliError> {
    if wanted.csr.is_some() && wanted.format != Format::Pem {
        return Err(CliError::Usage(Text::new(
            "--csr のときは --format pem だけが使えます（秘密鍵は端末にあり、ここにはありません）。",
            "with --csr only --format pem is possible: the key is on the device, not here",
        )));
    }
    let settings = &context.config.authority;
    let overwrite = if context.global.yes { Overwrite::Replace } else { Overwrite::Refuse };
    let out = Output::at(&wanted.out, overwrite)?;
    let passphrase = passphrase::given(settings.passphrase_file.as_deref())?;
    let issuer = context.writer.ledger().issuer().await?;
    let order = |key| IssueRequest { device, key, days: wanted.days, occasion };
    // What fails once a certificate was issued says so.
    if let Some(container) = wanted.format.container() {
        let opened = HandOut::open(settings, &passphrase, &issuer, container)?;
        let issued = issue(&context.writer, &opened.ca, by, order(opened.key())).await?;
        return packed(&opened, &issued, out, wanted.format, by.at).map_err(|why| why.though(again(device)));
    }
    let ca = IssuingCa::open(settings, &passphrase, &issuer)?;
    if let Some(csr) = &wanted.csr {
        let request = request(csr, &ca)?;
        let issued = issue(&context.writer, &ca, by, order(HolderKey::Requested(&request))).await?;
        return certified(&ca, &issued, out).map_err(|why| why.though(again(device)));
    }
    let key_out = Output::at(&key_path(&wanted.out), overwrite)?;
    let key = PrivateKey::make(ca.profile.made_key())?;
    let issued = issue(&context.writer, &ca, by, order(HolderKey::Made(&key))).await?;
    apart(&ca, (&key, &issued), (out, key_out)).map_err(|why| why.though(again(device)))
}

/// Key and certificate in one file, which a password opens.
fn packed(
    opened: &HandOut,
    issued: &Issued,
    out: Output,
    format: Format,
    now: Timestamp,
) -> Result<HandedOut, CliError> {
    let mut handed = handed(issued, &out, format);
    let password = FilePassword::draw()?;
    let file = opened.pack(issued, &password, now)?;
    handed.file_password = Some(password.reveal().to_owned());
    out.finish(&file)?;
    Ok(handed)
}

/// A certificate for a key that the device has.
fn certified(ca: &IssuingCa, issued: &Issued, out: Output) -> Result<HandedOut, CliError> {
    let mut handed = handed(issued, &out, Format::Pem);
    handed.certificate = Some(handed.file.clone());
    out.finish(ca.chain(issued.pem())?.as_bytes())?;
    Ok(handed)
}

/// A certificate and the key made for it, in two files.
fn apart(
    ca: &IssuingCa,
    (key, issued): (&PrivateKey, &Issued),
    (out, key_out): (Output, Output),
) -> Result<HandedOut, CliError> {
    let mut handed = handed(issued, &out, Format::Pem);
    handed.certificate = Some(handed.file.clone());
    handed.key = Some(key_out.target().display().to_string());
    key_out.finish(key::plain(key)?.as_bytes())?;
    out.finish(ca.chain(issued.pem())?.as_bytes())?;
    Ok(handed)
}

fn handed(issued: &Issued, out: &Output, format: Format) -> HandedOut {
    HandedOut {
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

/// A request, PEM or DER, that proves possession of its key.
fn request(path: &Path, ca: &IssuingCa) -> Result<DeviceRequest, CliError> {
    let refused = |why: Text| {
        CliError::Refused(
            "request_refused",
            Text::new(
                format!("証明書署名要求 {} を受け付けられません：{}", path.display(), why.ja),
                format!("the request {} is refused: {}", path.display(), why.en),
            ),
        )
    };
    let bytes = whole::octets(path, whole::Of::Request);
    let bytes = bytes.map_err(|why| refused(Text::new(why.to_string(), why.to_string())))?;
    let accepted = ca.profile.accepted_keys();
    DeviceRequest::read(&bytes, accepted).map_err(|why| refused(request_refused(why, accepted)))
}

/// How to get another file and its password, where these did not arrive.
pub(super) fn again(device: DeviceNo) -> Text {
    Text::new(
        format!(
            "{device} の電子証明書は発行済みですが、ファイルとパスワードがそろって渡っていません。cert renew --device {device} --now で発行し直してください。"
        ),
        format!(
            "the certificate of {device} is issued, but its file and password did not both arrive: cert renew --device {device} --now makes another"
        ),
    )
}

/// What was handed out, for people and for programs.
pub(super) fn handed_over(handed: &HandedOut) -> (Text, Json) {
    let mut ja = format!(
        "電子証明書を発行しました。\n端末番号　　　　　　　　{}\nシリアル番号　　　　　　{}\n有効期限　　　　　　　　{}\n\
         ファイル　　　　　　　　{}",
        handed.device, handed.serial, handed.not_after, handed.file,
    );
    let mut en = format!(
        "issued\ndevice         {}\nserial         {}\nnot after      {}\nfile           {}",
        handed.device, handed.serial, handed.not_after, handed.file,
    );
    if let Some(key) = &handed.key {
        ja.push_str(&format!("\n秘密鍵　　　　　　　　　{key}"));
        en.push_str(&format!("\nkey            {key}"));
    }
    if let Some(password) = &handed.file_password {
        ja.push_str(&format!("\n電子証明書のパスワード　{password}（ファイルとは別の方法で伝えてください）"));
        en.push_str(&format!("\nfile password  {password} (tell it by another way than the file)"));
    }
    let json = json!({
        "device": handed.device, "serial": handed.serial, "not_after": handed.not_after,
        "file": handed.file, "certificate": handed.certificate, "key": handed.key,
        "file_password": handed.file_password, "format": handed.format,
    });
    (Text::new(ja, en), json)
}
