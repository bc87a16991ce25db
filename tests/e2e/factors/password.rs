//! A person changes their own password through the gate, at the real desk: all of it happens, or nothing.

use std::time::Instant;

use ca_tools::acts::{By, NewPassword};
use certs::Timestamp;
use house::{Answer, House, OFFICE, PASSWORD, Plan, Settled, Store, Talk, by};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;

use crate::fixtures::held::{Holder, Work, hold};

const ROOM: &str = "/rooms/r-hanako/bytes/1";
const NEW: &str = "Tega-no-numa-88";

type Told = (u16, String, String);

fn refusal(status: u16, code: &str, reason: &str) -> Told {
    (status, code.into(), reason.into())
}

/// Posts the password page's form.
async fn change(house: &House, talk: &mut Talk, cookie: &str, [present, new, again]: [&str; 3]) -> Answer {
    let form = format!("password={present}&new_password={new}&new_password_again={again}");
    house.post_form(talk, "/.gateway/password", Some(cookie), &form).await
}

async fn enters(house: &House, talk: &mut Talk, cookie: &str) -> bool {
    let answer = house.get(talk, ROOM, Some(cookie)).await;
    assert!(answer.status == 200 || answer.problem() == refusal(401, "KW-207", "no_session"), "{}", answer.text());
    answer.status == 200
}

async fn each_store() -> [House; 2] {
    [House::with(Store::Redis).await, House::with(Store::Memory).await]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_ends_every_other_session_of_the_id_keeps_this_one_and_touches_nobody_else() {
    for house in each_store().await {
        let desk = house.desk().await;
        let settled = house.settle().await;
        house.person("colleague", OFFICE, &[]).await;
        let (_, tablet) = house.device(OFFICE).await;
        house.room("r-tega", &["colleague"]).await;
        house.applied().await;
        let (mut here, mut there) = (house.talk(&settled.credentials).await, house.talk(&tablet).await);
        let this = house.login(&mut here, Settled::WORKER).await;
        let beside = house.login(&mut here, Settled::WORKER).await;
        let elsewhere = house.login(&mut there, Settled::WORKER).await;
        let colleagues = house.login(&mut there, "colleague").await;
        let holder = Holder { credentials: &tablet, cookie: &elsewhere, room: Settled::ROOM };
        let stream = hold(&house, holder, Work::Stream).await;

        let changed = change(&house, &mut here, &this, [PASSWORD, NEW, NEW]).await;
        let since = Instant::now();
        assert_eq!(changed.status, 200, "{}", changed.text());
        // From the answer on, without a moment's grace.
        assert!(enters(&house, &mut here, &this).await, "the session in which it was changed goes on");
        assert!(!enters(&house, &mut here, &beside).await, "another browser on this device");
        assert!(!enters(&house, &mut there, &elsewhere).await, "another device");
        assert_eq!(house.get(&mut there, "/rooms/r-tega/bytes/1", Some(&colleagues)).await.status, 200);
        crate::fixtures::cut::all_end(vec![stream], since, "the password was changed").await;
        let old = house.try_login(&mut there, Settled::WORKER, PASSWORD).await;
        assert_eq!(old.problem(), refusal(401, "KW-201", "login_failed"));
        assert_eq!(house.try_login(&mut there, Settled::WORKER, NEW).await.status, 303);
        desk.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_initial_password_opens_the_password_page_alone_and_its_change_opens_the_rest() {
    for house in each_store().await {
        let _desk = house.desk().await;
        let settled = house.settle().await;
        house.person_with_initial_password("n.new", OFFICE, &[]).await;
        house.writer.invite(&by(), &"r-hanako".parse().unwrap(), &"n.new".parse().unwrap()).await.unwrap();
        house.applied().await;
        let mut talk = house.talk(&settled.credentials).await;
        let entered = house.try_login(&mut talk, "n.new", PASSWORD).await;
        assert_eq!(entered.headers["location"], "/.gateway/password");
        let cookie = entered.cookie().unwrap();
        let first = house.get(&mut talk, ROOM, Some(&cookie)).await;
        assert_eq!(first.problem(), refusal(403, "KW-205", "must_change_password"));
        assert_eq!(change(&house, &mut talk, &cookie, [PASSWORD, NEW, NEW]).await.status, 200);
        assert!(enters(&house, &mut talk, &cookie).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_present_password_is_told_and_five_lock_the_id_but_end_no_session() {
    for house in each_store().await {
        let _desk = house.desk().await;
        let settled = house.settle().await;
        let mut talk = house.talk(&settled.credentials).await;
        let cookie = house.login(&mut talk, Settled::WORKER).await;
        let version = house.version().await;
        for _ in 0..5 {
            let wrong = change(&house, &mut talk, &cookie, ["Not-my-own-1", NEW, NEW]).await;
            assert_eq!(wrong.status, 422);
            assert!(wrong.text().contains("今のパスワードが違います"), "{}", wrong.text());
        }
        let sixth = change(&house, &mut talk, &cookie, [PASSWORD, NEW, NEW]).await;
        assert_eq!(sixth.problem(), refusal(429, "KW-202", "locked"), "the right one, too late");
        assert!(sixth.headers.contains_key("retry-after"));
        let login = house.try_login(&mut talk, Settled::WORKER, PASSWORD).await;
        assert_eq!(login.problem(), refusal(429, "KW-202", "locked"), "the login counts the same failures");
        assert!(enters(&house, &mut talk, &cookie).await, "the session is not the guesser's to end");
        assert_eq!(house.version().await, version, "the registry was not touched");
        house.writer.unlock_user(&by(), &Settled::WORKER.parse().unwrap()).await.unwrap();
        house.applied().await;
        assert_eq!(change(&house, &mut talk, &cookie, [PASSWORD, NEW, NEW]).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_of_a_new_password_is_told_at_once_and_none_is_a_guess() {
    let house = House::open().await;
    let _desk = house.desk().await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    let cases: [([&str; 2], &[&str]); 7] = [
        (["short", "short"], &["短すぎます", "数字を1文字以上", "記号（"]),
        (["12345678", "12345678"], &["英字を1文字以上", "記号（"]),
        ([PASSWORD, PASSWORD], &["以前に使ったパスワードです"]),
        (["k.sato-2026", "k.sato-2026"], &["IDと同じ"]),
        (["Password-1", "Password-1"], &["推測されやすい"]),
        ([&"Aa1-".repeat(33), &"Aa1-".repeat(33)], &["長すぎます"]),
        ([NEW, "Tega-no-numa-89"], &["新しいパスワードと一致していません"]),
    ];
    for ([new, again], told) in cases {
        let answer = change(&house, &mut talk, &cookie, [PASSWORD, new, again]).await;
        assert_eq!(answer.status, 422, "{new}");
        for words in told {
            assert!(answer.text().contains(words), "{new}: {words}");
        }
        assert!(!answer.text().contains(new), "a password is never written on a page");
    }
    assert_eq!(change(&house, &mut talk, &cookie, [PASSWORD, NEW, NEW]).await.status, 200, "seven mistakes, no lock");
    for form in ["", "password=a", "password=a&new_password=b&new_password_again=b&password=c", "password=%ff"] {
        let answer = house.post_form(&mut talk, "/.gateway/password", Some(&cookie), form).await;
        assert_eq!(answer.problem(), refusal(400, "KW-306", "bad_request"), "{form:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_desk_nothing_changes_and_nothing_is_counted() {
    for store in [Store::Redis, Store::Memory] {
        let house = House::planned(Plan { store, more: "answer = \"1s\"".into(), ..Plan::default() }).await;
        let settled = house.settle().await;
        let mut talk = house.talk(&settled.credentials).await;
        let cookie = house.login(&mut talk, Settled::WORKER).await;
        let version = house.version().await;
        let unavailable = refusal(503, "KW-301", "backend_unavailable");
        for _ in 0..6 {
            let gone = change(&house, &mut talk, &cookie, [PASSWORD, NEW, NEW]).await;
            assert_eq!(gone.problem(), unavailable, "there is no desk");
            assert!(gone.headers.contains_key("retry-after"));
        }
        let silent = UnixListener::bind(house.dir.join("desk.sock")).unwrap();
        let hung = change(&house, &mut talk, &cookie, [PASSWORD, NEW, NEW]).await;
        assert_eq!(hung.problem(), unavailable, "the desk does not answer");
        drop(silent);
        std::fs::remove_file(house.dir.join("desk.sock")).unwrap();
        assert_eq!(house.version().await, version);
        assert!(enters(&house, &mut talk, &cookie).await);
        house.login(&mut talk, Settled::WORKER).await;
        let _desk = house.desk().await;
        assert_eq!(change(&house, &mut talk, &cookie, [PASSWORD, NEW, NEW]).await.status, 200);
    }
}

/// The person chooses a password at this moment.
async fn set(house: &House, at: Timestamp, password: &str) {
    house.choose_password(&Settled::WORKER.parse().unwrap(), password, at).await;
    house.applied().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_passwords_set_in_one_second_or_by_a_clock_gone_back_a_session_rests_on_one() {
    for house in each_store().await {
        let settled = house.settle().await;
        let mut talk = house.talk(&settled.credentials).await;
        let moment = house::now();
        set(&house, moment, PASSWORD).await;
        let cookie = house.login(&mut talk, Settled::WORKER).await;
        assert!(enters(&house, &mut talk, &cookie).await);
        for at in [moment, moment, moment.plus(-1), moment.plus(1)] {
            set(&house, at, PASSWORD).await;
            assert!(!enters(&house, &mut talk, &cookie).await, "the password was set anew");
        }
        let cookie = house.login(&mut talk, Settled::WORKER).await;
        assert!(enters(&house, &mut talk, &cookie).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_does_not_come_to_rest_on_a_password_that_the_city_set_a_moment_later() {
    let house = House::open().await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    // A desk whose answer comes only when the city has already set another one.
    let listener = UnixListener::bind(house.dir.join("desk.sock")).unwrap();
    let desk = async {
        let (mut gateway, _) = listener.accept().await.unwrap();
        let mut asked = vec![0; 16 << 10];
        let read = gateway.read(&mut asked).await.unwrap();
        assert!(asked[..read].starts_with(b"POST /desk/password "));
        let own = By { operator: Settled::WORKER.parse().unwrap(), application: None, ..by() };
        let around = house.writer.ledger().password_surroundings(&own.operator).await.unwrap();
        let new = NewPassword { hash: house::hash(NEW) };
        let changed = house.writer.change_password(&own, &around.hashes[0], new).await.unwrap();
        let of_the_city = NewPassword { hash: house::hash("Of-the-city-1") };
        house.writer.reset_password(&by(), &own.operator, of_the_city).await.unwrap();
        house.applied().await;
        let told = format!("{{\"version\":{},\"set_at\":{}}}", changed.version, changed.set_at.unix());
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{told}", told.len());
        gateway.write_all(answer.as_bytes()).await.unwrap();
        gateway
    };
    let (answer, _gateway) = tokio::join!(change(&house, &mut talk, &cookie, [PASSWORD, NEW, NEW]), desk);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(!enters(&house, &mut talk, &cookie).await, "whose password it is now, the city knows");
}
