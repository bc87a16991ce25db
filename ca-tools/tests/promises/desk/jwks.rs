//! Whoever gives the desk its keys proves who they are, or is on this machine.

use servers::blocking::until;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};

use super::assertion::{NEW, OLD, OpenDesk};
use crate::fixtures::house::House;

/// openssl serves the files of a folder over TLS as `localhost`.
struct Served(House, Child, u16);

impl Served {
    fn new() -> Self {
        let house = House::new();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        for name in ["web", "stranger"] {
            house.program(
                "openssl",
                &format!(
                    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout {name}.key -out {name}.pem \
                     -subj /CN=localhost -days 30 -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE"
                )
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            );
        }
        let program = std::process::Command::new("openssl")
            .args(["s_server", "-quiet", "-WWW", "-cert", "web.pem", "-key", "web.key", "-accept", &port.to_string()])
            .current_dir(&house.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        until("openssl listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Self(house, program, port)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.1.kill();
        let _ = self.1.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_from_another_machine_count_only_under_the_ca_that_the_house_names() {
    let served = Served::new();
    for (ca, believed) in [("web", true), ("stranger", false)] {
        let file = served.0.folder.join(format!("{ca}.pem"));
        let source = format!("jwks_url = \"https://localhost:{}/jwks.json\"\njwks_ca = {file:?}", served.2);
        let desk = OpenDesk::reading(&source).await;
        std::fs::copy(desk.house.folder.join("jwks.json"), served.0.folder.join("jwks.json")).unwrap();
        let (status, said) = desk.change(OLD, NEW).await;
        assert_eq!(status, if believed { 200 } else { 401 }, "{ca}: {said}");
    }
}

#[test]
fn a_desk_whose_keys_come_over_an_open_way_does_not_start() {
    let house = House::new();
    let config = std::fs::read_to_string(house.folder.join("ca/ca.toml")).unwrap();
    for url in ["http://192.0.2.55/jwks.json", "http://gateway.example/jwks.json", "https://gateway.example/jwks.json"]
    {
        let desk = format!("\n[desk]\njwks_url = {url:?}\nissuer = \"https://gate\"\nsocket = \"../desk.sock\"\n");
        std::fs::write(house.folder.join("ca/ca.toml"), config.clone() + &desk).unwrap();
        for command in ["serve", "doctor"] {
            let told = house.run(&["--config", "ca/ca.toml", command]);
            assert!(told.code == 2 && told.err.contains("desk.jwks_url"), "{url}: {told:?}");
        }
    }
}
