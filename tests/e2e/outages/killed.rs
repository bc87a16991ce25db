//! `kill -9` and a full disk, done to the gateway's own program under load.
//!
//! What `ca-tools` does when it is killed, and on a full disk, is promised in `ca-tools/tests/promises/registry/sound.rs`.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use house::{
    Credentials, House, Load, OFFICE, PASSWORD, Plan, Program, Settled, Store, Talk, by, empty, request, until,
};
use http::Method;

const PROGRAM: &str = env!("CARGO_BIN_EXE_gateway-program");
const ROOM: &str = "/rooms/r-hanako/echo";
const CLIENTS: usize = 8;
/// Logs in again and again.
const COMES_AND_GOES: &str = "t.mori";

struct Lived {
    house: House,
    settled: Settled,
    suspended: Credentials,
}

async fn lived_in() -> Lived {
    let house = House::planned(Plan { store: Store::Redis, ..Plan::default() }).await;
    let settled = house.settle().await;
    house.person(COMES_AND_GOES, OFFICE, &[]).await;
    let (device, suspended) = house.device(OFFICE).await;
    house.writer.suspend_device(&by(), device).await.unwrap();
    house.applied().await;
    house.ready().await;
    Lived { house, settled, suspended }
}

impl Lived {
    async fn talk(&self, program: &Program, credentials: &Credentials) -> std::io::Result<Talk> {
        Talk::open(&program.opening(self.house.opening(Some(credentials)))).await
    }

    /// Waits until the program lets in whom it should: registry read, store connected.
    async fn admitted(&self, program: &Program, cookie: &str) -> Duration {
        let begun = Instant::now();
        until("a session passes", async || {
            let Ok(mut talk) = self.talk(program, &self.settled.credentials).await else { return false };
            let request = request(Method::GET, &self.house.host(), ROOM, Some(cookie)).body(empty()).unwrap();
            talk.ask(request).await.is_ok_and(|answer| answer.status == 200)
        })
        .await;
        begun.elapsed()
    }

    async fn cookies(&self) -> Vec<String> {
        let mut talk = self.house.talk(&self.settled.credentials).await;
        let mut cookies = Vec::new();
        for _ in 0..CLIENTS {
            cookies.push(self.house.login(&mut talk, Settled::WORKER).await);
        }
        cookies
    }

    fn load(&self, program: &Program, cookies: &[String]) -> Load {
        let opening = program.opening(self.house.opening(Some(&self.settled.credentials)));
        Load::start(&opening, &self.house.host(), ROOM, cookies)
    }

    /// Logs in, and comes with a suspended device, until the program is gone; hands over what was acknowledged: how
    /// many logins, and the support codes of the refusals.
    async fn acknowledged(&self, program: &Program) -> (usize, Vec<String>) {
        let (mut logins, mut refusals) = (0, Vec::new());
        // Not whose sessions are watched: of these the oldest would give way.
        let form = format!("login_id={COMES_AND_GOES}&password={PASSWORD}&return_to=%2F");
        let Ok(mut worker) = self.talk(program, &self.settled.credentials).await else { return (logins, refusals) };
        let Ok(mut suspended) = self.talk(program, &self.suspended).await else { return (logins, refusals) };
        loop {
            let login = request(Method::POST, &self.house.host(), "/.gateway/login", None)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.clone().into())
                .unwrap();
            match worker.ask(login).await {
                Ok(answer) => {
                    assert_eq!(answer.status, 303, "{}", answer.text());
                    logins += 1;
                }
                Err(_) => return (logins, refusals),
            }
            let room = request(Method::GET, &self.house.host(), ROOM, None).body(empty()).unwrap();
            match suspended.ask(room).await {
                Ok(answer) => {
                    assert_eq!(answer.problem().2, "suspended");
                    refusals.push(answer.json()["ref"].as_str().unwrap().to_owned());
                }
                Err(_) => return (logins, refusals),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_kill_9_under_load_the_chain_goes_on_sessions_live_and_nothing_acknowledged_is_lost() {
    let lived = lived_in().await;
    let cookies = lived.cookies().await;
    let (mut logins, mut refusals) = (0, Vec::new());
    const KILLS: usize = 3;
    for _ in 0..KILLS {
        let program = Program::start(&lived.house, PROGRAM);
        let admitted = lived.admitted(&program, &cookies[0]).await;
        let load = lived.load(&program, &cookies);
        let noting = lived.acknowledged(&program);
        let killing = async {
            load.passed(100).await;
            let log = program.access_log();
            until("logins are on disk", async || {
                std::fs::read_to_string(&log).unwrap().matches("\"kind\":\"login\"").count() > 5
            })
            .await;
            program.kill();
        };
        let (noted, ()) = tokio::join!(noting, killing);
        let seen = load.end().await;
        assert!(seen.iter().any(|seen| seen.answer.is_none()), "it was killed while they asked");
        for answer in seen.iter().filter_map(|seen| seen.answer.as_ref()) {
            assert_eq!(answer, &(200, String::new()));
        }
        drop(program);
        logins += noted.0;
        refusals.extend(noted.1);
        println!("killed after {} requests; let in again after {admitted:?} of its start", seen.len());
    }
    let program = Program::start(&lived.house, PROGRAM);
    for cookie in &cookies {
        lived.admitted(&program, cookie).await;
    }
    let access_log = program.access_log();
    program.end();

    let (sound, words) = Program::verify(&lived.house, PROGRAM);
    assert!(sound, "{words}");
    let text = std::fs::read_to_string(access_log).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).count();
    let passed = lines.iter().filter(|line| line["kind"] == "login" && line["outcome"] == "passed").count();
    assert!(logins > 0 && passed >= logins, "{logins} logins acknowledged, {passed} in the log");
    let mut written: HashMap<&str, usize> = HashMap::new();
    for line in lines.iter().filter(|line| line["kind"] == "request") {
        *written.entry(line["ref"].as_str().unwrap_or_default()).or_default() += 1;
    }
    assert!(!refusals.is_empty());
    for reference in &refusals {
        assert_eq!(written.get(reference.as_str()), Some(&1), "{reference} was told to somebody");
    }
    assert_eq!((of("start"), of("stop")), (KILLS + 1, 1));
    println!(
        "{KILLS} kills: {} lines, {logins} logins and {} refusals acknowledged, none lost",
        lines.len(),
        refusals.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_nobody_is_let_in_and_all_goes_on_once_there_is_room() {
    let lived = lived_in().await;
    let cookies = lived.cookies().await;
    let program = Program::start_short(&lived.house, PROGRAM, 150_000);
    lived.admitted(&program, &cookies[0]).await;
    let load = lived.load(&program, &cookies);
    let refused = |load: &Load| {
        let told = |answer: &(u16, String)| *answer == (503, "log_unavailable".to_owned());
        load.so_far().iter().filter(|seen| seen.answer.as_ref().is_some_and(told)).count()
    };
    until("requests are refused", async || refused(&load) > 20).await;

    let mut talk = lived.talk(&program, &lived.settled.credentials).await.unwrap();
    let log_unavailable = (503, "KW-301".to_owned(), "log_unavailable".to_owned());
    let login = lived.house.try_login(&mut talk, Settled::WORKER, PASSWORD).await;
    assert_eq!(login.problem(), log_unavailable);
    assert_eq!(login.cookie(), None);
    let mut bare = Talk::open(&program.opening(lived.house.opening(None))).await.unwrap();
    let nobody = lived.house.get(&mut bare, ROOM, None).await;
    assert_eq!(nobody.problem(), log_unavailable, "before anybody asks who it is");
    let mut suspended = lived.talk(&program, &lived.suspended).await.unwrap();
    assert_eq!(lived.house.get(&mut suspended, ROOM, None).await.problem(), log_unavailable);
    assert!(std::fs::metadata(program.access_log()).unwrap().len() <= 150_000);

    let freed = Instant::now();
    program.free_disk();
    lived.admitted(&program, &cookies[0]).await;
    let recovered = freed.elapsed();
    assert_eq!(lived.house.try_login(&mut talk, Settled::WORKER, PASSWORD).await.status, 303);
    let seen = load.end().await;
    let access_log = program.access_log();
    program.end();

    let (sound, words) = Program::verify(&lived.house, PROGRAM);
    assert!(sound, "{words}");
    let text = std::fs::read_to_string(access_log).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let passed = |status: u64| {
        lines
            .iter()
            .filter(|line| line["kind"] == "request" && line["path"] == ROOM && line["status"] == status)
            .count()
    };
    let answered =
        |status: u16| seen.iter().filter(|seen| seen.answer.as_ref().is_some_and(|answer| answer.0 == status)).count();
    // Beside the clients under load, those of `admitted` and the two strangers asked.
    assert!(passed(200) >= answered(200), "{} answered, {} in the log", answered(200), passed(200));
    let counted = lines.iter().filter(|line| line["kind"] == "folded" && line["reason"] == "log_unavailable");
    let counted: u64 = counted.map(|line| line["count"].as_u64().unwrap()).sum();
    let told = passed(503) + usize::try_from(counted).unwrap();
    assert!(told >= answered(503), "{} refused, {} and {counted} counted in the log", answered(503), passed(503));
    println!(
        "disk full: {} passed, {} refused, all in the log; let in again after {recovered:?}",
        passed(200),
        passed(503)
    );
}
