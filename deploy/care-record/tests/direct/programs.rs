//! The program: where it listens, how it stops, what it says to a wrong option.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::Arc,
};

use hyper::Request;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use servers::Folder;
use tokio::{io::AsyncWriteExt, net::UnixStream};

/// A child that does not outlive its test, whatever becomes of the test.
struct Running(Child);

impl Running {
    fn start(command: &mut Command) -> Self {
        Self(command.spawn().unwrap())
    }

    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _reaped_already = self.0.wait();
    }
}

fn program(listen: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_care-record"));
    command.args(["--listen", listen, "--jwks-url", "http://127.0.0.1:1/jwks.json"]);
    command.args(["--issuer", "i", "--audience", "a"]).stderr(Stdio::piped());
    command
}

fn ended(child: &mut Child) -> ExitStatus {
    servers::blocking::until("it ends", || child.try_wait().unwrap())
}

async fn connected(socket: &Path) -> UnixStream {
    servers::until("it listens", async || UnixStream::connect(socket).await).await
}

#[tokio::test]
async fn it_serves_http2_on_a_unix_socket_and_stops_on_sigterm() {
    let folder = Folder::new("care-record");
    let socket = folder.join("care-record.sock");
    let mut child = Running::start(&mut program(&format!("unix:{}", socket.display())));
    let stream = TokioIo::new(connected(&socket).await);
    let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    tokio::spawn(connection);
    let request = Request::get("http://care-record/").body(http_body_util::Empty::<bytes::Bytes>::new()).unwrap();
    assert_eq!(sender.send_request(request).await.unwrap().status(), 401);
    let id = child.0.id().to_string();
    assert!(Command::new("kill").arg(&id).status().unwrap().success());
    assert!(ended(&mut child.0).success());
    assert!(!socket.exists(), "the socket's file was left behind");
}

#[tokio::test]
async fn a_socket_left_by_a_killed_program_is_taken_over_a_served_one_is_not() {
    let folder = Folder::new("care-record");
    let socket = folder.join("care-record.sock");
    let listen = format!("unix:{}", socket.display());
    let mut killed = Running::start(&mut program(&listen));
    connected(&socket).await;
    killed.kill();
    assert!(socket.exists());
    let _second = Running::start(&mut program(&listen));
    connected(&socket).await;
    let third = program(&listen).output().unwrap();
    assert_eq!(third.status.code(), Some(1));
    assert!(String::from_utf8(third.stderr).unwrap().contains("cannot listen on unix:"));
}

#[tokio::test]
async fn it_serves_tls_where_it_has_a_certificate() {
    let folder = Folder::new("care-record");
    let (certificate, key) = (folder.join("site.pem"), folder.join("site.key"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "2"])
        .args(["-subj", "/CN=backend", "-addext", "subjectAltName=DNS:backend.test"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
        .args([&key, &PathBuf::from("-out"), &certificate])
        .output()
        .unwrap();
    assert!(made.status.success());
    let socket = folder.join("care-record.sock");
    let mut command = program(&format!("unix:{}", socket.display()));
    let _child = Running::start(command.arg("--tls-cert").arg(&certificate).arg("--tls-key").arg(&key));
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&certificate).unwrap()).unwrap();
    for (protocol, preface) in [("h2", &b"PRI * HTTP/2.0"[..]), ("http/1.1", b"GET / HTTP/1.1")] {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots.clone())
            .with_no_client_auth();
        config.alpn_protocols = vec![protocol.into()];
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        let name = "backend.test".try_into().unwrap();
        let mut stream = connector.connect(name, connected(&socket).await).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(protocol.as_bytes()));
        stream.write_all(preface).await.unwrap();
    }
    let half = program("127.0.0.1:0").arg("--tls-cert").arg(&certificate).output().unwrap();
    assert_eq!(half.status.code(), Some(2));
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
