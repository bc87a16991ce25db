//! A ticket is shown: looked up, judged, and spent in the change that records its certificate.

use certs::Timestamp;
use serde_json::json;

use super::change::{Change, RequiredRole};
use super::{By, Writer};
use crate::refusal::{Kind, Refusal};
use crate::rows::{TicketProof, ticket};
use crate::ticket::{Given, Gives, Part, TicketRefusal, judge};

/// As whom something is changed on a ticket that was shown.
pub(super) fn by(proof: &TicketProof, at: Timestamp) -> Result<By, Refusal> {
    let (application, request) = (Some(proof.application().to_owned()), proof.request().map(str::to_owned));
    Ok(By { application, why: Some(proof.why()), request, ..By::desk(at)? })
}

impl Writer {
    /// A wrong code was shown with this number; how many more it endures.
    pub(crate) async fn wrong_code(&self, by: &By, name: &str) -> Result<i64, Refusal> {
        let mut change = self.change(by, RequiredRole::Desk).await?;
        let left = ticket::tries_left(&mut change, name).await?;
        let left = left.ok_or_else(|| Refusal::Unknown(Kind::Ticket, name.to_owned()))?;
        let left = (left - 1).max(0);
        ticket::write_tries(&mut change, name, left).await?;
        change.commit("ticket.wrong-code", name, json!({ "tries_left": left })).await?;
        Ok(left)
    }
}

/// Does the ticket still give a certificate, in this very change?
pub(super) async fn stands(change: &mut Change, proof: &TicketProof) -> Result<(), Refusal> {
    match gives(change, proof).await? {
        Gives::New => Ok(()),
        Gives::Again { at, .. } | Gives::Page { at } => {
            let other = proof.part() == Part::First;
            Err(TicketRefusal::Used { at, other }.into())
        }
    }
}

/// What the ticket gives in this very change.
pub(super) async fn gives(change: &mut Change, proof: &TicketProof) -> Result<Gives, Refusal> {
    let standing = ticket::standing(change, proof.name()).await?;
    let standing = standing.ok_or_else(|| Refusal::Unknown(Kind::Ticket, proof.name().to_owned()))?;
    Ok(judge(standing.stored, Given::Right, proof.part(), change.at())?)
}

/// The ticket gave this certificate.
pub(super) async fn spend(change: &mut Change, proof: &TicketProof, serial: &str) -> Result<(), Refusal> {
    let retaken = match proof.part() {
        Part::First => false,
        Part::Other => true,
    };
    Ok(ticket::spend(change, proof.name(), (serial, retaken)).await?)
}
