//! On the command line: the same command proposes, looks ahead or breaks the glass, and says so where it needs two.

use serde_json::{Value as Json, json};

use crate::fixtures::house::{House, Told};
use crate::people::passwords::EVERY_ROLE;

/// Two who hold every role, and a clerk, made today.
fn staffed() -> House {
    let house = House::furnished();
    for (id, roles) in [("setup", EVERY_ROLE), ("c.ueda", "--role ra_clerk"), ("b.abe", EVERY_ROLE)] {
        house.done(&format!(
            "user add --office 1272200001 --name 職員 --profession 行政 --id {id} {roles} --application A-9"
        ));
    }
    house
}

/// As this operator, so many days from now.
fn later_as(house: &House, (operator, days): (&str, u32), line: &str) -> Told {
    let mut arguments = vec!["--config", "ca/ca.toml", "--operator", operator, "--json", "--yes"];
    arguments.extend(line.split_whitespace());
    house.run_later(days, &arguments)
}

fn done_as(house: &House, by: (&str, u32), line: &str) -> Json {
    let told = later_as(house, by, line);
    assert_eq!(told.code, 0, "{line}: {told:?}");
    told.json()
}

fn refused(told: &Told, code: &str) {
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!(code)), "{told:?}");
}

#[test]
fn one_proposes_cannot_approve_and_the_other_does_by_the_same_commands() {
    let house = staffed();
    let command = "user roles c.ueda --give auditor";
    let told = later_as(&house, ("setup", 2), command);
    refused(&told, "needs_two");
    for words in ["--propose", "b.abe", "--break-glass"] {
        assert!(told.err.contains(words), "{words}: {told:?}");
    }
    let looked = done_as(&house, ("setup", 2), &format!("{command} --dry-run"));
    assert_eq!(looked["could_approve"], json!(["b.abe"]));
    let changes = json!([{ "id": "c.ueda", "field": "roles", "before": "ra_clerk", "after": "auditor ra_clerk" }]);
    assert_eq!(looked["changes"], changes);
    assert_eq!(house.done("proposal list"), json!([]), "looking ahead proposes nothing");

    refused(&later_as(&house, ("setup", 2), &format!("{command} --propose")), "no_why");
    let proposed = done_as(&house, ("setup", 2), &format!("{command} --propose --why 監査の担当になる"));
    assert_eq!((&proposed["proposal"], &proposed["changes"]), (&json!("P-000001"), &changes));
    let listed = house.done("proposal list");
    assert_eq!((&listed[0]["state"], &listed[0]["proposed_by"]), (&json!("open"), &json!("setup")));
    let shown = house.run(&["--config", "ca/ca.toml", "--operator", "setup", "proposal", "show", "p-000001"]);
    for words in ["承認待ち", "監査の担当になる", "c.ueda roles：ra_clerk → auditor ra_clerk", "役割を変える"]
    {
        assert!(shown.out.contains(words), "{words}: {shown:?}");
    }
    refused(&later_as(&house, ("setup", 2), "proposal approve P-000001"), "self_approval");
    refused(&later_as(&house, ("c.ueda", 2), "proposal approve P-000001"), "approver_may_not");
    done_as(&house, ("b.abe", 2), "proposal approve P-000001");
    assert_eq!(house.done("user show c.ueda")["roles"], json!(["auditor", "ra_clerk"]));
    refused(&later_as(&house, ("b.abe", 2), "proposal approve P-000001"), "proposal_decided");
    assert_eq!(house.done("audit verify")["sound"], json!(true));
}

#[test]
fn who_was_made_an_operator_today_approves_nothing_of_who_made_them() {
    let house = staffed();
    house.done("user roles c.ueda --give auditor --propose --why 監査の担当になる");
    let told = house.tell_as("b.abe", "proposal approve P-000001");
    refused(&told, "acted_for_one_another");
    assert!(told.err.contains("user.add"), "{told:?}");
}

#[test]
fn what_another_s_approval_hands_out_is_shown_to_who_approves() {
    let house = staffed();
    done_as(&house, ("setup", 2), "user reset-password c.ueda --propose --why 失念");
    let approved = done_as(&house, ("b.abe", 2), "proposal approve P-000001");
    assert_eq!(approved["users"][0]["login_id"], json!("c.ueda"));
    assert!(approved["users"][0]["initial_password"].as_str().unwrap().len() > 8, "{approved}");
    house.done("device inspect DEV-000001 --result pass");
    let device = house
        .done("device apply --office 1272200001 --label タブレット --os windows --ownership office --application A-3");
    let device = device["device"].as_str().unwrap();
    done_as(&house, ("setup", 2), &format!("device inspect {device} --result pass"));
    refused(&later_as(&house, ("setup", 2), &format!("device approve {device}")), "needs_two");
    done_as(&house, ("setup", 2), &format!("device approve {device} --propose --why 急ぎ"));
    let approved = done_as(&house, ("b.abe", 2), "proposal approve P-000002");
    assert!(approved["confirmation_code"].is_string() && approved["ticket"].is_string(), "{approved}");
    assert_eq!(house.done(&format!("device show {device}"))["approved_by"], json!("b.abe"));
}

#[test]
fn an_emergency_and_a_new_ca_wait_for_another_and_are_carried_out_by_who_proposed_them() {
    let house = staffed();
    house.done("device apply --office 1272200001 --label 代替機 --os ios --ownership office --application A-4");
    let emergency = "cert emergency --device DEV-000002 --format pem --out e.pem --why 端末の故障";
    refused(&later_as(&house, ("setup", 2), emergency), "needs_two");
    let proposed = done_as(&house, ("setup", 2), &format!("{emergency} --propose"));
    assert_eq!(proposed["proposal"], json!("P-000001"));
    refused(&later_as(&house, ("setup", 2), &format!("{emergency} --proposal P-000001")), "proposal_not_approved");
    assert!(!house.files().contains(&"e.pem".to_owned()));
    done_as(&house, ("b.abe", 2), "proposal approve P-000001");
    let given = done_as(&house, ("setup", 2), &format!("{emergency} --proposal P-000001"));
    assert_eq!(given["emergency"], json!(true));
    refused(&later_as(&house, ("setup", 2), &format!("{emergency} --proposal P-000001")), "proposal_decided");

    let add = "ca add-issuing --name 2 --why 次の認証局";
    refused(&later_as(&house, ("setup", 2), add), "needs_two");
    done_as(&house, ("setup", 2), &format!("{add} --propose"));
    assert!(!house.files().iter().any(|name| name.contains("issuing-2")));
    done_as(&house, ("b.abe", 2), "proposal approve P-000002");
    let added = done_as(&house, ("setup", 2), &format!("{add} --proposal P-000002"));
    assert_eq!(added["state"], json!("active"));
    assert_eq!(house.done("proposal show P-000002")["state"], json!("done"));
    assert_eq!(house.done("audit verify")["sound"], json!(true));
}

#[test]
fn how_many_are_many_and_how_long_a_proposal_waits_stand_in_the_configuration() {
    let house = staffed();
    let file = house.folder.join("ca/ca.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}\n[proposals]\nmany = 2\ndays = 1\n")).unwrap();
    house.done("office register 1272200002 --name みどり --application A-1");
    for id in ["m.aa", "m.bb", "m.cc"] {
        house
            .done(&format!("user add --office 1272200002 --name {id} --profession 看護師 --id {id} --application A-2"));
    }
    refused(&later_as(&house, ("setup", 2), "office suspend 1272200002"), "needs_two");
    done_as(&house, ("setup", 2), "office suspend 1272200002 --propose --why 廃業の連絡");
    refused(&later_as(&house, ("b.abe", 4), "proposal approve P-000001"), "proposal_lapsed");
    std::fs::write(&file, format!("{text}\n[proposals]\nmany = \"2\"\ndays = 90\n")).unwrap();
    let told = house.tell("proposal list");
    assert!(told.code == 2 && told.err.contains("proposals.many") && told.err.contains("proposals.days"), "{told:?}");
}
