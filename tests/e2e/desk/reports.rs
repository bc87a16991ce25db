//! The desk learns of what the gateway learns: each thing once, each kind in order, soon; and while it is away nobody waits
//! for it.

use std::time::{Duration, Instant};

use ca_tools::rows::Purpose;
use gateway::reports::SpoolStats;
use house::{Credentials, House, Leaf, Manner, OFFICE, Plan, Receiver, Settled, Talk, by, empty};
use http::{Method, StatusCode};
use serde_json::Value;

const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6_1 like Mac OS X) Version/17.6 Mobile/15E148 Safari/604.1";

async fn house_with(more: &str) -> House {
    House::planned(Plan { extra: format!("[reports]\ndesk = \"desk\"\n{more}"), ..Plan::default() }).await
}

async fn ask(house: &House, talk: &mut Talk, user_agent: &str) -> u16 {
    let asked = house.request(Method::GET, "/.gateway/check", None).header("user-agent", user_agent);
    talk.ask(asked.body(empty()).unwrap()).await.unwrap().status.as_u16()
}

fn seq(line: &Value) -> u64 {
    line["seq"].as_u64().unwrap()
}

/// Refusals of a known device, which are told: a few in a minute, of each device.
async fn refusals(house: &House, talk: &mut Talk, count: usize) {
    for _ in 0..count {
        let answer = house.get(talk, "/rooms/r-hanako/echo", None).await;
        assert_eq!(answer.problem(), (401, "KW-207".into(), "no_session".into()));
    }
}

/// So many devices.
async fn crowd(house: &House, devices: usize) -> Vec<Credentials> {
    let mut crowd = Vec::new();
    for _ in 0..devices {
        crowd.push(house.device(OFFICE).await.1);
    }
    house.applied().await;
    crowd
}

/// Five refusals of each, which is as many as are told.
async fn refused_each(house: &House, crowd: &[Credentials]) {
    for credentials in crowd {
        refusals(house, &mut house.talk(credentials).await, 5).await;
    }
}

#[tokio::test]
async fn a_certificate_s_first_request_is_told_and_its_next_only_from_elsewhere() {
    let house = house_with("").await;
    let receiver = house.receive(Manner::Take);
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    for _ in 0..3 {
        assert_eq!(ask(&house, &mut talk, WINDOWS).await, 200);
    }
    let sighting = receiver.told("sightings", |_| true).await;
    let at = sighting["at"].as_i64().unwrap();
    assert!((at / 1000 - house::now().unix()).abs() <= 20, "{sighting}");
    let expected = serde_json::json!({
        "serial": settled.credentials.serial.to_string(), "device": settled.device.to_string(), "at": at,
        "os": "windows", "network": "127.0.0.0/24",
    });
    assert_eq!(sighting, expected);
    let mut other = house.talk_h2(&settled.credentials).await;
    let asked = house.request(Method::GET, &format!("https://{}/.gateway/check", house.host()), None);
    other.ask(asked.header("user-agent", IPHONE).body(empty()).unwrap()).await.unwrap();
    receiver.told("sightings", |sighting| sighting["os"] == "ios").await;
    assert_eq!(receiver.all("sightings").len(), 2, "three requests of one kind are one sighting");
}

#[tokio::test]
async fn of_a_refused_device_the_refusal_is_told_and_no_sighting_and_of_a_stranger_nothing() {
    let house = house_with("").await;
    let receiver = house.receive(Manner::Take);
    let settled = house.settle().await;
    house.writer.suspend_device(&by(), settled.device).await.unwrap();
    let expired = house.approved_device(OFFICE, &[]).await;
    let expired = house.certificate(expired, &Leaf::between(-2000, -1000), Purpose::First).await;
    let unknown = house.ca.sign(settled.other_device, &Leaf::default());
    house.applied().await;
    for (credentials, reason, told) in [
        (Some(&settled.credentials), "suspended", true),
        (Some(&expired), "expired", true),
        (Some(&unknown), "unknown_device", false),
        (None, "no_cert", false),
    ] {
        let mut talk = Talk::open(&house.opening(credentials)).await.unwrap();
        assert_eq!(ask(&house, &mut talk, WINDOWS).await, 403, "{reason}");
        house.line(|line| line["reason"] == reason).await;
        if told {
            receiver.told("lines", |line| line["reason"] == reason).await;
        }
    }
    let mut talk = house.talk(&settled.other_credentials).await;
    house.login(&mut talk, Settled::OTHER_WORKER).await;
    let login = receiver.told("lines", |line| line["kind"] == "login").await;
    assert_eq!(login["user"], Settled::OTHER_WORKER);
    let reasons: Vec<_> = receiver.all("lines").iter().map(|line| line["reason"].clone()).collect();
    assert_eq!(reasons, [Value::from("suspended"), Value::from("expired"), login["reason"].clone()]);
    let sighted: Vec<_> = receiver.all("sightings").iter().map(|sighting| sighting["device"].clone()).collect();
    assert_eq!(sighted, [settled.other_device.to_string()]);
    // A line is told as it was written: its place in the chain can be checked.
    for line in receiver.all("lines") {
        assert!(house.lines().contains(&line), "{line}");
    }
}

#[tokio::test]
async fn a_version_is_told_at_once_with_what_was_cut_for_it() {
    let house = house_with("").await;
    let receiver = house.receive(Manner::Take);
    let settled = house.settle().await;
    receiver.applied(house.version().await).await;
    let mut idle = Vec::new();
    for _ in 0..3 {
        let mut talk = house.talk(&settled.credentials).await;
        assert_eq!(ask(&house, &mut talk, WINDOWS).await, 200);
        idle.push(talk);
    }
    let mut other = house.talk(&settled.other_credentials).await;
    ask(&house, &mut other, WINDOWS).await;
    // Nothing of what was before is left on its way, or still waits to be told after an early absence.
    house::until("all is told", async || house.gateway.state().reports.stats().spooled == 0).await;
    let mut slowest = Duration::ZERO;
    for (suspend, cut) in [(true, 3), (false, 0)] {
        match suspend {
            true => house.writer.suspend_device(&by(), settled.device).await.unwrap(),
            false => house.writer.resume_device(&by(), settled.device).await.unwrap(),
        };
        let begun = Instant::now();
        let version = house.version().await;
        receiver.applied(version).await;
        slowest = slowest.max(begun.elapsed());
        let told = receiver.told("cuts", |cut| cut["version"] == version).await;
        assert_eq!(told["connections"], cut, "{told}");
        assert!(told["microseconds"].as_u64().unwrap() < 1_000_000, "{told}");
    }
    println!("a version was told {slowest:?} after its commit");
    assert_eq!(ask(&house, &mut other, WINDOWS).await, 200);
}

#[tokio::test]
async fn reports_arrive_once_and_in_order_after_an_absence_and_nobody_waits_for_the_desk() {
    let house = house_with("").await;
    house.settle().await;
    let devices = crowd(&house, 9).await;
    let begun = Instant::now();
    refused_each(&house, &devices[..4]).await;
    let away = begun.elapsed();
    // A desk that is there and says nothing keeps nobody waiting either.
    let receiver = house.receive(Manner::Hang);
    house::until("it is tried", async || !receiver.tries().is_empty()).await;
    let begun = Instant::now();
    refused_each(&house, &devices[4..8]).await;
    println!("20 refusals: {away:?} without a desk, {:?} with a silent one", begun.elapsed());
    assert!(begun.elapsed() < Duration::from_secs(5));
    drop(receiver);
    let receiver = house.receive(Manner::Answer(StatusCode::SERVICE_UNAVAILABLE));
    house::until("it is tried again", async || receiver.tries().len() >= 2).await;
    assert!(receiver.taken().is_empty());
    receiver.manner(Manner::Swallow);
    house::until("an answer is lost", async || !receiver.taken().is_empty()).await;
    refused_each(&house, &devices[8..]).await;
    receiver.manner(Manner::Take);
    house::until("all is told", async || receiver.all("lines").len() >= 45).await;
    let told: Vec<_> = receiver.all("lines").iter().map(seq).collect();
    assert_eq!(told.len(), 45);
    assert!(told.is_sorted_by(|one, next| one < next), "{told:?}");
    let numbers: Vec<_> = receiver.taken().iter().map(|batch| batch["sequence"].as_u64().unwrap()).collect();
    assert!(numbers.windows(2).all(|two| two[0] + 1 == two[1]) && numbers[0] == 1, "{numbers:?}");
    // A repeat is the same batch, octet by octet.
    let tries = receiver.tries();
    for one in &tries {
        assert!(tries.iter().filter(|other| other["sequence"] == one["sequence"]).all(|other| other == one));
    }
    house::until("the metric says so", async || house.gateway.state().reports.stats().spooled == 0).await;
    let taken = house.metric("gateway_reports_total{outcome=\"taken\"}").await;
    let lists = ["lines", "cuts", "sightings", "checkpoints"];
    let told: usize = lists.iter().map(|list| receiver.all(list).len()).sum();
    assert_eq!(taken, told as u64);
    assert_eq!(house.metric("gateway_reports_spooled").await, 0);
    assert_eq!(house.metric("gateway_reports_total{outcome=\"dropped\"}").await, 0);
}

#[tokio::test]
async fn what_the_desk_refuses_is_dropped_and_the_next_is_told() {
    let house = house_with("").await;
    let receiver = house.receive(Manner::Answer(StatusCode::BAD_REQUEST));
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    refusals(&house, &mut talk, 3).await;
    let tried = || receiver.tries().iter().map(|batch| batch["lines"].as_array().unwrap().len()).sum::<usize>();
    let tally = || house.gateway.state().reports.stats();
    house::until("they are refused", async || tried() == 3 && tally().spooled == 0).await;
    assert!(tally().refused >= 3 && receiver.taken().is_empty(), "{:?}", tally());
    let before = house.lines().iter().map(seq).max().unwrap();
    receiver.manner(Manner::Take);
    refusals(&house, &mut talk, 1).await;
    receiver.told("lines", |line| seq(line) > before).await;
    assert_eq!(receiver.all("lines").len(), 1);
}

/// Clocks that are apart, a key that is not known yet: what is not believed now may be in a moment.
#[tokio::test]
async fn what_the_desk_does_not_believe_now_is_told_again_until_it_does() {
    let house = house_with("").await;
    let receiver = house.receive(Manner::Answer(StatusCode::UNAUTHORIZED));
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    refusals(&house, &mut talk, 3).await;
    for status in [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND, StatusCode::BAD_GATEWAY] {
        receiver.manner(Manner::Answer(status));
        let tried = receiver.tries().len();
        house::until("it is tried again", async || receiver.tries().len() > tried).await;
    }
    assert!(receiver.taken().is_empty());
    receiver.manner(Manner::Take);
    house::until("all is told", async || receiver.all("lines").len() == 3).await;
    assert_eq!(house.gateway.state().reports.stats().refused, 0);
}

#[tokio::test]
async fn the_spool_s_bound_holds_and_what_gave_way_is_counted_and_is_no_sighting() {
    let house = house_with("spool_entries = 30\n").await;
    let receiver = house.receive(Manner::Take);
    house.settle().await;
    let devices = crowd(&house, 12).await;
    let reports = &house.gateway.state().reports;
    // What the registry's changes ended is worth more than all that follows.
    receiver.applied(house.version().await).await;
    house::until("the rest is told", async || reports.stats().spooled == 0).await;
    drop(receiver);
    let before = reports.stats().taken;
    refused_each(&house, &devices).await;
    let left = || reports.stats().dropped + reports.stats().spooled as u64;
    house::until("all lines are on disk", async || left() >= 60 + 12).await;
    let SpoolStats { spooled, dropped, .. } = reports.stats();
    assert!(
        spooled <= 2 * 30 && dropped >= 12,
        "{:?}: thirty wait, beside at most thirty that are on their way",
        reports.stats()
    );
    let receiver = house.receive(Manner::Take);
    let newest = house.lines().iter().filter(|line| line["reason"] == "no_session").map(seq).max().unwrap();
    receiver.told("lines", |line| seq(line) == newest).await;
    assert_eq!(receiver.taken().last().unwrap()["dropped"], reports.stats().dropped);
    house::until("nothing is left", async || reports.stats().spooled == 0).await;
    assert_eq!(house.metric("gateway_reports_total{outcome=\"dropped\"}").await, reports.stats().dropped);
    let SpoolStats { taken, dropped, refused, .. } = reports.stats();
    let lists = ["lines", "cuts", "sightings", "checkpoints"];
    let told: usize = lists.iter().map(|list| receiver.all(list).len()).sum();
    assert_eq!((taken - before, refused), (told as u64, 0));
    let lines = receiver.all("lines");
    assert_eq!(receiver.all("sightings").len(), 12, "of every device");
    assert!(lines.len() >= 15 && lines.len() as u64 + dropped == 60, "{} {dropped}", lines.len());
}

#[tokio::test]
async fn the_last_lines_and_the_last_checkpoint_are_told_before_the_gateway_ends() {
    let house = House::open().await;
    let socket = house.dir.join("reports.sock");
    let gateway = house
        .another_gateway(|configuration| {
            let upstream =
                format!("[[upstream]]\nname = \"reports\"\nurl = \"unix:{}\"\n[[upstream]]", socket.display());
            let configuration = configuration.replacen("[[upstream]]", &upstream, 1);
            configuration.replacen("[ops]", "[reports]\ndesk = \"reports\"\n[ops]", 1)
        })
        .await;
    let receiver = Receiver::at(&socket, *gateway.addresses().last().unwrap(), Manner::Take);
    let settled = house.settle().await;
    let credentials: &Credentials = &settled.credentials;
    let opening = house::Opening { address: gateway.addresses()[0], ..house.opening(Some(credentials)) };
    house.applied_at(&gateway).await;
    let mut talk = Talk::open(&opening).await.unwrap();
    let host = format!("localhost:{}", opening.address.port());
    let asked = house::request(Method::GET, &host, "/rooms/r-hanako/echo", None).header("accept", "application/json");
    assert_eq!(talk.ask(asked.body(empty()).unwrap()).await.unwrap().status, 401);
    drop(talk);
    gateway.stop().await;
    let file = |name: &str| std::fs::read_to_string(house.dir.join(name)).unwrap();
    let vouched: Vec<Value> =
        file("another-checkpoints.log").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(!vouched.is_empty());
    assert_eq!(receiver.all("checkpoints"), vouched);
    let lines = receiver.all("lines");
    assert_eq!(lines.len(), 1);
    assert!(file("another-access.log").lines().any(|line| serde_json::from_str::<Value>(line).unwrap() == lines[0]));
}

#[tokio::test]
async fn where_no_desk_is_named_nothing_is_told() {
    let house = House::open().await;
    let receiver = house.receive(Manner::Take);
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    refusals(&house, &mut talk, 3).await;
    assert_eq!(house.gateway.state().reports.stats(), SpoolStats { taken: 0, refused: 0, dropped: 0, spooled: 0 });
    assert!(receiver.tries().is_empty());
}
