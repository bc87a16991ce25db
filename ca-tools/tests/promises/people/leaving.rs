//! 異動, 退職: whoever leaves takes nothing of the office along, and nothing of the office stays with them.

use ca_tools::acts::{By, OfficeForm, RolesChanged};
use ca_tools::application::Detail;
use ca_tools::refusal::Refusal;
use registry::change::{IllegalChange, RevokedReason};
use registry::{LoginId, OfficeNo, Ownership, Role, RoomRef};
use serde_json::json;

use crate::fixtures::house::House;
use crate::fixtures::registry_at::{OFFICE, RegistryAt, both, by, form, password, with};

const OTHER: &str = "1272200002";

fn other() -> OfficeNo {
    OTHER.parse().unwrap()
}

async fn with_another_office(registry: &RegistryAt) {
    let named = OfficeForm::from([(Detail::Name, "みどり薬局")]);
    registry.writer.register_office(&by(), &other(), named).await.unwrap();
}

async fn in_a_room(registry: &RegistryAt, room: &str, login_id: &LoginId) {
    let room: RoomRef = room.parse().unwrap();
    registry.writer.open_room(&by(), &room, "山田様".into()).await.unwrap();
    registry.writer.invite(&by(), &room, login_id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_moves_leaves_rooms_lists_and_their_own_device_behind_in_one_change() {
    for registry in both().await {
        with_another_office(&registry).await;
        let (sato, ito) = (registry.add("k.sato").await, registry.add("m.ito").await);
        let own = registry.approved(Ownership::Byod, &[&sato]).await;
        let shared = registry.approved(Ownership::Byod, &[&sato, &ito]).await;
        let offices = registry.approved(Ownership::Office, &[&sato]).await;
        let mut serials = Vec::new();
        for (device, seed) in [(own, 1), (shared, 2), (offices, 3)] {
            serials.push(registry.certified(device, seed).await.to_string());
        }
        in_a_room(&registry, "R1", &sato).await;
        let before = registry.writer.ledger().version().await.unwrap();

        let foreseen = registry.writer.foresee_move(&by(), &sato, &other()).await.unwrap();
        assert_eq!(registry.writer.ledger().version().await.unwrap(), before, "looking ahead changed something");
        let (leaving, version) = registry.writer.move_user(&by(), &sato, &other()).await.unwrap();
        assert_eq!(foreseen, leaving);
        assert_eq!((leaving.rooms.as_slice(), leaving.retired.as_slice()), (&["R1".to_owned()][..], &[own][..]));
        assert_eq!((leaving.certificates.as_slice(), leaving.serve_nobody.as_slice()), (&serials[..1], &[offices][..]));

        let moved = registry.writer.ledger().user(&sato).await.unwrap();
        assert_eq!((&moved["office"], &moved["state"]), (&json!(OTHER), &json!("active")));
        assert_eq!((&moved["rooms"], &moved["devices"]), (&json!([]), &json!([])));
        let own = registry.writer.ledger().device(own).await.unwrap();
        assert_eq!((&own["stage"], &own["certificates"][0]["state"]), (&json!("retired"), &json!("revoked")));
        assert_eq!(own["certificates"][0]["revoked_reason"], RevokedReason::Left.as_str());
        for stays in [shared, offices] {
            let stays = registry.writer.ledger().device(stays).await.unwrap();
            assert_eq!((&stays["stage"], &stays["certificates"][0]["state"]), (&json!("approved"), &json!("issued")));
        }
        let events = registry.writer.ledger().events_after(before, 10).await.unwrap();
        assert_eq!((events.len(), events[0].event.version), (1, i64::try_from(version).unwrap()));
        assert_eq!((events[0].event.action.as_str(), events[0].event.subject.as_str()), ("user.move", "k.sato"));
        let detail: serde_json::Value = serde_json::from_str(&events[0].event.detail).unwrap();
        assert_eq!((&detail["from"], &detail["to"]), (&json!(OFFICE), &json!(OTHER)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_cannot_be_is_refused_and_changes_nothing() {
    for registry in both().await {
        with_another_office(&registry).await;
        let sato = registry.add("k.sato").await;
        let version = registry.writer.ledger().version().await.unwrap();
        let refused = |to: &'static str, by: By| {
            let (registry, sato) = (&registry, &sato);
            async move { registry.writer.move_user(&by, sato, &to.parse().unwrap()).await.unwrap_err() }
        };
        assert!(matches!(refused(OFFICE, by()).await, Refusal::Illegal(_, IllegalChange::UserAlreadyThere)));
        assert!(matches!(refused("1272200009", by()).await, Refusal::Unknown(..)));
        assert!(matches!(refused(OTHER, By { application: None, ..by() }).await, Refusal::NoApplication));
        assert_eq!(registry.writer.ledger().version().await.unwrap(), version);
        registry.writer.suspend_office(&by(), &other()).await.unwrap();
        assert!(matches!(refused(OTHER, by()).await, Refusal::Illegal(_, IllegalChange::OfficeSuspended)));
        let _ = registry.writer.delete_user(&by(), &sato).await.unwrap();
        assert!(matches!(refused(OTHER, by()).await, Refusal::Illegal(_, IllegalChange::UserDeleted)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_moves_only_without_their_roles_and_the_last_one_goes_nowhere() {
    for registry in both().await {
        with_another_office(&registry).await;
        let by = |id: &str| crate::fixtures::registry_at::operator(id);
        registry.writer.add_user(&by("setup"), with("a.ito", &Role::ALL), password()).await.unwrap();
        let ito: LoginId = "a.ito".parse().unwrap();
        let refused = registry.writer.move_user(&by("a.ito"), &ito, &other()).await.unwrap_err();
        assert!(matches!(refused, Refusal::Illegal(_, IllegalChange::HoldsRoles)), "{refused:?}");
        let refused =
            registry.writer.withdraw_office(&by("a.ito"), &crate::fixtures::registry_at::office()).await.unwrap_err();
        assert!(matches!(refused, Refusal::Illegal(_, IllegalChange::LastOperator)), "{refused:?}");
        let all = RolesChanged { take: Role::ALL.into_iter().collect(), ..RolesChanged::default() };
        let refused = registry.writer.change_roles(&by("a.ito"), &ito, &all).await.unwrap_err();
        assert!(matches!(refused, Refusal::Illegal(_, IllegalChange::LastOperator)), "{refused:?}");
        registry.writer.add_user(&by("a.ito"), with("b.abe", &Role::ALL), password()).await.unwrap();
        let alone = crate::proposals::breaking("b.abe", crate::fixtures::registry_at::NOW);
        registry.writer.change_roles(&alone, &ito, &all).await.unwrap();
        let again = registry.writer.change_roles(&by("b.abe"), &ito, &all).await.unwrap_err();
        assert!(matches!(again, Refusal::Illegal(_, IllegalChange::RolesAlready)), "{again:?}");
        registry.writer.move_user(&by("b.abe"), &ito, &other()).await.unwrap();
        assert_eq!(registry.writer.ledger().user(&ito).await.unwrap()["roles"], json!([]));
        let refused = registry.writer.apply_device(&by("a.ito"), form(Ownership::Office, &[])).await.unwrap_err();
        assert!(matches!(refused, Refusal::NoOperator(_)), "{refused:?}");
        let back = RolesChanged { give: [Role::RaClerk].into_iter().collect(), ..RolesChanged::default() };
        let refused = registry.writer.change_roles(&by("b.abe"), &ito, &back).await.unwrap_err();
        assert!(matches!(refused, Refusal::Illegal(_, IllegalChange::NotTheCitysOffice)), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_to_be_picked_up_for_a_device_that_goes_cannot_be_any_more() {
    for registry in both().await {
        let sato = registry.add("k.sato").await;
        registry.approved(Ownership::Byod, &[&sato]).await;
        let stays = registry.approved(Ownership::Office, &[]).await;
        for (ticket, device) in [("T-1", 1), ("T-2", stays.number())] {
            // Made by nobody here: the row alone.
            let sql = format!(
                "INSERT INTO tickets (ticket, number_hash, code_hash, device, purpose, state, issued_at, issued_by, \
                 until, tries_left, retaken, application, version) \
                 VALUES ('{ticket}', '{ticket}', '', {device}, 'first', 'open', 0, 'setup', 0, 5, 0, 'A', 1)"
            );
            registry.meddle(Box::leak(sql.into_boxed_str())).await;
        }
        let _ = registry.writer.delete_user(&by(), &sato).await.unwrap();
        let states = "SELECT (SELECT state || ' ' || killed_why FROM tickets WHERE ticket = 'T-1') || ' ' || \
            (SELECT state FROM tickets WHERE ticket = 'T-2')";
        assert_eq!(registry.asked(states).await, "killed device open");
    }
}

#[test]
fn the_command_tells_what_ended_and_publishes_the_list() {
    for house in House::both() {
        let house = house.furnish();
        house.done("office register 1272200002 --name みどり薬局 --application A-4");
        house.done("room open --name 山田様 --room R1");
        house.done("room invite R1 k.sato");
        house.done(
            "device apply --office 1272200001 --label 自分の電話 --os ios --ownership byod --user k.sato --application A-5",
        );
        house.done("device inspect DEV-000002 --result pass");
        house.done("device approve DEV-000002");
        let serial = house.done("cert issue --device DEV-000002 --format pem --out own.pem")["serial"].clone();
        let alone = ["--config", "ca/ca.toml", "--operator", "setup", "--application", "A-6"];
        let asked = house.run(&[&alone[..], &["user", "move", "k.sato", "--office", "1272200002"]].concat());
        let words = "ID k.sato（佐藤）を事業所 1272200002 に移します。ログイン中の場合は、すぐに終了します。部屋 1 件の招待を取り消します。本人だけが使う個人所有の端末 1 台（電子証明書 1 枚）は使用終了・失効になります。";
        assert!(asked.code == 2 && asked.err.starts_with(words), "{asked:?}");

        let moved = house.done("user move k.sato --office 1272200002 --application A-6");
        assert_eq!((&moved["office"], &moved["rooms"]), (&json!("1272200002"), &json!(["R1"])));
        assert_eq!(
            (&moved["devices_retired"], &moved["certificates_revoked"]),
            (&json!(["DEV-000002"]), &json!([serial]))
        );
        assert_eq!(moved["crl_number"], 2);
        let list = house.program("openssl", "crl -inform DER -in ca/issuing.crl -noout -text");
        assert!(list.contains("Affiliation Changed"), "{list}");
        let again = house.tell("user move k.sato --office 1272200002 --application A-6");
        assert!(again.code == 1 && again.err.contains("利用者はすでにこの事業所に所属しています。"), "{again:?}");

        let deleted = house.done("user delete k.sato");
        assert_eq!((&deleted["state"], &deleted["rooms"]), (&json!("deleted"), &json!([])));
        let again = house.tell("user delete k.sato");
        assert!(again.code == 1 && again.err.contains("IDは削除されており、元に戻せません。"), "{again:?}");
        assert_eq!(house.done("doctor")["sound"], json!(true));
    }
}

#[test]
fn who_comes_takes_the_place_on_a_devices_list_of_who_left() {
    for house in House::both() {
        let house = house.furnish();
        let add = "user add --office 1272200001 --name 伊藤 --profession 看護師 --application A-4 --id";
        house.done(&format!("{add} m.ito"));
        house.done("office register 1272200002 --name みどり薬局 --application A-4");
        house.done("user add --office 1272200002 --name 森 --profession 薬剤師 --application A-4 --id t.mori");
        let apply =
            "device apply --office 1272200001 --label 訪問用 --os ios --user k.sato --application A-5 --ownership";
        house.done(&format!("{apply} office"));
        house.done(&format!("{apply} byod"));
        for (line, words) in [
            ("device users DEV-000002 --add m.ito", "--application で申請番号を指定してください"),
            ("device users DEV-000001 --add m.ito --application A", "DEV-000001 は事業所の全員が使える端末です。"),
            ("device users DEV-000002 --add t.mori --application A", "t.mori は DEV-000002 と別の事業所の利用者です。"),
            ("device users DEV-000002 --add k.sato --application A", "すでにこの端末の利用者です。"),
            ("device users DEV-000002 --remove m.ito", "招待または登録されたことがありません。"),
            (
                "device users DEV-000002 --add m.ito --remove m.ito --application A",
                "同時に加えて外すことはできません。",
            ),
            ("device users DEV-000003 --remove k.sato", "DEV-000003 は個人所有の端末で、利用者がいなくなります。"),
        ] {
            let told = house.tell(line);
            assert!(told.code == 1 && told.err.contains(words), "{line}: {told:?}");
        }
        assert_eq!(house.done("device show DEV-000002")["users"], json!(["k.sato"]), "a refusal changed something");
        let swapped = house.done("device users DEV-000003 --add m.ito --remove k.sato --application A-6");
        assert_eq!(swapped["users"], json!(["m.ito"]));
        let gone = house.done("user delete k.sato");
        assert_eq!(gone["devices_without_people"], json!(["DEV-000002"]));
        assert_eq!(gone["devices_retired"], json!([]), "it is another's by now");
        let told = house.done("device users DEV-000002 --add m.ito --application A-6");
        assert_eq!(told["users"], json!(["m.ito"]));
        let told = house.tell("device users DEV-000002 --add k.sato --application A-6");
        assert!(told.err.contains("IDは削除されており、元に戻せません。"), "{told:?}");
        assert_eq!(house.done("device users DEV-000002 --remove m.ito")["users"], json!([]));
        assert_eq!(house.done("doctor")["sound"], json!(true));
    }
}
