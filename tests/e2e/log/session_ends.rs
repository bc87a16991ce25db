//! Who was in, from when until when, and why no longer: each session has its login line, and one that says how it ended.

use std::collections::HashMap;
use std::time::Duration;

use access_log::{GatewayLog, whole_log};
use ca_tools::acts::NewPassword;
use gateway::config::Config;
use gateway::session::CookieValue;
use house::{Credentials, House, OFFICE, PASSWORD, Plan, Program, Settled, Store, Talk, by, empty, until};
use http::Method;
use registry::change::RevokedReason;
use serde_json::Value;

use crate::fixtures::newcomer::Newcomer;

const ROOM: &str = "/rooms/r-hanako/bytes/1";
const PROGRAM: &str = env!("CARGO_BIN_EXE_gateway-program");

fn key_of(cookie: &str) -> String {
    CookieValue::read(cookie.strip_prefix("__Host-session=").unwrap().as_bytes()).unwrap().key().to_string()
}

fn mark_of(cookie: &str) -> String {
    key_of(cookie)[..8].to_owned()
}

fn ends<'a>(lines: &'a [Value], mark: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["kind"] == "session_end" && line["session"] == mark).collect()
}

/// Waits for the end of this session, and looks that it is told of whom it was and for how long.
async fn ended(house: &House, (cookie, user): (&str, &str), reason: &str) {
    let mark = mark_of(cookie);
    until(reason, async || !ends(&house.lines(), &mark).is_empty()).await;
    let lines = house.lines();
    let [end] = ends(&lines, &mark)[..] else { panic!("{reason}: more than one end") };
    assert_eq!((&end["reason"], &end["user"]), (&reason.into(), &user.into()), "{end}");
    assert!(end["duration_us"].is_u64(), "{end}");
    let login = lines.iter().find(|line| line["kind"] == "login" && line["session"] == mark);
    assert_eq!(login.map(|line| &line["user"]), Some(&user.into()), "{reason}: its login carries it, too");
}

/// Every session that a line of login tells of has one end, and none has two.
fn one_end_each(lines: &[Value]) -> usize {
    let mut count: HashMap<&str, usize> = HashMap::new();
    for line in lines {
        match (line["kind"].as_str(), line["session"].as_str()) {
            (Some("login"), Some(mark)) => {
                count.entry(mark).or_default();
            }
            (Some("session_end"), Some(mark)) => *count.entry(mark).or_default() += 1,
            _ => {}
        }
    }
    let wrong: Vec<_> = count.iter().filter(|(_, ends)| **ends != 1).collect();
    assert!(wrong.is_empty(), "sessions without one end: {wrong:?}");
    count.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_ends_a_session_leaves_one_line_that_says_why_and_how_long_it_lasted() {
    for store in [Store::Redis, Store::Memory] {
        let house = House::planned(Plan { store, sessions: "per_device = 2".into(), ..Plan::default() }).await;
        let settled = house.settle().await;
        let mut talk = house.talk(&settled.credentials).await;
        let (_, other) = house.device(OFFICE).await;
        house.applied().await;

        let worker = Settled::WORKER;
        let cookie = house.login(&mut talk, worker).await;
        assert_eq!(house.post_form(&mut talk, "/.gateway/logout", Some(&cookie), "").await.status, 200);
        ended(&house, (&cookie, worker), "logout").await;
        let out = house.line(|line| line["kind"] == "logout").await;
        assert_eq!(out["session"], mark_of(&cookie), "and so does its logout");

        let cookie = house.login(&mut talk, worker).await;
        let form = format!("login_id={worker}&password={PASSWORD}&return_to=%2F");
        let again = house.post_form(&mut talk, "/.gateway/login", Some(&cookie), &form).await.cookie().unwrap();
        ended(&house, (&cookie, worker), "logged_in_again").await;

        assert_eq!(house.get(&mut house.talk(&other).await, ROOM, Some(&again)).await.status, 401);
        ended(&house, (&again, worker), "session_cert_mismatch").await;

        let oldest = house.login(&mut talk, worker).await;
        for _ in 0..2 {
            house.login(&mut talk, worker).await;
        }
        ended(&house, (&oldest, worker), "too_many_sessions").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_registry_ends_has_ended_and_is_told_though_nobody_comes_back() {
    for store in [Store::Redis, Store::Memory] {
        let house = House::with(store).await;
        let mut people = Vec::new();
        for number in 1..=6 {
            people.push(Newcomer::of(&house, number).await);
        }
        let [deleted, held, reset, revoked, office, stays] = &people[..] else { unreachable!() };
        let id = |newcomer: &Newcomer| newcomer.login_id.parse().unwrap();
        house.writer.delete_user(&by(), &id(deleted)).await.unwrap();
        house.writer.suspend_user(&by(), &id(held)).await.unwrap();
        let password = NewPassword { hash: house::hash(PASSWORD) };
        house.writer.reset_password(&by(), &id(reset), password).await.unwrap();
        house.writer.revoke(&by(), revoked.device, None, RevokedReason::Lost).await.unwrap();
        house.writer.suspend_office(&by(), &office.office.parse().unwrap()).await.unwrap();
        for (whose, reason) in [
            (deleted, "user_gone"),
            (held, "user_gone"),
            (revoked, "device_revoked"),
            (office, "office_suspended"),
            (reset, "password_changed"),
        ] {
            ended(&house, (&whose.cookie, &whose.login_id), reason).await;
        }
        assert_eq!(held.refusal(&house).await.2, "user_suspended", "what is wrong with the person is still told first");
        house.writer.resume_user(&by(), &id(held)).await.unwrap();
        house.applied().await;
        assert_eq!(held.refusal(&house).await.2, "no_session", "it does not wake again");
        assert_eq!(stays.refusal(&house).await.0, 200);
        assert_eq!(ends(&house.lines(), &mark_of(&stays.cookie)).len(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_on_hold_ends_nobodys_session() {
    let house = House::open().await;
    let newcomer = Newcomer::of(&house, 1).await;
    let other = Newcomer::of(&house, 2).await;
    newcomer.suspend(&house).await;
    house.writer.suspend_user(&by(), &other.login_id.parse().unwrap()).await.unwrap();
    ended(&house, (&other.cookie, &other.login_id), "user_gone").await;
    newcomer.resume(&house).await;
    assert_eq!(newcomer.refusal(&house).await.0, 200);
}

/// In Redis it is as if the time had passed; in memory it does.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_left_alone_ends_though_nobody_comes_back() {
    for store in [Store::Redis, Store::Memory] {
        let house = House::with(store).await;
        let settled = house.settle().await;
        let mut talk = house.talk(&settled.credentials).await;
        let cookie = house.login(&mut talk, Settled::WORKER).await;
        if let Some(redis) = &house.redis {
            as_if_passed(redis, &key_of(&cookie), 1900).await;
        } else {
            let mut config = Config::parse(&house.configuration).unwrap();
            config.sessions.idle = Duration::from_secs(2);
            house.gateway.reload_with(config).unwrap();
        }
        ended(&house, (&cookie, Settled::WORKER), "session_idle").await;
        let answer = house.get(&mut talk, ROOM, Some(&cookie)).await;
        assert_eq!(answer.problem(), (401, "KW-203".into(), "session_idle".into()), "{store:?}");
    }
}

/// Its last activity was so long ago, and it is time to look at it.
async fn as_if_passed(redis: &house::Redis, key: &str, seconds: i64) {
    let mut beside = redis.connection().await;
    let seen = house::now().plus(-seconds).unix();
    redis::cmd("SET").arg(format!("l:{key}")).arg(seen).exec_async(&mut beside).await.unwrap();
    redis::cmd("ZADD").arg("l:untold").arg("XX").arg(0).arg(key).exec_async(&mut beside).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_gateways_over_one_store_exactly_one_tells() {
    let house = House::with(Store::Redis).await;
    let second = house.another_gateway(|same| same).await;
    let settled = house.settle().await;
    house.applied_at(&second).await;
    let mut talk = house.talk(&settled.credentials).await;
    let mut cookies = Vec::new();
    for _ in 0..9 {
        cookies.push(house.login(&mut talk, Settled::WORKER).await);
    }
    let gone = Newcomer::of(&house, 1).await;
    for cookie in &cookies {
        as_if_passed(house.redis.as_ref().unwrap(), &key_of(cookie), 1900).await;
    }
    house.writer.delete_user(&by(), &gone.login_id.parse().unwrap()).await.unwrap();
    let both = || {
        let text = std::fs::read_to_string(house.dir.join("another-access.log")).unwrap();
        let theirs = text.lines().filter_map(|line| serde_json::from_str(line).ok());
        house.lines().into_iter().chain(theirs).collect::<Vec<Value>>()
    };
    until("all ends are told", async || both().iter().filter(|line| line["kind"] == "session_end").count() >= 10).await;
    // Two rounds more of each.
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(one_end_each(&both()), 10);
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_in_memory_end_with_their_gateway_and_the_next_one_says_so_where_it_was_killed() {
    let house = House::open().await;
    let settled = house.settle().await;
    for killed in [false, true] {
        let program = Program::start(&house, PROGRAM);
        program.ready().await;
        let cookie = login_at(&house, &program, &settled.credentials).await;
        let log = program.access_log();
        if killed {
            program.kill();
            Program::start(&house, PROGRAM).end();
        } else {
            program.end();
        }
        let lines = lines_of(&log);
        let found = ends(&lines, &mark_of(&cookie));
        assert_eq!(found.len(), 1, "{killed}");
        assert_eq!((&found[0]["reason"], &found[0]["user"]), (&"gateway_ended".into(), &Settled::WORKER.into()));
        one_end_each(&lines);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_was_killed_tells_of_no_end_twice_and_leaves_none_untold() {
    let redis = house::Redis::start();
    let mut house = House::open().await;
    // The program alone keeps its sessions there: nobody else tells of them.
    house.configuration = house.configuration.replace("memory:", &redis.url());
    let settled = house.settle().await;
    let (mut cookies, mut log) = (Vec::new(), std::path::PathBuf::new());
    for _ in 0..4 {
        let program = Program::start(&house, PROGRAM);
        program.ready().await;
        let mut talk = talk_to(&house, &program, &settled.credentials).await;
        for _ in 0..5 {
            let cookie = login_on(&house, &mut talk).await;
            cookies.push(cookie.clone());
            let out = house::request(Method::POST, &house.host(), "/.gateway/logout", Some(&cookie));
            assert!(talk.ask(out.body(empty()).unwrap()).await.unwrap().status.is_success());
        }
        cookies.push(login_on(&house, &mut talk).await);
        log = program.access_log();
        // At once: what it could not tell the store of, its log says.
        program.kill();
    }
    // Nobody had told the store of the last ones.
    let mut beside = redis.connection().await;
    let left: i64 = redis::cmd("ZCARD").arg("l:untold").query_async(&mut beside).await.unwrap();
    assert!(left >= 5, "{left}");
    for cookie in &cookies {
        as_if_passed(&redis, &key_of(cookie), 1900).await;
    }
    let program = Program::start(&house, PROGRAM);
    program.ready().await;
    until("all ends are told", async || {
        let told = lines_of(&log).iter().filter(|line| line["kind"] == "session_end").count();
        let left: i64 = redis::cmd("ZCARD").arg("l:untold").query_async(&mut beside.clone()).await.unwrap();
        told >= cookies.len() && left == 0
    })
    .await;
    program.end();
    let lines = lines_of(&log);
    for cookie in &cookies {
        assert_eq!(ends(&lines, &mark_of(cookie)).len(), 1);
    }
    one_end_each(&lines);
}

async fn talk_to(house: &House, program: &Program, credentials: &Credentials) -> Talk {
    Talk::open(&program.opening(house.opening(Some(credentials)))).await.unwrap()
}

async fn login_at(house: &House, program: &Program, credentials: &Credentials) -> String {
    login_on(house, &mut talk_to(house, program, credentials).await).await
}

async fn login_on(house: &House, talk: &mut Talk) -> String {
    let form = format!("login_id={}&password={PASSWORD}&return_to=%2F", Settled::WORKER);
    let request = house::request(Method::POST, &house.host(), "/.gateway/login", None)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.into())
        .unwrap();
    let answer = talk.ask(request).await.unwrap();
    answer.cookie().unwrap_or_else(|| panic!("{}", answer.text()))
}

fn lines_of(log: &std::path::Path) -> Vec<Value> {
    let mut lines = Vec::new();
    for log in GatewayLog::sort(&whole_log(log).unwrap(), &[]).unwrap() {
        let read = log.read(&mut |line| lines.push(serde_json::from_slice(line.text).unwrap())).unwrap();
        assert!(read.findings.is_empty(), "{:?}", read.findings);
    }
    lines
}
