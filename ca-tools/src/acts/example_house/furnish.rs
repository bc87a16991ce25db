//! Rows of each table, one after the other, and an event for each.

use certs::Timestamp;
use registry::Os;
use serde_json::json;

use super::called::{GIVEN, LABELS, OFFICES, PLACES, PROFESSIONS, SORTS, SURNAMES, of};
use super::{DAY, ExampleHouse, FIRST, serial};
use crate::database::{Transaction, Value};
use crate::digest::sha256;
use crate::journal::Event;
use crate::refusal::Unavailable;
use crate::rows::event;
use crate::rows::example_house::{Furniture, write};

/// One house on its way.
pub(super) struct Furnishing {
    pub(super) house: ExampleHouse,
    pub(super) now: Timestamp,
    pub(super) operator: String,
    pub(super) issuer: String,
    pub(super) password: String,
    pub(super) version: i64,
    pub(super) prev: String,
}

/// So many rows are held in memory.
const AT_A_TIME: u32 = 5_000;

impl Furnishing {
    pub(super) async fn furnish(mut self, tx: &mut Transaction) -> Result<i64, Unavailable> {
        let house = self.house;
        let each: [(Furniture, u32, &str); 10] = [
            (Furniture::Offices, house.offices, "office.register"),
            (Furniture::People, house.people, "user.add"),
            (Furniture::Rooms, house.offices, "room.open"),
            (Furniture::Invitations, house.offices * 4, "room.invite"),
            (Furniture::Applications, house.devices, "application.receive"),
            (Furniture::Devices, house.devices, "device.approve"),
            (Furniture::Certificates, house.devices, "cert.issue"),
            (Furniture::Sightings, house.devices, ""),
            (Furniture::Tickets, house.devices / 10, "ticket.open"),
            (Furniture::Letters, house.devices / 5, ""),
        ];
        for (furniture, count, action) in each {
            for from in (0..count).step_by(AT_A_TIME as usize) {
                let numbers = from..count.min(from + AT_A_TIME);
                let mut rows = Vec::new();
                let mut events = Vec::new();
                for n in numbers {
                    if !action.is_empty() {
                        events.push(self.event(action, self.subject(furniture, n), (n, count)));
                    }
                    rows.push(self.row(furniture, n)?);
                }
                event::append_all(tx, &events).await?;
                write(tx, furniture, rows).await?;
            }
        }
        Ok(self.version)
    }

    /// The moment of the nth of so many, over all days.
    fn at(&self, (n, count): (u32, u32)) -> i64 {
        let span = i64::from(self.house.days.max(1)) * DAY;
        self.now.unix() - span + span * i64::from(n) / i64::from(count.max(1))
    }

    fn event(&mut self, action: &str, subject: String, place: (u32, u32)) -> Event {
        self.version += 1;
        let event = Event {
            version: self.version,
            at: self.at(place),
            operator: self.operator.clone(),
            action: action.to_owned(),
            subject,
            application: None,
            why: None,
            detail: r#"{"example":true}"#.to_owned(),
            prev: self.prev.clone(),
            changed: None,
        };
        self.prev = event.hash();
        event
    }

    fn subject(&self, furniture: Furniture, n: u32) -> String {
        match furniture {
            Furniture::Offices => self.house.office(n),
            Furniture::People => self.house.login_id(n),
            Furniture::Rooms => format!("example-{n}"),
            Furniture::Invitations => format!("example-{}", n / 4),
            Furniture::Applications => application(n),
            Furniture::Devices | Furniture::Certificates | Furniture::Sightings | Furniture::Tickets => {
                format!("DEV-{:06}", self.house.device(n))
            }
            Furniture::Letters => n.to_string(),
        }
    }

    #[expect(clippy::too_many_lines, reason = "a row of each table, and nothing else")]
    fn row(&self, furniture: Furniture, n: u32) -> Result<Vec<Value>, Unavailable> {
        let (house, version) = (self.house, self.version);
        let at = self.at((n, house.devices));
        let person = |n: u32| format!("{} {}", of(&SURNAMES, n), of(&GIVEN, n / 24 + n));
        let device = || i64::from(house.device(n));
        Ok(match furniture {
            Furniture::Offices => vec![
                house.office(n).into(),
                format!("社会福祉法人{}会", of(&OFFICES, n / 3)).into(),
                format!("{}{}{}", of(&SORTS, n), of(&OFFICES, n), of(&PLACES, n / 12)).into(),
                person(n).into(),
                format!("office{n}@example.jp").into(),
                format!("04-{:04}-{:04}", 7_100 + n / 10_000, n % 10_000).into(),
                format!("柏市{}{}-{}-{}", of(&PLACES, n), n % 9 + 1, n % 30 + 1, n % 12 + 1).into(),
                "1".into(),
                (if n % 200 == 7 { "suspended" } else { "registered" }).into(),
                application(n).into(),
                version.into(),
            ],
            Furniture::People => vec![
                house.login_id(n).into(),
                house.office(n).into(),
                person(n).into(),
                of(&PROFESSIONS, n).into(),
                "".into(),
                (if n % 100 == 3 { "suspended" } else { "active" }).into(),
                self.password.as_str().into(),
                i64::from(n.is_multiple_of(20)).into(),
                at.into(),
                0_i64.into(),
                "[]".into(),
                application(n).into(),
                version.into(),
            ],
            Furniture::Rooms => {
                vec![
                    format!("example-{n}").into(),
                    format!("{}さんの部屋", person(n)).into(),
                    "open".into(),
                    version.into(),
                ]
            }
            Furniture::Invitations => {
                vec![format!("example-{}", n / 4).into(), house.login_id(n).into(), "invited".into(), version.into()]
            }
            Furniture::Applications => {
                let waits = n % 2_000 == 11;
                let decided = (!waits).then_some(at);
                let form = json!({ "form": "certificate", "office": house.office(n), "label": of(&LABELS, n),
                    "os": "windows", "ownership": "office", "users": [] });
                vec![
                    application(n).into(),
                    "certificate".into(),
                    "web".into(),
                    (if waits { "received" } else { "approved" }).into(),
                    house.office(n).into(),
                    Some(device()).into(),
                    form.to_string().into(),
                    at.into(),
                    "desk".into(),
                    decided.into(),
                    decided.map(|_| self.operator.as_str()).into(),
                    "{}".into(),
                    decided.into(),
                    decided.map(|_| self.operator.as_str()).into(),
                    version.into(),
                ]
            }
            Furniture::Devices => {
                let stage = match n % 100 {
                    13 => "applied",
                    14 | 15 => "retired",
                    _ => "approved",
                };
                vec![
                    device().into(),
                    house.office(n).into(),
                    format!("{} {}", of(&LABELS, n), n % 9 + 1).into(),
                    Os::ALL[n as usize % Os::ALL.len()].as_str().into(),
                    (if n.is_multiple_of(7) { "byod" } else { "office" }).into(),
                    stage.into(),
                    i64::from(n % 97 == 5).into(),
                    at.into(),
                    self.operator.as_str().into(),
                    "{}".into(),
                    at.into(),
                    self.operator.as_str().into(),
                    application(n).into(),
                    version.into(),
                ]
            }
            Furniture::Certificates => {
                let ends = self.now.unix() + (i64::from(n.wrapping_mul(7_919) % 780) - 20) * DAY;
                let revoked = n % 25 == 9;
                let print = sha256(format!("print {n}"));
                vec![
                    serial(n).into(),
                    device().into(),
                    print.as_str().into(),
                    (if revoked { "revoked" } else { "issued" }).into(),
                    (ends - 790 * DAY).into(),
                    ends.into(),
                    revoked.then_some(at).into(),
                    revoked.then_some("lost").into(),
                    "swk".into(),
                    "server".into(),
                    self.issuer.as_str().into(),
                    print.as_str().into(),
                    pem(&print).into(),
                    application(n).into(),
                    version.into(),
                    sha256(format!("key {n}")).into(),
                ]
            }
            Furniture::Sightings => {
                let last = self.now.unix() - i64::from(n.wrapping_mul(31) % 400) * DAY;
                vec![serial(n).into(), "windows".into(), "192.0.2.0/24".into(), (last - 100 * DAY).into(), last.into()]
            }
            Furniture::Tickets => {
                let open = n % 20 == 1;
                let (issued, until) = if open {
                    (self.now.unix() - DAY, self.now.unix() + i64::from(n % 14) * DAY + 3_600)
                } else {
                    (at, at + 14 * DAY)
                };
                vec![
                    format!("T-{}", FIRST + n).into(),
                    sha256(format!("ticket {n}")).into(),
                    self.password.as_str().into(),
                    device().into(),
                    "first".into(),
                    (if open { "open" } else { "used" }).into(),
                    issued.into(),
                    self.operator.as_str().into(),
                    until.into(),
                    5_i64.into(),
                    (!open).then_some(at).into(),
                    0_i64.into(),
                    application(n).into(),
                    version.into(),
                ]
            }
            Furniture::Letters => {
                let refused = n % 500 == 17;
                vec![
                    i64::from(FIRST + n).into(),
                    format!("<{n}@example>").into(),
                    "pickup".into(),
                    format!("office{}@example.jp", n % house.offices.max(1)).into(),
                    "".into(),
                    format!("DEV-{:06}", house.device(n)).into(),
                    (if refused { "refused" } else { "sent" }).into(),
                    at.into(),
                    at.into(),
                    1_i64.into(),
                    Some(at).into(),
                    refused.then_some("550 no such mailbox").into(),
                    version.into(),
                ]
            }
        })
    }
}

/// Of one year: our numbers have six digits.
pub(super) fn application(n: u32) -> String {
    format!("A-2025-{:06}", n + 1)
}

/// As long as one is; it is none.
fn pem(print: &str) -> String {
    let line = format!("{print}\n");
    format!("-----BEGIN CERTIFICATE-----\n{}-----END CERTIFICATE-----\n", line.repeat(13))
}
