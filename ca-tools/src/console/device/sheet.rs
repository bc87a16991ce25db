//! A device's sheet, to be printed and kept with it: its number, and what to do when it is lost.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::fact::{Fact, named, text};
use super::super::frame::{Frame, page};
use super::super::operator::Operator;
use super::about::About;
use super::path_of;
use crate::clock::now;
use crate::desk::Desk;
use crate::desk::qr::qr;

#[derive(Template)]
#[template(path = "console/device/sheet.html")]
struct Sheet<'a> {
    frame: Frame<'a>,
    device: String,
    label: &'a str,
    facts: Vec<Fact>,
    /// Where a lost device is stopped.
    lost: String,
    qr: Option<String>,
    back: String,
}

/// `GET /console/devices/{device}/sheet`.
pub(super) async fn show(State(desk): State<Desk>, Path(typed): Path<String>, operator: Operator) -> Response {
    let about = match About::of(&desk, &operator, &typed).await {
        Ok(about) => about,
        Err(answer) => return answer,
    };
    let help = &desk.words().links.help;
    let lost = if help.is_empty() { String::new() } else { format!("{help}/lost") };
    let office = named(text(&about.device, "office"), text(&about.device, "office_name"));
    let facts = std::iter::once(Fact::new("事業所", office));
    let facts = facts.chain(["os", "ownership"].iter().filter_map(|field| Fact::of(&about.device, field)));
    let sheet = Sheet {
        frame: Frame::of(&desk, &operator, now(), format!("端末の用紙（{}）", about.no)),
        device: about.no.to_string(),
        label: text(&about.device, "label"),
        facts: facts.collect(),
        qr: if lost.is_empty() { None } else { qr(&lost) },
        lost,
        back: path_of(about.no),
    };
    page(StatusCode::OK, &sheet)
}
