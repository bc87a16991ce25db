//! What whoever runs the gateway is told: all mistakes at once, each where it stands, and lines that a program can read.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use house::{House, Program, Talk, by, empty};
use http::Method;
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_gateway-program");

fn gateway(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn check(file: &Path) -> (Option<i32>, String) {
    let output = gateway(&["check", "--config", &file.display().to_string()]);
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test]
async fn what_is_wrong_in_a_configuration_and_in_the_files_it_names_is_told_at_once_by_line_and_site() {
    let house = House::open().await;
    let file = house.dir.join("wrong.toml");
    let sound = &house.configuration;
    std::fs::write(&file, sound).unwrap();
    assert_eq!(check(&file).0, Some(0), "{}", check(&file).1);
    let wrong = sound
        .replacen("[limits]", "[limits]\nstreams = 0", 1)
        .replacen("kind = \"help\"", "kind = \"help\"\nhstss = 3", 1)
        .replacen("certificate = \"", "certificate = \"/nowhere", 1);
    std::fs::write(&file, &wrong).unwrap();
    let (code, told) = check(&file);
    assert_eq!(code, Some(1));
    let line = |text: &str| wrong.lines().position(|line| line.starts_with(text)).unwrap() + 1;
    let name = |which: usize| {
        let names: Vec<_> = wrong.split("[[site]]").skip(1).map(|site| site.split("name = ").nth(1).unwrap()).collect();
        names[which].lines().next().unwrap().to_owned()
    };
    let limits = format!("{}:{}: limits.streams: ", file.display(), line("streams = 0"));
    let hsts = format!(":{}: site[1].hstss (site {}): ", line("hstss = 3"), name(1));
    let certificate = format!(":{}: site[0].certificate (site {}): /nowhere", line("certificate ="), name(0));
    for told_so in [limits, hsts, certificate] {
        assert!(told.contains(&told_so), "{told_so} is missing in:\n{told}");
    }
    assert_eq!(told.lines().count(), 3, "{told}");
}

#[test]
fn a_configuration_that_is_not_there_is_named_once() {
    let (code, told) = check(Path::new("/nowhere/gateway.toml"));
    assert_eq!((code, told.matches("gateway.toml").count()), (Some(1), 1), "{told}");
}

#[tokio::test]
async fn limits_that_come_to_more_than_the_process_may_have_are_told() {
    let house = House::open().await;
    let file = house.dir.join("sound.toml");
    std::fs::write(&file, &house.configuration).unwrap();
    let output = Command::new("prlimit")
        .args(["--nofile=512:512", PROGRAM, "check", "--config"])
        .arg(&file)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && told.contains("512 (RLIMIT_NOFILE)"), "{told}");
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(out.contains("all limits full: "), "{out}");
}

#[tokio::test]
async fn lines_are_without_colours_in_a_file_and_objects_where_they_are_asked_for() {
    let house = House::open().await;
    house.settle().await;
    let plain = Program::start(&house, PROGRAM);
    let said = plain.end_and_tell();
    assert!(said.iter().any(|line| line.contains("listening")) && !said.concat().contains('\u{1b}'), "{said:?}");
    let json = Program::start_with(&house, PROGRAM, &["--log-format", "json"]);
    let said = json.end_and_tell();
    let lines: Vec<Value> = said.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let listening = lines.iter().find(|line| line["message"] == "listening").expect("it says that it listens");
    assert!(listening["timestamp"].is_string() && listening["level"] == "INFO", "{listening}");
}

#[test]
fn what_is_told_is_chosen_by_rust_log_and_a_choice_that_cannot_be_read_is_refused() {
    let asked = |filter: &str| {
        let output = Command::new(PROGRAM)
            .args(["check", "--config", "/nowhere"])
            .env("RUST_LOG", filter)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(asked("warn,gateway=debug").0, Some(1));
    let (code, told) = asked("gateway=loud");
    assert!(code == Some(2) && told.contains("RUST_LOG"), "{code:?} {told}");
}

#[tokio::test]
async fn a_line_about_a_connection_that_is_ended_names_its_device_and_its_source() {
    let house = House::open().await;
    let settled = house.settle().await;
    let program = Program::start_with(&house, PROGRAM, &["--log-format", "json"]);
    program.ready().await;
    let opening = program.opening(house.opening(Some(&settled.credentials)));
    let mut talk = Talk::open(&opening).await.unwrap();
    let asked = house.request(Method::GET, "/.gateway/whoami", None).body(empty()).unwrap();
    assert_eq!(talk.ask(asked).await.unwrap().status, 200);
    house.writer.suspend_device(&by(), settled.device).await.unwrap();
    let device = settled.device.to_string();
    let line = program.says(|line| line.contains(&device));
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((line["reason"].as_str(), line["source"].as_str()), (Some("suspended"), Some("127.0.0.1")), "{line}");
}

#[tokio::test]
async fn how_many_days_are_left_of_the_certificate_of_each_site_is_told() {
    let house = House::open().await;
    let (_, text) = house::operations(house.ops_address(), "/metrics").await;
    let told: Vec<(&str, i64)> = text
        .lines()
        .filter_map(|line| line.strip_prefix("gateway_own_certificate_days_left{name=\""))
        .map(|line| line.split_once("\"} ").unwrap())
        .map(|(name, days)| (name, days.parse().unwrap()))
        .collect();
    assert_eq!(told.len(), house.configuration.matches("[[site]]").count(), "{text}");
    for (name, days) in told {
        assert!(house.configuration.contains(&format!("name = \"{name}\"")) && days > 0, "{name}: {days}");
    }
}
