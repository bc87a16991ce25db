//! Devices that are given up, and those that go by themselves.

use ca_tools::acts::{By, TicketPurpose};
use ca_tools::config::Approvals;
use ca_tools::refusal::Refusal;
use ca_tools::ticket::Secrets;
use registry::Ownership;
use registry::change::{IllegalChange, RevokedReason};
use serde_json::json;

use crate::fixtures::house::House;
use crate::fixtures::registry_at::{NOW, both, by, form};

const DAY: i64 = 86_400;

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_is_given_up_ends_with_its_certificates_and_does_not_come_back() {
    for registry in both().await {
        let writer = &registry.writer;
        let no = registry.approved(Ownership::Office, &[]).await;
        let serial = registry.certified(no, 1).await;
        let (revoked, _) = writer.retire_device(&by(), no, RevokedReason::Ended).await.unwrap();
        assert_eq!(revoked, [serial.to_string()]);
        let device = writer.ledger().device(no).await.unwrap();
        assert_eq!((&device["stage"], &device["retired_reason"]), (&json!("retired"), &json!("ended")));
        assert_eq!(device["retired_at"], json!(NOW.to_string()));
        for refused in [
            writer.retire_device(&by(), no, RevokedReason::Ended).await.map(drop),
            writer.approve_device(&by(), no, None).await.map(drop),
            writer.resume_device(&by(), no).await.map(drop),
        ] {
            assert!(matches!(refused, Err(Refusal::Illegal(_, IllegalChange::DeviceOver(_)))), "{refused:?}");
        }
        // What is not in use yet is turned down, and not given up.
        let waits = writer.apply_device(&by(), form(Ownership::Office, &[])).await.unwrap();
        let refused = writer.retire_device(&by(), waits, RevokedReason::Ended).await;
        assert!(matches!(refused, Err(Refusal::Illegal(_, IllegalChange::NotInUseYet(_)))), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_nobody_can_use_goes_by_itself_and_no_other_does() {
    for registry in both().await {
        let writer = registry.writer.clone().ending(Approvals::default().retiring(Some(180)));
        let (revoked, in_use) =
            (registry.approved(Ownership::Office, &[]).await, registry.approved(Ownership::Office, &[]).await);
        let (awaited, never) =
            (registry.approved(Ownership::Office, &[]).await, registry.approved(Ownership::Office, &[]).await);
        for (no, seed) in [(revoked, 1), (in_use, 2), (awaited, 3)] {
            registry.certified(no, seed).await;
        }
        for no in [revoked, awaited] {
            writer.revoke(&by(), no, None, RevokedReason::Other).await.unwrap();
        }
        let at = |days: i64| NOW.plus(days * DAY);
        assert_eq!(writer.retire_unused(at(179)).await.unwrap(), []);
        // Somebody was given the way to the next one, a day before.
        let later = By { at: at(178), ..by() };
        writer.open_ticket(&later, (awaited, TicketPurpose::First), &Secrets::draw().unwrap()).await.unwrap();
        let never_alone = writer.clone().ending(Approvals::default().retiring(None));
        assert_eq!(never_alone.retire_unused(at(400)).await.unwrap(), [], "a city may leave all of them");
        assert_eq!(writer.retire_unused(at(181)).await.unwrap(), [revoked]);
        assert_eq!(writer.retire_unused(at(181)).await.unwrap(), [], "once");
        let gone = writer.ledger().device(revoked).await.unwrap();
        assert_eq!((&gone["stage"], &gone["retired_reason"]), (&json!("retired"), &json!("unused")));
        for no in [in_use, awaited, never] {
            assert_eq!(writer.ledger().device(no).await.unwrap()["stage"], json!("approved"), "{no}");
        }
        let event = writer.ledger().events_after(0, 1_000).await.unwrap().pop().unwrap().event;
        assert_eq!((event.action.as_str(), event.operator.as_str()), ("device.retire-unused", "desk"));
        // A certificate that ends by its date is an end as well.
        assert_eq!(writer.retire_unused(at(760 + 181)).await.unwrap(), [in_use, awaited]);
    }
}

#[test]
fn a_device_is_given_up_by_command_and_the_list_of_such_ones_has_it() {
    let house = House::furnished();
    let told = house.done("device retire DEV-000001 --reason ended");
    assert_eq!((&told["stage"], &told["reason"]), (&json!("retired"), &json!("ended")));
    assert_eq!(house.done("device list --stage retired")[0]["device"], "DEV-000001");
    let again = house.tell("device retire DEV-000001 --reason ended");
    assert_eq!((again.code, &again.json()["refused"]), (1, &json!("illegal_change")), "{again:?}");
}
