//! An act that only writes rows is done by its approval; nobody does it alone.

use ca_tools::acts::{By, NewPassword, OfficeForm, Person, RolesChanged, WorkPlan};
use ca_tools::application::Detail;
use ca_tools::proposal::Act;
use ca_tools::refusal::Refusal;
use certs::Timestamp;
use registry::change::{Inspection, Rank};
use registry::{OfficeNo, Ownership, Role};
use serde_json::json;

use super::{DAY, approve, at, breaking, id, last_event, needs_two, propose, staffed};
use crate::fixtures::registry_at::{NOW, RegistryAt, both, by, form, operator, password, person, sqlite, with};

async fn alone(registry: &RegistryAt, by: &By, act: &Act) -> Result<(), Refusal> {
    let writer = &registry.writer;
    let handed = || NewPassword { hash: "$argon2id$other".into() };
    match act {
        Act::ChangeRoles { person, give, take } => {
            let roles = RolesChanged { give: give.clone(), take: take.clone() };
            writer.change_roles(by, person, &roles).await.map(drop)
        }
        Act::AddOperator { .. } => writer.add_user(by, with("f.goto", &[Role::Auditor]), password()).await.map(drop),
        Act::ResetPassword { person } => writer.reset_password(by, person, handed()).await.map(drop),
        Act::SuspendPerson { person } => writer.suspend_user(by, person).await.map(drop),
        Act::DeletePerson { person } => writer.delete_user(by, person).await.map(drop),
        Act::SuspendOffice { office } => writer.suspend_office(by, office).await.map(drop),
        Act::ResumeOffice { office } => writer.resume_office(by, office).await.map(drop),
        Act::WithdrawOffice { office } => writer.withdraw_office(by, office).await.map(drop),
        Act::ApproveDevice { device, .. } => writer.approve_device(by, *device, None).await.map(drop),
        Act::OpenMaintenance { person, plan, from, until } => {
            let [from, until] = [*from, *until].map(Timestamp::from_unix);
            writer.open_maintenance(by, person, &WorkPlan { plan: plan.clone(), from, until }).await.map(drop)
        }
        other @ (Act::ReplaceOffice { .. }
        | Act::ApproveApplication { .. }
        | Act::RetireIssuing { .. }
        | Act::AddIssuing { .. }
        | Act::Emergency { .. }
        | Act::Import { .. }
        | Act::ByList { .. }
        | Act::CampaignStep { .. }
        | Act::CampaignConfirm { .. }) => panic!("{other:?}"),
    }
}

/// An office with more devices than one may touch alone.
async fn large(registry: &RegistryAt, number: &str) -> OfficeNo {
    let office: OfficeNo = number.parse().unwrap();
    let named = OfficeForm::from([(Detail::Name, "みどり薬局")]);
    registry.writer.register_office(&operator("a.ito"), &office, named).await.unwrap();
    for at in 0..21 {
        let someone = Person { office: office.clone(), ..person(&format!("p-{number}-{at:02}")) };
        registry.writer.add_user(&operator("a.ito"), someone, password()).await.unwrap();
    }
    office
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_two_is_refused_alone_and_done_by_the_others_approval() {
    for registry in both().await {
        staffed(&registry).await;
        let writer = &registry.writer;
        let device = writer.apply_device(&operator("a.ito"), form(Ownership::Office, &[])).await.unwrap();
        writer.inspect_device(&operator("a.ito"), device, Inspection::Passed, &[]).await.unwrap();
        let office = large(&registry, "1272200002").await;
        let ueda = id("d.ueda");
        let maintained = writer.add_user(&operator("a.ito"), person("m.hoshu"), password()).await.unwrap();
        writer.make_maintenance(&operator("a.ito"), &maintained).await.unwrap();
        let minute = NOW.unix() / 60 * 60 + 60;
        let give: Rank = [Role::Auditor].into_iter().collect();
        let acts = [
            Act::ChangeRoles { person: ueda.clone(), give: give.clone(), take: Rank::default() },
            Act::AddOperator {
                office: crate::fixtures::registry_at::office(),
                name: "後藤 三郎".into(),
                profession: "行政".into(),
                roles: give,
                login_id: Some("f.goto".into()),
            },
            Act::ResetPassword { person: ueda.clone() },
            Act::SuspendPerson { person: ueda.clone() },
            Act::DeletePerson { person: ueda.clone() },
            Act::SuspendOffice { office: office.clone() },
            Act::ResumeOffice { office: office.clone() },
            Act::WithdrawOffice { office },
            Act::ApproveDevice { device, until: None },
            Act::OpenMaintenance { person: maintained, plan: "W-12".into(), from: minute, until: minute + 3_600 },
        ];
        for act in acts {
            let before = writer.ledger().version().await.unwrap();
            let refused = alone(&registry, &operator("a.ito"), &act).await.unwrap_err();
            assert!(matches!(&refused, Refusal::Proposal(_)) && refused.code() == "needs_two", "{act:?}: {refused:?}");
            let (outlook, could) = writer.foresee(&operator("a.ito"), &act).await.unwrap();
            assert!(could.contains(&id("b.abe")) && !could.contains(&id("a.ito")), "{act:?}: {could:?}");
            assert_eq!(writer.ledger().version().await.unwrap(), before, "{act:?}: looking ahead changed something");

            let proposed = propose(&registry, &operator("a.ito"), &act).await;
            assert_eq!(proposed.outlook, outlook);
            assert!(!outlook.touched.is_empty() && outlook.before != outlook.after, "{act:?}: {outlook:?}");
            let approval = approve(&registry, &operator("b.abe"), proposed.no).await;
            let approval = approval.unwrap_or_else(|why| panic!("{act:?}: {why:?}"));
            assert!(approval.done.is_some(), "{act:?}");
            let (action, detail) = last_event(&registry).await;
            assert!(!action.starts_with("proposal."), "{act:?}: {action}");
            assert_eq!(detail["proposal"], json!(proposed.no.to_string()), "{action}");
            assert_eq!((&detail["proposed_by"], &detail["approved"]), (&json!("a.ito"), &json!(true)), "{action}");
            let entry = writer.ledger().proposal_entry(proposed.no, NOW).await.unwrap();
            assert_eq!((&entry["state"], &entry["decided_by"]), (&json!("done"), &json!("b.abe")), "{act:?}");
        }
        assert_eq!(writer.ledger().user(&ueda).await.unwrap()["state"], "deleted");
        assert_eq!(writer.ledger().user(&id("f.goto")).await.unwrap()["roles"], json!(["auditor"]));
        let shown = writer.ledger().device(device).await.unwrap();
        assert_eq!((&shown["stage"], &shown["approved_by"]), (&json!("approved"), &json!("b.abe")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_touches_few_and_nobody_with_roles_needs_no_second() {
    let registry = sqlite().await;
    staffed(&registry).await;
    let writer = &registry.writer;
    let ito = operator("a.ito");
    let sato = writer.add_user(&ito, person("k.sato"), password()).await.unwrap();
    writer.reset_password(&ito, &sato, password()).await.unwrap();
    writer.suspend_user(&ito, &sato).await.unwrap();
    writer.resume_user(&ito, &sato).await.unwrap();
    writer.delete_user(&ito, &sato).await.unwrap();
    let device = writer.apply_device(&ito, form(Ownership::Office, &[])).await.unwrap();
    writer.inspect_device(&operator("d.ueda"), device, Inspection::Passed, &[]).await.unwrap();
    writer.approve_device(&ito, device, None).await.unwrap();
    let (_, detail) = last_event(&registry).await;
    assert_eq!(detail.get("alone"), None, "the inspection was another's: {detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_else_could_approve_it_is_done_alone_and_its_event_says_so() {
    for registry in both().await {
        let writer = &registry.writer;
        writer.add_user(&by(), with("a.ito", &Role::ALL), password()).await.unwrap();
        let (ito, now) = (operator("a.ito"), NOW);
        writer.add_user(&ito, with("d.ueda", &[Role::RaClerk]), password()).await.unwrap();
        let (_, detail) = last_event(&registry).await;
        assert_eq!(detail["alone"], true, "{detail}");
        writer.reset_password(&ito, &id("d.ueda"), password()).await.unwrap();
        writer.add_user(&ito, with("b.abe", &Role::ALL), password()).await.unwrap();
        // From here on there is another, and though they are whom it touches, they are asked.
        let refused = writer.suspend_user(&at("a.ito", now), &id("b.abe")).await.unwrap_err();
        needs_two(&refused, &["b.abe"]);
        writer.suspend_user(&breaking("a.ito", now), &id("b.abe")).await.unwrap();
        let (_, detail) = last_event(&registry).await;
        assert_eq!((&detail["broken_glass"], detail.get("alone")), (&json!("B-000001"), None), "{detail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_adds_a_role_until_nobody_could_approve_all_of_them_gives_none_of_them_alone() {
    for registry in both().await {
        let writer = &registry.writer;
        writer.add_user(&by(), with("a.ito", &Role::ALL), password()).await.unwrap();
        writer.add_user(&operator("a.ito"), with("e.kano", &[Role::RaApprover]), password()).await.unwrap();
        let approver = with("b.abe", &[Role::RaApprover]);
        let refused = writer.add_user(&operator("a.ito"), approver, password()).await.unwrap_err();
        needs_two(&refused, &["e.kano"]);
        let wider = with("b.abe", &[Role::RaApprover, Role::Auditor]);
        let refused = writer.add_user(&operator("a.ito"), wider.clone(), password()).await.unwrap_err();
        needs_two(&refused, &[]);
        writer.add_user(&breaking("a.ito", NOW), wider, password()).await.unwrap();
        let (_, detail) = last_event(&registry).await;
        assert_eq!((&detail["broken_glass"], detail.get("alone")), (&json!("B-000001"), None), "{detail}");
        // What nobody else has any part of is given by the one who has it.
        writer.add_user(&operator("a.ito"), with("f.goto", &[Role::CaCustodian]), password()).await.unwrap();
        assert_eq!(last_event(&registry).await.1["alone"], true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_proposed_twice_is_one_proposal_and_one_letter() {
    let registry = sqlite().await;
    staffed(&registry).await;
    registry.meddle("UPDATE offices SET mail = 'operators@example.jp'").await;
    let act = Act::SuspendPerson { person: id("d.ueda") };
    let first = propose(&registry, &operator("a.ito"), &act).await;
    let again = propose(&registry, &operator("a.ito"), &act).await;
    assert_eq!(first.no, again.no);
    assert_ne!(propose(&registry, &operator("c.endo"), &act).await.no, first.no);
    let letters = registry.asked("SELECT CAST(COUNT(*) AS TEXT) FROM mails WHERE kind = 'proposal_waits'").await;
    assert_eq!(letters, "2");
    let later = NOW.plus(8 * DAY);
    assert_eq!(registry.writer.lapse_proposals(later).await.unwrap(), 2);
    assert_eq!(registry.writer.lapse_proposals(later).await.unwrap(), 0);
    assert_eq!(last_event(&registry).await.0, "proposal.lapse");
}
