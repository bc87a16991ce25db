//! One IPv6 /48 at full strength at all three public doors, gateway and desk both real: an honest office begins to apply, an
//! honest worker picks up and a lost device is stopped, as if nobody else were there.

use std::net::Ipv6Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use ca_tools::acts::TicketPurpose;
use ca_tools::ticket::Secrets;
use certs::DeviceNo;
use house::{Answer, House, Opening, Plan, Talk, by, until};
use http::Request;
use http_body_util::Full;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const OFFICE: &str = "1272200001";
/// A code as it is told at pick-up.
const LOSS_CODE: &str = "abcdefghij";
/// Nothing the honest ask for takes longer, on a machine that is otherwise at rest.
const LONGEST: Duration = Duration::from_secs(2);
/// Connections at each door at a time, how many each opens one after another, and what it asks on one.
const AT_A_TIME: usize = 8;
const CONNECTIONS: usize = 2_000;
const REQUESTS: usize = 40;

async fn house() -> House {
    let plan = Plan {
        more: "[[upstream]]\nname = \"desk-public\"\nurl = \"unix:{dir}/desk-public.sock\"\n".into(),
        help: "desk = \"desk-public\"\nproxy_protocol_from = [\"127.0.0.0/8\"]\n".into(),
        ..Plan::default()
    };
    House::planned(plan).await
}

/// Version 2, for a client over IPv6 (PROXY protocol §2.2).
fn proxy_header(source: Ipv6Addr) -> Vec<u8> {
    let head = b"\r\n\r\n\0\r\nQUIT\n\x21\x21\0\x24";
    [&head[..], &source.octets(), &Ipv6Addr::LOCALHOST.octets(), &40_000_u16.to_be_bytes(), &443_u16.to_be_bytes()]
        .concat()
}

async fn talk(opening: &Opening, source: Ipv6Addr) -> std::io::Result<Talk> {
    let mut tcp = TcpStream::connect(opening.address).await?;
    tcp.write_all(&proxy_header(source)).await?;
    Talk::over(opening.connect_over(tcp).await?).await
}

fn post(host: &str, path: &str, form: &str) -> Request<Full<Bytes>> {
    Request::post(path)
        .header("host", host)
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("user-agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0.0.0")
        .body(Full::new(Bytes::from(form.to_owned())))
        .unwrap()
}

/// Somebody who may pick up, and whose device is then lost.
struct Worker {
    device: DeviceNo,
    ticket: String,
}

async fn worker(house: &House) -> Worker {
    let lost = house.approved_device(OFFICE, &[]).await;
    let hash = ca_tools::password::hash(LOSS_CODE).unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(house.dir.join("registry.db"));
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let told = "INSERT INTO loss_codes (device, code_hash, set_at, version) VALUES ($1, $2, 1, 1)";
    sqlx::query(told).bind(i64::from(lost.number())).bind(hash).execute(&mut connection).await.unwrap();
    let taken = house.approved_device(OFFICE, &[]).await;
    let secrets = Secrets::draw().unwrap();
    house.writer.open_ticket(&by(), (taken, TicketPurpose::First), &secrets).await.unwrap();
    Worker { device: lost, ticket: format!("number={}&code={}", secrets.number.reveal(), secrets.code.reveal()) }
}

/// Each act of the honest on a connection of its own, with the time it took.
async fn honest(house: &House, worker: &Worker, (mail, source): (&str, &str)) -> Vec<(&'static str, Duration)> {
    let (opening, host) = (house.help_opening(), house.help_host());
    let ask = async |path: &'static str, form: String| -> (Answer, Duration) {
        let begun = Instant::now();
        let mut talk = talk(&opening, source.parse().unwrap()).await.unwrap();
        let answer = talk.ask(post(&host, path, &form)).await.unwrap();
        (answer, begun.elapsed())
    };
    let begin = ask("/apply/begin", format!("kind=first_registration&mail={mail}")).await;
    assert_eq!(begin.0.status, 303, "{}", begin.0.text());
    let ready = ask("/pickup", worker.ticket.clone()).await;
    let place = ready.0.headers.get("location").map(|place| place.to_str().unwrap().to_owned()).unwrap_or_default();
    assert!(ready.0.status == 303 && place.starts_with("/pickup/ready?of="), "{}", ready.0.text());
    let lost = ask("/lost", format!("device={}&code={LOSS_CODE}", worker.device)).await;
    assert_eq!(lost.0.status, 303, "{}", lost.0.text());
    assert!(house.writer.ledger().loss(worker.device).await.unwrap().is_some());
    vec![("/apply/begin", begin.1), ("/pickup", ready.1), ("/lost", lost.1)]
}

/// What came of the flood at one door: answers of the desk, and refusals by whomever.
#[derive(Debug, Default)]
struct Counts {
    judged: AtomicUsize,
    refused: AtomicUsize,
}

impl Counts {
    fn of(&self) -> [usize; 2] {
        [&self.judged, &self.refused].map(|count| count.load(Ordering::Relaxed))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_48_at_full_strength_keeps_nobody_from_the_public_doors() {
    let house = house().await;
    house.office(OFFICE).await;
    let _desk = house.desk().await;
    let workers = [worker(&house).await, worker(&house).await];
    let calm = honest(&house, &workers[0], ("calm@example.jp", "2001:db8:8::1")).await;

    let ended = Arc::<AtomicBool>::default();
    let (mut tasks, mut doors) = (Vec::new(), Vec::new());
    let guess = format!("device={}&code=zzzzz-zzzzz", workers[1].device);
    let number = "number=abcd-efgh-ijkm-npqr&code=abcde-fghij".to_owned();
    let mail = "kind=first_registration&mail=greedy@example.com".to_owned();
    for (path, form) in [("/apply/begin", mail), ("/pickup", number), ("/lost", guess)] {
        let counts = Arc::<Counts>::default();
        for first in 0..AT_A_TIME {
            let (opening, host, form) = (house.help_opening(), house.help_host(), form.clone());
            let (ended, counts) = (Arc::clone(&ended), Arc::clone(&counts));
            tasks.push(tokio::spawn(async move {
                for number in (first..CONNECTIONS).step_by(AT_A_TIME) {
                    if ended.load(Ordering::Relaxed) {
                        return;
                    }
                    // Each connection from another /64 of the one /48; whoever is hung up on comes again.
                    let network = u16::try_from(number).unwrap();
                    let source = Ipv6Addr::new(0x2001, 0xdb8, 7, network, 0, 0, 0, 1);
                    let Ok(mut talk) = talk(&opening, source).await else {
                        counts.refused.fetch_add(1, Ordering::Relaxed);
                        continue;
                    };
                    for _ in 0..REQUESTS {
                        let answer = talk.ask(post(&host, path, &form)).await;
                        let judged = answer.as_ref().is_ok_and(|answer| answer.status != 429);
                        if judged { &counts.judged } else { &counts.refused }.fetch_add(1, Ordering::Relaxed);
                        if answer.is_err() {
                            break;
                        }
                    }
                }
            }));
        }
        doors.push((path, counts));
    }
    until("every door has refused the flood", async || doors.iter().all(|(_, counts)| counts.of()[1] > 0)).await;
    let before: Vec<_> = doors.iter().map(|(_, counts)| counts.of()[1]).collect();
    let attacked = honest(&house, &workers[1], ("honest@example.jp", "2001:db8:9::1")).await;
    ended.store(true, Ordering::Relaxed);
    let flood: Vec<_> = doors.iter().map(|(path, counts)| (*path, counts.of())).collect();
    for task in tasks {
        task.await.unwrap();
    }
    println!("calm {calm:?}\nattacked {attacked:?}\nflood (judged, refused) {flood:?}");
    for ((path, [judged, refused]), before) in flood.iter().zip(before) {
        assert!(*judged <= 100 && *refused >= before, "{path}: {judged} judged, {refused} refused");
    }
    for ((path, calm), (_, took)) in calm.iter().zip(&attacked) {
        // What a machine that others use does not do in the calm, it need not do now.
        let longest = LONGEST.max(*calm * 8);
        assert!(*took < longest, "{path}: {took:?}, calm {calm:?}");
    }
}
