//! The commands, on logs that a real writer wrote.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use clap::Parser;

use super::super::journal::rotated;
use super::super::test_support::{Place, request};
use super::super::{ConnectionFacts, Facts, Line, OpenLine, Outcome, RequestId};
use super::*;

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    log: LogCommand,
}

#[tokio::test]
async fn verify_calls_a_rotated_log_sound_in_whatever_order_the_files_are_given() {
    let place = Place::rotating(4096);
    write(&place, 100).await;
    let mut files: Vec<_> =
        rotated(&place.file).unwrap().into_iter().map(|(_, path)| path.display().to_string()).collect();
    files.insert(0, place.file.display().to_string());
    let mut args: Vec<_> = ["verify"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let checkpoints = place.checkpoints.display().to_string();
    args.extend(["--checkpoints", &checkpoints]);
    let (code, out, _) = run(&args);
    assert_eq!(code, DONE, "{out}");
    assert!(out.contains("102 lines, numbers 1 to 102"), "{out}");
    assert!(out.contains(&format!("{checkpoints}.pub")), "the key that was used is named: {out}");
    assert!(out.ends_with("sound: nothing was changed, dropped, inserted or moved\n"), "{out}");
    assert!(!out.contains("note:"), "{out}");

    args.remove(3);
    let (code, out, _) = run(&args);
    assert_eq!(code, BROKEN);
    assert!(out.contains("a file left out?"), "{out}");
}

#[tokio::test]
async fn verify_names_the_file_the_line_and_what_was_done() {
    let place = Place::new();
    write(&place, 10).await;
    let file = place.file.display().to_string();
    change(&place.file, |lines| lines[4] = lines[4].replace("192.0.2.1", "192.0.2.9"));
    let (code, out, _) = run(&["verify", &file]);
    assert_eq!(code, BROKEN);
    assert!(out.contains(&format!("BROKEN, 1 finding:\n  {file}:5: changed: line 5 of the chain")), "{out}");
}

#[tokio::test]
async fn verify_finds_an_end_cut_off_by_the_checkpoints_beside() {
    let place = Place::new();
    write(&place, 10).await;
    let (file, checkpoints) = (place.file.display().to_string(), place.checkpoints.display().to_string());
    change(&place.file, |lines| lines.truncate(8));
    assert_eq!(run(&["verify", &file]).0, DONE, "the chain alone cannot know");
    let (code, out, _) = run(&["verify", &file, "--checkpoints", &checkpoints]);
    assert_eq!(code, BROKEN);
    assert!(out.contains("cut off: the log ends with line 8 of the chain, but line 12 was written"), "{out}");
    assert_eq!(run(&["verify", &file, "--ends-at", "9"]).0, BROKEN);
    assert_eq!(run(&["verify", &file, "--ends-at", "8"]).0, DONE);
    let mut text = fs::read(&place.file).unwrap();
    text.truncate(text.len() - 10);
    fs::write(&place.file, text).unwrap();
    let (code, out, _) = run(&["verify", &file]);
    assert_eq!(code, BROKEN);
    assert!(out.contains(":8: cut off within a line"), "{out}");
}

#[tokio::test]
async fn verify_with_a_strangers_key_believes_no_checkpoint() {
    let (place, stranger) = (Place::new(), Place::new());
    write(&place, 3).await;
    write(&stranger, 3).await;
    let (file, checkpoints) = (place.file.display().to_string(), place.checkpoints.display().to_string());
    let key = format!("{}.pub", stranger.checkpoints.display());
    let (code, out, _) = run(&["verify", &file, "--checkpoints", &checkpoints, "--key", &key]);
    assert_eq!(code, BROKEN);
    assert!(
        out.contains(&format!("{checkpoints}:1: bad checkpoint: it is signed by a key that is not known")),
        "{out}"
    );
}

#[test]
fn a_file_or_option_that_cannot_be_used_is_named_and_the_exit_code_is_2() {
    let (code, _, errors) = run(&["verify", "/nowhere/access.log"]);
    assert_eq!(code, WRONG_USE);
    assert!(errors.contains("/nowhere/access.log: No such file"), "{errors}");
    let (code, _, errors) = run(&["show", "/dev/null", "--ref", "O0O0"]);
    assert_eq!(code, WRONG_USE);
    assert!(errors.contains("--ref \"O0O0\": a reference is eight letters"), "{errors}");
    assert_eq!(run(&["show", "/dev/null", "--since", "yesterday"]).0, WRONG_USE);
}

#[tokio::test]
async fn show_picks_what_was_asked_for() {
    let place = Place::new();
    let log = place.open();
    let passed = begin(&log);
    let reference = passed.reference().to_string();
    passed.learn(|facts| told(facts, ["k.sato", "1272201234", "7"]));
    passed.close(Outcome::Passed);
    let refused = begin(&log);
    refused.learn(|facts| {
        told(facts, ["t.ito", "1272209999", "8"]);
        facts.reason = Some("not_invited");
        facts.code = Some("KW-111");
        facts.status = Some(403);
    });
    refused.close(Outcome::Refused);
    log.close().await.unwrap();
    let file = place.file.display().to_string();

    let shown = |args: &[&str]| {
        let (code, out, errors) = run(&[&["show", &file], args].concat());
        assert_eq!((code, errors.as_str()), (DONE, ""));
        out
    };
    assert_eq!(shown(&[]).lines().count(), 4);
    for args in [
        ["--user", "k.sato"],
        ["--office", "1272201234"],
        ["--device", "DEV-000007"],
        ["--ref", &reference.replace('-', "").to_lowercase()],
    ] {
        let out = shown(&args);
        assert_eq!(out.lines().count(), 1, "{args:?}: {out}");
        assert!(out.contains(&reference), "{out}");
    }
    let out = shown(&["--refused"]);
    assert_eq!(out.lines().count(), 1, "{out}");
    assert!(out.contains("t.ito        1272209999 DEV-000008"), "{out}");
    assert!(out.contains("403    refused: not_invited"), "{out}");
    assert_eq!(shown(&["--since", "1h"]).lines().count(), 4);
    assert_eq!(shown(&["--since", "2100-01-01"]), "");
    let json: serde_json::Value = serde_json::from_str(&shown(&["--json", "--refused"])).unwrap();
    assert_eq!((&json["code"], &json["seq"]), (&"KW-111".into(), &3.into()));
}

#[test]
fn show_lets_nothing_act_on_the_terminal() {
    let place = Place::new();
    let evil = "\x1b]0;owned\x07 \u{9b}31m \u{202e}\n";
    fs::write(&place.file, format!("{{\"kind\":\"x\",\"user\":{}}}\n{evil}", serde_json::to_string(evil).unwrap()))
        .unwrap();
    for args in [&["--json"][..], &[]] {
        let (_, out, _) = run(&[&["show", &place.file.display().to_string()], args].concat());
        assert_eq!(out.lines().count(), 2);
        assert!(!out.contains(|c| c != '\n' && super::super::escape::is_treacherous(c)), "{out:?}");
    }
}

#[tokio::test]
async fn show_follows_a_log_through_its_rotations() {
    let place = Place::rotating(4096);
    let log = place.open();
    log.written(&request()).await.unwrap();
    let (sender, lines) = channel();
    let file = place.file.display().to_string();
    std::thread::spawn(move || {
        let cli = Cli::parse_from(["log", "show", &file, "--follow", "--json"]);
        let LogCommand::Show(args) = cli.log else { unreachable!() };
        show::run(&args, &mut Sender(sender), &mut std::io::sink())
    });
    for n in 0..200 {
        let path = format!("/{n}");
        log.written(&Line { path: Some(path.as_bytes()), ..request() }).await.unwrap();
    }
    assert!(rotated(&place.file).unwrap().len() > 10);
    let mut text = String::new();
    while !text.contains("\"/199\"") {
        text += &lines.recv_timeout(Duration::from_secs(10)).unwrap();
    }
    let paths: Vec<_> = text.lines().filter_map(|line| line.split("\"path\":\"").nth(1)?.split('"').next()).collect();
    assert_eq!(paths, (0..200).map(|n| format!("/{n}")).collect::<Vec<_>>());
}

/// A terminal that can be read, and is closed when nobody does.
struct Sender(std::sync::mpsc::Sender<String>);

impl std::io::Write for Sender {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.0.send(String::from_utf8_lossy(text).into_owned()).map_err(|_| std::io::ErrorKind::BrokenPipe)?;
        Ok(text.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn begin(log: &super::super::AccessLog) -> OpenLine {
    let connection = Arc::new(ConnectionFacts::new("service".into(), "192.0.2.1:99".parse().unwrap(), None));
    log.begin(RequestId::draw(), &connection)
}

fn told(facts: &mut Facts, [user, office, device]: [&str; 3]) {
    facts.user = user.parse().ok();
    facts.office = office.parse().ok();
    facts.device = certs::DeviceNo::new(device.parse().unwrap()).ok();
}

async fn write(place: &Place, lines: usize) {
    let log = place.open();
    for _ in 0..lines {
        log.written(&request()).await.unwrap();
    }
    log.close().await.unwrap();
}

fn change(path: &Path, change: impl FnOnce(&mut Vec<String>)) {
    let text = fs::read_to_string(path).unwrap();
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    change(&mut lines);
    fs::write(path, lines.join("\n") + "\n").unwrap();
}

fn run(args: &[&str]) -> (u8, String, String) {
    let cli = Cli::parse_from([&["log"], args].concat());
    let (mut out, mut errors) = (Vec::new(), Vec::new());
    let code = match cli.log {
        LogCommand::Verify(args) => verify::run(&args, &mut out, &mut errors),
        LogCommand::Show(args) => show::run(&args, &mut out, &mut errors),
    };
    (code, String::from_utf8(out).unwrap(), String::from_utf8(errors).unwrap())
}
