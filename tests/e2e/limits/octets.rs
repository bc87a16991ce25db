//! What bodies hold in memory is bounded: for a connection, for a device and for all together; and it comes back.

use std::time::Duration;

use gateway::live::octets::Holder;
use house::{Credentials, House, Opening, Plan, SOON, Settled, Talk, until};
use http::Method;
use http_body_util::BodyExt;

use crate::fixtures::frames::{END_STREAM, Frames};

/// What the last piece may be over a bound, of each of the threads that poll bodies.
const OVER: u64 = 8 * (64 << 10);
/// RFC 9113 §6.5.2.
const INITIAL_WINDOW_SIZE: u16 = 4;
const WINDOW_UPDATE: u8 = 8;

struct Lived {
    house: House,
    settled: Settled,
    cookie: String,
    other_cookie: String,
}

async fn lived_in(limits: &str) -> Lived {
    let house = House::planned(Plan { limits: limits.into(), ..Plan::default() }).await;
    let settled = house.settle().await;
    let cookie = house.login(&mut house.talk(&settled.credentials).await, Settled::WORKER).await;
    let other_cookie = house.login(&mut house.talk(&settled.other_credentials).await, Settled::OTHER_WORKER).await;
    Lived { house, settled, cookie, other_cookie }
}

impl Lived {
    /// Asks for so many downloads without end on one connection, with windows of this size, and reads nothing.
    async fn unread(&self, (credentials, cookie): (&Credentials, &str), downloads: u32, window: u32) -> Frames {
        let opening = Opening { alpn: vec![b"h2".to_vec()], ..self.house.opening(Some(credentials)) };
        let mut frames = Frames::over(&opening, &[(INITIAL_WINDOW_SIZE, window)]).await;
        frames.send(WINDOW_UPDATE, 0, 0, &(1_u32 << 30).to_be_bytes()).await;
        let host = self.house.host();
        for number in 0..downloads {
            let fields = [
                (":method", "GET"),
                (":scheme", "https"),
                (":authority", &*host),
                (":path", "/bytes/4000000000"),
                ("cookie", cookie),
            ];
            frames.head(END_STREAM, number * 2 + 1, &fields).await;
        }
        frames
    }

    fn held(&self) -> u64 {
        self.house.gateway.state().live.octets.held()
    }

    fn held_by(&self, device: certs::DeviceNo) -> u64 {
        self.house.gateway.state().live.octets.held_by(&Holder::Device(device))
    }

    /// A download of so many octets by the other office's device arrives whole; what is held is looked at meanwhile.
    async fn another_downloads(&self, octets: usize, mut look: impl FnMut()) {
        let mut talk = self.house.talk_h2(&self.settled.other_credentials).await;
        let target = format!("https://{}/bytes/{octets}", self.house.host());
        let request = self.house.request(Method::GET, &target, Some(&self.other_cookie));
        let mut body = talk.send(request.body(house::empty()).unwrap()).await.unwrap().into_body();
        let mut heard = 0;
        while let Some(frame) = tokio::time::timeout(SOON, body.frame()).await.expect("the download goes on") {
            heard += frame.unwrap().data_ref().map_or(0, bytes::Bytes::len);
            look();
        }
        assert_eq!(heard, octets);
    }

    async fn refused(&self, party: &str) -> u64 {
        let (_, text) = house::operations(self.house.ops_address(), "/metrics").await;
        let name = format!("gateway_budget_refused_total{{party=\"{party}\",bound=\"octets\"}} ");
        text.lines().find_map(|line| line.strip_prefix(&name)).map_or(0, |count| count.parse().unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn octets_of_a_device_are_bounded_however_many_answers_it_leaves_unread_and_another_goes_on() {
    const MOST: u64 = 1 << 20;
    let limits = format!(
        "requests_per_device = 1000\nrequests_per_id = 1000\noctets = 67108864\noctets_per_device = {MOST}\n\
         octets_per_connection = {}",
        MOST / 2
    );
    let lived = lived_in(&limits).await;
    for window in [0, 1 << 24] {
        let mine = (&lived.settled.credentials, &*lived.cookie);
        let mut unread = Vec::new();
        for _ in 0..3 {
            unread.push(lived.unread(mine, 100, window).await);
        }
        let device = lived.settled.device;
        until("the device holds what it may", async || lived.held_by(device) >= MOST).await;
        lived
            .another_downloads(16 << 20, || {
                assert!(lived.held_by(device) <= MOST + OVER, "{} are held", lived.held_by(device));
            })
            .await;
        lived.house.gateway.state().live.each(|connection| {
            assert!(connection.octets.held() <= MOST / 2 + OVER, "{} on one connection", connection.octets.held());
        });
        let gauge = lived.house.metric("gateway_buffered_octets ").await;
        assert!((MOST / 2..=MOST + 2 * OVER).contains(&gauge), "{gauge}");
        drop(unread);
        until("all of it comes back", async || lived.held() == 0).await;
    }
    assert_eq!(lived.refused("device").await, 0, "nobody had to give way");
}

#[tokio::test(flavor = "multi_thread")]
async fn octets_of_the_whole_are_given_by_the_greediest_and_the_newcomer_is_served() {
    const MOST: u64 = 1 << 20;
    let device = MOST * 3 / 4;
    let limits = format!("octets = {MOST}\noctets_per_device = {device}\noctets_per_connection = {device}");
    let lived = lived_in(&limits).await;
    let (number, credentials) = lived.house.device(house::OFFICE).await;
    lived.house.applied().await;
    let cookie = lived.house.login(&mut lived.house.talk(&credentials).await, Settled::WORKER).await;
    let greedy = lived.unread((&lived.settled.credentials, &lived.cookie), 100, 1 << 24).await;
    until("one is full", async || lived.held_by(lived.settled.device) >= device).await;
    let second = lived.unread((&credentials, &cookie), 20, 1 << 24).await;
    until("all is full", async || lived.held() >= MOST || lived.refused("device").await > 0).await;
    lived.another_downloads(8 << 20, || assert!(lived.held() <= MOST + OVER, "{} are held", lived.held())).await;
    assert!(lived.refused("device").await > 0, "somebody had to give way");
    let cut = lived.house.line(|line| line["kind"] == "request" && line["outcome"] == "cut").await;
    assert_eq!(cut["device"], lived.settled.device.to_string(), "the greediest: {cut}");
    assert_ne!(cut["device"], number.to_string());
    drop((greedy, second));
    until("all of it comes back", async || lived.held() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn octets_of_our_own_pages_are_bounded_for_who_has_shown_no_device() {
    let lived = lived_in("octets_per_connection = 131072\nbody_idle = \"60s\"").await;
    let opening = Opening { alpn: vec![b"h2".to_vec()], ..lived.house.opening(None) };
    let mut frames = Frames::over(&opening, &[(INITIAL_WINDOW_SIZE, 0)]).await;
    let host = lived.house.host();
    for number in 0..100 {
        let fields =
            [(":method", "GET"), (":scheme", "https"), (":authority", &*host), (":path", "/"), ("accept", "text/html")];
        if frames.try_head(END_STREAM, number * 2 + 1, &fields).await.is_err() {
            break;
        }
    }
    until("who leaves so many unread is hung up on", async || lived.refused("connection").await == 1).await;
    until("all of it comes back", async || lived.held() == 0).await;
    let mut talk = Talk::open(&lived.house.opening(None)).await.unwrap();
    assert_eq!(lived.house.get(&mut talk, "/", None).await.status, 403, "and may come again");
}

/// A body that a backend does not take is held back at its client, and is bounded as an answer is.
#[tokio::test(flavor = "multi_thread")]
async fn octets_of_uploads_are_counted_and_come_back() {
    let lived = lived_in("").await;
    let mut talk = lived.house.talk_h2(&lived.settled.credentials).await;
    let target = format!("https://{}/sink", lived.house.host());
    let request = lived.house.request(Method::POST, &target, Some(&lived.cookie));
    let request = request.body(http_body_util::Full::new(bytes::Bytes::from(vec![7; 64 << 20]))).unwrap();
    let (answer, most) = tokio::join!(talk.ask(request), async {
        let mut most = 0;
        for _ in 0..200 {
            most = most.max(lived.held());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        most
    });
    assert_eq!(answer.unwrap().json()["bytes"], 64 << 20);
    println!("of an upload of 64 MiB at most {most} octets were held at a time");
    assert!(most <= 1 << 20, "{most}");
    until("all of it comes back", async || lived.held() == 0).await;
}
