//! A campaign of a whole city, from its opening to its closing, under a clock that moves: 382 offices and 1,513 IDs with their
//! devices, answers over the web, on paper and in files, each step undone once, and every letter at a real mail server.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ca_tools::acts::{By, CampaignAt, Material, ProofMethod, Writer};
use ca_tools::application::Day;
use ca_tools::campaign::{
    AnswerChannel, CampaignAnswers, CampaignDates, CampaignNo, OfficeSheet, OfficeStage, RowAnswer, RowStanding,
    RowSubject, StepKind,
};
use certs::Timestamp;
use registry::{LoginId, OfficeNo};
use servers::blocking::within;
use servers::mail::{Closed, MailServer, header};

use crate::fixtures::house::House;

const DAY: i64 = 86_400;
/// 382 and 1,513 are the city's own figures.
const FURNISHED: &str = "example house --offices 382 --people 1513 --devices 1600 --days 1 --refusals 0 --why 試験";
const ROLES: &str = "--role ra_clerk --role ra_approver --role ca_custodian --role auditor --role ops";

/// A city under way.
struct City {
    house: House,
    server: MailServer,
    writer: Writer,
    runtime: tokio::runtime::Runtime,
    opened: Timestamp,
    no: CampaignNo,
}

impl City {
    fn furnished() -> Self {
        let house = House::new();
        let mut server = MailServer::away(Closed::Clear, &house.folder);
        server.come();
        house.send_through(&server, Closed::Clear);
        house.done("office register 1272200001 --name 柏市 --application A-1");
        house.done(FURNISHED);
        for id in ["a.ito", "b.abe"] {
            let line = format!(
                "user add --office 1272200001 --name 職員 --profession 行政 --id {id} {ROLES} --application A-1"
            );
            let told = house.tell_as(if id == "a.ito" { "setup" } else { "a.ito" }, &line);
            assert_eq!(told.code, 0, "{told:?}");
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let writer = runtime.block_on(house.writer());
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let opened = Timestamp::from_unix(i64::try_from(now).unwrap());
        Self { house, server, writer, runtime, opened, no: CampaignNo::first_of(opened) }
    }

    fn at(&self, days: i64) -> Timestamp {
        self.opened.plus(days * DAY)
    }

    fn by(&self, operator: &str, days: i64) -> By {
        By { why: Some("現況届".into()), ..By::of(operator.parse().unwrap(), self.at(days), ProofMethod::Console) }
    }

    fn contact(&self, person: &LoginId, days: i64) -> By {
        By::of(person.clone(), self.at(days), ProofMethod::Office)
    }

    fn place(&self, office: &OfficeNo, channel: AnswerChannel) -> CampaignAt {
        CampaignAt { campaign: self.no, office: office.clone(), channel }
    }

    fn sheets(&self) -> Vec<OfficeSheet> {
        let all = self.runtime.block_on(self.writer.ledger().campaign_offices(self.no)).unwrap();
        all.into_iter().filter(|sheet| sheet.office.as_str() != "1272200001").collect()
    }

    fn version(&self) -> i64 {
        self.runtime.block_on(self.writer.ledger().version()).unwrap()
    }

    /// How every ID and device stands.
    fn standing(&self) -> BTreeMap<String, String> {
        let people = self.house.ask("SELECT login_id || ' ' || state FROM system_users ORDER BY 1");
        let devices =
            "SELECT 'DEV-' || substr(CAST(1000000 + device AS TEXT), 2) || ' ' || stage || suspended FROM devices";
        let all = people + "\n" + &self.house.ask(devices);
        all.lines()
            .filter_map(|line| line.split_once(' '))
            .map(|(id, state)| (id.to_owned(), state.to_owned()))
            .collect()
    }

    fn step(&self, step: StepKind, days: i64) -> usize {
        self.runtime.block_on(async {
            let proposed = self.writer.propose_campaign_step(&self.by("a.ito", days), self.no, step).await.unwrap();
            let touched = proposed.outlook.touched.len();
            let approved =
                self.writer.approve_proposal(&self.by("b.abe", days), proposed.no, Material::default()).await;
            approved.unwrap();
            touched
        })
    }

    fn undo(&self, days: i64) -> ca_tools::acts::StepUndone {
        self.runtime.block_on(self.writer.undo_campaign_step(&self.by("a.ito", days), self.no)).unwrap()
    }

    /// Opens a desk so many days ahead until every letter of the campaign has arrived; how many have by then. Each came once,
    /// to whom it was meant for.
    fn delivered(&self, days: u32) -> usize {
        self.delivered_when(days, ("SELECT '1'", "1"))
    }

    /// The same, once the desk's clock has done this: the answer to that question.
    fn delivered_when(&self, days: u32, (question, answer): (&str, &str)) -> usize {
        let mut desk = self.house.serve_later(days, &format!("desk-{days}.sock"));
        within(Duration::from_secs(60), "the desk's clock, and the campaign's letters", || {
            let waiting =
                "SELECT CAST(COUNT(*) AS TEXT) FROM mails WHERE kind LIKE 'status_report%' AND state = 'queued'";
            (self.house.ask(question) == answer && self.house.ask(waiting) == "0").then_some(())
        });
        desk.kill();
        let sent =
            "SELECT message_id || ' ' || recipient FROM mails WHERE kind LIKE 'status_report%' AND state = 'sent'";
        let sent = self.house.ask(sent);
        let meant: BTreeMap<_, _> = sent.lines().filter_map(|line| line.split_once(' ')).collect();
        let mut arrived: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for message in self.server.kept() {
            let id =
                header(&message, "Message-ID").trim_start_matches('<').split('@').next().unwrap_or_default().to_owned();
            arrived.entry(id).or_default().push(header(&message, "To").to_owned());
        }
        for (id, recipient) in &meant {
            assert_eq!(arrived.get(*id).map(Vec::as_slice), Some([(*recipient).to_owned()].as_slice()), "{id}");
        }
        meant.len()
    }
}

/// Every row goes on, but for the last device of every fifth office.
fn said(sheet: &OfficeSheet, at: usize) -> CampaignAnswers {
    let mut answers = sheet.all_others_continue();
    let last = sheet.rows.iter().rev().find(|row| matches!(row.subject, RowSubject::Device(_)));
    if let Some(device) = last.filter(|_| at.is_multiple_of(5)) {
        answers.rows.insert(device.subject.clone(), Some(RowAnswer::Delete));
    }
    answers
}

/// People of an office who can log in.
fn active(sheet: &OfficeSheet) -> Vec<LoginId> {
    let people = sheet.rows.iter().filter(|row| row.standing == "active");
    let person = |row: &ca_tools::campaign::CampaignRow| match &row.subject {
        RowSubject::Person(person) => Some(person.clone()),
        RowSubject::Device(_) => None,
    };
    people.filter_map(person).collect()
}

impl City {
    /// A contact answers over the web, somebody else of the office stands for them, and they confirm.
    fn over_the_web(&self, sheet: &OfficeSheet, at: usize) {
        let people = active(sheet);
        let [contact, other, ..] = people.as_slice() else { return self.on_paper(sheet, at, 3) };
        let place = self.place(&sheet.office, AnswerChannel::Web);
        self.runtime.block_on(async {
            self.writer.name_contact(&self.by("a.ito", 1), contact).await.unwrap();
            let by = self.contact(contact, 2);
            self.writer.answer_campaign(&by, &place, &said(sheet, at)).await.unwrap();
            let own = RowSubject::Person(contact.clone());
            self.writer.vouch_in_campaign(&self.contact(other, 2), &place, &own).await.unwrap();
            self.writer.confirm_campaign(&by, &place).await.unwrap();
        });
    }

    /// A clerk types a paper in.
    fn on_paper(&self, sheet: &OfficeSheet, at: usize, days: i64) {
        let place = self.place(&sheet.office, AnswerChannel::Paper);
        self.runtime.block_on(async {
            let by = self.by("a.ito", days);
            self.writer.answer_campaign(&by, &place, &said(sheet, at)).await.unwrap();
            self.writer.confirm_campaign(&by, &place).await.unwrap();
        });
    }

    /// The table of all offices comes back with the rows of these, filled in.
    fn in_a_file(&self, offices: &BTreeSet<OfficeNo>) {
        let told = self.house.tell_as("a.ito", &format!("campaign export {} --out all.csv --format csv", self.no));
        assert_eq!(told.code, 0, "{told:?}");
        let table = std::fs::read_to_string(self.house.folder.join("all.csv")).unwrap();
        let filled = table.lines().enumerate().filter_map(|(at, line)| {
            let mut cells: Vec<_> = line.split(',').collect();
            let ours = cells[1].parse().is_ok_and(|office: OfficeNo| offices.contains(&office));
            if at > 0 {
                cells[10] = "継続";
            }
            (at == 0 || ours).then(|| cells.join(","))
        });
        let filled = filled.collect::<Vec<_>>().join("\r\n");
        // As a spreadsheet in Japan saves it.
        let (octets, _, strange) = encoding_rs::SHIFT_JIS.encode(filled.trim_start_matches('\u{feff}'));
        assert!(!strange);
        std::fs::write(self.house.folder.join("back.csv"), octets).unwrap();
        let told = self.house.tell_as("a.ito", &format!("campaign import {} back.csv --confirm", self.no));
        assert_eq!(told.code, 0, "{told:?}");
        let confirmed = told.json()["confirmed"].as_array().unwrap().len();
        assert_eq!(confirmed, offices.len(), "{told:?}");
    }
}

#[test]
fn a_whole_city_answers_or_does_not_and_what_follows_is_what_two_decided_and_nobody_took_back() {
    let mut city = City::furnished();
    let day = |city: &City, days| Day::of(city.at(days));
    let dates = CampaignDates {
        due: day(&city, 30),
        reminders: vec![day(&city, 14), day(&city, 28)],
        warn_on: Some(day(&city, 35)),
        suspend_on: Some(day(&city, 45)),
        delete_on: Some(day(&city, 60)),
    };
    let opened = city.runtime.block_on(city.writer.open_campaign(&city.by("a.ito", 0), &dates)).unwrap();
    city.no = opened.campaign.no;
    assert_eq!((opened.offices, opened.people, opened.letters), (383, 1_515, 382));
    assert_eq!(city.delivered(0), 382, "each contact is written to, and nobody else");

    // Pages are opened, and nothing is submitted: nothing changes.
    let (before, all) = (city.version(), city.sheets());
    for sheet in &all {
        city.runtime.block_on(city.writer.ledger().campaign_office(city.no, &sheet.office)).unwrap();
        assert_eq!(sheet.count(RowStanding::Unanswered), sheet.rows.len());
    }
    assert_eq!(city.version(), before);

    // 200 over the web and on paper, 100 in a file; 82 say nothing, but that one of ten answered a row.
    let (web, rest) = all.split_at(120);
    let (on_paper, rest) = rest.split_at(80);
    let (in_files, silent) = rest.split_at(100);
    for (at, sheet) in web.iter().enumerate() {
        let held = sheet.office.as_str().ends_with('8');
        if held { city.on_paper(sheet, at, 3) } else { city.over_the_web(sheet, at) }
    }
    on_paper.iter().enumerate().for_each(|(at, sheet)| city.on_paper(sheet, at, 3));
    city.in_a_file(&in_files.iter().map(|sheet| sheet.office.clone()).collect());
    let spoken_for: Vec<_> =
        silent.iter().step_by(10).filter_map(|sheet| Some((sheet, active(sheet).pop()?))).collect();
    for (sheet, person) in &spoken_for {
        let rows = [(RowSubject::Person(person.clone()), Some(RowAnswer::Continue))].into();
        let answers = CampaignAnswers { seen: sheet.edition, rows, forms: None };
        let place = city.place(&sheet.office, AnswerChannel::Paper);
        city.runtime.block_on(city.writer.answer_campaign(&city.by("a.ito", 4), &place, &answers)).unwrap();
    }
    let progress = city.runtime.block_on(city.writer.ledger().campaign_progress(city.no, city.at(5))).unwrap();
    assert_eq!(progress.count(OfficeStage::Confirmed), 300);
    assert_eq!(
        (progress.count(OfficeStage::Begun), progress.count(OfficeStage::Untouched)),
        (spoken_for.len(), 83 - spoken_for.len())
    );

    // The city's days, by the clock: whoever has something left to answer is written to, once.
    let reminded = "SELECT CAST(COUNT(*) AS TEXT) FROM campaign_reminders";
    assert_eq!(city.delivered_when(14, (reminded, "1")), 382 + 82);
    let mut letters = city.delivered_when(28, (reminded, "2"));
    assert_eq!(letters, 382 + 2 * 82);

    // Warned; that was a mistake, and is told; warned again.
    assert_eq!(city.step(StepKind::Warn, 35), 83, "the city's own office, too, which has no mail address");
    letters += 82;
    assert_eq!(city.delivered(35), letters);
    assert_eq!(city.undo(36).letters, 82);
    letters += 82;
    assert_eq!(city.delivered(36), letters);
    city.step(StepKind::Warn, 37);
    letters += 82;
    assert_eq!(city.delivered(37), letters);

    // Put on hold, undone, exactly; put on hold again.
    let was = city.standing();
    let touched = city.step(StepKind::Suspend, 45);
    let held = city.standing();
    let stopped: BTreeSet<_> =
        was.iter().filter(|(id, state)| held[*id] != **state).map(|(id, _)| id.clone()).collect();
    assert_eq!(stopped.len(), touched);
    let answered =
        |id: &String| all[..300].iter().any(|sheet| sheet.rows.iter().any(|row| row.subject.to_string() == *id));
    assert!(!stopped.iter().any(answered), "nobody who answered is stopped");
    assert!(spoken_for.iter().all(|(_, person)| !stopped.contains(person.as_str())), "nor whom somebody spoke for");
    let undone = city.undo(45);
    assert_eq!((undone.withdrawn, undone.letters), (82, 0), "nobody was told yet");
    assert_eq!(undone.resumed.into_iter().collect::<BTreeSet<_>>(), stopped);
    assert_eq!(city.standing(), was, "exactly as it was");
    assert_eq!(city.step(StepKind::Suspend, 46), touched);
    letters += 82;
    assert_eq!(city.delivered(46), letters);

    // 20 offices answer now, by telephone, and go on within the change.
    for sheet in city.sheets().iter().filter(|sheet| sheet.confirmed.is_none()).take(20) {
        city.on_paper(sheet, 1, 50);
        assert!(active(sheet).iter().all(|person| city.standing_of(person) == "active"), "{}", sheet.office);
    }

    // Deleted: taken back while it waits, decided again, done a day later by the clock.
    let waits = city.standing();
    let count = city.step(StepKind::Delete, 60);
    city.undo(60);
    let late = city.at(62);
    assert_eq!(city.runtime.block_on(city.writer.carry_out_campaign_steps(late)).unwrap(), 0);
    assert_eq!(city.standing(), waits, "what was taken back is not done");
    assert_eq!(city.step(StepKind::Delete, 63), count);
    assert_eq!(city.standing(), waits, "and what was decided waits a day");
    let deleted = "SELECT CAST(COUNT(*) AS TEXT) FROM events WHERE action = 'campaign.deleted'";
    let told = city.delivered_when(65, (deleted, "1"));
    let detail = city.house.ask("SELECT detail FROM events WHERE action = 'campaign.deleted'");
    assert!(detail.contains(&format!("\"count\":{count}")), "{detail}");
    assert_eq!(told - letters, 62, "each of the 62 offices is told once");

    let ended = city.standing();
    for sheet in city.sheets() {
        for (row, stands) in sheet.standings() {
            let id = row.subject.to_string();
            match stands {
                RowStanding::Ended => assert!(["deleted", "retired0", "retired1"].contains(&&*ended[&id]), "{id}"),
                RowStanding::Continues => assert_eq!(ended[&id], was[&id], "who goes on is as before: {id}"),
                RowStanding::Unanswered => {
                    assert!(was[&id].contains("suspended") || was[&id].ends_with('1'), "{id}: was on hold before")
                }
                RowStanding::Gone | RowStanding::Goes | RowStanding::OwnWordAlone => panic!("{id}: {stands:?}"),
            }
        }
    }
    let late = city.sheets().pop().unwrap();
    city.runtime.block_on(async {
        city.writer.close_campaign(&city.by("a.ito", 70), city.no).await.unwrap();
        let place = city.place(&late.office, AnswerChannel::Paper);
        let taken = city.writer.answer_campaign(&city.by("a.ito", 71), &place, &late.all_others_continue()).await;
        assert!(matches!(taken.unwrap(), ca_tools::acts::AnswerTaken::Late { note: 1, .. }));
    });
}

impl City {
    fn standing_of(&self, person: &LoginId) -> String {
        let person = self.runtime.block_on(self.writer.ledger().user(person)).unwrap();
        person["state"].as_str().unwrap_or_default().to_owned()
    }
}
