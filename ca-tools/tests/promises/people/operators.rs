//! Who may do what: named operators in service, each within their role.

use ca_tools::proposal::Act;
use ca_tools::refusal::{Kind, Refusal};
use ca_tools::words::for_operators;
use registry::change::{IllegalChange, Inspection};
use registry::{Ownership, Role};

use crate::fixtures::registry_at::{NOW, both, by, form, operator, password, person, with};
use crate::proposals::breaking;

#[tokio::test(flavor = "multi_thread")]
async fn once_there_is_an_operator_only_operators_change_anything_each_within_their_role() {
    for registry in both().await {
        let writer = &registry.writer;
        writer.add_user(&by(), with("first", &Role::ALL), password()).await.unwrap();
        writer.add_user(&operator("first"), with("approver", &[Role::RaApprover]), password()).await.unwrap();
        writer.add_user(&operator("first"), with("clerk", &[Role::RaClerk]), password()).await.unwrap();
        writer.add_user(&operator("clerk"), person("k.sato"), password()).await.unwrap();

        for nobody in ["operator", "k.sato"] {
            let refused = writer.apply_device(&operator(nobody), form(Ownership::Office, &[])).await.unwrap_err();
            assert!(matches!(refused, Refusal::NoOperator(_)), "{refused:?}");
        }
        let device = writer.apply_device(&operator("clerk"), form(Ownership::Office, &[])).await.unwrap();
        writer.inspect_device(&operator("clerk"), device, Inspection::Passed, &[]).await.unwrap();
        let refused = writer.approve_device(&operator("clerk"), device, None).await.unwrap_err();
        assert!(matches!(&refused, Refusal::OperatorMayNot(_, roles) if *roles == [Role::RaApprover]), "{refused:?}");
        writer.approve_device(&operator("approver"), device, None).await.unwrap();

        let refused =
            writer.add_user(&operator("clerk"), with("auditor", &[Role::Auditor]), password()).await.unwrap_err();
        assert!(matches!(refused, Refusal::OperatorMayNot(..)), "a clerk gave a role: {refused:?}");
        writer.suspend_user(&operator("first"), &"clerk".parse().unwrap()).await.unwrap();
        let refused = writer.suspend_device(&operator("clerk"), device).await.unwrap_err();
        assert!(matches!(refused, Refusal::OperatorMayNot(..)), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_have_a_letter_tried_again_and_an_auditor_does_not() {
    for registry in both().await {
        let writer = &registry.writer;
        writer.add_user(&by(), with("first", &Role::ALL), password()).await.unwrap();
        // Who may approve comes last: from then on giving a role takes two.
        for role in [Role::Ops, Role::Auditor, Role::RaClerk, Role::CaCustodian, Role::RaApprover] {
            writer.add_user(&operator("first"), with(role.as_str(), &[role]), password()).await.unwrap();
            let told = writer.retry_mail(&operator(role.as_str()), 1).await.unwrap_err();
            match role {
                Role::Auditor => assert!(matches!(&told, Refusal::OperatorMayNot(..)), "{told:?}"),
                // They may; there is no letter.
                Role::RaClerk | Role::RaApprover | Role::CaCustodian | Role::Ops => {
                    assert!(matches!(&told, Refusal::Unknown(Kind::Mail, _)), "{role:?}: {told:?}")
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_operator_neither_leaves_nor_is_put_on_hold_until_another_stands() {
    for registry in both().await {
        let writer = &registry.writer;
        let id = |id: &str| id.parse::<registry::LoginId>().unwrap();
        let last = |refused: Refusal| {
            assert!(
                matches!(&refused, Refusal::Illegal(who, IllegalChange::LastOperator) if who == "a.ito"),
                "{refused:?}"
            );
            assert!(for_operators(&refused).ja.contains("user add --role ra_approver"), "{refused:?}");
        };
        let (ito, abe) = (operator("a.ito"), operator("b.abe"));
        // There is another: what one of them does alone, they do as custodians who cannot wait.
        let (ito_alone, abe_alone) = (breaking("a.ito", NOW), breaking("b.abe", NOW));
        let less = with("clerk", &[Role::RaClerk, Role::RaApprover, Role::Auditor]);
        let alone = writer.add_user(&by(), less, password()).await.unwrap_err();
        assert!(matches!(alone, Refusal::Illegal(_, IllegalChange::FirstLacksRole)), "{alone:?}");
        writer.add_user(&by(), with("a.ito", &Role::ALL), password()).await.unwrap();
        writer.add_user(&ito, with("clerk", &[Role::RaClerk, Role::CaCustodian]), password()).await.unwrap();
        writer.add_user(&ito, with("approver", &[Role::RaApprover]), password()).await.unwrap();
        let version = writer.ledger().version().await.unwrap();
        last(writer.suspend_user(&ito, &id("a.ito")).await.unwrap_err());
        last(writer.delete_user(&ito, &id("a.ito")).await.unwrap_err());
        assert_eq!(writer.ledger().version().await.unwrap(), version, "a refused change left a version");

        writer.add_user(&ito_alone, with("b.abe", &Role::ALL), password()).await.unwrap();
        writer.suspend_user(&ito_alone, &id("b.abe")).await.unwrap();
        last(writer.suspend_user(&ito, &id("a.ito")).await.unwrap_err());
        writer.resume_user(&ito, &id("b.abe")).await.unwrap();
        // Each puts the other on hold at the same moment: one of them stays.
        let (ito_id, abe_id) = (id("a.ito"), id("b.abe"));
        let (one, other) =
            tokio::join!(writer.suspend_user(&ito_alone, &abe_id), writer.suspend_user(&abe_alone, &ito_id));
        assert_ne!(one.is_ok(), other.is_ok(), "{one:?} {other:?}");
        let left = if one.is_ok() { &ito } else { &abe };
        writer.resume_user(left, if one.is_ok() { &abe_id } else { &ito_id }).await.unwrap();
        writer.delete_user(&abe_alone, &ito_id).await.unwrap();
        // Who has no such role leaves as before.
        writer.delete_user(&abe, &id("clerk")).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_of_all_who_could_resume_it_is_not_put_on_hold_not_even_by_two() {
    for registry in both().await {
        crate::proposals::staffed(&registry).await;
        let (writer, city) = (&registry.writer, crate::fixtures::registry_at::office());
        let before = writer.ledger().version().await.unwrap();
        let own = |refused: Refusal| {
            let ours = matches!(&refused, Refusal::Illegal(which, IllegalChange::OfficeOfOperators) if *which == city.to_string());
            assert!(ours && for_operators(&refused).ja.contains("再開できる職員"), "{refused:?}");
        };
        own(writer.suspend_office(&operator("a.ito"), &city).await.unwrap_err());
        own(writer.suspend_office(&breaking("a.ito", NOW), &city).await.unwrap_err());
        let act = Act::SuspendOffice { office: city.clone() };
        let refused = match writer.propose(&operator("a.ito"), &act).await {
            Err(refused) => refused,
            Ok(proposed) => crate::proposals::approve(&registry, &operator("b.abe"), proposed.no).await.unwrap_err(),
        };
        own(refused);
        assert!(writer.ledger().version().await.unwrap() <= before + 1);
        assert_eq!(writer.ledger().office(&city).await.unwrap()["state"], "registered");
    }
}
