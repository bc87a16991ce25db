//! A change and a request at the same instant: the request is refused, or it is ended; never does it slip through.

use std::time::{Duration, Instant};

use house::{House, Plan, SOON, Talk, empty};
use http::Method;
use http_body_util::BodyExt;

use crate::fixtures::newcomer::Newcomer;

const ROUNDS: u32 = 200;

/// Asks for an endless stream and tells how that went: refused with a status, or cut.
async fn ask(house: &House, newcomer: &Newcomer, talk: std::io::Result<Talk>) -> &'static str {
    let Ok(mut talk) = talk else { return "no connection" };
    let target = format!("/rooms/{}/stream?seconds=600", newcomer.room);
    let request = house.request(Method::GET, &target, Some(&newcomer.cookie)).body(empty()).unwrap();
    let Ok(answer) = talk.send(request).await else { return "cut before its answer" };
    if answer.status() != 200 {
        assert_eq!(answer.status(), 403);
        return "refused";
    }
    let mut body = answer.into_body();
    let to_its_end = async { while let Some(Ok(_)) = body.frame().await {} };
    tokio::time::timeout(SOON, to_its_end).await.expect("let in beside the change, and never ended");
    "cut in its answer"
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_at_the_instant_of_a_change_is_refused_or_ended_two_hundred_times() {
    let house = House::planned(Plan { limits: "stranger_burst = 10000".into(), ..Plan::default() }).await;
    let newcomer = Newcomer::of(&house, 1).await;
    let mut seen = std::collections::BTreeMap::<_, u32>::new();
    let mut worst = Duration::ZERO;
    for round in 0..ROUNDS {
        let mut warm = house.talk(&newcomer.credentials).await;
        assert_eq!(newcomer.refusal_on(&house, &mut warm).await.0, 200, "round {round}");
        let mut applied = house.gateway.state().feed.changed();
        applied.borrow_and_update();
        // The registry is looked at every 20 ms: the requests begin in all of that time, and a little beyond.
        let delay = Duration::from_micros(u64::from(round) * 125);
        let late = async {
            tokio::time::sleep(delay).await;
            let opening = house.opening(Some(&newcomer.credentials));
            let (on_warm, on_new) = tokio::join!(ask(&house, &newcomer, Ok(warm)), async {
                ask(&house, &newcomer, Talk::open(&opening).await).await
            });
            (on_warm, on_new, Instant::now())
        };
        let after = async {
            applied.changed().await.unwrap();
            let since = Instant::now();
            // From here on nothing is let in any more.
            assert_eq!(newcomer.refusal(&house).await.2, "suspended", "round {round}");
            since
        };
        let ((), (on_warm, on_new, over), since) = tokio::join!(newcomer.suspend(&house), late, after);
        worst = worst.max(over.saturating_duration_since(since));
        *seen.entry(on_warm).or_default() += 1;
        *seen.entry(on_new).or_default() += 1;
        let left = live_of(&house, newcomer.device);
        house::until("nothing of the device is in flight", async || live_of(&house, newcomer.device) == 0).await;
        newcomer.resume(&house).await;
        assert!(left < 2, "round {round}: {left} flights");
    }
    println!("{ROUNDS} rounds of two requests: {seen:?}; the last was over {worst:?} after the change was applied");
}

/// Requests of this device in flight.
fn live_of(house: &House, device: certs::DeviceNo) -> usize {
    let mut flights = 0;
    house.gateway.state().live.each(|connection| {
        connection.each_in_flight(|in_flight| flights += usize::from(in_flight.access.record.device() == device));
    });
    flights
}
