//! Who shows no known device has a pace. Faster, they are told to wait; on and on, they are hung up on; nobody else waits.

use house::{Answer, Credentials, House, OFFICE, Opening, Plan, Settled, Talk, by};
use http::Method;

/// A burst that is never refilled while a test lasts.
const LIMITS: &str = "stranger_requests = 1\nstranger_burst = 20";

async fn house() -> (House, Settled) {
    let house = House::planned(Plan { limits: LIMITS.into(), ..Plan::default() }).await;
    let settled = house.settle().await;
    (house, settled)
}

/// Asks again and again, on new connections where one was ended, until nothing is answered any more.
async fn until_hung_up_on(opening: &Opening, host: &str, path: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    let mut talk = Talk::open(opening).await.unwrap();
    loop {
        let asked = house::request(Method::GET, host, path, None).header("accept", "application/json");
        match talk.ask(asked.body(house::empty()).unwrap()).await {
            Ok(answer) => answers.push(answer),
            Err(_) => return answers,
        }
        assert!(answers.len() < 1_000, "never");
    }
}

fn paced(answers: &[Answer], status: u16) {
    let within = answers.iter().take_while(|answer| answer.status.as_u16() == status).count();
    // The test may last for some seconds, and one more is answered in each.
    assert!((20..60).contains(&within), "{within} of {}", answers.len());
    let over = &answers[within..];
    assert!(over.len() >= 10, "{} were told", over.len());
    for answer in over {
        let (status, code, reason) = answer.problem();
        if status == 429 {
            assert_eq!((code.as_str(), reason.as_str()), ("KW-303", "rate_limited"));
            let wait: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
            assert!((1..=60).contains(&wait), "{wait}");
        }
    }
}

async fn is_served(house: &House, credentials: &Credentials) {
    let mut talk = house.talk(credentials).await;
    assert_eq!(house.get(&mut talk, "/.gateway/check", None).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_shows_no_certificate_is_told_to_wait_and_then_hung_up_on_and_devices_of_the_same_address_are_not() {
    let (house, settled) = house().await;
    let answers = until_hung_up_on(&house.opening(None), &house.host(), "/").await;
    paced(&answers, 403);
    assert!(house.bounded("source", "rate").await > 20);
    is_served(&house, &settled.credentials).await;
    let again = until_hung_up_on(&house.opening(None), &house.host(), "/").await;
    assert!(again.len() < 20, "a new connection is no new budget: {}", again.len());
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    for _ in 0..100 {
        assert_eq!(house.get(&mut talk, "/bytes/1", Some(&cookie)).await.status, 200, "a known device has no pace");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stranger_asks_makes_no_difference() {
    for path in ["/.gateway/jwks.json", "//x", "/.gateway/login"] {
        let (house, settled) = house().await;
        let answers = until_hung_up_on(&house.opening(None), &house.host(), path).await;
        paced(&answers, answers[0].status.as_u16());
        is_served(&house, &settled.credentials).await;
    }
    let (house, _) = house().await;
    let answers = until_hung_up_on(&house.help_opening(), &house.help_host(), "/").await;
    paced(&answers, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_is_refused_is_a_stranger() {
    let (house, settled) = house().await;
    let (device, suspended) = house.device(OFFICE).await;
    house.writer.suspend_device(&by(), device).await.unwrap();
    house.applied().await;
    let answers = until_hung_up_on(&house.opening(Some(&suspended)), &house.host(), "/").await;
    paced(&answers, 403);
    is_served(&house, &settled.credentials).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_asks_for_too_much_may_still_report_a_lost_device() {
    let (house, _) = house().await;
    let answers = until_hung_up_on(&house.help_opening(), &house.help_host(), "/").await;
    paced(&answers, 200);
    for path in ["/lost", "/pickup/x"] {
        let asked = house::request(Method::GET, &house.help_host(), path, None).body(house::empty()).unwrap();
        let answer = Talk::open(&house.help_opening()).await.unwrap().ask(asked).await.unwrap();
        assert_eq!(answer.status, 404, "this house has no desk there: {path}");
    }
}
