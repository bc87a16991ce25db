//! How many people, devices and certificates are there, by what the city counts them by?

use certs::Timestamp;

use super::Ledger;
use crate::database::Row;
use crate::refusal::Unavailable;

/// So many under a word, and of these so many on hold.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Numbered {
    pub(crate) word: String,
    pub(crate) of: String,
    pub(crate) count: i64,
    pub(crate) held: i64,
}

/// An office with what belongs to it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct OfficeNumbers {
    pub(crate) office: String,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) people: i64,
    pub(crate) contacts: i64,
    pub(crate) devices: i64,
    pub(crate) certificates: i64,
    pub(crate) emergencies: i64,
}

/// All that is counted.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct HouseNumbers {
    pub(crate) professions: Vec<Numbered>,
    /// Registered system, and whose they are.
    pub(crate) systems: Vec<Numbered>,
    pub(crate) certificates: Vec<Numbered>,
    pub(crate) offices: Vec<OfficeNumbers>,
    pub(crate) rooms: Vec<Numbered>,
}

const PROFESSIONS: &str = "SELECT profession AS word, '' AS of_word, COUNT(*) AS n, \
    CAST(SUM(CASE WHEN state = 'suspended' THEN 1 ELSE 0 END) AS BIGINT) AS held FROM system_users \
    WHERE state <> 'deleted' GROUP BY profession ORDER BY n DESC, profession";
const SYSTEMS: &str = "SELECT os AS word, ownership AS of_word, COUNT(*) AS n, CAST(SUM(suspended) AS BIGINT) AS held \
    FROM devices WHERE stage = 'approved' GROUP BY os, ownership ORDER BY os, ownership";
const CERTIFICATES: &str = "SELECT CASE WHEN c.state = 'issued' AND c.not_after < $1 THEN 'expired' ELSE c.state END AS word, \
    CASE WHEN EXISTS (SELECT 1 FROM emergencies e WHERE e.serial = c.serial) THEN 'emergency' ELSE '' END AS of_word, \
    COUNT(*) AS n, CAST(0 AS BIGINT) AS held FROM certificates c GROUP BY 1, 2 ORDER BY 1, 2";
const ROOMS: &str = "SELECT state AS word, '' AS of_word, COUNT(*) AS n, CAST(0 AS BIGINT) AS held FROM rooms \
    GROUP BY state ORDER BY state";
const OFFICES: &str = "SELECT o.office, o.name, o.state, \
    (SELECT COUNT(*) FROM system_users u WHERE u.office = o.office AND u.state <> 'deleted') AS people, \
    (SELECT COUNT(*) FROM office_contacts k WHERE k.office = o.office AND k.state = 'contact') AS contacts, \
    (SELECT COUNT(*) FROM devices d WHERE d.office = o.office AND d.stage = 'approved') AS devices, \
    (SELECT COUNT(*) FROM certificates c JOIN devices d ON d.device = c.device WHERE d.office = o.office \
    AND c.state = 'issued' AND c.not_after >= $1) AS certificates, \
    (SELECT COUNT(*) FROM emergencies e JOIN devices d ON d.device = e.device WHERE d.office = o.office) AS emergencies \
    FROM offices o ORDER BY o.office";

impl Ledger {
    /// Counts them.
    pub(crate) async fn numbers(&self, now: Timestamp) -> Result<HouseNumbers, Unavailable> {
        let mut tx = self.read().await?;
        let counted = |rows: Vec<Row>| -> Result<Vec<Numbered>, Unavailable> {
            let one = |row: &Row| {
                let (word, of) = (row.text("word")?, row.text("of_word")?);
                Ok(Numbered { word, of, count: row.int("n")?, held: row.int("held")? })
            };
            rows.iter().map(one).collect()
        };
        let office = |row: &Row| {
            Ok(OfficeNumbers {
                office: row.text("office")?,
                name: row.text("name")?,
                state: row.text("state")?,
                people: row.int("people")?,
                contacts: row.int("contacts")?,
                devices: row.int("devices")?,
                certificates: row.int("certificates")?,
                emergencies: row.int("emergencies")?,
            })
        };
        let offices = tx.rows(OFFICES, [now.unix().into()]).await?;
        Ok(HouseNumbers {
            professions: counted(tx.rows(PROFESSIONS, []).await?)?,
            systems: counted(tx.rows(SYSTEMS, []).await?)?,
            certificates: counted(tx.rows(CERTIFICATES, [now.unix().into()]).await?)?,
            offices: offices.iter().map(office).collect::<Result<_, Unavailable>>()?,
            rooms: counted(tx.rows(ROOMS, []).await?)?,
        })
    }
}
