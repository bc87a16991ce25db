//! Slips of paper that carry new IDs to their people, one each: what is told by no mail.

use askama::Template;
use registry::{LoginId, OfficeNo};

use super::context::CommandContext;
use super::error::CliError;
use crate::language::Text;
use crate::password::{MadeUp, reading};
use crate::spelling::visible;

/// Somebody with an ID that is new.
#[derive(Debug)]
pub(super) struct NewId<'a> {
    pub(super) login_id: &'a LoginId,
    pub(super) name: &'a str,
    pub(super) password: &'a MadeUp,
}

impl NewId<'_> {
    fn reading(&self) -> String {
        reading(self.password.reveal())
    }
}

#[derive(Template)]
#[template(path = "slips.html")]
struct Slips<'a> {
    office: String,
    people: Vec<NewId<'a>>,
    page: &'a str,
    telephone: String,
}

/// All of them as HTML, each on a sheet of its own.
pub(super) async fn written(
    context: &CommandContext,
    office: &OfficeNo,
    people: Vec<NewId<'_>>,
) -> Result<String, CliError> {
    let entry = context.writer.ledger().office(office).await?;
    let name = entry.get("name").and_then(serde_json::Value::as_str).unwrap_or_default();
    let slips = Slips {
        office: format!("{name}（{office}）"),
        people,
        page: &context.config.links.service,
        telephone: context.config.contact.dialled(),
    };
    let html = slips.render();
    html.map(|html| visible(&html).into_owned())
        .map_err(|why| CliError::Refused("internal", Text::new(why.to_string(), why.to_string())))
}
