//! The program: where it listens, how it stops, what it says to a wrong option.

use std::{
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use hyper::Request;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::UnixStream;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("care-record-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _left_behind = std::fs::remove_dir_all(&self.0);
    }
}

fn program(listen: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_care-record"));
    command.args(["--listen", listen, "--jwks-url", "http://127.0.0.1:1/jwks.json"]);
    command.args(["--issuer", "i", "--audience", "a"]).stderr(Stdio::piped());
    command
}

fn ended(child: &mut Child) -> ExitStatus {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        assert!(Instant::now() < deadline, "still running");
        std::thread::sleep(Duration::from_millis(10));
    }
}

async fn connected(socket: &PathBuf) -> UnixStream {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        match UnixStream::connect(socket).await {
            Ok(stream) => return stream,
            Err(error) => assert!(Instant::now() < deadline, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn it_serves_http2_on_a_unix_socket_and_stops_on_sigterm() {
    let folder = Folder::new("unix");
    let socket = folder.0.join("care-record.sock");
    let mut child = program(&format!("unix:{}", socket.display())).spawn().unwrap();
    let stream = TokioIo::new(connected(&socket).await);
    let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    tokio::spawn(connection);
    let request = Request::get("http://care-record/").body(http_body_util::Empty::<bytes::Bytes>::new()).unwrap();
    assert_eq!(sender.send_request(request).await.unwrap().status(), 401);
    let id = child.id().to_string();
    assert!(Command::new("kill").arg(&id).status().unwrap().success());
    assert!(ended(&mut child).success());
    assert!(!socket.exists(), "the socket's file was left behind");
}

#[tokio::test]
async fn a_socket_left_by_a_killed_program_is_taken_over_a_served_one_is_not() {
    let folder = Folder::new("left");
    let socket = folder.0.join("care-record.sock");
    let listen = format!("unix:{}", socket.display());
    let mut killed = program(&listen).spawn().unwrap();
    connected(&socket).await;
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(socket.exists());
    let mut second = program(&listen).spawn().unwrap();
    connected(&socket).await;
    let third = program(&listen).output().unwrap();
    assert_eq!(third.status.code(), Some(1));
    assert!(String::from_utf8(third.stderr).unwrap().contains("cannot listen on unix:"));
    second.kill().unwrap();
    second.wait().unwrap();
}

#[test]
fn a_wrong_option_is_told() {
    for (listen, told) in [("localhost:1", "is neither IP:PORT"), ("127.0.0.1:1:1", "is neither IP:PORT")] {
        let answer = program(listen).output().unwrap();
        assert_eq!(answer.status.code(), Some(2));
        assert!(String::from_utf8(answer.stderr).unwrap().contains(told));
    }
    let https = program("127.0.0.1:0").args(["--jwks-url", "https://localhost/jwks.json"]).output().unwrap();
    assert!(!https.status.success());
}
