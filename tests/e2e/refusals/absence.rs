//! A browser hides a certificate that has expired: the page for "no certificate" sees through it, by a cookie that is
//! good for words and nothing else.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use ca_tools::rows::Purpose;
use certs::{DeviceNo, Timestamp};
use gateway::guidance::{DeviceCookies, Remembered};
use house::{Answer, Credentials, House, Leaf, OFFICE, PASSWORD, Settled, Talk, empty, now};
use http::Method;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;

const DAY: i64 = 86_400;
const PLAIN: &str = "カシワニネットは、電子証明書をインストールした端末からご利用いただけます。";
const NOT_SENT: &str = "今回は、ブラウザから送られませんでした。";

/// What the gateways of this house write, as a login on another day set it.
fn cookies_of(house: &House) -> DeviceCookies {
    let key = PrivatePkcs8KeyDer::from_pem_file(house.dir.join("assertion.pem")).unwrap();
    DeviceCookies::derived(key.secret_pkcs8_der(), None).unwrap()
}

fn cookie(house: &House, device: DeviceNo, not_after: Timestamp) -> String {
    pair(cookies_of(house).set(Remembered { device, not_after }).unwrap().to_str().unwrap())
}

fn pair(set: &str) -> String {
    set.split(';').next().unwrap().to_owned()
}

/// The `Set-Cookie` lines of a name that begins so.
fn set(answer: &Answer, name: &str) -> Vec<String> {
    let lines = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap().to_owned());
    lines.filter(|line| line.starts_with(name)).collect()
}

/// A browser's reading of a room, with a certificate or without.
async fn read(house: &House, credentials: Option<&Credentials>, cookies: &[&str], language: &str) -> Answer {
    let mut talk = Talk::open(&house.opening(credentials)).await.unwrap();
    let mut request = house.request(Method::GET, "/rooms/r-hanako/echo", None);
    request = request.header("accept", "text/html").header("accept-language", language);
    for line in cookies {
        request = request.header("cookie", *line);
    }
    talk.ask(request.body(empty()).unwrap()).await.unwrap()
}

async fn without(house: &House, cookies: &[&str]) -> String {
    let page = read(house, None, cookies, "ja").await;
    assert_eq!(page.status, 403);
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    assert!(page.text().contains("KW-101"), "{}", page.text());
    assert!(set(&page, "").is_empty(), "a stranger's browser is told nothing to keep");
    page.text()
}

#[tokio::test]
async fn each_login_makes_the_browser_remember_and_the_logout_lets_it() {
    let house = House::open().await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let not_after = settled.credentials.validity.not_after;
    let expected = cookies_of(&house).set(Remembered { device: settled.device, not_after }).unwrap();
    let expected = expected.to_str().unwrap();
    assert!(expected.starts_with(&format!("__Host-device={}.{}.", settled.device, not_after.unix())), "{expected}");
    assert!(expected.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=34560000"), "{expected}");
    for _ in 0..2 {
        let answer = house.try_login(&mut talk, Settled::WORKER, PASSWORD).await;
        assert_eq!((answer.status.as_u16(), set(&answer, "__Host-device")), (303, vec![expected.to_owned()]));
    }
    let failed = house.try_login(&mut talk, Settled::WORKER, "wrong").await;
    assert_eq!((failed.status.as_u16(), set(&failed, "__Host-device")), (401, vec![]));
    let session = house.login(&mut talk, Settled::WORKER).await;
    let answer = house.post_form(&mut talk, "/.gateway/logout", Some(&session), "").await;
    assert_eq!(answer.headers["clear-site-data"], "\"cache\", \"storage\"", "no cookies");
    assert_eq!((set(&answer, "__Host-session").len(), set(&answer, "").len()), (1, 1));
    assert!(without(&house, &[&pair(expected)]).await.contains(NOT_SENT));
}

#[tokio::test]
async fn a_renewed_certificate_is_remembered_from_its_check_on() {
    let house = House::open().await;
    let settled = house.settle().await;
    let session = house.login(&mut house.talk(&settled.credentials).await, Settled::WORKER).await;
    let renewed =
        house.certificate(settled.device, &Leaf::between(-DAY, 720 * DAY), Purpose::Renewal { grace: 0 }).await;
    house.applied().await;
    let check = house.get(&mut house.talk(&renewed).await, "/.gateway/check", Some(&session)).await;
    assert_eq!(check.status, 200, "{}", check.text());
    let told: Vec<_> = set(&check, "").iter().map(|line| pair(line)).collect();
    assert_eq!(told, [cookie(&house, settled.device, renewed.validity.not_after)]);
}

#[tokio::test]
async fn who_comes_without_the_certificate_reads_what_became_of_it() {
    let house = House::open().await;
    let device: DeviceNo = "DEV-000123".parse().unwrap();
    let just_now = now().plus(-1);
    let today = if just_now.in_japan().date() == now().in_japan().date() { "本日、" } else { "昨日、" };
    for (not_after, told) in [
        (just_now, format!("この端末の電子証明書は、{today}有効期限が切れました。")),
        (now().plus(-DAY), "この端末の電子証明書は、昨日、有効期限が切れました。".to_owned()),
        (now().plus(-3 * DAY), "この端末の電子証明書は、3日前に有効期限が切れました。".to_owned()),
        (now().plus(12 * DAY), "電子証明書の有効期限が近づいています（".to_owned()),
        (now().plus(12 * DAY), NOT_SENT.to_owned()),
        (now().plus(400 * DAY), NOT_SENT.to_owned()),
    ] {
        let page = without(&house, &["theme=dark", &cookie(&house, device, not_after)]).await;
        assert!(page.contains(&told) && page.contains("DEV-000123") && !page.contains(PLAIN), "{told}\n{page}");
    }
    let yesterday = cookie(&house, device, now().plus(-DAY));
    let english = read(&house, None, &[&yesterday], "en").await.text();
    assert!(english.contains("This device’s certificate expired yesterday."), "{english}");
}

#[tokio::test]
async fn any_other_cookie_leaves_the_page_as_it_is_without_one() {
    let house = House::open().await;
    let device: DeviceNo = "DEV-000123".parse().unwrap();
    let good = cookie(&house, device, now().plus(-DAY));
    let proof = good.rsplit_once('.').unwrap().1;
    let foreign = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap().to_pkcs8v1().unwrap();
    let foreign = DeviceCookies::derived(foreign.as_ref(), None).unwrap();
    let foreign = foreign.set(Remembered { device, not_after: now().plus(-DAY) }).unwrap();
    let foreign = pair(foreign.to_str().unwrap());
    let moved = format!("__Host-device={device}.{}.{proof}", now().plus(400 * DAY).unix());
    let other = good.replace("DEV-000123", "DEV-000124");
    let (cut, long) = (&good[..good.len() - 1], format!("{good}{}", "A".repeat(4000)));
    let doubled = format!("{good}; {good}");
    let cases: [&[&str]; 10] = [
        &[],
        &[&foreign],
        &[&moved],
        &[&other],
        &[cut],
        &[&long],
        &[&doubled],
        &[&good, "__Host-device=x"],
        &["__Host-device="],
        &["__Host-device=%2A"],
    ];
    for cookies in cases {
        let page = without(&house, cookies).await;
        assert!(page.contains(PLAIN) && !page.contains("有効期限"), "{cookies:?}\n{page}");
    }
}

#[tokio::test]
async fn it_opens_nothing_and_changes_no_answer_but_the_words_of_one_page() {
    let house = House::open().await;
    let settled = house.settle().await;
    let ours = cookie(&house, settled.device, settled.credentials.validity.not_after);
    let expired = cookie(&house, settled.device, now().plus(-DAY));
    let session = house.login(&mut house.talk(&settled.credentials).await, Settled::WORKER).await;
    for remembered in [&ours, &expired] {
        let both = format!("{session}; {remembered}");
        let mut bare = Talk::open(&house.opening(None)).await.unwrap();
        for path in ["/rooms/r-hanako/echo", "/.gateway/login", "/.gateway/check", "/.gateway/whoami"] {
            let answer = house.get(&mut bare, path, Some(&both)).await;
            assert_eq!(answer.problem(), (403, "KW-101".into(), "no_cert".into()), "{path}");
            let reference = answer.json()["ref"].as_str().unwrap().to_owned();
            let line = house.line(|line| line["kind"] == "request" && line["ref"] == reference.as_str()).await;
            assert_eq!((&line["reason"], &line["device"]), (&"no_cert".into(), &serde_json::Value::Null));
            assert!(!line.to_string().contains("DEV-"), "{line}");
        }
        assert_eq!(house.backend.entered(), 0);
    }
    let (lost, revoked) = house.device(OFFICE).await;
    house.writer.revoke(&house::by(), lost, None, registry::change::RevokedReason::Lost).await.unwrap();
    house.applied().await;
    let page = read(&house, Some(&revoked), &[&ours], "ja").await.text();
    assert!(page.contains("KW-103") && !page.contains(NOT_SENT), "{page}");
    let page = read(&house, Some(&settled.credentials), &[&session, &expired, "lang=ja"], "ja").await;
    assert_eq!(page.status, 200, "{}", page.text());
    let echo = page.text();
    assert!(echo.contains("lang=ja") && !echo.contains("__Host-"), "{echo}");
}
