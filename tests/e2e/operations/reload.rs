//! A reload takes effect on what is open and on what runs; one that is wrong in anything takes no effect at all.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use gateway::config::{Config, Mistake};
use house::{House, Leaf, Program, Settled, Talk, by, site_certificate, until};
use rcgen::SanType;
use registry::change::RevokedReason;

use crate::fixtures::held::{Holder, How, Work, hold};
use crate::fixtures::newcomer::Newcomer;

fn reload(house: &House, edit: impl FnOnce(String) -> String) -> Result<(), Vec<Mistake>> {
    house.gateway.reload_with(Config::parse(&edit(house.configuration.clone()))?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_server_certificate_is_shown_to_new_connections_and_cuts_no_old_one() {
    let house = House::open().await;
    let settled = house.settle().await;
    let mut old = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut old, Settled::WORKER).await;
    let opening = house.opening(Some(&settled.credentials));
    let shown = async || opening.connect().await.unwrap().get_ref().1.peer_certificates().unwrap()[0].to_vec();
    let before = shown().await;
    let (chain, key) = site_certificate(&house.web, vec![SanType::DnsName("localhost".try_into().unwrap())]);
    house::write(&house.dir.join("service.pem"), &chain);
    house::write(&house.dir.join("service.key"), &key);
    assert_eq!(shown().await, before, "nothing changes before the reload");
    reload(&house, |same| same).unwrap();
    assert_ne!(shown().await, before);
    assert_eq!(house.get(&mut old, "/rooms/r-hanako/bytes/1", Some(&cookie)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_route_and_a_taken_one_count_from_the_reload_on() {
    let house = House::open().await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    let everything = "[[site.route]]\npath = \"/**\"\nupstream = \"care-record\"\narea = \"record\"\n";
    assert!(house.configuration.contains(everything));
    let status = async |talk: &mut Talk, path: &str| house.get(talk, path, Some(&cookie)).await.status.as_u16();
    assert_eq!(status(&mut talk, "/bytes/1").await, 200);
    reload(&house, |same| same.replace(everything, "")).unwrap();
    let none = house.get(&mut talk, "/bytes/1", Some(&cookie)).await;
    assert_eq!(none.problem(), (404, "KW-307".into(), "no_route".into()));
    reload(&house, |same| same).unwrap();
    assert_eq!(status(&mut talk, "/bytes/1").await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_policy_counts_for_what_already_runs() {
    let house = House::open().await;
    let newcomer = Newcomer::of(&house, 1).await;
    let held = crate::fixtures::cut::hold_all(&house, &newcomer, &Work::FLIGHTS).await;
    let directory = house.dir.join("policies");
    std::fs::create_dir(&directory).unwrap();
    let built_in = include_str!("../../../policies/care-record.cedar");
    house::write(&directory.join("care-record.cedar"), built_in);
    let closed = "@id(\"night\") @reason(\"policy_denied\")\n\
                  forbid (principal is SystemUser, action == Action::\"enter_room\", resource is Room);\n";
    house::write(&directory.join("closed.cedar"), closed);
    let policies = format!("[policies]\ndirectory = \"{}\"\n[limits]", directory.display());
    reload(&house, |same| same.replace("[limits]", &policies)).unwrap();
    crate::fixtures::cut::all_end(held, Instant::now(), "a new policy").await;
    assert_eq!(newcomer.refusal(&house).await, (403, "KW-113".into(), "policy_denied".into()));
    house::write(&directory.join("closed.cedar"), "forbid (principal, action, resource)");
    let wrong = reload(&house, |same| same.replace("[limits]", &policies)).unwrap_err();
    assert!(wrong.iter().all(|mistake| mistake.place == "policies"), "{wrong:?}");
    assert_eq!(newcomer.refusal(&house).await.2, "policy_denied", "the old policies stay in force");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_gone_empty_cut_short_or_something_else_keeps_the_old_configuration() {
    let house = House::open().await;
    let newcomer = Newcomer::of(&house, 1).await;
    let stream = hold(&house, newcomer.holder(), Work::Stream).await;
    let html = "<!doctype html><title>502 Bad Gateway</title>";
    let (_, foreign_key) = site_certificate(&house.web, vec![SanType::DnsName("localhost".try_into().unwrap())]);
    let files = ["root.pem", "issuing.pem", "assertion.pem", "log.pem", "service.pem", "service.key", "help.pem"];
    for file in files {
        let path = house.dir.join(file);
        let sound = std::fs::read_to_string(&path).unwrap();
        let half = &sound[..sound.len() / 2];
        for (what, text) in [("gone", None), ("empty", Some("")), ("cut short", Some(half)), ("HTML", Some(html))] {
            match text {
                None => std::fs::remove_file(&path).unwrap(),
                Some(text) => house::write(&path, text),
            }
            let wrong = reload(&house, |same| same).expect_err(&format!("{file} is {what}"));
            let named = wrong.iter().any(|mistake| mistake.to_string().contains(file));
            assert!(named, "{file} is {what}, but told was {wrong:?}");
            house::write(&path, &sound);
        }
    }
    // A key that is not the certificate's, beside a file that is gone and a route that is wrong: all are told.
    let (key, sound) = (house.dir.join("service.key"), read(&house.dir.join("service.key")));
    house::write(&key, &foreign_key);
    let root = read(&house.dir.join("root.pem"));
    std::fs::remove_file(house.dir.join("root.pem")).unwrap();
    let wrong = reload(&house, |same| same).unwrap_err();
    let told = wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(told.contains("root.pem") && told.contains("site[0]"), "{told}");
    house::write(&key, &sound);
    house::write(&house.dir.join("root.pem"), &root);
    let twice = "[[site.route]]\npath = \"/**\"\nupstream = \"care-record\"\narea = \"record\"\n";
    let wrong = reload(&house, |same| same.replace(twice, &format!("{twice}{twice}"))).unwrap_err();
    assert!(!wrong.is_empty(), "{wrong:?}");
    let wrong = reload(&house, |same| same.replace("roots = [", "root = [")).unwrap_err();
    assert!(wrong.iter().any(|mistake| mistake.place.starts_with("devices")), "{wrong:?}");
    assert!(!stream.is_over(), "what ran under the old configuration was cut");
    assert_eq!(newcomer.refusal(&house).await.0, 200, "the old configuration is in force");
    reload(&house, |same| same).unwrap();
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// An update of trust reaches the running listener, under load (SECURITY.md#what-others-fell-to).
#[tokio::test(flavor = "multi_thread")]
async fn under_load_nothing_is_accepted_after_a_revocation_was_applied() {
    let house = Arc::new(House::open().await);
    let newcomer = Arc::new(Newcomer::with(&house, 1, &Leaf::default()).await);
    let (accepted, refused) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
    let applied = Arc::new(std::sync::OnceLock::<Instant>::new());
    let over = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let mut clients = Vec::new();
    for number in 0..20 {
        let (house, newcomer, over) = (Arc::clone(&house), Arc::clone(&newcomer), Arc::clone(&over));
        let (accepted, refused, applied) = (Arc::clone(&accepted), Arc::clone(&refused), Arc::clone(&applied));
        clients.push(tokio::spawn(async move {
            let mut late = 0;
            while !over.load(Ordering::Relaxed) {
                let opening = house.opening(Some(&newcomer.credentials));
                let Ok(mut talk) = Talk::open(&opening).await else { continue };
                // Half of them keep their connection for as long as it lasts.
                for _ in 0..if number % 2 == 0 { 1 } else { 50 } {
                    let begun = Instant::now();
                    let target = format!("/rooms/{}/bytes/1", newcomer.room);
                    let request = house.request(http::Method::GET, &target, Some(&newcomer.cookie));
                    match talk.ask(request.body(house::empty()).unwrap()).await {
                        Ok(answer) if answer.status == 200 => {
                            accepted.fetch_add(1, Ordering::Relaxed);
                            late += u64::from(applied.get().is_some_and(|applied| begun > *applied));
                        }
                        Ok(answer) => {
                            // Who goes on and on is told to wait.
                            assert!(matches!(answer.status.as_u16(), 403 | 429), "{}", answer.status);
                            refused.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(_) => break,
                    }
                }
            }
            late
        }));
    }
    until("the clients are at work", async || accepted.load(Ordering::Relaxed) > 100).await;
    let mut changed = house.gateway.state().feed.changed();
    changed.borrow_and_update();
    house.writer.revoke(&by(), newcomer.device, None, RevokedReason::Lost).await.unwrap();
    changed.changed().await.unwrap();
    applied.set(Instant::now()).unwrap();
    let before = refused.load(Ordering::Relaxed);
    until("many are refused", async || refused.load(Ordering::Relaxed) > before + 100).await;
    over.store(true, Ordering::Relaxed);
    let mut late = 0;
    for client in clients {
        late += client.await.unwrap();
    }
    println!("accepted {accepted:?} before, refused {refused:?} after, {late} accepted after the change was applied");
    assert_eq!(late, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn bounds_of_connections_change_with_a_reload_and_what_cannot_is_told() {
    let house = House::open().await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    reload(&house, |same| same.replace("[limits]", "[limits]\nconnections_per_source = 1")).unwrap();
    assert_eq!(house.get(&mut talk, "/bytes/1", Some(&cookie)).await.status, 200, "who is in stays in");
    let mut newcomer = house.talk(&settled.credentials).await;
    assert_eq!(house.get(&mut newcomer, "/bytes/1", Some(&cookie)).await.status, 200);
    until("one more than there may be", async || house.gateway.state().live.count() == 1).await;
    let asked = house.request(http::Method::GET, "/bytes/1", Some(&cookie)).body(house::empty()).unwrap();
    assert!(talk.ask(asked).await.is_err(), "until another comes");
    reload(&house, |same| same).unwrap();
    let holder = Holder { credentials: &settled.credentials, cookie: &cookie, room: Settled::ROOM };
    let line = hold(&house, holder, Work::Stream).await;
    let wrong = reload(&house, |same| same.replace("gateway.state", "other.state")).unwrap_err();
    assert_eq!(wrong[0].place, "registry");
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!line.is_over());
    assert_ne!(How::Whole, How::Closed);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_reloads_on_sighup_and_outlives_a_bad_file() {
    let house = House::open().await;
    let settled = house.settle().await;
    let program = Program::start(&house, env!("CARGO_BIN_EXE_gateway-program"));
    let opening = program.opening(house.opening(Some(&settled.credentials)));
    let shown = async || opening.connect().await.unwrap().get_ref().1.peer_certificates().unwrap()[0].to_vec();
    let renew = || {
        let (chain, key) = site_certificate(&house.web, vec![SanType::DnsName("localhost".try_into().unwrap())]);
        house::write(&house.dir.join("service.pem"), &chain);
        house::write(&house.dir.join("service.key"), &key);
    };
    let first = shown().await;
    renew();
    program.hang_up();
    until("the second certificate is shown", async || shown().await != first).await;
    let second = shown().await;
    house::write(&house.dir.join("service.pem"), "<!doctype html>");
    program.hang_up();
    assert_eq!(shown().await, second, "the old one stays");
    renew();
    program.hang_up();
    until("the third certificate is shown", async || shown().await != second).await;
    program.end();
}
