//! What people do for themselves at the desk, behind both factors: everybody who is logged in gets there, in their own
//! right; and what changes something there comes from this site's own pages.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use ca_tools::rows::Purpose;
use gateway::run::Running;
use house::{Answer, House, Leaf, Message, OFFICE, Opening, Plan, Recorder, Settled, Store, Talk};
use http::{Method, Request};
use http_body_util::Full;

const ROUTES: &str = "[[site.route]]\npath = \"/office/**\"\nupstream = \"office\"\narea = \"office\"\nrequest_binding = true\n\
    [[site.route]]\npath = \"/desk/**\"\nupstream = \"desk\"\narea = \"record\"\n\
    [[site.route]]\npath = \"/**\"\nupstream = \"care-record\"\narea = \"record\"\n";

fn said(_: &Message) -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndesk".to_vec()
}

struct Opened {
    house: House,
    gateway: Running,
    settled: Settled,
    desk: Recorder,
    cookie: String,
}

/// The desk's two upstreams are one recorder: one stands behind `/office`, the other is the site's own desk.
async fn open() -> Opened {
    let desk = Recorder::answering(said).await;
    let more = format!("[[upstream]]\nname = \"office\"\nurl = \"{}\"\naudience = \"desk\"\n", desk.url());
    let house = House::planned(Plan { more, routes: ROUTES.into(), store: Store::Redis, ..Plan::default() }).await;
    let settled = house.settle().await;
    let socket = format!("unix:{}/desk.sock", house.dir.display());
    let gateway = house.another_gateway(|configuration| configuration.replace(&socket, &desk.url())).await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    Opened { house, gateway, settled, desk, cookie }
}

impl Opened {
    async fn ask(&self, method: Method, path: &str, header: (&str, &str)) -> Answer {
        let address = self.gateway.addresses()[0];
        let opening = Opening { address, ..self.house.opening(Some(&self.settled.credentials)) };
        let mut talk = Talk::open(&opening).await.unwrap();
        let asked = Request::builder()
            .method(method)
            .uri(path)
            .header("host", format!("localhost:{}", address.port()))
            .header("cookie", &self.cookie)
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .header(header.0, header.1);
        talk.ask(asked.body(Full::new(Bytes::from_static(b"a=b"))).unwrap()).await.unwrap()
    }
}

#[tokio::test]
async fn everybody_who_is_logged_in_gets_there_and_the_desk_is_told_who_it_is() {
    let opened = open().await;
    let answer = opened.ask(Method::POST, "/office/renew?x=1", ("sec-fetch-site", "same-origin")).await;
    assert_eq!((answer.status.as_u16(), answer.text()), (200, "desk".into()));
    let [heard] = &opened.desk.requests()[..] else { panic!("one request") };
    let [assertion] = heard.values("gateway-assertion")[..] else { panic!("one assertion: {heard:?}") };
    let claims = URL_SAFE_NO_PAD.decode(assertion.split('.').nth(1).unwrap()).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!((&claims["sub"], &claims["aud"]), (&Settled::WORKER.into(), &"desk".into()));
    assert_eq!((&claims["htm"], &claims["htp"]), (&"POST".into(), &"/office/renew".into()));
    assert!(claims["htq"].is_string() && claims["htb"].is_string(), "{claims}");
    let line = || std::fs::read_to_string(opened.house.dir.join("another-access.log")).unwrap();
    house::until("the line", async || line().contains("\"policy\":\"office-for-everyone-in-their-own-right\"")).await;
}

#[tokio::test]
async fn who_is_not_logged_in_does_not_get_there() {
    let mut opened = open().await;
    opened.cookie = "x=y".into();
    let answer = opened.ask(Method::GET, "/office/renew", ("x-none", "x")).await;
    assert_eq!(answer.problem(), (401, "KW-207".into(), "no_session".into()));
    assert_eq!(opened.desk.requests(), []);
}

#[tokio::test]
async fn what_changes_something_at_the_desk_says_on_whose_page_it_was_sent() {
    let opened = open().await;
    let own = format!("https://localhost:{}", opened.gateway.addresses()[0].port());
    for path in ["/office/renew", "/desk/reports", "/desk/password"] {
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            for (name, value, status) in [
                ("x-none", "x", 403),
                ("sec-fetch-site", "cross-site", 403),
                ("origin", "https://evil.example", 403),
                ("sec-fetch-site", "same-origin", 200),
                ("origin", &own, 200),
            ] {
                let answer = opened.ask(method.clone(), path, (name, value)).await;
                assert_eq!(answer.status.as_u16(), status, "{method} {path} {name}: {value}: {}", answer.text());
                if status == 403 {
                    assert_eq!(answer.problem(), (403, "KW-305".into(), "cross_site".into()));
                }
                assert_eq!(opened.desk.requests().len(), usize::from(status == 200), "{method} {path} {name}: {value}");
            }
        }
        let answer = opened.ask(Method::GET, path, ("x-none", "x")).await;
        assert_eq!(answer.status, 200, "reading is free: {path}");
        let _ = opened.desk.requests();
        let upgrade = opened.ask(Method::GET, path, ("upgrade", "websocket")).await;
        assert_eq!(upgrade.problem(), (403, "KW-305".into(), "cross_site".into()), "{path}");
    }
    let answer = opened.ask(Method::POST, "/notices", ("x-none", "x")).await;
    assert_ne!(answer.status, 403, "a program may still speak to the care record: {}", answer.text());
}

#[tokio::test]
async fn whoami_names_the_renewal_window() {
    let house = House::open().await;
    house.settle().await;
    const DAY: i64 = 86_400;
    for (days, renewable) in [(91, false), (89, true), (1, true)] {
        let device = house.approved_device(OFFICE, &[]).await;
        let credentials = house.certificate(device, &Leaf::between(-DAY, days * DAY + 60), Purpose::First).await;
        house.applied().await;
        let mut talk = house.talk(&credentials).await;
        let said = house.get(&mut talk, "/.gateway/whoami", None).await.json();
        assert_eq!((&said["renewable"], &said["days_left"]), (&renewable.into(), &days.into()), "{said}");
        assert!(said["renewal_opens"].as_str().unwrap() < said["not_after"].as_str().unwrap(), "{said}");
    }
}
