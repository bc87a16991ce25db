//! The page of a device, and what is done there.

use crate::fixtures::console::{APPROVER, AUDITOR, CLERK, CUSTODIAN, Console, OPS};

const DEVICE: &str = "/console/devices/DEV-000001";
const SUSPEND: &str = "/console/change/devices/DEV-000001/suspend";
const REVOKE: &str = "/console/change/devices/DEV-000001/revoke";
/// What a clerk and an approver do to a device that is in use.
const CHANGES: [&str; 5] = [
    SUSPEND,
    "/console/change/devices/DEV-000001/lost",
    "/console/change/devices/DEV-000001/inspect",
    "/console/change/devices/DEV-000001/ticket",
    REVOKE,
];
/// What an inspection looks at, of the device and of its network.
pub(super) const ITEMS: [&str; 7] = [
    "startup_password",
    "default_changed",
    "os_supported",
    "protected",
    "network_private",
    "network_encrypted",
    "network_maintained",
];
const APPROVE: &str = "/console/approve/devices/DEV-000001/approve";

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operator_may_not_do_has_no_button_and_is_refused() {
    let console = Console::new();
    console.done("cert issue --device DEV-000001 --format p12 --out tablet.p12");
    let all: Vec<_> = CHANGES.into_iter().chain([APPROVE]).collect();
    let table = [(CLERK, &all[..5]), (APPROVER, &all[..]), (AUDITOR, &[][..]), (CUSTODIAN, &[][..])];
    for (who, may) in table {
        let page = console.get(who, DEVICE).await;
        assert_eq!(page.status, 200, "{who}");
        for act in &all {
            let can = may.contains(act);
            assert_eq!(page.leads_to(act), can, "{who} {act}: {}", page.body());
            let opened = console.get(who, act).await;
            assert_eq!(opened.status, if can { 200 } else { 403 }, "{who} {act}");
            if !can {
                let refused = console.post(who, act, &[("why", "試験")]).await;
                assert!(refused.status == 403 && refused.says("役割の職員が行えます"), "{who} {act}: {refused:?}");
            }
        }
        assert_eq!(page.says("承認の役割の職員が行えます"), may.len() < all.len(), "{who}: {}", page.body());
    }
    assert_eq!(console.get(OPS, DEVICE).await.status, 403, "operations see no device's people");
    let events = console.house().answer_apart("SELECT count(*) FROM events WHERE operator IN ('auditor', 'ops')");
    assert_eq!(events, "0");
    let done = console.act(CLERK, SUSPEND, &[("why", "試験")]).await;
    assert!(done.says("行いました") && done.says("取り消す") && done.says("一時停止中です"), "{}", done.body());
    assert!(
        done.leads_to("/console/change/devices/DEV-000001/resume") && done.says("まで取り消せます"),
        "{}",
        done.body()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_act_at_once_one_is_told_what_the_other_did() {
    let console = Console::new();
    for act in [SUSPEND, "/console/change/devices/DEV-000001/inspect", REVOKE] {
        let first = console.get(CLERK, act).await;
        let other = "/console/change/devices/DEV-000001/lost";
        let done = console.act(APPROVER, other, &[("why", "電話で依頼"), ("reported_by", "本人")]).await;
        assert!(done.says("行いました"), "{}", done.body());
        let version = console.house().answer_apart("SELECT max(version) FROM events");
        let typed = [("why", "置き忘れ"), ("result", "pass"), ("reason", "lost"), ("serial", "all")];
        let items = ITEMS.map(|item| ("holds", item));
        let told = console.send(CLERK, &first, &[&typed[..], &items[..]].concat()).await;
        assert_eq!(told.status, 422, "{act}: {}", told.body());
        assert!(told.says("この画面を開いたあとに変更されています") && told.says("approver"), "{}", told.body());
        assert!(told.says("value=\"置き忘れ\""), "what was typed is kept: {}", told.body());
        assert_eq!(console.house().answer_apart("SELECT max(version) FROM events"), version, "{act}: nothing was done");
    }
    // Whoever has read it may go on from there.
    let opened = console.get(CLERK, SUSPEND).await;
    console.done("device resume DEV-000001 --why 見つかった");
    let told = console.send(CLERK, &opened, &[]).await;
    assert!(told.status == 422 && told.says("setup"), "{}", told.body());
    assert_eq!(console.send(CLERK, &told, &[]).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_goes_its_whole_way_in_the_console() {
    let console = Console::new();
    let line = "device apply --office 1272200001 --label ノート --os windows --ownership office --user k.sato --application A-3";
    let device = console.done(line)["device"].as_str().unwrap().to_owned();
    let (page, change) = (format!("/console/devices/{device}"), format!("/console/change/devices/{device}"));
    let shown = console.get(CLERK, &page).await;
    assert!(
        shown.says("安全性の検査がまだ済んでいません") && shown.leads_to("/console/people/k.sato"),
        "{}",
        shown.body()
    );

    let inspect = format!("{change}/inspect");
    let missing = console.act(CLERK, &inspect, &[("result", "pass"), ("holds", "protected")]).await;
    assert!(missing.status == 422 && missing.says("合格にはできません"), "{}", missing.body());
    assert!(missing.says("value=\"protected\" checked"), "what was ticked is kept: {}", missing.body());
    let items = ITEMS.map(|item| ("holds", item));
    let passed = console.act(CLERK, &inspect, &[&items[..], &[("result", "pass")]].concat()).await;
    assert!(passed.says("行いました") && passed.says("承認を待っています"), "{}", passed.body());
    assert!(!passed.leads_to(&format!("/console/approve/devices/{device}/approve?")), "a clerk approves nothing");

    let approve = format!("/console/approve/devices/{device}/approve");
    let wrong = console.act(APPROVER, &approve, &[("until", "きのう")]).await;
    assert!(wrong.status == 422 && wrong.says("value=\"きのう\""), "{}", wrong.body());
    let approved = console.act(APPROVER, &approve, &[("until", "令和12年3月31日")]).await;
    assert!(approved.status == 200 && approved.says("確認コード"), "{}", approved.body());
    let shown = console.get(CLERK, &page).await;
    assert!(shown.says("電子証明書をまだ取得していません") && shown.says("2030年3月31日"), "{}", shown.body());

    console.done("user add --office 1272200001 --name 山田 --profession 医師 --id m.yamada --application A-4");
    let users = format!("{change}/users");
    let nothing = console.act(CLERK, &users, &[("add", "m.yamada")]).await;
    assert!(nothing.status == 422 && nothing.says("申請番号を入れてください"), "{}", nothing.body());
    assert!(!nothing.says("--application"), "no option in a page: {}", nothing.body());
    let typed = [("add", "ｍ.yamada"), ("remove", "k.sato"), ("application", "A-4")];
    let listed = console.act(CLERK, &users, &typed).await;
    assert!(
        listed.leads_to("/console/people/m.yamada") && !listed.leads_to("/console/people/k.sato"),
        "{}",
        listed.body()
    );

    console.done(&format!("cert issue --device {device} --format p12 --out note.p12"));
    let revoke = format!("{change}/revoke");
    let unsaid = console.act(CLERK, &revoke, &[("serial", "all")]).await;
    assert!(unsaid.status == 422 && unsaid.says("失効の理由を選んでください"), "{}", unsaid.body());
    let opened = console.get(CLERK, &revoke).await;
    assert!(opened.says("失効は取り消せません") && opened.says("山田（m.yamada）"), "{}", opened.body());
    let gone = console.act(CLERK, &revoke, &[("serial", "all"), ("reason", "replaced")]).await;
    assert!(gone.says("使用中の電子証明書がありません") && gone.says("取得用番号を発行する"), "{}", gone.body());
    let reason = "SELECT revoked_reason FROM certificates WHERE device = 2 AND state = 'revoked'";
    assert_eq!(console.house().answer_apart(reason), "replaced");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_device_is_stopped_and_comes_back_only_with_a_reason() {
    let console = Console::new();
    let (lost, resume) = ("/console/change/devices/DEV-000001/lost", "/console/change/devices/DEV-000001/resume");
    let unsaid = console.act(CLERK, lost, &[("reported_by", "本人")]).await;
    assert!(unsaid.status == 422 && unsaid.says("理由を入れてください"), "{}", unsaid.body());
    let stopped = console.act(CLERK, lost, &[("reported_by", "本人"), ("why", "電車に忘れた")]).await;
    assert!(stopped.says("電車に忘れた") && stopped.says("紛失の報告がありました"), "{}", stopped.body());
    let opened = console.get(CLERK, resume).await;
    assert!(opened.says("電車に忘れた") && opened.says("必須"), "{}", opened.body());
    let bare = console.send(CLERK, &opened, &[]).await;
    assert!(bare.status == 422 && bare.says("確かめた内容を「理由」に書いてください"), "{}", bare.body());
    let back = console.act(CLERK, resume, &[("why", "駅から本人に戻った")]).await;
    assert!(back.says("行いました") && !back.says("一時停止中です"), "{}", back.body());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_spelling_of_a_number_leads_to_its_page_and_what_is_not_there_says_so() {
    let console = Console::new();
    for typed in ["1", "DEV-1", "dev-000001", "%EF%BC%A4%EF%BC%A5%EF%BC%B6%EF%BC%8D%EF%BC%91"] {
        let led = console.get(CLERK, &format!("/console/devices/{typed}?done=3")).await;
        assert_eq!((led.status, led.place.as_deref()), (303, Some("/console/devices/DEV-000001?done=3")), "{typed}");
        let act = console.get(CLERK, &format!("/console/change/devices/{typed}/suspend")).await;
        assert!(act.status == 200 && act.leads_to(SUSPEND), "{typed}: {}", act.body());
    }
    for (typed, said) in [
        ("/console/devices/DEV-000777", "この番号の端末はありません"),
        ("/console/devices/tablet", "DEV-000001 のような番号"),
        ("/console/change/devices/777/lost", "この番号の端末はありません"),
        ("/console/certificates/4a0b", "このシリアル番号の電子証明書はありません"),
        ("/console/certificates/%E3%81%82", "シリアル番号は"),
        ("/console/tickets/T-999999", "この取得用番号はありません"),
        ("/console/tickets/abcd-efgh-ijkm-npqr", "読み間違い"),
        ("/console/operations/letters/77", "この番号のメールはありません"),
        ("/console/operations/gateways/gw-7", "報告がありません"),
    ] {
        let page = console.get(CLERK, typed).await;
        assert!(page.status == 404 && page.says(said), "{typed}: {} {}", page.status, page.body());
    }
    console.done("cert issue --device DEV-000001 --format p12 --out tablet.p12");
    let serial = console.house().answer_apart("SELECT serial FROM certificates");
    let led = console.get(CLERK, &format!("/console/certificates/{}", serial.to_uppercase())).await;
    assert_eq!(led.place, Some(format!("/console/certificates/{serial}")));
    let page = console.get(AUDITOR, &led.place.unwrap()).await;
    assert!(page.says("使用中") && page.says("あと") && page.says("柏市（認証局）"), "{}", page.body());
    assert!(page.says("タブレット（DEV-000001）") && page.says("まだ使われていません"), "{}", page.body());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_devices_sheet_has_its_number_and_where_it_is_stopped() {
    let console = Console::new();
    let sheet = console.get(CLERK, "/console/devices/DEV-000001/sheet").await;
    assert!(sheet.says("DEV-000001") && sheet.says("https://help.example.jp/lost"), "{}", sheet.body());
    assert!(sheet.says("<svg") && sheet.says("class=\"slip\""), "{}", sheet.body());
    assert!(sheet.text.contains("@page{size:A4"), "one sheet of A4");
}
