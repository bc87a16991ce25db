//! Break-glass: one custodian does at once what needs two; all others are told, and one of them looks at it.

use ca_tools::acts::By;
use ca_tools::proposal::{BrokenGlassNo, Finding};
use ca_tools::refusal::Refusal;
use registry::Role;
use serde_json::json;

use super::{breaking, id, last_event, staffed};
use crate::fixtures::house::House;
use crate::fixtures::registry_at::{NOW, both, operator};
use crate::people::passwords::EVERY_ROLE;

#[tokio::test(flavor = "multi_thread")]
async fn one_custodian_alone_is_told_to_all_others_and_reviewed_by_another() {
    for registry in both().await {
        staffed(&registry).await;
        let writer = &registry.writer;
        // The fixture broke one.
        writer.review(&operator("b.abe"), BrokenGlassNo::of(1).unwrap(), Finding::Justified).await.unwrap();
        registry.meddle("UPDATE offices SET mail = 'custodians@example.jp'").await;
        let silent = By { why: None, ..breaking("a.ito", NOW) };
        assert_eq!(writer.suspend_user(&silent, &id("d.ueda")).await.unwrap_err().code(), "no_why");
        let refused = writer.suspend_user(&breaking("d.ueda", NOW), &id("d.ueda")).await.unwrap_err();
        assert!(matches!(&refused, Refusal::OperatorMayNot(_, roles) if *roles == [Role::CaCustodian]), "{refused:?}");

        writer.suspend_user(&breaking("a.ito", NOW), &id("d.ueda")).await.unwrap();
        let (action, detail) = last_event(&registry).await;
        assert_eq!((&*action, &detail["broken_glass"]), ("user.suspend", &json!("B-000002")));
        let letter = "SELECT kind || ' ' || recipient || ' ' || about FROM mails WHERE kind = 'glass_broken'";
        assert_eq!(registry.asked(letter).await, "glass_broken custodians@example.jp B-000002");
        let waiting = writer.ledger().open_reviews().await.unwrap();
        assert_eq!(waiting.len(), 1);
        assert_eq!((&waiting[0]["broken_by"], &waiting[0]["why"]), (&json!("a.ito"), &json!("試験")));
        assert_eq!(waiting[0]["touched"], json!([{ "id": "d.ueda", "name": "佐藤 花子" }]));
        assert_eq!(writer.ledger().tally(NOW).await.unwrap().broken_glasses, 2);

        let no = BrokenGlassNo::of(2).unwrap();
        let review = async |who: &str| writer.review(&operator(who), no, Finding::Unjustified).await;
        assert_eq!(review("a.ito").await.unwrap_err().code(), "self_review");
        assert_eq!(review("e.kano").await.unwrap_err().code(), "operator_may_not");
        review("b.abe").await.unwrap();
        assert_eq!(last_event(&registry).await.0, "break-glass.review");
        assert_eq!(review("c.endo").await.unwrap_err().code(), "reviewed_already");
        assert_eq!(writer.ledger().open_reviews().await.unwrap(), Vec::new());
        let none = writer.review(&operator("b.abe"), BrokenGlassNo::of(3).unwrap(), Finding::Justified).await;
        assert_eq!(none.unwrap_err().code(), "unknown");
    }
}

#[test]
fn the_doctor_complains_of_a_review_that_nobody_did_in_time() {
    let house = House::furnished();
    let add = |id: &str| {
        format!("user add --office 1272200001 --name 職員 --profession 行政 --id {id} {EVERY_ROLE} --application A-9")
    };
    house.done(&add("setup"));
    house.done(&add("b.abe"));
    house.done("user suspend b.abe --break-glass --why 端末の紛失");
    house.done("user resume b.abe");
    let codes = |days: u32| {
        let told = house.later(days, "doctor");
        let found = told.json();
        let codes = found["findings"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap().to_owned());
        (told.code, codes.collect::<Vec<_>>())
    };
    let (_, soon) = codes(1);
    assert!(soon.contains(&"review_waits".to_owned()), "{soon:?}");
    let (code, late) = codes(4);
    assert!(code == 1 && late.contains(&"review_overdue".to_owned()), "{late:?}");
    let found = house.done("break-glass list --open");
    assert_eq!((&found[0]["broken_glass"], &found[0]["broken_by"]), (&json!("B-000001"), &json!("setup")));
    let reviewed = house.tell_as("b.abe", "break-glass review B-000001 --finding justified --why 電話で確認");
    assert_eq!(reviewed.code, 0, "{reviewed:?}");
    let (_, done) = codes(4);
    assert!(!done.iter().any(|code| code.starts_with("review")), "{done:?}");
}

#[test]
fn examples_are_made_where_nobody_else_could_have_agreed() {
    let house = House::furnished();
    let devices = "example devices --office 1272200001 --count 1 --application A-9";
    let furnished = "example house --offices 5 --people 20 --devices 30 --days 2 --refusals 4 --why 試験";
    let add = |id: &str, roles: &str| {
        house.done(&format!(
            "user add --office 1272200001 --name 職員 --profession 行政 --id {id} {roles} --application A-9"
        ));
    };
    add("setup", EVERY_ROLE);
    add("b.abe", "--role auditor");
    house.done(devices);
    add("c.endo", "--role ra_approver");
    let told = house.tell(devices);
    assert!(told.code == 1 && told.err.contains("承認できる職員"), "{told:?}");
    // Nobody else keeps keys, whose word this takes.
    house.done(furnished);
}
