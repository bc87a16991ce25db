//! Whom or what do the words mean that somebody reads out? Any number or ID people hold, typed as they type.
//!
//! For looking only: what ends something for a person is told their ID.

use certs::{DeviceNo, Serial};
use registry::LoginId;
use serde_json::Value as Json;

use super::context::CommandContext;
use super::error::CliError;
use crate::language::Text;
use crate::ledger::{CertificateFilter, Entry};
use crate::refusal::{Kind, Refusal};
use crate::spelling::matched;

/// The person of this ID, name, device or certificate.
pub(super) async fn person(context: &CommandContext, said: &str) -> Result<LoginId, CliError> {
    let people = context.writer.ledger().users(None).await?;
    let word = matched(said);
    if let Some(found) = people.iter().find(|person| text(person, "login_id") == word) {
        return id(text(found, "login_id"));
    }
    if let Some(device) = device(&word) {
        return of_device(context, device).await;
    }
    let named: Vec<_> = people
        .iter()
        .filter(|person| text(person, "state") != "deleted" && matched(text(person, "name")) == word)
        .collect();
    match named.as_slice() {
        [only] => return id(text(only, "login_id")),
        [] => {}
        several => {
            let line = |person: &&Entry| {
                format!("\n  {}　{}　{}", text(person, "login_id"), text(person, "name"), text(person, "office"))
            };
            return Err(ambiguous(said, &several.iter().map(line).collect::<String>()));
        }
    }
    if let Some(serial) = serial(&word)
        && let Ok(certificate) = context.writer.ledger().certificate(&serial).await
        && let Some(device) = device(text(&certificate, "device"))
    {
        return of_device(context, device).await;
    }
    Err(Refusal::Unknown(Kind::SystemUser, said.to_owned()).into())
}

/// The certificate of this serial, device, or person of one device: the one in use, else the last.
pub(super) async fn certificate(context: &CommandContext, said: &str) -> Result<Serial, CliError> {
    let word = matched(said);
    if let Some(serial) = serial(&word)
        && context.writer.ledger().certificate(&serial).await.is_ok()
    {
        return Ok(serial);
    }
    let unknown = || CliError::from(Refusal::Unknown(Kind::Certificate, said.to_owned()));
    let no = match device(&word) {
        Some(no) => no,
        None => {
            let who = match person(context, said).await {
                Err(CliError::Refused("unknown", _)) => return Err(unknown()),
                found => found?,
            };
            let person = context.writer.ledger().user(&who).await?;
            let devices: Vec<_> = person.get("devices").and_then(Json::as_array).into_iter().flatten().collect();
            match devices.as_slice() {
                [only] => only.as_str().and_then(device).ok_or_else(unknown)?,
                [] => return Err(unknown()),
                several => {
                    let lines: String =
                        several.iter().filter_map(|no| no.as_str()).map(|no| format!("\n  {no}")).collect();
                    return Err(ambiguous(said, &lines));
                }
            }
        }
    };
    context.writer.ledger().device(no).await?;
    let filter = CertificateFilter { device: Some(no), ..CertificateFilter::default() };
    let held = context.writer.ledger().certificates(filter).await?;
    let in_use = held.iter().rev().find(|certificate| text(certificate, "state") == "issued");
    let found = in_use.or(held.last()).ok_or_else(unknown)?;
    text(found, "serial").parse().map_err(|_| unknown())
}

async fn of_device(context: &CommandContext, no: DeviceNo) -> Result<LoginId, CliError> {
    let entry = context.writer.ledger().device(no).await?;
    let users: Vec<_> = entry.get("users").and_then(Json::as_array).into_iter().flatten().collect();
    match users.as_slice() {
        [only] => id(only.as_str().unwrap_or_default()),
        [] => {
            let office = text(&entry, "office");
            Err(CliError::Refused(
                "ambiguous",
                Text::new(
                    format!(
                        "{no} は事業所 {office} の全員が使えます。user list --office {office} から ID で指定してください。"
                    ),
                    format!("{no} serves everybody of {office}: name an ID out of user list --office {office}"),
                ),
            ))
        }
        several => {
            let lines: String = several.iter().filter_map(|id| id.as_str()).map(|id| format!("\n  {id}")).collect();
            Err(ambiguous(&no.to_string(), &lines))
        }
    }
}

fn ambiguous(said: &str, lines: &str) -> CliError {
    CliError::Refused(
        "ambiguous",
        Text::new(
            format!("「{said}」に当たるものが複数あります。どれか1つを指定してください。{lines}"),
            format!("{said:?} is several; name one of them{lines}"),
        ),
    )
}

/// `dev-4` is `DEV-000004`.
fn device(word: &str) -> Option<DeviceNo> {
    // A serial may be all digits, and is no device.
    word.to_lowercase().starts_with("dev").then(|| DeviceNo::typed(word).ok()).flatten()
}

/// As programs of others print it: capitals, colons between the octets.
fn serial(word: &str) -> Option<Serial> {
    let digits = word.replace(':', "");
    let even = if digits.len() % 2 == 1 { format!("0{digits}") } else { digits };
    even.parse().ok()
}

fn id(text: &str) -> Result<LoginId, CliError> {
    Ok(text.parse().map_err(|_| Refusal::Unknown(Kind::SystemUser, text.to_owned()))?)
}

fn text<'a>(entry: &'a Entry, field: &str) -> &'a str {
    entry.get(field).and_then(Json::as_str).unwrap_or_default()
}
