//! What is no activity ends when its session has been left alone for too long; and what does not read is ended too.

use std::time::{Duration, Instant};

use gateway::config::Config;
use house::{House, Settled, Store, by, until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::fixtures::held::{Holder, How, Work, hold};
use crate::fixtures::newcomer::Newcomer;

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_ends_when_its_session_goes_idle_though_it_is_busy() {
    for store in [Store::Redis, Store::Memory] {
        let house = House::with(store).await;
        // Shorter than a configuration file may say.
        let mut config = Config::parse(&house.configuration).unwrap();
        config.sessions.idle = Duration::from_secs(4);
        house.gateway.reload_with(config).unwrap();
        let settled = house.settle().await;
        let mut talk = house.talk(&settled.credentials).await;
        let cookie = house.login(&mut talk, Settled::WORKER).await;
        let holder = Holder { credentials: &settled.credentials, cookie: &cookie, room: Settled::ROOM };
        let socket = hold(&house, holder, Work::WebSocket).await;
        // Activity elsewhere in the session keeps the socket.
        let since = Instant::now();
        while since.elapsed() < Duration::from_secs(6) {
            assert_eq!(house.get(&mut talk, "/rooms/r-hanako/bytes/1", Some(&cookie)).await.status, 200);
            assert!(!socket.is_over(), "{store:?}: ended while its session was in use");
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        assert_eq!(socket.end().await.how, How::Reset, "{store:?}");
        let answer = house.get(&mut talk, "/rooms/r-hanako/bytes/1", Some(&cookie)).await;
        assert_eq!(answer.problem().2, "session_idle", "{store:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_their_download_is_cut_off_like_others() {
    let house = House::open().await;
    let newcomer = Newcomer::of(&house, 1).await;
    let mut tls = house.opening(Some(&newcomer.credentials)).connect().await.unwrap();
    let words = format!(
        "GET /rooms/{}/bytes/4000000000 HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\n\r\n",
        newcomer.room,
        house.host(),
        newcomer.cookie
    );
    tls.write_all(words.as_bytes()).await.unwrap();
    // Nothing is read, so that the socket fills until the gateway can write no more.
    until("the gateway waits for the client", async || {
        let mut stuck = false;
        house.gateway.state().live.each(|connection| {
            let later = gateway::live::deadlines::now() + 150;
            let stalled_on = gateway::live::deadlines::StalledOn::Writing;
            stuck |= connection.stall.overdue(stalled_on, later, Duration::from_millis(300));
        });
        stuck
    })
    .await;
    let room = newcomer.room.parse().unwrap();
    house.writer.remove(&by(), &room, &newcomer.login_id.parse().unwrap()).await.unwrap();
    let since = Instant::now();
    until("its connection is gone", async || {
        let mut flights = 0;
        house.gateway.state().live.each(|connection| connection.each_in_flight(|_| flights += 1));
        flights == 0
    })
    .await;
    println!("a download that nobody read was ended after {:?}", since.elapsed());
    assert!(since.elapsed() < crate::fixtures::cut::AT_MOST);
    let mut read = vec![0; 1 << 20];
    let ended = loop {
        match tls.read(&mut read).await {
            Ok(0) => break "closed",
            Ok(_) => {}
            Err(_) => break "reset",
        }
    };
    assert_eq!(ended, "reset");
}
