//! A start that is refused says why and ends with 1, every time; `check` says the same beforehand.

use std::fs::OpenOptions;
use std::process::{Command, Output, Stdio};

use house::House;

const PROGRAM: &str = env!("CARGO_BIN_EXE_gateway-program");
/// Often enough that an end by chance would show.
const TIMES: usize = 20;

/// Configurations that cannot be started by, and a part of what is to be told.
fn wrong(house: &House) -> Vec<(String, &'static str)> {
    let with = |from: &str, to: &str| {
        let changed = house.configuration.replace(from, to);
        assert_ne!(changed, house.configuration, "{from}");
        changed
    };
    let sessions = |url: &str| with("url = \"memory:\"", &format!("url = \"{url}\""));
    let registry = |url: &str| with(&house.registry_url(), url);
    let journal_key = |path: &str| with("[registry]\n", &format!("[registry]\njournal_key = \"{path}\"\n"));
    let state = house.dir.join("no-state");
    std::fs::write(&state, "not what a gateway keeps").unwrap();
    vec![
        (sessions("redis://:p@ss/w0rd@localhost:6379"), "sessions.url: a user's name or password"),
        (sessions("redis://localhost/p4ssw0rd"), "sessions.url: what follows the host must be the number"),
        (sessions("redis://:pass#w0rd@localhost"), "sessions.url: a user's name or password"),
        (sessions("http://localhost"), "sessions.url: must be memory:"),
        (sessions("rediss://localhost/0#insecure"), "#insecure"),
        (sessions("memory:\"\nca = \"/nonexistent"), "sessions.ca: is for a rediss:// URL only"),
        (registry("postgres://w:p@ss/w0rd@localhost/sekisho"), "registry.url: in the registry's URL a user's name"),
        (journal_key("/nonexistent/journal.pub"), "registry.journal_key: /nonexistent/journal.pub cannot be read"),
        (journal_key(&house.dir.join("assertion.pem").display().to_string()), "must hold one public key in PEM"),
        (with(&house.dir.join("gateway.state").display().to_string(), &state.display().to_string()), "registry: "),
    ]
}

fn asked(house: &House, what: &str, configuration: &str) -> Output {
    asking(house, what, configuration).output().unwrap()
}

fn asking(house: &House, what: &str, configuration: &str) -> Command {
    let dir = house.dir.join("refused");
    std::fs::create_dir_all(&dir).unwrap();
    let mut configuration = configuration.to_owned();
    for name in ["access.log", "checkpoints.log"] {
        let (from, to) = (house.dir.join(name), dir.join(name));
        configuration = configuration.replace(&*from.to_string_lossy(), &to.to_string_lossy());
    }
    let file = dir.join("gateway.toml");
    std::fs::write(&file, configuration).unwrap();
    let mut command = Command::new(PROGRAM);
    command.args([what, "--config"]).arg(&file).env("NO_COLOR", "1");
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_start_ends_with_1_and_the_reason_every_time_and_check_says_the_same() {
    let house = House::open().await;
    for (configuration, reason) in wrong(&house) {
        let checked = asked(&house, "check", &configuration);
        let told = String::from_utf8(checked.stderr).unwrap();
        assert_eq!(checked.status.code(), Some(1), "{told}");
        assert!(told.contains(reason), "{reason} in {told}");
        for time in 0..TIMES {
            let started = asked(&house, "run", &configuration);
            let said = String::from_utf8(started.stderr).unwrap();
            assert_eq!(started.status.code(), Some(1), "the {time}th time: {:?} {said}", started.status);
            assert_eq!(said, told, "check and run say the same");
            assert!(!said.contains("w0rd") && !said.contains("\"ss"), "a piece of a password: {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_found_is_told_by_the_exit_code_though_neither_stream_can_be_written() {
    let house = House::open().await;
    let full = || Stdio::from(OpenOptions::new().write(true).open("/dev/full").unwrap());
    let wrong = house.configuration.replace("url = \"memory:\"", "url = \"http://localhost\"");
    for (what, configuration, code) in [("check", &house.configuration, 0), ("check", &wrong, 1), ("run", &wrong, 1)] {
        let status = asking(&house, what, configuration).stdout(full()).stderr(full()).status().unwrap();
        assert_eq!(status.code(), Some(code), "{what}");
    }
}
