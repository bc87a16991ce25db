//! A large house as it stands after years of use: for measuring. Rows of offices, people, devices, certificates, rooms,
//! applications, tickets and letters, an event for each, and what gateways told of every day.
//!
//! Its certificates are no certificates (`doctor` says so), and nobody knows its people's passwords. The journal begins anew
//! behind it. The same scale gives the same house.

use certs::{Fingerprint, Timestamp};
use registry::Os;
use serde_json::json;
use serde_json::value::RawValue;

use super::change::{Change, RequiredRole};
use super::{By, Writer};
use crate::database::{Transaction, Value};
use crate::digest::sha256;
use crate::journal::Event;
use crate::password;
use crate::refusal::{Refusal, Unavailable};
use crate::reports::Batch;
use crate::rows;
use crate::rows::example_house::{Furniture, write, write_events};

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

const SURNAMES: [&str; 24] = [
    "佐藤",
    "鈴木",
    "高橋",
    "髙橋",
    "田中",
    "渡辺",
    "渡邊",
    "渡邉",
    "伊藤",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "山崎",
    "山﨑",
    "斎藤",
    "斉藤",
    "齋藤",
    "濱田",
    "浜田",
    "長谷川",
    "小野寺",
];
const GIVEN: [&str; 20] = [
    "花子",
    "太郎",
    "美咲",
    "翔太",
    "陽子",
    "健一",
    "さくら",
    "大輔",
    "直美",
    "誠",
    "恵子",
    "拓也",
    "由美",
    "隆",
    "真由美",
    "和也",
    "幸子",
    "亮",
    "明美",
    "剛",
];
const OFFICES: [&str; 12] = [
    "ひだまり",
    "さくら",
    "あおぞら",
    "こもれび",
    "ほほえみ",
    "コスモス",
    "すみれ",
    "みどり",
    "やすらぎ",
    "つくし",
    "ケアセンター北",
    "メディカル南",
];
const SORTS: [&str; 6] =
    ["訪問看護ステーション", "デイサービス", "居宅介護支援事業所", "クリニック", "薬局", "訪問介護事業所"];
const PLACES: [&str; 8] = ["柏", "豊四季", "高柳", "逆井", "南柏", "北柏", "沼南", "光ケ丘"];
const LABELS: [&str; 6] =
    ["受付のPC", "訪問用タブレット", "管理者のノートPC", "看護師のスマートフォン", "共用PC", "待機室のPC"];
const PROFESSIONS: [&str; 6] = ["看護師", "介護福祉士", "介護支援専門員", "医師", "薬剤師", "理学療法士"];
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

fn of(list: &[&'static str], n: u32) -> &'static str {
    list[n as usize % list.len().max(1)]
}

/// One house on its way.
struct Furnishing {
    house: ExampleHouse,
    now: Timestamp,
    operator: String,
    issuer: String,
    password: String,
    version: i64,
    prev: String,
}

/// So many rows are held in memory.
const AT_A_TIME: u32 = 5_000;

impl Furnishing {
    async fn furnish(mut self, tx: &mut Transaction) -> Result<i64, Unavailable> {
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
            (Furniture::Tickets, house.devices / 10, "ticket.issue"),
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
                write_events(tx, &events).await?;
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
                i64::from(n % 20 == 0).into(),
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
                    (if n % 7 == 0 { "byod" } else { "office" }).into(),
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
fn application(n: u32) -> String {
    format!("A-2025-{:06}", n + 1)
}

/// As long as one is; it is none.
fn pem(print: &str) -> String {
    let line = format!("{print}\n");
    format!("-----BEGIN CERTIFICATE-----\n{}-----END CERTIFICATE-----\n", line.repeat(13))
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
        assert!(application(1).parse::<crate::application::ApplicationNo>().is_ok());
    }
}
