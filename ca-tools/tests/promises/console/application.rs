//! The page of an application, and its way through the console.

use crate::fixtures::console::{APPROVER, CLERK, Console};

const RECEIVE: &str = "/console/change/applications/new/receive?kind=ids&office=1272200001";
const TICKED: [(&str, &str); 3] =
    [("check-complete", "1"), ("check-office_confirmed", "1"), ("check-applicant_confirmed", "1")];

fn three(day: &str) -> [(&str, &str); 9] {
    [
        ("channel", "post"),
        ("person-1-name", "伊藤 葵"),
        ("person-1-profession", "看護師"),
        ("person-2-name", "鈴木 健"),
        ("person-2-profession", "薬剤師"),
        ("person-3-name", "高橋 渚"),
        ("person-3-profession", "介護職"),
        ("reason", "採用"),
        ("effective", day),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_decided_on_three_pages() {
    let console = Console::new();
    let today = console.house().day(0);
    assert!(console.get(CLERK, "/console/offices/1272200001").await.says("kind=ids&#38;office=1272200001"));
    // One: what came on paper.
    let receive = console.get(CLERK, RECEIVE).await;
    assert_eq!(receive.status, 200, "{receive:?}");
    let office = [("office", "1272200001")];
    let received = console.send(CLERK, &receive, &[&office[..], &three(&today)].concat()).await;
    let inspect = received.place.clone().unwrap_or_else(|| panic!("{received:?}"));
    assert!(inspect.starts_with("/console/change/applications/A-") && inspect.contains("/inspect?done="), "{inspect}");
    // Two: what was looked at.
    let page = console.get(CLERK, &inspect).await;
    assert!(
        page.says("伊藤 葵（看護師）") && page.says("採用") && !page.says("{&quot;") && !page.says("\"form\""),
        "{page:?}"
    );
    let untouched = console.send(CLERK, &page, &[("do", "pass")]).await;
    assert!(untouched.status == 422 && untouched.says("確かめて、チェックを入れてください"), "{untouched:?}");
    let passed = console.send(CLERK, &page, &[&TICKED[..], &[("do", "pass")]].concat()).await;
    assert_eq!(passed.status, 303, "{passed:?}");
    let shown = console.get(CLERK, &passed.place.unwrap()).await;
    assert!(shown.says("検査済み") && shown.says("この操作は、承認の役割の職員が行えます"), "{shown:?}");
    // Three: what is granted, and shown once.
    let no = inspect.split('/').nth(4).unwrap();
    let approve = format!("/console/approve/applications/{no}/approve");
    let page = console.get(APPROVER, &approve).await;
    assert!(page.says("3人分の新しいIDと初期パスワード"), "{page:?}");
    let granted = console.send(APPROVER, &page, &[]).await;
    assert_eq!(granted.status, 200, "{granted:?}");
    for name in ["伊藤 葵 様", "鈴木 健 様", "高橋 渚 様"] {
        assert!(granted.says(name), "{name}: {granted:?}");
    }
    assert_eq!(granted.text.matches("<section class=\"slip\">").count(), 3, "{granted:?}");
    assert_eq!(granted.text.matches("ハイフン").count(), 6, "{granted:?}");
    let again = console.send(APPROVER, &page, &[]).await;
    assert_eq!(again.text.matches("class=\"secret\"").count(), 6, "a second press loses them: {again:?}");
    let people = console.house().answer_apart("SELECT COUNT(*) FROM system_users WHERE office = '1272200001'");
    assert_eq!(people, "4");
    let decided = console.get(CLERK, &format!("/console/applications/{no}")).await;
    assert!(decided.says("承認済み") && !decided.says("/console/approve/"), "{decided:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_with_mistakes_comes_back_whole_with_all_of_them() {
    let console = Console::new();
    let opened = console.get(CLERK, RECEIVE).await;
    let typed =
        [("office", "1272200001"), ("person-1-name", "伊藤 葵"), ("delete-1", "nobody"), ("effective", "きのう")];
    let page = console.send(CLERK, &opened, &typed).await;
    assert_eq!(page.status, 422, "{page:?}");
    for field in ["channel", "person-1-profession", "delete-1", "reason", "effective"] {
        assert!(page.says(&format!("<a href=\"#{field}\">")), "{field}: {page:?}");
    }
    for text in ["伊藤 葵", "きのう", "1272200001"] {
        assert!(page.says(&format!("value=\"{text}\"")), "{text} is lost: {page:?}");
    }
    assert_eq!(console.house().answer_apart("SELECT COUNT(*) FROM applications"), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_turns_an_application_down_says_why_and_its_office_is_told() {
    let console = Console::new();
    console.done("office update 1272200001 --mail yamada@example.jp");
    let day = console.house().day(0);
    let received = console.done(&format!(
        "application receive --kind ids --channel post --office 1272200001 --person 伊藤,看護師 --reason 採用 --effective {day}"
    ));
    let no = received["application"].as_str().unwrap();
    let path = format!("/console/approve/applications/{no}/reject");
    let opened = console.get(APPROVER, &path).await;
    assert!(opened.says("却下を取り消せません"), "{opened:?}");
    let silent = console.send(APPROVER, &opened, &[]).await;
    assert!(silent.status == 422 && silent.says("id=\"why-mistake\""), "{silent:?}");
    let done = console.act(APPROVER, &path, &[("why", "職種が違います")]).await;
    assert!(done.says("却下") && done.says("職種が違います") && done.says("1通のメール"), "{done:?}");
}
