//! A registry that is locked, spoilt, stopped or hung is silence, and it ends by itself.

use std::sync::Arc;
use std::time::{Duration, Instant};

use registry::Feed;
use sqlx::sqlite::SqliteJournalMode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

use crate::written::{Folder, Written, applied, device, office, silent, until};

const OFFICE: &str = "1272201234";

#[tokio::test]
async fn a_locked_file_is_silence_until_it_is_let_go() {
    let written = Written::file_with(&Folder::new(), "one", SqliteJournalMode::Delete).await;
    let version = written.change(&office(OFFICE)).await;
    let feed = written.follow();
    applied(&feed, version).await;
    let lock = written.locked().await;
    silent(&feed, "database is locked").await;
    lock.let_go().await;
    applied(&feed, version).await;
}

#[tokio::test]
async fn a_spoilt_row_is_silence_that_names_it_until_it_is_mended() {
    for written in Written::both("one").await {
        let version = written.change(&[office(OFFICE), device(1, OFFICE)].concat()).await;
        let feed = written.follow();
        applied(&feed, version).await;
        written.change("UPDATE devices SET approved_until = -5, version = :v WHERE device = 1").await;
        silent(&feed, "table devices, device 1, field approved_until").await;
        assert_eq!(feed.newest().unwrap().version(), version, "the last good snapshot stays");
        let version = written.change("UPDATE devices SET approved_until = NULL, version = :v WHERE device = 1").await;
        applied(&feed, version).await;
    }
}

#[tokio::test]
async fn a_file_that_is_no_registry_is_silence_and_no_panic() {
    for content in ["", "not a database at all, but long enough to look like one at first sight"] {
        let folder = Folder::new();
        let path = folder.join("registry.db");
        std::fs::write(&path, content).unwrap();
        let feed = Feed::follow(&format!("sqlite:{}", path.display()), &path.with_extension("state"), None).unwrap();
        silent(&feed, "the registry cannot be read").await;
    }
}

#[tokio::test]
async fn a_server_that_hangs_is_silence_within_seconds_and_is_followed_again_when_it_answers() {
    let written = Written::server("one").await;
    let version = written.change(&office(OFFICE)).await;
    let proxy = Proxy::start().await;
    let feed = Feed::follow(&proxy.url(&written), &written.state(), None).unwrap();
    applied(&feed, version).await;

    proxy.mode(Mode::Hang);
    let hung = Instant::now();
    silent(&feed, "has not answered within").await;
    println!("postgres: a hung server was noticed after {:?}", hung.elapsed());
    assert!(feed.silent_for(Instant::now()) > Duration::from_secs(1), "counted from the last answer");
    let version = written.change(&device(1, OFFICE)).await;
    proxy.mode(Mode::Pass);
    applied(&feed, version).await;
}

#[tokio::test]
async fn a_server_that_is_gone_is_silence_and_hints_come_again_after_its_return() {
    let written = Written::server("one").await;
    let version = written.change(&office(OFFICE)).await;
    let proxy = Proxy::start().await;
    let feed = Feed::follow(&proxy.url(&written), &written.state(), None).unwrap();
    applied(&feed, version).await;

    proxy.mode(Mode::Cut);
    until("silent", &feed, |feed| feed.why_silent().is_some()).await;
    proxy.mode(Mode::Pass);
    let version = written.change(&device(1, OFFICE)).await;
    applied(&feed, version).await;
    // A hint brings a change in a few milliseconds, the truth alone in 125 on the average.
    let mut quickest = Duration::MAX;
    let mut changed = feed.changed();
    let started = Instant::now();
    while quickest > Duration::from_millis(60) && started.elapsed() < Duration::from_secs(20) {
        let version = written.change("UPDATE devices SET suspended = 1 - suspended, version = :v").await;
        let committed = Instant::now();
        while *changed.borrow_and_update() < version {
            changed.changed().await.unwrap();
        }
        quickest = quickest.min(committed.elapsed());
    }
    println!("postgres: quickest change after the server's return: {quickest:?}");
    assert!(quickest < Duration::from_millis(60), "hints come again");
}

#[tokio::test]
async fn a_server_put_back_from_a_backup_is_refused() {
    let written = Written::server("one").await;
    written.change(&office(OFFICE)).await;
    written.change(&device(1, OFFICE)).await;
    let feed = written.follow();
    applied(&feed, 2).await;
    written.run("UPDATE registry SET version = 1").await;
    silent(&feed, "stands at version 1, but version 2 was applied already").await;
    written.run("UPDATE registry SET version = 2").await;
    applied(&feed, 2).await;
}

/// What a network can do to a connection.
#[derive(Clone, Copy, PartialEq)]
enum Mode {
    /// Everything goes through.
    Pass,
    /// Nothing goes through, and nobody is told.
    Hang,
    /// Connections are closed, and new ones at once.
    Cut,
}

/// A network between a follower and the server.
struct Proxy {
    port: u16,
    mode: Arc<watch::Sender<Mode>>,
}

impl Proxy {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mode = Arc::new(watch::Sender::new(Mode::Pass));
        let modes = Arc::clone(&mode);
        let socket = servers::Postgres::shared().folder().join(".s.PGSQL.5432");
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = UnixStream::connect(&socket).await.unwrap();
                tokio::spawn(pass(near, far, modes.subscribe()));
            }
        });
        Self { port, mode }
    }

    fn mode(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }

    fn url(&self, written: &Written) -> String {
        let name = written.url.split(['/', '?']).nth(3).unwrap();
        format!("postgres://postgres@127.0.0.1:{}/{name}", self.port)
    }
}

/// A connection that met a hang stays hung, as one does whose way was lost.
async fn pass(mut near: TcpStream, mut far: UnixStream, mut mode: watch::Receiver<Mode>) {
    let (mut there, mut back) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        let now = *mode.borrow_and_update();
        match now {
            Mode::Cut => return,
            Mode::Hang => return std::future::pending().await,
            Mode::Pass => {}
        }
        tokio::select! {
            changed = mode.changed() => if changed.is_err() { return },
            read = near.read(&mut there) => match read {
                Ok(0) | Err(_) => return,
                Ok(n) => if far.write_all(&there[..n]).await.is_err() { return },
            },
            read = far.read(&mut back) => match read {
                Ok(0) | Err(_) => return,
                Ok(n) => if near.write_all(&back[..n]).await.is_err() { return },
            },
        }
    }
}
