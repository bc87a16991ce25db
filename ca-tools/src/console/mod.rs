//! The console: what the city's operators see and do, in a browser, by the same acts and with the same refusals as by command.
//!
//! It comes through the private door behind two factors. Who may come as far as this the gateway's policies say, by areas of
//! addresses; what an operator may do here, `may` says again, by the registry as it is at this very request.
//!
//! ```text
//! /console/                    today
//! /console/NOUN…               what is: lists and pages
//! /console/change/NOUN/ID/ACT  what clerks and approvers do
//! /console/export/LIST         a list as a file
//! /console/approve/…           what approvers do
//! /console/custody/…           what custodians do
//! /console/reports/…           what is looked at regularly
//! /console/lockout             whom a new configuration would lock out
//! /console/review/…            that somebody looked at it: whoever reads
//! /console/operations/…        gateways and letters: operations, too
//! ```
//! `operator` says who asks, `frame` is what stands around every page, `act` the page on which something is done, `done` what
//! is told afterwards, `undo` and `counter` how it is taken back, `handed` what is shown once. `offer` says what can be done and
//! by whom, `obstacle` what stands in the way, `label` and `state` how a thing stands; `export` writes lists out, `spelled` leads
//! every spelling to one address. A room for each noun has its
//! pages, and a template folder of its own.

mod act;
mod address;
mod application;
mod audit;
mod authority;
mod campaign;
mod certificate;
mod counter;
mod device;
mod done;
mod export;
mod export_form;
mod fact;
mod frame;
mod gateway;
mod handed;
mod import;
mod incident;
mod label;
mod letter;
mod line;
mod list;
mod may;
mod missing;
mod obstacle;
mod offer;
mod office;
mod operator;
mod person;
mod proposal;
mod provider_report;
mod report;
mod room;
mod search;
mod spelled;
mod state;
mod ticket;
mod timeline;
mod today;
mod training;
mod undo;
mod why;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::any;

use crate::desk::Desk;

/// The longest form: a reason, an application's fields.
const LARGEST_FORM: usize = 64 * 1024;

/// `/console/…`.
pub fn routes() -> Router<Desk> {
    Router::new()
        .merge(today::routes())
        .merge(application::routes())
        .merge(device::routes())
        .merge(audit::routes())
        .merge(authority::routes())
        .merge(office::routes())
        .merge(person::routes())
        .merge(room::routes())
        .merge(search::routes())
        .merge(list::routes())
        .merge(export::routes())
        .merge(undo::routes())
        .merge(why::routes())
        .merge(proposal::routes())
        .merge(certificate::routes())
        .merge(ticket::routes())
        .merge(training::routes())
        .merge(import::routes())
        .merge(letter::routes())
        .merge(gateway::routes())
        .merge(report::routes())
        .merge(campaign::routes())
        .merge(incident::routes())
        .route("/console/{*rest}", any(missing::page))
        .method_not_allowed_fallback(missing::page)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
}
