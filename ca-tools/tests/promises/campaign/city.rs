//! A whole city with its operators, its offices' contacts and a mail server, under a clock that is moved.

use std::collections::BTreeMap;
use std::time::Duration;

use ca_tools::acts::{By, CampaignAt, Material, Person, ProofMethod, StepUndone, Writer};
use ca_tools::campaign::{AnswerChannel, CampaignAnswers, CampaignNo, OfficeSheet, RowSubject, StepKind};
use certs::{DeviceNo, Timestamp};
use registry::change::Inspection;
use registry::{LoginId, OfficeNo, Ownership, Role};
use servers::blocking::within;
use servers::mail::{Closed, MailServer, header};

use crate::fixtures::doors::Doors;
use crate::fixtures::house::House;
use crate::fixtures::registry_at::{form, office, password, person};
use crate::fixtures::serving::Serving;

const DAY: i64 = 86_400;
/// 382 and 1,513 are the city's own figures; of so many devices 5,000 are in service.
const FURNISHED: &str = "example house --offices 382 --people 1513 --devices 5156 --days 1 --refusals 0 --why 試験";
const ROLES: &str = "--role ra_clerk --role ra_approver --role ca_custodian --role auditor --role ops";
/// Who approves what `a.ito` proposes, and who types papers in.
const APPROVER: &str = "b.abe";
const CLERK: &str = "c.ueda";

/// A city under way; its desk stands open at the first day.
pub(super) struct City {
    pub(super) doors: Doors,
    pub(super) writer: Writer,
    pub(super) runtime: tokio::runtime::Runtime,
    pub(super) no: CampaignNo,
    /// A device of the operators' own office.
    pub(super) own: DeviceNo,
    server: MailServer,
    opened: Timestamp,
}

impl City {
    pub(super) fn furnished() -> Self {
        let house = House::new();
        let mut server = MailServer::away(Closed::Clear, &house.folder);
        server.come();
        house.send_through(&server, Closed::Clear);
        house.done("office register 1272200001 --name 柏市 --application A-1");
        house.done(FURNISHED);
        house.done(&format!(
            "user add --office 1272200001 --name 職員 --profession 行政 --id a.ito {ROLES} --application A-1"
        ));
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let writer = runtime.block_on(house.writer());
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let opened = Timestamp::from_unix(i64::try_from(now).unwrap());
        let no = CampaignNo::first_of(opened);
        let by = |operator: &str| By { application: Some("A-1".into()), ..of(operator, opened) };
        let own = runtime.block_on(async {
            for (id, roles) in [(CLERK, &[Role::RaClerk][..]), (APPROVER, &Role::ALL)] {
                let operator = Person { roles: roles.to_vec(), ..person(id) };
                writer.add_user(&by("a.ito"), operator, password()).await.unwrap();
            }
            let own = writer.apply_device(&by("a.ito"), form(Ownership::Office, &[])).await.unwrap();
            writer.inspect_device(&by(CLERK), own, Inspection::Passed, &[]).await.unwrap();
            writer.approve_device(&by(APPROVER), own, None).await.unwrap();
            own
        });
        Self { doors: Doors::of(house), writer, runtime, no, own, server, opened }
    }

    pub(super) fn house(&self) -> &House {
        &self.doors.house
    }

    pub(super) fn at(&self, days: i64) -> Timestamp {
        self.opened.plus(days * DAY)
    }

    pub(super) fn by(&self, operator: &str, days: i64) -> By {
        of(operator, self.at(days))
    }

    pub(super) fn place(&self, office: &OfficeNo, channel: AnswerChannel) -> CampaignAt {
        CampaignAt { campaign: self.no, office: office.clone(), channel }
    }

    /// Every office's but the city's own.
    pub(super) fn sheets(&self) -> Vec<OfficeSheet> {
        let all = self.runtime.block_on(self.writer.ledger().campaign_offices(self.no)).unwrap();
        all.into_iter().filter(|sheet| sheet.office != office()).collect()
    }

    /// The whole registry, octet by octet.
    pub(super) fn whole(&self, name: &str) -> Vec<u8> {
        let copy = self.house().folder.join(name);
        self.house().meddle(&format!("VACUUM INTO '{}'", copy.display()));
        std::fs::read(copy).unwrap()
    }

    /// How every ID and device stands.
    pub(super) fn standing(&self) -> BTreeMap<String, String> {
        let people = self.house().ask("SELECT login_id || ' ' || state FROM system_users ORDER BY 1");
        let devices =
            "SELECT 'DEV-' || substr(CAST(1000000 + device AS TEXT), 2) || ' ' || stage || suspended FROM devices";
        let all = people + "\n" + &self.house().ask(devices);
        all.lines()
            .filter_map(|line| line.split_once(' '))
            .map(|(id, state)| (id.to_owned(), state.to_owned()))
            .collect()
    }

    /// One proposes the step, and another approves; how many its frozen list has.
    pub(super) fn step(&self, step: StepKind, days: i64) -> usize {
        self.runtime.block_on(async {
            let by = self.by("a.ito", days);
            let proposed = self.writer.propose_campaign_step(&by, self.no, step).await.unwrap();
            assert!(self.writer.approve_proposal(&by, proposed.no, Material::default()).await.is_err(), "nobody alone");
            let other = self.by(APPROVER, days);
            self.writer.approve_proposal(&other, proposed.no, Material::default()).await.unwrap();
            proposed.outlook.touched.len()
        })
    }

    pub(super) fn undo(&self, days: i64) -> StepUndone {
        self.runtime.block_on(self.writer.undo_campaign_step(&self.by("a.ito", days), self.no)).unwrap()
    }

    /// A desk whose clock is so many days ahead.
    pub(super) fn desk(&self, days: u32, name: &str) -> Serving {
        self.house().serve_later(days, name)
    }

    /// Waits until a desk has carried every letter of the campaign; how many there were by then. Each came once, and to the
    /// contact whom it was meant for.
    pub(super) fn delivered(&self) -> usize {
        let waiting = "SELECT CAST(COUNT(*) AS TEXT) FROM mails WHERE kind LIKE 'status_report%' AND state = 'queued'";
        self.comes_to(waiting, "0");
        let sent = "SELECT m.message_id || ' ' || m.recipient || ' ' || o.mail FROM mails m JOIN offices o \
            ON o.office = m.about WHERE m.kind LIKE 'status_report%' AND m.state = 'sent'";
        let sent = self.house().ask(sent);
        let mut arrived: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for message in self.server.kept() {
            let id =
                header(&message, "Message-ID").trim_start_matches('<').split('@').next().unwrap_or_default().to_owned();
            arrived.entry(id).or_default().push(header(&message, "To").to_owned());
        }
        for line in sent.lines() {
            let [id, recipient, contact] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
            assert_eq!(recipient, contact, "to the contact, and to nobody else");
            assert_eq!(arrived.get(id).map(Vec::as_slice), Some([recipient.to_owned()].as_slice()), "{id}");
        }
        sent.lines().count()
    }

    /// Waits until the answer to this question is that.
    pub(super) fn comes_to(&self, question: &str, answer: &str) {
        within(Duration::from_secs(60), question, || (self.house().ask(question) == answer).then_some(()));
    }

    /// On the office's page: its contact answers, somebody else of the office stands for them, and it is handed in.
    pub(super) fn on_the_page(&self, sheet: &OfficeSheet, answers: &CampaignAnswers) {
        let people = active(sheet);
        let send = |person: &LoginId, edition: &str, fields: &[(&str, &str)]| {
            let (no, of) = (self.no.to_string(), (person.as_str(), sheet.office.as_str()));
            let carried = [("campaign", no.as_str()), ("edition", edition), ("rows", "5")];
            let sent = [&carried[..], fields].concat();
            let page = self.runtime.block_on(self.doors.as_person(of, "/office/campaign", Some(&sent)));
            page.place.clone().unwrap_or_else(|| panic!("{page:?}"))
        };
        let said: Vec<_> = answers
            .rows
            .iter()
            .filter_map(|(subject, answer)| Some((format!("answer.{subject}"), answer.as_ref()?.as_str())))
            .collect();
        let said: Vec<_> = said.iter().map(|(field, answer)| (field.as_str(), *answer)).collect();
        let all = [&[("do", "send")], &said[..]].concat();
        let contact = &people[0];
        assert_eq!(send(contact, "0", &all), "/office/campaign?told=waits", "{}", sheet.office);
        let vouch = [("do", "vouch"), ("person", contact.as_str())];
        assert_eq!(send(&people[1], "1", &vouch), "/office/campaign?told=vouched");
        assert_eq!(send(contact, "1", &all), "/office/campaign?told=sent");
    }

    /// A clerk types a paper in.
    pub(super) fn on_paper(&self, sheet: &OfficeSheet, (answers, days): (&CampaignAnswers, i64)) {
        let place = self.place(&sheet.office, AnswerChannel::Paper);
        self.runtime.block_on(async {
            let by = self.by(CLERK, days);
            self.writer.answer_campaign(&by, &place, answers).await.unwrap();
            self.writer.confirm_campaign(&by, &place).await.unwrap();
        });
    }
}

fn of(operator: &str, at: Timestamp) -> By {
    By { why: Some("現況届".into()), ..By::of(operator.parse().unwrap(), at, ProofMethod::Console) }
}

/// People of an office who can log in.
pub(super) fn active(sheet: &OfficeSheet) -> Vec<LoginId> {
    let people = sheet.rows.iter().filter(|row| row.standing == "active");
    let person = |row: &ca_tools::campaign::CampaignRow| match &row.subject {
        RowSubject::Person(person) => Some(person.clone()),
        RowSubject::Device(_) => None,
    };
    people.filter_map(person).collect()
}
