//! Where does the renewal of the certificate somebody came with stand?

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use certs::{DeviceNo, Serial, Timestamp};

use super::Ledger;
use crate::refusal::{Kind, Refusal, Unavailable};

/// Days before its end from which a certificate can be renewed (ca-tools/README.md#renew).
const WINDOW_DAYS: i64 = 90;

/// How far a renewal has come. Times are the last second.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Renewal {
    /// It is too early.
    NotYet { serial: Serial, not_after: Timestamp, from: Timestamp },
    /// It can begin.
    Due { serial: Serial, not_after: Timestamp },
    /// The next one is made and was never used; until when that one is good.
    Pending { serial: Serial, not_after: Timestamp },
    /// It was made short on purpose, or for an emergency: what follows it is applied for.
    ByApplication { serial: Serial, not_after: Timestamp },
    /// They came with the new one; until when the old one still counts.
    Proven { serial: Serial, not_after: Timestamp, until: Timestamp },
}

impl Renewal {
    /// The certificate they came with.
    pub(crate) fn serial(&self) -> &Serial {
        match self {
            Self::NotYet { serial, .. }
            | Self::Due { serial, .. }
            | Self::ByApplication { serial, .. }
            | Self::Pending { serial, .. }
            | Self::Proven { serial, .. } => serial,
        }
    }

    /// Whether a new one may be asked for.
    pub(crate) fn may_begin(&self) -> bool {
        match self {
            Self::Due { .. } | Self::Pending { .. } => true,
            Self::ByApplication { .. } | Self::NotYet { .. } | Self::Proven { .. } => false,
        }
    }
}

impl Ledger {
    /// The renewal of this certificate (base64url SHA-256 of its DER) of this device.
    ///
    /// # Errors
    /// The device has no such certificate, or the registry does not answer.
    pub(crate) async fn renewal(&self, device: DeviceNo, thumbprint: &str, now: Timestamp) -> Result<Renewal, Refusal> {
        let unknown = || Refusal::Unknown(Kind::Certificate, thumbprint.to_owned());
        let octets = BASE64_URL_SAFE_NO_PAD.decode(thumbprint).map_err(|_| unknown())?;
        let fingerprint = hex::encode(octets);
        let mut tx = self.read().await?;
        let row = tx
            .row(
                "SELECT c.serial, c.not_after, c.successor, c.shortened, e.serial AS emergency FROM certificates c \
                 LEFT JOIN emergencies e ON e.serial = c.serial WHERE c.fingerprint = $1 AND c.device = $2 \
                 AND c.state IN ('issued', 'superseded')",
                [fingerprint.into(), device.number().into()],
            )
            .await?
            .ok_or_else(unknown)?;
        let text = row.text("serial")?;
        let serial = text.parse().map_err(|_| Unavailable::Corrupt(format!("serial {text:?}")))?;
        let not_after = Timestamp::from_unix(row.int("not_after")?);
        if row.int("shortened")? != 0 || row.maybe_text("emergency")?.is_some() {
            return Ok(Renewal::ByApplication { serial, not_after });
        }
        if let Some(successor) = row.maybe_text("successor")? {
            let next = tx.row("SELECT not_after FROM certificates WHERE serial = $1", [successor.into()]).await?;
            let next = next.map_or(Ok(not_after.unix()), |next| next.int("not_after"))?;
            return Ok(Renewal::Pending { serial, not_after: Timestamp::from_unix(next) });
        }
        let old = tx
            .row(
                "SELECT not_after, superseded_from FROM certificates WHERE successor = $1 AND device = $2 \
                 AND state IN ('issued', 'superseded')",
                [text.into(), device.number().into()],
            )
            .await?;
        if let Some(old) = old {
            let until = old.maybe_int("superseded_from")?.map_or(i64::MAX, |from| from - 1).min(old.int("not_after")?);
            if until > now.unix() {
                return Ok(Renewal::Proven { serial, not_after, until: Timestamp::from_unix(until) });
            }
        }
        let from = not_after.plus(-WINDOW_DAYS * 86_400);
        Ok(if now < from { Renewal::NotYet { serial, not_after, from } } else { Renewal::Due { serial, not_after } })
    }
}
