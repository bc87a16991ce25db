//! Nothing is granted without its application, and not on one that does not exist, was rejected, or is another office's.

use ca_tools::acts::{By, Hand, ProofMethod};
use ca_tools::application::{Day, Detail, Facts, Fields, Form, Kind};
use ca_tools::refusal::{ApplicationRefusal, Refusal};
use serde_json::json;

use super::form::{DEVICE, FIRST, received};
use crate::fixtures::house::House;
use crate::fixtures::registry_at::{NOW, both, by, office, password, person};

/// What is granted, each to the office 1272200001 of a furnished house.
const GRANTS: [&str; 3] = [
    "user add --office 1272200001 --name 森 --profession 医師",
    "device apply --office 1272200001 --label 新 --os ios --ownership office",
    "cert issue --device DEV-000001 --format pem --out x.pem",
];

#[test]
fn nothing_rests_on_an_application_that_is_none() {
    for house in House::both() {
        let house = house.furnish();
        let other = received(&house, FIRST);
        let rejected = received(&house, &format!("{DEVICE} --office 1272200001"));
        house.done(&format!("application reject {rejected} --why 重複"));
        let before = house.done("audit verify")["events"].clone();
        let never = other.replace("-000001", "-000077");
        for line in GRANTS {
            for (no, refused) in
                [(never.as_str(), "unknown"), (&rejected, "application_rejected"), (&other, "office_mismatch")]
            {
                let told = house.tell(&format!("{line} --application {no}"));
                assert_eq!((told.code, &told.json()["refused"]), (1, &json!(refused)), "{line} {no} {told:?}");
            }
        }
        let line = format!("office register 1272200077 --name 別 --application {other}");
        assert_eq!(house.tell(&line).json()["refused"], "office_mismatch");
        for line in &GRANTS[..2] {
            assert_eq!(house.tell(line).json()["refused"], "no_application", "{line}");
        }
        assert_eq!(house.done("audit verify")["events"], before, "nothing of it left a trace");
        // A paper's own number, and one of ours that fits.
        let own = received(&house, &format!("{DEVICE} --office 1272200001"));
        house.done(&format!("{} --application 窓口-12", GRANTS[0]));
        house.done(&format!("{} --application A-2026-081", GRANTS[0]));
        house.done(&format!("{} --application {own}", GRANTS[0]));
        house.done(&format!("office register 1272200099 --name みどり --application {other}"));
    }
}

#[test]
fn an_application_about_another_offices_people_is_refused_beside_the_field() {
    for house in House::both() {
        let house = house.furnish();
        house.done("office register 1272200002 --name みどり --application A-5");
        house.done("user add --office 1272200002 --name 林 --profession 医師 --id t.mori --application A-6");
        let day = house.day(0);
        let delete = format!(
            "application receive --kind ids --channel email --office 1272200001 --delete t.mori --reason 退職 --effective {day}"
        );
        let serve = format!("{DEVICE} --office 1272200001 --user t.mori");
        let rename =
            "application receive --kind office_change --channel email --office 1272200001 --rename t.mori,林二"
                .to_owned();
        for line in [delete, serve, rename] {
            let told = house.tell(&line);
            assert_eq!((told.code, &told.json()["refused"]), (1, &json!("malformed")), "{line}");
            assert!(told.err.contains("この事業所のIDではありません"), "{told:?}");
        }
        // Whoever moved meanwhile is not deleted on their old office's word.
        let line = format!(
            "application receive --kind ids --channel email --office 1272200001 --delete k.sato --reason 退職 --effective {day}"
        );
        let no = received(&house, &line);
        house.done(&format!("application inspect {no} --result pass"));
        house.done("user move k.sato --office 1272200002 --application 異動-1");
        assert_eq!(house.tell(&format!("application approve {no}")).json()["refused"], "unknown");
        assert_eq!(house.done("user show k.sato")["state"], "active");
        assert_eq!(house.done(&format!("application show {no}"))["state"], "inspected");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_speaks_for_an_office_at_that_moment_applies_for_it() {
    for registry in both().await {
        let writer = &registry.writer;
        let contact = writer.add_contact(&by(), person("k.sato"), password()).await.unwrap();
        let colleague = registry.add("m.ito").await;
        writer
            .update_office(&by(), &office(), ca_tools::acts::OfficeForm::from([(Detail::Mail, "a@example.jp")]))
            .await
            .unwrap();
        let known = writer.ledger().known_office(&office()).await.unwrap();
        let professions = ca_tools::application::Professions::default();
        let facts = Facts { today: Day::of(NOW), office: known.as_ref(), professions: &professions };
        let form = |label: &str| {
            let device = [("office", "1272200001"), ("label", label), ("os", "ios"), ("ownership", "office")];
            let ticks = ["startup_password", "default_changed", "os_supported", "protected"]
                .map(|item| (format!("check-{item}"), "1"));
            let device = device.map(|(field, text)| (field.to_owned(), text));
            let fields: Fields = device.into_iter().chain(ticks).collect();
            Form::read(Kind::Certificate, &fields, &facts).unwrap()
        };
        let as_person = |id: &registry::LoginId| By::of(id.clone(), NOW, ProofMethod::Console);
        let send = async |by: By, hand: Hand, label: &str| writer.receive_application(&by, &hand, &form(label)).await;
        assert!(send(as_person(&contact), Hand::Contact, "1").await.is_ok());
        let refused = send(as_person(&colleague), Hand::Contact, "2").await.unwrap_err();
        assert!(matches!(refused, Refusal::Application(ApplicationRefusal::NotAContact(..))), "{refused:?}");
        let desk = By { operator: "desk".parse().unwrap(), ..as_person(&contact) };
        assert!(send(desk.clone(), Hand::Confirmed("a@example.jp".into()), "3").await.is_ok());
        let refused = send(desk, Hand::Confirmed("b@example.jp".into()), "4").await.unwrap_err();
        assert!(matches!(refused, Refusal::Application(ApplicationRefusal::NotConfirmed(_))), "{refused:?}");
        // On hold, and gone: at that moment, whatever the page showed before.
        writer.suspend_user(&by(), &contact).await.unwrap();
        assert!(send(as_person(&contact), Hand::Contact, "5").await.is_err());
        writer.resume_user(&by(), &contact).await.unwrap();
        writer.delete_user(&by(), &contact).await.unwrap();
        assert!(send(as_person(&contact), Hand::Contact, "6").await.is_err());
        assert_eq!(writer.ledger().applications(Default::default()).await.unwrap().len(), 2);
    }
}
