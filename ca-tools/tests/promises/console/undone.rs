//! 取り消す on the page after an act, and what stands there instead.

use crate::fixtures::console::{APPROVER, AUDITOR, CLERK, CUSTODIAN, Console};

const SUSPEND: &str = "/console/change/devices/DEV-000001/suspend";

fn newest(console: &Console) -> String {
    console.house().answer_apart("SELECT max(version) FROM events")
}

fn undo_of(version: &str) -> String {
    format!("/console/change/audit/{version}/undo")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_by_mistake_is_undone_and_the_timeline_shows_both() {
    let console = Console::new();
    console.done("office update 1272200001 --mail yamada@example.jp");
    let done = console.act(CLERK, SUSPEND, &[("why", "まちがい")]).await;
    let version = newest(&console);
    let undo = undo_of(&version);
    assert!(done.leads_to(&undo) && done.says("まで取り消せます"), "{}", done.body());
    let opened = console.get(APPROVER, &undo).await;
    assert!(opened.says("メール1通は、まだ出ていません") && opened.says("一時停止しました"), "{}", opened.body());
    // Another with the same right.
    let undone = console.act(APPROVER, &undo, &[("why", "別の端末だった")]).await;
    assert!(undone.says("行いました") && !undone.says("一時停止中です"), "{}", undone.body());
    assert!(undone.says(&format!("操作記録 {version} の取り消し")) && undone.says("まちがい"), "{}", undone.body());
    let letters = format!("SELECT state FROM mails WHERE version = {version}");
    assert_eq!(console.house().answer_apart(&letters), "dropped");
    // A second press finds that it is done.
    let again = console.get(CLERK, &undo).await;
    assert!(
        again.status == 422 && again.says("すでに取り消されています") && !again.leads_to(&undo),
        "{}",
        again.body()
    );
    let sent = console.send(CLERK, &opened, &[("why", "もう一度")]).await;
    assert!(sent.status == 422 && sent.says("この画面を開いたあとに変更されています"), "{}", sent.body());
}

#[tokio::test(flavor = "multi_thread")]
async fn once_a_letter_is_on_its_way_the_page_says_so_and_names_what_takes_it_back() {
    let console = Console::new();
    console.done("office update 1272200001 --mail yamada@example.jp");
    let opened = console.get(CLERK, SUSPEND).await;
    let done = console.send(CLERK, &opened, &[]).await;
    let version = newest(&console);
    let page = undo_of(&version);
    let before = console.get(CLERK, &page).await;
    let meddle = format!("UPDATE mails SET tries = 1 WHERE version = {version}");
    std::thread::scope(|scope| scope.spawn(|| console.house().meddle(&meddle)).join().unwrap());
    let shown = console.get(CLERK, &done.place.unwrap()).await;
    assert!(shown.says("お知らせのメールを送ったので、取り消せません"), "{}", shown.body());
    assert!(shown.leads_to("/console/change/devices/DEV-000001/resume") && !shown.leads_to(&page), "{}", shown.body());
    // Whoever opened the page before that is told at the press, and nothing happens.
    let late = console.send(CLERK, &before, &[("why", "まちがい")]).await;
    assert!(
        late.status == 422 && late.says("端末の利用を再開する") && late.says("value=\"まちがい\""),
        "{}",
        late.body()
    );
    assert_eq!(newest(&console), version);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_do_it_undoes_nothing_and_sees_no_button() {
    let console = Console::new();
    let opened = console.get(CLERK, SUSPEND).await;
    let place = console.send(CLERK, &opened, &[]).await.place.unwrap();
    let undo = undo_of(&newest(&console));
    for who in [AUDITOR, CUSTODIAN] {
        let shown = console.get(who, &place).await;
        assert!(
            shown.says("行いました") && !shown.leads_to(&undo) && !shown.says("取り消せ"),
            "{who}: {}",
            shown.body()
        );
        assert_eq!(console.get(who, &undo).await.status, 403, "{who}");
        assert_eq!(console.post(who, &undo, &[]).await.status, 403, "{who}");
    }
    // A clerk turns nothing down, and nothing that was turned down up again.
    console.done("device apply --office 1272200001 --label PC --os linux --ownership office --application A-9");
    let rejected = console.act(APPROVER, "/console/approve/devices/DEV-000002/reject", &[("why", "試験")]).await;
    let undo = undo_of(&newest(&console));
    assert!(rejected.leads_to(&undo), "{}", rejected.body());
    let refused = console.act(CLERK, &undo, &[]).await;
    assert!(refused.status == 422 && refused.says("役割がありません"), "{}", refused.body());
    let back = console.act(APPROVER, &undo, &[]).await;
    assert!(back.says("却下を取り消しました"), "{}", back.body());
}
