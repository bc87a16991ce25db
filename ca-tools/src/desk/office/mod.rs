//! What people of an office do for themselves, logged in with both factors, through the service site's `/office/`.
//!
//! `person` asks the gateway's assertion who they are, `sight` the registry how far they see; `index` is うちの事業所: what there
//! is of it and what they can do. `people`, `devices`, `rooms` and `applications` show what is registered, a contact all of
//! their office, everybody else what is theirs, and so does `training`; `readiness` what must be done before a day. `apply` takes the contact's
//! applications, `end` their word that the use ends, `campaign` their answers to the 現況届, `renew` gives their device its next certificate, `lost` stops another device
//! of their office, `retire` gives one up. `told` writes moments.

mod applications;
mod apply;
mod campaign;
mod devices;
mod end;
mod index;
mod lost;
mod people;
mod person;
mod readiness;
mod renew;
mod retire;
mod rooms;
mod sight;
mod told;
mod training;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::desk::state::Desk;

pub(crate) use campaign::{
    AnswerLine, Chosen, answers_of, called, chosen, evidence, left, lines, named_of, row_field, with_the_rest,
};
pub(crate) use person::Person;

/// An application for many people.
const LARGEST_FORM: usize = 64 * 1024;

/// `/office/…`.
pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/office", get(index::show))
        .route("/office/", get(index::show))
        .route("/office/people", get(people::show))
        .route("/office/devices", get(devices::show))
        .route("/office/devices/{device}/retire", get(retire::ask).post(retire::retire))
        .route("/office/training", get(training::show))
        .route("/office/rooms", get(rooms::show))
        .route("/office/applications", get(applications::show))
        .route("/office/readiness", get(readiness::show))
        .route("/office/end", get(end::show).post(end::tell))
        .route("/office/apply", get(apply::which))
        .route("/office/apply/{kind}", get(apply::form).post(apply::filled))
        .route("/office/renew", get(renew::show).post(renew::begin))
        .route("/office/renew/finish", post(renew::finish))
        .route("/office/pickup", get(renew::show).post(renew::form))
        .route("/office/pickup/ready", get(renew::ready))
        .route("/office/pickup/told", get(renew::told))
        .route("/office/pickup/file", post(renew::file))
        .route("/office/pickup/other", post(renew::other))
        .route("/office/pickup/request", post(renew::request))
        .route("/office/lost", get(lost::show).post(lost::report))
        .route("/office/lost/stopped", get(lost::told))
        .merge(campaign::routes())
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
}
