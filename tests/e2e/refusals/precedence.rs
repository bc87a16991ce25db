//! Where two refusals hold, the one that is further up is told (gateway/README.md#refusals), whoever asks and for whatever.

use std::time::Duration;

use ca_tools::acts::By;
use ca_tools::rows::Purpose;
use gateway::config::Config;
use gateway::refusal::Refusal;
use house::{
    Answer, Ca, Credentials, House, Leaf, OFFICE, OTHER_OFFICE, PASSWORD, Plan, Program, Settled, Store, Talk, by,
    empty, now, until,
};
use http::Method;
use registry::change::RevokedReason;

/// The order in which refusals are found out.
const ORDER: [&str; 32] = [
    "misdirected",
    "bad_request",
    "wrong_browser",
    "log_unavailable",
    "registry_stale",
    "registry_forked",
    "no_cert",
    "foreign_cert",
    "unknown_device",
    "revoked",
    "superseded",
    "suspended",
    "office_suspended",
    "not_approved",
    "not_yet_valid",
    "expired",
    "cross_site",
    "session_store_unavailable",
    "no_session",
    "session_absolute",
    "session_idle",
    "session_cert_mismatch",
    "user_deleted",
    "user_suspended",
    "maintenance_closed",
    "office_mismatch",
    "user_not_on_device",
    "must_change_password",
    "no_route",
    "not_invited",
    "training_needed",
    "policy_denied",
];

/// The reader of a deleted ID's page is told no more than of a wrong password.
fn as_told(reason: &str) -> &str {
    if reason == "user_deleted" { "login_failed" } else { reason }
}

/// Of these, all of which hold, the first is told.
fn first_is_told(answer: &Answer, holding: &[&'static str]) {
    let place = |reason: &&str| ORDER.iter().position(|one| one == reason).unwrap_or_else(|| panic!("{reason}?"));
    let first = holding.iter().min_by_key(|reason| place(reason)).unwrap();
    let (_, _, told) = answer.problem();
    assert_eq!(told, as_told(first), "of {holding:?}");
}

/// A request in which these hold, beside whatever is wrong with who asks.
const REQUEST_FAULTS: [&[&str]; 7] = [
    &["misdirected"],
    &["bad_request"],
    &["wrong_browser"],
    &["misdirected", "bad_request"],
    &["misdirected", "wrong_browser"],
    &["bad_request", "wrong_browser"],
    &["misdirected", "bad_request", "wrong_browser"],
];

const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      CriOS/126.0.6478.35 Mobile/15E148 Safari/604.1";

/// Asks for `path` with these faults, and as another site's form where `cross_site` is among them.
async fn ask(house: &House, talk: &mut Talk, (path, cookie): (&str, Option<&str>), faults: &[&str]) -> Answer {
    let has = |fault: &str| faults.contains(&fault);
    let host = if has("misdirected") { "other.example".to_owned() } else { house.host() };
    let path = if has("bad_request") { format!("{path}/%2e%2e/x") } else { path.to_owned() };
    let method = if has("cross_site") { Method::POST } else { Method::GET };
    let mut request = house::request(method, &host, &path, cookie);
    if has("wrong_browser") {
        request = request.header("user-agent", IPHONE);
    }
    if has("cross_site") {
        request = request.header("sec-fetch-site", "cross-site");
    }
    talk.ask(request.header("accept", "application/json").body(empty()).unwrap()).await.unwrap()
}

const ROOM: &str = "/rooms/r-hanako/bytes/1";

/// Every refusal of a request before it is asked who sent it, over these; and then these alone.
async fn with_every_request_fault(
    house: &House,
    credentials: Option<&Credentials>,
    cookie: Option<&str>,
    holding: &[&'static str],
) {
    let mut talk = Talk::open(&house.opening(credentials)).await.unwrap();
    for faults in REQUEST_FAULTS {
        let answer = ask(house, &mut talk, (ROOM, cookie), faults).await;
        first_is_told(&answer, &[faults, holding].concat());
    }
    first_is_told(&ask(house, &mut talk, (ROOM, cookie), &[]).await, holding);
    let crossed = ask(house, &mut talk, (ROOM, cookie), &["cross_site"]).await;
    first_is_told(&crossed, &[holding, &["cross_site"]].concat());
}

/// A device of an office of its own in which all of these hold.
async fn device_with(house: &House, number: usize, holding: &[&str]) -> Credentials {
    let has = |fault: &str| holding.contains(&fault);
    let office = format!("13{number:08}");
    house.office(&office).await;
    let device = house.approved_device(&office, &[]).await;
    let leaf = if has("expired") {
        Leaf::between(-9 * 86_400, -86_400)
    } else if has("not_yet_valid") {
        Leaf::between(86_400, 9 * 86_400)
    } else {
        Leaf::default()
    };
    let credentials = house.certificate(device, &leaf, Purpose::First).await;
    if has("superseded") {
        // At a moment when the first one was in force.
        let at = now().plus(if has("expired") {
            -2 * 86_400
        } else if has("not_yet_valid") {
            2 * 86_400
        } else {
            0
        });
        let next = house.ca.sign(device, &Leaf::default());
        house.record_by(&By { at, ..by() }, device, (&next, Purpose::Renewal { grace: 0 })).await;
    }
    if has("not_approved") {
        let past = By { at: now().plus(-100), ..by() };
        house.writer.approve_device(&past, device, Some(now().plus(-1))).await.unwrap();
    }
    if has("suspended") {
        house.writer.suspend_device(&by(), device).await.unwrap();
    }
    if has("office_suspended") {
        house.writer.suspend_office(&by(), &office.parse().unwrap()).await.unwrap();
    }
    if has("revoked") {
        house.writer.revoke(&by(), device, None, RevokedReason::Other).await.unwrap();
    }
    credentials
}

#[test]
fn the_order_of_refusals_is_that_of_the_enum() {
    let all: Vec<_> = Refusal::ALL.iter().map(|refusal| refusal.reason()).collect();
    let mut told: Vec<&str> = all.iter().copied().filter(|reason| ORDER.contains(reason)).collect();
    told.dedup();
    assert_eq!(told, ORDER);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_faults_of_a_device_the_earlier_one_is_told() {
    // Some hundreds are refused here, as fast as may be.
    let house = House::planned(Plan { limits: "stranger_burst = 10000".into(), ..Plan::default() }).await;
    let settled = house.settle().await;
    let faults = ["revoked", "superseded", "suspended", "office_suspended", "not_approved", "not_yet_valid", "expired"];
    let mut cases = Vec::new();
    for (at, one) in faults.iter().enumerate() {
        cases.push(vec![*one]);
        // One that is not yet valid is not expired, and has had no time to be renewed.
        let never = [("superseded", "not_yet_valid"), ("not_yet_valid", "expired")];
        let others = faults[at + 1..].iter().filter(|other| !never.contains(&(*one, **other)));
        cases.extend(others.map(|other| vec![*one, *other]));
    }
    cases.push(faults.iter().copied().filter(|fault| *fault != "not_yet_valid").collect());
    cases.push(faults.iter().copied().filter(|fault| !["expired", "superseded"].contains(fault)).collect());
    let mut devices = Vec::new();
    for (number, holding) in cases.iter().enumerate() {
        devices.push(device_with(&house, number, holding).await);
    }
    house.applied().await;
    for (holding, credentials) in cases.iter().zip(&devices) {
        with_every_request_fault(&house, Some(credentials), None, holding).await;
        let mut talk = Talk::open(&house.opening(Some(credentials))).await.unwrap();
        let unasked = ask(&house, &mut talk, ("/nowhere", None), &[]).await;
        first_is_told(&unasked, &[holding, &["no_session", "no_route"][..]].concat());
    }
    let twin = Ca::new("Device").sign(settled.device, &Leaf::between(-9 * 86_400, -86_400));
    let unknown = house.ca.sign(certs::DeviceNo::new(999_999).unwrap(), &Leaf::between(-9 * 86_400, -86_400));
    with_every_request_fault(&house, None, None, &["no_cert", "no_session"]).await;
    with_every_request_fault(&house, Some(&twin), None, &["foreign_cert", "expired", "no_session"]).await;
    with_every_request_fault(&house, Some(&unknown), None, &["unknown_device", "expired", "no_session"]).await;
    assert_eq!(house.backend.entered(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_registry_is_told_before_who_asks_and_a_log_that_cannot_be_written_before_that() {
    let plan = Plan { registry: "max_age = \"3s\"".into(), limits: "stranger_burst = 10000".into(), ..Plan::default() };
    let house = House::planned(plan).await;
    let settled = house.settle().await;
    let revoked = device_with(&house, 1, &["revoked"]).await;
    house.applied().await;
    let program = Program::start_short(&house, env!("CARGO_BIN_EXE_gateway-program"), 20_000);
    let opening = |credentials| program.opening(house.opening(credentials));
    let full = async |talk: &mut Talk, faults: &[&str]| ask(&house, talk, (ROOM, None), faults).await;
    // A stranger's lines would fold before.
    let mut known = Talk::open(&opening(Some(&settled.credentials))).await.unwrap();
    until("its disk is full", async || full(&mut known, &[]).await.problem().2 == "log_unavailable").await;
    let mut talk = Talk::open(&opening(None)).await.unwrap();
    for credentials in [None, Some(&revoked), Some(&settled.credentials)] {
        let mut talk = Talk::open(&opening(credentials)).await.unwrap();
        for faults in REQUEST_FAULTS {
            let holding = [faults, &["log_unavailable", "no_session"]].concat();
            first_is_told(&full(&mut talk, faults).await, &holding);
        }
    }
    let mut lost = Talk::open(&opening(Some(&revoked))).await.unwrap();
    first_is_told(&full(&mut talk, &[]).await, &["log_unavailable", "no_cert"]);
    first_is_told(&full(&mut lost, &["cross_site"]).await, &["log_unavailable", "revoked", "cross_site"]);
    std::fs::rename(house.dir.join("registry.db"), house.dir.join("away.db")).unwrap();
    let mut here = house.talk(&settled.credentials).await;
    until("the registry is stale", async || {
        ask(&house, &mut here, (ROOM, None), &[]).await.problem().2 == "registry_stale"
    })
    .await;
    first_is_told(&full(&mut lost, &[]).await, &["log_unavailable", "registry_stale", "revoked"]);
    with_every_request_fault(&house, None, None, &["registry_stale", "no_cert"]).await;
    with_every_request_fault(&house, Some(&revoked), None, &["registry_stale", "revoked", "no_session"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_faults_of_a_session_the_earlier_one_is_told() {
    for store in [Store::Redis, Store::Memory] {
        let mut house = House::with(store).await;
        let settled = house.settle().await;
        for id in ["gone", "held", "gone2"] {
            house.person(id, OFFICE, &[]).await;
        }
        for id in ["fresh", "fresh-held"] {
            house.person_with_initial_password(id, OFFICE, &[]).await;
        }
        let (_, second) = house.device(OFFICE).await;
        house.applied().await;
        let (mut talk, mut other) = (house.talk(&settled.credentials).await, house.talk(&second).await);
        let mut cookies = Vec::new();
        for id in ["gone", "held", "gone2", "fresh", "fresh-held"] {
            cookies.push(house.login(&mut talk, id).await);
        }
        let [gone, held, taken, fresh, fresh_held] = &cookies[..] else { unreachable!() };
        let foreign = "/rooms/r-jiro/bytes/1";
        for (what, target, holding) in [
            (Some(fresh), ROOM, &["must_change_password"][..]),
            (Some(fresh), "/.gateway/nothing", &["must_change_password", "no_route"]),
            (Some(fresh), foreign, &["must_change_password", "not_invited"]),
            (None, "/.gateway/nothing", &["no_session", "no_route"]),
            (None, foreign, &["no_session", "not_invited"]),
        ] {
            let cookie = what.map(String::as_str);
            first_is_told(&ask(&house, &mut talk, (target, cookie), &[]).await, holding);
            let crossed = ask(&house, &mut talk, (target, cookie), &["cross_site"]).await;
            first_is_told(&crossed, &[holding, &["cross_site"]].concat());
        }
        for id in ["gone", "gone2"] {
            house.writer.delete_user(&by(), &id.parse().unwrap()).await.unwrap();
        }
        for id in ["held", "fresh-held"] {
            house.writer.suspend_user(&by(), &id.parse().unwrap()).await.unwrap();
        }
        house.applied().await;
        for (cookie, holding) in [
            (gone, &["user_deleted"][..]),
            (held, &["user_suspended"]),
            (fresh_held, &["user_suspended", "must_change_password"]),
        ] {
            for (target, more) in [(ROOM, &[][..]), ("/.gateway/nothing", &["no_route"]), (foreign, &["not_invited"])] {
                let answer = ask(&house, &mut talk, (target, Some(cookie)), &[]).await;
                first_is_told(&answer, &[holding, more].concat());
            }
        }
        let elsewhere = ask(&house, &mut other, (ROOM, Some(taken)), &[]).await;
        first_is_told(&elsewhere, &["session_cert_mismatch", "user_deleted"]);
        // Each logs in where its limit is in force already: what ended it stays what it was, whoever notices it first.
        let lasted = Duration::from_secs(1);
        for (absolute, holding) in [
            (None, &["session_idle", "session_cert_mismatch"][..]),
            (Some(lasted), &["session_absolute", "session_idle", "session_cert_mismatch"]),
        ] {
            let mut lasting = Config::parse(&house.configuration).unwrap();
            lasting.sessions.idle = lasted;
            lasting.sessions.absolute = absolute.unwrap_or(lasting.sessions.absolute);
            house.gateway.reload_with(lasting).unwrap();
            let left = house.login(&mut talk, Settled::WORKER).await;
            let since = now();
            until("it was left alone", async || now() >= since.plus(2)).await;
            first_is_told(&ask(&house, &mut other, (ROOM, Some(&left)), &[]).await, holding);
        }
        house.gateway.reload_with(Config::parse(&house.configuration).unwrap()).unwrap();
        let left = house.login(&mut talk, Settled::WORKER).await;
        if let Some(redis) = house.redis.as_mut() {
            redis.stop();
            let mut told = async |cookie, faults: &[&str]| ask(&house, &mut talk, (ROOM, cookie), faults).await;
            until("the store is missed", async || {
                told(Some(left.as_str()), &[]).await.problem().2 == "session_store_unavailable"
            })
            .await;
            first_is_told(&told(None, &[]).await, &["session_store_unavailable", "no_session"]);
            let crossed = told(None, &["cross_site"]).await;
            first_is_told(&crossed, &["cross_site", "session_store_unavailable", "no_session"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_login_and_in_the_policies_the_earlier_one_is_told() {
    let house = House::open().await;
    let settled = house.settle().await;
    house.person_with_initial_password("fresh", OTHER_OFFICE, &[]).await;
    house.person("held", OTHER_OFFICE, &[]).await;
    house.writer.suspend_user(&by(), &"held".parse().unwrap()).await.unwrap();
    house.person("hoshu", OTHER_OFFICE, &[]).await;
    house.writer.make_maintenance(&by(), &"hoshu".parse().unwrap()).await.unwrap();
    let listed = house.approved_device(OFFICE, &[Settled::WORKER]).await;
    let listed = house.certificate(listed, &Leaf::default(), Purpose::First).await;
    house.person_with_initial_password("unlisted", OFFICE, &[]).await;
    house.applied().await;
    let mut talk = house.talk(&listed).await;
    for (id, holding) in [
        ("held", &["user_suspended", "office_mismatch", "user_not_on_device"][..]),
        ("hoshu", &["maintenance_closed", "office_mismatch", "user_not_on_device"]),
        ("fresh", &["office_mismatch", "user_not_on_device", "must_change_password"]),
        ("unlisted", &["user_not_on_device", "must_change_password"]),
    ] {
        first_is_told(&house.try_login(&mut talk, id, PASSWORD).await, holding);
    }
    let directory = house.dir.join("policies");
    std::fs::create_dir(&directory).unwrap();
    house::write(&directory.join("care-record.cedar"), include_str!("../../../policies/care-record.cedar"));
    let closed = "@id(\"night\") @reason(\"policy_denied\")\n\
                  forbid (principal is SystemUser, action == Action::\"enter_room\", resource is Room);\n";
    house::write(&directory.join("closed.cedar"), closed);
    let policies = format!("[policies]\ndirectory = \"{}\"\n[limits]", directory.display());
    let config = Config::parse(&house.configuration.replace("[limits]", &policies)).unwrap();
    house.gateway.reload_with(config).unwrap();
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    let asked = async |talk: &mut Talk, path| ask(&house, talk, (path, Some(cookie.as_str())), &[]).await;
    first_is_told(&asked(&mut talk, ROOM).await, &["policy_denied"]);
    first_is_told(&asked(&mut talk, "/rooms/r-jiro/bytes/1").await, &["not_invited", "policy_denied"]);
}
