//! Reports: what is looked at regularly, and what somebody asks for. Each is a page whose address is its question, printed as it
//! stands there, and a file; that it was read is an event.
//!
//! `index` lists them, `shown` is the page and the file of any. A report has a file of its own here that reads its question and
//! has it made; nothing else tells it from the others.

mod access;
mod devices;
mod index;
mod lockout;
mod maintenance;
mod numbers;
mod retention;
mod review;
mod shown;
mod unused;

pub(super) use shown::{AskedReport, OfferedAct, printed, taken};

use axum::Router;
use axum::routing::{get, post};

use crate::desk::Desk;

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/console/lockout", get(lockout::show))
        .route("/console/export/lockout", post(lockout::take))
        .route("/console/reports", get(index::show))
        .route("/console/reports/devices", get(devices::show))
        .route("/console/export/reports/devices", post(devices::take))
        .route("/console/reports/numbers", get(numbers::show))
        .route("/console/export/reports/numbers", post(numbers::take))
        .route("/console/reports/review", get(review::show))
        .route("/console/export/reports/review", post(review::take))
        .route("/console/review/months/{month}", get(review::ask).post(review::act))
        .route("/console/reports/access", get(access::show))
        .route("/console/export/reports/access", post(access::take))
        .route("/console/reports/maintenance", get(maintenance::show))
        .route("/console/export/reports/maintenance", post(maintenance::take))
        .route("/console/reports/retention", get(retention::show))
        .route("/console/export/reports/retention", post(retention::take))
        .route("/console/change/retention/hold", get(retention::ask_hold).post(retention::hold))
        .route("/console/approve/retention/release", get(retention::ask_release).post(retention::release))
        .route("/console/reports/unused", get(unused::show))
        .route("/console/export/reports/unused", post(unused::take))
}
