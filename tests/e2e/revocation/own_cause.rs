//! The answer to the very request that caused the end is delivered first, whole; then the end comes.

use std::convert::Infallible;
use std::time::Instant;

use bytes::Bytes;
use ca_tools::acts::Writer;
use ca_tools::config::DatabaseUrl;
use certs::DeviceNo;
use house::{House, Plan, SOON, Talk, by, empty};
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::UnixListener;

use crate::fixtures::cut::all_end;
use crate::fixtures::held::{Work, hold};
use crate::fixtures::newcomer::Newcomer;

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_is_answered_whole_and_the_stream_beside_it_is_cut() {
    let house = House::open().await;
    let newcomer = Newcomer::of(&house, 1).await;
    let stream = hold(&house, newcomer.holder(), Work::StreamH2).await;
    let mut talk = Talk::H2(stream.sender.clone().unwrap());
    let request = Request::post(format!("https://{}/.gateway/logout", house.host()))
        .header("cookie", &newcomer.cookie)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html");
    let answer = talk.ask(request.body(empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status, 200);
    assert!(answer.text().ends_with("</html>\n") || answer.text().trim_end().ends_with("</html>"));
    all_end(vec![stream], Instant::now(), "logout on the same connection").await;
}

/// How long the stand-in desk's answers are: many TLS records.
const ANSWER: usize = 300_000;

/// A desk that suspends the device it is asked to, then answers at length.
async fn desk(house: &House) {
    let listener = UnixListener::bind(house.dir.join("desk.sock")).unwrap();
    let place: DatabaseUrl = house.registry_url().parse().unwrap();
    let journal = ca_tools::config::JournalFiles::in_folder(&house.dir);
    let seal = ca_tools::letters::Seal::in_directory(&house.dir);
    let writer = std::sync::Arc::new(Writer::open(&place, &journal).await.unwrap().sealing(seal));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let writer = std::sync::Arc::clone(&writer);
            let answer = service_fn(move |request: Request<Incoming>| {
                let writer = std::sync::Arc::clone(&writer);
                async move {
                    let device = request.uri().path().rsplit('/').next().unwrap().parse::<DeviceNo>();
                    let _ = request.into_body().collect().await;
                    if let Ok(device) = device {
                        writer.suspend_device(&by(), device).await.unwrap();
                        // Long enough for the gateway to have swept before the answer begins.
                        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
                    } else {
                        std::future::pending::<()>().await;
                    }
                    Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(vec![b'd'; ANSWER]))))
                }
            });
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
        }
    });
}

async fn house_with_desk() -> House {
    let routes = "[[site.route]]\npath = \"/desk/**\"\nupstream = \"desk\"\narea = \"record\"\n\
                  [[site.route]]\npath = \"/rooms/{room_ref}/**\"\nupstream = \"care-record\"\n";
    let house = House::planned(Plan { routes: routes.into(), ..Plan::default() }).await;
    desk(&house).await;
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn who_suspends_their_own_device_at_the_desk_reads_the_answer_and_is_gone() {
    let house = house_with_desk().await;
    for (number, h2) in [(1, false), (2, true)] {
        let newcomer = Newcomer::of(&house, number).await;
        let mut talk =
            if h2 { house.talk_h2(&newcomer.credentials).await } else { house.talk(&newcomer.credentials).await };
        let others = crate::fixtures::cut::hold_all(&house, &newcomer, &Work::ALL).await;
        let target = format!("/desk/suspend/{}", newcomer.device);
        let target = if h2 { format!("https://{}{target}", house.host()) } else { target };
        let request =
            house.request(Method::POST, &target, Some(&newcomer.cookie)).header("sec-fetch-site", "same-origin");
        let request = request.body(empty()).unwrap();
        let answer = talk.ask(request).await.unwrap();
        assert_eq!((answer.status.as_u16(), answer.body.len()), (200, ANSWER));
        all_end(others, Instant::now(), "suspended by themselves").await;
        let ended = async || match &talk {
            Talk::H1(send) => send.is_closed(),
            Talk::H2(send) => send.is_closed(),
        };
        house::until("the connection ends after its answer", ended).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_to_the_desk_outlives_its_device_by_seconds_at_most() {
    let house = house_with_desk().await;
    let newcomer = Newcomer::of(&house, 1).await;
    let mut talk = house.talk(&newcomer.credentials).await;
    // The desk never answers this one: it did not cause anything.
    let request =
        house.request(Method::POST, "/desk/slow", Some(&newcomer.cookie)).header("sec-fetch-site", "same-origin");
    let request = request.body(empty()).unwrap();
    let asking = tokio::spawn(async move { talk.send(request).await });
    house::until("the request is in flight", async || in_flight(&house) > 0).await;
    newcomer.suspend(&house).await;
    let since = Instant::now();
    let ended = tokio::time::timeout(SOON, asking).await.expect("it is ended").unwrap();
    println!("a desk request that caused nothing ended after {:?}", since.elapsed());
    assert!(ended.is_err(), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_to_the_desk_that_goes_on_after_the_end_of_its_right_is_not_spared() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let house = house_with_desk().await;
    let newcomer = Newcomer::of(&house, 1).await;
    let mut tls = house.opening(Some(&newcomer.credentials)).connect().await.unwrap();
    let words = format!(
        "POST /desk/slow HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\nsec-fetch-site: same-origin\r\n\
         content-length: 10\r\n\r\nhello",
        house.host(),
        newcomer.cookie
    );
    tls.write_all(words.as_bytes()).await.unwrap();
    house::until("the request is in flight", async || in_flight(&house) > 0).await;
    newcomer.suspend(&house).await;
    let since = Instant::now();
    let read = tokio::time::timeout(SOON, tls.read(&mut [0; 100])).await.expect("it is ended");
    assert!(read.is_err(), "{read:?}");
    assert!(since.elapsed() < crate::fixtures::cut::AT_MOST, "{:?}", since.elapsed());
}

fn in_flight(house: &House) -> usize {
    let mut flights = 0;
    house.gateway.state().live.each(|connection| connection.each_in_flight(|_| flights += 1));
    flights
}
