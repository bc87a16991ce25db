//! Every no to an approval is said on the command line and in the console alike, and leaves the same event whichever way.

use serde_json::{Value as Json, json};

use crate::fixtures::doors::Doors;
use crate::fixtures::house::House;
use crate::people::passwords::EVERY_ROLE;

const OFFICE: &str = "1272200001";
const ROLES: &str = "auditor ca_custodian ra_approver ra_clerk";
const CLERK: &str = "--role ra_clerk";

/// What happens between the proposal of `setup` and the approval, as whom, where something does; who approves; how it is
/// refused, and what the page says of it.
struct Case {
    name: &'static str,
    between: Option<(&'static str, &'static str)>,
    approver: &'static str,
    code: &'static str,
    said: &'static str,
}

const CASES: [Case; 7] = [
    Case {
        name: "their own", between: None, approver: "setup", code: "self_approval", said: "setup 自身の提案です"
    },
    Case {
        name: "acted for the proposer in between",
        between: Some(("b.abe", "user unlock setup")),
        approver: "b.abe",
        code: "acted_for_one_another",
        said: "互いのために操作した2人は、承認し合えません",
    },
    Case {
        name: "the proposer acted for them in between",
        between: Some(("setup", "user unlock b.abe")),
        approver: "b.abe",
        code: "acted_for_one_another",
        said: "互いのために操作した2人は、承認し合えません",
    },
    Case {
        name: "what it rests on changed",
        between: Some(("d.endo", "user suspend c.ueda --break-glass --why 試験")),
        approver: "b.abe",
        code: "proposal_stale",
        said: "前提が変わりました",
    },
    Case {
        name: "they lost a role",
        between: Some(("d.endo", "user roles b.abe --take auditor --break-glass --why 試験")),
        approver: "b.abe",
        code: "approver_may_not",
        said: "承認できる役割のある利用中の職員ではありません",
    },
    Case {
        name: "the proposer lost a role",
        between: Some(("d.endo", "user roles setup --take auditor --break-glass --why 試験")),
        approver: "b.abe",
        code: "proposer_may_not",
        said: "もう必要な役割がありません",
    },
    Case {
        name: "the proposer is on hold",
        between: Some(("d.endo", "user suspend setup --break-glass --why 試験")),
        approver: "b.abe",
        code: "proposer_gone",
        said: "もう利用中の職員ではありません",
    },
];

/// Three who hold every role, and a clerk; who acted for one another before a proposal may approve it here.
fn staffed() -> Doors {
    let house = House::furnished();
    for (id, roles) in [("setup", EVERY_ROLE), ("c.ueda", CLERK), ("d.endo", CLERK), ("b.abe", EVERY_ROLE)] {
        house.done(&format!(
            "user add --office {OFFICE} --name 職員 --profession 行政 --id {id} {roles} --application A-9"
        ));
    }
    as_before(&house);
    let file = house.folder.join("ca/ca.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}\n[proposals]\napart_hours = 0\n")).unwrap();
    Doors::of(house)
}

/// Everybody has the roles they had, and is in service; no proposal waits.
fn as_before(house: &House) {
    house.ask(&format!(
        "UPDATE system_users SET roles = '{ROLES}', state = 'active' WHERE login_id IN ('setup', 'b.abe', 'd.endo') RETURNING roles"
    ));
    house.ask("UPDATE system_users SET roles = 'ra_clerk', state = 'active' WHERE login_id = 'c.ueda' RETURNING roles");
    house.ask("UPDATE proposals SET state = 'withdrawn' WHERE state = 'open' RETURNING state");
}

/// Who was refused last, how they were known, what of it is said in the event; and how many such events there are.
fn last_refusal(house: &House) -> (usize, String, Json) {
    let events =
        house.ask("SELECT operator || ' ' || detail FROM events WHERE action = 'proposal.refuse' ORDER BY version");
    let last = events.lines().last().unwrap_or_default().split_once(' ').unwrap_or_default();
    (events.lines().count(), last.0.to_owned(), serde_json::from_str(last.1).unwrap_or_default())
}

async fn tried(doors: &Doors, case: &Case, console: bool) -> Vec<String> {
    let house = &doors.house;
    let proposed = house.done("user roles c.ueda --give auditor --propose --why 監査の担当になる");
    let no = proposed["proposal"].as_str().unwrap();
    if let Some((who, line)) = case.between {
        let told = house.tell_as(who, line);
        assert_eq!(told.code, 0, "{}: {told:?}", case.name);
    }
    let (before, ..) = last_refusal(house);
    let mut wrong = Vec::new();
    let mut expect = |holds: bool, what: String| {
        if !holds {
            wrong.push(format!("{} ({}): {what}", case.name, if console { "console" } else { "command" }));
        }
    };
    if console {
        let path = format!("/console/approve/proposals/{no}/approve");
        let page = doors.as_person((case.approver, OFFICE), &path, Some(&[("once", no)])).await;
        expect(page.status == 422 && page.text.contains(case.said), format!("{page:?}"));
    } else {
        let told = house.tell_as(case.approver, &format!("proposal approve {no}"));
        let code = told.json()["refused"].clone();
        expect(told.code == 1 && code == case.code && told.err.contains(case.said), format!("{told:?}"));
    }
    let (after, operator, detail) = last_refusal(house);
    expect(after == before + 1, format!("one event, not {}", after - before));
    expect(operator == case.approver, operator.clone());
    let proof = if console { "console" } else { "password_file" };
    expect(detail["refused"] == case.code && detail["proof"] == proof, detail.to_string());
    expect(detail["proposed_by"] == json!("setup"), detail.to_string());
    as_before(house);
    let roles = house.done("user show c.ueda")["roles"].clone();
    expect(roles == json!(["ra_clerk"]), format!("it was done: {roles}"));
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn every_no_to_an_approval_is_the_same_by_command_and_in_the_console_and_leaves_an_event() {
    let doors = staffed();
    let mut wrong = Vec::new();
    for case in &CASES {
        for console in [false, true] {
            wrong.extend(tried(&doors, case, console).await);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
