//! 電子証明書の更新: nobody is locked out, nobody has three, and only who holds the old one gets the new one.

use ca_tools::acts::{By, FirstUse, TicketPurpose};
use ca_tools::refusal::Refusal;
use ca_tools::rows::Purpose;
use ca_tools::ticket::Secrets;
use registry::Ownership;
use serde_json::json;

use crate::desk::assertion::{OpenDesk, person};
use crate::fixtures::house::House;
use crate::fixtures::registry_at::{NOW, both, by, intent, signed};

const GRACE: i64 = 14 * 86_400;

#[tokio::test(flavor = "multi_thread")]
async fn old_and_new_are_in_force_until_the_new_one_is_used_and_then_the_old_one_for_fourteen_days() {
    for registry in both().await {
        let device = registry.approved(Ownership::Office, &[]).await;
        let old = registry.certified(device, 1).await;
        let next = intent(device, 2);
        let _ = registry.writer.intend(&by(), &next, Purpose::RenewalOnProof).await.unwrap();
        registry.writer.record(&by(), device, &signed(&next), Purpose::RenewalOnProof).await.unwrap();
        for serial in [&old, &next.serial] {
            assert_eq!(registry.writer.ledger().certificate(serial).await.unwrap()["state"], "issued");
        }
        let third = registry.writer.intend(&by(), &intent(device, 3), Purpose::RenewalOnProof).await.unwrap_err();
        assert!(
            matches!(&third, Refusal::RenewalPending(_, serial) if *serial == next.serial.to_string()),
            "{third:?}"
        );

        let used = By { at: NOW.plus(3_600), ..By::desk(NOW).unwrap() };
        // The old one goes on being used: that is proof of nothing new.
        assert_eq!(registry.writer.first_use(&used, &old).await.unwrap(), FirstUse::Noted { supersedes: None });
        assert_eq!(registry.writer.ledger().certificate(&old).await.unwrap()["state"], "issued");
        let noted = registry.writer.first_use(&used, &next.serial).await.unwrap();
        assert_eq!(noted, FirstUse::Noted { supersedes: Some(old.to_string()) });
        let gone = registry.writer.ledger().certificate(&old).await.unwrap();
        assert_eq!((&gone["state"], &gone["successor"]), (&json!("superseded"), &json!(next.serial.to_string())));
        assert_eq!(gone["superseded_from"], json!(NOW.plus(3_600 + GRACE).to_string()));
        let version = registry.writer.ledger().version().await.unwrap();
        assert_eq!(registry.writer.first_use(&used, &next.serial).await.unwrap(), FirstUse::Known);
        assert_eq!(registry.writer.ledger().version().await.unwrap(), version, "a second report changes nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_given_for_what_the_device_needs_and_its_secrets_are_not_kept() {
    for registry in both().await {
        let device = registry.approved(Ownership::Office, &[]).await;
        let secrets = Secrets::draw().unwrap();
        let early = registry.writer.open_ticket(&by(), (device, TicketPurpose::Renewal), &secrets).await.unwrap_err();
        assert!(matches!(early, Refusal::NoCertificate(_)), "{early:?}");
        let given = registry.writer.open_ticket(&by(), (device, TicketPurpose::First), &secrets).await.unwrap();
        assert_eq!(
            (given.ticket.as_str(), given.until.to_string().as_str()),
            ("T-000001", "2027-01-22T23:59:59+09:00")
        );
        let newer = Secrets::draw().unwrap();
        registry.writer.open_ticket(&by(), (device, TicketPurpose::First), &newer).await.unwrap();
        let states =
            registry.asked("SELECT state || coalesce(killed_why, '') FROM tickets WHERE ticket = 'T-000001'").await;
        assert_eq!(states, "killednewer");
        // An operator who issues by hand leaves no second way open.
        registry.certified(device, 1).await;
        let refused = registry.writer.open_ticket(&by(), (device, TicketPurpose::First), &newer).await.unwrap_err();
        assert!(matches!(refused, Refusal::HasCertificate(..)), "{refused:?}");
        let left = registry.asked("SELECT CAST(COUNT(*) AS TEXT) FROM tickets WHERE state = 'open'").await;
        assert_eq!(left, "0");
        let kept = registry.asked("SELECT number_hash || code_hash FROM tickets WHERE ticket = 'T-000001'").await;
        assert!(!kept.contains(&secrets.number.reveal()) && !kept.contains(&secrets.code.reveal()), "{kept}");
    }
}

/// A desk that signs, whose `k.sato` has a certificate of `days` on DEV-000001; its thumbprint.
async fn desk(days: u32) -> (OpenDesk, String) {
    let desk = OpenDesk::in_a_house_with(
        "public_socket = \"../public.sock\"\n[links]\nhelp_url = \"https://help.example.jp\"\n",
    )
    .await;
    let thumbprint = certified(&desk.house, "DEV-000001", days);
    (desk, thumbprint)
}

/// Its certificate ends in so many days, and had its profile's term.
fn certified(house: &House, device: &str, days: u32) -> String {
    house.done(&format!("cert issue --device {device} --format pem --out {device}.pem --days {days}"));
    tokio::task::block_in_place(|| house.meddle("UPDATE certificates SET shortened = 0"));
    house.thumbprint(device)
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_old_certificate_and_the_login_the_next_one_is_handed_out_at_once() {
    let (desk, old) = desk(30).await;
    let due = desk.as_person(&person("DEV-000001", &old), "/office/renew", None).await;
    assert_eq!(due.0, 200, "{}", due.1);
    assert!(due.1.contains("新しい電子証明書を取得する"), "{}", due.1);
    let ready = desk.as_person(&person("DEV-000001", &old), "/office/renew", Some(&[])).await;
    assert_eq!(ready.0, 200, "{}", ready.1);
    let field = |name: &str| {
        let rest = ready.1.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let given = [("number", field("number")), ("code", field("code")), ("part", "first".to_owned())];
    let given: Vec<_> = given.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let file = desk.as_person(&person("DEV-000001", &old), "/office/pickup/file", Some(&given)).await;
    assert_eq!(file.0, 200, "{}", file.1);
    let held = desk.house.done("cert list --device DEV-000001");
    assert!(held.as_array().unwrap().iter().all(|one| one["state"] == "issued") && held.as_array().unwrap().len() == 2);
    // The file got lost on its way: another one takes its place, the old one is not touched.
    let pending = desk.as_person(&person("DEV-000001", &old), "/office/renew", None).await;
    assert!(pending.1.contains("まだ使われていません") && pending.1.contains("取得し直す"), "{}", pending.1);
    let again = desk.as_person(&person("DEV-000001", &old), "/office/renew", Some(&[])).await;
    assert_eq!(again.0, 200, "{}", again.1);
    let field = |name: &str| {
        let rest = again.1.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let (number, code) = (field("number"), field("code"));
    let given = [("number", number.as_str()), ("code", code.as_str())];
    let file = desk.as_person(&person("DEV-000001", &old), "/office/pickup/file", Some(&given)).await;
    assert_eq!(file.0, 200, "{}", file.1);
    let held = desk.house.done("cert list --device DEV-000001");
    let mut states: Vec<_> = held.as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    states.sort_unstable();
    assert_eq!(states, ["issued", "issued", "superseded"]);
    assert_eq!(desk.house.done("doctor")["sound"], json!(true));
    let finished = desk.as_person(&person("DEV-000001", &old), "/office/renew/finish", Some(&[])).await;
    assert_eq!(finished.0, 409, "with the old certificate nobody ends the old certificate: {}", finished.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_early_or_with_anothers_certificate_nothing_is_renewed() {
    let (desk, own) = desk(200).await;
    let early = desk.as_person(&person("DEV-000001", &own), "/office/renew", Some(&[])).await;
    assert_eq!(early.0, 409, "{}", early.1);
    assert!(early.1.contains("から更新できます"), "{}", early.1);
    // Another device's, another office's, a revoked and an unknown certificate.
    let second = desk.house.device();
    let others = certified(&desk.house, &second, 30);
    desk.house.done("office register 1272200002 --name よそ --application A-1");
    let third = desk
        .house
        .done("device apply --office 1272200002 --label 端末 --os linux --ownership office --application A-3");
    let third = third["device"].as_str().unwrap().to_owned();
    desk.house.done(&format!("device inspect {third} --result pass"));
    desk.house.done(&format!("device approve {third}"));
    let foreign = certified(&desk.house, &third, 30);
    desk.house.done(&format!("cert revoke --device {second} --reason lost"));
    for thumbprint in [&others, &foreign, "AAAA", ""] {
        let refused = desk.as_person(&person("DEV-000001", thumbprint), "/office/renew", Some(&[])).await;
        assert_eq!(refused.0, 409, "{thumbprint}: {}", refused.1);
    }
    let revoked = desk.as_person(&person(&second, &others), "/office/renew", Some(&[])).await;
    assert_eq!(revoked.0, 409, "{}", revoked.1);
    let tickets = desk.house.done("ticket list");
    assert!(
        tickets.as_array().unwrap().iter().all(|one| one["purpose"] == "first"),
        "no renewal was opened: {tickets}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_gateways_word_of_this_very_request_the_office_pages_are_shut() {
    let (desk, own) = desk(30).await;
    for path in ["/office/", "/office/renew", "/office/lost"] {
        assert_eq!(desk.unasserted(path).await.0, 401, "{path}");
    }
    let other_path = desk.replayed(&person("DEV-000001", &own), "/office/", "/office/lost").await;
    assert_eq!(other_path.0, 401, "an assertion for another path");
    let lost = desk.as_person(&person("DEV-000001", &own), "/office/lost", Some(&[("device", "DEV-000001")])).await;
    assert_eq!(lost.0, 422, "the device at hand is not lost: {}", lost.1);
    let second = desk.house.device();
    desk.house.done("office register 1272200002 --name よそ --application A-1");
    let apply = "device apply --office 1272200002 --label 端末 --os linux --ownership office --application A-3";
    let foreign = desk.house.done(apply)["device"].as_str().unwrap().to_owned();
    for device in [foreign.as_str(), "DEV-000099", ""] {
        let refused = desk.as_person(&person("DEV-000001", &own), "/office/lost", Some(&[("device", device)])).await;
        assert_eq!(refused.0, 422, "{device}: {}", refused.1);
    }
    assert_eq!(desk.house.done(&format!("device show {foreign}"))["suspended"], false);
    let stopped =
        desk.as_person(&person("DEV-000001", &own), "/office/lost", Some(&[("device", second.as_str())])).await;
    assert_eq!(stopped.0, 303, "it is told on a page of its own: {}", stopped.1);
    assert_eq!(desk.house.done(&format!("device show {second}"))["suspended"], true);
}
