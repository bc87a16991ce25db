//! A device that is reported lost is out at once; that it was lost is kept, and told before it comes back.

use ca_tools::acts::{Before, By};
use ca_tools::refusal::Malformed;
use ca_tools::refusal::{LossRefusal, Refusal};
use ca_tools::words::for_operators;
use registry::change::Inspection;
use registry::{DeviceStage, Ownership};
use serde_json::json;

use crate::fixtures::house::House;
use crate::fixtures::registry_at::{NOW, both, by, form};

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_device_is_on_hold_in_one_change_that_says_lost_who_told_it_and_when() {
    for registry in both().await {
        let (writer, device) = (&registry.writer, registry.approved(Ownership::Office, &[]).await);
        assert_eq!(writer.ledger().loss(device).await.unwrap(), None);
        let before = writer.ledger().version().await.unwrap();
        let (was, version) = writer.report_lost(&by(), device, Some(" 佐藤 ".into())).await.unwrap();
        assert_eq!((was, version), (Before::InUse, before.unsigned_abs() + 1));
        assert_eq!(writer.ledger().device(device).await.unwrap()["suspended"], true);
        let events = writer.ledger().events_after(before, 10).await.unwrap();
        let [recorded] = events.as_slice() else { panic!("{events:?}") };
        let event = &recorded.event;
        assert_eq!((event.action.as_str(), event.subject.as_str()), ("device.report-lost", "DEV-000001"));
        assert_eq!((event.at, event.operator.as_str(), event.why.as_deref()), (NOW.unix(), "operator", Some("試験")));
        let mut detail: serde_json::Value = serde_json::from_str(&event.detail).unwrap();
        assert!(detail["index"].is_string(), "whom it is about is in the chain, too: {detail}");
        detail.as_object_mut().unwrap().remove("index");
        assert_eq!(detail, json!({ "reason": "lost", "reported_by": "佐藤", "proof": "console" }));
        let loss = writer.ledger().loss(device).await.unwrap().unwrap();
        assert_eq!((loss.at, loss.reported_by.as_deref(), loss.why.as_str()), (NOW, Some("佐藤"), "試験"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loss_without_a_reason_is_refused_and_changes_nothing() {
    for registry in both().await {
        let device = registry.approved(Ownership::Office, &[]).await;
        let before = registry.writer.ledger().version().await.unwrap();
        let silent = By { why: None, ..by() };
        let refused = registry.writer.report_lost(&silent, device, None).await.unwrap_err();
        assert!(matches!(refused, Refusal::NoWhy), "{refused:?}");
        let refused = registry.writer.report_lost(&by(), device, Some("佐\n藤".into())).await.unwrap_err();
        assert!(matches!(refused, Refusal::Malformed(Malformed::Strange("--reported-by", _))), "{refused:?}");
        assert_eq!(registry.writer.ledger().version().await.unwrap(), before);
        assert_eq!(registry.writer.ledger().device(device).await.unwrap()["suspended"], false);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_out_already_is_told_and_never_half_changed() {
    for registry in both().await {
        let writer = &registry.writer;
        let held = registry.approved(Ownership::Office, &[]).await;
        writer.suspend_device(&by(), held).await.unwrap();
        assert_eq!(writer.ledger().loss(held).await.unwrap(), None);
        assert_eq!(writer.report_lost(&by(), held, None).await.unwrap().0, Before::OnHold);
        let first = writer.ledger().loss(held).await.unwrap().unwrap();
        let again = writer.report_lost(&By { at: NOW.plus(60), ..by() }, held, None).await.unwrap();
        assert_eq!(again.0, Before::Lost(first));
        assert_eq!(writer.ledger().device(held).await.unwrap()["suspended"], true);

        let rejected = writer.apply_device(&by(), form(Ownership::Office, &[])).await.unwrap();
        writer.inspect_device(&by(), rejected, Inspection::Failed, &[]).await.unwrap();
        writer.reject_device(&by(), rejected).await.unwrap();
        let sato = registry.add("k.sato").await;
        let retired = registry.approved(Ownership::Byod, &[&sato]).await;
        writer.delete_user(&by(), &sato).await.unwrap();
        let before = writer.ledger().version().await.unwrap();
        for (device, stage) in [(rejected, DeviceStage::Rejected), (retired, DeviceStage::Retired)] {
            let refused = writer.report_lost(&by(), device, None).await.unwrap_err();
            assert!(
                matches!(&refused, Refusal::Loss(LossRefusal::AlreadyOut(no, is)) if (*no, *is) == (device, stage)),
                "{refused:?}"
            );
            assert_eq!(writer.ledger().device(device).await.unwrap()["suspended"], false);
        }
        assert_eq!(writer.ledger().version().await.unwrap(), before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_device_comes_back_only_with_a_reason_and_is_then_no_longer_lost() {
    for registry in both().await {
        let (writer, device) = (&registry.writer, registry.approved(Ownership::Office, &[]).await);
        writer.report_lost(&by(), device, Some("佐藤".into())).await.unwrap();
        let before = writer.ledger().version().await.unwrap();
        let silent = By { why: None, ..by() };
        let refused = writer.resume_device(&silent, device).await.unwrap_err();
        assert!(matches!(&refused, Refusal::Loss(LossRefusal::NeedsWhy(..))), "{refused:?}");
        let said = for_operators(&refused).ja;
        assert!(said.contains("紛失の報告がありました（連絡した人：佐藤、") && said.contains("--why"), "{said}");
        assert_eq!(writer.ledger().version().await.unwrap(), before);
        writer.resume_device(&by(), device).await.unwrap();
        let event = &writer.ledger().events_after(before, 1).await.unwrap()[0].event;
        assert!(event.detail.contains("\"reported_lost_at\":1800000000"), "{event:?}");
        assert_eq!(writer.ledger().loss(device).await.unwrap(), None);
        // A hold for another reason is lifted as ever.
        writer.suspend_device(&by(), device).await.unwrap();
        writer.resume_device(&silent, device).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_report_the_same_loss_both_are_heard_and_the_later_is_told_of_the_earlier() {
    for registry in both().await {
        let device = registry.approved(Ownership::Office, &[]).await;
        let (one, other, by) = (registry.writer.clone(), registry.writer.clone(), by());
        let (one, other) = tokio::join!(one.report_lost(&by, device, None), other.report_lost(&by, device, None));
        let told = [one.unwrap().0, other.unwrap().0];
        assert!(told.contains(&Before::InUse), "{told:?}");
        assert!(told.iter().any(|before| matches!(before, Before::Lost(_))), "{told:?}");
    }
}

#[test]
fn the_command_stops_the_device_and_says_in_japanese_what_to_do_next() {
    for house in House::both() {
        let house = house.furnish();
        house.done("office update 1272200001 --contact 山田 --telephone 04-7000-0000 --mail yamada@example.jp");
        let line = ["--config", "ca/ca.toml", "--operator", "setup", "device", "report-lost", "DEV-000001"];
        let asked = house.run(&[&line[..], &["--why", "訪問先に置き忘れ"]].concat());
        assert_eq!((asked.code, asked.out.as_str()), (2, ""), "{asked:?}");
        assert!(asked.err.starts_with("DEV-000001（ひだまり・タブレット）を紛失・盗難として止めます。"), "{asked:?}");
        let told = house.run(&[&line[..], &["--yes", "--why", "訪問先に置き忘れ", "--reported-by", "佐藤"]].concat());
        assert_eq!((told.code, told.err.as_str()), (0, ""), "{told:?}");
        for words in [
            "DEV-000001（ひだまり・タブレット）：止めました。",
            "カシワニネット担当者に知らせる：ひだまり　山田　電話 04-7000-0000　メール yamada@example.jp\n",
            "gateway log show 記録のファイル --device DEV-000001 --since 24h\n",
            "ca-tools device resume DEV-000001 --why",
            "ca-tools cert revoke --device DEV-000001 --reason lost --why",
            "ca-tools cert reissue DEV-000001 --to ",
        ] {
            assert!(told.out.contains(words), "{words}: {told:?}");
        }
        let again = house.done("device report-lost DEV-000001 --why 再度の電話");
        assert_eq!((&again["before"], &again["suspended"]), (&json!("reported_lost"), &json!(true)));

        let refused = house.tell("device resume DEV-000001");
        assert_eq!((refused.code, &refused.json()["refused"]), (1, &json!("reported_lost")), "{refused:?}");
        let line = ["--config", "ca/ca.toml", "--operator", "setup", "device", "resume", "DEV-000001", "--why", "発見"];
        let asked = house.run(&line);
        assert!(asked.code == 2 && asked.err.contains("に紛失の報告がありました"), "{asked:?}");
        let told = house.run(&[&line[..], &["--yes"]].concat());
        assert!(told.code == 0 && told.out.contains("再開しました。この端末は"), "{told:?}");
        assert_eq!(house.done("device show DEV-000001")["suspended"], json!(false));
        assert_eq!(house.done("doctor")["sound"], json!(true));
    }
}

#[test]
fn a_loss_that_cannot_be_recorded_is_refused_in_the_words_of_the_house() {
    let house = House::furnished();
    house.done("device apply --office 1272200001 --label 旧型 --os ios --ownership office --application A-4");
    house.done("device reject DEV-000002");
    for (line, code, words) in [
        ("device report-lost DEV-000001", "no_why", "--why で理由を指定してください"),
        ("device report-lost DEV-000099 --why x", "unknown", "端末 DEV-000099 は登録されていません"),
        ("device report-lost DEV-000002 --why x", "already_out", "「却下」で、すでに使えません。"),
    ] {
        let told = house.tell(line);
        assert_eq!((told.code, &told.json()["refused"]), (1, &json!(code)), "{line}: {told:?}");
        assert!(told.err.contains(words), "{line}: {told:?}");
    }
    assert_eq!(house.done("device show DEV-000001")["suspended"], json!(false));
}
