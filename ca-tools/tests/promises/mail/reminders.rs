//! Nobody is locked out unwarned, and nobody is warned twice or of what no longer matters.

use ca_tools::acts::{By, Writer};
use ca_tools::application::Detail;
use ca_tools::rows::Purpose;
use certs::{DeviceNo, Timestamp, Validity};
use registry::Ownership;
use serde_json::json;

use crate::fixtures::registry_at::{NOW, RegistryAt, both, by, intent, office, signed};

const DAY: i64 = 86_400;
const LAST: i64 = 760;
const NOTHING: [i64; 0] = [];

async fn addressed(registry: &RegistryAt) {
    let form = ca_tools::acts::OfficeForm::from([(Detail::Mail, "yamada@example.jp")]);
    registry.writer.update_office(&by(), &office(), form).await.unwrap();
}

/// Walks from one day to another as a desk does that looks four times a day; the days left of each notice.
async fn walk(writer: &Writer, (from, to): (i64, i64)) -> Vec<i64> {
    let before = writer.ledger().version().await.unwrap();
    for quarter in from * 4..to * 4 {
        writer.remind(NOW.plus(quarter * DAY / 4)).await.unwrap();
    }
    let events = writer.ledger().events_after(before, 1_000).await.unwrap();
    let details = events.iter().map(|recorded| {
        assert_eq!((recorded.event.action.as_str(), recorded.event.operator.as_str()), ("cert.remind", "desk"));
        serde_json::from_str::<serde_json::Value>(&recorded.event.detail).unwrap()
    });
    details.map(|detail| detail["days"].as_i64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_years_of_a_certificate_bring_each_notice_once_and_a_letter_with_it() {
    for registry in both().await {
        addressed(&registry).await;
        let device = registry.approved(Ownership::Office, &[]).await;
        registry.certified(device, 1).await;
        let sent = walk(&registry.writer, (0, LAST + 10)).await;
        assert_eq!(sent, [90, 60, 30, 15, 7, 6, 5, 4, 3, 2, 1, 0]);
        let letters = registry.writer.ledger().mails(Default::default()).await.unwrap();
        let reminders: Vec<_> = letters.iter().filter(|letter| letter["kind"] == json!("renewal_due")).collect();
        assert_eq!(reminders.len(), 12);
        assert!(reminders.iter().all(|letter| letter["recipient"] == json!("yamada@example.jp")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_was_away_sends_the_nearest_notice_once_and_two_desks_send_it_once() {
    for registry in both().await {
        let device = registry.approved(Ownership::Office, &[]).await;
        registry.certified(device, 1).await;
        let late = NOW.plus((LAST - 12) * DAY);
        let (one, other) = (registry.writer.clone(), registry.writer.clone());
        let (one, other) = tokio::join!(one.remind(late), other.remind(late));
        assert_eq!(one.unwrap() + other.unwrap(), 1);
        assert_eq!(walk(&registry.writer, (LAST - 12, LAST - 8)).await, NOTHING);
        assert_eq!(walk(&registry.writer, (LAST - 8, LAST + 2)).await, [7, 6, 5, 4, 3, 2, 1, 0]);
    }
}

/// The next certificate of a device, good for two more years, in force beside the old one.
async fn renewed(writer: &Writer, device: DeviceNo, at: Timestamp) -> certs::Serial {
    let mut next = intent(device, 9);
    next.validity = Validity { not_before: at, not_after: at.plus(LAST * DAY) };
    let by = By { at, ..by() };
    let _ = writer.intend(&by, &next, Purpose::RenewalOnProof).await.unwrap();
    writer.record(&by, device, &signed(&next), Purpose::RenewalOnProof).await.unwrap();
    next.serial
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_go_on_until_the_next_certificate_has_been_seen_to_work() {
    for registry in both().await {
        let writer = &registry.writer;
        let device = registry.approved(Ownership::Office, &[]).await;
        registry.certified(device, 1).await;
        assert_eq!(walk(writer, (0, LAST - 50)).await, [90, 60]);
        let next = renewed(writer, device, NOW.plus((LAST - 50) * DAY)).await;
        assert_eq!(walk(writer, (LAST - 50, LAST - 20)).await, [30]);
        writer.first_use(&By::desk(NOW.plus((LAST - 20) * DAY)).unwrap(), &next).await.unwrap();
        assert_eq!(walk(writer, (LAST - 20, LAST + 2)).await, NOTHING);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_reminded_of_what_cannot_come_in_anyway() {
    for registry in both().await {
        let writer = &registry.writer;
        let [held, lapsed, revoked] = [1, 2, 3].map(|seed| (seed, &registry));
        let mut devices = Vec::new();
        for (seed, registry) in [held, lapsed, revoked] {
            let device = registry.approved(Ownership::Office, &[]).await;
            registry.certified(device, seed).await;
            devices.push(device);
        }
        writer.suspend_device(&by(), devices[0]).await.unwrap();
        writer.approve_device(&by(), devices[1], Some(NOW.plus(DAY))).await.unwrap();
        let reason = registry::change::RevokedReason::Other;
        writer.revoke(&by(), devices[2], None, reason).await.unwrap();
        assert_eq!(walk(writer, (LAST - 30, LAST - 28)).await, NOTHING);
        writer.resume_device(&by(), devices[0]).await.unwrap();
        assert_eq!(walk(writer, (LAST - 30, LAST - 28)).await, [30]);
        writer.suspend_office(&by(), &office()).await.unwrap();
        assert_eq!(walk(writer, (LAST - 15, LAST)).await, NOTHING);
    }
}
