//! Of many at once nobody disposes alone, whatever is done to them; what was frozen is what is done.

use ca_tools::acts::{Frozen, FrozenRow, InvitationTerms, Listing};
use ca_tools::proposal::ListAct;
use certs::DeviceNo;
use registry::{LoginId, Ownership};

use super::{approve, at, last_event, needs_two, propose, staffed};
use crate::fixtures::registry_at::{NOW, RegistryAt, both, form, operator, password, person};

async fn people(registry: &RegistryAt, count: usize) -> Vec<LoginId> {
    let mut added = Vec::new();
    for at in 0..count {
        let person = person(&format!("p.{at}"));
        added.push(registry.writer.add_user(&operator("d.ueda"), person, password()).await.unwrap());
    }
    added
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_twenty_are_invited_or_come_onto_a_device_by_two_alone() {
    for registry in both().await {
        staffed(&registry).await;
        let (writer, clerk) = (&registry.writer, operator("d.ueda"));
        let many = people(&registry, 21).await;
        let room: registry::RoomRef = "r12".parse().unwrap();
        writer.open_room(&clerk, &room, "12号室".into()).await.unwrap();
        let refused = writer.invite_all(&clerk, &room, (&many, &InvitationTerms::default())).await.unwrap_err();
        assert_eq!(refused.code(), "needs_two", "{refused:?}");
        let list: Vec<_> = many.iter().map(ToString::to_string).collect();
        let frozen = Frozen::typed(ListAct::Invite { room: room.clone(), until: None }, list.clone(), "");
        let refused = writer.act_by_list(&clerk, &frozen).await.unwrap_err();
        assert_eq!(refused.code(), "needs_two");
        let proposed = propose(&registry, &clerk, &frozen.act()).await;
        assert_eq!(proposed.outlook.touched.len(), 21);
        approve(&registry, &operator("b.abe"), proposed.no).await.unwrap();
        assert_eq!(last_event(&registry).await.0, "room.invite-list");
        let invited = "SELECT CAST(COUNT(*) AS TEXT) FROM invitations WHERE state = 'invited'";
        assert_eq!(registry.asked(invited).await, "21");

        let device = writer.apply_device(&clerk, form(Ownership::Office, &[&many[0]])).await.unwrap();
        let come = Listing { add: many[1..].to_vec(), remove: Vec::new() };
        writer.list_people(&clerk, device, &come).await.unwrap();
        let go = Listing { add: Vec::new(), remove: many };
        let refused = writer.list_people(&clerk, device, &go).await.unwrap_err();
        assert_eq!(refused.code(), "needs_two");
        let frozen = Frozen::typed(ListAct::ServeNoMore(device), list, "");
        let proposed = propose(&registry, &clerk, &frozen.act()).await;
        approve(&registry, &operator("b.abe"), proposed.no).await.unwrap();
        let (action, detail) = last_event(&registry).await;
        assert_eq!((action.as_str(), &detail["count"]), ("device.users", &21.into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_done_whole_as_it_was_looked_at_or_nothing_of_it() {
    for registry in both().await {
        staffed(&registry).await;
        let (writer, clerk) = (&registry.writer, operator("d.ueda"));
        let mut list = Vec::new();
        for _ in 0..3 {
            list.push(writer.apply_device(&clerk, form(Ownership::Office, &[])).await.unwrap());
        }
        let ids = |list: &[DeviceNo]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        writer.suspend_device(&clerk, list[2]).await.unwrap();
        let typed = Frozen::typed(ListAct::SuspendDevices, ids(&list), "office=1272200001");
        let before = writer.ledger().version().await.unwrap();
        let look = writer.foresee_list(&clerk, &typed).await.unwrap();
        assert_eq!((look.touched.len(), look.left_out.len(), look.needs), (2, 1, None));
        assert_eq!(look.left_out[0].id, list[2].to_string());
        assert_eq!(writer.ledger().version().await.unwrap(), before, "it was only looked at");
        // The third cannot be: the first two are not touched either.
        writer.act_by_list(&clerk, &typed).await.unwrap_err();
        let held = "SELECT CAST(COUNT(*) AS TEXT) FROM devices WHERE suspended = 1";
        assert_eq!(registry.asked(held).await, "1");
        let rows = look.touched.iter().map(|(one, mark)| FrozenRow { id: one.id.clone(), mark: mark.clone() });
        let frozen = Frozen { rows: rows.collect(), ..typed };
        // Inspected meanwhile: it could still be done, and is not what was looked at.
        writer.inspect_device(&clerk, list[1], registry::change::Inspection::Failed, &[]).await.unwrap();
        let refused = writer.act_by_list(&clerk, &frozen).await.unwrap_err();
        assert_eq!(refused.code(), "list_moved", "{refused:?}");
        assert!(refused.to_string().contains('1') && registry.asked(held).await == "1");
        let one = Frozen::typed(ListAct::SuspendDevices, ids(&list[..1]), "");
        writer.act_by_list(&clerk, &one).await.unwrap();
        assert_eq!(registry.asked(held).await, "2");
        for (list, code) in [
            (Vec::new(), "list_empty"),
            (ids(&[list[0], list[0]]), "list_twice"),
            ((1..=2_001).map(|no| format!("DEV-{no:06}")).collect(), "list_too_long"),
        ] {
            let refused = writer.foresee_list(&clerk, &Frozen::typed(ListAct::ResumeDevices, list, "")).await;
            assert_eq!(refused.unwrap_err().code(), code);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_device_comes_back_by_itself_and_operators_go_on_hold_by_two() {
    for registry in both().await {
        staffed(&registry).await;
        let (writer, clerk) = (&registry.writer, operator("d.ueda"));
        let device = writer.apply_device(&clerk, form(Ownership::Office, &[])).await.unwrap();
        writer.report_lost(&clerk, device, None).await.unwrap();
        let back = Frozen::typed(ListAct::ResumeDevices, vec![device.to_string()], "");
        let look = writer.foresee_list(&clerk, &back).await.unwrap();
        assert_eq!(look.left_out[0].why.code(), "lost_one_by_one");
        assert_eq!(writer.act_by_list(&clerk, &back).await.unwrap_err().code(), "lost_one_by_one");
        let kano = Frozen::typed(ListAct::SuspendPeople, vec!["e.kano".to_owned()], "");
        let refused = writer.act_by_list(&at("a.ito", NOW), &kano).await.unwrap_err();
        needs_two(&refused, &["b.abe", "c.endo", "e.kano"]);
        let proposed = propose(&registry, &at("a.ito", NOW), &kano.act()).await;
        approve(&registry, &operator("b.abe"), proposed.no).await.unwrap();
        assert_eq!(last_event(&registry).await.0, "user.suspend-list");
    }
}
