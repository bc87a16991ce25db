//! Nobody holds the house's requests for themselves: who has many is told to wait or gives way, who has few is served.

use bytes::Bytes;
use gateway::revocation::closures::Closures;
use gateway::revocation::round::Round;
use house::{Answer, Backend, Credentials, Ending, House, Opening, Plan, SOON, Script, Settled, by, empty, now, until};
use http::{Method, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};

use crate::fixtures::held::{Holder, Work, hold};
use crate::fixtures::newcomer::Newcomer;

/// A settled house, and a session of each of its two workers.
pub(crate) struct Lived {
    pub(crate) house: House,
    pub(crate) settled: Settled,
    pub(crate) one: String,
    pub(crate) other: String,
}

pub(crate) async fn lived(plan: Plan) -> Lived {
    let house = House::planned(plan).await;
    let settled = house.settle().await;
    let one = house.login(&mut house.talk(&settled.credentials).await, Settled::WORKER).await;
    let other = house.login(&mut house.talk(&settled.other_credentials).await, Settled::OTHER_WORKER).await;
    Lived { house, settled, one, other }
}

pub(crate) async fn h2(house: &House, credentials: &Credentials) -> SendRequest<Full<Bytes>> {
    h2_over(&Opening { alpn: vec![b"h2".to_vec()], ..house.opening(Some(credentials)) }).await
}

pub(crate) async fn h2_over(opening: &Opening) -> SendRequest<Full<Bytes>> {
    let io = TokioIo::new(opening.connect().await.unwrap());
    let (send, driver) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(driver);
    send
}

/// Asks in a stream of its own, and has the head of the answer.
pub(crate) async fn ask(
    house: &House,
    send: &mut SendRequest<Full<Bytes>>,
    what: (&str, &str),
) -> hyper::Result<Response<Incoming>> {
    send.ready().await?;
    tokio::time::timeout(SOON, send.send_request(asked(house, what))).await.expect("an answer")
}

pub(crate) async fn whole(answer: Response<Incoming>) -> Answer {
    let (head, body) = answer.into_parts();
    Answer { status: head.status, headers: head.headers, body: body.collect().await.unwrap().to_bytes() }
}

const ENDLESS: &str = "/stream?seconds=600";

/// So many endless answers in flight at once.
async fn fill(
    house: &House,
    send: &mut SendRequest<Full<Bytes>>,
    (count, cookie): (usize, &str),
) -> Vec<Response<Incoming>> {
    let mut running = Vec::new();
    for number in 0..count {
        let answer = ask(house, send, (ENDLESS, cookie)).await.unwrap();
        assert_eq!(answer.status(), 200, "the {number}th of {count}");
        running.push(answer);
    }
    running
}

fn in_flight(house: &House) -> usize {
    let mut flights = 0;
    house.gateway.state().live.each(|connection| connection.each_in_flight(|_| flights += 1));
    flights
}

pub(crate) fn told_to_wait(answer: &Answer) {
    assert_eq!(answer.problem(), (429, "KW-303".into(), "rate_limited".into()));
    assert_eq!(answer.headers["retry-after"], "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_with_all_its_requests_in_flight_is_told_to_wait_and_another_device_is_served() {
    let plan = Plan { limits: "requests_per_device = 6".into(), ..Plan::default() };
    let Lived { house, settled, one, other } = lived(plan).await;
    let mut send = h2(&house, &settled.credentials).await;
    let mut running = fill(&house, &mut send, (6, &one)).await;
    told_to_wait(&whole(ask(&house, &mut send, (ENDLESS, &one)).await.unwrap()).await);
    let mut elsewhere = house.talk(&settled.credentials).await;
    let again = house.request(Method::GET, "/bytes/1", Some(&one)).header("accept", "application/json");
    told_to_wait(&elsewhere.ask(again.body(empty()).unwrap()).await.unwrap());
    let refused = "gateway_budget_refused_total{party=\"device\",bound=\"requests\"}";
    assert_eq!(house.metric(refused).await, 2);
    assert_eq!(house.metric("gateway_upstream_requests{upstream=\"care-record\"}").await, 6);
    let mut talk = house.talk(&settled.other_credentials).await;
    assert_eq!(house.get(&mut talk, "/bytes/1", Some(&other)).await.status, 200);
    assert_eq!(house.metric("gateway_honest_refused_total").await, 0);
    running.pop();
    until("there is room again", async || in_flight(&house) == 5).await;
    assert_eq!(house.get(&mut elsewhere, "/bytes/1", Some(&one)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_web_socket_is_a_request_in_flight_and_so_is_a_change_of_password() {
    let plan = Plan { limits: "requests_per_device = 1".into(), ..Plan::default() };
    let Lived { house, settled, one, .. } = lived(plan).await;
    let holder = Holder { credentials: &settled.credentials, cookie: &one, room: Settled::ROOM };
    let socket = hold(&house, holder, Work::WebSocket).await;
    let mut send = h2(&house, &settled.credentials).await;
    told_to_wait(&whole(ask(&house, &mut send, ("/bytes/1", &one)).await.unwrap()).await);
    // What the gateway asks the desk on a person's behalf goes the same way.
    let form = "password=Kawa-no-nagare-7&new_password=Mizu-no-oto-88&new_password_again=Mizu-no-oto-88";
    let mut talk = house.talk(&settled.credentials).await;
    told_to_wait(&house.post_form(&mut talk, "/.gateway/password", Some(&one), form).await);
    assert!(!socket.is_over());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_full_of_one_devices_requests_serves_others_and_the_greedy_ones_newest_ends() {
    // Six for all, two that are kept for who holds nothing.
    let plan = Plan { upstream: "requests = 8".into(), ..Plan::default() };
    let Lived { house, settled, one, other } = lived(plan).await;
    let mut greedy = h2(&house, &settled.credentials).await;
    let mut running = fill(&house, &mut greedy, (6, &one)).await;
    told_to_wait(&whole(ask(&house, &mut greedy, (ENDLESS, &one)).await.unwrap()).await);
    let mut honest = h2(&house, &settled.other_credentials).await;
    let mut theirs = fill(&house, &mut honest, (1, &other)).await;
    assert_eq!(in_flight(&house), 7, "nobody had to give way");
    theirs.extend(fill(&house, &mut honest, (2, &other)).await);
    for _ in 0..2 {
        let mut newest = running.pop().unwrap().into_body();
        let ended = async { while let Some(Ok(_)) = newest.frame().await {} };
        tokio::time::timeout(SOON, ended).await.expect("the newest of the greedy one's requests ends");
    }
    until("four and three are left", async || in_flight(&house) == 7).await;
    for answer in running.iter_mut().chain(&mut theirs) {
        let goes_on = tokio::time::timeout(SOON, answer.body_mut().frame()).await.expect("more of it");
        assert!(goes_on.is_some_and(|frame| frame.is_ok()), "another one was ended");
    }
    assert_eq!(house.metric("gateway_cut_connections_total{reason=\"budget\"}").await, 2);
    assert_eq!(house.metric("gateway_honest_refused_total").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_waits_for_its_answer_gives_way_in_words() {
    let silent = Backend::start("127.0.0.1:0".parse().unwrap(), vec![("/", Script::once("", Ending::Hang))]);
    let backend = format!("http://{}", silent.address());
    let plan = Plan { backend, upstream: "requests = 4".into(), ..Plan::default() };
    let Lived { house, settled, one, other } = lived(plan).await;
    let mut waiting = Vec::new();
    for number in 1..=3 {
        let mut send = h2(&house, &settled.credentials).await;
        let asking = asked(&house, ("/slow", &one));
        waiting.push(tokio::spawn(async move { send.send_request(asking).await }));
        until("it waits", async || in_flight(&house) == number).await;
    }
    let mut others = Vec::new();
    for number in 4..=5 {
        let mut send = h2(&house, &settled.other_credentials).await;
        let asking = asked(&house, ("/slow", &other));
        others.push(tokio::spawn(async move { send.send_request(asking).await }));
        until("the other one's waits, too", async || silent.asked() == number).await;
    }
    let newest = tokio::time::timeout(SOON, waiting.pop().unwrap()).await.expect("it is answered");
    told_to_wait(&whole(newest.unwrap().unwrap()).await);
    assert!(waiting.iter().chain(&others).all(|waits| !waits.is_finished()));
}

pub(crate) fn asked(house: &House, (path, cookie): (&str, &str)) -> http::Request<Full<Bytes>> {
    let target = format!("https://{}{path}", house.host());
    let request = house.request(Method::GET, &target, Some(cookie)).header("accept", "application/json");
    request.body(empty()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_change_asks_does_not_grow_with_what_a_device_has_in_flight() {
    const STREAMS: usize = 60;
    const CHANGES: u64 = 10;
    let limits = "requests_per_device = 1000\nrequests_per_id = 2000".to_owned();
    let house = House::planned(Plan { limits, ..Plan::default() }).await;
    let (hostile, victim) = (Newcomer::of(&house, 1).await, Newcomer::of(&house, 2).await);
    let mut running = Vec::new();
    for _ in 0..5 {
        let mut send = h2(&house, &hostile.credentials).await;
        running.push((fill(&house, &mut send, (STREAMS, &hostile.cookie)).await, send));
    }
    assert_eq!(in_flight(&house), 5 * STREAMS);
    let asked = house.metric("gateway_judged_again_total").await;
    for number in 0..CHANGES {
        house.office(&format!("99{number:08}")).await;
        house.applied().await;
    }
    until("what runs is judged", async || house.metric("gateway_judged_again_total").await > asked).await;
    let held = hold(&house, victim.holder(), Work::Idle).await;
    victim.suspend(&house).await;
    held.end().await;
    let asked = house.metric("gateway_judged_again_total").await - asked;
    println!("{CHANGES} changes and a suspension with {} in flight: {asked} questions", 5 * STREAMS);
    // One for each of the changes; one more where a minute ended meanwhile.
    assert!((1..=CHANGES + 3).contains(&asked), "{asked} questions");
    house.writer.suspend_user(&by(), &hostile.login_id.parse().unwrap()).await.unwrap();
    until("all of them are ended by one more", async || in_flight(&house) == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_change_joins_the_older_ones_second_half_and_nothing_is_judged_twice_for_both() {
    const ROOMS: usize = 40;
    let house = House::open().await;
    let newcomer = Newcomer::of(&house, 1).await;
    let id: registry::LoginId = newcomer.login_id.parse().unwrap();
    let mut send = h2(&house, &newcomer.credentials).await;
    let mut running = Vec::new();
    for number in 0..ROOMS {
        house.room(&format!("r-many-{number}"), &[id.as_str()]).await;
    }
    house.applied().await;
    for number in 0..ROOMS {
        let path = format!("/rooms/r-many-{number}{ENDLESS}");
        running.push(ask(&house, &mut send, (&path, &newcomer.cookie)).await.unwrap());
    }
    assert_eq!(in_flight(&house), ROOMS);
    let gateway = house.gateway.state();
    // Where a minute ends meanwhile the facts are others once more: that try does not count.
    for number in 0.. {
        let minute = now().unix() / 60;
        let mut round = Round::default();
        round.begin(gateway, None, Closures::default());
        let first = round.go_on(gateway);
        assert!(first < ROOMS as u64 && !round.is_over(), "one go asks {first} questions and leaves the rest");
        house.office(&format!("99{number:08}")).await;
        house.applied().await;
        round.begin(gateway, None, Closures::default());
        let mut rest = 0;
        while !round.is_over() {
            let questions = round.go_on(gateway);
            assert!(questions <= first, "{questions} in one go");
            rest += questions;
        }
        if now().unix() / 60 == minute {
            assert_eq!(rest, ROOMS as u64, "all by the newer facts, once for both changes");
            break;
        }
    }
    assert_eq!(in_flight(&house), ROOMS);
}
