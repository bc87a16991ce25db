//! A person: what holds, what stands in their way, what can be done.
//!
//! `show` is their page. `simple` does what one press does (a hold, its end, a lock that is lifted, the end of an ID), `leave`
//! moves them, `kana` says how they are read, `maintenance` lets in who maintains the service, `reset` hands out a password, `roles` gives and takes roles, `add` is how somebody becomes one.

mod add;
mod kana;
mod leave;
mod maintenance;
mod reset;
mod roles;
mod show;
mod simple;

pub(super) use add::latest;
pub(super) use reset::made_up;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use registry::LoginId;

use super::act::Touched;
use super::fact::{named, text};
use super::may::Right;
use super::missing::{not_yours, nothing, silent};
use super::operator::Operator;
use crate::desk::Desk;
use crate::ledger::Entry;
use crate::refusal::Refusal;
use crate::spelling;

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/console/people/{person}", get(show::show))
        .route("/console/change/people/new/add", get(add::ask).post(add::act))
        .route("/console/change/people/{person}/move", get(leave::ask).post(leave::act))
        .route("/console/change/people/{person}/reset-password", get(reset::ask).post(reset::act))
        .route("/console/change/people/{person}/kana", get(kana::ask).post(kana::act))
        .route("/console/change/people/{person}/maintenance/{step}", get(maintenance::ask).post(maintenance::act))
        .route("/console/change/people/{person}/{act}", get(simple::ask).post(simple::act))
        .route("/console/approve/people/{person}/roles", get(roles::ask).post(roles::act))
}

/// Their page.
pub(super) fn path_of(person: &LoginId) -> String {
    format!("/console/people/{person}")
}

/// An ID as people type it: capital letters and full-width signs too.
pub(super) fn typed(text: &str) -> Option<LoginId> {
    spelling::code(text).ok()?.to_ascii_lowercase().parse().ok()
}

/// Whom an act is about.
struct Subject {
    id: LoginId,
    entry: Entry,
}

impl Subject {
    /// Looked up, for somebody who may act on people.
    async fn of(desk: &Desk, operator: &Operator, (person, right): (&str, Right)) -> Result<Self, Response> {
        if !operator.may().has(right) {
            return Err(not_yours(desk, operator, right));
        }
        let missing = || nothing(desk, operator, "このIDの利用者はいません。");
        let id = typed(person).ok_or_else(missing)?;
        match desk.writer().ledger().user(&id).await {
            Ok(entry) => Ok(Self { id, entry }),
            Err(Refusal::Unknown(..)) => Err(missing()),
            Err(refusal) => {
                tracing::warn!(%refusal, "the registry does not answer");
                Err(silent(desk, operator))
            }
        }
    }

    /// 「佐藤 花子（k.sato）」.
    fn called(&self) -> String {
        named(self.id.as_str(), text(&self.entry, "name"))
    }

    fn office(&self) -> &str {
        text(&self.entry, "office")
    }

    /// Number and name of their office.
    fn office_called(&self) -> String {
        named(self.office(), text(&self.entry, "office_name"))
    }

    fn touched(&self) -> Vec<Touched> {
        vec![
            Touched { what: "利用者", said: self.called(), path: Some(path_of(&self.id)) },
            Touched {
                what: "事業所",
                said: self.office_called(),
                path: Some(format!("/console/offices/{}", self.office())),
            },
        ]
    }
}
