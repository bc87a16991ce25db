//! A certificate is picked up with a number and a code, once; and with nothing else.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::body::Body;
use hyper::Request;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::UnixStream;

use super::house::House;

const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0";
const MAC: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
const IPHONE_CHROME: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1";
const IPHONE_LINE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari Line/14.20.0";
const ANDROID: &str =
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";
const ANDROID_LINE: &str = "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0 Mobile Safari/537.36 Line/14.20.1/IAB";
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

    /// What stands in the page between these two.
    fn between(&self, before: &str, after: &str) -> String {
        let text = self.text();
        let rest = text.split(before).nth(1).unwrap_or_else(|| panic!("no {before:?} in {text}"));
        rest.split(after).next().unwrap().trim().to_owned()
    }

    fn secrets(&self) -> Vec<String> {
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

    fn log(&self) -> String {
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
        self.ask(request.body(Body::from(body)).unwrap()).await
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

    /// The number in the mail about this device.
    fn number_of(&self, device: &str) -> String {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            if let Some(number) = outbox(&self.house, device) {
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

/// The number in a mail that was delivered to the outbox.
fn outbox(house: &House, device: &str) -> Option<String> {
    let entries = std::fs::read_dir(house.folder.join("ca/outbox")).ok()?;
    entries.flatten().filter(|entry| entry.path().extension().is_some_and(|end| end == "eml")).find_map(|entry| {
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
    })
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
    fn container(&self, octets: &[u8], password: &str) -> String {
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

#[tokio::test(flavor = "multi_thread")]
async fn number_and_code_give_a_certificate_once_and_the_other_container_once() {
    let open = Open::new();
    let (device, number, code) = open.ticket("windows");
    let form = open.get(&format!("/pickup?number={number}"), WINDOWS).await;
    assert_eq!(form.status, 200);
    assert!(form.text().contains(&format!("value=\"{number}\"")) && form.text().contains("K7Q-2XM"), "{}", form.text());

    let given = [("number", number.as_str()), ("code", code.as_str())];
    let ready = open.post("/pickup", &given, (WINDOWS, "192.0.2.1")).await;
    assert_eq!(ready.status, 200, "{}", ready.text());
    assert!(ready.body.len() < 60_000, "{}", ready.body.len());
    assert_eq!(ready.headers["cache-control"], "no-store");
    assert!(
        ready.text().contains("エクスポート可能にする")
            && ready.text().contains("https://gate.example.jp/.gateway/check")
    );
    let [password, loss_code] = ready.secrets().try_into().unwrap();
    assert_eq!((password.len(), loss_code.len()), (16, 11));

    let file = open.post("/pickup/file", &given, (WINDOWS, "192.0.2.1")).await;
    assert_eq!((file.status, file.headers["content-type"].to_str().unwrap()), (200, "application/x-pkcs12"));
    assert_eq!(file.headers["content-disposition"], format!("attachment; filename=\"{device}.p12\""));
    let info = open.house.container(&file.body, &password);
    assert!(info.contains("AES-256-CBC") && info.contains(&format!("Kashiwani-Net {device}")), "{info}");
    let held = open.house.done(&format!("cert list --device {device}"));
    assert_eq!(
        (held.as_array().unwrap().len(), &held[0]["state"], &held[0]["key_origin"]),
        (1, &json!("issued"), &json!("server"))
    );
    let first = held[0]["serial"].clone();

    let again = open.post("/pickup/file", &given, (WINDOWS, "192.0.2.1")).await;
    assert_eq!(again.status, 403);
    assert!(again.text().contains("別の形式で取得する") && !again.text().contains("BEGIN"), "{}", again.text());

    let other = open.post("/pickup/other", &given, (WINDOWS, "192.0.2.1")).await;
    assert_eq!(other.status, 200, "{}", other.text());
    let [other_password, _] = other.secrets().try_into().unwrap();
    assert_ne!(other_password, password);
    let given_other = [given[0], given[1], ("part", "other")];
    let file = open.post("/pickup/file", &given_other, (WINDOWS, "192.0.2.1")).await;
    assert_eq!(file.status, 200, "{}", file.text());
    let info = open.house.container(&file.body, &other_password);
    assert!(
        info.contains("pbeWithSHA1And3-KeyTripleDES-CBC") && !info.contains("PBES2") && !info.contains("RC2"),
        "{info}"
    );
    let held = open.house.done(&format!("cert list --device {device}"));
    let states: Vec<_> =
        held.as_array().unwrap().iter().map(|one| (one["serial"] == first, one["state"].as_str().unwrap())).collect();
    assert!(
        states.contains(&(true, "superseded")) && states.contains(&(false, "issued")) && states.len() == 2,
        "{states:?}"
    );

    for path in ["/pickup", "/pickup/other", "/pickup/file"] {
        let spent = open.post(path, &given, (WINDOWS, "192.0.2.1")).await;
        assert_eq!(spent.status, 403, "{path}");
        assert!(spent.text().contains("使用済みです"), "{path} {}", spent.text());
    }
    // The certificate can be seen nowhere but in the registry, and no secret at all.
    let whole = std::fs::read(open.house.folder.join("ca/registry.db")).unwrap();
    let kept = String::from_utf8_lossy(&whole).into_owned()
        + &String::from_utf8_lossy(&std::fs::read(open.house.folder.join("ca/registry.db-wal")).unwrap_or_default())
        + &open.log();
    for secret in [&code, &code.replace('-', ""), &password, &other_password, &loss_code, &loss_code.replace('-', "")] {
        assert!(!kept.contains(secret.as_str()), "{secret}");
    }
    assert!(!kept.contains("PRIVATE KEY"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_ticket_gives_its_own_words_and_never_a_certificate() {
    let open = Open::new();
    let (device, number, code) = open.ticket("windows");
    let (killed_device, killed, killed_code) = open.ticket("windows");
    open.house.done("ticket kill T-000003");
    let (expired_device, expired, expired_code) = open.ticket("windows");
    let sql = format!("UPDATE tickets SET until = 1000000000 WHERE device = {}", &expired_device[4..]);
    std::thread::scope(|scope| scope.spawn(|| open.house.meddle(&sql)).join().unwrap());
    let (held_device, held, held_code) = open.ticket("windows");
    open.house.done(&format!("device suspend {held_device}"));
    let old = open.ticket("windows");
    let newer = open.house.done(&format!("ticket issue --device {}", old.0));
    assert_ne!(newer["confirmation_code"], old.2.as_str());
    let nobodys = "abcd-efgh-ijkm-npqr";
    let cases: [(&str, &str, &str, u16, &str); 11] = [
        ("", "", "/pickup", 422, "届いたとおりに入力してください"),
        (&number, "", "/pickup/file", 422, "届いたとおりに入力してください"),
        ("0000-0000-0000-0000", &code, "/pickup", 422, "届いたとおりに入力してください"),
        (nobodys, &code, "/pickup", 403, "（あと4回で、この番号は使えなくなります）"),
        (&number, "abcde-fghij", "/pickup/file", 403, "（あと4回で、この番号は使えなくなります）"),
        (&number, &killed_code, "/pickup/request", 403, "（あと3回で、この番号は使えなくなります）"),
        (&killed, &killed_code, "/pickup/file", 403, "この取得用番号は使えなくなっています"),
        (&expired, &expired_code, "/pickup/file", 403, "取得の期限（2001年9月9日 10時46分）を過ぎました"),
        (&number, &code, "/pickup/other", 403, "まだ電子証明書を取得していません"),
        (&old.1, &old.2, "/pickup/file", 403, "この取得用番号は使えなくなっています"),
        (&held, &held_code, "/pickup/file", 409, "一時停止中か、承認の期限が過ぎています"),
    ];
    for (number, code, path, status, words) in cases {
        let answer = open.post(path, &[("number", number), ("code", code)], (WINDOWS, "192.0.2.1")).await;
        assert_eq!(answer.status, status, "{number} {code} {path}: {}", answer.text());
        assert!(answer.text().contains(words), "{number} {code} {path}: {}", answer.text());
    }
    for device in [&device, &killed_device, &expired_device, &held_device, &old.0] {
        assert_eq!(open.house.done(&format!("cert list --device {device}")), json!([]), "{device}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_codes_kill_a_number_and_one_that_never_was_dies_alike() {
    let open = Open::new();
    let (device, number, code) = open.ticket("linux");
    for number in [number.as_str(), "abcd-efgh-ijkm-npqr"] {
        let mut said = Vec::new();
        for _ in 0..6 {
            let fields = [("number", number), ("code", "abcde-fghij")];
            let answer = open.post("/pickup", &fields, (LINUX, "192.0.2.9")).await;
            assert_eq!(answer.status, 403);
            said.push(answer.between("aria-hidden=\"true\">！</span>", "</p>"));
        }
        let left: Vec<_> = said.iter().map(|said| said.contains("あと")).collect();
        assert_eq!(left, [true, true, true, true, false, false], "{said:?}");
        assert_eq!(said[4], said[5]);
    }
    let dead =
        open.post("/pickup/file", &[("number", number.as_str()), ("code", code.as_str())], (LINUX, "192.0.2.10")).await;
    assert_eq!(dead.status, 403, "{}", dead.text());
    assert_eq!(open.house.done(&format!("cert list --device {device}")), json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_guesses_is_stopped_and_others_are_not() {
    let open = Open::new();
    let (_, number, code) = open.ticket("linux");
    let mut last = 0;
    for guess in 0..21 {
        let nobodys = format!("abcd-efgh-ijkm-{:0>4}", guess).replace(['0', '1'], "z");
        last = open
            .post("/pickup", &[("number", nobodys.as_str()), ("code", "abcde-fghij")], (LINUX, "192.0.2.66"))
            .await
            .status;
    }
    assert_eq!(last, 429);
    let given = [("number", number.as_str()), ("code", code.as_str())];
    let stopped = open.post("/pickup", &given, (LINUX, "192.0.2.66")).await;
    assert_eq!(stopped.status, 429);
    assert!(stopped.headers.contains_key("retry-after"));
    assert_eq!(open.post("/pickup", &given, (LINUX, "192.0.2.67")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_pick_up_at_once_one_gets_the_certificate() {
    let open = Open::new();
    let (device, number, code) = open.ticket("linux");
    let given = [("number", number.as_str()), ("code", code.as_str())];
    let from = (LINUX, "192.0.2.1");
    let (one, two, three) = tokio::join!(
        open.post("/pickup/file", &given, from),
        open.post("/pickup/file", &given, from),
        open.post("/pickup/file", &given, from)
    );
    let mut statuses = [one.status, two.status, three.status];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200, "{statuses:?}");
    assert!(statuses[1] >= 400 && statuses[2] >= 400, "{statuses:?}");
    let held = open.house.done(&format!("cert list --device {device} --state issued"));
    assert_eq!(held.as_array().unwrap().len(), 1);
    assert_eq!(open.house.done("doctor")["sound"], json!(true), "{}", open.house.done("doctor"));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_system_gets_its_container_and_its_steps() {
    let open = Open::new();
    let cases = [
        ("windows", WINDOWS, "application/x-pkcs12", "AES-256-CBC", "証明書のインポート ウィザード"),
        ("macos", MAC, "application/x-pkcs12", "pbeWithSHA1And3-KeyTripleDES-CBC", "「ログイン」"),
        ("android", ANDROID, "application/x-pkcs12", "pbeWithSHA1And3-KeyTripleDES-CBC", "VPNとアプリ"),
        ("linux", LINUX, "application/x-pkcs12", "AES-256-CBC", "pk12util"),
        ("ios", IPHONE, "application/x-apple-aspen-config", "", "8分以内に"),
    ];
    for (os, agent, media_type, algorithm, step) in cases {
        let (device, number, code) = open.ticket(os);
        let given = [("number", number.as_str()), ("code", code.as_str())];
        let ready = open.post("/pickup", &given, (agent, "192.0.2.1")).await;
        assert!(ready.text().contains(step), "{os}: {}", ready.text());
        assert!(ready.text().contains("<svg") && ready.body.len() < 60_000, "{os}: {}", ready.body.len());
        let password = ready.secrets()[0].clone();
        let file = open.post("/pickup/file", &given, (agent, "192.0.2.1")).await;
        assert_eq!((file.status, file.headers["content-type"].to_str().unwrap()), (200, media_type), "{os}");
        if algorithm.is_empty() {
            let profile = file.text();
            assert!(profile.contains("com.apple.security.pkcs12") && !profile.contains("<key>Password</key>"), "{os}");
        } else {
            let info = open.house.container(&file.body, &password);
            assert!(info.contains(algorithm) && info.contains(&device), "{os}: {info}");
            assert_eq!(info.contains("PBES2"), algorithm == "AES-256-CBC", "{os}: {info}");
            assert!(!info.contains("RC2"), "{os}: {info}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_inside_another_program_is_sent_to_the_browser_before_anything_is_asked() {
    let open = Open::new();
    let (device, number, code) = open.ticket("ios");
    for (agent, words) in [
        (IPHONE_CHROME, "Safari（サファリ）で開いてください"),
        (IPHONE_LINE, "Safari（サファリ）で開いてください"),
        (ANDROID_LINE, "いつものブラウザで開いてください"),
    ] {
        let shown = open.get(&format!("/pickup?number={number}"), agent).await;
        assert_eq!(shown.status, 403);
        assert!(
            shown.text().contains(words)
                && shown.text().contains(&format!("https://help.example.jp/pickup?number={number}")),
            "{}",
            shown.text()
        );
        let posted =
            open.post("/pickup", &[("number", number.as_str()), ("code", code.as_str())], (agent, "192.0.2.1")).await;
        assert!(posted.text().contains(words));
    }
    // Another system than the registered one: nothing is spent, and the way to the right one is shown.
    let given = [("number", number.as_str()), ("code", code.as_str())];
    let elsewhere = open.post("/pickup", &given, (WINDOWS, "192.0.2.1")).await;
    assert!(elsewhere.text().contains("iPhone・iPad") && elsewhere.text().contains("QRコード"), "{}", elsewhere.text());
    let here = open.post("/pickup", &[given[0], given[1], ("here", "yes")], (WINDOWS, "192.0.2.1")).await;
    assert!(here.text().contains("8分以内に"), "{}", here.text());
    assert_eq!(open.house.done(&format!("cert list --device {device}")), json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_the_devices_own_is_signed_with_what_the_registry_says_alone() {
    let open = Open::new();
    let (device, number, code) = open.ticket("linux");
    let given = [("number", number.as_str()), ("code", code.as_str())];
    let broken = [
        given[0],
        given[1],
        ("request", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----"),
    ];
    let refused = open.post("/pickup/request", &broken, (LINUX, "192.0.2.1")).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(refused.text().contains("まだ使えます"));
    open.house.program(
        "openssl",
        "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=DEV-999999/O=Evil -addext basicConstraints=critical,CA:TRUE -addext subjectAltName=URI:urn:evil -keyout own.key -out own.csr",
    );
    let request = std::fs::read_to_string(open.house.folder.join("own.csr")).unwrap();
    let signed =
        open.post("/pickup/request", &[given[0], given[1], ("request", request.as_str())], (LINUX, "192.0.2.1")).await;
    assert_eq!(signed.status, 200, "{}", signed.text());
    std::fs::write(open.house.folder.join("own.pem"), &signed.body).unwrap();
    let shown = open.house.program("openssl", "x509 -in own.pem -noout -text");
    assert!(shown.contains(&format!("Kashiwani-Net {device}")) && shown.contains("CA:FALSE"), "{shown}");
    assert!(!shown.contains("evil") && !shown.contains("Evil") && !shown.contains("999999"), "{shown}");
    assert_eq!(signed.text().matches("BEGIN CERTIFICATE").count(), 2);
    let held = open.house.done(&format!("cert list --device {device}"));
    assert_eq!(held[0]["key_origin"], "csr");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_the_telephone_code_stops_the_device_and_nothing_else() {
    let open = Open::new();
    let (device, number, code) = open.ticket("linux");
    let given = [("number", number.as_str()), ("code", code.as_str())];
    let ready = open.post("/pickup", &given, (LINUX, "192.0.2.1")).await;
    let loss_code = ready.secrets()[1].clone();
    let lost =
        |device: &str, code: &str| [("device".to_owned(), device.to_owned()), ("code".to_owned(), code.to_owned())];
    let report = async |fields: &[(String, String)]| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        open.post("/lost", &fields, (LINUX, "192.0.2.1")).await
    };
    // Before the certificate was taken there is nothing to stop, and the code is not known.
    assert_eq!(report(&lost(&device, &loss_code)).await.status, 403);
    assert_eq!(open.post("/pickup/file", &given, (LINUX, "192.0.2.1")).await.status, 200);
    for (device, code) in
        [(device.as_str(), "abcde-fghij"), ("DEV-000099", loss_code.as_str()), ("", ""), (&device, &code)]
    {
        let refused = report(&lost(device, code)).await;
        assert_eq!(refused.status, 403, "{device} {code}");
        assert!(refused.text().contains("端末番号または電話用コードをご確認ください"));
    }
    assert_eq!(open.house.done(&format!("device show {device}"))["suspended"], false);
    let stopped = report(&lost(&device.to_lowercase(), &loss_code.to_uppercase())).await;
    assert_eq!(stopped.status, 200, "{}", stopped.text());
    let shown = open.house.done(&format!("device show {device}"));
    assert_eq!(shown["suspended"], true);
    assert_eq!(open.house.tell(&format!("device resume {device}")).json()["refused"], "reported_lost");
    assert_eq!(report(&lost(&device, &loss_code)).await.status, 200, "a second report does no harm");
    open.house.done(&format!("device resume {device} --why 本人が見つけた"));
    assert_eq!(open.house.done(&format!("device show {device}"))["suspended"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_door_has_no_other_path() {
    let open = Open::new();
    for path in [
        "/desk/password",
        "/desk/reports",
        "/office/",
        "/office/renew",
        "/healthz",
        "/metrics",
        "/pickup/",
        "/",
        "/lost/x",
    ] {
        assert_eq!(open.get(path, LINUX).await.status, 404, "{path}");
        assert_eq!(open.post(path, &[], (LINUX, "192.0.2.1")).await.status, 404, "{path}");
    }
    assert_eq!(open.get("/pickup/file", LINUX).await.status, 405);
}
