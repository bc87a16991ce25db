//! The desk's events and the gateway's lines are one story: what one has and the other has not is found.

use std::path::{Path, PathBuf};

use ca_tools::audit::{AccessLogs, Joined, join};
use certs::{DeviceNo, Timestamp};
use house::{Desk, House, OFFICE, Plan, Settled, Talk};
use http::{Method, Request};
use http_body_util::Full;
use serde_json::Value as Json;
use sqlx::{ConnectOptions, SqliteConnection};

const ROUTES: &str = "[[site.route]]\npath = \"/office/**\"\nupstream = \"office\"\narea = \"office\"\nrequest_binding = true\n\
    [[site.route]]\npath = \"/**\"\nupstream = \"care-record\"\narea = \"record\"\n";
const MORE: &str = "[[upstream]]\nname = \"office\"\nurl = \"unix:{dir}/desk.sock\"\naudience = \"desk\"\n\
    [[upstream]]\nname = \"desk-public\"\nurl = \"unix:{dir}/desk-public.sock\"\n";
const CODE: &str = "abcdefghij";

/// A house in which a device was reported lost by a colleague, and one by whoever knows its code; and some pressed in vain.
struct Told {
    house: House,
    _desk: Desk,
    /// The events of the two reports, in their order.
    reports: Vec<i64>,
}

async fn told() -> Told {
    let plan =
        Plan { more: MORE.into(), routes: ROUTES.into(), help: "desk = \"desk-public\"".into(), ..Plan::default() };
    let house = House::planned(plan).await;
    let settled = house.settle().await;
    let (lost, _) = house.device(OFFICE).await;
    let (away, _) = house.device(OFFICE).await;
    code_of(&house, away).await;
    house.applied().await;
    let desk = house.desk().await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    for (device, status) in [(lost.to_string(), 303), ("DEV-000099".into(), 422)] {
        let asked = house
            .request(Method::POST, "/office/lost", Some(&cookie))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        let answer = talk.ask(asked.body(Full::from(format!("device={device}"))).unwrap()).await.unwrap();
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    }
    for (code, status) in [(CODE, 303), ("zzzzz-zzzzz", 403)] {
        assert_eq!(report(&house, away, code).await, status);
    }
    house.line(|line| line["path"] == "/lost" && line["status"] == 403).await;
    let events = house.writer.ledger().events_after(0, 1_000).await.unwrap();
    let reported = events.iter().filter(|one| one.event.action == "device.report-lost");
    let reports = reported.map(|one| one.event.version).collect();
    Told { house, _desk: desk, reports }
}

/// The public door's page.
async fn report(house: &House, device: DeviceNo, code: &str) -> u16 {
    let mut talk = Talk::open(&house.help_opening()).await.unwrap();
    let asked = Request::builder()
        .method(Method::POST)
        .uri("/lost")
        .header("host", house.help_host())
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Full::from(format!("device={device}&code={code}")));
    talk.ask(asked.unwrap()).await.unwrap().status.as_u16()
}

async fn registry(house: &House) -> SqliteConnection {
    sqlx::sqlite::SqliteConnectOptions::new().filename(house.dir.join("registry.db")).connect().await.unwrap()
}

/// What tells that device lost.
async fn code_of(house: &House, device: DeviceNo) {
    let told = "INSERT INTO loss_codes (device, code_hash, set_at, version) VALUES ($1, $2, 1, 1)";
    let hash = ca_tools::password::hash(CODE).unwrap();
    sqlx::query(told).bind(i64::from(device.number())).bind(hash).execute(&mut registry(house).await).await.unwrap();
}

impl Told {
    /// As somebody sees it some minutes later, with this log.
    async fn joined(&self, log: &Path) -> Joined {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let logs = AccessLogs { files: vec![log.to_owned()], ..AccessLogs::default() };
        join(&self.house.writer, &logs, Timestamp::from_unix(now.cast_signed() + 300)).await.unwrap()
    }

    /// The log without the lines of which this holds.
    fn without(&self, gone: impl Fn(&Json) -> bool) -> PathBuf {
        let text = std::fs::read_to_string(self.house.access_log()).unwrap();
        let kept = text.lines().filter(|line| !gone(&serde_json::from_str(line).unwrap()));
        let file = self.house.dir.join("meddled.log");
        std::fs::write(&file, kept.map(|line| format!("{line}\n")).collect::<String>()).unwrap();
        file
    }

    async fn run(&self, sql: &'static str, version: i64) {
        sqlx::query(sql).bind(version).execute(&mut registry(&self.house).await).await.unwrap();
    }
}

fn codes(joined: &Joined) -> Vec<(&'static str, &str)> {
    joined.troubles.iter().map(|trouble| (trouble.code, trouble.subject.as_str())).collect()
}

#[tokio::test]
async fn an_event_without_its_line_and_a_line_without_its_event_are_found_and_no_refused_one_is() {
    let told = told().await;
    assert_eq!(told.reports.len(), 2);
    let whole = told.joined(&told.house.access_log()).await;
    assert_eq!(codes(&whole), [], "{:?}", whole.troubles);
    assert_eq!((whole.events, whole.owing), (2, 2));
    assert!(whole.lines > 5, "{whole:?}");
    // A line is taken away: of whoever was logged in, of the public door.
    for (path, version) in [("/office/lost", told.reports[0]), ("/lost", told.reports[1])] {
        let meddled = told.without(|line| line["path"] == path && line["status"] == 303);
        let found = told.joined(&meddled).await;
        let version = version.to_string();
        assert!(codes(&found).contains(&("event_without_line", &version)), "{path}: {:?}", found.troubles);
        assert!(codes(&found).iter().any(|(code, _)| *code == "access_log_broken"), "{:?}", found.troubles);
    }
    // The end is cut off, where the chain alone says nothing.
    let first = told.house.lines().iter().position(|line| line["path"] == "/office/lost").unwrap() as u64 + 1;
    let cut = told.joined(&told.without(|line| line["seq"].as_u64().unwrap() >= first)).await;
    let all: Vec<_> = told.reports.iter().map(|version| ("event_without_line", version.to_string())).collect();
    assert_eq!(codes(&cut), all.iter().map(|(code, version)| (*code, version.as_str())).collect::<Vec<_>>());
    // The lines say that somebody else asked, and when.
    let text = std::fs::read_to_string(told.house.access_log()).unwrap();
    let later = told.house.dir.join("later.log");
    let year = &told.house.lines()[0]["time"].as_str().unwrap()[..5].to_owned();
    std::fs::write(&later, text.replace(&format!("\"time\":\"{year}"), "\"time\":\"2001-")).unwrap();
    let found = told.joined(&later).await;
    assert_eq!(
        codes(&found).iter().filter(|(code, _)| *code == "event_unlike_line").count(),
        2,
        "{:?}",
        found.troubles
    );
    let other = told.house.dir.join("other-person.log");
    std::fs::write(&other, text.replace("\"user\":\"k.sato\"", "\"user\":\"m.suzuki\"")).unwrap();
    let found = told.joined(&other).await;
    let unlike = ("event_unlike_line", told.reports[0].to_string());
    assert!(codes(&found).contains(&(unlike.0, &unlike.1)), "{:?}", found.troubles);
    // What is derived of the events says otherwise: the chain is asked, and the index is found changed.
    told.run("DELETE FROM event_subjects WHERE version = $1", told.reports[0]).await;
    told.run(
        "UPDATE event_subjects SET subject = 'x' || subject WHERE version = $1 AND kind = 'request'",
        told.reports[1],
    )
    .await;
    let found = told.joined(&told.house.access_log()).await;
    assert_eq!((codes(&found), found.events), (vec![], 2), "{:?}", found.troubles);
    let whole = ca_tools::audit::whole(&told.house.writer).await.unwrap();
    let changed: Vec<_> = whole.troubles.iter().filter(|one| one.code == "subjects_changed").collect();
    let subjects: Vec<_> = changed.iter().map(|one| one.subject.clone()).collect();
    assert_eq!(subjects, told.reports.iter().map(i64::to_string).collect::<Vec<_>>());
    // An event is taken away.
    told.run("DELETE FROM events WHERE version = $1", told.reports[0]).await;
    let found = told.joined(&told.house.access_log()).await;
    let lost =
        told.house.lines().into_iter().find(|line| line["path"] == "/office/lost" && line["status"] == 303).unwrap();
    assert_eq!(codes(&found), [("line_without_event", format!("gw-test {}", lost["seq"]).as_str())]);
    assert!(found.troubles[0].text.ja.contains(lost["ref"].as_str().unwrap()), "{:?}", found.troubles);
}

#[tokio::test]
async fn a_copy_that_the_desk_was_told_finds_a_line_that_the_files_have_no_more_or_otherwise() {
    let told = told().await;
    let text = std::fs::read_to_string(told.house.access_log()).unwrap();
    let refused =
        text.lines().find(|line| line.contains("\"status\":403") && line.contains("\"path\":\"/lost\"")).unwrap();
    let seq = serde_json::from_str::<Json>(refused).unwrap()["seq"].as_i64().unwrap();
    let copy = "INSERT INTO told_lines (gateway, kind, sequence, at, line) VALUES ('gw-test', 'request', $1, 0, $2)";
    sqlx::query(copy).bind(seq).bind(refused).execute(&mut registry(&told.house).await).await.unwrap();
    let found = told.joined(&told.house.access_log()).await;
    assert_eq!((codes(&found), found.told), (vec![], 1), "{:?}", found.troubles);
    let subject = format!("gw-test {seq}");
    for meddled in [told.without(|line| line["seq"].as_i64() == Some(seq)), {
        let other = told.house.dir.join("other.log");
        std::fs::write(&other, text.replace(refused, &refused.replace("\"status\":403", "\"status\":404"))).unwrap();
        other
    }] {
        let found = told.joined(&meddled).await;
        assert!(codes(&found).contains(&("told_line_differs", &subject)), "{:?}", found.troubles);
    }
}
