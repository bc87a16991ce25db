//! Lines that are old enough end, and their heads stay; what the registry holds for an incident does not.

use std::path::Path;
use std::process::Command;

use ca_tools::incident::{IncidentForm, IncidentWhom};
use house::{House, Plan, Settled, by, now};
use servers::moved;

const PROGRAM: &str = env!("CARGO_BIN_EXE_gateway-program");

/// What `gateway log` answers so many days from now.
fn told(days: u32, verb: &str, files: &[&Path]) -> (i32, String) {
    let mut command = Command::new(PROGRAM);
    let output = moved(command.args(["log", verb]).args(files), days).output().unwrap();
    let words = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    (output.status.code().unwrap(), words)
}

/// A log of several rotated files.
async fn written() -> (House, usize) {
    let house = House::planned(Plan { log: "reserve_bytes = 0\nrotate_bytes = 4096".into(), ..Plan::default() }).await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    for _ in 0..40 {
        assert_eq!(house.get(&mut talk, "/rooms/r-hanako/bytes/1", Some(&cookie)).await.status, 200);
    }
    let files = || access_log::whole_log(&house.access_log()).unwrap().len();
    house::until("the log was rotated", async || files() > 5).await;
    let files = files();
    (house, files)
}

#[tokio::test(flavor = "multi_thread")]
async fn old_lines_end_and_those_of_an_incident_or_of_a_silent_registry_do_not() {
    let (house, files) = written().await;
    let left = || access_log::whole_log(&house.access_log()).unwrap().len();
    let configuration = house.dir.join("gateway.toml");
    house::write(&configuration, &house.configuration);
    let end = |days: u32| told(days, "end", &[Path::new("--config"), &configuration]);

    let whom = IncidentWhom { person: Some(Settled::WORKER.parse().unwrap()), ..IncidentWhom::default() };
    let (what, reported_by) = ("紛失".to_owned(), "山田".to_owned());
    let form = IncidentForm { whom, what, found: now(), reported_by, wrongful: false };
    let opened = house.writer.open_incident(&by(), form, None).await.unwrap();
    assert_eq!((end(2_000), left()), ((0, "0 files ended\n".to_owned()), files), "it is open");

    house.writer.release_records(&by(), &opened.no.to_string()).await.unwrap();
    assert_eq!((end(1_800), left()), ((0, "0 files ended\n".to_owned()), files), "nothing is old enough");
    let silent = house.configuration.replace(&house.registry_url(), "sqlite:/nowhere/registry.db");
    house::write(&configuration, &silent);
    let (code, words) = end(2_000);
    assert!(code == 1 && words.contains("which lines are on hold"), "{words}");
    assert_eq!(left(), files, "in doubt a line is kept");

    house::write(&configuration, &house.configuration);
    let (code, words) = end(2_000);
    assert!(code == 0 && words.contains("removed; lines 1 to "), "{words}");
    assert!(left() < files, "{words}");
    let log = access_log::whole_log(&house.access_log()).unwrap();
    let mut asked: Vec<&Path> = log.iter().map(std::path::PathBuf::as_path).collect();
    let checkpoints = house.dir.join("checkpoints.log");
    asked.extend([Path::new("--checkpoints"), &checkpoints]);
    let (code, words) = told(0, "verify", &asked);
    assert!(code == 0 && words.contains("were ended"), "{words}");
}
