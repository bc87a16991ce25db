//! The page of an office, and what is done there.

use crate::fixtures::console::{APPROVER, CLERK, Console};

const OFFICE: &str = "/console/offices/1272200001";
const UPDATE: &str = "/console/change/offices/1272200001/update";
const REGISTER: &str = "/console/change/offices/new/register";

#[tokio::test(flavor = "multi_thread")]
async fn all_mistakes_of_an_office_are_told_at_once_beside_their_fields_and_nothing_is_lost() {
    let console = Console::new();
    let typed = [
        ("office", "12"),
        ("corporation", "医療法人ひまわり会"),
        ("name", ""),
        ("mail", "himawari"),
        ("telephone", "7167"),
        ("address", "柏市豊四季台1-1"),
    ];
    let opened = console.get(CLERK, REGISTER).await;
    let page = console.send(CLERK, &opened, &typed).await;
    assert_eq!(page.status, 422, "{page:?}");
    for field in ["office", "name", "mail", "telephone", "application"] {
        assert!(page.says(&format!("<a href=\"#{field}\">")), "{field} is not in the summary: {page:?}");
        assert!(page.says(&format!("id=\"{field}-mistake\"")), "nothing stands beside {field}: {page:?}");
    }
    for (_, text) in typed.iter().filter(|(_, text)| !text.is_empty()) {
        assert!(page.says(&format!("value=\"{text}\"")), "{text} is lost: {page:?}");
    }
    for right in ["corporation", "address"] {
        assert!(!page.says(&format!("id=\"{right}-mistake\"")), "{right}: {page:?}");
    }
    let put_right = [
        ("office", "１２７２２０００１２"),
        ("corporation", "医療法人ひまわり会"),
        ("name", "ひまわり"),
        ("mail", "himawari@example.jp"),
        ("telephone", "０４-7167-1111"),
        ("address", "柏市豊四季台1-1"),
        ("application", "C-9"),
    ];
    let done = console.send(CLERK, &page, &put_right).await;
    assert_eq!(done.status, 303, "{done:?}");
    let place = done.place.unwrap();
    assert!(place.starts_with("/console/offices/1272200012?done="), "{place}");
    let page = console.get(CLERK, &place).await;
    assert!(page.leads_to("tel:0471671111") && page.leads_to("mailto:himawari@example.jp"), "{page:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_change_an_office_at_once_one_is_told_what_the_other_did() {
    let console = Console::new();
    let (one, other) = (console.get(CLERK, UPDATE).await, console.get(APPROVER, UPDATE).await);
    let first = console.send(CLERK, &one, &[("name", "ひだまり訪問看護"), ("telephone", "04-7167-1111")]).await;
    assert_eq!(first.status, 303, "{first:?}");
    let second = console.send(APPROVER, &other, &[("name", "ひだまり"), ("telephone", "04-7167-2222")]).await;
    assert_eq!(second.status, 422, "{second:?}");
    assert!(second.says("登録内容を変えました") && second.says(CLERK), "{second:?}");
    assert!(second.says("value=\"04-7167-2222\""), "what was typed is lost: {second:?}");
    let kept = console.done("office show 1272200001");
    assert_eq!((&kept["telephone"], &kept["name"]), (&"04-7167-1111".into(), &"ひだまり訪問看護".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_is_taken_back_by_a_press_and_what_stood_there_before_is_there_again() {
    let console = Console::new();
    let done = console.act(CLERK, UPDATE, &[("name", "ひだまり訪問看護"), ("telephone", "04-7167-1111")]).await;
    let version = console.house().answer_apart("SELECT max(version) FROM events");
    let undo = format!("/console/change/audit/{version}/undo");
    assert!(done.leads_to(&undo), "{}", done.body());
    console.act(CLERK, &undo, &[("why", "別の事業所でした")]).await;
    let office = console.done("office show 1272200001");
    assert_eq!((&office["name"], office["telephone"].as_str().unwrap_or_default()), (&"ひだまり".into(), ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_spelling_of_a_number_leads_to_one_address_and_an_unknown_one_says_so() {
    let console = Console::new();
    for (typed, page) in [
        ("offices/%EF%BC%91272200001", "offices/1272200001"),
        ("people/K.Sato", "people/k.sato"),
        ("people/%EF%BD%8B.sato", "people/k.sato"),
        ("applications/a-2026-000001", "applications/A-2026-000001"),
    ] {
        let answer = console.get(CLERK, &format!("/console/{typed}?from=mail")).await;
        let ours = format!("/console/{page}?from=mail");
        assert_eq!((answer.status, answer.place.as_deref()), (303, Some(ours.as_str())), "{typed}");
    }
    for unknown in ["offices/1299999999", "people/nobody", "rooms/nowhere", "applications/A-2026-999999", "offices/x"] {
        let answer = console.get(CLERK, &format!("/console/{unknown}")).await;
        assert_eq!(answer.status, 404, "{unknown}: {answer:?}");
        assert!(answer.says("見つかりません"), "{unknown}: {answer:?}");
    }
    let page = console.get(CLERK, OFFICE).await;
    assert!(page.leads_to("/console/people/k.sato") && page.leads_to("/console/devices/DEV-000001"), "{page:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_that_ends_says_before_what_ends_with_it_and_asks_for_a_second_look() {
    let console = Console::new();
    let path = "/console/approve/offices/1272200001/withdraw";
    let page = console.get(APPROVER, path).await;
    assert!(page.says("ID 1件、端末 1台") && page.says("元に戻せません"), "{page:?}");
    let unsure = console.send(APPROVER, &page, &[("why", "廃業")]).await;
    assert_eq!(unsure.status, 422, "{unsure:?}");
    assert_eq!(console.done("office show 1272200001")["state"], "registered");
    let done = console.act(APPROVER, path, &[("why", "廃業"), ("sure", "1")]).await;
    assert!(done.status == 200 && done.says("利用終了"), "{done:?}");
    assert!(!done.says("/console/change/offices/1272200001/suspend"), "{done:?}");
}
