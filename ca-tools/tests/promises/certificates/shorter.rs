//! A renewal never gives more than its certificate had.

use serde_json::json;

use crate::desk::assertion::{OpenDesk, person};
use crate::fixtures::house::House;

#[test]
fn an_operator_renews_a_shortened_certificate_with_a_reason_and_an_ended_one_for_thirty_days() {
    for house in House::both() {
        let house = house.furnish();
        house.done("cert issue --device DEV-000001 --format pem --out short.pem --days 30");
        for line in
            ["cert renew --device DEV-000001 --format pem --out r.pem", "ticket issue --device DEV-000001 --renewal"]
        {
            let told = house.tell(line);
            assert_eq!((told.code, &told.json()["refused"]), (1, &json!("shortened_not_renewed")), "{told:?}");
            assert!(told.err.contains("--why"), "{told:?}");
        }
        // After its end, too, and no longer than thirty days.
        let late = |days: u32, why: &str| {
            house.later(days, &format!("cert renew --device DEV-000001 --format pem --out late.pem --yes{why}"))
        };
        assert_eq!(late(31, "").json()["refused"], "shortened_not_renewed");
        assert_eq!(late(62, " --why 延長").json()["refused"], "no_certificate");
        let renewed = late(59, " --why 延長");
        assert_eq!(renewed.code, 0, "{renewed:?}");
        let full = house.later(400, "ticket issue --device DEV-000001 --renewal");
        assert_eq!(full.code, 0, "what follows it has its profile's term: {full:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_holder_of_a_shortened_certificate_is_told_to_apply_and_of_a_full_one_is_given_the_next() {
    let desk = OpenDesk::in_a_house_with(
        "public_socket = \"../public.sock\"\n[links]\nhelp_url = \"https://help.example.jp\"\n",
    )
    .await;
    let tickets = || desk.house.done("ticket list --device DEV-000001").as_array().unwrap().len();
    let given = tickets();
    desk.house.done("cert issue --device DEV-000001 --format pem --out DEV-000001.pem --days 30");
    let short = desk.house.thumbprint("DEV-000001");
    let page = desk.as_person(&person("DEV-000001", &short), "/office/renew", None).await;
    assert!(page.0 == 200 && page.1.contains("ここでは更新できません") && page.1.contains("取得申請"), "{}", page.1);
    assert!(!page.1.contains("新しい電子証明書を取得する"), "{}", page.1);
    let refused = desk.as_person(&person("DEV-000001", &short), "/office/renew", Some(&[])).await;
    assert_eq!(refused.0, 409, "{}", refused.1);
    assert_eq!(tickets(), given);
    // Who comes with a full one beside which an operator made a short one is not given that one's place at full term.
    let meddle = |sql: &str| tokio::task::block_in_place(|| desk.house.meddle(sql));
    meddle("UPDATE certificates SET shortened = 0");
    desk.house.done("cert renew --device DEV-000001 --format pem --out next.pem --days 3");
    let refused = desk.as_person(&person("DEV-000001", &short), "/office/renew", Some(&[])).await;
    assert_eq!((refused.0, tickets()), (409, given), "{}", refused.1);
    assert!(refused.1.contains("ここでは更新できません"), "{}", refused.1);
    // A full one near its end, with nothing beside it, is its holder's to renew.
    meddle("UPDATE certificates SET state = 'revoked' WHERE shortened = 1");
    meddle("UPDATE certificates SET successor = NULL");
    let ready = desk.as_person(&person("DEV-000001", &short), "/office/renew", Some(&[])).await;
    assert!(ready.0 == 200 && ready.1.contains("電子証明書をダウンロードする"), "{}", ready.1);
}
