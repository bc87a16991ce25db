//! What needs two? An act that one operator asks for and another approves, each by their own proof.
//!
//! ```text
//! act ──► proposal (whom it touches, what holds, what would) ──► judge ──► may be done, or why not
//! ```
//! Everything here decides and waits for nothing: `act` names what can be proposed, `kind` why it needs two, `needs` what
//! who approves must hold, `outlook` freezes whom it touches and what holds of them, `between` finds where two acted for one
//! another, `judge` says yes or one named no. `acts::two` gathers the facts, and holds every act to it.

mod act;
mod as_text;
mod between;
mod judge;
mod kind;
mod list_act;
mod needs;
mod number;
mod outlook;
mod refusal;
mod said;

pub(crate) use act::ATTENDANCES;
pub use act::Act;
pub use between::{ActedFor, One, PastAct, acted_for};
pub(crate) use between::{TO_A_DEVICE, TO_A_PERSON};
pub use judge::{CarryOut, Case, MayApprove, MayCarryOut, Party, may_approve, may_carry_out};
pub use kind::{Finding, ProposalKind, State};
pub use list_act::{ListAct, NotAListAct};
pub use needs::Needs;
pub use number::{BrokenGlassNo, NotAProposal, ProposalNo};
pub use outlook::{FieldValues, Moved, Outlook, Touched};
pub use refusal::ProposalRefusal;

use certs::Timestamp;
use registry::LoginId;

/// `[proposals]`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Settings {
    /// An act on more devices, or more IDs, than this needs two.
    pub many: usize,
    /// A proposal lives for so many days.
    pub days: i64,
    /// Who approves and who proposed must not have acted for one another since the proposal, nor for so many hours before.
    pub apart_hours: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { many: 20, days: 7, apart_hours: 24 }
    }
}

/// What a custodian did alone is looked at by another within so many seconds.
pub const REVIEW: i64 = 3 * 86_400;

/// A proposal, as it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Proposal {
    /// Its number.
    pub no: ProposalNo,
    /// What is asked for.
    pub act: Act,
    /// Whom it touches, and what held and would hold.
    pub outlook: Outlook,
    /// Over whom it touches and what held.
    pub facts: String,
    /// Of the registry's last restore.
    pub epoch: i64,
    /// The application it rests on.
    pub application: Option<String>,
    /// Why.
    pub why: String,
    /// Who asks for it.
    pub proposed_by: LoginId,
    /// When.
    pub proposed_at: Timestamp,
    /// Its last second.
    pub until: Timestamp,
    /// How far it is.
    pub state: State,
    /// Who decided it.
    pub decided_by: Option<LoginId>,
}
