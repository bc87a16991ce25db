//! Clients that nobody here wrote read every odd answer soundly, over both protocols, or are told 503.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use house::{Backend, Ending, Plan, Script};
use serde_json::{Value, json};

use super::{ANYWHERE, Lived, PROTOCOLS, lived_in};

/// How a client must read an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Reads {
    /// With this status, and a body of five letters.
    Whole(u16),
    /// With this status, and no body.
    Nothing(u16),
    /// As our refusal.
    Refusal,
}

use Reads::{Nothing, Refusal, Whole};

const OK: &str = "HTTP/1.1 200 OK\r\n";
const FIVE: &str = "Content-Length: 5\r\n\r\nwhole";

/// What a backend says to a request of this path, and what is to become of it.
fn odd() -> Vec<(&'static str, &'static str, Vec<u8>, Reads)> {
    let get = |word, said: String, reads| ("GET", word, said.into_bytes(), reads);
    let octets = |word, said: &[&[u8]]| ("GET", word, said.concat(), Whole(200));
    let many: String = (0..90).map(|number| format!("X-{number}: {number}\r\n")).collect();
    vec![
        get("length-twice", format!("{OK}Content-Length: 5\r\n{FIVE}"), Whole(200)),
        get("length-listed", format!("{OK}Content-Length: 5, 5\r\n\r\nwhole"), Whole(200)),
        get("length-padded", format!("{OK}Content-Length: 005\r\n\r\nwhole"), Whole(200)),
        get("length-zero-twice", format!("{OK}Content-Length: 0\r\nContent-Length: 0\r\n\r\n"), Nothing(200)),
        get("length-none", format!("{OK}\r\nwhole"), Whole(200)),
        get(
            "length-and-chunks",
            format!("{OK}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwhole\r\n0\r\n\r\n"),
            Whole(200),
        ),
        get("204-length", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n".into(), Nothing(204)),
        get("204-zero", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n".into(), Nothing(204)),
        get(
            "204-chunks",
            "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".into(),
            Nothing(204),
        ),
        get("205-zero", "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n".into(), Nothing(205)),
        get(
            "304-length",
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n".into(),
            Nothing(304),
        ),
        ("HEAD", "head-length", format!("{OK}Content-Length: 5, 5\r\n\r\n").into_bytes(), Nothing(200)),
        ("HEAD", "head-chunks", format!("{OK}Transfer-Encoding: chunked\r\n\r\n").into_bytes(), Nothing(200)),
        get("http-1.0", format!("HTTP/1.0 200 OK\r\n{FIVE}"), Whole(200)),
        get("lf-only", "HTTP/1.1 200 OK\nContent-Length: 5\n\nwhole".into(), Whole(200)),
        get("leading-line", format!("\r\n{OK}{FIVE}"), Whole(200)),
        get("early-hints", format!("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n{OK}{FIVE}"), Whole(200)),
        get("processing", format!("HTTP/1.1 102 Processing\r\nContent-Length: 0\r\n\r\n{OK}{FIVE}"), Whole(200)),
        get("status-999", format!("HTTP/1.1 999 What\r\n{FIVE}"), Whole(999)),
        get("many-fields", format!("{OK}{many}{FIVE}"), Whole(200)),
        get("surplus", format!("{OK}{FIVE} and more"), Whole(200)),
        get("extensions", format!("{OK}Transfer-Encoding: chunked\r\n\r\n5;a=\"b\"\r\nwhole\r\n0\r\n\r\n"), Whole(200)),
        get(
            "trailers",
            format!("{OK}Trailer: x-a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwhole\r\n0\r\nX-A: b\r\n\r\n"),
            Whole(200),
        ),
        get("h2c", format!("{OK}Connection: Upgrade\r\nUpgrade: h2c\r\n{FIVE}"), Whole(200)),
        get(
            "keep-alive",
            format!("{OK}Connection: Keep-Alive, X-B\r\nKeep-Alive: timeout=5\r\nX-B: c\r\n{FIVE}"),
            Whole(200),
        ),
        get(
            "site-wide",
            format!("{OK}Alt-Svc: h3=\":1\"\r\nStrict-Transport-Security: max-age=1\r\n{FIVE}"),
            Whole(200),
        ),
        get("utf-8", format!("{OK}X-Name: 柏市\r\nSet-Cookie: name=柏; Path=/\r\n{FIVE}"), Whole(200)),
        octets("shift-jis", &[OK.as_bytes(), b"X-Name: \x94\x90\x8e\x73\r\n", FIVE.as_bytes()]),
        octets("latin-1", &[b"HTTP/1.1 200 Gr\xfc\xdfe\r\n", FIVE.as_bytes()]),
        get("basic", format!("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n{FIVE}"), Whole(401)),
        get("lengths-differ", format!("{OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\nwhole!"), Refusal),
        get("lengths-list", format!("{OK}Content-Length: 5, 6\r\n\r\nwhole!"), Refusal),
        get("no-number", format!("{OK}Content-Length: five\r\n\r\nwhole"), Refusal),
        get("304-differ", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5, 6\r\n\r\n".into(), Refusal),
        get("gzip-chunks", format!("{OK}Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nwhole\r\n0\r\n\r\n"), Refusal),
        get("identity", format!("{OK}Transfer-Encoding: identity\r\n\r\nwhole"), Refusal),
        get("fold", format!("{OK}A: b\r\n c\r\n{FIVE}"), Refusal),
        get("bad-name", format!("{OK}A b: c\r\n{FIVE}"), Refusal),
        get("nul", format!("{OK}A: b\0c\r\n{FIVE}"), Refusal),
        get("http-2.0", format!("HTTP/2.0 200 OK\r\n{FIVE}"), Refusal),
        get("icy", format!("ICY 200 OK\r\n{FIVE}"), Refusal),
        get("closed", String::new(), Refusal),
        get("half-a-head", "HTTP/1.1 200 OK\r\nContent-Le".into(), Refusal),
        get(
            "switches",
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n".into(),
            Refusal,
        ),
        get("ntlm", format!("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\n{FIVE}"), Refusal),
        get("negotiate", format!("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\n{FIVE}"), Refusal),
    ]
}

/// What a client needs to come in.
struct Holds {
    lived: Lived,
    _backend: Backend,
}

impl Holds {
    async fn all() -> Self {
        let scripts = odd().into_iter().map(|(_, word, said, _)| (word, Script::once(said, Ending::Close))).collect();
        let backend = Backend::start(ANYWHERE.parse().unwrap(), scripts);
        let lived = lived_in(Plan { backend: format!("http://{}", backend.address()), ..Plan::default() }).await;
        let held = &lived.settled.credentials;
        house::write(&lived.house.dir.join("client.pem"), &held.chain_pem);
        house::write(&lived.house.dir.join("client.key"), &held.key_pem);
        house::write(&lived.house.dir.join("web.pem"), &lived.house.web.root_pem);
        Self { lived, _backend: backend }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.lived.house.dir.join(name)
    }

    fn base(&self) -> String {
        format!("https://{}", self.lived.house.host())
    }

    /// Runs `command` with what it needs, over each protocol; asks everything, and judges what is told of each.
    async fn ask_all(&self, client: &str, command: impl Fn() -> Command, certificate: &str) {
        for protocol in PROTOCOLS {
            let mut command = command();
            command.arg(self.base()).args([self.file("web.pem"), self.file(certificate), self.file("client.key")]);
            command.args([&self.lived.cookie, protocol]);
            let asked: String = odd().iter().map(|(method, word, ..)| format!("{method} /{word}\n")).collect();
            let output = run(command, asked).await;
            let text = String::from_utf8(output.stdout).unwrap();
            let told: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            let words = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(told.len(), odd().len(), "{client} over {protocol}: {words}");
            judge((client, protocol), &told);
        }
    }
}

async fn run(mut command: Command, input: String) -> Output {
    let running = tokio::task::spawn_blocking(move || {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    });
    tokio::time::timeout(house::SOON * 6, running).await.expect("it ends").unwrap()
}

fn judge((client, protocol): (&str, &str), told: &[Value]) {
    let mut wrong = Vec::new();
    for ((_, word, _, reads), told) in odd().iter().zip(told) {
        let read = match (&told["status"], &told["body"]) {
            (status, body) if *status == 503 && body.to_string().contains("backend_unavailable") => Some(Refusal),
            (Value::Number(status), body) => {
                let status = u16::try_from(status.as_u64().unwrap()).unwrap();
                match body.as_str().unwrap() {
                    "whole" => Some(Whole(status)),
                    "" => Some(Nothing(status)),
                    _ => None,
                }
            }
            _ => None,
        };
        if read != Some(*reads) || told["protocol"] != protocol {
            wrong.push(format!("{word}: {told}"));
        }
    }
    assert!(wrong.is_empty(), "{client} over {protocol}: {wrong:#?}");
    println!("{client} over {protocol}: {} answers", told.len());
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("e2e/forwarding/backends/clients").join(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn curl_reads_every_odd_answer_or_is_told_503() {
    let holds = Holds::all().await;
    for protocol in PROTOCOLS {
        let mut told = Vec::new();
        for (method, word, ..) in odd() {
            let mut command = Command::new("curl");
            command.args(["--silent", "--show-error", "--noproxy", "*", "--max-time", "10"]);
            command.arg(if protocol == "h2" { "--http2" } else { "--http1.1" });
            command.arg("--cacert").arg(holds.file("web.pem"));
            command.arg("--cert").arg(holds.file("client.pem")).arg("--key").arg(holds.file("client.key"));
            command.args(["-H", &format!("cookie: {}", holds.lived.cookie), "-H", "accept: application/json"]);
            command.args(if method == "HEAD" { &["--head", "--output", "/dev/null"][..] } else { &[] });
            command.args(["--write-out", "\n%{http_version} %{http_code}"]).arg(format!("{}/{word}", holds.base()));
            let output = run(command, String::new()).await;
            let text = String::from_utf8(output.stdout).unwrap();
            let (body, end) = text.rsplit_once('\n').unwrap();
            let (version, status) = end.split_once(' ').unwrap();
            told.push(match output.status.success() {
                true => json!({
                    "status": status.parse::<u16>().unwrap(),
                    "body": body,
                    "protocol": if version == "2" { "h2" } else { "http/1.1" },
                }),
                false => json!({ "error": String::from_utf8_lossy(&output.stderr) }),
            });
        }
        judge(("curl", protocol), &told);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn node_reads_every_odd_answer_or_is_told_503() {
    let client = || {
        let mut command = Command::new("node");
        command.arg(script("ask.mjs"));
        command
    };
    Holds::all().await.ask_all("node", client, "client.pem").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pythons_h2_and_httpx_read_every_odd_answer_or_are_told_503() {
    let client = || {
        // What Debian packages, whatever other Python stands in the search path.
        let mut command = Command::new("/usr/bin/python3");
        command.arg(script("ask.py"));
        command
    };
    Holds::all().await.ask_all("httpx", client, "client.pem").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn java_reads_every_odd_answer_or_is_told_503() {
    let holds = Holds::all().await;
    let mut bag = Command::new("openssl");
    bag.args(["pkcs12", "-export", "-passout", "pass:changeit", "-out"]).arg(holds.file("client.p12"));
    bag.arg("-in").arg(holds.file("client.pem")).arg("-inkey").arg(holds.file("client.key"));
    let made = run(bag, String::new()).await;
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let client = || {
        let mut command = Command::new("java");
        command.arg(script("Ask.java"));
        command
    };
    holds.ask_all("java", client, "client.p12").await;
}
