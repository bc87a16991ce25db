//! Reports: shown, printed and taken along as they are, each reading an event, and none of them more than one page.

use crate::fixtures::console::{APPROVER, AUDITOR, CLERK, Console, OPS};
use crate::fixtures::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_report_says_the_same_on_its_page_in_a_file_and_by_command_and_each_reading_is_an_event() {
    let console = Console::new();
    console.house().ask("UPDATE events SET at = at - 8640000 RETURNING action");
    console.house().ask("UPDATE devices SET approved_at = approved_at - 8640000 RETURNING 'x'");
    let read = || console.house().answer_apart("SELECT count(*) FROM events WHERE action = 'report.read'");
    let index = console.get(AUDITOR, "/console/reports").await;
    assert!(index.leads_to("/console/reports/unused") && read() == "0", "{}", index.body());
    let page = console.get(AUDITOR, "/console/reports/unused").await;
    assert_eq!((page.status, read()), (200, "1".to_owned()), "{}", page.body());
    for told in ["DEV-000001", "k.sato", "佐藤", "ひだまり", "記録なし", "90日以上"] {
        assert!(page.says(told), "{told}: {}", page.body());
    }
    assert!(page.leads_to("/console/people/k.sato") && page.leads_to("/console/devices/DEV-000001"));
    let told = console.done("report unused");
    let people = told["tables"]["people"].as_array().unwrap();
    assert!(people.iter().any(|one| one["login_id"] == "k.sato" && one["last_login"].is_null()), "{told}");
    assert_eq!(told["tables"]["devices"][0]["device"], "DEV-000001", "{told}");
    let csv = console.send(AUDITOR, &page, &[("kind", "csv")]).await;
    assert!(csv.text.starts_with('\u{feff}') && csv.text.contains("k.sato,佐藤,看護師"), "{}", csv.text);
    let sheet = console.send(AUDITOR, &page, &[("kind", "html")]).await;
    assert!(sheet.text.contains("<h1>使われていないIDと端末</h1>") && sheet.text.contains("k.sato"), "{}", sheet.text);
    assert!(console.send(AUDITOR, &page, &[("kind", "xlsx")]).await.octets.starts_with(b"PK"));
    let event = &console.done("audit list --action report.read --limit 1")[0];
    assert_eq!(event["detail"]["asked"]["format"], "xlsx", "{event}");
    assert!(event["said"].as_str().unwrap().contains("使われていないIDと端末"), "{event}");
    assert_eq!(read(), "5");
    let odd = console.get(CLERK, "/console/reports/unused?days=many").await;
    assert_eq!((odd.status, read()), (422, "5".to_owned()), "what cannot be asked reads nothing");
    assert_eq!(console.get(OPS, "/console/reports/unused").await.status, 403);
    assert_eq!(console.post(OPS, "/console/export/reports/unused", &[("of", "")]).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_a_large_house_is_no_heavy_page_and_its_file_has_all_of_it() {
    let house = House::furnished();
    house.done("example house --offices 60 --people 600 --devices 1200 --days 2 --refusals 40 --why 試験");
    house.ask("UPDATE events SET at = at - 8640000 RETURNING action");
    house.ask("UPDATE devices SET approved_at = 1 RETURNING 'x'");
    house.ask("DELETE FROM device_uses RETURNING 'x'");
    let console = Console::of(house);
    let page = console.get(AUDITOR, "/console/reports/unused").await;
    assert!(page.status == 200 && page.text.len() < 150 * 1024, "{} octets", page.text.len());
    assert!(page.says("はじめの50行です"), "{}", page.body());
    let csv = console.send(AUDITOR, &page, &[("kind", "csv")]).await;
    assert!(csv.text.lines().count() > 1_201, "{}", csv.text.lines().count());
}

/// What the gateway wrote is read by whoever put it there, and decides nothing.
#[tokio::test(flavor = "multi_thread")]
async fn who_would_be_locked_out_is_told_with_names_on_a_page_and_by_command() {
    const FOUND: &str = include_str!("../fixtures/found.lockout");
    let house = House::furnished();
    let config = house.folder.join("ca/ca.toml");
    let more = "\n[reports]\nlockout = \"../lockout.json\"\n";
    std::fs::write(&config, std::fs::read_to_string(&config).unwrap() + more).unwrap();
    let console = Console::of(house);
    let none = console.get(AUDITOR, "/console/lockout").await;
    assert!(none.status == 200 && none.says("gateway check"), "{}", none.body());
    let placed = console.house().folder.join("lockout.json");
    std::fs::write(&placed, FOUND).unwrap();
    let page = console.get(AUDITOR, "/console/lockout").await;
    for told in ["DEV-000001", "k.sato", "佐藤", "ひだまり", "KW-101", "TLSの版が古く", "まったく通れない"]
    {
        assert!(page.says(told), "{told}: {}", page.body());
    }
    assert!(page.leads_to("/console/devices/DEV-000001") && page.leads_to("/console/people/k.sato"));
    let csv = console.send(AUDITOR, &page, &[("kind", "csv")]).await;
    assert!(csv.text.contains("DEV-000001"), "{}", csv.text);
    let told = console.done(&format!("report lockout {}", placed.display()));
    assert_eq!(told["tables"]["devices"][0]["code"], "KW-101", "{told}");
    let events = console.house().answer_apart("SELECT count(*) FROM events WHERE action = 'report.read'");
    assert_eq!(events, "4", "each reading is one, also that of none");
    std::fs::write(&placed, FOUND.replace("KW-101", "KW-102")).unwrap();
    let changed = console.get(AUDITOR, "/console/lockout").await;
    assert!(changed.status == 422 && changed.says("書き換えられています"), "{}", changed.body());
    assert_eq!(console.get(OPS, "/console/lockout").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_waits_for_its_review_until_somebody_says_what_they_found_and_is_never_forgotten() {
    let console = Console::new();
    // The registry began two months ago.
    console.house().ask("UPDATE events SET at = at - 5270400 RETURNING action");
    let page = console.get(AUDITOR, "/console/").await;
    assert!(page.says("確認を待っている月次点検"), "{}", page.body());
    let index = console.get(AUDITOR, "/console/reports").await;
    let months: Vec<_> =
        index.text.split("/console/reports/review?month=").skip(1).map(|rest| rest[..7].to_owned()).collect();
    assert_eq!(months.len(), 2, "{}", index.body());
    let oldest = console.get(AUDITOR, "/console/reports/review").await;
    assert!(oldest.says(&months[0]) && oldest.says("まだ確認されていません"), "{}", oldest.body());
    for part in [
        "断られた理由",
        "知らない電子証明書",
        "ロックされたID",
        "時間外のログイン",
        "新しいネットワーク",
        "緊急用電子証明書",
        "緊急の単独操作",
        "使われていないID",
        "削除まで",
    ] {
        assert!(oldest.says(part), "{part}: {}", oldest.body());
    }
    let act = format!("/console/review/months/{}", months[0]);
    assert!(oldest.leads_to(&act));
    let silent = console.act(AUDITOR, &act, &[]).await;
    assert_eq!(silent.status, 422, "what was found is said: {}", silent.body());
    let done = console.act(AUDITOR, &act, &[("why", "異常なし")]).await;
    assert!(done.status == 200 && done.says("異常なし") && done.says("月次点検"), "{}", done.body());
    assert_eq!(console.act(CLERK, &act, &[("why", "異常なし")]).await.status, 422, "once is enough");
    let event = &console.done("audit list --action report.review")[0];
    assert_eq!((&event["operator"], &event["subject"]), (&AUDITOR.into(), &months[0].as_str().into()), "{event}");
    // By command as here: the other month, and none that is not over.
    console.done(&format!("report review --month {} --sign-off --why 異常なし", months[1]));
    let over = tokio::task::block_in_place(|| console.house().tell("report review --month 2199-01 --sign-off --why x"));
    assert_eq!((over.code, over.json()["refused"].as_str()), (1, Some("malformed")), "{over:?}");
    assert!(!console.get(AUDITOR, "/console/").await.says("確認を待っている月次点検"));
    let reviewed = console.get(AUDITOR, &format!("/console/reports/review?month={}", months[0])).await;
    assert!(reviewed.says("確認済み") && !reviewed.leads_to(&act), "{}", reviewed.body());
    assert_eq!(console.post(OPS, &act, &[("why", "x")]).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_months_bundle_has_what_happened_in_it_on_both_databases() {
    for house in House::both() {
        let house = house.furnish();
        let told = |at: &str, reason: &str, line: &str| {
            let sql = format!(
                "INSERT INTO told_lines (gateway, kind, sequence, at, line, ref, device, login, worth, reason, happened_at, times) \
                 SELECT 'gw-1', 'request', (SELECT count(*) FROM told_lines) + 1, 1, '{{}}', '{line}', 1, 'k.sato', 'login', {reason}, \
                 {at}, 1 RETURNING kind"
            );
            house.ask(&sql);
        };
        // Yesterday's month, in Japan: 1 November 2026 is 1793458800.
        for n in 0..5 {
            told(&format!("{}", 1_793_458_800 + 43_200 + n), "'wrong_password'", &format!("a{n}"));
        }
        told("1793458800 + 82800", "NULL", "night");
        told("1793458800 + 43200", "NULL", "day");
        house.ask(
            "INSERT INTO told_lines (gateway, kind, sequence, at, line, device, worth, reason, happened_at, times) \
             VALUES ('gw-1', 'request', 99, 1, '{}', 1, 'refusal', 'suspended', 1793500000, 7) RETURNING kind",
        );
        house.ask(
            "INSERT INTO stranger_days (gateway, day, reason, times) VALUES ('gw-1', 1793458800, 'no_certificate', 41) \
             RETURNING reason",
        );
        let bundle = house.done("report review --month 2026-11");
        let table = |name: &str| bundle["tables"][name].clone();
        assert_eq!(table("failures")[0], serde_json::json!({ "reason": "suspended", "times": 7 }), "{bundle}");
        assert_eq!(table("unknown")[0], serde_json::json!({ "reason": "no_certificate", "times": 41 }));
        assert_eq!((&table("locked")[0]["login_id"], &table("locked")[0]["failures"]), (&"k.sato".into(), &5.into()));
        assert_eq!((&table("night")[0]["login_id"], &table("night")[0]["logins"]), (&"k.sato".into(), &1.into()));
        let october = house.done("report review --month 2026-10");
        assert_eq!(october["tables"]["failures"], serde_json::json!([]));
        house.done("device place DEV-000001 訪問車の中");
        let inventory = house.done("report devices")["tables"]["devices"].clone();
        assert_eq!((&inventory[0]["device"], &inventory[0]["place"]), (&"DEV-000001".into(), &"訪問車の中".into()));
        let numbers = house.done("report numbers");
        let people = numbers["tables"]["professions"].as_array().unwrap();
        assert!(people.iter().any(|row| row["profession"] == "看護師" && row["people"] == 1), "{numbers}");
        assert_eq!(numbers["tables"]["systems"][0]["os"], "windows", "{numbers}");
        let unlisted = house.tell("user add --office 1272200001 --name x --profession 宇宙飛行士 --application A-9");
        assert!(unlisted.code != 0 && unlisted.err.contains("次のどれか"), "{unlisted:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_how_long_stands_on_a_page_and_a_hold_comes_and_goes_there() {
    let console = Console::new();
    let page = "/console/reports/retention";
    let read = console.get(AUDITOR, page).await;
    assert!(read.says("種類ごとの保存期間") && read.says("該当するものはありません"), "{}", read.body());
    assert!(!read.leads_to("/console/change/retention/hold"), "who may not is offered nothing: {}", read.body());
    let events = console.done("audit list --action report.read");
    assert_eq!(
        (&events[0]["subject"], &events[0]["detail"]["title"]),
        (&"retention".into(), &"保存期間".into()),
        "{events}"
    );
    let hold = "/console/change/retention/hold";
    let typed = [("name", "検索 中"), ("from", "春"), ("why", "調査")];
    let wrong = console.act(CLERK, hold, &typed).await;
    for said in ["英数字とハイフンで40文字まで", "2026-04-01 のような日付で", "value=\"調査\""] {
        assert!(wrong.status == 422 && wrong.says(said), "{said}: {}", wrong.body());
    }
    let typed = [("name", "Ｉ－０００００１"), ("from", "令和8年4月1日")];
    let silent = console.act(CLERK, hold, &typed).await;
    assert!(silent.status == 422 && silent.says("理由"), "{}", silent.body());
    let held = console.act(CLERK, hold, &[&typed[..], &[("why", "調査")]].concat()).await;
    assert!(held.status == 200 && held.says("I-000001"), "{}", held.body());
    let read = console.get(AUDITOR, page).await;
    for said in ["I-000001", "2026年4月1日", "調査", "青木（clerk）"] {
        assert!(read.says(said), "{said}: {}", read.body());
    }
    let twice = console.act(CLERK, hold, &[&typed[..], &[("why", "調査")]].concat()).await;
    assert!(twice.status == 422 && twice.says("I-000001"), "{}", twice.body());
    // Who records may not let it be ended again.
    let release = "/console/approve/retention/release";
    assert_eq!(console.get(CLERK, release).await.status, 403);
    let unsaid = console.act(APPROVER, release, &[("why", "終結")]).await;
    assert!(unsaid.status == 422 && unsaid.says("やめるものを選んで"), "{}", unsaid.body());
    let released = console.act(APPROVER, release, &[("name", "I-000001"), ("why", "終結")]).await;
    assert!(released.status == 200 && released.says("I-000001"), "{}", released.body());
    let nothing = console.get(APPROVER, release).await;
    assert!(nothing.says("消さないようにしているものはありません"), "{}", nothing.body());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_who_never_was_there_no_access_report_is_shown() {
    let console = Console::new();
    for (field, typed) in [("person", "nobody"), ("device", "DEV-000077"), ("office", "1299999999")] {
        let page = console.get(AUDITOR, &format!("/console/reports/access?{field}={typed}")).await;
        assert!(page.status == 422 && page.says("登録されていません") && page.says(typed), "{field}: {}", page.body());
    }
    let known = console.get(AUDITOR, "/console/reports/access?person=k.sato").await;
    assert!(known.status == 200 && known.says("k.sato"), "{}", known.body());
    assert_eq!(console.done("audit list --action report.read").as_array().unwrap().len(), 1, "nothing else was read");
}
