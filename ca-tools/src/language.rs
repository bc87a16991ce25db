//! In which language the commands speak: Japanese, or English by `--lang en`. Pages and commands share the kit's words for it.

use registry::change::RevokedReason;

pub use pages::{Language, Text};

/// Why a certificate was withdrawn, as people say it.
pub(crate) fn reason_in_japanese(reason: RevokedReason) -> &'static str {
    match reason {
        RevokedReason::Lost => "紛失・盗難",
        RevokedReason::Replaced => "機器の入替え",
        RevokedReason::Left => "退職・異動",
        RevokedReason::Ended => "利用終了",
        RevokedReason::Other => "その他",
    }
}
