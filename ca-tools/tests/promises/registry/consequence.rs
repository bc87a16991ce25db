//! One event, many rows, one transaction (ca-tools/README.md#what-an-event-changes).

use ca_tools::application::Detail;
use ca_tools::refusal::Refusal;
use registry::change::RevokedReason;
use registry::{OfficeNo, Ownership, RoomRef};
use serde_json::json;

use crate::fixtures::registry_at::{both, by, form, password, person};

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_device_goes_with_its_last_person_and_an_offices_device_stays() {
    for registry in both().await {
        let (sato, ito) = (registry.add("k.sato").await, registry.add("m.ito").await);
        let own = registry.approved(Ownership::Byod, &[&sato]).await;
        let shared = registry.approved(Ownership::Byod, &[&sato, &ito]).await;
        let offices = registry.approved(Ownership::Office, &[&sato]).await;
        for (device, seed) in [(own, 1), (shared, 2), (offices, 3)] {
            registry.certified(device, seed).await;
        }
        let room: RoomRef = "R1".parse().unwrap();
        registry.writer.open_room(&by(), &room, "山田様".into()).await.unwrap();
        registry.writer.invite(&by(), &room, &sato).await.unwrap();

        let (_, version) = registry.writer.delete_user(&by(), &sato).await.unwrap();

        let own = registry.writer.ledger().device(own).await.unwrap();
        assert_eq!((&own["stage"], &own["users"]), (&json!("retired"), &json!([])));
        assert_eq!(own["certificates"][0]["state"], "revoked");
        assert_eq!(own["certificates"][0]["revoked_reason"], RevokedReason::Left.as_str());
        let shared = registry.writer.ledger().device(shared).await.unwrap();
        assert_eq!((&shared["stage"], &shared["users"]), (&json!("approved"), &json!(["m.ito"])));
        assert_eq!(shared["certificates"][0]["state"], "issued");
        let offices = registry.writer.ledger().device(offices).await.unwrap();
        assert_eq!((&offices["stage"], &offices["certificates"][0]["state"]), (&json!("approved"), &json!("issued")));
        assert_eq!(registry.writer.ledger().room(&room).await.unwrap()["users"], json!([]));
        let events = registry.writer.ledger().events_after(i64::try_from(version).unwrap() - 1, 10).await.unwrap();
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].event.action, "user.delete");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_lists_people_of_its_own_office_only() {
    for registry in both().await {
        let other: OfficeNo = "1272200002".parse().unwrap();
        let named = ca_tools::acts::OfficeForm::from([(Detail::Name, "みどり薬局")]);
        registry.writer.register_office(&by(), &other, named).await.unwrap();
        let stranger = ca_tools::acts::Person { office: other, ..person("t.mori") };
        let stranger = registry.writer.add_user(&by(), stranger, password()).await.unwrap();
        let before = registry.writer.ledger().version().await.unwrap();
        let refused = registry.writer.apply_device(&by(), form(Ownership::Byod, &[&stranger])).await.unwrap_err();
        assert!(matches!(refused, Refusal::OtherOffice(..)), "{refused:?}");
        assert_eq!(registry.writer.ledger().version().await.unwrap(), before);
        assert_eq!(registry.writer.ledger().devices(Default::default()).await.unwrap(), []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_former_passwords_are_remembered_and_a_change_judged_by_an_older_one_is_refused() {
    for registry in both().await {
        let sato = registry.add("k.sato").await;
        let set = |hash: &str| ca_tools::acts::NewPassword { hash: hash.into() };
        for number in 1..=14 {
            registry.writer.reset_password(&by(), &sato, set(&format!("h{number}"))).await.unwrap();
        }
        let around = registry.writer.ledger().password_surroundings(&sato).await.unwrap();
        let remembered: Vec<_> = (2..=14).rev().map(|number| format!("h{number}")).collect();
        assert_eq!(around.hashes, remembered);
        let own = ca_tools::acts::By { operator: sato.clone(), application: None, ..by() };
        let refused = registry.writer.change_password(&own, "h13", set("h15")).await.unwrap_err();
        assert!(matches!(refused, Refusal::WrongPassword), "{refused:?}");
        let fifth = registry.writer.change_password(&own, "h14", set("h15")).await.unwrap();
        let sixth = registry.writer.change_password(&own, "h15", set("h16")).await.unwrap();
        assert!(fifth.set_at < sixth.set_at, "two of the same second have times of their own");
        assert_eq!(registry.writer.ledger().user(&sato).await.unwrap()["password_initial"], false);
    }
}
