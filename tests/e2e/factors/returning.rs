//! What a person sends to a form of ours, or to a service behind us, is told to them once and lost never.

use bytes::Bytes;
use gateway::session::{CookieValue, Ended, SessionEnd};
use house::{Answer, Ca, Credentials, House, Leaf, OFFICE, PASSWORD, Plan, Settled, Talk, empty, until};
use http::{Method, header};
use http_body_util::Full;

const NEW: &str = "Tega-no-numa-88";
const ROOM: &str = "/rooms/r-hanako/";

/// As a browser that shows a page asks.
struct Browser<'a> {
    house: &'a House,
    talk: Talk,
    cookies: Vec<(String, String)>,
}

impl<'a> Browser<'a> {
    async fn with(house: &'a House, credentials: &Credentials) -> Self {
        Self { house, talk: house.talk(credentials).await, cookies: Vec::new() }
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.ask(Method::GET, path, ("", "")).await
    }

    /// From a page of this site.
    async fn post(&mut self, path: &str, from: &str, form: &str) -> Answer {
        self.ask(Method::POST, path, (from, form)).await
    }

    async fn ask(&mut self, method: Method, path: &str, (from, form): (&str, &str)) -> Answer {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self
            .house
            .request(method.clone(), path, None)
            .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-site", "same-origin");
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        if !from.is_empty() {
            request = request.header("referer", from);
        }
        let body = if method == Method::POST {
            request = request.header("content-type", "application/x-www-form-urlencoded");
            Full::new(Bytes::from(form.to_owned()))
        } else {
            empty()
        };
        let answer = self.talk.ask(request.body(body).unwrap()).await.unwrap();
        for line in answer.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !line.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    async fn log_in(&mut self, id: &str, password: &str) -> Answer {
        let form = format!("login_id={id}&password={password}&return_to=%2F");
        self.post("/.gateway/login", "", &form).await
    }

    fn session(&self) -> Option<&str> {
        self.cookies.iter().find(|(name, _)| name == "__Host-session").map(|(_, value)| value.as_str())
    }

    async fn end_session(&self, why: SessionEnd) {
        let key = CookieValue::read(self.session().unwrap().as_bytes()).unwrap().key();
        let ended = Ended { why, at: house::now() };
        assert!(self.house.gateway.state().sessions.end(&key, ended).await.unwrap().is_some());
    }

    fn page(&self, path: &str) -> String {
        format!("https://{}{path}", self.house.host())
    }
}

/// Where a 303 leads.
fn led_to(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.headers["location"].to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_when_a_session_ended_comes_back_and_the_login_leads_to_the_page_it_came_from() {
    let house = House::open().await;
    let settled = house.settle().await;
    for (why, code) in [(SessionEnd::Idle, "KW-203"), (SessionEnd::Absolute, "KW-204"), (SessionEnd::Logout, "KW-207")]
    {
        let mut browser = Browser::with(&house, &settled.credentials).await;
        browser.log_in(Settled::WORKER, PASSWORD).await;
        browser.end_session(why).await;
        let from = browser.page("/rooms/r-hanako/?page=2");
        let form = "text=%E8%A8%AA%E5%95%8F%0D%0A%3Cb%3E&kind=visit";
        let told = browser.post("/rooms/r-hanako/sink?a=1", &from, form).await;
        assert_eq!(told.status, 401);
        let page = told.text();
        for expected in [
            code,
            "action=\"/rooms/r-hanako/sink?a=1\"",
            "name=\"text\" value=\"訪問\r\n&#60;b&#62;\"",
            "name=\"kind\" value=\"visit\"",
            "href=\"/.gateway/login?return_to=/rooms/r-hanako/%3Fpage%3D2\" target=\"_blank\" rel=\"noopener\"",
        ] {
            assert!(page.contains(expected), "{code}: {expected}\n{page}");
        }
        // A reload, or the button, before the login: the same again, and it is still there.
        let again = browser.post("/rooms/r-hanako/sink?a=1", &from, form).await;
        assert!(again.text().contains("value=\"訪問\r\n&#60;b&#62;\""));
        browser.log_in(Settled::WORKER, PASSWORD).await;
        let sent = browser.post("/rooms/r-hanako/sink?a=1", &from, form).await;
        assert_eq!(sent.status, 200, "after the login it passes: {}", sent.text());
        assert!(sent.text().contains(&form.len().to_string()), "{}", sent.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_leads_back_to_a_page_of_this_site_and_to_no_other() {
    let house = House::open().await;
    let settled = house.settle().await;
    let mut browser = Browser::with(&house, &settled.credentials).await;
    let host = house.host();
    for (from, back) in [
        (browser.page("/rooms/r-hanako/?page=2"), "?return_to=/rooms/r-hanako/%3Fpage%3D2"),
        (browser.page("/"), ""),
        (browser.page(""), ""),
        (browser.page("/.gateway/check"), ""),
        (browser.page("//evil.example/"), ""),
        (browser.page("/%2e%2e/x"), ""),
        (format!("https://evil.example/?{host}/x"), ""),
        (format!("https://{}/x", host.replace("localhost", "evil-host")), ""),
        (format!("https://{host}.evil.example/x"), ""),
        (format!("https://{host}@evil.example/x"), ""),
        (format!("http://{host}/x"), ""),
        ("no address".to_owned(), ""),
        (String::new(), ""),
    ] {
        let told = browser.post("/rooms/r-hanako/sink", &from, "text=a").await;
        assert_eq!(told.status, 401, "{from}");
        let expected = format!("href=\"/.gateway/login{back}\"");
        assert!(told.text().contains(&expected), "{from}: {}", told.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_a_file_and_more_than_a_page_holds_are_not_repeated_in_it() {
    let house = House::open().await;
    let settled = house.settle().await;
    let mut browser = Browser::with(&house, &settled.credentials).await;
    for form in ["text=a&new_password=Secret-word-7", &format!("text={}", "Secret-word-7".repeat(6_000)), "text=%ff"] {
        let told = browser.post("/rooms/r-hanako/sink", "", form).await;
        assert_eq!(told.status, 401);
        let page = told.text();
        assert!(!page.contains("Secret-word-7") && page.contains("再読み込み"), "{page}");
    }
    // A program is told as before, and nothing is read for it.
    let answer = house.post_form(&mut browser.talk, "/rooms/r-hanako/sink", None, "text=a").await;
    assert_eq!(answer.problem(), (401, "KW-207".into(), "no_session".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn to_ask_when_a_session_ends_is_no_activity_and_tells_the_truth() {
    let sessions = "idle = \"600s\"\nabsolute = \"3600s\"".into();
    let house = House::planned(Plan { sessions, ..Plan::default() }).await;
    let settled = house.settle().await;
    let mut browser = Browser::with(&house, &settled.credentials).await;
    browser.log_in(Settled::WORKER, PASSWORD).await;
    let ends = async |browser: &mut Browser<'_>| {
        browser.get("/.gateway/whoami").await.json()["session_ends"].as_str().unwrap().to_owned()
    };
    let first = ends(&mut browser).await;
    let begun = house::now();
    until("a second has passed", async || house::now() > begun.plus(1)).await;
    assert_eq!(ends(&mut browser).await, first, "asked again, it ends no later");
    browser.get("/rooms/r-hanako/bytes/1").await;
    assert!(ends(&mut browser).await > first, "a page of the service was activity");
    browser.end_session(SessionEnd::Idle).await;
    let told = browser.get("/.gateway/whoami").await;
    assert!(told.json().get("session_ends").is_none());
    assert!(browser.session().is_some(), "who only asked is still told why, by the next request");
    assert!(browser.get(ROOM).await.text().contains("KW-203"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told_on_the_login_page_once_with_what_was_typed_and_nothing_in_the_address() {
    let house = House::open().await;
    let settled = house.settle().await;
    let mut browser = Browser::with(&house, &settled.credentials).await;
    let form = "login_id=k.sat0&password=wrong-Password-1&return_to=%2Frooms%2Fr-hanako%2F";
    let answer = browser.post("/.gateway/login", "", form).await;
    assert_eq!(led_to(&answer), "/.gateway/login");
    let set = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
    let set: Vec<_> = set.filter(|line| line.starts_with("__Host-notice=")).collect();
    assert!(set.len() == 1 && !set[0].contains("k.sat0"), "{set:?}");
    let line = house.line(|line| line["kind"] == "request" && line["method"] == "POST").await;
    assert_eq!((&line["outcome"], &line["code"]), (&"refused".into(), &"KW-201".into()), "{line}");
    assert_eq!(line["reason"], "unknown_id");
    let page = browser.get("/.gateway/login").await;
    assert_eq!(page.status, 200);
    for expected in
        ["KW-201", "value=\"k.sat0\"", "name=\"return_to\" value=\"/rooms/r-hanako/\"", line["ref"].as_str().unwrap()]
    {
        assert!(page.text().contains(expected), "{expected}\n{}", page.text());
    }
    assert!(!page.text().contains("wrong-Password-1"));
    assert!(!browser.get("/.gateway/login").await.text().contains("KW-201"), "a reload tells nothing again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_out_and_an_id_of_another_office_are_told_after_the_303_too() {
    let house = House::open().await;
    let settled = house.settle().await;
    house.office("1272200099").await;
    house.person("stranger", "1272200099", &[]).await;
    house.applied().await;
    let mut browser = Browser::with(&house, &settled.credentials).await;
    assert_eq!(led_to(&browser.log_in("stranger", PASSWORD).await), "/.gateway/login");
    let told = browser.get("/.gateway/login").await;
    assert!(told.status == 403 && told.text().contains("KW-108"), "{}", told.text());
    for _ in 0..5 {
        browser.log_in(Settled::WORKER, "wrong").await;
    }
    assert_eq!(led_to(&browser.log_in(Settled::WORKER, PASSWORD).await), "/.gateway/login");
    let told = browser.get("/.gateway/login").await.text();
    assert!(told.contains("KW-202") && told.contains("以降に、もう一度お試しください"), "{told}");
    // Who is no browser that shows a page gets the answer itself.
    let direct = house.try_login(&mut browser.talk, Settled::WORKER, PASSWORD).await;
    assert_eq!(direct.problem(), (429, "KW-202".into(), "locked".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_logged_in_is_told_so_at_the_login_page_and_a_link_logs_nobody_out() {
    let house = House::open().await;
    let settled = house.settle().await;
    let mut browser = Browser::with(&house, &settled.credentials).await;
    assert!(browser.get("/.gateway/logout").await.text().contains("ログアウトしました"), "nobody is asked twice");
    browser.log_in(Settled::WORKER, PASSWORD).await;
    let page = browser.get("/.gateway/login?return_to=/rooms/r-hanako/").await.text();
    for expected in
        ["<h1>ログインしています</h1>", Settled::WORKER, "href=\"/rooms/r-hanako/\"", "action=\"/.gateway/logout\""]
    {
        assert!(page.contains(expected), "{expected}\n{page}");
    }
    assert!(!page.contains("name=\"password\""));
    let asked = browser.get("/.gateway/logout").await;
    assert!(asked.status == 200 && asked.text().contains("<h1>ログアウトしますか</h1>"), "{}", asked.text());
    assert_eq!(browser.get("/rooms/r-hanako/bytes/1").await.status, 200, "nothing ended by it");
    let out = browser.post("/.gateway/logout", "", "").await;
    assert_eq!(led_to(&out), "/.gateway/login?logged_out");
    assert_eq!(out.headers["clear-site-data"], "\"cache\", \"storage\"");
    assert!(browser.session().is_none());
    assert!(browser.get("/.gateway/login?logged_out").await.text().contains("ログアウトしました。"));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_mistakes_of_the_password_page_are_told_at_once_after_a_303() {
    let house = House::open().await;
    let _desk = house.desk().await;
    let settled = house.settle().await;
    let mut browser = Browser::with(&house, &settled.credentials).await;
    browser.log_in(Settled::WORKER, PASSWORD).await;
    let wrong = "password=Not-my-own-1&new_password=short&new_password_again=shirt";
    let answer = browser.post("/.gateway/password", "", wrong).await;
    assert_eq!(led_to(&answer), "/.gateway/password");
    let page = browser.get("/.gateway/password").await.text();
    for expected in ["今のパスワードが違います", "短すぎます", "数字を1文字以上", "一致していません"]
    {
        assert!(page.contains(expected), "{expected}\n{page}");
    }
    assert!(!page.contains("shirt") && !page.contains("Not-my-own-1"), "no password is written on a page");
    // What only the owner of the password may learn: that a new one was used before.
    let used = format!("password=Not-my-own-1&new_password={PASSWORD}&new_password_again={PASSWORD}");
    browser.post("/.gateway/password", "", &used).await;
    let page = browser.get("/.gateway/password").await.text();
    assert!(page.contains("今のパスワードが違います") && !page.contains("以前に使った"), "{page}");
    // Two that differ change nothing, and are no guess.
    let differ = format!("password={PASSWORD}&new_password={NEW}&new_password_again={NEW}x");
    browser.post("/.gateway/password", "", &differ).await;
    assert!(browser.get("/.gateway/password").await.text().contains("一致していません"));
    // A blank that came along with a copied password is none of it.
    let copied = format!("password={PASSWORD}+&new_password={NEW}&new_password_again={NEW}%09");
    assert_eq!(led_to(&browser.post("/.gateway/password", "", &copied).await), "/.gateway/password");
    assert!(browser.get("/.gateway/password").await.text().contains("パスワードを変更しました"));
    assert!(!browser.get("/.gateway/password").await.text().contains("パスワードを変更しました"), "told once");
    assert_eq!(browser.log_in(Settled::WORKER, &format!("{NEW}+")).await.headers["location"], "/");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_initial_password_is_not_asked_for_twice_and_stands_for_nobody_elses_session() {
    let house = House::open().await;
    let _desk = house.desk().await;
    let settled = house.settle().await;
    house.person_with_initial_password("n.new", OFFICE, &[]).await;
    house.applied().await;
    let mut browser = Browser::with(&house, &settled.credentials).await;
    assert_eq!(led_to(&browser.log_in("n.new", PASSWORD).await), "/.gateway/password");
    let page = browser.get("/.gateway/password").await.text();
    assert!(page.contains("name=\"new_password\"") && !page.contains("name=\"password\""), "{page}");
    browser.post("/.gateway/password", "", "new_password=short&new_password_again=short").await;
    let page = browser.get("/.gateway/password").await.text();
    assert!(page.contains("短すぎます") && !page.contains("name=\"password\""), "{page}");
    let chosen = format!("new_password={NEW}&new_password_again={NEW}");
    browser.post("/.gateway/password", "", &chosen).await;
    assert!(browser.get("/.gateway/password").await.text().contains("パスワードを変更しました"));
    // From now on it is the person's own, and the session stands for it no more.
    let again = format!("new_password={NEW}9&new_password_again={NEW}9");
    browser.post("/.gateway/password", "", &again).await;
    let page = browser.get("/.gateway/password").await.text();
    assert!(page.contains("もう一度入力してください") && page.contains("name=\"password\""), "{page}");
    assert_eq!(browser.log_in("n.new", NEW).await.headers["location"], "/");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_another_ca_is_named_by_its_issuer() {
    let house = House::open().await;
    let settled = house.settle().await;
    for (ca, told) in [
        ("Aozora Clinic", "Aozora Clinic Issuing CA 1の証明書が選ばれました。"),
        ("国民健康保険中央会", "国保中央会の証明書が選ばれました。"),
        ("\u{202e}<b>", "&#60;b&#62; Issuing CA 1の証明書が選ばれました。"),
    ] {
        let foreign = Ca::new(ca).sign(settled.device, &Leaf::default());
        let mut browser = Browser::with(&house, &foreign).await;
        let page = browser.get(ROOM).await;
        assert_eq!(page.status, 403);
        let page = page.text();
        assert!(page.contains(told) && page.contains("KW-101") && page.contains("Kashiwani-Net …"), "{page}");
        assert!(!page.contains('\u{202e}'));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn for_30_days_after_its_end_a_certificate_leads_to_the_desk_with_the_gateways_word() {
    let help = "desk = \"desk-public\"";
    let more = "[[upstream]]\nname = \"desk-public\"\nurl = \"unix:{dir}/desk-public.sock\"\n\
                [guidance]\nhelp_url = \"https://help.example.jp\"\n";
    let house = House::planned(Plan { help: help.into(), more: more.into(), ..Plan::default() }).await;
    house.settle().await;
    const DAY: i64 = 86_400;
    for (ended, shown) in [(-2 * DAY, true), (-29 * DAY, true), (-31 * DAY, false)] {
        let device = house.approved_device(OFFICE, &[]).await;
        let leaf = Leaf::between(-400 * DAY, ended);
        let old = house.certificate(device, &leaf, ca_tools::rows::Purpose::First).await;
        house.applied().await;
        let mut browser = Browser::with(&house, &old).await;
        let page = browser.get(ROOM).await.text();
        assert!(page.contains("KW-102") && page.contains(&device.to_string()), "{page}");
        assert_eq!(page.contains("https://help.example.jp/pickup/renew?for=ey"), shown, "{page}");
        assert_eq!(page.contains("更新の期間は過ぎました"), !shown, "{page}");
    }
}
