//! Which CAs are trusted is the configuration's word of this moment: for who comes, and for who is in already.

use std::time::Instant;

use ca_tools::rows::Purpose;
use gateway::config::{Config, Mistake};
use house::{Ca, House, Leaf, Program, Talk, until};

use crate::fixtures::cut::{all_end, hold_all};
use crate::fixtures::held::Work;
use crate::fixtures::newcomer::Newcomer;

fn reload(house: &House, configuration: &str) -> Result<(), Vec<Mistake>> {
    house.gateway.reload_with(Config::parse(configuration)?)
}

/// The configuration with a second device CA beside the first.
fn with_second(house: &House, second: &Ca, configuration: &str) -> String {
    let mut configuration = configuration.to_owned();
    for (name, pem) in [("root", &second.root_pem), ("issuing", &second.issuing_pem)] {
        let (first, path) = (house.dir.join(format!("{name}.pem")), house.dir.join(format!("second-{name}.pem")));
        house::write(&path, pem);
        let both = format!("\"{}\", \"{}\"", first.display(), path.display());
        configuration = configuration.replace(&format!("\"{}\"", first.display()), &both);
    }
    assert!(configuration.contains("second-root.pem") && configuration.contains("second-issuing.pem"));
    configuration
}

/// Somebody whose device has a certificate of this CA.
async fn of_ca(house: &House, ca: &Ca, number: usize) -> Newcomer {
    let newcomer = Newcomer::of(house, number).await;
    let credentials = ca.sign(newcomer.device, &Leaf::default());
    house.record(newcomer.device, &credentials, Purpose::Renewal { grace: 0 }).await;
    house.applied().await;
    Newcomer { credentials, ..newcomer }
}

fn foreign() -> (u16, String, String) {
    (403, "KW-101".into(), "foreign_cert".into())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuing_ca_that_is_taken_away_takes_its_devices_with_it_and_no_others() {
    let house = House::open().await;
    let second = Ca::new("Second Device");
    let ours = Newcomer::of(&house, 1).await;
    let theirs = of_ca(&house, &second, 2).await;
    assert_eq!(theirs.refusal(&house).await, foreign(), "its CA is not trusted yet");
    reload(&house, &with_second(&house, &second, &house.configuration)).unwrap();
    assert_eq!(theirs.refusal(&house).await.0, 200);

    let staying = hold_all(&house, &ours, &Work::ALL).await;
    let going = hold_all(&house, &theirs, &Work::ALL).await;
    let mut kept = house.talk(&ours.credentials).await;
    assert_eq!(ours.refusal_on(&house, &mut kept).await.0, 200);
    // Through with its handshake, and nothing asked yet.
    let mut early = house.talk(&theirs.credentials).await;
    let mut nobody = Talk::open(&house.opening(None)).await.unwrap();
    reload(&house, &house.configuration).unwrap();
    all_end(going, Instant::now(), "its CA was taken away").await;
    assert!(staying.iter().all(|line| !line.is_over()), "another CA's device was cut: {staying:?}");
    assert_eq!(ours.refusal_on(&house, &mut kept).await.0, 200, "on the connection of before");
    assert_eq!(theirs.refusal(&house).await, foreign());
    let (status, _, reason) = theirs.refusal_on(&house, &mut early).await;
    assert_eq!((status, reason.as_str()), (421, "misdirected"), "judged by CAs of before");
    let bare = house.get(&mut nobody, "/rooms/r-1/echo", None).await;
    assert_eq!(bare.problem().0, 421, "a browser may choose again among the CAs of now");

    reload(&house, &with_second(&house, &second, &house.configuration)).unwrap();
    assert_eq!(theirs.refusal(&house).await.0, 200, "and back again");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_forgets_a_ca_at_sighup() {
    let house = House::open().await;
    let second = Ca::new("Second Device");
    let theirs = of_ca(&house, &second, 1).await;
    let program = Program::start(&house, env!("CARGO_BIN_EXE_gateway-program"));
    let file = house.dir.join("program/gateway.toml");
    let without = std::fs::read_to_string(&file).unwrap();
    let opening = program.opening(house.opening(Some(&theirs.credentials)));
    let told = async || {
        let mut talk = Talk::open(&opening).await.unwrap();
        theirs.refusal_on(&house, &mut talk).await
    };
    house::write(&file, &with_second(&house, &second, &without));
    program.hang_up();
    until("the second CA is trusted", async || told().await == (401, "KW-207".into(), "no_session".into())).await;
    let mut kept = Talk::open(&opening).await.unwrap();
    assert_eq!(theirs.refusal_on(&house, &mut kept).await.0, 401);
    house::write(&file, &without);
    program.hang_up();
    until("it is trusted no more", async || told().await == foreign()).await;
    let again = house.request(http::Method::GET, "/.gateway/whoami", None).body(house::empty()).unwrap();
    assert!(kept.ask(again).await.is_err(), "the connection of before is gone");
    program.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_file_of_its_trust_gone_empty_or_something_else_a_gateway_does_not_start() {
    let house = House::open().await;
    let starts = async || {
        let mut configuration = house.configuration.clone();
        for file in ["gateway.state", "access.log", "checkpoints.log"] {
            configuration = configuration.replace(file, &format!("second-{file}"));
        }
        match gateway::run::Running::with(Config::parse(&configuration).unwrap()).await {
            Ok(second) => {
                second.stop().await;
                Ok(())
            }
            Err(refused) => Err(format!("{refused} {refused:?}")),
        }
    };
    starts().await.unwrap();
    let html = b"<!doctype html><title>502 Bad Gateway</title>".to_vec();
    for file in ["root.pem", "issuing.pem", "assertion.pem", "log.pem", "service.pem", "service.key", "help.pem"] {
        let path = house.dir.join(file);
        let sound = std::fs::read(&path).unwrap();
        let half = sound[..sound.len() / 2].to_vec();
        let key = std::fs::read(house.dir.join("help.key")).unwrap();
        let other =
            if file.contains("key") || file == "assertion.pem" || file == "log.pem" { html.clone() } else { key };
        for (what, octets) in [
            ("gone", None),
            ("a directory", None),
            ("empty", Some(Vec::new())),
            ("cut short", Some(half)),
            ("HTML", Some(html.clone())),
            ("no text", Some(vec![0xff; 600])),
            ("of another kind", Some(other)),
        ] {
            std::fs::remove_file(&path).unwrap();
            match octets {
                Some(octets) => std::fs::write(&path, octets).unwrap(),
                None if what == "a directory" => std::fs::create_dir(&path).unwrap(),
                None => {}
            }
            let refused = starts().await.expect_err(&format!("{file} is {what}"));
            assert!(refused.contains(file), "{file} is {what}, but told was {refused}");
            let _ = std::fs::remove_dir(&path);
            std::fs::write(&path, &sound).unwrap();
        }
    }
    starts().await.unwrap();
}
