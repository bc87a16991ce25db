//! 機器の入替え: the new device gets its certificate and the old one's end is fixed in the same change.

use ca_tools::acts::{By, DeviceForm, OfficeForm};
use ca_tools::application::Detail;
use ca_tools::refusal::{Refusal, ReplacementRefusal};
use ca_tools::rows::{Intent, Purpose};
use certs::DeviceNo;
use registry::Ownership;
use registry::change::{CertificateStage, IllegalChange, Inspection};
use serde_json::json;

use crate::fixtures::house::House;
use crate::fixtures::registry_at::{NOW, RegistryAt, both, by, form, intent, signed};

const GRACE: i64 = 14 * 86_400;

/// The new device takes the old one's place; the intent that was recorded for it.
async fn exchange(registry: &RegistryAt, (old, new): (DeviceNo, DeviceNo), grace: i64) -> Result<Intent, Refusal> {
    let purpose = Purpose::Replacement { of: old, grace };
    let intended = intent(new, u8::try_from(new.number()).unwrap() + 100);
    let _ = registry.writer.intend(&by(), &intended, purpose).await?;
    registry.writer.record(&by(), new, &signed(&intended), purpose).await?;
    Ok(intended)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_certificate_counts_for_fourteen_days_and_the_old_devices_approval_ends_with_it() {
    for registry in both().await {
        let (old, new, serial) = registry.pair(1).await;
        let before = registry.writer.ledger().version().await.unwrap();
        let intended = exchange(&registry, (old, new), GRACE).await.unwrap();
        let (given, gone) =
            (registry.writer.ledger().device(new).await.unwrap(), registry.writer.ledger().device(old).await.unwrap());
        assert_eq!(given["certificates"][0]["state"], "issued");
        let certificate = &gone["certificates"][0];
        assert_eq!((&certificate["serial"], &certificate["state"]), (&json!(serial.to_string()), &json!("superseded")));
        assert_eq!(certificate["successor"], json!(intended.serial.to_string()));
        assert_eq!(certificate["superseded_from"], json!(NOW.plus(GRACE).to_string()));
        assert_eq!((&gone["stage"], &gone["suspended"]), (&json!("approved"), &json!(false)));
        assert_eq!(gone["approved_until"], json!(NOW.plus(GRACE - 1).to_string()));
        // The intent and the record: two changes, the exchange whole in the second.
        let events = registry.writer.ledger().events_after(before, 10).await.unwrap();
        assert_eq!(events.iter().map(|e| e.event.action.as_str()).collect::<Vec<_>>(), ["cert.intend", "cert.reissue"]);
        let event = &events[1].event;
        assert_eq!((event.subject.as_str(), event.application.as_deref()), ("DEV-000002", Some("A-1")));
        let detail: serde_json::Value = serde_json::from_str(&event.detail).unwrap();
        assert_eq!((&detail["replaces"], &detail["supersedes"]), (&json!(old), &json!([serial.to_string()])));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_grace_runs_and_after_it_the_old_device_is_given_nothing() {
    for registry in both().await {
        let (old, new, _) = registry.pair(1).await;
        exchange(&registry, (old, new), GRACE).await.unwrap();
        for purpose in [Purpose::First, Purpose::Renewal { grace: 0 }] {
            let refused = registry.writer.intend(&by(), &intent(old, 9), purpose).await.unwrap_err();
            assert!(
                matches!(refused, Refusal::Replacement(ReplacementRefusal::Already(a, b)) if (a, b) == (old, new)),
                "{refused:?}"
            );
            let later = By { at: NOW.plus(GRACE), ..by() };
            let refused = registry.writer.intend(&later, &intent(old, 9), purpose).await.unwrap_err();
            assert!(matches!(refused, Refusal::Illegal(_, IllegalChange::ApprovalLapsed)), "{refused:?}");
        }
        let twice = exchange(&registry, (old, registry.approved(Ownership::Office, &[]).await), GRACE).await;
        assert!(matches!(twice, Err(Refusal::Replacement(ReplacementRefusal::Nothing(..)))), "{twice:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_that_ends_sooner_is_not_made_longer() {
    for registry in both().await {
        let (old, new, _) = registry.pair(1).await;
        let soon = NOW.plus(86_400);
        registry.writer.approve_device(&by(), old, Some(soon)).await.unwrap();
        exchange(&registry, (old, new), GRACE).await.unwrap();
        assert_eq!(registry.writer.ledger().device(old).await.unwrap()["approved_until"], json!(soon.to_string()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_grace_the_old_device_is_out_of_use_at_once_with_every_certificate_it_had() {
    for registry in both().await {
        let (old, new, first) = registry.pair(1).await;
        let renewal = Purpose::Renewal { grace: GRACE };
        let next = intent(old, 2);
        let _ = registry.writer.intend(&by(), &next, renewal).await.unwrap();
        registry.writer.record(&by(), old, &signed(&next), renewal).await.unwrap();
        exchange(&registry, (old, new), 0).await.unwrap();
        let gone = registry.writer.ledger().device(old).await.unwrap();
        assert_eq!(gone["stage"], "retired");
        for serial in [first, next.serial] {
            let certificate = registry.writer.ledger().certificate(&serial).await.unwrap();
            assert_eq!(certificate["state"], "superseded");
            assert_eq!(certificate["superseded_from"], json!(NOW.to_string()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_devices_certificates_are_revoked_as_lost_whatever_grace_was_asked_for() {
    for registry in both().await {
        let (old, new, serial) = registry.pair(1).await;
        registry.writer.report_lost(&by(), old, None).await.unwrap();
        exchange(&registry, (old, new), GRACE).await.unwrap();
        let gone = registry.writer.ledger().device(old).await.unwrap();
        assert_eq!((&gone["stage"], &gone["suspended"]), (&json!("retired"), &json!(true)));
        let certificate = registry.writer.ledger().certificate(&serial).await.unwrap();
        assert_eq!((&certificate["state"], &certificate["revoked_reason"]), (&json!("revoked"), &json!("lost")));
        assert_eq!(registry.writer.ledger().device(new).await.unwrap()["certificates"][0]["state"], "issued");

        // Revoked already, it can still be exchanged.
        let (old, new, _) = registry.pair(2).await;
        registry.writer.report_lost(&by(), old, None).await.unwrap();
        registry.writer.revoke(&by(), old, None, registry::change::RevokedReason::Lost).await.unwrap();
        exchange(&registry, (old, new), GRACE).await.unwrap();
        assert_eq!(registry.writer.ledger().device(old).await.unwrap()["stage"], "retired");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_exchanged_is_refused_and_nothing_is_intended() {
    for registry in both().await {
        let writer = &registry.writer;
        let (old, new, _) = registry.pair(1).await;
        let held = registry.approved(Ownership::Office, &[]).await;
        registry.certified(held, 2).await;
        writer.suspend_device(&by(), held).await.unwrap();
        let bare = registry.approved(Ownership::Office, &[]).await;
        let unapproved = writer.apply_device(&by(), form(Ownership::Office, &[])).await.unwrap();
        let other: registry::OfficeNo = "1272200002".parse().unwrap();
        let named = OfficeForm::from([(Detail::Name, "みどり薬局")]);
        writer.register_office(&by(), &other, named).await.unwrap();
        let elsewhere = DeviceForm { office: other, ..form(Ownership::Office, &[]) };
        let elsewhere = writer.apply_device(&by(), elsewhere).await.unwrap();
        writer.inspect_device(&by(), elsewhere, Inspection::Passed, &[]).await.unwrap();
        writer.approve_device(&by(), elsewhere, None).await.unwrap();
        let before = writer.ledger().version().await.unwrap();
        let nobody = DeviceNo::new(77).unwrap();
        for (old, new, code) in [
            (old, old, "has_certificate"),
            (bare, bare, "malformed"),
            (old, held, "illegal_change"),
            (held, new, "illegal_change"),
            (bare, new, "nothing_to_replace"),
            (old, unapproved, "illegal_change"),
            (old, elsewhere, "office_mismatch"),
            (old, nobody, "unknown"),
            (nobody, new, "unknown"),
        ] {
            let refused = exchange(&registry, (old, new), GRACE).await.unwrap_err();
            assert_eq!(refused.code(), code, "{old} to {new}: {refused:?}");
        }
        let purpose = Purpose::Replacement { of: old, grace: GRACE };
        for (without, code) in
            [(By { why: None, ..by() }, "no_why"), (By { application: None, ..by() }, "no_application")]
        {
            let refused = writer.intend(&without, &intent(new, 9), purpose).await.unwrap_err();
            assert_eq!(refused.code(), code, "{refused:?}");
        }
        assert_eq!(writer.ledger().version().await.unwrap(), before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_is_lost_between_intent_and_record_gets_no_grace_and_a_renewal_under_way_is_told() {
    for registry in both().await {
        let writer = &registry.writer;
        let (old, new, serial) = registry.pair(1).await;
        let purpose = Purpose::Replacement { of: old, grace: GRACE };
        let intended = intent(new, 101);
        let _ = writer.intend(&by(), &intended, purpose).await.unwrap();
        writer.report_lost(&by(), old, None).await.unwrap();
        writer.record(&by(), new, &signed(&intended), purpose).await.unwrap();
        assert_eq!(writer.ledger().certificate(&serial).await.unwrap()["state"], "revoked");

        let (old, new, _) = registry.pair(2).await;
        let renewal = Purpose::Renewal { grace: GRACE };
        let late = intent(old, 3);
        let _ = writer.intend(&by(), &late, renewal).await.unwrap();
        exchange(&registry, (old, new), GRACE).await.unwrap();
        let refused = writer.record(&by(), old, &signed(&late), renewal).await.unwrap_err();
        let closed = IllegalChange::Certificate(CertificateStage::Revoked, CertificateStage::Issued);
        assert!(matches!(&refused, Refusal::Illegal(_, why) if *why == closed), "{refused:?}");
    }
}

#[test]
fn an_exchange_by_command_hands_out_the_new_certificate_and_says_what_becomes_of_the_old_device() {
    for house in House::both() {
        let house = house.furnish();
        house.done("cert issue --device DEV-000001 --format pem --out old.pem");
        house.device();
        let reissue = "cert reissue DEV-000001 --to DEV-000002 --application A-7 --why 故障 --format pem --out new.pem";
        let mut asking = vec!["--config", "ca/ca.toml", "--operator", "setup"];
        asking.extend(reissue.split(' '));
        let asked = house.run(&asking);
        assert_eq!((asked.code, asked.out.as_str()), (2, ""), "{asked:?}");
        let words = "DEV-000001（ひだまり・タブレット）を DEV-000002（ひだまり・タブレット）に入れ替えます。\
            DEV-000001 の電子証明書と承認は、14日後に終わります。取り消せません。";
        assert!(asked.err.starts_with(words), "{asked:?}");
        assert_eq!(house.done("cert list").as_array().unwrap().len(), 1);
        for (line, code) in [
            ("cert reissue DEV-000001 --to DEV-000002 --why x --format pem --out n.pem", "no_application"),
            ("cert reissue DEV-000001 --to DEV-000002 --application A-7 --format pem --out n.pem", "no_why"),
        ] {
            let told = house.tell(line);
            assert_eq!((told.code, &told.json()["refused"]), (1, &json!(code)), "{told:?}");
        }
        let done = house.done(reissue);
        assert_eq!((&done["device"], &done["replaces"]), (&json!("DEV-000002"), &json!("DEV-000001")));
        assert_eq!((&done["revoked"], &done["key"]), (&json!(false), &json!("new.pem.key")));
        let old = house.done("device show DEV-000001");
        assert_eq!(old["certificates"][0]["successor"], done["serial"]);
        assert_eq!(old["certificates"][0]["superseded_from"], done["superseded_from"]);
        let verified = house.program("openssl", "verify -CAfile ca/root.pem -untrusted ca/issuing.pem new.pem");
        assert_eq!(verified, "new.pem: OK\n");
        assert_eq!(house.done("cert list --device DEV-000002")[0]["application"], "A-7");
        assert_eq!(house.done("doctor")["sound"], json!(true));

        // The new one is lost: its certificate is revoked and on the list.
        let third = house.device();
        house.done("device report-lost DEV-000002 --why 盗難");
        let line = format!(
            "--config ca/ca.toml --operator setup --yes cert reissue DEV-000002 --to {third} --application A-8 --why 盗難 \
             --format pem --out third.pem"
        );
        let told = house.run(&line.split(' ').collect::<Vec<_>>());
        assert_eq!(told.code, 0, "{told:?}");
        let words = "DEV-000002：電子証明書を失効し、使用終了にしました。失効リスト：第3号";
        assert!(told.out.contains(words), "{told:?}");
        let list = house.program("openssl", "crl -inform DER -in ca/issuing.crl -noout -text");
        assert_eq!(list.matches("Key Compromise").count(), 1, "{list}");
        assert_eq!(house.done("doctor")["sound"], json!(true));
        assert_eq!(house.done("audit verify")["sound"], json!(true));
    }
}
