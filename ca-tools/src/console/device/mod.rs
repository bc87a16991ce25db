//! A device: what holds, what stands in its way, what happened, what can be done.

mod about;
mod decide;
mod hold;
mod inspect;
mod lost;
mod place;
mod revoke;
mod sheet;
mod show;
mod standing;
mod ticket;
mod users;

use axum::Router;
use axum::routing::get;
use certs::DeviceNo;

use crate::desk::Desk;

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/console/devices/{device}", get(show::show))
        .route("/console/devices/{device}/sheet", get(sheet::show))
        .route("/console/change/devices/{device}/suspend", get(hold::ask_suspend).post(hold::suspend))
        .route("/console/change/devices/{device}/resume", get(hold::ask_resume).post(hold::resume))
        .route("/console/change/devices/{device}/lost", get(lost::ask).post(lost::report))
        .route("/console/change/devices/{device}/inspect", get(inspect::ask).post(inspect::inspect))
        .route("/console/change/devices/{device}/place", get(place::ask).post(place::act))
        .route("/console/change/devices/{device}/users", get(users::ask).post(users::change))
        .route("/console/change/devices/{device}/ticket", get(ticket::ask).post(ticket::give))
        .route("/console/change/devices/{device}/revoke", get(revoke::ask).post(revoke::revoke))
        .route("/console/approve/devices/{device}/approve", get(decide::ask_approve).post(decide::approve))
        .route("/console/approve/devices/{device}/reject", get(decide::ask_reject).post(decide::reject))
}

/// Its page.
fn path_of(device: DeviceNo) -> String {
    format!("/console/devices/{device}")
}
