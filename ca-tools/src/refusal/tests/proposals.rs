//! Every refusal of proposals and of undoing.

use registry::Role;

use super::{AT, person};
use crate::proposal::{self, ActedFor, BrokenGlassNo, Moved, ProposalNo, ProposalRefusal, State};
use crate::undo::{Lasting, UndoRefusal, taken_back};

every!(proposals: ProposalRefusal {
    ProposalRefusal::ActedForOneAnother(..) => [ProposalRefusal::ActedForOneAnother(proposal(), ActedFor {
        who: person(),
        whom: person(),
        action: "user.roles".to_owned(),
        at: AT,
        version: 7,
    })],
    ProposalRefusal::ApproverMayNot(..) => [
        ProposalRefusal::ApproverMayNot(proposal(), person(), vec![Role::RaApprover]),
        ProposalRefusal::ApproverMayNot(proposal(), person(), Vec::new()),
    ],
    ProposalRefusal::Decided(..) => State::ALL.iter().map(|state| ProposalRefusal::Decided(proposal(), *state)),
    ProposalRefusal::OfAnotherHistory(_) => [ProposalRefusal::OfAnotherHistory(proposal())],
    ProposalRefusal::OtherAct(_) => [ProposalRefusal::OtherAct(proposal())],
    ProposalRefusal::Lapsed(..) => [ProposalRefusal::Lapsed(proposal(), AT)],
    ProposalRefusal::NeedsTwo(..) => {
        proposal::ProposalKind::ALL.iter().map(|kind| ProposalRefusal::NeedsTwo(*kind, vec![person()]))
    },
    ProposalRefusal::NotYet(_) => [ProposalRefusal::NotYet(proposal())],
    ProposalRefusal::NotYours(..) => [ProposalRefusal::NotYours(proposal(), person())],
    ProposalRefusal::Own(..) => [ProposalRefusal::Own(proposal(), person())],
    ProposalRefusal::ProposerGone(..) => [ProposalRefusal::ProposerGone(proposal(), person())],
    ProposalRefusal::ProposerMayNot(..) => {
        [ProposalRefusal::ProposerMayNot(proposal(), person(), vec![Role::RaApprover])]
    },
    ProposalRefusal::Reviewed(_) => [ProposalRefusal::Reviewed(broken_glass())],
    ProposalRefusal::ReviewsOwn(..) => [ProposalRefusal::ReviewsOwn(broken_glass(), person())],
    ProposalRefusal::Stale(..) => [ProposalRefusal::Stale(proposal(), vec![Moved {
        id: "k.sato".to_owned(),
        field: "roles".to_owned(),
        was: "auditor".to_owned(),
        is: String::new(),
    }])],
    ProposalRefusal::Unknown(_) => [ProposalRefusal::Unknown("P-000001".to_owned())],
});

every!(undos: UndoRefusal {
    UndoRefusal::Already(..) => [UndoRefusal::Already(7, 9)],
    UndoRefusal::ByTwo(..) => [UndoRefusal::ByTwo(7, instead())],
    UndoRefusal::Changed(..) => [UndoRefusal::Changed(7, Some(9)), UndoRefusal::Changed(7, None)],
    UndoRefusal::Lasts(..) => Lasting::ALL.into_iter().map(|why| UndoRefusal::Lasts(7, why, instead())),
    UndoRefusal::Late(..) => [UndoRefusal::Late(7, AT, instead())],
    UndoRefusal::LetterLeft(..) => [UndoRefusal::LetterLeft(7, instead())],
    UndoRefusal::Unknown(_) => [UndoRefusal::Unknown(7)],
});

fn instead() -> Option<crate::undo::Instead> {
    taken_back("device.suspend").and_then(|row| row.instead)
}

fn proposal() -> ProposalNo {
    ProposalNo::of(1).unwrap()
}

fn broken_glass() -> BrokenGlassNo {
    BrokenGlassNo::of(1).unwrap()
}
