//! Until when a device is approved, what follows from it, and who is told.

use ca_tools::acts::{By, OfficeForm};
use ca_tools::application::Detail;
use ca_tools::config::Approvals;
use registry::Ownership;
use serde_json::{Value as Json, json};

use crate::fixtures::registry_at::{NOW, RegistryAt, both, by, office};

const DAY: i64 = 86_400;
/// `NOW` is in January 2027.
const DUE: &str = "2027-05-31T23:59:59+09:00";
const NEXT: &str = "2028-05-31T23:59:59+09:00";

async fn ends(registry: &RegistryAt, no: certs::DeviceNo) -> (Json, Json) {
    let device = registry.writer.ledger().device(no).await.unwrap();
    (device["approval_ends"].clone(), device["approved_until"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_is_due_at_the_next_report_and_shuts_nobody_out_unless_the_city_says_so() {
    for registry in both().await {
        let open = registry.approved(Ownership::Office, &[]).await;
        assert_eq!(ends(&registry, open).await, (json!(DUE), json!(null)));
        let lapsing = registry.ending(Approvals::default().lapsing());
        // Who was approved before is shut out by no date that the city set afterwards.
        assert_eq!(ends(&lapsing, open).await, (json!(DUE), json!(null)));
        let shut = lapsing.approved(Ownership::Office, &[]).await;
        assert_eq!(ends(&lapsing, shut).await, (json!(DUE), json!(DUE)));
        // A day that somebody says shuts out in either house.
        let until = NOW.plus(30 * DAY);
        lapsing.writer.approve_device(&by(), open, Some(until)).await.unwrap();
        assert_eq!(ends(&lapsing, open).await, (json!(until.to_string()), json!(until.to_string())));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_continues_approvals_and_leaves_alone_what_somebody_ended_by_hand() {
    for registry in both().await {
        let lapsing = registry.ending(Approvals::default().lapsing());
        let (one, other) =
            (lapsing.approved(Ownership::Office, &[]).await, lapsing.approved(Ownership::Office, &[]).await);
        let by_hand = lapsing.approved(Ownership::Office, &[]).await;
        let until = NOW.plus(300 * DAY);
        lapsing.writer.approve_device(&by(), by_hand, Some(until)).await.unwrap();
        let gone = lapsing.approved(Ownership::Office, &[]).await;
        lapsing.writer.retire_device(&by(), gone, registry::change::RevokedReason::Ended).await.unwrap();
        // After the end of the first, in June: one that has lapsed is continued as well.
        let june = By { at: NOW.plus(150 * DAY), ..by() };
        let (renewed, _) = lapsing.writer.renew_approvals(&june, &[one, by_hand, gone]).await.unwrap();
        assert_eq!((renewed.renewed, renewed.left_out), (vec![one], vec![by_hand, gone]));
        assert_eq!(ends(&lapsing, one).await, (json!(NEXT), json!(NEXT)));
        assert_eq!(ends(&lapsing, other).await, (json!(DUE), json!(DUE)), "who was not named is not continued");
        assert_eq!(ends(&lapsing, by_hand).await.1, json!(until.to_string()));
        // Where the city does not shut out any more, what is continued is free again.
        let free = lapsing.writer.clone().ending(Approvals::default());
        free.renew_approvals(&june, &[one]).await.unwrap();
        assert_eq!(ends(&lapsing, one).await, (json!(NEXT), json!(null)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_is_told_a_month_and_a_week_before_its_devices_are_shut_out_and_of_no_other_end() {
    for registry in both().await {
        let form = OfficeForm::from([(Detail::Mail, "yamada@example.jp")]);
        registry.writer.update_office(&by(), &office(), form).await.unwrap();
        let open = registry.approved(Ownership::Office, &[]).await;
        registry.certified(open, 1).await;
        let lapsing = registry.ending(Approvals::default().lapsing());
        for seed in [2, 3] {
            let no = lapsing.approved(Ownership::Office, &[]).await;
            lapsing.certified(no, seed).await;
        }
        // One that has no certificate is used by nobody.
        lapsing.approved(Ownership::Office, &[]).await;
        let mut sent = Vec::new();
        for day in 0..200 {
            if lapsing.writer.remind_of_approvals(NOW.plus(day * DAY)).await.unwrap() > 0 {
                sent.push(day);
            }
        }
        let due = NOW.days_until(certs::Timestamp::from_unix(1_811_775_599));
        assert_eq!(sent, [due - 29, due - 6], "each once, on the first day from which it is no more than so far");
        let letters = lapsing.writer.ledger().mails(Default::default()).await.unwrap();
        let told: Vec<_> = letters.iter().filter(|letter| letter["kind"] == json!("approval_ending")).collect();
        assert_eq!(told.len(), 2);
        assert!(told.iter().all(|letter| letter["recipient"] == json!("yamada@example.jp")), "{told:?}");
    }
}
