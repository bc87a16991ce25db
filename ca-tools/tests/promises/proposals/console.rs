//! In the console: one proposes and sees no button to approve, the other approves; what was done alone is reviewed there.

use crate::fixtures::doors::Doors;
use crate::fixtures::house::House;
use crate::people::passwords::EVERY_ROLE;

const OFFICE: &str = "1272200001";

/// Two who hold every role and made nobody today that counts, a clerk; a desk with both its doors open.
fn opened() -> Doors {
    let house = House::furnished();
    for (id, roles) in [("setup", EVERY_ROLE), ("c.ueda", "--role ra_clerk"), ("b.abe", EVERY_ROLE)] {
        house.done(&format!(
            "user add --office 1272200001 --name 職員 --profession 行政 --id {id} {roles} --application A-9"
        ));
    }
    let file = house.folder.join("ca/ca.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}\n[proposals]\napart_hours = 0\n")).unwrap();
    Doors::of(house)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_proposes_on_a_page_and_the_other_approves_on_another() {
    let doors = opened();
    let (setup, abe, ueda) = (("setup", OFFICE), ("b.abe", OFFICE), ("c.ueda", OFFICE));
    let new = "/console/change/proposals/new/reset-password/c.ueda";
    let asked = doors.as_person(setup, new, None).await;
    for words in ["ID c.ueda のパスワードを再発行する", "承認できる職員：b.abe", "初期パスワードのまま"]
    {
        assert!(asked.status == 200 && asked.text.contains(words), "{words}: {asked:?}");
    }
    let silent = doors.as_person(setup, new, Some(&[("why", "")])).await;
    assert!(silent.status == 422 && silent.text.contains("理由がありません"), "{silent:?}");
    let proposed = doors.as_person(setup, new, Some(&[("why", "失念")])).await;
    let place = proposed.place.clone().unwrap_or_default();
    assert!(proposed.status == 303 && place.starts_with("/console/proposals/P-000001?done="), "{proposed:?}");

    let page = "/console/proposals/P-000001";
    let approve = "/console/approve/proposals/P-000001/approve";
    let own = doors.as_person(setup, page, None).await;
    assert!(own.status == 200 && !own.text.contains(approve) && own.text.contains("取り下げる"), "{own:?}");
    assert!(own.text.contains("承認・却下できる職員：b.abe") && own.text.contains("失念"), "{own:?}");
    let refused = doors.as_person(setup, approve, Some(&[("once", "a")])).await;
    assert!(refused.status == 422 && refused.text.contains("setup 自身の提案です"), "{refused:?}");
    let clerk = doors.as_person(ueda, page, None).await;
    assert!(clerk.status == 200 && !clerk.text.contains(approve), "{clerk:?}");
    assert_eq!(doors.as_person(ueda, approve, Some(&[])).await.status, 403);

    let other = doors.as_person(abe, page, None).await;
    assert!(other.text.contains(approve) && !other.text.contains("取り下げる"), "{other:?}");
    let asked = doors.as_person(abe, approve, None).await;
    assert!(asked.status == 200 && asked.text.contains("すぐに実行されます"), "{asked:?}");
    let done = doors.as_person(abe, approve, Some(&[("once", "b")])).await;
    assert!(
        done.status == 200 && done.text.contains("c.ueda の初期パスワード"),
        "it is shown here and nowhere else: {done:?}"
    );
    let pressed_again = doors.as_person(abe, approve, Some(&[("once", "b")])).await;
    assert_eq!((pressed_again.status, &pressed_again.text), (200, &done.text), "a second press loses nothing");
    let again = doors.as_person(abe, approve, Some(&[("once", "c")])).await;
    assert!(again.status == 422 && again.text.contains("実行済み"), "{again:?}");
    let listed = doors.as_person(ueda, "/console/proposals", None).await;
    assert!(listed.text.contains("P-000001") && listed.text.contains("実行済み"), "{listed:?}");
    let detail = doors.house.ask("SELECT detail FROM events WHERE action = 'user.reset-password'");
    assert!(detail.contains("\"proof\":\"console\"") && detail.contains("\"proposed_by\":\"setup\""), "{detail}");
    for missing in ["/console/proposals/P-000009", "/console/proposals/X", "/console/proposals/B-000001"] {
        assert_eq!(doors.as_person(abe, missing, None).await.status, 404, "{missing}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_custodian_did_alone_waits_on_the_list_until_another_reviewed_it() {
    let doors = opened();
    let (setup, abe) = (("setup", OFFICE), ("b.abe", OFFICE));
    let alone = "/console/custody/proposals/new/suspend-person/b.abe";
    let asked = doors.as_person(setup, alone, None).await;
    assert!(asked.status == 200 && asked.text.contains("もう1人の承認を待てない緊急のときだけ"), "{asked:?}");
    let silent = doors.as_person(setup, alone, Some(&[("why", "")])).await;
    assert!(silent.status == 422 && silent.text.contains("理由がありません"), "{silent:?}");
    let done = doors.as_person(setup, alone, Some(&[("why", "端末の紛失")])).await;
    assert_eq!(done.status, 303, "{done:?}");
    doors.house.done("user resume b.abe");

    let listed = doors.as_person(abe, "/console/proposals", None).await;
    assert!(listed.text.contains("確認を待つ単独の操作") && listed.text.contains("B-000001"), "{listed:?}");
    let review = "/console/custody/proposals/B-000001/review";
    let own = doors.as_person(setup, "/console/proposals/B-000001", None).await;
    assert!(own.text.contains("端末の紛失") && !own.text.contains(review), "{own:?}");
    let refused = doors.as_person(setup, review, Some(&[("finding", "justified"), ("why", "x")])).await;
    assert!(refused.status == 422 && refused.text.contains("setup 自身の操作です"), "{refused:?}");
    assert!(doors.as_person(abe, "/console/proposals/B-000001", None).await.text.contains(review));
    let open = doors.as_person(abe, review, Some(&[("why", "電話で確認")])).await;
    assert!(open.status == 422 && open.text.contains("結果を選んでください"), "{open:?}");
    let reviewed = doors.as_person(abe, review, Some(&[("finding", "justified"), ("why", "電話で確認")])).await;
    assert_eq!(reviewed.status, 303, "{reviewed:?}");
    let listed = doors.as_person(abe, "/console/proposals", None).await;
    assert!(!listed.text.contains("確認を待つ単独の操作"), "{listed:?}");
}

/// What each act that needs two is asked for by, and what is typed there.
const ASKED: [(&str, &[(&str, &str)]); 10] = [
    ("approve/people/c.ueda/roles", &[("ra_clerk", "1"), ("auditor", "1")]),
    ("change/people/c.ueda/reset-password", &[]),
    ("change/people/c.ueda/suspend", &[]),
    ("change/people/c.ueda/delete", &[]),
    ("change/offices/1272200002/suspend", &[]),
    ("approve/offices/1272200002/withdraw", &[("sure", "1")]),
    (
        "approve/offices/1272200002/replace",
        &[("sure", "1"), ("office", "1272200003"), ("name", "新みどり"), ("application", "A-7"), ("pledge", "2026-04")],
    ),
    ("approve/devices/DEV-000002/approve", &[]),
    ("change/proposals/new/emergency/DEV-000002", &[]),
    ("custody/authorities/new/add-issuing", &[("name", "2027")]),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_act_that_needs_two_is_proposed_in_the_console_with_what_it_changes_and_leads_to_its_proposal() {
    let doors = opened();
    let (setup, abe) = (("setup", OFFICE), ("b.abe", OFFICE));
    doors.house.done("office register 1272200002 --name みどり --application A-1");
    doors.house.done("user add --office 1272200002 --name 森 --profession 行政 --id m.mori --application A-2");
    doors.house.ask("UPDATE system_users SET roles = 'ra_clerk' WHERE login_id = 'm.mori' RETURNING roles");
    doors.house.done("device apply --office 1272200001 --label 代替機 --os ios --ownership office --application A-3");
    doors.house.done("device inspect DEV-000002 --result pass");
    let version = || doors.house.ask("SELECT version FROM registry");
    for (count, (place, typed)) in (1..).zip(ASKED) {
        let path = format!("/console/{place}");
        let before = version();
        let with = |more: &[(&'static str, &'static str)]| [typed, more].concat();
        let silent = doors.as_person(setup, &path, Some(&with(&[("do", "propose"), ("once", "a")]))).await;
        assert!(silent.status == 422 && silent.text.contains("理由がありません"), "{place}: {silent:?}");
        if !place.contains("/new/") {
            let alone = doors.as_person(setup, &path, Some(&with(&[("why", "試験"), ("once", place)]))).await;
            let said = alone.text.contains("もう1人の承認が必要です") && alone.text.contains("value=\"propose\"");
            assert!(alone.status == 422 && said && alone.text.contains(" → "), "{place}: {alone:?}");
        }
        assert_eq!(version(), before, "{place}: nothing was done");
        let proposed = doors.as_person(setup, &path, Some(&with(&[("why", "試験"), ("do", "propose")]))).await;
        let (no, led) = (format!("P-{count:06}"), proposed.place.clone().unwrap_or_default());
        assert!(led.starts_with(&format!("/console/proposals/{no}?done=")), "{place}: {proposed:?}");
        let page = doors.as_person(setup, &led, None).await;
        for words in ["変わること", "承認・却下できる職員：b.abe", "これまでの記録", "取り下げる"]
        {
            assert!(page.status == 200 && page.text.contains(words), "{place}: {words}: {page:?}");
        }
        assert!(!page.text.contains(&format!("/proposals/{no}/approve")), "{place}: {page:?}");
        let other = doors.as_person(abe, &format!("/console/proposals/{no}"), None).await;
        assert!(other.text.contains(&format!("/proposals/{no}/approve")), "{place}: {other:?}");
        let event = doors.house.ask("SELECT detail FROM events ORDER BY version DESC LIMIT 1");
        assert!(event.contains("\"kind\"") && !event.contains("みどり") && !event.contains("\"act\""), "{event}");
        let withdraw = if place.starts_with("custody") { "custody" } else { "change" };
        let withdraw = format!("/console/{withdraw}/proposals/{no}/withdraw");
        if !place.ends_with("replace") {
            assert_eq!(doors.as_person(setup, &withdraw, Some(&[])).await.status, 303, "{place}");
        }
    }
    let approve = "/console/approve/proposals/P-000007/approve";
    let replaced = doors.as_person(abe, approve, Some(&[("once", "replace")])).await;
    assert_eq!(replaced.status, 303, "{replaced:?}");
    let new = doors.house.done("office show 1272200003");
    assert_eq!((&new["name"], &new["state"]), (&"新みどり".into(), &"registered".into()));
    let page = doors.as_person(setup, "/console/authorities", None).await;
    for words in ["ca-tools restore", "ca-tools ca add-issuing", "/retire"] {
        assert!(page.text.contains(words), "{words}: {page:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_emergency_that_an_approver_proposes_a_clerk_is_the_second_in_the_console() {
    let doors = opened();
    let (setup, ueda) = (("setup", OFFICE), ("c.ueda", OFFICE));
    doors.house.done("device apply --office 1272200001 --label 代替機 --os ios --ownership office --application A-3");
    let new = "/console/change/proposals/new/emergency/DEV-000002";
    let proposed = doors.as_person(setup, new, Some(&[("why", "端末の故障")])).await;
    assert_eq!(proposed.status, 303, "{proposed:?}");
    let (page, approve) = ("/console/proposals/P-000001", "/console/change/proposals/P-000001/approve");
    assert!(!doors.as_person(setup, page, None).await.text.contains(approve));
    assert!(doors.as_person(ueda, page, None).await.text.contains(approve));
    assert_eq!(doors.as_person(ueda, approve, Some(&[("once", "a")])).await.status, 303);
    let told = doors.as_person(setup, page, None).await;
    let command = "ca-tools cert emergency --device DEV-000002 --out ファイル --why 理由 --proposal P-000001";
    assert!(told.text.contains(command), "{told:?}");
    let given = doors
        .house
        .done("cert emergency --device DEV-000002 --format pem --out e.pem --why 端末の故障 --proposal P-000001");
    assert_eq!(given["emergency"], true, "{given}");
}
