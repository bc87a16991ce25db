//! A prepared certificate that the registry knows of.

use super::prepare::Prepared;
use super::receipt::IntentReceipt;
use super::refusal::SignRefusal;

/// Proof that the registry holds the hash of what is about to be signed, so that no certificate of
/// ours can exist of which it does not know. Made only by [`Prepared::recorded`].
#[must_use]
#[derive(Debug)]
pub struct Recorded {
    prepared: Prepared,
}

impl Recorded {
    pub(super) fn join(prepared: Prepared, receipt: IntentReceipt) -> Result<Self, SignRefusal> {
        if !receipt.is_for(prepared.serial(), &prepared.to_be_signed()) {
            return Err(SignRefusal::OtherReceipt);
        }
        Ok(Self { prepared })
    }

    pub(super) fn into_prepared(self) -> Prepared {
        self.prepared
    }
}
