//! What is asked to find out whether a registry is sound.

use certs::{DeviceNo, Timestamp};

use super::Ledger;
use crate::database::Row;
use crate::refusal::Unavailable;

/// Rules, each with a question whose answer should be empty; each row names a `subject`.
const RULES: [(&str, &str); 8] = [
    (
        "issued_without_certificate",
        "SELECT serial AS subject FROM certificates WHERE state IN ('issued', 'superseded') \
            AND (fingerprint IS NULL OR certificate IS NULL)",
    ),
    (
        "intended_with_certificate",
        "SELECT serial AS subject FROM certificates WHERE state = 'intended' \
            AND (fingerprint IS NOT NULL OR certificate IS NOT NULL)",
    ),
    (
        "end_without_time",
        "SELECT serial AS subject FROM certificates WHERE (state = 'superseded' AND superseded_from IS NULL) \
            OR (state = 'revoked' AND (revoked_at IS NULL OR revoked_reason IS NULL))",
    ),
    (
        "two_certificates_in_use",
        "SELECT MIN(serial) AS subject FROM certificates WHERE state = 'issued' AND successor IS NULL GROUP BY device \
            HAVING COUNT(*) > 1 AND MIN(not_after) >= (SELECT MAX(at) FROM events)",
    ),
    (
        "certificate_of_retired_device",
        "SELECT c.serial AS subject FROM certificates c JOIN devices d ON d.device = c.device \
            WHERE c.state = 'issued' AND d.stage IN ('retired', 'rejected')",
    ),
    (
        "approved_without_approval",
        "SELECT 'DEV-' || device AS subject FROM devices WHERE stage = 'approved' \
            AND (approved_at IS NULL OR approved_by IS NULL OR (inspected_at IS NULL \
            AND NOT EXISTS (SELECT 1 FROM emergencies e WHERE e.device = devices.device)))",
    ),
    (
        "deleted_user_invited",
        "SELECT i.room || ' ' || i.login_id AS subject FROM invitations i \
            JOIN system_users u ON u.login_id = i.login_id WHERE i.state = 'invited' AND u.state = 'deleted'",
    ),
    (
        "deleted_user_listed",
        "SELECT 'DEV-' || l.device || ' ' || l.login_id AS subject FROM device_users l \
            JOIN system_users u ON u.login_id = l.login_id WHERE l.state = 'listed' AND u.state = 'deleted'",
    ),
];

/// Tables whose rows carry the version of the change that wrote them.
const NEWEST: &str = "SELECT MAX(newest) AS newest FROM (\
    SELECT MAX(version) AS newest FROM offices UNION ALL SELECT MAX(version) FROM system_users \
    UNION ALL SELECT MAX(version) FROM devices UNION ALL SELECT MAX(version) FROM device_users \
    UNION ALL SELECT MAX(version) FROM certificates UNION ALL SELECT MAX(version) FROM rooms \
    UNION ALL SELECT MAX(version) FROM invitations UNION ALL SELECT MAX(version) FROM authorities \
    UNION ALL SELECT MAX(version) FROM applications UNION ALL SELECT MAX(version) FROM office_contacts \
    UNION ALL SELECT MAX(version) FROM tickets UNION ALL SELECT MAX(version) FROM loss_codes \
    UNION ALL SELECT MAX(version) FROM mails UNION ALL SELECT MAX(version) FROM first_uses \
    UNION ALL SELECT MAX(version) FROM renewal_notices UNION ALL SELECT MAX(version) FROM emergencies) AS rows";

/// An approval by two operators is one for an emergency.
const EMERGENCIES_OVER: &str = "SELECT device, approved_until FROM devices WHERE stage = 'approved' AND approved_by LIKE '% %' \
    AND approved_until < $1 ORDER BY device";

/// Keys with more than one certificate, of one device or of two, one of them in use.
const TWICE: &str = "SELECT key_print, MIN(serial) AS one, MAX(serial) AS other, COUNT(DISTINCT device) AS devices \
    FROM certificates WHERE key_print IS NOT NULL GROUP BY key_print \
    HAVING COUNT(*) > 1 AND MAX(CASE WHEN state = 'issued' THEN 1 ELSE 0 END) = 1 ORDER BY key_print";
/// Certificates whose key the writer could not write down when it opened the registry.
const UNKNOWN: &str =
    "SELECT serial FROM certificates WHERE certificate IS NOT NULL AND key_print IS NULL ORDER BY serial";

const CERTIFICATES: &str = "SELECT serial, device, fingerprint, not_before, not_after, issuer, certificate, key_print \
    FROM certificates WHERE certificate IS NOT NULL AND serial > $1 ORDER BY serial LIMIT 1000";

/// A certificate as its row stands.
#[derive(Clone, Debug)]
pub(crate) struct AsItStands {
    pub(crate) serial: String,
    pub(crate) device: i64,
    pub(crate) fingerprint: Option<String>,
    pub(crate) not_before: i64,
    pub(crate) not_after: i64,
    pub(crate) issuer: String,
    pub(crate) certificate: String,
    pub(crate) key_print: Option<String>,
}

/// Two certificates of one key.
#[derive(Clone, Debug)]
pub(crate) struct CertifiedTwice {
    pub(crate) one: String,
    pub(crate) other: String,
    pub(crate) two_devices: bool,
}

/// A letter that nobody got.
#[derive(Clone, Debug)]
pub(crate) struct Undelivered {
    pub(crate) mail: i64,
    pub(crate) about: String,
    pub(crate) given_up: bool,
    pub(crate) problem: String,
}

impl Ledger {
    /// What breaks the rule of this name.
    pub(crate) async fn breaking(&self, rule: &str) -> Result<Vec<String>, Unavailable> {
        let mut tx = self.read().await?;
        let mut subjects = Vec::new();
        for (_, question) in RULES.iter().filter(|(name, _)| *name == rule) {
            for row in tx.rows(question, []).await? {
                subjects.push(row.text("subject")?);
            }
        }
        Ok(subjects)
    }

    /// Intents of programs that died: serials, and devices where they can be read.
    pub(crate) async fn left_behind(&self) -> Result<Vec<(String, Option<DeviceNo>)>, Unavailable> {
        let question = "SELECT serial, device FROM certificates WHERE state = 'intended' ORDER BY version";
        let rows = self.read().await?.rows(question, []).await?;
        let device = |row: &Row| {
            let stored = row.int("device")?;
            Ok((row.text("serial")?, u32::try_from(stored).ok().and_then(|n| DeviceNo::new(n).ok())))
        };
        rows.iter().map(device).collect()
    }

    /// The highest version that any row carries.
    pub(crate) async fn newest_row(&self) -> Result<i64, Unavailable> {
        let newest = self.read().await?.row(NEWEST, []).await?;
        Ok(newest.map_or(Ok(None), |row| row.maybe_int("newest"))?.unwrap_or_default())
    }

    /// Devices that were approved for an emergency which is over, and when it was.
    pub(crate) async fn emergencies_over(&self, now: Timestamp) -> Result<Vec<(String, Timestamp)>, Unavailable> {
        let rows = self.read().await?.rows(EMERGENCIES_OVER, [now.unix().into()]).await?;
        let read = |row: &Row| {
            Ok((format!("DEV-{:06}", row.int("device")?), Timestamp::from_unix(row.int("approved_until")?)))
        };
        rows.iter().map(read).collect()
    }

    /// Keys that have two certificates, one of them in use.
    pub(crate) async fn keys_certified_twice(&self) -> Result<Vec<CertifiedTwice>, Unavailable> {
        let rows = self.read().await?.rows(TWICE, []).await?;
        let read = |row: &Row| {
            let two_devices = row.int("devices")? > 1;
            Ok(CertifiedTwice { one: row.text("one")?, other: row.text("other")?, two_devices })
        };
        rows.iter().map(read).collect()
    }

    /// Certificates whose key cannot be read.
    pub(crate) async fn keys_unknown(&self) -> Result<Vec<String>, Unavailable> {
        let rows = self.read().await?.rows(UNKNOWN, []).await?;
        rows.iter().map(|row| row.text("serial")).collect()
    }

    /// Every authority: fingerprint and PEM.
    pub(crate) async fn authorities_as_they_stand(&self) -> Result<Vec<(String, String)>, Unavailable> {
        let rows = self.read().await?.rows("SELECT fingerprint, certificate FROM authorities", []).await?;
        rows.iter().map(|row| Ok((row.text("fingerprint")?, row.text("certificate")?))).collect()
    }

    /// A thousand certificates after this serial.
    pub(crate) async fn certificates_as_they_stand(&self, after: &str) -> Result<Vec<AsItStands>, Unavailable> {
        let rows = self.read().await?.rows(CERTIFICATES, [after.into()]).await?;
        let read = |row: &Row| {
            Ok(AsItStands {
                serial: row.text("serial")?,
                device: row.int("device")?,
                fingerprint: row.maybe_text("fingerprint")?,
                not_before: row.int("not_before")?,
                not_after: row.int("not_after")?,
                issuer: row.text("issuer")?,
                certificate: row.text("certificate")?,
                key_print: row.maybe_text("key_print")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// The fingerprints of authorities in use.
    pub(crate) async fn authorities_in_use(&self) -> Result<Vec<String>, Unavailable> {
        let question = "SELECT fingerprint FROM authorities WHERE state = 'active'";
        let rows = self.read().await?.rows(question, []).await?;
        rows.iter().map(|row| row.text("fingerprint")).collect()
    }

    /// The fingerprints of issuing CAs in this state.
    pub(crate) async fn issuing_in_state(&self, state: &str) -> Result<Vec<String>, Unavailable> {
        let question = "SELECT fingerprint FROM authorities WHERE kind = 'issuing' AND state = $1";
        let rows = self.read().await?.rows(question, [state.into()]).await?;
        rows.iter().map(|row| row.text("fingerprint")).collect()
    }

    /// Letters that ended undelivered after this moment.
    pub(crate) async fn undelivered_since(&self, after: Timestamp) -> Result<Vec<Undelivered>, Unavailable> {
        let question =
            "SELECT mail, about, given_up, problem FROM mails WHERE state = 'refused' AND ended_at >= $1 ORDER BY mail";
        let rows = self.read().await?.rows(question, [after.unix().into()]).await?;
        let read = |row: &Row| {
            Ok(Undelivered {
                mail: row.int("mail")?,
                about: row.text("about")?,
                given_up: row.int("given_up")? == 1,
                problem: row.maybe_text("problem")?.unwrap_or_default(),
            })
        };
        rows.iter().map(read).collect()
    }

    /// How many letters have waited since before this moment, and what stands in the way of one of them.
    pub(crate) async fn waiting_since(&self, before: Timestamp) -> Result<(i64, String), Unavailable> {
        let question = "SELECT COUNT(*) AS n, COALESCE(MAX(problem), '') AS problem FROM mails \
            WHERE state = 'queued' AND queued_at < $1";
        let row = self.read().await?.row(question, [before.unix().into()]).await?;
        row.map_or(Ok((0, String::new())), |row| Ok((row.int("n")?, row.text("problem")?)))
    }
}
