//! One device.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use certs::DeviceNo;

use super::super::fact::{Fact, named, text};
use super::super::frame::{Frame, page};
use super::super::may::Right;
use super::super::missing::{nothing, silent};
use super::super::operator::Operator;
use crate::clock::now;
use crate::desk::Desk;
use crate::ledger::Entry;
use crate::refusal::Refusal;

#[derive(Template)]
#[template(path = "console/device/show.html")]
struct DevicePage<'a> {
    frame: Frame<'a>,
    device: DeviceNo,
    suspended: bool,
    facts: Vec<Fact>,
}

/// `GET /console/devices/{device}`.
pub(super) async fn show(
    State(desk): State<Desk>,
    Path(device): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let Ok(device) = DeviceNo::typed(&device) else {
        return nothing(&desk, &operator, "端末番号は DEV-000001 のような番号です。");
    };
    match desk.writer().ledger().device(device).await {
        Ok(entry) => {
            let frame = Frame::of(&desk, &operator, now(), format!("{device} {}", text(&entry, "label")));
            let frame = frame.telling_what_was_done(&desk, query.as_deref()).await;
            let suspended = entry.get("suspended").and_then(serde_json::Value::as_bool).unwrap_or_default();
            page(StatusCode::OK, &DevicePage { frame, device, suspended, facts: facts(&entry) })
        }
        Err(Refusal::Unknown(..)) => nothing(&desk, &operator, "この番号の端末はありません。"),
        Err(refusal) => {
            tracing::warn!(%refusal, "the registry does not answer");
            silent(&desk, &operator)
        }
    }
}

/// What the registry says of it, in people's words.
fn facts(entry: &Entry) -> Vec<Fact> {
    let office = text(entry, "office");
    let office =
        Fact::new("事業所", named(office, text(entry, "office_name"))).leading(format!("/console/offices/{office}"));
    let shown = ["label", "os", "ownership", "stage", "inspected_at", "approved_at", "approved_until", "application"];
    std::iter::once(office).chain(shown.iter().filter_map(|field| Fact::of(entry, field))).collect()
}
