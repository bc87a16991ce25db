//! `kill -9` and a full disk, done to a real process: this test binary, run once more.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::super::test_support::{Place, request, settings_in};
use super::*;

/// Set for the child: its directory.
const DIRECTORY: &str = "ACCESS_LOG_TEST_DIRECTORY";
const CHILD: &str = "journal::outages_tests::what_the_child_does_when_it_is_one";

#[test]
fn after_kill_9_under_load_the_chain_is_whole_and_nothing_acknowledged_is_lost() {
    let place = Place::new();
    let mut acknowledged = HashSet::new();
    let mut starts = 1;
    for _ in 0..5 {
        let mut child = Running::start(Command::new(std::env::current_exe().unwrap()), &place);
        child.until("acknowledged 50 ");
        child.child.kill().unwrap();
        child.child.wait().unwrap();
        acknowledged.extend(
            child.rest().into_iter().filter_map(|line| line.split_once("ack ").map(|(_, path)| path.to_owned())),
        );
        starts += 1;
    }
    let runtime = runtime();
    let log = place.open();
    runtime.block_on(log.close()).unwrap();

    let lines = place.chain();
    let paths: Vec<_> = lines.iter().filter_map(|line| line["path"].as_str()).collect();
    let written: HashSet<_> = paths.iter().copied().collect();
    assert_eq!(paths.len(), written.len(), "none twice");
    assert!(acknowledged.len() >= 250);
    assert!(acknowledged.iter().all(|path| written.contains(path.as_str())));
    let told: Vec<_> = lines.iter().filter(|line| line["kind"] == "start").collect();
    assert_eq!(told.len(), starts);
    assert!(told[1..].iter().all(|line| line["reason"].as_str().unwrap().contains("was not the end in order")));
}

#[test]
fn on_a_full_disk_nobody_is_let_in_nothing_is_lost_no_line_is_torn_and_it_recovers_by_itself() {
    let place = Place::new();
    // The shell ignores the signal of the limit, and so does what it becomes: writes fail instead.
    let mut shell = Command::new("prlimit");
    shell.args(["--fsize=300000:unlimited", "bash", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""]);
    shell.arg(std::env::current_exe().unwrap());
    let mut child = Running::start(shell, &place);

    let refused = child.until("not ready: ");
    assert!(refused.contains("access.log: File too large"), "{refused}");
    assert_eq!(child.until("awaited: "), "awaited: Err(Slow)");
    let text = fs::read_to_string(&place.file).unwrap();
    assert!(text.ends_with("}\n"), "a group that did not fit was cut back");
    assert!(place.chain().len() > 100);

    let freed = Command::new("prlimit").args(["--fsize=unlimited", "--pid", &child.child.id().to_string()]).status();
    assert!(freed.unwrap().success());
    child.until("ready again");
    drop(child.child.stdin.take());
    let appended: usize = child.until("appended ").strip_prefix("appended ").unwrap().parse().unwrap();
    assert!(child.child.wait().unwrap().success());

    let lines = place.chain();
    let paths: HashSet<_> = lines.iter().filter_map(|line| line["path"].as_str()).collect();
    assert_eq!((lines.len(), paths.len()), (appended + 2, appended), "the start and the stop beside them");
}

#[test]
fn what_the_child_does_when_it_is_one() {
    let Some(directory) = std::env::var_os(DIRECTORY) else { return };
    let log = AccessLog::open(settings_in(&PathBuf::from(directory))).unwrap();
    let runtime = runtime();
    let appended = runtime.block_on(load(&log));
    runtime.block_on(log.close()).unwrap();
    println!("appended {appended}");
}

/// Writes until nobody holds our standard input any more; some lines are awaited.
async fn load(log: &AccessLog) -> usize {
    let told = std::thread::spawn(|| std::io::stdin().read_to_end(&mut Vec::new()));
    let (mut count, mut acknowledged) = (0, 0);
    let mut path = || {
        count += 1;
        format!("/{}/{count}", std::process::id())
    };
    while !told.is_finished() {
        for _ in 0..50 {
            log.append(&Line { path: Some(path().as_bytes()), ..request() });
        }
        let awaited = path();
        match log.written(&Line { path: Some(awaited.as_bytes()), ..request() }).await {
            Ok(()) => {
                acknowledged += 1;
                println!("ack {awaited}");
                println!("acknowledged {acknowledged} ");
            }
            refused => {
                println!("not ready: {}", log.ready().unwrap_err());
                println!("awaited: {refused:?}");
                while log.ready().is_err() && !told.is_finished() {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                println!("ready again");
            }
        }
    }
    count
}

struct Running {
    child: Child,
    said: Receiver<String>,
    heard: Vec<String>,
}

impl Running {
    fn start(mut command: Command, place: &Place) -> Self {
        command.args(["--exact", CHILD, "--nocapture", "--test-threads=1"]);
        command.env(DIRECTORY, &place.directory).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let said = listen(child.stdout.take().unwrap());
        Self { child, said, heard: Vec::new() }
    }

    /// The first line that begins like this, within 20 s.
    fn until(&mut self, begins: &str) -> String {
        loop {
            let line = self.said.recv_timeout(Duration::from_secs(20)).unwrap_or_else(|_| panic!("never: {begins}"));
            self.heard.push(line.clone());
            if line.starts_with(begins) {
                return line;
            }
        }
    }

    /// All that it said before it ended. A line that broke off was not said.
    fn rest(&mut self) -> Vec<String> {
        self.heard.extend(self.said.iter());
        std::mem::take(&mut self.heard)
    }
}

/// A test that failed leaves no process behind.
impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listen(stdout: ChildStdout) -> Receiver<String> {
    let (sender, said) = channel();
    std::thread::spawn(move || {
        let mut reader = BufReader::new(stdout);
        let mut line = String::new();
        while reader.read_line(&mut line).is_ok_and(|_| line.ends_with('\n')) {
            if sender.send(line.trim_end_matches('\n').to_owned()).is_err() {
                return;
            }
            line.clear();
        }
    });
    said
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}
