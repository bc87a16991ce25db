//! Proposals, and what custodians did alone: what waits, whom it touches, what would change; it is approved, turned down, taken
//! back; what was done alone is reviewed.

mod alone;
mod decide;
mod list;
mod moved;
mod propose;
mod show;

pub(super) use propose::{needing_two, propose_from};

use axum::Router;
use axum::routing::get;

use crate::desk::Desk;
use crate::proposal::{Act, ProposalKind, ProposalNo};

pub(super) fn routes() -> Router<Desk> {
    let mut router = Router::new()
        .route("/console/proposals", get(list::list))
        .route("/console/proposals/{no}", get(show::show))
        .route("/console/change/proposals/new/{what}/{id}", get(propose::ask).post(propose::propose))
        .route("/console/custody/proposals/new/{what}/{id}", get(alone::ask).post(alone::act))
        .route("/console/change/proposals/{no}/withdraw", get(decide::ask_withdraw).post(decide::withdraw))
        .route("/console/custody/proposals/{no}/withdraw", get(decide::ask_withdraw).post(decide::withdraw))
        .route("/console/custody/proposals/{no}/review", get(alone::ask_review).post(alone::review));
    for area in ["approve", "change", "custody"] {
        let at = |act: &str| format!("/console/{area}/proposals/{{no}}/{act}");
        router = router
            .route(&at("approve"), get(decide::ask_approve).post(decide::approve))
            .route(&at("reject"), get(decide::ask_reject).post(decide::reject));
    }
    router
}

/// Its page.
fn path_of(no: ProposalNo) -> String {
    format!("/console/proposals/{no}")
}

/// The part of the console in which it is decided.
fn area_of(kind: ProposalKind) -> &'static str {
    match kind {
        ProposalKind::Trust => "custody",
        // One of its two may be a clerk; which of them, the act itself asks.
        ProposalKind::Emergency => "change",
        ProposalKind::Roles
        | ProposalKind::Operator
        | ProposalKind::Many
        | ProposalKind::Maintenance
        | ProposalKind::OwnInspection => "approve",
    }
}

/// What can be proposed from a page with nothing but its subject: the word in the address, and the subject.
fn act_of(what: &str, id: &str) -> Option<Act> {
    Some(match what {
        "suspend-person" => Act::SuspendPerson { person: id.parse().ok()? },
        "delete-person" => Act::DeletePerson { person: id.parse().ok()? },
        "reset-password" => Act::ResetPassword { person: id.parse().ok()? },
        "suspend-office" => Act::SuspendOffice { office: id.parse().ok()? },
        "resume-office" => Act::ResumeOffice { office: id.parse().ok()? },
        "withdraw-office" => Act::WithdrawOffice { office: id.parse().ok()? },
        "approve-device" => Act::ApproveDevice { device: id.parse().ok()?, until: None },
        "approve-application" => Act::ApproveApplication { application: id.parse().ok()?, until: None },
        "emergency" => Act::Emergency { device: id.parse().ok()? },
        _ => return None,
    })
}
