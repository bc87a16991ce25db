//! Why may this change not be made?

use crate::change::{CertificateStage, InvitationState, ListingState, RoomState};
use crate::record::{DeviceStage, OfficeState, SystemUserState};

/// The reason, in words an operator can act on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum IllegalChange {
    /// The device's approval has lapsed.
    #[error("the device's approval has lapsed: approve it again first")]
    ApprovalLapsed,
    /// The approval would end before it begins.
    #[error("an approval must last beyond this moment")]
    ApprovalWouldBeOver,
    /// Certificates that an issuing CA signed are in use.
    #[error("{0} certificates of this CA are in use: it goes when the last of them has ended")]
    AuthorityInUse(u64),
    /// The issuing CA went already.
    #[error("this CA is retired already")]
    AuthorityRetired,
    /// The certificate's state is final, or not yet that far.
    #[error("the certificate is {0}: it cannot be {1}")]
    Certificate(CertificateStage, CertificateStage),
    /// The device is not approved.
    #[error("the device is {0}: only an approved device may hold a certificate")]
    DeviceNotApproved(DeviceStage),
    /// The device is not on hold.
    #[error("the device is not suspended: there is nothing to resume")]
    DeviceNotSuspended,
    /// The device's stage is final.
    #[error("the device is {0}, and that is for good: apply for it anew")]
    DeviceOver(DeviceStage),
    /// The device is on hold.
    #[error("the device is suspended: resume it first")]
    DeviceSuspended,
    /// Invited already, or removed already, or never invited.
    #[error("the invitation is already {0}")]
    InvitationAlready(InvitationState),
    /// Listed already, or removed already.
    #[error("the person is already {0} on this device")]
    ListingAlready(ListingState),
    /// A role that nobody holds could never be given.
    #[error(
        "nobody is an operator yet: give the first one every role \
         (--role ra_clerk --role ra_approver --role auditor --role ca_custodian)"
    )]
    FirstLacksRole,
    /// Operator roles belong to one office.
    #[error("the person holds operator roles: take them first (user roles --take)")]
    HoldsRoles,
    /// Nobody would be left who could approve, or give a role to another.
    #[error("no other operator in service holds every role: add one first (user add --role …, each of the four)")]
    LastOperator,
    /// Nobody else could sign.
    #[error("no other issuing CA can sign: add one first (ca add-issuing)")]
    LastAuthority,
    /// Approval asks for a passed inspection (handbook P12 ⑤).
    #[error("the device has not passed its inspection: record a passed one first (device inspect --result pass)")]
    NotInspected,
    /// The network that a device uses is looked at, too (handbook P12 ⑤, 誓約③).
    #[error(
        "the network that the device uses was not inspected: record the inspection anew (device inspect --result pass)"
    )]
    NetworkNotInspected,
    /// Nobody gives up what is not in use.
    #[error("the device is {0}, and not in use yet: reject it instead")]
    NotInUseYet(DeviceStage),
    /// Nobody can be removed who was never there.
    #[error("the person was never invited or listed here")]
    NeverThere,
    /// Operators are people of the city's own office.
    #[error("operator roles are for people of the city's own office, where the operators are")]
    NotTheCitysOffice,
    /// An office in that state already.
    #[error("the office is already {0}")]
    OfficeAlready(OfficeState),
    /// Nobody would be let in who could resume it.
    #[error("the operators are of this office: on hold, nobody would be left who could resume it")]
    OfficeOfOperators,
    /// The office's state is final.
    #[error("the office is {0}, and that is for good: register it anew")]
    OfficeOver(OfficeState),
    /// The office is on hold.
    #[error("the office is suspended: resume it first")]
    OfficeSuspended,
    /// Nothing to give and nothing to take.
    #[error("the person's roles are that already")]
    RolesAlready,
    /// The room's state is final.
    #[error("the room is {0}, and that is for good: open a new one")]
    RoomOver(RoomState),
    /// Too late to turn a device down.
    #[error("the device is already approved: suspend it, or revoke its certificates, instead of rejecting it")]
    TooLateToReject,
    /// The same office twice.
    #[error("the person already belongs to this office")]
    UserAlreadyThere,
    /// An ID in that state already.
    #[error("the ID is already {0}")]
    UserAlready(SystemUserState),
    /// The ID was deleted and is never given again.
    #[error("the ID is deleted, and that is for good: add a new one")]
    UserDeleted,
    /// The ID is on hold.
    #[error("the ID is suspended: resume it first")]
    UserSuspended,
}
