//! Who would be locked out by a new configuration of the gateway: its own judgement, placed where the desk looks.

use std::io;
use std::path::Path;

use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::super::missing::{refused, silent};
use super::super::operator::Operator;
use super::shown::{AskedReport, shown, taken};
use crate::desk::Desk;
use crate::language::Text;
use crate::sheet::PrintedReport;
use crate::survey::{self, Lockout, NoLockout};
use crate::whole::{self, Of};

/// `GET /console/lockout`.
pub(super) async fn show(State(desk): State<Desk>, operator: Operator) -> Response {
    match report(&desk).await {
        Ok(report) => shown((&desk, &operator), &asked(), &report, Vec::new()).await,
        Err(Unshown::Silent) => silent(&desk, &operator),
        Err(Unshown::Unreadable(why)) => refused(&desk, &operator, &why.ja),
    }
}

/// `POST /console/export/lockout`.
pub(super) async fn take(State(desk): State<Desk>, operator: Operator) -> Response {
    match report(&desk).await {
        Ok(report) => taken((&desk, &operator), &asked(), report).await,
        Err(Unshown::Silent) => silent(&desk, &operator),
        Err(Unshown::Unreadable(why)) => refused(&desk, &operator, &why.ja),
    }
}

/// Why there is nothing to be shown.
enum Unshown {
    Silent,
    Unreadable(Text),
}

async fn report(desk: &Desk) -> Result<PrintedReport, Unshown> {
    let Some(found) = placed(desk.lockout()).map_err(Unshown::Unreadable)? else { return Ok(survey::none_yet()) };
    let made = survey::lockout(&desk.writer().ledger(), &found).await;
    made.map_err(|why| {
        tracing::warn!(%why, "the registry does not answer");
        Unshown::Silent
    })
}

/// What lies there; nothing where nothing does.
fn placed(file: Option<&Path>) -> Result<Option<Lockout>, Text> {
    let Some(file) = file else { return Ok(None) };
    match whole::text(file, Of::Lockout) {
        Ok(text) => Lockout::read(&text).map(Some).map_err(NoLockout::text),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(why) => Err(Text::new(format!("{}を読めません：{why}", file.display()), why.to_string())),
    }
}

fn asked() -> AskedReport {
    AskedReport { path: "/console/lockout".to_owned(), fields: Vec::new(), asked: json!({}) }
}
