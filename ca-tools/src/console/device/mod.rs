//! A device: what holds, what happened, what can be done.

mod hold;
mod show;

use axum::Router;
use axum::routing::get;
use certs::DeviceNo;

use crate::desk::Desk;

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/console/devices/{device}", get(show::show))
        .route("/console/change/devices/{device}/suspend", get(hold::ask_suspend).post(hold::suspend))
        .route("/console/change/devices/{device}/resume", get(hold::ask_resume).post(hold::resume))
}

/// Its page.
fn path_of(device: DeviceNo) -> String {
    format!("/console/devices/{device}")
}
