//! The page of a person, and what is done there.

use crate::fixtures::console::{APPROVER, AUDITOR, CLERK, CUSTODIAN, Console};
use crate::fixtures::doors::Page;

const PERSON: &str = "/console/people/k.sato";
const RESET: &str = "/console/change/people/k.sato/reset-password";

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_sees_who_can() {
    let console = Console::new();
    console.done("room open --name 12号室 --room r12");
    let received = console.done(
        "application receive --kind ids --channel post --office 1272200001 --person 伊藤,看護師 --reason 採用 --effective 2026-11-28",
    );
    let application = format!("/console/applications/{}", received["application"].as_str().unwrap());
    for page in ["/console/offices/1272200001", PERSON, "/console/rooms/r12", &application] {
        for who in [AUDITOR, CUSTODIAN] {
            let shown = console.get(who, page).await;
            assert_eq!(shown.status, 200, "{who} {page}: {shown:?}");
            assert!(!shown.says("/console/change/") && !shown.says("/console/approve/"), "{who} {page}: {shown:?}");
            assert!(shown.says("受付または承認の役割の職員が行えます"), "{who} {page}: {shown:?}");
        }
        let shown = console.get(CLERK, page).await;
        assert!(shown.says("/console/change/") && !shown.says("/console/approve/"), "{page}: {shown:?}");
    }
    for page in ["/console/offices/1272200001", PERSON, &application] {
        assert!(console.get(CLERK, page).await.says("この操作は、承認の役割の職員が行えます"), "{page}");
        assert!(console.get(APPROVER, page).await.says("/console/approve/"), "{page}");
    }
    for act in [
        "offices/1272200001/suspend",
        "offices/1272200001/update",
        "people/k.sato/suspend",
        "people/k.sato/reset-password",
        "people/new/add",
        "rooms/r12/invite",
        "rooms/r12/close",
    ] {
        let path = format!("/console/change/{act}");
        assert_eq!(console.get(AUDITOR, &path).await.status, 403, "{path}");
        assert_eq!(console.post(AUDITOR, &path, &[("why", "試験"), ("once", "x")]).await.status, 403, "{path}");
    }
    let roles = "/console/approve/people/k.sato/roles";
    assert_eq!(console.post(CLERK, roles, &[("ra_clerk", "1")]).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_an_act_touches_and_what_they_are_told_is_said_before_it_is_done() {
    let console = Console::new();
    console.done("room open --name 12号室 --room r12");
    console.done("room invite r12 k.sato");
    for act in [
        "change/people/k.sato/suspend",
        "change/people/k.sato/unlock",
        "change/people/k.sato/delete",
        "change/people/k.sato/move",
        "change/people/k.sato/reset-password",
        "approve/people/k.sato/roles",
        "change/offices/1272200001/suspend",
        "change/offices/1272200001/update",
        "change/offices/1272200001/contact",
        "approve/offices/1272200001/withdraw",
        "approve/offices/1272200001/replace",
        "change/rooms/r12/invite",
        "change/rooms/r12/remove?user=k.sato",
        "change/rooms/r12/close",
    ] {
        let page = console.get(APPROVER, &format!("/console/{act}")).await;
        assert_eq!(page.status, 200, "{act}: {page:?}");
        let named = page.leads_to(PERSON)
            || page.leads_to("/console/offices/1272200001")
            || page.leads_to("/console/rooms/r12");
        assert!(named && page.says("行うとどうなるか"), "{act}: {page:?}");
        let tells = ["メール", "お知らせ", "すぐ"].iter().any(|word| page.says(word));
        assert!(tells, "{act} does not say who is told: {page:?}");
    }
    for warned in ["change/people/k.sato/delete", "approve/offices/1272200001/withdraw", "change/rooms/r12/close"] {
        let page = console.get(APPROVER, &format!("/console/{warned}")).await;
        assert!(page.says("band care") && (page.says("戻せません") || page.says("開けません")), "{warned}: {page:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_initial_password_is_shown_once_with_a_reading() {
    let console = Console::new();
    let opened = console.get(CLERK, RESET).await;
    let shown = console.send(CLERK, &opened, &[("why", "本人から電話")]).await;
    assert_eq!(shown.status, 200, "{shown:?}");
    let password = secret(&shown);
    assert_eq!(password.len(), "xxxx-xxxx-xxxx".len(), "{password}");
    let sounds = ca_tools::password::reading(&password);
    assert!(shown.says(&sounds) && shown.says("1人に1枚"), "{sounds}: {shown:?}");
    // Pressed twice, or loaded anew: the same answer, and nothing was done again.
    let again = console.send(CLERK, &opened, &[("why", "本人から電話")]).await;
    assert_eq!((again.status, secret(&again)), (200, password.clone()));
    // Sent once more from elsewhere, with a key of its own: the page was made before the last reset.
    let late = console.send(CLERK, &opened, &[("why", "本人から電話"), ("once", "another-key-of-some-length")]).await;
    assert_eq!(late.status, 422, "{late:?}");
    assert!(!late.says(&password) && late.says("あなたが行いました"), "{late:?}");
    let resets = console.house().answer_apart("SELECT COUNT(*) FROM events WHERE action = 'user.reset-password'");
    assert_eq!(resets, "1");
    // Nobody else is shown it, and no other page shows it.
    let other = console.send(APPROVER, &opened, &[]).await;
    assert!(!other.says(&password), "{other:?}");
    assert!(!console.get(CLERK, PERSON).await.says(&password));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_added_with_all_mistakes_at_once_and_a_namesake_is_looked_at() {
    let console = Console::new();
    let path = "/console/change/people/new/add";
    let opened = console.get(CLERK, &format!("{path}?office=1272200001")).await;
    assert!(opened.says("ひだまり"), "{opened:?}");
    let wrong = console.send(CLERK, &opened, &[("office", "1272200001"), ("name", ""), ("profession", "")]).await;
    assert_eq!(wrong.status, 422, "{wrong:?}");
    for field in ["name", "profession", "application"] {
        assert!(wrong.says(&format!("id=\"{field}-mistake\"")), "{field}: {wrong:?}");
    }
    let typed = [("office", "1272200001"), ("name", "佐藤"), ("profession", "看護師"), ("application", "C-7")];
    let known = console.send(CLERK, &wrong, &typed).await;
    assert!(known.status == 422 && known.says("佐藤（k.sato）"), "{known:?}");
    let added = console.send(CLERK, &known, &[&typed[..], &[("another", "1")]].concat()).await;
    assert_eq!(added.status, 200, "{added:?}");
    let twice = console.send(CLERK, &known, &[&typed[..], &[("another", "1")]].concat()).await;
    assert_eq!(secret(&twice), secret(&added));
    let count = console.house().answer_apart("SELECT COUNT(*) FROM system_users WHERE office = '1272200001'");
    assert_eq!(count, "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_a_person_out_stands_on_their_page_with_what_mends_it() {
    let console = Console::new();
    console.done("user suspend k.sato");
    console.done("office suspend 1272200001");
    let page = console.get(CLERK, PERSON).await;
    assert!(page.says("さまたげになっていること") && page.says("IDが一時停止中です"), "{page:?}");
    assert!(page.leads_to("/console/change/people/k.sato/resume"), "{page:?}");
    assert!(page.says("事業所が「一時停止」です") && page.leads_to("/console/offices/1272200001"), "{page:?}");
    let page = console.get(AUDITOR, PERSON).await;
    assert!(page.says("IDが一時停止中です") && !page.says("/console/change/"), "{page:?}");
    let done = console.act(CLERK, "/console/change/people/k.sato/resume", &[]).await;
    assert!(done.says("行いました") && !done.says("IDが一時停止中です"), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_moves_is_shown_where_to_and_what_ends_before_they_go() {
    let console = Console::new();
    console.done("office register 1272200002 --name こもれび --application C-3");
    let path = "/console/change/people/k.sato/move";
    let opened = console.get(CLERK, path).await;
    let typed = [("office", "1272200002"), ("application", "C-4"), ("why", "異動")];
    let foreseen = console.send(CLERK, &opened, &typed).await;
    assert!(foreseen.status == 422 && foreseen.says("こもれび（1272200002）"), "{foreseen:?}");
    assert_eq!(console.done("user show k.sato")["office"], "1272200001");
    let moved = console.send(CLERK, &foreseen, &[&typed[..], &[("sure", "1")]].concat()).await;
    assert_eq!(moved.status, 303, "{moved:?}");
    assert_eq!(console.done("user show k.sato")["office"], "1272200002");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_two_is_proposed_on_the_page_that_refused_it() {
    let console = Console::new();
    // A second operator who holds every role.
    let every = "auditor ca_custodian ops ra_approver ra_clerk";
    console
        .house()
        .ask(&format!("UPDATE system_users SET roles = '{every}' WHERE login_id = '{CUSTODIAN}' RETURNING login_id"));
    let opened = console.get("setup", "/console/change/people/clerk/reset-password").await;
    let refused = console.send("setup", &opened, &[("why", "本人から電話")]).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    assert!(refused.says("もう1人の承認が必要です") && refused.says(CUSTODIAN), "{refused:?}");
    assert!(!refused.says("--propose") && refused.says("value=\"propose\""), "{refused:?}");
    let proposed = console.send("setup", &refused, &[("why", "本人から電話"), ("do", "propose")]).await;
    assert_eq!(proposed.status, 303, "{proposed:?}");
    let place = proposed.place.unwrap();
    assert!(place.starts_with("/console/proposals/P-000001?done="), "{place}");
    let resets = console.house().answer_apart("SELECT COUNT(*) FROM events WHERE action = 'user.reset-password'");
    assert_eq!(resets, "0");
}

/// The password that a page shows: the second of its secrets, after the ID.
fn secret(page: &Page) -> String {
    let secrets: Vec<_> = page.text.split("<span class=\"secret\">").skip(1).collect();
    secrets.get(1).and_then(|rest| rest.split('<').next()).unwrap_or_else(|| panic!("no secret: {page:?}")).to_owned()
}
