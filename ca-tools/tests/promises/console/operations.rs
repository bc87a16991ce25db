//! Gateways and letters, and who looks after them without seeing a person.

use crate::fixtures::console::{AUDITOR, CLERK, CUSTODIAN, Console, OPS};

const GATEWAY: &str = "/console/operations/gateways/gw-1";
const RETIRE: &str = "/console/custody/gateways/gw-1/retire";

fn furnish(console: &Console) {
    // Each letter is refused as soon as it is there: the desk's own courier has nothing to take.
    tokio::task::block_in_place(|| {
        console.house().meddle(
            "CREATE TRIGGER refused AFTER INSERT ON mails BEGIN UPDATE mails SET state = 'refused', tries = 1, \
             problem = 'refused: 550 yamada@example.jp unknown' WHERE mail = NEW.mail; END",
        );
    });
    console.done("office update 1272200001 --mail yamada@example.jp --contact 山田花子");
    console.done("device suspend DEV-000001");
    let now = "CAST(strftime('%s','now') AS INTEGER)";
    tokio::task::block_in_place(|| {
        let house = console.house();
        house.meddle(&format!(
            "INSERT INTO gateways (gateway, boot, sequence, applied, told_at, dropped) VALUES ('gw-1', 'b', 1, 3, {now}, 2)"
        ));
        house.meddle("INSERT INTO cuts (gateway, at_version, connections, microseconds) VALUES ('gw-1', 3, 2, 12000)");
        house.meddle("DROP TRIGGER refused");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_see_gateways_and_letters_and_no_person() {
    let console = Console::new();
    furnish(&console);
    let letter = console.house().answer_apart("SELECT max(mail) FROM mails");
    let (letters, letter) = ("/console/operations/letters", format!("/console/operations/letters/{letter}"));
    for path in ["/console/operations/", letters, &letter, GATEWAY] {
        let page = console.get(OPS, path).await;
        assert_eq!(page.status, 200, "{path}");
        for person in ["yamada", "山田", "k.sato", "佐藤", "ひだまり"] {
            assert!(!page.says(person), "{path} shows {person}: {}", page.body());
        }
        for of_people in ["/console/people", "/console/devices", "/console/offices", "/console/audit"] {
            assert!(
                !page.text.contains(&format!("href=\"{of_people}")),
                "{path} leads to {of_people}: {}",
                page.body()
            );
        }
    }
    let page = console.get(CLERK, &letter).await;
    assert!(page.says("yamada@example.jp") && page.says("一時停止のお知らせ"), "{}", page.body());
    assert!(page.says("宛先または内容を、メールサーバーが断りました"), "{}", page.body());
    let page = console.get(OPS, "/console/operations/letters?about=yamada%40example.jp").await;
    assert!(!page.says("yamada"), "no search by a person: {}", page.body());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_did_not_arrive_is_tried_again_by_whoever_looks_after_them() {
    let console = Console::new();
    furnish(&console);
    let number = console.house().answer_apart("SELECT max(mail) FROM mails");
    let page = format!("/console/operations/letters/{number}");
    let retry = format!("{page}/retry");
    let read = console.get(AUDITOR, &page).await;
    assert!(!read.leads_to(&retry) && read.says("役割の職員が行えます"), "{}", read.body());
    assert_eq!(console.get(AUDITOR, &retry).await.status, 403);
    assert!(console.get(OPS, "/console/operations/").await.leads_to(&page));
    let done = console.act(OPS, &retry, &[("why", "宛先を直した")]).await;
    assert!(done.says("行いました"), "{}", done.body());
    let event = "SELECT operator || ' ' || why FROM events WHERE action = 'mail.retry'";
    assert_eq!(console.house().answer_apart(event), "ops 宛先を直した");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_tells_how_far_it_is_and_is_retired_by_a_custodian_alone() {
    let console = Console::new();
    furnish(&console);
    let page = console.get(OPS, GATEWAY).await;
    assert!(page.says("版の遅れ") && page.says("0.012秒") && page.says("2件"), "{}", page.body());
    assert!(!page.leads_to(RETIRE) && page.says("認証局の鍵の役割の職員が行えます"), "{}", page.body());
    for who in [OPS, CLERK, AUDITOR] {
        assert_eq!(console.post(who, RETIRE, &[("seen", "1")]).await.status, 403, "{who}");
    }
    let opened = console.get(CUSTODIAN, RETIRE).await;
    assert!(opened.says("動いているゲートウェイには使わないでください"), "{}", opened.body());
    let done = console.act(CUSTODIAN, RETIRE, &[("why", "撤去した")]).await;
    assert!(done.says("使用終了（") && !done.leads_to(RETIRE), "{}", done.body());
    let ends = console.get(CUSTODIAN, "/console/operations/").await;
    assert!(ends.says("失効リスト") && ends.says("公開中") && ends.says("root"), "{}", ends.body());
}
