//! A campaign of a whole city, from its opening to its closing, under a clock that moves: 382 offices, 1,513 IDs and 5,000 devices,
//! answers on the office's page, on paper and in files, each step undone once, and every letter at a real mail server.

use std::collections::BTreeSet;
use std::path::Path;

use ca_tools::acts::AnswerTaken;
use ca_tools::application::Day;
use ca_tools::campaign::{
    AnswerChannel, CampaignAnswers, CampaignDates, CampaignProgress, OfficeSheet, OfficeStage, RowAnswer, RowStanding,
    RowSubject, StepKind,
};
use calamine::Reader;
use registry::OfficeNo;

use super::city::{City, active};

/// Each row goes on, but for the last device of every fifth office.
fn said(sheet: &OfficeSheet, at: usize) -> CampaignAnswers {
    let mut answers = sheet.all_others_continue();
    let last = sheet.rows.iter().rev().find(|row| matches!(row.subject, RowSubject::Device(_)));
    if let Some(device) = last.filter(|_| at.is_multiple_of(5)) {
        answers.rows.insert(device.subject.clone(), Some(RowAnswer::Delete));
    }
    answers
}

/// The column of the answers.
const ANSWER: usize = 10;

/// What an office writes into its table: every row goes on.
fn continued(mut cells: Vec<String>, line: u32) -> Vec<String> {
    if line > 0 {
        assert_eq!(cells[ANSWER], "", "what nobody answered has no answer in the table: {cells:?}");
        cells[ANSWER] = "継続".to_owned();
    }
    cells
}

/// As a spreadsheet in Japan saves it as CSV.
fn in_a_csv(file: &Path) {
    let octets = std::fs::read(file).unwrap();
    let table = encoding_rs::SHIFT_JIS.decode(&octets).0;
    let cells = |line: &str| line.split(',').map(str::to_owned).collect();
    let filled = (0..).zip(table.lines()).map(|(at, line)| continued(cells(line), at).join(","));
    let text = filled.collect::<Vec<_>>().join("\r\n");
    let (octets, _, strange) = encoding_rs::SHIFT_JIS.encode(&text);
    assert!(!strange);
    std::fs::write(file, octets).unwrap();
}

/// As a workbook.
fn in_a_workbook(file: &Path) {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(file).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let mut back = rust_xlsxwriter::Workbook::new();
    let page = back.add_worksheet();
    for (line, row) in (0..).zip(sheet.rows()) {
        let cells = continued(row.iter().map(ToString::to_string).collect(), line);
        for (column, cell) in (0..).zip(&cells) {
            page.write_string(line, column, cell).unwrap();
        }
    }
    back.save(file).unwrap();
}

impl City {
    fn done(&self, line: &str) -> serde_json::Value {
        let told = self.house().tell_as("a.ito", line);
        assert_eq!(told.code, 0, "{line}\n{told:?}");
        told.json()
    }

    /// A table for each office lies in a folder; those of these offices come back filled in by this.
    fn come_back(&self, format: &str, offices: &BTreeSet<OfficeNo>, fill: fn(&Path)) {
        std::fs::create_dir(self.house().folder.join(format)).unwrap();
        self.done(&format!("campaign export {} --folder {format} --format {format}", self.no));
        let extension = if format == "xlsx" { "xlsx" } else { "csv" };
        let files: Vec<_> = offices.iter().map(|office| format!("{format}/{}-{office}.{extension}", self.no)).collect();
        files.iter().for_each(|file| fill(&self.house().folder.join(file)));
        let told = self.done(&format!("campaign import {} {} --confirm", self.no, files.join(" ")));
        assert_eq!(told["confirmed"].as_array().unwrap().len(), offices.len(), "{told}");
    }

    fn progress(&self, days: i64) -> CampaignProgress {
        self.runtime.block_on(self.writer.ledger().campaign_progress(self.no, self.at(days))).unwrap()
    }

    /// Everything that shows an unanswered row is opened, and nothing submitted.
    fn looked_at(&self, all: &[OfficeSheet], contacts: &[OfficeSheet]) {
        let rows: usize = all.iter().map(|sheet| sheet.rows.len()).sum();
        for sheet in all {
            assert_eq!(sheet.count(RowStanding::Unanswered), sheet.rows.len());
            assert!(sheet.rows.iter().all(|row| row.answer.is_none()));
        }
        let city = self.runtime.block_on(self.writer.ledger().campaign_offices(self.no)).unwrap();
        let city = city.iter().map(|sheet| sheet.rows.len()).sum::<usize>() - rows;
        let progress = self.progress(0);
        assert_eq!(progress.rows(RowStanding::Unanswered), rows + city);
        assert_eq!(progress.count(OfficeStage::Untouched), all.len() + 1);
        for sheet in contacts {
            let contact = (active(sheet)[0].to_string(), sheet.office.to_string());
            let page = self.doors.as_person((&contact.0, &contact.1), "/office/campaign", None);
            let page = self.runtime.block_on(page);
            let left = format!("まだ回答していないもの：<strong>{}件</strong>", sheet.rows.len());
            assert!(page.status == 200 && page.text.contains(&left), "{page:?}");
            assert!(!page.text.contains(" checked"), "none is chosen at first: {page:?}");
        }
    }

    /// `status` says the same of each, and of whom no step is taken.
    fn listed(&self, all: &[OfficeSheet]) {
        let listed = self.done(&format!("campaign status {}", self.no));
        let listed = listed.as_array().unwrap();
        assert_eq!(listed.len(), all.len() + 1);
        let unanswered: u64 = listed.iter().map(|one| one["unanswered"].as_u64().unwrap()).sum();
        assert_eq!(unanswered, 1_516 + 5_001);
        assert_eq!(listed.iter().filter(|one| one["faces_steps"] == false).count(), 1, "the city's own office");
    }

    /// Offices answer on their page, on paper and in files; of those that stay silent one of ten says something of one ID. What is
    /// only opened changes nothing. Who stayed silent, and of whom they said something.
    fn answers_come_in(&mut self) -> (Vec<OfficeSheet>, BTreeSet<String>) {
        // 60 answer on their page, 120 on paper, 60 each in a table and a workbook; 82 say nothing, but that one of ten answered a row.
        let all = self.sheets();
        let on_hold = self.house().ask("SELECT office FROM offices WHERE state = 'suspended'");
        let has_page = |sheet: &&OfficeSheet| active(sheet).len() > 1 && !on_hold.contains(sheet.office.as_str());
        let (pages, others): (Vec<_>, Vec<_>) = all.iter().cloned().partition(|sheet| has_page(&sheet));
        let (on_pages, more) = pages.split_at(60);
        let others: Vec<_> = more.iter().chain(&others).cloned().collect();
        let (on_paper, rest) = others.split_at(120);
        let (in_tables, rest) = rest.split_at(60);
        let (in_books, silent) = rest.split_at(60);
        assert_eq!(silent.len(), 82);
        for sheet in on_pages {
            self.runtime.block_on(self.writer.name_contact(&self.by("a.ito", 0), &active(sheet)[0])).unwrap();
        }

        // Letters of other kinds are the desk's own: once they have left it writes nothing by itself.
        self.comes_to("SELECT CAST(COUNT(*) AS TEXT) FROM mails WHERE state = 'queued' AND next_at < 4000000000", "0");
        let before = self.whole("before");
        self.looked_at(&all, &on_pages[..10]);
        assert!(self.whole("after") == before, "what is opened and not submitted changes nothing");
        self.listed(&all);

        on_pages.iter().enumerate().for_each(|(at, sheet)| self.on_the_page(sheet, &said(sheet, at)));
        self.doors.shut();
        on_paper.iter().enumerate().for_each(|(at, sheet)| self.on_paper(sheet, (&said(sheet, at), 3)));
        let numbers = |sheets: &[OfficeSheet]| sheets.iter().map(|sheet| sheet.office.clone()).collect();
        self.come_back("xlsx", &numbers(in_books), in_a_workbook);
        for sheet in silent.iter().step_by(10) {
            let person = RowSubject::Person(active(sheet).pop().unwrap());
            let answers = CampaignAnswers {
                seen: sheet.edition,
                rows: [(person, Some(RowAnswer::Continue))].into(),
                forms: None,
            };
            let place = self.place(&sheet.office, AnswerChannel::Paper);
            self.runtime.block_on(self.writer.answer_campaign(&self.by("a.ito", 4), &place, &answers)).unwrap();
        }
        let spoken_for: BTreeSet<_> =
            silent.iter().step_by(10).map(|sheet| active(sheet).pop().unwrap().to_string()).collect();
        self.come_back("csv-sjis", &numbers(in_tables), in_a_csv);
        let progress = self.progress(5);
        let stages = [OfficeStage::Confirmed, OfficeStage::Begun, OfficeStage::Untouched];
        assert_eq!(stages.map(|stage| progress.count(stage)), [300, 9, 82 - 9 + 1]);
        (silent.to_vec(), spoken_for)
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
    // Beside theirs: the three operators and the device of the city's own office, which has no mail address.
    assert_eq!((opened.offices, opened.people, opened.devices, opened.letters), (383, 1_516, 5_001, 382));
    assert_eq!(city.delivered(), 382, "each contact is written to, and nobody else");

    let (silent, spoken_for) = city.answers_come_in();

    // The city's days, by the clock: whoever has something left to answer is written to, once.
    let reminded = "SELECT CAST(COUNT(*) AS TEXT) FROM campaign_reminders";
    let mut letters = 382;
    for (days, nth) in [(14, "1"), (28, "2")] {
        let _desk = city.desk(days, &format!("desk-{days}.sock"));
        city.comes_to(reminded, nth);
        letters += 82;
        assert_eq!(city.delivered(), letters);
    }

    // Warned; that was a mistake, and is told; warned again.
    let desk = city.desk(37, "desk-37.sock");
    for _ in 0..2 {
        assert_eq!(city.step(StepKind::Warn, 37), 82, "no step is taken against the city's own office");
        letters += 82;
        assert_eq!(city.delivered(), letters);
        if letters == 382 + 3 * 82 {
            assert_eq!(city.undo(37).letters, 82);
            letters += 82;
            assert_eq!(city.delivered(), letters);
        }
    }
    drop(desk);

    // Put on hold, undone, exactly; put on hold again.
    let was = city.standing();
    let touched = city.step(StepKind::Suspend, 45);
    let held = city.standing();
    let stopped: BTreeSet<_> =
        was.iter().filter(|(id, state)| held[*id] != **state).map(|(id, _)| id.clone()).collect();
    assert_eq!(stopped.len(), touched);
    let open: BTreeSet<_> = silent.iter().flat_map(|sheet| &sheet.rows).map(|row| row.subject.to_string()).collect();
    assert!(stopped.is_subset(&open), "nobody who answered is stopped, and nobody of the city's own office");
    assert!(stopped.is_disjoint(&spoken_for), "nor whom somebody spoke for");
    let undone = city.undo(45);
    assert_eq!((undone.withdrawn, undone.letters), (82, 0), "nobody was told yet");
    assert_eq!(undone.resumed.into_iter().collect::<BTreeSet<_>>(), stopped);
    assert_eq!(city.standing(), was, "exactly as it was");
    assert_eq!(city.step(StepKind::Suspend, 46), touched);
    letters += 82;
    let desk = city.desk(46, "desk-46.sock");
    assert_eq!(city.delivered(), letters);
    drop(desk);

    // 20 offices answer now, and go on within the change.
    let late = city.sheets().into_iter().filter(|sheet| sheet.confirmed.is_none()).take(20);
    let answered_late: Vec<_> = late.collect();
    for sheet in &answered_late {
        city.on_paper(sheet, (&said(sheet, 1), 50));
    }
    let standing = city.standing();
    for person in answered_late.iter().flat_map(active) {
        assert_eq!(standing[person.as_str()], "active");
    }

    // Deleted: taken back while it waits, decided again, done a day later by the clock.
    let count = city.step(StepKind::Delete, 60);
    city.undo(60);
    let due = city.at(62);
    assert_eq!(city.runtime.block_on(city.writer.carry_out_campaign_steps(due)).unwrap(), 0);
    assert_eq!(city.standing(), standing, "what was taken back is not done");
    assert_eq!(city.step(StepKind::Delete, 63), count);
    assert_eq!(city.standing(), standing, "and what was decided waits a day");
    let desk = city.desk(65, "desk-65.sock");
    city.comes_to("SELECT CAST(COUNT(*) AS TEXT) FROM events WHERE action = 'campaign.deleted'", "1");
    assert_eq!(city.delivered() - letters, 62, "each of the 62 offices is told once");
    drop(desk);
    let detail = city.house().ask("SELECT detail FROM events WHERE action = 'campaign.deleted'");
    assert!(detail.contains(&format!("\"count\":{count}")), "{detail}");

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
    let own = city.own.to_string();
    assert_eq!((&was[&own], &ended[&own]), (&"approved0".to_owned(), &"approved0".to_owned()));
    let late = city.sheets().pop().unwrap();
    city.runtime.block_on(async {
        city.writer.close_campaign(&city.by("a.ito", 70), city.no).await.unwrap();
        let place = city.place(&late.office, AnswerChannel::Paper);
        let taken = city.writer.answer_campaign(&city.by("a.ito", 71), &place, &late.all_others_continue()).await;
        assert!(matches!(taken.unwrap(), AnswerTaken::Late { note: 1, .. }));
    });
}
