//! The console at the gate: each role reaches its own parts and no other, whatever address is typed, and the desk never hears
//! of what was refused. The routes are those of `deploy/gateway.toml`, the table is that of the policies' cases.

use ca_tools::acts::{By, NewPassword, Person, ProofMethod, RolesChanged};
use house::{Answer, Credentials, Desk, House, OFFICE, OTHER_OFFICE, PASSWORD, Plan, Talk, by, hash, now};
use http::Method;
use http_body_util::Full;
use registry::{LoginId, Role};

const TABLE: &str = include_str!("../../../policies/cases/console.table");
const DEPLOYED: &str = include_str!("../../../deploy/gateway.toml");
const QUICKSTART: &str = include_str!("../../../deploy/demo/configuration.bash");

/// The parts of the console as policies call them, and something in each; of which nothing is done.
const PARTS: [(&str, &str); 7] = [
    ("console_home", "/console/"),
    ("console", "/console/devices/DEV-000001"),
    ("console_export", "/console/export/devices"),
    ("console_operations", "/console/operations/letters/1"),
    ("console_change", "/console/change/devices/DEV-999999/suspend"),
    ("console_approve", "/console/approve/proposals/P-000001/approve"),
    ("console_custody", "/console/custody/proposals/P-000001/approve"),
];

/// What leads into the console in a file that a house begins with.
fn console_routes(file: &str) -> Vec<toml::Table> {
    let routes = file.split("[[site.route]]").skip(1).map(|text| text.split("\n[[").next().unwrap());
    let routes = routes.map(|text| toml::from_str::<toml::Table>(text).unwrap());
    routes.filter(|route| route["path"].as_str().unwrap().starts_with("/console")).collect()
}

fn routes() -> String {
    let told = console_routes(DEPLOYED).iter().map(|route| format!("[[site.route]]\n{route}")).collect::<String>();
    assert!(!told.is_empty());
    told + "[[site.route]]\npath = \"/**\"\nupstream = \"care-record\"\narea = \"record\"\n"
}

/// A house with its desk, and a device of the city's own office.
struct Opened {
    house: House,
    city: Credentials,
    _desk: Desk,
}

async fn open() -> Opened {
    let house = House::planned(Plan { routes: routes(), ..Plan::default() }).await;
    let desk = house.desk().await;
    house.office(OFFICE).await;
    house.office(OTHER_OFFICE).await;
    let (_, city) = house.device(OFFICE).await;
    Opened { house, city, _desk: desk }
}

fn first() -> By {
    By { why: Some("a test".into()), ..By::of("first".parse().unwrap(), now(), ProofMethod::Console) }
}

impl Opened {
    /// An operator of the city; the first one holds every role, and registers the others.
    async fn operator(&self, login_id: &str, roles: &[Role]) -> LoginId {
        let by = if login_id == "first" { by() } else { first() };
        let person = Person {
            office: OFFICE.parse().unwrap(),
            name: "大塚 真一".into(),
            kana: String::new(),
            profession: "行政".into(),
            roles: roles.to_vec(),
            login_id: Some(login_id.parse().unwrap()),
        };
        let by = By { application: Some("A-0001".into()), ..by };
        let id = self.house.writer.add_user(&by, person, NewPassword { hash: hash(PASSWORD) }).await.unwrap();
        self.house.choose_password(&id, PASSWORD, now()).await;
        id
    }

    async fn ask(&self, talk: &mut Talk, (method, path): (&Method, &str), cookie: &str) -> Answer {
        let asked = self.house.request(method.clone(), path, Some(cookie)).header("accept", "application/problem+json");
        let asked = match *method {
            Method::GET => asked,
            _ => asked
                .header("sec-fetch-site", "same-origin")
                .header("content-type", "application/x-www-form-urlencoded"),
        };
        talk.ask(asked.body(Full::new("why=x".into())).unwrap()).await.unwrap()
    }

    /// The one line of this request.
    async fn line(&self, user: &str, (method, path): (&Method, &str)) -> serde_json::Value {
        let its = |line: &serde_json::Value| {
            line["kind"] == "request"
                && line["user"] == user
                && line["path"] == path
                && line["method"] == method.as_str()
        };
        self.house.line(its).await
    }
}

#[test]
fn both_set_ups_lead_into_the_console_by_the_same_routes_and_bind_each_request() {
    let deployed = console_routes(DEPLOYED);
    assert_eq!(deployed, console_routes(QUICKSTART));
    assert!(deployed.iter().all(|route| route["request_binding"].as_bool() == Some(true)), "{deployed:?}");
    assert!(deployed.iter().all(|route| route["upstream"].as_str() == Some("desk")), "{deployed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_reaches_its_parts_of_the_console_and_the_line_names_the_policy_that_let_in_or_refused() {
    let opened = open().await;
    let house = &opened.house;
    house.person("nurse", OTHER_OFFICE, &[]).await;
    house.person("colleague", OFFICE, &[]).await;
    let (_, clinic) = house.device(OTHER_OFFICE).await;
    opened.operator("first", &Role::ALL).await;
    // Who may approve comes last: from then on giving a role takes two.
    for role in [Role::RaClerk, Role::Auditor, Role::Ops, Role::CaCustodian, Role::RaApprover] {
        opened.operator(role.as_str(), &[role]).await;
    }
    house.applied().await;
    let mut rows = TABLE.lines().filter(|line| !line.starts_with('#')).map(str::split_whitespace);
    let areas: Vec<&str> = rows.next().unwrap().skip(1).collect();
    assert_eq!(areas, PARTS.map(|(area, _)| area));
    let mut asked = 0;
    for mut row in rows {
        let who = row.next().unwrap();
        let mut talk = house.talk(if who == "nurse" { &clinic } else { &opened.city }).await;
        let cookie = house.login(&mut talk, who).await;
        for ((area, path), may) in PARTS.iter().zip(row) {
            for (method, letter) in [(Method::GET, 'r'), (Method::POST, 'w')] {
                let answer = opened.ask(&mut talk, (&method, path), &cookie).await;
                let line = opened.line(who, (&method, path)).await;
                let policy = line["policy"].as_str().unwrap_or_else(|| panic!("no policy: {line}")).to_owned();
                let case = format!("{who} {method} {path}: {}", answer.text());
                let slug = area.replace('_', "-");
                if may.contains(letter) {
                    assert_eq!(line["outcome"], "passed", "{case}");
                    assert!(policy.starts_with(&format!("{slug}-for-")), "{case}: {policy}");
                    assert!(line["upstream_us"].is_u64(), "the desk answered: {line}");
                } else {
                    assert_eq!(answer.problem(), (403, "KW-113".into(), "policy_denied".into()), "{case}");
                    let is_read = may == "r-" && ["console_home", "console"].contains(area);
                    let forbids = if is_read { "console-is-read".to_owned() } else { format!("{slug}-by-role-only") };
                    assert_eq!(policy, forbids, "{case}");
                    assert!(line["upstream_us"].is_null(), "the desk heard of it: {line}");
                }
                asked += 1;
            }
        }
    }
    assert_eq!(asked, 7 * 7 * 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_who_types_an_approvers_address_is_refused_however_it_is_spelt() {
    let opened = open().await;
    opened.operator("first", &Role::ALL).await;
    opened.operator("clerk", &[Role::RaClerk]).await;
    opened.house.applied().await;
    let mut talk = opened.house.talk(&opened.city).await;
    let cookie = opened.house.login(&mut talk, "clerk").await;
    for (path, expected) in [
        ("/console/approve/proposals/P-000001/approve", (403, "KW-113")),
        ("/console/approve", (403, "KW-113")),
        ("/console/approve/", (403, "KW-113")),
        ("/console/custody/ca/retire", (403, "KW-113")),
        ("/console//approve/proposals/P-000001/approve", (400, "KW-306")),
        ("//console/approve/proposals/P-000001/approve", (400, "KW-306")),
        ("/console/./approve/proposals/P-000001/approve", (400, "KW-306")),
        ("/console/devices/../approve/proposals/P-000001/approve", (400, "KW-306")),
        ("/console/devices/%2e%2e/approve/proposals/P-000001/approve", (400, "KW-306")),
        ("/console/approve%2fproposals/P-000001/approve", (400, "KW-306")),
        ("/console/approve;x/proposals/P-000001/approve", (400, "KW-306")),
        ("/console\\approve/proposals/P-000001/approve", (400, "KW-306")),
        ("/console/Approve/proposals/P-000001/approve", (404, "KW-307")),
        ("/CONSOLE/approve/proposals/P-000001/approve", (404, "KW-307")),
        ("/console/%61pprove/proposals/P-000001/approve", (404, "KW-307")),
        ("/console/%2561pprove/proposals/P-000001/approve", (404, "KW-307")),
        ("/%63onsole/approve/proposals/P-000001/approve", (404, "KW-307")),
    ] {
        for method in [Method::GET, Method::POST] {
            let answer = opened.ask(&mut talk, (&method, path), &cookie).await;
            let (status, code, _) = answer.problem();
            assert_eq!((status, code.as_str()), expected, "{method} {path}");
            if status == 400 {
                talk = opened.house.talk(&opened.city).await;
            }
        }
    }
    let answer = opened.ask(&mut talk, (&Method::GET, "/console/devices"), &cookie).await;
    assert_ne!(answer.status, 403, "what a clerk reads is open: {}", answer.text());
}

/// Longer than what a gateway binds to its request, and shorter than what a house lets in.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_five_thousand_rows_comes_through_the_gate_to_be_looked_at() {
    let opened = open().await;
    opened.operator("first", &Role::ALL).await;
    opened.house.applied().await;
    let mut talk = opened.house.talk(&opened.city).await;
    let cookie = opened.house.login(&mut talk, "first").await;
    let rows: String = (0..5_000).map(|at| format!("L{at},部屋その{at}の長い名前\r\n")).collect();
    let body = format!(
        "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n部屋番号,部屋の名前\r\n{rows}\r\n--X--\r\n"
    );
    assert!(body.len() > 128 << 10);
    let path = "/console/change/import/rooms";
    let asked = opened.house.request(Method::POST, path, Some(&cookie)).header("sec-fetch-site", "same-origin");
    let asked = asked.header("content-type", "multipart/form-data; boundary=X");
    let answer = talk.ask(asked.body(Full::new(body.into())).unwrap()).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().contains("部屋5000件を開設します"), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_something_in_the_console_says_on_whose_page_it_was_sent() {
    let opened = open().await;
    opened.operator("first", &Role::ALL).await;
    opened.house.applied().await;
    let mut talk = opened.house.talk(&opened.city).await;
    let cookie = opened.house.login(&mut talk, "first").await;
    for (_, path) in PARTS {
        for header in [("x-none", "x"), ("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
            let asked = opened.house.request(Method::POST, path, Some(&cookie)).header(header.0, header.1);
            let asked = asked.header("accept", "application/problem+json").body(Full::new("a=b".into())).unwrap();
            let answer = talk.ask(asked).await.unwrap();
            assert_eq!(answer.problem(), (403, "KW-305".into(), "cross_site".into()), "{path} {header:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_taken_away_end_what_an_open_session_reaches_at_the_next_click() {
    let opened = open().await;
    let house = &opened.house;
    opened.operator("first", &Role::ALL).await;
    let clerk = opened.operator("clerk", &[Role::RaClerk]).await;
    house.applied().await;
    let mut talk = house.talk(&opened.city).await;
    let cookie = house.login(&mut talk, "clerk").await;
    let reads = async |talk: &mut Talk| opened.ask(talk, (&Method::GET, "/console/"), &cookie).await;
    assert_ne!(reads(&mut talk).await.status, 403);
    let rank = || [Role::RaClerk].into_iter().collect();
    let taken = RolesChanged { take: rank(), ..RolesChanged::default() };
    house.writer.change_roles(&first(), &clerk, &taken).await.unwrap();
    house.applied().await;
    assert_eq!(reads(&mut talk).await.problem(), (403, "KW-113".into(), "policy_denied".into()));
    for (area, path) in PARTS {
        for method in [Method::GET, Method::POST] {
            let answer = opened.ask(&mut talk, (&method, path), &cookie).await;
            assert_eq!(answer.problem(), (403, "KW-113".into(), "policy_denied".into()), "{area}");
        }
    }
    // The session is the person's still, and is the care worker's that they are now.
    assert_eq!(house.get(&mut talk, "/echo", Some(&cookie)).await.status, 200);
    let given = RolesChanged { give: rank(), ..RolesChanged::default() };
    house.writer.change_roles(&first(), &clerk, &given).await.unwrap();
    house.applied().await;
    assert_ne!(reads(&mut talk).await.status, 403);
}

/// Every address of the console to which this page leads, and every one to which a form of it is sent, by its attribute.
fn addresses<'p>(page: &'p str, attribute: &str) -> impl Iterator<Item = String> + use<'p> {
    let opening = format!("{attribute}=\"/console");
    page.match_indices(&opening).map(|(at, _)| at + attribute.len() + 2).collect::<Vec<_>>().into_iter().map(|at| {
        let address = page[at..].split('"').next().unwrap_or_default();
        address.split('#').next().unwrap_or_default().replace("&amp;", "&").replace("&#38;", "&")
    })
}

/// The same page of another thing looks alike: no more than so many of them are opened.
const ALIKE: usize = 3;

/// An address without the numbers in it.
fn shape(address: &str) -> String {
    address.chars().filter(|sign| !sign.is_ascii_digit()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_the_console_offers_its_reader_what_the_gate_or_the_desk_refuses() {
    let opened = open().await;
    let house = &opened.house;
    house.person("nurse", OTHER_OFFICE, &[]).await;
    house.device(OTHER_OFFICE).await;
    house.room("r-hanako", &["nurse"]).await;
    opened.operator("first", &Role::ALL).await;
    for role in [Role::RaClerk, Role::Auditor, Role::Ops, Role::CaCustodian, Role::RaApprover] {
        opened.operator(role.as_str(), &[role]).await;
    }
    house.applied().await;
    for who in ["first", "ra_clerk", "ra_approver", "auditor", "ca_custodian", "ops"] {
        let mut talk = house.talk(&opened.city).await;
        let cookie = house.login(&mut talk, who).await;
        let mut waiting = vec!["/console/".to_owned(), "/console/operations/".to_owned()];
        if who != "ops" {
            let things = ["devices/DEV-000001", "people/nurse", "rooms/r-hanako", "devices", "people", "audit"];
            waiting.extend(things.map(|thing| format!("/console/{thing}")));
        }
        let (mut seen, mut opened_pages) = (std::collections::HashMap::<String, usize>::new(), 0);
        while let Some(address) = waiting.pop() {
            let alike = seen.entry(shape(&address)).or_default();
            *alike += 1;
            if *alike > ALIKE {
                continue;
            }
            let answer = opened.ask(&mut talk, (&Method::GET, &address), &cookie).await;
            assert_ne!(answer.status, 403, "{who} is led to {address}: {}", answer.text());
            opened_pages += 1;
            let page = answer.text();
            for form in page.split("<form").skip(1).filter_map(|form| form.split('>').next()) {
                let sends = form.contains("method=\"post\"");
                for action in addresses(form, "action").filter(|_| sends) {
                    let part = action.split('/').nth(2).unwrap_or_default().to_owned();
                    let acts = ["change", "export", "approve", "custody", "operations"].contains(&part.as_str());
                    assert!(acts, "{who}: on {address} a form is sent to {action}, where nothing is changed");
                    waiting.push(action);
                }
            }
            waiting.extend(addresses(&page, "href"));
        }
        println!("{who}: {opened_pages} pages");
        assert!(opened_pages > 2, "{who} saw {opened_pages} pages");
    }
}
