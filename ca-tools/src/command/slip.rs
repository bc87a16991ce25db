//! A slip of paper that carries the confirmation code to its office: the other way than the mail's.

use askama::Template;
use certs::DeviceNo;
use serde_json::Value as Json;

use super::context::CommandContext;
use super::error::CliError;
use crate::acts::{Delivery, Opened};
use crate::calendar::minute;
use crate::language::Text;
use crate::spelling::visible;
use crate::ticket::Secrets;

#[derive(Template)]
#[template(path = "slip.html")]
struct Slip<'a> {
    device: String,
    label: &'a str,
    office: &'a str,
    contact: &'a str,
    code: String,
    /// Where no mail carries it.
    number: Option<String>,
    until: String,
    page: String,
    telephone: String,
}

/// The slip as HTML, to be printed on one sheet.
pub(super) async fn written(
    context: &CommandContext,
    (device, opened): (DeviceNo, &Opened),
    secrets: &Secrets,
) -> Result<String, CliError> {
    let entry = context.writer.ledger().device(device).await?;
    let field = |entry: &crate::ledger::Entry, name: &str| {
        entry.get(name).and_then(Json::as_str).unwrap_or_default().to_owned()
    };
    let office = field(&entry, "office").parse().map_err(|_| CliError::Refused("internal", Text::new("", "")))?;
    let office = context.writer.ledger().office(&office).await?;
    let (name, contact, label) = (field(&office, "name"), field(&office, "contact"), field(&entry, "label"));
    let slip = Slip {
        device: device.to_string(),
        label: &label,
        office: &name,
        contact: &contact,
        code: secrets.code.reveal(),
        number: match opened.told {
            Delivery::ByMail => None,
            Delivery::NoAddress => Some(secrets.number.reveal()),
        },
        until: minute(opened.until),
        page: format!("{}/pickup", context.config.links.help),
        telephone: context.config.contact.dialled(),
    };
    let html = slip.render();
    html.map(|html| visible(&html).into_owned())
        .map_err(|why| CliError::Refused("internal", Text::new(why.to_string(), why.to_string())))
}
