//! Every no to an approval: by its name, with an event, and in the state in which it leaves the proposal.

use std::future::Future;
use std::pin::Pin;

use ca_tools::acts::RolesChanged;
use ca_tools::proposal::{Act, ProposalNo};
use certs::Timestamp;
use registry::change::{Inspection, Rank};
use registry::{Ownership, Role};
use serde_json::json;

use super::{DAY, approve, at, breaking, id, last_event, propose, staffed};
use crate::fixtures::registry_at::{NOW, RegistryAt, form, operator, password, sqlite};

const HOUR: i64 = 3_600;

type Step = for<'a> fn(&'a RegistryAt, ProposalNo) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

/// What happens between the proposal of `a.ito` and the approval; by whom and when that is; how it is refused, and in which
/// state the proposal is then.
struct Case {
    name: &'static str,
    between: Step,
    approver: &'static str,
    when: i64,
    code: &'static str,
    state: &'static str,
}

macro_rules! case {
    ($name:literal, $approver:literal, $when:expr, $code:literal, $state:literal, |$registry:ident, $no:ident| $step:expr) => {
        Case {
            name: $name,
            between: |$registry, $no| {
                let _ = $no;
                Box::pin(async move { $step })
            },
            approver: $approver,
            when: $when,
            code: $code,
            state: $state,
        }
    };
}

fn takes(roles: &[Role]) -> RolesChanged {
    RolesChanged { take: roles.iter().copied().collect(), ..RolesChanged::default() }
}

async fn unlocks(registry: &RegistryAt, who: &str, whom: &str, when: Timestamp) {
    registry.writer.unlock_user(&at(who, when), &id(whom)).await.unwrap();
}

async fn loses(registry: &RegistryAt, who: &str, roles: &[Role]) {
    registry.writer.change_roles(&breaking("c.endo", NOW), &id(who), &takes(roles)).await.unwrap();
}

/// A device that lists this person, inspected by one and approved by another.
async fn device_for(registry: &RegistryAt, whom: &str, approver: &str) {
    let (writer, whom) = (&registry.writer, id(whom));
    let device = writer.apply_device(&operator("d.ueda"), form(Ownership::Office, &[&whom])).await.unwrap();
    writer.inspect_device(&operator("d.ueda"), device, Inspection::Passed, &[]).await.unwrap();
    writer.approve_device(&operator(approver), device, None).await.unwrap();
}

fn cases() -> Vec<Case> {
    vec![
        case!("their own", "a.ito", 0, "self_approval", "open", |_registry, no| ()),
        case!("unlocked the proposer since", "b.abe", HOUR, "acted_for_one_another", "open", |registry, no| {
            unlocks(registry, "b.abe", "a.ito", NOW.plus(60)).await
        }),
        case!("was unlocked by the proposer", "b.abe", HOUR, "acted_for_one_another", "open", |registry, no| {
            unlocks(registry, "a.ito", "b.abe", NOW).await
        }),
        case!("unlocked the proposer a day before", "b.abe", 0, "acted_for_one_another", "open", |registry, no| {
            unlocks(registry, "b.abe", "a.ito", NOW.plus(-23 * HOUR)).await
        }),
        case!("reset the proposer's password", "b.abe", 0, "acted_for_one_another", "open", |registry, no| {
            let (by, ito) = (breaking("b.abe", NOW), id("a.ito"));
            registry.writer.reset_password(&by, &ito, password()).await.unwrap();
        }),
        case!(
            "approved a device that lists the proposer",
            "b.abe",
            0,
            "acted_for_one_another",
            "open",
            |registry, no| device_for(registry, "a.ito", "b.abe").await
        ),
        case!("proposed a role of the proposer's", "b.abe", 0, "acted_for_one_another", "open", |registry, no| {
            let take = [Role::Ops].into_iter().collect();
            let act = Act::ChangeRoles { person: id("a.ito"), give: Rank::default(), take };
            let other = propose(registry, &operator("b.abe"), &act).await;
            approve(registry, &operator("c.endo"), other.no).await.unwrap();
        }),
        case!("what it rests on moved", "b.abe", 0, "proposal_stale", "void", |registry, no| {
            registry.writer.suspend_user(&breaking("c.endo", NOW), &id("d.ueda")).await.unwrap();
        }),
        case!("the frozen list was tampered with", "b.abe", 0, "proposal_stale", "void", |registry, no| {
            registry.meddle("UPDATE proposals SET touched = '[]'").await
        }),
        case!("lost the role", "b.abe", 0, "approver_may_not", "open", |registry, no| {
            loses(registry, "b.abe", &[Role::RaApprover]).await
        }),
        case!("lost every role", "b.abe", 0, "approver_may_not", "open", |registry, no| {
            loses(registry, "b.abe", &Role::ALL).await
        }),
        case!("is on hold", "b.abe", 0, "approver_may_not", "open", |registry, no| {
            registry.writer.suspend_user(&breaking("c.endo", NOW), &id("b.abe")).await.unwrap();
        }),
        case!("does not approve", "d.ueda", 0, "approver_may_not", "open", |_registry, no| ()),
        case!("lacks a role of whom it touches", "e.kano", 0, "approver_may_not", "open", |_registry, no| ()),
        case!("the proposer lost a role", "b.abe", 0, "proposer_may_not", "void", |registry, no| {
            loses(registry, "a.ito", &[Role::RaClerk]).await
        }),
        case!("the proposer is no operator", "b.abe", 0, "proposer_gone", "void", |registry, no| {
            loses(registry, "a.ito", &Role::ALL).await
        }),
        case!("the proposer is on hold", "b.abe", 0, "proposer_gone", "void", |registry, no| {
            registry.writer.suspend_user(&breaking("c.endo", NOW), &id("a.ito")).await.unwrap();
        }),
        case!("the proposer was deleted", "b.abe", 0, "proposer_gone", "void", |registry, no| {
            registry.writer.delete_user(&breaking("c.endo", NOW), &id("a.ito")).await.unwrap();
        }),
        case!("the time passed", "b.abe", 7 * DAY + 1, "proposal_lapsed", "lapsed", |_registry, no| ()),
        case!("it is of before a restore", "b.abe", 0, "proposal_of_another_history", "void", |registry, no| {
            registry.meddle("INSERT INTO restorations VALUES (1, '{}', '', 0)").await
        }),
        case!("it was taken back", "b.abe", 0, "proposal_decided", "withdrawn", |registry, no| {
            registry.writer.withdraw_proposal(&operator("a.ito"), no).await.unwrap();
        }),
        case!("it was turned down", "b.abe", 0, "proposal_decided", "rejected", |registry, no| {
            registry.writer.reject_proposal(&operator("c.endo"), no).await.unwrap();
        }),
        case!("it was done", "b.abe", 0, "proposal_decided", "done", |registry, no| {
            approve(registry, &operator("c.endo"), no).await.unwrap();
        }),
    ]
}

/// What is not as the case says; nothing where all is.
async fn tried(case: &Case) -> Vec<String> {
    let registry = sqlite().await;
    staffed(&registry).await;
    let give = [Role::Auditor].into_iter().collect();
    let act = Act::ChangeRoles { person: id("d.ueda"), give, take: Rank::default() };
    let no = propose(&registry, &operator("a.ito"), &act).await.no;
    (case.between)(&registry, no).await;
    let ledger = registry.writer.ledger();
    let before = ledger.version().await.unwrap();
    let roles = ledger.user(&id("d.ueda")).await.unwrap()["roles"].clone();
    let by = at(case.approver, NOW.plus(case.when));
    let Err(refused) = approve(&registry, &by, no).await else { return vec!["it was approved".to_owned()] };
    let (action, detail) = last_event(&registry).await;
    let mut wrong = Vec::new();
    let mut expect = |holds: bool, what: String| {
        if !holds {
            wrong.push(what);
        }
    };
    expect(refused.code() == case.code, format!("{refused:?}"));
    expect(ledger.version().await.unwrap() == before + 1, "one event, and nothing else".to_owned());
    expect(action == "proposal.refuse" && detail["refused"] == case.code, format!("{action} {detail}"));
    expect(ledger.user(&id("d.ueda")).await.unwrap()["roles"] == roles, "it was done".to_owned());
    let state = ledger.proposal(no).await.unwrap().state;
    expect(state.as_str() == case.state, format!("it is {state}"));
    if case.state == "void" {
        let again = approve(&registry, &by, no).await.map(drop).unwrap_err();
        expect(again.code() == "proposal_decided", format!("void once, void for ever: {again:?}"));
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn every_no_to_an_approval_has_its_name_and_its_event() {
    let mut wrong = Vec::new();
    for case in cases() {
        let found = tried(&case).await;
        wrong.extend(found.into_iter().map(|what| format!("{}: {what}", case.name)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_void_proposal_says_what_changed() {
    let registry = sqlite().await;
    staffed(&registry).await;
    let act = Act::ResetPassword { person: id("d.ueda") };
    let no = propose(&registry, &operator("a.ito"), &act).await.no;
    registry.writer.suspend_user(&breaking("c.endo", NOW), &id("d.ueda")).await.unwrap();
    let refused = approve(&registry, &operator("b.abe"), no).await.map(drop).unwrap_err();
    let said = ca_tools::words::for_operators(&refused).ja;
    assert!(said.contains("d.ueda state：active → suspended"), "{said}");
    let (_, detail) = last_event(&registry).await;
    assert_eq!(detail["moved"], json!([["d.ueda", "state", "active", "suspended"]]));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_acted_for_one_another_long_ago_or_for_others_approve_for_each_other() {
    let registry = sqlite().await;
    staffed(&registry).await;
    unlocks(&registry, "b.abe", "a.ito", NOW.plus(-24 * HOUR - 1)).await;
    unlocks(&registry, "b.abe", "c.endo", NOW).await;
    device_for(&registry, "c.endo", "b.abe").await;
    registry.writer.suspend_user(&breaking("b.abe", NOW), &id("e.kano")).await.unwrap();
    let no = propose(&registry, &operator("a.ito"), &Act::SuspendPerson { person: id("d.ueda") }).await.no;
    approve(&registry, &operator("b.abe"), no).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_turned_down_by_who_could_approve_it_and_taken_back_by_who_made_it() {
    let registry = sqlite().await;
    staffed(&registry).await;
    let writer = &registry.writer;
    let no = propose(&registry, &operator("a.ito"), &Act::SuspendPerson { person: id("d.ueda") }).await.no;
    for (who, code) in [("a.ito", "self_approval"), ("d.ueda", "approver_may_not"), ("e.kano", "approver_may_not")] {
        assert_eq!(writer.reject_proposal(&operator(who), no).await.unwrap_err().code(), code, "{who}");
    }
    assert_eq!(writer.withdraw_proposal(&operator("b.abe"), no).await.unwrap_err().code(), "proposal_not_yours");
    let silent = ca_tools::acts::By { why: None, ..operator("b.abe") };
    assert_eq!(writer.reject_proposal(&silent, no).await.unwrap_err().code(), "no_why");
    writer.reject_proposal(&operator("b.abe"), no).await.unwrap();
    assert_eq!(last_event(&registry).await.0, "proposal.reject");
}
