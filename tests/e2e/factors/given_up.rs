//! What changes something is one act: a client that gives up, wherever that meets it, leaves nothing half done or untold.
//!
//! Each promise drops the request at its first wait, at its second, and so on, until one comes to its end.

use bytes::Bytes;
use gateway::session::{CountKey, SessionKey, Sessions};
use house::{Answer, Corridor, Credentials, House, OFFICE, PASSWORD, Settled, Store, empty};
use http::{Method, Request};
use http_body_util::Full;
use serde_json::Value;

const NEW: &str = "Tega-no-numa-88";

struct Lived {
    house: House,
    settled: Settled,
}

async fn lived_in(store: Store) -> Lived {
    let house = House::with(store).await;
    let settled = house.settle().await;
    house.ready().await;
    Lived { house, settled }
}

impl Lived {
    fn corridor(&self) -> Corridor<'_> {
        Corridor { gateway: &self.house.gateway, credentials: &self.settled.credentials }
    }

    fn sessions(&self) -> &Sessions {
        &self.house.gateway.state().sessions
    }

    fn form(&self, path: &str, cookie: Option<&str>, form: &str) -> Request<Full<Bytes>> {
        let request = self.house.request(Method::POST, path, cookie);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.header("accept", "application/problem+json").body(form.to_owned().into()).unwrap()
    }

    async fn live(&self) -> usize {
        self.sessions().live(&Settled::WORKER.parse().unwrap()).await.unwrap().len()
    }

    /// The failures that stand against the worker's device and against an ID.
    async fn counted(&self, id: &str) -> (usize, usize) {
        let (device, id) = (CountKey::of_device(self.settled.device), CountKey::of_id(id));
        let found = self.sessions().counts(&[&device, &id]).await.unwrap();
        (found[0].len() / 8, found[1].len() / 8)
    }

    fn lines(&self, kind: &str, outcome: &str) -> Vec<Value> {
        self.house.lines().into_iter().filter(|line| line["kind"] == kind && line["outcome"] == outcome).collect()
    }

    /// Gives up after one poll, after two, and so on; `judge` looks at what each left behind.
    async fn at_every_wait(
        &self,
        credentials: &Credentials,
        mut next: impl AsyncFnMut(usize) -> Request<Full<Bytes>>,
        mut judge: impl AsyncFnMut(usize, Option<&Answer>),
    ) {
        let corridor = Corridor { credentials, ..self.corridor() };
        for polls in 1..100 {
            let answer = corridor.given_up_after(polls, next(polls).await).await;
            corridor.at_rest().await;
            judge(polls, answer.as_ref()).await;
            if answer.is_some() {
                assert!(polls > 1, "it never waited");
                return;
            }
        }
        panic!("it never ends");
    }
}

fn key_of(cookie: &str) -> SessionKey {
    let value = cookie.strip_prefix("__Host-session=").unwrap();
    gateway::session::CookieValue::read(value.as_bytes()).unwrap().key()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_given_up_at_any_point_opened_nothing_or_a_session_that_its_line_tells_of() {
    for store in [Store::Redis, Store::Memory] {
        let lived = lived_in(store).await;
        let form = format!("login_id={}&password={PASSWORD}", Settled::WORKER);
        let next = async |_| lived.form("/.gateway/login", None, &form);
        let judge = async |polls, answer: Option<&Answer>| {
            let (passed, opened) = (lived.lines("login", "passed"), lived.live().await);
            assert_eq!(passed.len(), opened, "{store:?}: after {polls} polls");
            assert_eq!(lived.counted(Settled::WORKER).await, (0, 0), "{store:?}: after {polls} polls");
            if let Some(answer) = answer {
                assert_eq!(answer.status, 303, "{}", answer.text());
                assert!(passed.len() > 1, "none of those that were given up had come to its end");
            }
        };
        lived.at_every_wait(&lived.settled.credentials, next, judge).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_guess_given_up_at_any_point_counts_against_device_and_id_alike_and_leaves_its_line() {
    for store in [Store::Redis, Store::Memory] {
        let lived = lived_in(store).await;
        let id = |polls: usize| format!("guess-{polls}");
        let next = async |polls| lived.form("/.gateway/login", None, &format!("login_id={}&password=wrong", id(polls)));
        let mut of_all = 0;
        let judge = async |polls, answer: Option<&Answer>| {
            let (of_device, of_id) = lived.counted(&id(polls)).await;
            of_all += of_id;
            assert_eq!(of_device, of_all, "{store:?}: after {polls} polls");
            let lines = lived.lines("login", "refused");
            assert_eq!(lines.len(), of_all, "{store:?}: after {polls} polls");
            assert!(lines.iter().all(|line| line["device"] == lived.settled.device.to_string()), "{lines:#?}");
            assert!(lines.iter().all(|line| line["reason"] == "unknown_id"), "{lines:#?}");
            assert!(answer.is_none() || of_all > 1);
        };
        lived.at_every_wait(&lived.settled.credentials, next, judge).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_of_a_login_that_its_client_gave_up_names_device_and_id() {
    let lived = lived_in(Store::Memory).await;
    let form = format!("login_id={}&password=wrong", Settled::WORKER);
    let next = async |_| lived.form("/.gateway/login", None, &form);
    let judge = async |_, _: Option<&Answer>| {
        for told in lived.lines("login", "refused") {
            assert_eq!((&told["user"], &told["reason"]), (&Settled::WORKER.into(), &"wrong_password".into()), "{told}");
            let request = |line: &Value| line["kind"] == "request" && line["request_id"] == told["request_id"];
            let request = lived.house.line(request).await;
            assert_eq!((&request["user"], &request["device"]), (&told["user"], &told["device"]), "{request}");
        }
    };
    lived.at_every_wait(&lived.settled.credentials, next, judge).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_given_up_at_any_point_ended_nothing_or_a_session_whose_end_is_told() {
    for store in [Store::Redis, Store::Memory] {
        let lived = lived_in(store).await;
        let mut talk = lived.house.talk(&lived.settled.credentials).await;
        let mut given = Vec::new();
        let next = async |_| {
            let cookie = lived.house.login(&mut talk, Settled::WORKER).await;
            given.push(key_of(&cookie));
            lived.form("/.gateway/logout", Some(&cookie), "")
        };
        let judge = async |polls, answer: Option<&Answer>| {
            let told = lived.lines("logout", "passed").len();
            let open = lived.live().await;
            assert_eq!(open + told, lived.lines("login", "passed").len(), "{store:?}: after {polls} polls");
            assert!(answer.is_none_or(|answer| answer.status == 200 && told > 1));
        };
        lived.at_every_wait(&lived.settled.credentials, next, judge).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_cookie_whose_thief_gives_up_at_any_point_is_over_and_told_or_neither() {
    for store in [Store::Redis, Store::Memory] {
        let lived = lived_in(store).await;
        let (_, thief) = lived.house.device(OFFICE).await;
        lived.house.applied().await;
        let mut talk = lived.house.talk(&lived.settled.credentials).await;
        let next = async |_| {
            let cookie = lived.house.login(&mut talk, Settled::WORKER).await;
            lived.house.request(Method::GET, "/rooms/r-hanako/echo", Some(&cookie)).body(empty()).unwrap()
        };
        let judge = async |polls, answer: Option<&Answer>| {
            let lines = lived.house.lines();
            let told = lines.iter().filter(|line| line["kind"] == "session_end").count();
            let opened = lived.lines("login", "passed").len();
            assert_eq!(lived.live().await + told, opened, "{store:?}: after {polls} polls");
            assert!(answer.is_none_or(|answer| answer.status == 401 && told > 1));
        };
        lived.at_every_wait(&thief, next, judge).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_password_given_up_at_any_point_is_whole_or_was_never_asked_for() {
    for store in [Store::Redis, Store::Memory] {
        let lived = lived_in(store).await;
        let _desk = lived.house.desk().await;
        let mut talk = lived.house.talk(&lived.settled.credentials).await;
        let this = lived.house.login(&mut talk, Settled::WORKER).await;
        let mut password = [PASSWORD.to_owned(), NEW.to_owned()];
        let mut version = lived.house.version().await;
        let mut changes = 0;
        for polls in 1..100 {
            let [present, new] = &password;
            let beside = lived.house.try_login(&mut talk, Settled::WORKER, present).await.cookie().unwrap();
            let form = format!("password={present}&new_password={new}&new_password_again={new}");
            let request = lived.form("/.gateway/password", Some(&this), &form);
            let answer = lived.corridor().given_up_after(polls, request).await;
            lived.corridor().at_rest().await;
            let ended = async |cookie: &str| {
                let record = lived.sessions().fetch(&key_of(cookie)).await.unwrap();
                record.unwrap().ended().is_some()
            };
            let changed = lived.house.version().await > version;
            assert!(!ended(&this).await, "{store:?}: after {polls} polls");
            assert_eq!(ended(&beside).await, changed, "{store:?}: after {polls} polls");
            assert_eq!(lived.counted(Settled::WORKER).await, (0, 0), "{store:?}: after {polls} polls");
            let room = lived.house.get(&mut talk, "/rooms/r-hanako/bytes/1", Some(&this)).await;
            assert_eq!(room.status, 200, "{store:?}: after {polls} polls");
            if changed {
                version = lived.house.version().await;
                changes += 1;
                password = [password[1].clone(), format!("Tega-no-numa-{polls}-ni")];
            }
            if let Some(answer) = answer {
                assert!(answer.status == 200 && changes > 1, "{}", answer.text());
                break;
            }
        }
        assert!(changes > 1, "it never ended");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_under_way_when_the_gateway_ends_is_waited_for_though_its_client_has_gone() {
    let lived = lived_in(Store::Redis).await;
    let form = format!("login_id={}&password={PASSWORD}", Settled::WORKER);
    for polls in 1..4 {
        let name = format!("ending-{polls}");
        let gateway = lived.house.another_gateway(|same| same.replace("another-", &format!("{name}-"))).await;
        let corridor = Corridor { gateway: &gateway, credentials: &lived.settled.credentials };
        let before = lived.live().await;
        let request = lived.form("/.gateway/login", None, &form);
        let answer = corridor.given_up_after(polls, request).await;
        assert!(answer.is_none_or(|answer| answer.status == 303));
        gateway.stop().await;
        let log = std::fs::read_to_string(lived.house.dir.join(format!("{name}-access.log"))).unwrap();
        let told = log.matches("\"kind\":\"login\"").count();
        assert_eq!(lived.live().await, before + told, "after {polls} polls");
        assert!(told > 0 || polls < 3, "it never began");
    }
}
