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
