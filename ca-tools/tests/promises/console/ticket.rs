//! A ticket, and what is shown of it once.

use crate::fixtures::console::{APPROVER, AUDITOR, CLERK, Console};

const ISSUE: &str = "/console/change/devices/DEV-000001/ticket";

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_shown_once_and_a_reload_issues_no_other() {
    let console = Console::new();
    let tickets = || console.house().answer_apart("SELECT count(*) FROM tickets");
    let before: i64 = tickets().parse().unwrap();
    let opened = console.get(CLERK, ISSUE).await;
    let typed = [("purpose", "first"), ("why", "届かなかった")];
    let shown = console.send(CLERK, &opened, &typed).await;
    assert_eq!((shown.status, shown.place.as_deref()), (200, None), "no secret in an address: {}", shown.body());
    // The office has no address for mail: number and code, both to be told by other ways.
    let [number, code] = &shown.secrets()[..] else { panic!("{}", shown.body()) };
    assert!((number.len(), code.len()) == (19, 11) && shown.says("<svg"), "{}", shown.body());
    assert_eq!(tickets(), (before + 1).to_string());

    let again = console.send(CLERK, &opened, &typed).await;
    assert_eq!((again.status, &again.text), (200, &shown.text), "a second press loses nothing");
    assert_eq!(tickets(), (before + 1).to_string(), "a reload issues none");
    let once = "a form that was opened once more";
    let old = console.send(CLERK, &opened, &[typed[0], typed[1], ("once", once)]).await;
    assert!(old.status == 422 && old.says("あなたが行いました") && old.secrets().is_empty(), "{}", old.body());
    assert_eq!(tickets(), (before + 1).to_string(), "what was seen before the ticket gives no other");
    let colleague = console.send(APPROVER, &opened, &typed).await;
    assert!(colleague.status == 422 && colleague.says("clerk"), "{}", colleague.body());

    let all = console.house().answer_apart("SELECT group_concat(detail || subject) FROM events");
    assert!(!all.contains(number.as_str()) && !all.contains(code.as_str()), "neither in the record");
    let page = console.get(CLERK, "/console/devices/DEV-000001").await;
    assert!(!page.text.contains(code.as_str()) && !page.text.contains(number.as_str()), "{}", page.body());

    // Of the number that a caller reads out comes its page, and never the number again.
    let led = console.get(CLERK, &format!("/console/tickets/{}", number.to_uppercase())).await;
    let place = led.place.unwrap_or_else(|| panic!("{}", led.text));
    assert!(led.status == 303 && place.starts_with("/console/tickets/T-"), "{place}");
    let page = console.get(AUDITOR, &place).await;
    assert!(page.says("まだ使われていません") && page.says("青木（clerk）"), "{}", page.body());
    assert!(!page.text.contains(number.as_str()) && !page.leads_to(&format!("{place}/kill")), "{}", page.body());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_presses_of_one_button_give_one_ticket() {
    let console = Console::new();
    let opened = console.get(CLERK, ISSUE).await;
    let typed = [("purpose", "first")];
    let (first, second) = tokio::join!(console.send(CLERK, &opened, &typed), console.send(CLERK, &opened, &typed));
    assert_eq!([first.status, second.status], [200, 200], "{} {}", first.body(), second.body());
    assert_eq!(first.secrets(), second.secrets());
    assert_eq!(first.secrets().len(), 2, "one number and one code");
    let killed = "SELECT count(*) FROM tickets WHERE device = 1 AND state = 'open'";
    assert_eq!(console.house().answer_apart(killed), "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_killed_and_another_one_given_in_its_place() {
    let console = Console::new();
    let ticket = console.house().answer_apart("SELECT ticket FROM tickets WHERE state = 'open'");
    let page = console.get(CLERK, "/console/tickets/t-1").await;
    assert_eq!(page.place, Some(format!("/console/tickets/{ticket}")));
    let kill = format!("/console/change/tickets/{ticket}/kill");
    let opened = console.get(CLERK, &kill).await;
    assert!(opened.says("もう何も取得できません") && opened.says("タブレット（DEV-000001）"), "{}", opened.body());
    let killed = console.act(CLERK, &kill, &[("why", "読み間違い")]).await;
    assert!(killed.says("無効（職員が無効にした）") && killed.leads_to(ISSUE), "{}", killed.body());
    let again = console.act(CLERK, &kill, &[]).await;
    assert!(again.status == 422 && again.says("すでに無効です"), "{}", again.body());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_number_goes_by_mail_the_slip_has_the_code_alone() {
    let console = Console::new();
    console.done("office update 1272200001 --mail yamada@example.jp");
    let shown = console.act(CLERK, ISSUE, &[("purpose", "first")]).await;
    assert_eq!(shown.secrets().len(), 1, "{}", shown.body());
    assert!(shown.says("メールでお送りした取得用番号と一緒に使います"), "{}", shown.body());
    let unsaid = console.act(CLERK, ISSUE, &[("purpose", "replacement"), ("replaces", "2")]).await;
    assert!(unsaid.status == 422 && unsaid.says("value=\"2\""), "what was typed is kept: {}", unsaid.body());
}
