//! 利用終了, 事業所番号変更: an office ends with everything below it, in one change, and nothing is carried over silently.

use ca_tools::application::Detail;
use ca_tools::refusal::Refusal;
use registry::change::IllegalChange;
use registry::{OfficeState, Ownership, RoomRef};
use serde_json::{Value as Json, json};

use crate::fixtures::house::House;
use crate::fixtures::registry_at::{both, by, form, office};

#[tokio::test(flavor = "multi_thread")]
async fn withdrawing_an_office_ends_everything_below_it_in_one_change() {
    for registry in both().await {
        let (sato, ito) = (registry.add("k.sato").await, registry.add("m.ito").await);
        registry.writer.suspend_user(&by(), &ito).await.unwrap();
        let used = registry.approved(Ownership::Office, &[]).await;
        let held = registry.approved(Ownership::Byod, &[&sato]).await;
        let serials = [registry.certified(used, 1).await.to_string(), registry.certified(held, 2).await.to_string()];
        registry.writer.suspend_device(&by(), held).await.unwrap();
        let applied = registry.writer.apply_device(&by(), form(Ownership::Office, &[])).await.unwrap();
        let rejected = registry.writer.apply_device(&by(), form(Ownership::Office, &[])).await.unwrap();
        registry.writer.reject_device(&by(), rejected).await.unwrap();
        let room: RoomRef = "R1".parse().unwrap();
        registry.writer.open_room(&by(), &room, "山田様".into()).await.unwrap();
        registry.writer.invite(&by(), &room, &sato).await.unwrap();
        let before = registry.writer.ledger().version().await.unwrap();

        let foreseen = registry.writer.foresee_withdrawal(&by(), &office()).await.unwrap();
        assert_eq!(registry.writer.ledger().version().await.unwrap(), before, "looking ahead changed something");
        let (ended, _) = registry.writer.withdraw_office(&by(), &office()).await.unwrap();
        assert_eq!(foreseen, ended);
        let json = ended.json();
        assert_eq!(json["users"], json!(["k.sato", "m.ito"]));
        assert_eq!(json["devices"], json!([used, held, applied]));
        assert_eq!(json["certificates"], json!(serials));
        assert_eq!(json["invitations"], json!([{ "room": "R1", "login_id": "k.sato" }]));

        assert_eq!(registry.writer.ledger().office(&office()).await.unwrap()["state"], "withdrawn");
        for user in [&sato, &ito] {
            assert_eq!(registry.writer.ledger().user(user).await.unwrap()["state"], "deleted");
        }
        for device in [used, held, applied] {
            let device = registry.writer.ledger().device(device).await.unwrap();
            assert_eq!((&device["stage"], &device["users"]), (&json!("retired"), &json!([])));
            for certificate in device["certificates"].as_array().unwrap() {
                assert_eq!(
                    (&certificate["state"], &certificate["revoked_reason"]),
                    (&json!("revoked"), &json!("ended"))
                );
            }
        }
        assert_eq!(registry.writer.ledger().device(held).await.unwrap()["suspended"], json!(true), "a hold was lifted");
        assert_eq!(registry.writer.ledger().device(rejected).await.unwrap()["stage"], "rejected");
        assert_eq!(registry.writer.ledger().room(&room).await.unwrap()["users"], json!([]));
        let events = registry.writer.ledger().events_after(before, 10).await.unwrap();
        assert_eq!(events.iter().map(|event| event.event.action.as_str()).collect::<Vec<_>>(), ["office.withdraw"]);
        let again = registry.writer.withdraw_office(&by(), &office()).await.unwrap_err();
        let already = IllegalChange::OfficeAlready(OfficeState::Withdrawn);
        assert!(matches!(&again, Refusal::Illegal(_, why) if *why == already), "{again:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_offices_people_and_devices_stay() {
    for registry in both().await {
        let other = "1272200002".parse().unwrap();
        let named = ca_tools::acts::OfficeForm::from([(Detail::Name, "みどり薬局")]);
        registry.writer.register_office(&by(), &other, named).await.unwrap();
        let sato = registry.add("k.sato").await;
        let device = registry.approved(Ownership::Byod, &[&sato]).await;
        registry.certified(device, 1).await;
        let (ended, _) = registry.writer.withdraw_office(&by(), &other).await.unwrap();
        assert_eq!(ended, Default::default());
        let device = registry.writer.ledger().device(device).await.unwrap();
        assert_eq!((&device["stage"], &device["users"]), (&json!("approved"), &json!(["k.sato"])));
        assert_eq!(device["certificates"][0]["state"], "issued");
        assert_eq!(registry.writer.ledger().user(&sato).await.unwrap()["state"], "active");
    }
}

#[test]
fn an_office_under_a_new_number_begins_anew_and_is_told_what_to_apply_for() {
    for house in House::both() {
        let house = house.furnish();
        house.done("office update 1272200001 --mail a@example.jp --pledge 2026-04-01 --application A-4");
        house.done("cert issue --device DEV-000001 --format pem --out d.pem");
        house.done("room open --name 山田様 --room R1");
        house.done("room invite R1 k.sato");
        house.done("office register 1272200009 --name 別 --application A-5");
        for (line, words) in [
            ("office replace 1272200001 --to 1272200002", "--application で申請番号を指定してください"),
            ("office replace 1272200001 --to 1272200001 --application A-6", "1272200001 はすでに登録されています"),
            ("office replace 1272200001 --to 1272200009 --application A-6", "1272200009 はすでに登録されています"),
        ] {
            let told = house.tell(line);
            assert!(told.code == 1 && told.err.contains(words), "{line}: {told:?}");
        }
        assert_eq!(house.done("office show 1272200001")["state"], "registered", "a refusal changed something");

        let done = house.done("office replace 1272200001 --to 1272200002 --name ひだまり第二 --application A-6");
        assert_eq!((&done["office"], &done["replaces"]), (&json!("1272200002"), &json!("1272200001")));
        let anew = &done["apply_anew"];
        assert_eq!(anew["users"], json!([{ "name": "佐藤", "profession": "看護師" }]));
        assert_eq!(anew["devices"], json!([{ "label": "タブレット", "os": "windows", "ownership": "office" }]));
        assert_eq!((&anew["rooms"], &anew["pledge"]), (&json!(["R1"]), &json!(true)));
        assert_eq!(done["ended"]["certificates"].as_array().unwrap().len(), 1);
        assert_eq!(done["crl_number"], 2);
        let (old, new) = (house.done("office show 1272200001"), house.done("office show 1272200002"));
        assert_eq!((&old["state"], &old["users"], &old["devices"]), (&json!("replaced"), &json!(0), &json!(0)));
        assert_eq!((&new["state"], &new["users"], &new["devices"]), (&json!("registered"), &json!(0), &json!(0)));
        let carried = |field: &str| -> (Json, Json) { (old[field].clone(), new[field].clone()) };
        assert_eq!(carried("mail"), (json!("a@example.jp"), json!("a@example.jp")));
        assert_eq!(carried("name"), (json!("ひだまり"), json!("ひだまり第二")));
        assert_eq!(carried("pledge"), (json!("2026-04-01"), json!("")), "a pledge is given, not carried over");
        assert_eq!(new["application"], "A-6");
        let again = house.tell("office replace 1272200001 --to 1272200003 --application A-7");
        assert!(again.code == 1 && again.err.contains("事業所はすでに「事業所番号変更により終了」です。"), "{again:?}");
        assert_eq!(house.done("doctor")["sound"], json!(true));
    }
}

#[test]
fn the_question_before_a_withdrawal_counts_everything() {
    let house = House::furnished();
    house.done("cert issue --device DEV-000001 --format pem --out d.pem");
    let alone = ["--config", "ca/ca.toml", "--operator", "setup"];
    let asked = house.run(&[&alone[..], &["office", "withdraw", "1272200001"]].concat());
    let words = "事業所 1272200001（ひだまり）の利用を終了します。取り消せません。ID 1件、端末 1台、電子証明書 1枚、部屋への招待 0件が、すぐに終わります。";
    assert!(asked.code == 2 && asked.err.starts_with(words), "{asked:?}");
    let done = house.done("office withdraw 1272200001");
    assert_eq!((&done["state"], &done["ended"]["users"]), (&json!("withdrawn"), &json!(["k.sato"])));
    let list = house.program("openssl", "crl -inform DER -in ca/issuing.crl -noout -text");
    assert!(list.contains("Cessation Of Operation"), "{list}");
    let told = house.tell("office withdraw 1272200001");
    assert!(told.code == 1 && told.err.contains("事業所はすでに「利用終了」です。"), "{told:?}");
    let told = house.tell("user add --office 1272200001 --name 伊藤 --profession 医師 --application A");
    assert!(told.code == 1 && told.err.contains("事業所は「利用終了」で、元に戻せません。"), "{told:?}");
    assert_eq!(house.done("doctor")["sound"], json!(true));
}
