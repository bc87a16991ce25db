//! One act on many of a list: it says how many, freezes them, and is done to exactly those, whole or not at all.

use crate::fixtures::console::{APPROVER, AUDITOR, CLERK, Console};
use crate::fixtures::house::House;

const LIST: &str = "/console/devices?sort=device";
const ACT: &str = "/console/change/list/devices";

/// A house with sixty devices of one office, each with a certificate.
fn of_many() -> Console {
    let house = House::furnished();
    house.done("example devices --office 1272200001 --count 59 --application A-9");
    Console::of(house)
}

fn suspended(console: &Console) -> String {
    console.house().answer_apart("SELECT count(*) FROM devices WHERE suspended = 1")
}

#[tokio::test(flavor = "multi_thread")]
async fn those_on_the_page_and_all_that_were_found_are_two_buttons_with_their_numbers() {
    let console = of_many();
    let list = console.get(CLERK, LIST).await;
    for said in ["選んだ行だけ", "表示中の50件", "検索結果の60件すべて", "DEV-000050 を選ぶ"] {
        assert!(list.says(said), "{said}: {}", list.body());
    }
    let (shown, all) = (
        console.send(CLERK, &list, &[("act", "suspend"), ("which", "shown")]).await,
        console.send(CLERK, &list, &[("act", "suspend"), ("which", "all")]).await,
    );
    assert!(shown.says("端末50台を一時停止する") && shown.says("もう1人の承認が必要です"), "{}", shown.body());
    assert!(all.says("端末60台を一時停止する") && all.says("承認できる職員：approver"), "{}", all.body());
    let narrowed = console.get(CLERK, "/console/devices?suspended=1").await;
    assert!(narrowed.status == 200 && !narrowed.leads_to(ACT), "where nothing is found nothing is done");
    // Nothing was chosen: it is asked for, and the rows are kept.
    let unsaid = console.send(CLERK, &list, &[("which", "ticked"), ("row", "DEV-000007")]).await;
    assert!(unsaid.status == 422 && unsaid.says("することを選んでください"), "{}", unsaid.body());
    let said = console.send(CLERK, &unsaid, &[("act", "suspend")]).await;
    assert!(said.says("端末1台を一時停止する") && said.leads_to("/console/devices/DEV-000007"), "{}", said.body());
    let nobody = console.send(CLERK, &list, &[("act", "suspend"), ("which", "ticked")]).await;
    assert!(nobody.says("対象が1件もありません"), "{}", nobody.body());
    let read = console.get(AUDITOR, LIST).await;
    assert!(!read.leads_to(ACT) && read.says("受付または承認の役割の職員が行えます"), "{}", read.body());
    let refused = console.post(AUDITOR, ACT, &[("act", "suspend"), ("row", "DEV-000002")]).await;
    assert_eq!((refused.status, suspended(&console)), (403, "0".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_left_out_is_told_and_a_row_that_changed_meanwhile_refuses_all_of_them() {
    let console = of_many();
    console.done("device suspend DEV-000004");
    let rows = ["DEV-000002", "DEV-000003", "DEV-000004"].map(|row| ("row", row));
    let typed = [&rows[..], &[("act", "suspend"), ("which", "ticked"), ("of", "office=1272200001")]].concat();
    let looked = console.post(CLERK, ACT, &typed).await;
    for said in ["端末2台を一時停止する", "DEV-000004：", "除くもの", "1件も行わない", "KW-107"] {
        assert!(looked.says(said), "{said}: {}", looked.body());
    }
    assert_eq!(suspended(&console), "1", "it was only looked at");
    // Somebody else came in between, to one of the two: neither is touched.
    console.done("device suspend DEV-000003");
    let refused = console.send(CLERK, &looked, &[("why", "点検")]).await;
    assert_eq!(refused.status, 422, "{}", refused.body());
    for said in ["確かめたあとに変わったものがあります：DEV-000003", "setup", "端末1台を一時停止する", "value=\"点検\""]
    {
        assert!(refused.says(said), "{said}: {}", refused.body());
    }
    assert_eq!(suspended(&console), "2");
    // Whoever has read it goes on from there.
    let done = console.send(CLERK, &refused, &[("why", "点検")]).await;
    assert_eq!(done.status, 303, "{}", done.body());
    assert_eq!(
        console.send(CLERK, &refused, &[("why", "点検")]).await.place,
        done.place,
        "a second press is no second act"
    );
    let told = console.get(CLERK, &done.place.unwrap()).await;
    assert!(told.says("一覧の端末1台を一時停止しました") && told.says("未確認"), "{}", told.body());
    let event = &console.done("audit list --action device.suspend-list")[0];
    assert_eq!(event["detail"]["criterion"], "/console/devices?office=1272200001");
    assert_eq!((&event["detail"]["devices"][0], &event["why"]), (&"DEV-000002".into(), &"点検".into()));
    // The device's own page knows it, and since when.
    let page = console.get(CLERK, "/console/devices/DEV-000002").await;
    assert!(page.says("一覧の端末1台を一時停止しました"), "{}", page.body());
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_one_may_touch_at_once_waits_for_another_and_stays_the_list_it_was() {
    let console = of_many();
    let list = console.get(CLERK, LIST).await;
    let looked = console.send(CLERK, &list, &[("act", "suspend"), ("which", "all")]).await;
    assert!(looked.says("もう1人の承認を求める") && !looked.says(">端末を一時停止する<"), "{}", looked.body());
    console.done("device apply --office 1272200001 --label 新品 --os windows --ownership office --application A-4");
    // Whoever sends another form than the page's is told what the page would have said.
    let alone = console.send(CLERK, &looked, &[("do", "act"), ("why", "一斉点検")]).await;
    assert!(alone.status == 422 && alone.says("もう1人の承認が必要です"), "{}", alone.body());
    let silent = console.send(CLERK, &looked, &[]).await;
    assert!(silent.status == 422 && silent.says("理由"), "{}", silent.body());
    let proposed = console.send(CLERK, &looked, &[("why", "一斉点検")]).await;
    assert_eq!(proposed.status, 303, "{}", proposed.body());
    assert!(proposed.place.unwrap().starts_with("/console/proposals/P-000001?done="));
    assert_eq!(suspended(&console), "0");
    let page = console.get(APPROVER, "/console/proposals/P-000001").await;
    for said in ["端末60台を一時停止する", "DEV-000060", "一斉点検", "<td>DEV-000060</td><td>一時停止</td>"]
    {
        assert!(page.says(said), "{said}: {}", page.body());
    }
    assert!(!page.says("DEV-000061"), "it came afterwards: {}", page.body());
    let approved = console.act(APPROVER, "/console/approve/proposals/P-000001/approve", &[]).await;
    assert!(approved.says("一覧の端末60台を一時停止しました"), "{}", approved.body());
    assert_eq!(suspended(&console), "60");
    let detail = console.house().answer_apart("SELECT detail FROM events WHERE action = 'device.suspend-list'");
    assert!(detail.contains("\"proposed_by\":\"clerk\"") && detail.contains("\"criterion\""), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_their_rooms_go_by_list_and_what_an_act_takes_is_asked_for_first() {
    let console = Console::new();
    console.done("user add --office 1272200001 --name 伊藤 --profession 医師 --id a.ito --application A-5");
    console.done("room open --name 12号室 --room r12");
    let act = "/console/change/list/people";
    let rows = [("row", "k.sato"), ("row", "a.ito")];
    let asked = console.post(CLERK, act, &[&rows[..], &[("act", "invite"), ("which", "ticked")]].concat()).await;
    assert!(asked.status == 200 && asked.says("部屋の番号"), "{}", asked.body());
    // An end that is none, or over, is told beside its field.
    for (until, said) in [("spring", "のような日付で"), ("2020-01-01", "今日から先の日")] {
        let wrong = console.send(CLERK, &asked, &[("room", "r12"), ("until", until)]).await;
        assert!(wrong.status == 422 && wrong.says(said) && wrong.says(until), "{}", wrong.body());
    }
    let looked = console.send(CLERK, &asked, &[("room", "ｒ12"), ("until", "2199-12-31")]).await;
    assert!(looked.says("利用者2名を部屋 r12 に2199年12月31日まで招待する"), "{}", looked.body());
    // What was looked at is what is done: room and end are no fields any more.
    let done = console.send(CLERK, &looked, &[]).await;
    assert_eq!(done.status, 303, "{}", done.body());
    let until = "SELECT count(*) FROM invitations WHERE room = 'r12' AND until = 7258086000";
    assert_eq!(console.house().answer_apart(until), "2");
    assert_eq!(console.done("room show r12")["members"], 2);
    let again = console.send(CLERK, &asked, &[("room", "r12")]).await;
    assert!(again.says("行える対象がありません") && again.says("除く"), "{}", again.body());
    let looked = console.post(CLERK, act, &[&rows[..], &[("act", "suspend"), ("which", "ticked")]].concat()).await;
    assert_eq!(console.send(CLERK, &looked, &[]).await.status, 303);
    let held = console.house().answer_apart("SELECT count(*) FROM system_users WHERE state = 'suspended'");
    assert_eq!(held, "2");
    // A revocation takes its reason, and says for whom beside the question.
    console.done("cert issue --device DEV-000001 --format p12 --out tablet.p12");
    let typed = [("row", "DEV-000001"), ("act", "revoke"), ("which", "ticked")];
    let asked = console.post(CLERK, ACT, &typed).await;
    assert!(asked.says("失効の理由") && asked.says("失効は取り消せません"), "{}", asked.body());
    let unsaid = console.send(CLERK, &asked, &[]).await;
    assert!(unsaid.status == 422 && unsaid.says("失効の理由を選んでください"), "{}", unsaid.body());
    assert_eq!(console.send(CLERK, &unsaid, &[("reason", "replaced")]).await.status, 303);
    let reason = "SELECT revoked_reason FROM certificates WHERE device = 1 AND state = 'revoked'";
    assert_eq!(console.house().answer_apart(reason), "replaced");
}
