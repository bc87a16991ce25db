//! A desk whose public door is open, and who comes through it.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::body::Body;
use hyper::Request;
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;

use super::super::house::House;

pub(crate) const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0";
pub(crate) const MAC: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15";
pub(crate) const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
pub(crate) const IPHONE_CHROME: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1";
pub(crate) const IPHONE_LINE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari Line/14.20.0";
pub(crate) const ANDROID: &str =
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";
pub(crate) const ANDROID_LINE: &str = "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0 Mobile Safari/537.36 Line/14.20.1/IAB";
pub(crate) const LINUX: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";

/// A house whose desk has its public door open.
pub(crate) struct Open {
    pub(crate) house: House,
    program: Child,
}

/// An answer of the public door.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: hyper::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The page of a pick-up to which a form leads, as a browser goes on to it.
    fn page(&self) -> Option<String> {
        let place = self.headers.get("location")?.to_str().ok()?;
        let ours = place.starts_with("/pickup/ready?") || place.starts_with("/pickup/told?");
        (self.status == 303 && ours).then(|| place.to_owned())
    }

    /// What stands in the page between these two.
    pub(crate) fn between(&self, before: &str, after: &str) -> String {
        let text = self.text();
        let rest = text.split(before).nth(1).unwrap_or_else(|| panic!("no {before:?} in {text}"));
        rest.split(after).next().unwrap().trim().to_owned()
    }

    pub(crate) fn secrets(&self) -> Vec<String> {
        let text = self.text();
        let parts = text.split("<span class=\"secret\">").skip(1);
        parts.map(|part| part.split("</span>").next().unwrap().to_owned()).collect()
    }
}

impl Open {
    pub(crate) fn new() -> Self {
        Self::of(House::furnished())
    }

    pub(crate) fn of(house: House) -> Self {
        house.done("office update 1272200001 --mail contact@example.jp");
        let config = std::fs::read_to_string(house.folder.join("ca/ca.toml")).unwrap();
        let desk = "\n[desk]\njwks_file = \"../jwks.json\"\nissuer = \"https://gate\"\nsocket = \"../desk.sock\"\n\
                    public_socket = \"../public.sock\"\n[links]\nhelp_url = \"https://help.example.jp\"\n\
                    service_url = \"https://gate.example.jp\"\n";
        std::fs::write(house.folder.join("ca/ca.toml"), config + desk).unwrap();
        let program = served(&house);
        let open = Self { house, program };
        open.wait();
        open
    }

    fn wait(&self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while std::os::unix::net::UnixStream::connect(self.house.folder.join("public.sock")).is_err() {
            assert!(Instant::now() < deadline, "the desk did not open: {}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
    }

    /// The desk is opened anew.
    pub(crate) fn again(&mut self) {
        self.program = served(&self.house);
        self.wait();
    }

    /// Sends a form and does not wait for the answer.
    pub(crate) async fn begin(&self, path: &str, fields: &[(&str, &str)]) -> tokio::task::JoinHandle<()> {
        let stream = UnixStream::connect(self.house.folder.join("public.sock")).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = headed(Request::post(path), (LINUX, "192.0.2.1"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        tokio::spawn(async move {
            let _ = sender.send_request(request).await;
        })
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.house.folder.join("desk.out")).unwrap()
    }

    pub(crate) async fn ask(&self, request: Request<Body>) -> Answer {
        let stream = UnixStream::connect(self.house.folder.join("public.sock")).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let answer = sender.send_request(request).await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = axum::body::to_bytes(Body::new(answer.into_body()), 1 << 20).await.unwrap().to_vec();
        Answer { status, headers, body }
    }

    pub(crate) async fn get(&self, path: &str, agent: &str) -> Answer {
        self.ask(headed(Request::get(path), (agent, "192.0.2.1")).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)], from: (&str, &str)) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = headed(Request::post(path), from).header("content-type", "application/x-www-form-urlencoded");
        let answer = self.ask(request.body(Body::from(body)).unwrap()).await;
        match answer.page() {
            Some(place) => self.get(&place, from.0).await,
            None => answer,
        }
    }

    /// The same, and where the page is that the answer leads to.
    pub(crate) async fn led(&self, path: &str, fields: &[(&str, &str)], from: (&str, &str)) -> String {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = headed(Request::post(path), from).header("content-type", "application/x-www-form-urlencoded");
        let answer = self.ask(request.body(Body::from(body)).unwrap()).await;
        answer.page().unwrap_or_else(|| panic!("{path} leads to no page: {} {}", answer.status, answer.text()))
    }

    /// A device of this system, approved; the number in its mail and the code the operator was shown.
    pub(crate) fn ticket(&self, os: &str) -> (String, String, String) {
        let line = format!(
            "device apply --office 1272200001 --label タブレット --os {os} --ownership office --application A-3"
        );
        let device = self.house.done(&line)["device"].as_str().unwrap().to_owned();
        self.house.done(&format!("device inspect {device} --result pass"));
        let approved = self.house.done(&format!("device approve {device}"));
        let code = approved["confirmation_code"].as_str().unwrap().to_owned();
        (device.clone(), self.number_of(&device), code)
    }

    /// The number in a mail about this device that is not this one.
    pub(crate) fn newest_number(&self, device: &str, not: &str) -> String {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let other = outbox(&self.house, device).into_iter().find(|number| number != not);
            if let Some(number) = other {
                return number;
            }
            assert!(Instant::now() < deadline, "no other mail about {device}: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The number in the mail about this device.
    fn number_of(&self, device: &str) -> String {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            if let Some(number) = outbox(&self.house, device).into_iter().next() {
                return number;
            }
            assert!(Instant::now() < deadline, "no mail about {device}: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn served(house: &House) -> Child {
    let log = std::fs::File::options().create(true).append(true).open(house.folder.join("desk.out")).unwrap();
    house.command(&["--config", "ca/ca.toml", "serve"]).stderr(Stdio::from(log)).spawn().unwrap()
}

/// The numbers in mails about a device that were delivered to the outbox.
fn outbox(house: &House, device: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(house.folder.join("ca/outbox")) else { return Vec::new() };
    let letters = entries.flatten().filter(|entry| entry.path().extension().is_some_and(|end| end == "eml"));
    let numbers = letters.filter_map(|entry| {
        let parse = "import email, email.policy, sys; print(email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default).get_content())";
        let read = Command::new("python3").args(["-c", parse]).arg(entry.path()).output().ok()?;
        let text = String::from_utf8(read.stdout).ok()?;
        if !text.contains(device) {
            return None;
        }
        let rest = text.split("取得用番号").nth(1)?;
        let number: String =
            rest.chars().skip_while(|sign| !sign.is_ascii_lowercase() && !sign.is_ascii_digit()).take(19).collect();
        (number.len() == 19).then_some(number)
    });
    numbers.collect()
}

fn headed(request: hyper::http::request::Builder, (agent, source): (&str, &str)) -> hyper::http::request::Builder {
    request
        .header("host", "desk")
        .header("user-agent", agent)
        .header("x-forwarded-for", source)
        .header("gateway-ref", "K7Q-2XM")
}

impl Drop for Open {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl House {
    /// What `openssl pkcs12 -info` says of a file.
    pub(crate) fn container(&self, octets: &[u8], password: &str) -> String {
        std::fs::write(self.folder.join("taken.p12"), octets).unwrap();
        let output = Command::new("openssl")
            .args(["pkcs12", "-info", "-in", "taken.p12", "-passin", &format!("pass:{password}"), "-noenc"])
            .current_dir(&self.folder)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    }
}
