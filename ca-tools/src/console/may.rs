//! What may an operator see and do here? Asked of their roles before a button is shown, of every address by the registry as it
//! is now, whatever the gateway let through, and of the act once more when it is done.

use registry::Role;
use registry::change::Rank;

/// What a part of the console takes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Right {
    /// Reading what is kept of people, offices, devices and rooms.
    Read,
    /// Receiving and recording.
    Change,
    /// Approving.
    Approve,
    /// Working with the CA's keys and with trust.
    Custody,
    /// Looking after gateways and letters.
    Operate,
}

impl Right {
    /// What this address takes; none where every operator may be. The gateway's policies say the same by areas.
    pub(super) fn at(path: &str, reads: bool) -> Option<Self> {
        let part = path.strip_prefix("/console/").unwrap_or_default().split('/').next().unwrap_or_default();
        match part {
            "" => None,
            "operations" if reads => None,
            "operations" => Some(Self::Operate),
            "change" => Some(Self::Change),
            "export" => Some(Self::Read),
            "approve" => Some(Self::Approve),
            "custody" => Some(Self::Custody),
            _ => Some(Self::Read),
        }
    }

    /// The roles that have it.
    fn roles(self) -> &'static [Role] {
        match self {
            Self::Read => &[Role::RaClerk, Role::RaApprover, Role::Auditor, Role::CaCustodian],
            Self::Change => &[Role::RaClerk, Role::RaApprover],
            Self::Approve => &[Role::RaApprover],
            Self::Custody => &[Role::CaCustodian],
            Self::Operate => &[Role::Ops, Role::RaClerk, Role::RaApprover, Role::CaCustodian],
        }
    }

    /// Who can, where the reader cannot: a sentence in the place of the button.
    pub(crate) fn who(self) -> &'static str {
        match self {
            Self::Read => "この画面は、受付・承認・監査・認証局の鍵のどれかの役割の職員が見られます。",
            Self::Change => "この操作は、受付または承認の役割の職員が行えます。",
            Self::Approve => "この操作は、承認の役割の職員が行えます。",
            Self::Custody => "この操作は、認証局の鍵の役割の職員が行えます。",
            Self::Operate => "この操作は、運用・受付・承認・認証局の鍵のどれかの役割の職員が行えます。",
        }
    }
}

/// What one operator may.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct May {
    rank: Rank,
}

impl May {
    pub(super) fn of(rank: &Rank) -> Self {
        Self { rank: rank.clone() }
    }

    /// Whether they have this right.
    pub(crate) fn has(&self, right: Right) -> bool {
        right.roles().iter().any(|role| self.rank.holds(*role))
    }

    /// For templates: reading about people.
    pub(crate) fn read(&self) -> bool {
        self.has(Right::Read)
    }
}
