//! Which change may follow on which state?
//!
//! Pure rules: a state and a change give the next state or an [`IllegalChange`] that says why not.
//! The writer asks here before it writes; nothing else moves a state. Three rules hold throughout
//! and are walked by property tests: what is final stays so (revoked, superseded, deleted,
//! withdrawn, replaced, closed, rejected, retired), a hold can be lifted, and a change that would
//! change nothing is refused, so that no event in the audit chain says what did not happen.

mod authority;
mod certificate;
mod consequence;
mod device;
mod emergency;
mod illegal;
mod moving;
mod office;
mod rank;
mod room;
mod system_user;

pub use authority::{AuthorityState, Hanging, newest, next_due};
pub use certificate::{CertificateChange, CertificateStage, RevokedReason};
pub use consequence::{Closed, Left};
pub use device::{DeviceChange, DeviceStanding, Inspection};
pub use emergency::{Disagreement, EMERGENCY_SECONDS, EmergencyApproval, Operator, two_agree};
pub use illegal::IllegalChange;
pub use office::OfficeChange;
pub use rank::{InService, Rank, may_give, operator_stays, roles_come};
pub use room::{
    AttendanceState, InvitationChange, InvitationState, ListingChange, ListingState, RoomChange, RoomState,
};
pub use system_user::SystemUserChange;
