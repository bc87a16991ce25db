//! Numbers as people type them on a command line: full-width, with spaces, without their zeros. One reader each.

use certs::{DeviceNo, DeviceNoRefusal};
use registry::{LoginId, NameRefusal, OfficeNo, RoomRef};

use crate::application::{ApplicationNo, Day, FiscalYear, Month, NotADay, NotAFiscalYear, NotAMonth, NotANumber};
use crate::incident::{IncidentNo, NotAnIncident};
use crate::proposal::{BrokenGlassNo, NotAProposal, ProposalNo};
use crate::spelling;

/// `DEV-000004`, `dev-4`, `4`, `ＤＥＶ－０００００４`.
pub(super) fn device(text: &str) -> Result<DeviceNo, DeviceNoRefusal> {
    DeviceNo::typed(text)
}

/// An office's number, small letters and full-width signs too.
pub(super) fn office(text: &str) -> Result<OfficeNo, NameRefusal> {
    plain(text).to_ascii_uppercase().parse()
}

/// A person's ID, capital letters and full-width signs too.
pub(super) fn login(text: &str) -> Result<LoginId, NameRefusal> {
    plain(text).to_ascii_lowercase().parse()
}

/// A room's reference. Its letters are left as they are: a path tells small ones from capital ones.
pub(super) fn room(text: &str) -> Result<RoomRef, NameRefusal> {
    plain(text).parse()
}

/// A day, in any of its spellings.
pub(super) fn day(text: &str) -> Result<Day, NotADay> {
    plain(text).parse()
}

/// An application of ours.
pub(super) fn application(text: &str) -> Result<ApplicationNo, NotANumber> {
    ApplicationNo::typed(text)
}

/// A proposal.
pub(super) fn proposal(text: &str) -> Result<ProposalNo, NotAProposal> {
    ProposalNo::typed(text)
}

/// An incident.
pub(super) fn incident(text: &str) -> Result<IncidentNo, NotAnIncident> {
    IncidentNo::typed(text)
}

/// What a custodian did alone.
pub(super) fn broken_glass(text: &str) -> Result<BrokenGlassNo, NotAProposal> {
    BrokenGlassNo::typed(text)
}

/// A month, as people write it.
pub(super) fn month(text: &str) -> Result<Month, NotAMonth> {
    plain(text).parse()
}

/// A fiscal year: 2026, 令和8年度.
pub(super) fn fiscal_year(text: &str) -> Result<FiscalYear, NotAFiscalYear> {
    plain(text).parse()
}

/// What holds a sign that may not stand is no number of any kind, and is told so by its own reader.
fn plain(text: &str) -> String {
    spelling::code(text).unwrap_or_else(|_| text.to_owned())
}
