//! A change is whole or was never made.

use ca_tools::acts::By;
use ca_tools::audit::{self, Walk};
use ca_tools::refusal::{Kind, Refusal, Unavailable};
use ca_tools::rows::Purpose;
use certs::DeviceNo;
use registry::Ownership;
use registry::change::{CertificateStage, IllegalChange, RevokedReason};

use crate::fixtures::registry_at::{both, by, form, intent, password, person, signed, sqlite};

#[tokio::test(flavor = "multi_thread")]
async fn versions_have_no_gaps_though_many_write_at_once() {
    for registry in both().await {
        let before = registry.writer.ledger().version().await.unwrap();
        let writers: Vec<_> = (0..4)
            .map(|_| {
                let writer = registry.writer.clone();
                tokio::spawn(async move {
                    for _ in 0..10 {
                        writer.apply_device(&by(), form(Ownership::Office, &[])).await.unwrap();
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(registry.writer.ledger().version().await.unwrap(), before + 40);
        let walk = audit::verify(&registry.writer).await.unwrap();
        assert_eq!(walk, Walk { events: (before + 40).unsigned_abs(), broken: None });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_change_leaves_no_version_and_no_event() {
    for registry in both().await {
        let before = registry.writer.ledger().version().await.unwrap();
        let nobody = DeviceNo::new(77).unwrap();
        let refused = registry.writer.suspend_device(&by(), nobody).await.unwrap_err();
        assert!(matches!(&refused, Refusal::Unknown(Kind::Device, no) if no == "DEV-000077"), "{refused:?}");
        assert_eq!(registry.writer.ledger().version().await.unwrap(), before);
        assert_eq!(registry.writer.ledger().events_after(before, 10).await.unwrap(), []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_operators_at_once_one_wins_and_the_other_is_told() {
    for registry in both().await {
        let device = registry.approved(Ownership::Office, &[]).await;
        let (one, other) = (registry.writer.clone(), registry.writer.clone());
        let (first, second) = (by(), by());
        let (one, other) = tokio::join!(one.suspend_device(&first, device), other.suspend_device(&second, device));
        let told: Vec<_> = [one, other].into_iter().filter_map(Result::err).collect();
        assert!(matches!(told.as_slice(), [Refusal::Illegal(_, IllegalChange::DeviceSuspended)]), "{told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_granted_without_an_application() {
    for registry in both().await {
        let without = By { application: None, ..by() };
        let refusals = [
            registry.writer.add_user(&without, person("k.sato"), password()).await.err(),
            registry.writer.apply_device(&without, form(Ownership::Office, &[])).await.err(),
            registry.writer.register_office(&without, &"1272200009".parse().unwrap(), Default::default()).await.err(),
        ];
        for refusal in refusals {
            assert!(matches!(refusal, Some(Refusal::NoApplication)), "{refusal:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_rests_on_its_devices_application() {
    for registry in both().await {
        let device = registry.approved(Ownership::Office, &[]).await;
        let without = By { application: None, ..by() };
        let intent = intent(device, 1);
        let _ = registry.writer.intend(&without, &intent, Purpose::First).await.unwrap();
        registry.writer.record(&without, device, &signed(&intent), Purpose::First).await.unwrap();
        let entry = registry.writer.ledger().certificate(&intent.serial).await.unwrap();
        assert_eq!(entry["application"], "A-1");
        let version = registry.writer.ledger().version().await.unwrap();
        let event = &registry.writer.ledger().events_after(version - 1, 1).await.unwrap()[0].event;
        assert_eq!((event.action.as_str(), event.application.as_deref()), ("cert.issue", Some("A-1")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_holds_one_certificate_and_at_most_one_renewal() {
    for registry in both().await {
        let device = registry.approved(Ownership::Office, &[]).await;
        let grace = Purpose::Renewal { grace: 14 * 86_400 };
        let early = registry.writer.intend(&by(), &intent(device, 9), grace).await.unwrap_err();
        assert!(matches!(early, Refusal::NoCertificate(_)), "{early:?}");
        let first = registry.certified(device, 1).await;
        let twice = registry.writer.intend(&by(), &intent(device, 2), Purpose::First).await.unwrap_err();
        assert!(matches!(&twice, Refusal::HasCertificate(_, serial) if *serial == first.to_string()), "{twice:?}");

        let renewal = intent(device, 3);
        let _ = registry.writer.intend(&by(), &renewal, grace).await.unwrap();
        registry.writer.record(&by(), device, &signed(&renewal), grace).await.unwrap();
        let old = registry.writer.ledger().certificate(&first).await.unwrap();
        assert_eq!((&old["state"], &old["successor"]), (&"superseded".into(), &renewal.serial.to_string().into()));
        let again = registry.writer.intend(&by(), &intent(device, 4), grace).await.unwrap_err();
        assert!(matches!(again, Refusal::RenewalPending(..)), "{again:?}");

        let (both, _) = registry.writer.revoke(&by(), device, None, RevokedReason::Lost).await.unwrap();
        assert_eq!(both.len(), 2);
        let over = registry.writer.revoke(&by(), device, None, RevokedReason::Lost).await.unwrap_err();
        assert!(matches!(over, Refusal::NoCertificate(_)), "{over:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intent_left_behind_is_closed_by_the_next_and_can_no_longer_be_recorded() {
    for registry in both().await {
        let device = registry.approved(Ownership::Office, &[]).await;
        let (dead, alive) = (intent(device, 1), intent(device, 2));
        let _ = registry.writer.intend(&by(), &dead, Purpose::First).await.unwrap();
        let _ = registry.writer.intend(&by(), &alive, Purpose::First).await.unwrap();
        let late = registry.writer.record(&by(), device, &signed(&dead), Purpose::First).await.unwrap_err();
        let expected = IllegalChange::Certificate(CertificateStage::Revoked, CertificateStage::Issued);
        assert!(matches!(&late, Refusal::Illegal(_, why) if *why == expected), "{late:?}");
        registry.writer.record(&by(), device, &signed(&alive), Purpose::First).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_another_program_holds_is_told_as_locked_and_nothing_is_half_done() {
    for registry in both().await {
        let before = registry.writer.ledger().version().await.unwrap();
        let held = registry.hold().await;
        let refused = registry.writer.apply_device(&by(), form(Ownership::Office, &[])).await.unwrap_err();
        assert!(matches!(refused, Refusal::Unavailable(Unavailable::Locked)), "{refused:?}");
        held.release().await;
        assert_eq!(registry.writer.ledger().version().await.unwrap(), before);
        registry.writer.apply_device(&by(), form(Ownership::Office, &[])).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_write_ahead_log_outlasts_the_writer_for_readers_that_may_not_make_one() {
    let mut registry = sqlite().await;
    registry.let_go().await;
    // Closing is another thread's; half a second is a hundred times what it takes.
    for _ in 0..50 {
        assert!(registry.file("registry.db-wal").exists() && registry.file("registry.db-shm").exists());
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}
