//! うちの事業所: what people see of their own office, and what its contact does there.

use serde_json::Value as Json;

use crate::fixtures::console::{APPROVER, AUDITOR, CITY, Console};
use crate::fixtures::doors::{Doors, Page};
use crate::fixtures::house::House;

const HERE: &str = "1272200001";
const CONTACT: (&str, &str) = ("k.sato", HERE);
const COLLEAGUE: (&str, &str) = ("m.ito", HERE);
/// No page has more octets.
const HEAVIEST: usize = 150 * 1024;

/// Behind the writer's back, also while a test waits in a runtime.
fn meddle(house: &House, sql: &str) {
    std::thread::scope(|scope| scope.spawn(|| house.meddle(sql)).join().unwrap());
}

fn now() -> i64 {
    time::OffsetDateTime::now_utc().unix_timestamp()
}

/// An office with its contact, a colleague, a device of everybody's and one of each; rooms; and another office beside it.
fn furnished(house: House) -> House {
    let house = house.furnish();
    house.done(&format!("user add --office {HERE} --name 伊藤 --profession 介護職 --id m.ito --application A-4"));
    house.done("office contact k.sato");
    house.done("office register 1272200002 --name みどり --application A-5");
    house.done("user add --office 1272200002 --name 森 --profession 薬剤師 --id n.mori --application A-6");
    house.device();
    house.device();
    for (device, person) in [(2, "m.ito"), (3, "k.sato")] {
        meddle(&house, &format!("INSERT INTO device_users VALUES ({device}, '{person}', 'listed', 1)"));
    }
    for (room, people) in [("K-1", &["k.sato", "m.ito"][..]), ("K-2", &["k.sato"]), ("K-3", &["n.mori"])] {
        meddle(
            &house,
            &format!("INSERT INTO rooms (room, name, state, version) VALUES ('{room}', '山田花子様', 'open', 1)"),
        );
        for person in people {
            meddle(
                &house,
                &format!(
                    "INSERT INTO invitations (room, login_id, state, version) VALUES ('{room}', '{person}', 'invited', 1)"
                ),
            );
        }
    }
    for (sequence, login, device, reason) in
        [(1, "k.sato", 3, "NULL"), (2, "m.ito", 1, "NULL"), (3, "m.ito", 2, "'wrong_password'")]
    {
        let at = now() - 86_400 + sequence;
        let line = r#"{"tls_group":"X25519MLKEM768"}"#;
        meddle(
            &house,
            &format!(
                "INSERT INTO told_lines (gateway, kind, sequence, at, line, ref, login, device, worth, reason, happened_at, times) \
             VALUES ('gw', 'request', {sequence}, {at}, '{line}', 'R-{sequence}', '{login}', {device}, 'login', {reason}, {at}, 1)"
            ),
        );
    }
    house
}

async fn read(doors: &Doors, who: (&str, &str), path: &str) -> Page {
    let page = doors.as_person(who, path, None).await;
    assert_eq!(page.status, 200, "{path}: {page:?}");
    page
}

/// What it says must be there, and what must not.
fn says(page: &Page, there: &[&str], not_there: &[&str]) {
    for words in there {
        assert!(page.body().contains(words), "{words} is missing: {}", page.body());
    }
    for words in not_there {
        assert!(!page.body().contains(words), "{words} stands there: {}", page.body());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_sees_all_of_their_office_and_everybody_else_what_is_theirs() {
    for house in House::both() {
        let doors = Doors::of(furnished(house));
        let page = read(&doors, CONTACT, "/office/people").await;
        says(
            &page,
            &["佐藤（", "伊藤（", "カシワニネット担当者", "タブレット（DEV-000003）", "タブレット（DEV-000001）"],
            &["森"],
        );
        says(&read(&doors, COLLEAGUE, "/office/people").await, &["伊藤（"], &["佐藤", "森", "n.mori"]);

        let page = read(&doors, CONTACT, "/office/devices").await;
        says(
            &page,
            &["DEV-000001", "DEV-000002", "DEV-000003", "事業所の全員", "伊藤（m.ito）", "電子証明書なし"],
            &[],
        );
        says(&page, &["/office/devices/DEV-000002/retire"], &["/office/devices/DEV-000001/retire"]);
        let page = read(&doors, COLLEAGUE, "/office/devices").await;
        says(&page, &["DEV-000001", "DEV-000002"], &["DEV-000003", "/retire"]);

        let page = read(&doors, CONTACT, "/office/rooms").await;
        says(&page, &["K-1", "K-2", "2人（あなたを含む）"], &["K-3", "山田"]);
        says(&read(&doors, COLLEAGUE, "/office/rooms").await, &["K-1"], &["K-2", "K-3", "山田"]);
        for path in ["/office/", "/office/training", "/office/applications"] {
            says(&read(&doors, CONTACT, path).await, &[], &["山田", "みどり"]);
            says(&read(&doors, COLLEAGUE, path).await, &[], &["山田", "みどり"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_does_not_see_the_people_and_devices_of_another_through_what_was_used_there() {
    for house in House::both() {
        let house = furnished(house);
        // She logged in here on DEV-000001, and works elsewhere now.
        meddle(&house, "UPDATE device_users SET state = 'removed' WHERE login_id = 'm.ito'");
        meddle(&house, "UPDATE system_users SET office = '1272200002' WHERE login_id = 'm.ito'");
        let doors = Doors::of(house);
        says(&read(&doors, CONTACT, "/office/devices").await, &["DEV-000001"], &["伊藤", "m.ito"]);
        let elsewhere = read(&doors, ("m.ito", "1272200002"), "/office/people").await;
        says(&elsewhere, &["伊藤（"], &["タブレット"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_says_where_it_stands_and_whose_turn_it_is() {
    let doors = Doors::of(furnished(House::new()));
    let form = [
        ("person-1-name", "林 一郎"),
        ("person-1-profession", "看護師"),
        ("reason", "採用"),
        ("effective", &time::OffsetDateTime::now_utc().date().to_string()),
        ("do", "send"),
    ];
    let page = doors.as_person(CONTACT, "/office/apply/ids", Some(&form)).await;
    assert_eq!(page.status, 201, "{page:?}");
    let no = doors.house.ask("SELECT application FROM applications WHERE kind = 'ids'");
    let stands = async |words: &str| says(&read(&doors, CONTACT, "/office/applications").await, &[&no, words], &[]);
    stands("柏市が確認しています").await;
    says(&read(&doors, COLLEAGUE, "/office/applications").await, &["申請はありません"], &[&no]);
    let done = |line: &str| tokio::task::block_in_place(|| doors.house.done(line));
    done(&format!("application inspect {no} --result fail --why 氏名"));
    stands("お知らせした点を直してください").await;
    done(&format!("application inspect {no} --result pass"));
    stands("柏市が承認の手続きをしています").await;
    done(&format!("application reject {no} --why 取り下げのため"));
    stands("却下されました。理由：取り下げのため").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_an_office_has_the_support_code_and_the_hours_where_the_city_said_them() {
    const PAGES: [&str; 13] = [
        "/office/",
        "/office/people",
        "/office/devices",
        "/office/devices/DEV-000002/retire",
        "/office/rooms",
        "/office/applications",
        "/office/readiness",
        "/office/readiness?before=soon",
        "/office/training",
        "/office/end",
        "/office/apply",
        "/office/lost",
        "/office/renew",
    ];
    for hours in ["", "平日 9時～17時"] {
        let house = furnished(House::new());
        let config = house.folder.join("ca/ca.toml");
        let text = std::fs::read_to_string(&config).unwrap();
        let said = if hours.is_empty() { String::new() } else { format!("hours = \"{hours}\"\n") };
        std::fs::write(config, text.replace("[contact]\n", &format!("[contact]\n{said}"))).unwrap();
        let doors = Doors::of(house);
        for path in PAGES {
            let page = doors.as_person_of_request(CONTACT, path, "0000000001ffffffffffffffffffffff").await;
            assert!(page.text.contains("2222-2223"), "{path} has no support code: {page:?}");
            let beside = format!("04-7197-1510</a>{}", if hours.is_empty() { "" } else { "（平日 9時～17時）" });
            assert!(page.text.contains(&beside), "{path}: {page:?}");
            assert!(!hours.is_empty() || !page.text.contains("平日"), "{path} names hours that nobody said");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_contact_does_not_go_unnoticed_and_an_office_without_one_is_named() {
    let house = furnished(House::new());
    house.done(&format!("user add --office {HERE} --name 林 --profession 医師 --id h.hayashi --application A-7"));
    house.done("office contact h.hayashi");
    let named = |house: &House| {
        let told = house.tell("doctor");
        told.out.contains("office_without_contact") && told.out.contains(HERE)
    };
    // Of the office beside it nobody speaks from the beginning; of this one two do.
    assert!(house.tell("doctor").out.contains("1272200002") && !named(&house));
    let told = house.done("user delete h.hayashi");
    assert_eq!(told["without_contact"], Json::Null, "somebody else speaks for it: {told}");
    let told = house.tell("user suspend k.sato");
    assert_eq!(told.code, 0, "{told:?}");
    assert!(house.ask("SELECT detail FROM events WHERE action = 'user.suspend'").contains(HERE));
    assert!(named(&house), "{:?}", house.tell("doctor"));
    house.done("user resume k.sato");
    assert!(!named(&house));
    let told = house.done("user delete k.sato");
    assert_eq!(told["without_contact"], HERE, "{told}");
    assert!(named(&house));

    let console = Console::of(house);
    let page = console.get(APPROVER, "/console/").await;
    assert!(page.body().contains("カシワニネット担当者のいない事業所"), "{}", page.body());
    let page = console.get(APPROVER, "/console/offices?contact=none").await;
    assert!(page.body().contains(HERE) && page.body().contains("1272200002"), "{}", page.body());
    assert!(!page.body().contains(CITY), "the city's own office speaks for itself: {}", page.body());
    console.done("office contact n.mori");
    let page = console.get(APPROVER, "/console/change/people/n.mori/delete").await;
    assert!(page.body().contains("ただ1人のカシワニネット担当者です"), "{}", page.body());
    let page = console.get(APPROVER, "/console/change/people/n.mori/suspend").await;
    assert!(page.body().contains("ただ1人のカシワニネット担当者です"), "{}", page.body());
    let page = console.get(APPROVER, "/console/change/people/m.ito/delete").await;
    assert!(!page.body().contains("ただ1人"), "{}", page.body());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_office_must_do_before_a_day_is_the_same_on_its_page_in_the_console_and_by_command() {
    for house in House::both() {
        let house = furnished(house);
        let day = now() + 40 * 86_400;
        meddle(
            &house,
            &format!(
                "INSERT INTO certificates (serial, device, state, not_before, not_after, assurance, key_origin, issuer, \
             to_be_signed, version) VALUES ('0a', 1, 'issued', 1, {day}, 'swk', 'csr', 'i', '', 1)"
            ),
        );
        meddle(&house, "UPDATE devices SET suspended = 1 WHERE device = 2");
        meddle(&house, "UPDATE devices SET stage = 'inspected' WHERE device = 3");
        let console = Console::of(house);
        let date = |days: i64| (time::OffsetDateTime::now_utc() + time::Duration::days(days)).date().to_string();
        let (before, after) = (date(30), date(50));
        for (day, words) in [
            (&before, &["no_mail", "on_hold", "not_approved"][..]),
            (&after, &["no_mail", "nobody_gets_in", "certificate_ends", "on_hold", "not_approved"]),
        ] {
            let told = console.done(&format!("office readiness {HERE} --before {day}"));
            let lacks: Vec<_> = told.as_array().unwrap().iter().map(|lack| lack["lack"].as_str().unwrap()).collect();
            assert_eq!(lacks, words, "{day}: {told}");
            let of_office = read(&console.doors, CONTACT, &format!("/office/readiness?before={day}")).await;
            let of_city = console.get(AUDITOR, &format!("/console/offices/{HERE}/readiness?before={day}")).await;
            for page in [of_office, of_city] {
                for lack in told.as_array().unwrap() {
                    says(&page, &[lack["lacking"].as_str().unwrap(), lack["remedy"].as_str().unwrap()], &[]);
                }
                assert_eq!(page.body().matches("<th scope=\"row\">").count(), words.len(), "{}", page.body());
                says(&page, &["量子計算機にも備えた暗号を使った端末：2台のうち2台"], &[]);
            }
        }
        let page = console.doors.as_person(COLLEAGUE, "/office/readiness", None).await;
        assert_eq!(page.status, 403, "{page:?}");
        let read =
            console.house().ask("SELECT operator FROM events WHERE action = 'office.read-readiness' ORDER BY version");
        assert_eq!(read, "setup\nauditor\nsetup\nauditor", "who looks at it stands in the record");

        let told = console.done(&format!("office readiness --before {after} --csv all.csv"));
        assert_eq!(told["list"], "readiness", "{told}");
        let csv = std::fs::read_to_string(console.house().folder.join("all.csv")).unwrap();
        assert!(csv.contains(HERE) && csv.contains("1272200002"), "{csv}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_of_use_is_told_once_by_the_contact_ends_nothing_and_is_taken_back() {
    for house in House::both() {
        let console = Console::of(furnished(house));
        let doors = &console.doors;
        let day = time::OffsetDateTime::now_utc().date().to_string();
        let tell = async |who| doors.as_person(who, "/office/end", Some(&[("do", "tell"), ("last_day", &day)])).await;
        let told = |action: &str| console.house().ask(&format!("SELECT subject FROM events WHERE action = '{action}'"));
        assert_eq!(tell(COLLEAGUE).await.status, 403);
        let page = doors.as_person(CONTACT, "/office/end", Some(&[("do", "tell"), ("last_day", "いつか")])).await;
        assert!(page.status == 422 && page.text.contains("value=\"いつか\""), "{page:?}");
        assert_eq!(told("office.tell-end"), "");
        for _ in 0..2 {
            assert_eq!(tell(CONTACT).await.place.as_deref(), Some("/office/end"));
        }
        assert_eq!(told("office.tell-end"), HERE, "told twice, it is told once");
        says(&read(doors, CONTACT, "/office/end").await, &["柏市へ届け出ました", "取り下げる"], &[]);
        says(&read(doors, CONTACT, "/office/").await, &["届け出ています"], &[]);
        assert_eq!(console.done(&format!("office show {HERE}"))["state"], "registered", "nothing ends by that");

        let page = console.get(APPROVER, &format!("/console/offices/{HERE}")).await;
        assert!(page.body().contains("利用を終わる届出がありました"), "{}", page.body());
        let page = console.get(APPROVER, "/console/").await;
        assert!(page.body().contains("利用終了の届出のあった事業所"), "{}", page.body());
        let page = console.get(APPROVER, "/console/offices?end=told").await;
        says(&page, &[HERE], &["1272200002"]);

        for _ in 0..2 {
            doors.as_person(CONTACT, "/office/end", Some(&[("do", "back")])).await;
        }
        assert_eq!(told("office.take-back-end"), HERE);
        says(&console.get(APPROVER, "/console/offices?end=told").await, &[], &[HERE]);
        assert_eq!(tell(CONTACT).await.status, 303, "it can be told anew");
        says(&console.get(APPROVER, "/console/offices?end=told").await, &[HERE], &[]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_is_no_longer_used_ends_when_the_contact_of_its_own_office_says_so() {
    let doors = Doors::of(furnished(House::new()));
    let others = tokio::task::block_in_place(|| {
        doors
            .house
            .done("device apply --office 1272200002 --label 薬局 --os windows --ownership office --application A-8")
    });
    let stages = || doors.house.ask("SELECT stage FROM devices ORDER BY device").replace('\n', " ");
    let retire = async |who, device: &str| {
        let path = format!("/office/devices/{device}/retire");
        doors.as_person(who, &path, Some(&[])).await.status
    };
    assert_eq!(retire(COLLEAGUE, "DEV-000002").await, 403);
    assert_eq!(retire(CONTACT, "DEV-000001").await, 409, "the device at hand would leave them outside");
    assert_eq!(retire(CONTACT, others["device"].as_str().unwrap()).await, 404);
    let page = read(&doors, CONTACT, "/office/devices/DEV-000002/retire").await;
    says(&page, &["元には戻せません"], &[]);
    assert_eq!(stages(), "approved approved approved applied", "a page that is opened changes nothing");
    assert_eq!(retire(CONTACT, "DEV-000002").await, 303);
    assert_eq!(stages(), "approved retired approved applied");
    let said = doors.house.ask("SELECT operator || ' ' || subject FROM events WHERE action = 'device.retire'");
    assert_eq!(said, "k.sato DEV-000002");
    let page = read(&doors, CONTACT, "/office/devices?gone=DEV-000002").await;
    says(&page, &["もう使えません"], &["/office/devices/DEV-000002/retire"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_office_is_read_page_by_page_each_row_once_and_no_page_is_heavy() {
    for house in House::both() {
        let house = furnished(house);
        let numbers = |from: i32, to: i32| {
            format!("WITH RECURSIVE n (i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to})")
        };
        meddle(
            &house,
            &format!(
                "{} INSERT INTO system_users (login_id, office, name, profession, roles, state, password_hash, \
                 password_initial, password_set_at, failures_count_from, previous_hashes, application, version) \
                 SELECT 'p' || CAST(i AS TEXT), office, '山本喜代子' || CAST(i AS TEXT), profession, roles, state, \
                 password_hash, password_initial, password_set_at, failures_count_from, previous_hashes, application, \
                 1 FROM system_users, n WHERE login_id = 'm.ito'",
                numbers(100, 299)
            ),
        );
        meddle(
            &house,
            &format!(
                "{} INSERT INTO devices (device, office, label, os, ownership, stage, suspended, checklist, application, \
                 version) SELECT i, '{HERE}', '訪問用タブレット' || CAST(i AS TEXT), 'ios', 'office', 'approved', 0, '{{}}', \
                 'A', 1 FROM n",
                numbers(4, 400)
            ),
        );
        meddle(
            &house,
            &format!(
                "{} INSERT INTO device_users SELECT i, 'p' || CAST(100 + i % 200 AS TEXT), 'listed', 1 FROM n",
                numbers(4, 400)
            ),
        );
        let doors = Doors::of(house);
        for (first, next, of, all) in [
            ("/office/people", "/office/people?after=", "<tr><th scope=\"row\">", 202),
            ("/office/devices", "/office/devices?after=", "<tr><th scope=\"row\">", 400),
        ] {
            let (mut path, mut rows) = (Some(first.to_owned()), Vec::new());
            while let Some(at) = path {
                let asked = std::time::Instant::now();
                let page = read(&doors, CONTACT, &at).await;
                println!("{at}: {:?}, {} octets", asked.elapsed(), page.text.len());
                assert!(page.text.len() <= HEAVIEST, "{at} has {} octets", page.text.len());
                rows.extend(page.text.split(of).skip(1).map(|row| row.split("</th>").next().unwrap().to_owned()));
                path = page
                    .text
                    .split(&format!("href=\"{next}"))
                    .nth(1)
                    .map(|rest| format!("{next}{}", rest.split('"').next().unwrap()));
            }
            assert_eq!(rows.len(), all, "{first}");
            rows.sort();
            rows.dedup();
            assert_eq!(rows.len(), all, "{first} shows a row twice");
        }
        for path in ["/office/", "/office/readiness", "/office/rooms", "/office/applications"] {
            let asked = std::time::Instant::now();
            let page = read(&doors, CONTACT, path).await;
            println!("{path}: {:?}, {} octets", asked.elapsed(), page.text.len());
            assert!(page.text.len() <= HEAVIEST, "{path} has {} octets", page.text.len());
        }
    }
}
