//! The same in the console: by the same acts, with the same refusals, and with the days that are left.

use crate::fixtures::console::{AUDITOR, CLERK, Console, OPS};

const OPEN: &str = "/console/change/incidents/new/open?device=DEV-000001";
const FORM: [(&str, &str); 4] =
    [("what", "訪問先に置き忘れ"), ("found", "2026-11-20 9:05"), ("reported_by", "担当の山田さん"), ("stop", "1")];

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_opened_once_however_often_it_is_pressed_and_stops_what_was_ticked() {
    let console = Console::new();
    let opened = console.get(CLERK, OPEN).await;
    let mistaken = console.send(CLERK, &opened, &[("device", ""), ("what", ""), ("found", "昨日")]).await;
    assert_eq!(mistaken.status, 422, "{mistaken:?}");
    assert!(mistaken.says("起きたことを書いてください。") && mistaken.says("日時は 2026-11-28 18:30"), "{mistaken:?}");
    let form = [&[("device", "DEV-000001")][..], &FORM].concat();
    let (one, two) = (console.send(CLERK, &opened, &form).await, console.send(CLERK, &opened, &form).await);
    assert_eq!((one.status, &one.place), (303, &two.place), "{one:?}");
    let page = console.get(CLERK, &one.place.unwrap()).await;
    for said in ["訪問先に置き忘れ", "担当の山田さん", "2026年11月24日 まで", "個人情報保護委員会への速報", "対応中"]
    {
        assert!(page.says(said), "{said}: {page:?}");
    }
    assert_eq!(console.done("incident list").as_array().map(Vec::len), Some(1));
    assert_eq!(console.done("device show DEV-000001")["suspended"], true);
    let today = console.get(CLERK, "/console/").await;
    assert!(today.says("報告の済んでいない事故・障害") && today.leads_to("/console/incidents"), "{today:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_reports_and_the_end_are_added_by_who_may_and_read_by_who_may_read() {
    let console = Console::new();
    console.done("incident open --device DEV-000001 --what 紛失 --found 2026-11-20 --reported-by 山田");
    let change = |act: &str| format!("/console/change/incidents/I-000001/{act}");
    let noted = console.act(CLERK, &change("note"), &[("text", "警察に届けた")]).await;
    assert!(noted.says("警察に届けた") && noted.says("経過（1件）"), "{noted:?}");
    assert!(noted.says("報告した人"), "{noted:?}");
    let report = change("report?report=prompt");
    let reported = console.act(CLERK, &report, &[("report", "prompt"), ("on", "2026-11-22")]).await;
    assert!(reported.says("2026年11月22日 に済（記録：clerk）"), "{reported:?}");
    let again = console.act(CLERK, &report, &[("report", "prompt"), ("on", "2026-11-22")]).await;
    assert!(again.status == 422 && again.says("すでに済んでいます"), "{again:?}");
    for act in ["note", "report", "stop", "close"] {
        assert_eq!(console.get(AUDITOR, &change(act)).await.status, 403, "{act}");
    }
    let filled_in = console.get(CLERK, &change("note")).await;
    let paper = console.get(AUDITOR, "/console/incidents/I-000001/paper").await;
    assert!(paper.says("柏市長　様") && paper.says("警察に届けた"), "{paper:?}");
    assert!(paper.leads_to("/console/incidents/I-000001"), "{paper:?}");
    let long = console.send(CLERK, &filled_in, &[("text", &"長い".repeat(5_000))]).await;
    assert!(long.status == 413 && long.text.starts_with("入力が長すぎます"), "{}", long.status);
    let added = console.send(CLERK, &filled_in, &[("text", "見つからない")]).await;
    assert_eq!(added.status, 303, "who reads meanwhile keeps nobody from an act: {added:?}");
    assert_eq!(console.get(OPS, "/console/incidents/I-000001").await.status, 403, "no person is shown to operations");
    let file = console.post(AUDITOR, "/console/export/incidents/I-000001/paper", &[("of", ""), ("kind", "csv")]).await;
    assert!(file.status == 200 && file.text.contains("警察に届けた"), "{file:?}");
    let closed = console.act(CLERK, &change("close"), &[("outcome", "見つかった")]).await;
    assert!(closed.says("終結") && closed.says("見つかった") && !closed.leads_to(&change("note")), "{closed:?}");
    let missing = console.get(CLERK, "/console/incidents/I-000009").await;
    assert_eq!(missing.status, 404, "{missing:?}");
    let elsewhere = console.get(CLERK, "/console/incidents/i-1").await;
    assert_eq!(elsewhere.place.as_deref(), Some("/console/incidents/I-000001"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_desk_was_told_of_somebody_is_shown_with_names_and_is_an_event() {
    let console = Console::new();
    let asked = console.get(AUDITOR, "/console/reports/access").await;
    assert!(asked.status == 200 && asked.says("この条件で見る"), "{asked:?}");
    let nobody = console.get(AUDITOR, "/console/reports/access?from=2026-11-20").await;
    assert!(nobody.status == 422 && nobody.says("どれかを書いてください"), "{nobody:?}");
    let shown = console.get(AUDITOR, "/console/reports/access?person=k.sato&from=2026-11-20").await;
    assert!(shown.status == 200 && shown.says("窓口に届いた行"), "{shown:?}");
    let backwards = console.get(AUDITOR, "/console/reports/access?person=k.sato&from=2026-11-20&to=2026-11-19").await;
    assert!(backwards.status == 422 && backwards.says("始まりより後"), "{backwards:?}");
    let events = console.house().answer_apart("SELECT CAST(COUNT(*) AS TEXT) FROM events WHERE action = 'report.read'");
    assert_eq!(events, "1");
    assert_eq!(console.get(OPS, "/console/reports/access").await.status, 403);
}
