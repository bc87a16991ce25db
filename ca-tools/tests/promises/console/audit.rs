//! The record in the console: what was asked for stands in the address, and who takes it along leaves an event.

use crate::fixtures::console::{AUDITOR, CLERK, Console};

#[tokio::test(flavor = "multi_thread")]
async fn the_record_is_found_by_anything_paged_and_opened_whole() {
    let console = Console::new();
    console.act(CLERK, "/console/change/devices/DEV-000001/suspend", &[("why", "盗難")]).await;
    let listed = console.get(AUDITOR, "/console/audit?about=dev-000001").await;
    assert_eq!(listed.status, 200, "{}", listed.body());
    for said in ["を一時停止しました", "理由：盗難", "コンソール（端末とパスワード）"] {
        assert!(listed.says(said), "{said}: {}", listed.body());
    }
    assert!(listed.leads_to("/console/devices/DEV-000001") && listed.leads_to("/console/people/clerk"));
    let version = console.done("audit list --action device.suspend")[0]["version"].to_string();
    assert!(listed.leads_to(&format!("/console/audit/{version}")), "{}", listed.body());
    let shown = console.get(AUDITOR, &format!("/console/audit/{version}")).await;
    for said in ["device.suspend", "この記録のハッシュ", "1272200001"] {
        assert!(shown.says(said), "{said}: {}", shown.body());
    }
    assert!(shown.leads_to("/console/offices/1272200001"), "{}", shown.body());
    // Nothing of this kind, nobody of this name, no such day: each is told beside its field, and what was typed is kept.
    let none = console.get(AUDITOR, "/console/audit?about=DEV-000001&way=office").await;
    assert!(none.status == 200 && none.says("該当する記録はありません"), "{}", none.body());
    let wrong = console.get(AUDITOR, "/console/audit?about=nobody&since=yesterday&until=").await;
    assert_eq!(wrong.status, 422, "{}", wrong.body());
    for said in ["この番号についての記録はありません", "日付は 2026-11-28", "value=\"yesterday\""] {
        assert!(wrong.says(said), "{said}: {}", wrong.body());
    }
    assert_eq!(console.get(AUDITOR, "/console/audit/999999").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_record_goes_on_page_by_page_and_no_event_stands_on_two() {
    let console = Console::new();
    for _ in 0..30 {
        console.done("device suspend DEV-000001");
        console.done("device resume DEV-000001");
    }
    let mut place = "/console/audit?about=DEV-000001".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = console.get(AUDITOR, &place).await;
        let body = page.body().to_owned();
        let versions = body.split("<a class=\"once\" href=\"/console/audit/").skip(1);
        seen.extend(versions.map(|rest| rest.split('"').next().unwrap().parse::<i64>().unwrap()));
        let older = body.split("href=\"").find(|link| link.contains("これより古い記録"));
        let Some(older) = older.and_then(|link| link.split('"').next()) else { break };
        place = older.replace("&#38;", "&").replace("&amp;", "&");
    }
    assert!(seen.len() > 60 && seen.is_sorted_by(|newer, older| newer > older), "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_the_record_along_leaves_an_event() {
    let console = Console::new();
    let asked = console.get(AUDITOR, "/console/audit/export?about=DEV-000001").await;
    assert!(asked.says("操作記録に残ります") && asked.leads_to("/console/export/audit"), "{}", asked.body());
    assert_eq!(
        console.get(AUDITOR, "/console/audit/events.csv?about=DEV-000001").await.status,
        404,
        "no link writes it"
    );
    let table = console.send(AUDITOR, &asked, &[("kind", "csv"), ("why", "監査")]).await;
    assert!(table.status == 200 && table.text.starts_with("\u{feff}台帳の版,"), "{}", table.text);
    assert!(table.text.contains("DEV-000001"), "{}", table.text);
    let exported = &console.done("audit list --action audit.export")[0];
    assert_eq!((&exported["operator"], &exported["why"]), (&AUDITOR.into(), &"監査".into()));
    assert_eq!(
        (&exported["detail"]["filter"]["search"], &exported["proof"]),
        (&"about=DEV-000001".into(), &"console".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_thing_tells_what_happened_to_it_and_leads_to_all_of_it() {
    let console = Console::new();
    console.act(CLERK, "/console/change/devices/DEV-000001/suspend", &[("why", "盗難")]).await;
    let page = console.get(AUDITOR, "/console/devices/DEV-000001").await;
    for said in ["これまでの記録", "を一時停止しました", "理由：盗難"] {
        assert!(page.says(said), "{said}: {}", page.body());
    }
    assert!(!page.says("すべての記録を見る"), "there is no more: {}", page.body());
    for _ in 0..12 {
        console.done("device resume DEV-000001");
        console.done("device suspend DEV-000001");
    }
    let page = console.get(AUDITOR, "/console/devices/DEV-000001").await;
    assert_eq!(page.body().matches("<a class=\"once\" href=\"/console/audit/").count(), 20, "{}", page.body());
    assert!(page.leads_to("/console/audit?about=device:DEV-000001"), "{}", page.body());
}
