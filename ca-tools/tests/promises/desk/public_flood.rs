//! One IPv6 network and one mailbox at full strength at all three public doors: nobody else waits for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use hyper::Request;
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use tokio::task::JoinHandle;

use crate::fixtures::house::House;
use crate::fixtures::open::{Answer, LINUX, Open};

/// Nothing the honest ask for takes longer, on a machine that is otherwise at rest.
const LONGEST: Duration = Duration::from_secs(2);
/// Connections at each door, and requests on each at most.
const CONNECTIONS: usize = 12;
const REQUESTS: usize = 20_000;

/// Whoever floods, and what came of it.
struct Flood {
    ended: Arc<AtomicBool>,
    counts: Vec<(&'static str, Arc<Counts>)>,
    tasks: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Counts {
    answered: AtomicUsize,
    refused: AtomicUsize,
}

/// A path, and the body of the nth request there.
type Wish = (&'static str, Box<dyn Fn(usize) -> String + Send + Sync>);

impl Flood {
    /// Each wish on connections of its own, every request from another /64 of one /48.
    fn of(open: &Open, wishes: Vec<Wish>) -> Self {
        let ended = Arc::<AtomicBool>::default();
        let (mut counts, mut tasks) = (Vec::new(), Vec::new());
        for (path, body) in wishes {
            let (counted, body) = (Arc::<Counts>::default(), Arc::new(body));
            for connection in 0..CONNECTIONS {
                let socket = open.house.folder.join("public.sock");
                let (ended, counted, body) = (Arc::clone(&ended), Arc::clone(&counted), Arc::clone(&body));
                tasks.push(tokio::spawn(async move {
                    let stream = UnixStream::connect(socket).await.unwrap();
                    let (mut sender, driver) =
                        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
                    tokio::spawn(driver);
                    for number in (connection..REQUESTS).step_by(CONNECTIONS) {
                        if ended.load(Ordering::Relaxed) {
                            return;
                        }
                        let request = Request::post(path)
                            .header("host", "desk")
                            .header("user-agent", LINUX)
                            .header("gateway-ref", "K7Q-2XM")
                            .header("x-forwarded-for", format!("2001:db8:7:{number:x}::1"))
                            .header("content-type", "application/x-www-form-urlencoded");
                        let answer =
                            sender.send_request(request.body(Body::from(body(number))).unwrap()).await.unwrap();
                        let status = answer.status().as_u16();
                        axum::body::to_bytes(Body::new(answer.into_body()), 1 << 20).await.unwrap();
                        counted.answered.fetch_add(1, Ordering::Relaxed);
                        counted.refused.fetch_add(usize::from(status == 429), Ordering::Relaxed);
                    }
                }));
            }
            counts.push((path, counted));
        }
        Self { ended, counts, tasks }
    }

    /// Until every door has refused it: from then on it has had all it gets.
    async fn at_full_strength(&self) {
        let every = async || self.counts.iter().all(|(_, counts)| counts.refused.load(Ordering::Relaxed) > 0);
        servers::until_or(every, || format!("{:?}", self.told())).await;
    }

    fn told(&self) -> Vec<(&'static str, usize, usize)> {
        let told = |(path, counts): &(&'static str, Arc<Counts>)| {
            (*path, counts.answered.load(Ordering::Relaxed), counts.refused.load(Ordering::Relaxed))
        };
        self.counts.iter().map(told).collect()
    }

    async fn end(self) -> Vec<(&'static str, usize, usize)> {
        self.ended.store(true, Ordering::Relaxed);
        let told = self.told();
        for task in self.tasks {
            task.await.unwrap();
        }
        told
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The token of the link that came to this address.
async fn link(open: &Open, to: &str) -> String {
    let look = async || {
        let found = std::fs::read_dir(open.house.folder.join("ca/outbox")).into_iter().flatten().flatten();
        let letters = found.filter_map(|entry| std::fs::read_to_string(entry.path()).ok());
        let mut links = letters.filter(|text| text.lines().any(|line| line.trim_end() == format!("To: {to}")));
        links.find_map(|text| {
            let (_, rest) = text.split_once("https://help.example.jp/apply/form?t=")?;
            Some(rest.split_whitespace().next()?.to_owned())
        })
    };
    servers::until_or(look, || format!("no link for {to}: {}", open.log())).await
}

/// The fields of a first registration of this office.
fn registration<'a>(office: &'a str, token: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("t", token),
        ("office", office),
        ("corporation", "社会福祉法人みどり"),
        ("name", "みどり訪問介護"),
        ("telephone", "04-7167-2222"),
        ("address", "柏市豊四季台1"),
        ("person-1-name", "森　太郎"),
        ("person-1-profession", "介護職"),
        ("contact_person", "1"),
        ("permission", "1"),
        ("pledge", "2026-04-01"),
        ("do", "send"),
    ]
}

/// What one honest office and its people do, each step with the time it took.
struct Honest<'a> {
    open: &'a Open,
    from: &'static str,
    took: Vec<(&'static str, Duration)>,
}

impl Honest<'_> {
    async fn post(&mut self, (path, fields): (&'static str, &[(&str, &str)])) -> Answer {
        let begun = Instant::now();
        let answer = self.open.post(path, fields, (LINUX, self.from)).await;
        self.took.push((path, begun.elapsed()));
        answer
    }

    /// Applies, picks up, and reports lost what was picked up.
    async fn all(&mut self, office: &str, mail: &str, (device, number, code): &(String, String, String)) {
        let begun = self.post(("/apply/begin", &[("kind", "first_registration"), ("mail", mail)])).await;
        assert_eq!(begun.status, 303, "it is told on a page of its own: {}", begun.text());
        let token = link(self.open, mail).await;
        let sent = self.post(("/apply/form", &registration(office, &token))).await;
        assert!(sent.status == 201 && sent.text().contains("申請番号"), "{}", sent.text());

        let given = [("number", number.as_str()), ("code", code.as_str())];
        let ready = self.post(("/pickup", &given)).await;
        assert_eq!(ready.status, 200, "{}", ready.text());
        let loss_code = ready.secrets()[1].clone();
        let file = self.post(("/pickup/file", &given)).await;
        assert_eq!(file.status, 200, "{}", file.text());

        let stopped = self.post(("/lost", &[("device", device), ("code", &loss_code)])).await;
        assert_eq!(stopped.status, 303, "{}", stopped.text());
        assert_eq!(self.open.house.done(&format!("device show {device}"))["suspended"], true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_48_and_one_mailbox_at_full_strength_keep_nobody_from_the_public_doors() {
    let open = Open::of(House::furnished());
    let tickets = [open.ticket("linux"), open.ticket("linux")];
    let mut calm = Honest { open: &open, from: "192.0.2.1", took: Vec::new() };
    calm.all("1272200098", "calm@example.jp", &tickets[0]).await;

    let began = [("kind", "first_registration"), ("mail", "greedy@example.com")];
    assert_eq!(open.post("/apply/begin", &began, (LINUX, "2001:db8:7::1")).await.status, 303);
    let token = link(&open, "greedy@example.com").await;
    let (nobodys, device) = ("abcd-efgh-ijkm-npqr", tickets[1].0.clone());
    let flood = Flood::of(
        &open,
        vec![
            (
                "/apply/begin",
                Box::new(|number| form(&[("kind", "first_registration"), ("mail", &format!("a{number}@example.com"))])),
            ),
            // Each names the office of the honest, from the one mailbox.
            ("/apply/form", Box::new(move |_| form(&registration("1272200099", &token)))),
            ("/pickup", Box::new(move |_| form(&[("number", nobodys), ("code", "abcde-fghij")]))),
            ("/lost", Box::new(move |_| form(&[("device", &device), ("code", "abcde-fghij")]))),
        ],
    );
    flood.at_full_strength().await;
    let mut honest = Honest { open: &open, from: "192.0.2.2", took: Vec::new() };
    let before = flood.told();
    honest.all("1272200099", "honest@example.jp", &tickets[1]).await;
    let attacked = flood.end().await;
    let went_on = before.iter().zip(&attacked).all(|((_, before, _), (_, after, _))| after > before);
    assert!(went_on, "the flood ran dry: {before:?} {attacked:?}");
    println!("calm {:?}\nhonest {:?}\nflood {attacked:?}", calm.took, honest.took);
    for ((path, calm), (_, took)) in calm.took.iter().zip(&honest.took) {
        // What a machine that others use does not do in the calm, it need not do now.
        let longest = LONGEST.max(*calm * 8);
        assert!(*took < longest, "{path}: {took:?}, calm {calm:?}");
    }
}
