//! The console of a large house: what it counts is what its lists hold, no page is heavy, and who reads on misses nothing.

use crate::fixtures::console::{APPROVER, CLERK, CUSTODIAN, Console, OPS};
use crate::fixtures::doors::Page;
use crate::fixtures::house::House;

/// No page has more octets.
const HEAVIEST: usize = 150 * 1024;

/// Behind the writer's back, also while a test waits in a runtime.
fn meddle(house: &House, sql: &str) {
    std::thread::scope(|scope| scope.spawn(|| house.meddle(sql)).join().unwrap());
}

/// Where a page goes on, if it does.
fn next(page: &Page) -> Option<String> {
    let rest = page.text.split("rel=\"next\" href=\"").nth(1)?;
    Some(rest.split('"').next()?.replace("&#38;", "&").replace("&amp;", "&"))
}

/// The links of a table's rows, over all pages, each looked at by `between` before it is left.
async fn rows(console: &Console, path: &str, mut between: impl FnMut(usize)) -> Vec<String> {
    let (mut path, mut rows) = (path.to_owned(), Vec::new());
    for turned in 0..40 {
        let page = console.get(APPROVER, &path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        assert!(page.text.len() <= HEAVIEST, "{path} has {} octets", page.text.len());
        let links = page.text.split("<th scope=\"row\"><a href=\"").skip(1);
        rows.extend(links.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        between(turned);
        match next(&page) {
            Some(next) => path = next,
            None => return rows,
        }
    }
    panic!("{path} has no end");
}

/// Each figure of the first page: where it leads, and the number.
fn figures(page: &Page) -> Vec<(String, usize)> {
    let each = page.text.split("<tr><th scope=\"row\"><a href=\"").skip(1);
    let figure = |rest: &str| {
        let (path, rest) = rest.split_once('"')?;
        let number = rest.split("<td class=\"number\">").nth(1)?.split('<').next()?;
        Some((path.replace("&#38;", "&").replace("&amp;", "&"), number.parse().ok()?))
    };
    each.filter_map(figure).collect()
}

/// How much there is of it where the figure leads.
async fn held(console: &Console, path: &str) -> usize {
    if path == "/console/operations/" {
        let page = console.get(OPS, path).await;
        // A gateway, a list, a certificate of the house's own: each that wants somebody is marked so.
        return page.text.matches("<span class=\"state care\">").count()
            + page.text.matches("<span class=\"state stop\">").count();
    }
    if path.starts_with("/console/proposals") {
        let page = console.get(APPROVER, path.split('#').next().unwrap()).await;
        let reviews =
            page.text.split("<h2 id=\"reviews\">").nth(1).map_or("", |rest| rest.split("<h2>").next().unwrap());
        let all = page.text.matches("<tr><td><a href=\"/console/proposals/").count();
        let reviews = reviews.matches("<tr><td><a href=\"/console/proposals/").count();
        return if path.ends_with("#reviews") { reviews } else { all - reviews };
    }
    rows(console, path, |_| ()).await.len()
}

/// Of everything that waits there is some, and beside it some that does not.
fn furnish(house: &House) {
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    house.done("example house --offices 60 --people 400 --devices 3000 --days 2 --refusals 90 --why 試験");
    let soon = now + 86_400;
    let long_ago = now - 40 * 86_400;
    meddle(house, &format!("UPDATE mails SET state = 'refused', ended_at = {now} WHERE mail IN (100001, 100002)"));
    meddle(house, &format!("UPDATE mails SET state = 'refused', ended_at = {long_ago} WHERE mail = 100003"));
    meddle(house, &format!("UPDATE mails SET state = 'refused', given_up = 1, ended_at = {now} WHERE mail = 100004"));
    meddle(
        house,
        &format!(
            "UPDATE applications SET state = 'inspected', inspection_until = {soon} WHERE application = 'A-2025-000012'"
        ),
    );
    for (gateway, applied, told, retired) in
        [("gw-1", 1, now, "NULL"), ("gw-2", 1, now - 3 * 86_400, "NULL"), ("gw-3", 1, now - 600, "9999999999")]
    {
        meddle(
            house,
            &format!(
                "INSERT INTO gateways (gateway, boot, sequence, applied, told_at, dropped, retired_at) \
             VALUES ('{gateway}', 'b', 1, {applied}, {told}, 0, {retired})"
            ),
        );
    }
    for n in 0..6 {
        meddle(
            house,
            &format!(
                "INSERT INTO told_lines (gateway, kind, sequence, at, line, login, worth, reason, happened_at, times) VALUES \
             ('gw-1', 'request', {n}, {now}, '{{}}', 'kn-100007', 'login', 'wrong_password', {now}, 1)"
            ),
        );
    }
    for (n, state, until) in [(1, "open", soon), (2, "approved", soon), (3, "rejected", soon), (4, "open", now - 60)] {
        meddle(
            house,
            &format!(
                "INSERT INTO proposals (proposal, kind, act, touched, before_act, after_act, facts, epoch, why, proposed_by, \
             proposed_at, until, state, version) VALUES ('P-00000{n}', 'suspend_person', '{{}}', '[]', '[]', '[]', '[]', 0, \
             'w', 'setup', {now}, {until}, '{state}', 1)"
            ),
        );
    }
    for (n, reviewed) in [(1, "NULL"), (2, "5")] {
        meddle(
            house,
            &format!(
                "INSERT INTO broken_glasses (broken_glass, kind, act, touched, why, broken_by, broken_at, event, until, \
             reviewed_at, version) VALUES ('B-00000{n}', 'suspend_person', '{{}}', '[]', 'w', 'setup', {now}, 1, {soon}, \
             {reviewed}, 1)"
            ),
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_figure_of_the_first_page_is_what_its_list_holds() {
    for house in House::both() {
        let house = house.furnish();
        furnish(&house);
        let console = Console::of(house);
        let page = console.get(APPROVER, "/console/").await;
        let figures = figures(&page);
        for kind in [
            "applications?state=received",
            "applications?state=inspected",
            "proposals?state=waiting",
            "proposals?state=waiting#reviews",
            "tickets?ending=2",
            "certificates?ending=30",
            "certificates?ending=30-60",
            "certificates?ending=60-90",
            "people?locked=1",
            "letters?state=refused",
            "letters?state=given_up",
            "devices?refused=expired",
            "operations/",
            "certificates?office=",
        ] {
            assert!(figures.iter().any(|(path, _)| path.contains(kind)), "no {kind} on {}", page.body());
        }
        for (path, figure) in figures {
            assert_eq!(held(&console, &path).await, figure, "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_is_heavy_however_large_an_office_a_room_or_what_a_person_may_enter() {
    let house = House::furnished();
    house.done("example house --offices 2 --people 1600 --devices 2200 --days 2 --refusals 60 --why 試験");
    meddle(
        &house,
        "WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 499) \
         INSERT INTO rooms (room, name, state, version) SELECT 'large-' || n, '部屋', 'open', 1 FROM n",
    );
    for sql in [
        "SELECT room, 'kn-100001', 'invited', 1 FROM rooms WHERE room LIKE 'large-%'",
        "SELECT 'example-0', login_id, 'invited', 1 FROM system_users WHERE login_id LIKE 'kn-%'",
    ] {
        meddle(&house, &format!("INSERT OR IGNORE INTO invitations (room, login_id, state, version) {sql}"));
    }
    let console = Console::of(house);
    let members = rows(&console, "/console/rooms/example-0", |_| ()).await;
    assert_eq!(members.len(), 800, "each of them once, over all pages of the room");
    let first = console.get(CLERK, "/console/rooms/example-0").await;
    assert!(first.says("参加者（800人）"), "{}", first.body());
    let mut waits: Vec<String> = [
        "offices/9000000001",
        "people/kn-100001",
        "devices/DEV-100001",
        "rooms/example-0",
        "why?q=9000000001",
        "search?q=1",
        "audit?about=9000000001",
        "change/applications/new/receive?kind=ids&office=9000000001",
        "change/applications/new/receive?kind=office_change&office=9000000001",
        "change/applications/new/receive?kind=certificate&office=9000000001",
    ]
    .map(|path| format!("/console/{path}"))
    .to_vec();
    let mut seen = std::collections::BTreeSet::new();
    while let Some(path) = waits.pop() {
        let who = if path.starts_with("/console/custody/") { CUSTODIAN } else { APPROVER };
        let page = console.get(who, &path).await;
        assert!(page.text.len() <= HEAVIEST, "{path} has {} octets", page.text.len());
        // And whatever can be done there.
        for link in page.text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let acts =
                ["/console/change/", "/console/approve/", "/console/custody/"].iter().any(|act| link.starts_with(act));
            let of_them = ["9000000001", "kn-100001/", "DEV-100001/", "example-0/"].iter().any(|id| link.contains(id));
            if acts && of_them && seen.insert(link.split("user=").next().unwrap().to_owned()) {
                waits.push(link.replace("&#38;", "&"));
            }
        }
    }
    assert!(seen.len() > 12, "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_on_while_rows_are_added_sees_each_row_once_and_misses_none() {
    for house in House::both() {
        let house = house.furnish();
        house.done("example house --offices 130 --people 260 --devices 260 --days 1 --refusals 10 --why 試験");
        let console = Console::of(house);
        let columns = "office, label, os, ownership, stage, suspended, checklist, application, version";
        let device = |number: usize| {
            format!(
                "INSERT INTO devices (device, {columns}) SELECT {number}, {columns} FROM devices WHERE device = 100001"
            )
        };
        for (path, before) in [
            ("/console/devices", 261),
            ("/console/devices?sort=-device", 261),
            ("/console/devices?sort=office", 261),
            ("/console/devices?office=9000000001&sort=-device", 2),
        ] {
            let was = rows(&console, path, |_| ()).await;
            assert!(was.len() >= before, "{path}");
            let seen = rows(&console, path, |turned| {
                // One that comes before all, and one behind all.
                let of = 1_000 + 20 * path.len() + turned;
                for number in [of, of + 800_000] {
                    meddle(console.house(), &device(number));
                }
            })
            .await;
            once_and_none_missing(path, (&was, &seen));
        }
        let path = "/console/search?q=example.jp";
        let was = rows(&console, path, |_| ()).await;
        assert!(was.len() > 130, "{}", was.len());
        let seen = rows(&console, path, |turned| {
            for place in ["1000000", "9999999"] {
                console.done(&format!(
                    "office register {place}{turned:03} --name 新規 --mail a@example.jp --application A-1"
                ));
            }
        })
        .await;
        once_and_none_missing(path, (&was, &seen));
    }
}

fn once_and_none_missing(path: &str, (was, seen): (&[String], &[String])) {
    let mut once = seen.to_vec();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), seen.len(), "{path}: one stands there twice");
    let missing: Vec<_> = was.iter().filter(|row| !once.contains(row)).collect();
    assert!(missing.is_empty(), "{path}: {missing:?}");
}
