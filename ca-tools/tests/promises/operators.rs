//! Who may do what: named operators in service, each within their role.

use ca_tools::writer::{Person, Refusal};
use registry::change::Inspection;
use registry::{Ownership, Role};

use super::registry_at::{both, by, form, operator, password, person};

#[tokio::test(flavor = "multi_thread")]
async fn once_there_is_an_operator_only_operators_change_anything_each_within_their_role() {
    for registry in both().await {
        let writer = &registry.writer;
        let with = |id: &str, role| Person { roles: vec![role], ..person(id) };
        writer.add_user(&by(), with("approver", Role::RaApprover), password()).await.unwrap();
        writer.add_user(&operator("approver"), with("clerk", Role::RaClerk), password()).await.unwrap();
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
            writer.add_user(&operator("clerk"), with("auditor", Role::Auditor), password()).await.unwrap_err();
        assert!(matches!(refused, Refusal::OperatorMayNot(..)), "a clerk gave a role: {refused:?}");
        writer.suspend_user(&operator("approver"), &"clerk".parse().unwrap()).await.unwrap();
        let refused = writer.suspend_device(&operator("clerk"), device).await.unwrap_err();
        assert!(matches!(refused, Refusal::OperatorMayNot(..)), "{refused:?}");
    }
}
