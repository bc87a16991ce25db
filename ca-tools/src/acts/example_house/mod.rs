//! A large house as it stands after years of use: for measuring. Rows of offices, people, devices, certificates, rooms,
//! applications, tickets and letters, an event for each, and what gateways told of every day.
//!
//! Its certificates are no certificates (`doctor` says so), and nobody knows its people's passwords. The journal begins anew
//! behind it. The same scale gives the same house.

mod called;
mod furnish;

use certs::{Fingerprint, Timestamp};
use serde_json::json;
use serde_json::value::RawValue;

use super::change::{Change, RequiredRole};
use super::example::not_in_use;
use super::{By, Writer};
use crate::digest::sha256;
use crate::password;
use crate::refusal::{Refusal, Unavailable};
use crate::reports::Batch;
use crate::rows;
use furnish::Furnishing;

/// How large.
#[derive(Clone, Copy, Debug)]
pub struct ExampleHouse {
    /// 事業所.
    pub offices: u32,
    /// システム利用者.
    pub people: u32,
    /// 端末, each with a certificate.
    pub devices: u32,
    /// For so many days gateways have told of refusals.
    pub days: u32,
    /// How many refusals of a day.
    pub refusals: u32,
}

/// Devices whose refusals were told.
const REFUSED: u32 = 5_000;
/// Numbers from which an example house counts, beyond those of whoever tries one out.
const FIRST: u32 = 100_001;
const DAY: i64 = 86_400;

/// Why, under which code, and whether it names a person.
const REASONS: [(&str, &str, bool); 8] = [
    ("expired", "KW-102", false),
    ("suspended", "KW-107", false),
    ("wrong_password", "KW-201", true),
    ("not_invited", "KW-111", true),
    ("superseded", "KW-104", false),
    ("revoked", "KW-103", false),
    ("user_not_on_device", "KW-108", true),
    ("not_approved", "KW-105", false),
];

impl Writer {
    /// Furnishes it; its last version.
    ///
    /// # Errors
    /// The operator keeps no keys of the CA, gave no reason, or it was furnished before.
    pub async fn example_house(&self, by: &By, house: ExampleHouse, issuer: &Fingerprint) -> Result<u64, Refusal> {
        if by.why.is_none() {
            return Err(Refusal::NoWhy);
        }
        let mut tx = self.database.begin_write().await?;
        Change::may(&mut tx, by, RequiredRole::Custody).await?;
        not_in_use(&rows::person::operators(&mut tx).await?, &by.operator, RequiredRole::Custody)?;
        rows::registry::hold_off(&mut tx).await?;
        let missing = || Unavailable::Corrupt("the last event is missing".to_owned());
        let head = rows::event::head(&mut tx).await?.ok_or_else(missing)?;
        let prev = head.hash.ok_or_else(missing)?;
        let furnishing = Furnishing {
            house,
            now: by.at,
            operator: by.operator.to_string(),
            issuer: issuer.to_string(),
            password: password::nobodys().map_err(|why| Unavailable::Other(why.to_string()))?,
            version: head.version,
            prev,
        };
        let version = furnishing.furnish(&mut tx).await?;
        rows::device_use::fill(&mut tx).await?;
        rows::registry::set_version(&mut tx, version).await?;
        tx.commit().await?;
        for day in (0..house.days).rev() {
            self.told_of(house, by.at.plus(-i64::from(day) * DAY), day).await?;
        }
        Ok(self.start_journal(by, &["example_house"]).await?.0)
    }

    /// What gateways told of one day.
    async fn told_of(&self, house: ExampleHouse, at: Timestamp, day: u32) -> Result<(), Refusal> {
        let first = i64::from(house.days - day) * i64::from(house.refusals);
        let lines = (0..house.refusals).map(|n| house.line(at, first + i64::from(n))).collect::<Result<_, _>>();
        let batch = Batch {
            gateway: "example".to_owned(),
            boot: "example".to_owned(),
            sequence: i64::from(house.days - day),
            applied: 0,
            head: None,
            dropped: 0,
            cuts: Vec::new(),
            sightings: Vec::new(),
            lines: lines?,
            checkpoints: Vec::new(),
            strangers: Vec::new(),
        };
        let mut tx = self.database.begin_write().await?;
        rows::told::keep(&mut tx, &batch, at).await?;
        Ok(tx.commit().await?)
    }
}

impl ExampleHouse {
    fn office(self, n: u32) -> String {
        (9_000_000_001 + u64::from(n % self.offices.max(1))).to_string()
    }

    fn login_id(self, n: u32) -> String {
        format!("kn-{}", FIRST + n % self.people.max(1))
    }

    fn device(self, n: u32) -> u32 {
        FIRST + n % self.devices.max(1)
    }

    /// An access line, refused.
    fn line(self, at: Timestamp, seq: i64) -> Result<Box<RawValue>, Unavailable> {
        let n = u32::try_from(seq).unwrap_or_default();
        let number = (n.wrapping_mul(7_919)) % REFUSED.min(self.devices.max(1));
        let (reason, code, personal) = REASONS[(n % 8) as usize];
        let id = &sha256(format!("request {seq}"))[..32];
        let mut line = json!({
            "kind": if reason == "wrong_password" { "login" } else { "request" },
            "time": at.plus(i64::from(n % 600)).to_string(), "gateway": "example", "request_id": id,
            "ref": reference(id), "site": "service", "outcome": "refused", "reason": reason, "code": code,
            "status": 403, "method": "GET", "host": "kashiwani.example.jp", "path": "/rooms/",
            "office": self.office(number), "device": format!("DEV-{:06}", self.device(number)),
            "serial": serial(number), "source": format!("192.0.2.{}", n % 250), "tls_version": "1.3",
            "tls_group": "X25519MLKEM768", "tls_suite": "TLS13_AES_256_GCM_SHA384", "http_version": "2",
            "bytes_in": 0, "bytes_out": 5_120, "duration_us": 840, "seq": seq, "prev": sha256(seq.to_string()),
        });
        if personal {
            line["user"] = self.login_id(number).into();
        }
        RawValue::from_string(line.to_string()).map_err(|why| Unavailable::Other(why.to_string()))
    }
}

/// As the gateway writes it: the first 40 bits, five at a time.
fn reference(id: &str) -> String {
    const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let bits = id.get(..10).and_then(|start| u64::from_str_radix(start, 16).ok()).unwrap_or_default();
    let letter = |place: u32| char::from(ALPHABET[(bits >> (5 * place) & 31) as usize]);
    let (first, last): (String, String) = ((4..8).rev().map(letter).collect(), (0..4).rev().map(letter).collect());
    format!("{first}-{last}")
}

fn serial(n: u32) -> String {
    format!("4{}", &sha256(format!("serial {n}"))[..31])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_numbers_are_numbers_of_ours() {
        let house = ExampleHouse { offices: 3, people: 5, devices: 7, days: 1, refusals: 1 };
        assert!(house.office(2).parse::<registry::OfficeNo>().is_ok());
        assert!(house.login_id(4).parse::<registry::LoginId>().is_ok());
        assert!(serial(1).parse::<certs::Serial>().is_ok());
        assert!(furnish::application(1).parse::<crate::application::ApplicationNo>().is_ok());
    }
}
