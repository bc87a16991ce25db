//! What makes keys or files is opened by its approval, and carried out by who proposed it, once.

use ca_tools::acts::{By, Consent, Ground, Import, ImportFile, RoomRow};
use ca_tools::proposal::{Act, ListAct, ProposalNo};
use ca_tools::refusal::Refusal;
use ca_tools::rows::Intent;
use certs::{DeviceNo, Validity};
use registry::Ownership;
use serde_json::json;

use super::{DAY, approve, at, breaking, id, last_event, propose, staffed};
use crate::fixtures::registry_at::{NOW, RegistryAt, both, form, intent, operator, signed};

fn on(who: &str, no: ProposalNo) -> By {
    By { ground: Ground::Proposal(no), ..operator(who) }
}

/// Three days of a certificate, intended and recorded.
async fn given(registry: &RegistryAt, by: &By, (device, seed): (DeviceNo, u8)) -> Result<(), Refusal> {
    let validity = Validity { not_before: NOW, not_after: NOW.plus(3 * DAY) };
    let intent = Intent { validity, ..intent(device, seed) };
    let consent = Consent::on_its_ground();
    let _ = registry.writer.intend_emergency(by, &intent, &consent).await?;
    registry.writer.record_emergency(by, (device, &signed(&intent)), &consent).await.map(drop)
}

/// A file that was not looked at before.
fn file<'a>(import: &'a Import, digest: &'a str) -> ImportFile<'a> {
    ImportFile { import, digest, foreseen: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_is_opened_by_its_approval_and_given_once_by_who_proposed_it() {
    for registry in both().await {
        staffed(&registry).await;
        let writer = &registry.writer;
        let device = writer.apply_device(&operator("d.ueda"), form(Ownership::Office, &[])).await.unwrap();
        let other = writer.apply_device(&operator("d.ueda"), form(Ownership::Office, &[])).await.unwrap();
        let act = Act::Emergency { device };
        let refused = given(&registry, &operator("d.ueda"), (device, 1)).await.unwrap_err();
        assert_eq!(refused.code(), "needs_two");
        let no = propose(&registry, &operator("d.ueda"), &act).await.no;
        let refusals = async |by: By, device: DeviceNo, code: &str| {
            let refused = given(&registry, &by, (device, 2)).await.unwrap_err();
            assert_eq!(refused.code(), code, "{refused:?}");
        };
        refusals(on("d.ueda", no), device, "proposal_not_approved").await;
        let approval = approve(&registry, &operator("b.abe"), no).await.unwrap();
        assert!(approval.done.is_none());
        assert_eq!(last_event(&registry).await.0, "proposal.approve");
        refusals(on("a.ito", no), device, "proposal_not_yours").await;
        refusals(on("d.ueda", no), other, "proposal_other_act").await;
        refusals(By { at: NOW.plus(8 * DAY), ..on("d.ueda", no) }, device, "proposal_lapsed").await;
        given(&registry, &on("d.ueda", no), (device, 3)).await.unwrap();
        let (action, detail) = last_event(&registry).await;
        assert_eq!(
            (&*action, &detail["second"], &detail["proposal"]),
            ("cert.emergency", &json!("b.abe"), &json!("P-000001"))
        );
        assert_eq!(writer.ledger().device(device).await.unwrap()["approved_by"], "d.ueda b.abe");
        refusals(on("d.ueda", no), device, "proposal_decided").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_approved_and_moved_before_it_was_carried_out_is_void() {
    for registry in both().await {
        staffed(&registry).await;
        let writer = &registry.writer;
        let device = writer.apply_device(&operator("d.ueda"), form(Ownership::Office, &[])).await.unwrap();
        let act = Act::Emergency { device };
        let no = propose(&registry, &operator("d.ueda"), &act).await.no;
        approve(&registry, &operator("b.abe"), no).await.unwrap();
        writer.may_do(&on("d.ueda", no), &act).await.unwrap();
        writer.suspend_device(&operator("a.ito"), device).await.unwrap();
        let refused = writer.may_do(&on("d.ueda", no), &act).await.unwrap_err();
        assert_eq!(refused.code(), "proposal_stale", "{refused:?}");
        assert_eq!(last_event(&registry).await.1["state"], "void");
        writer.resume_device(&operator("a.ito"), device).await.unwrap();
        let refused = given(&registry, &on("d.ueda", no), (device, 4)).await.unwrap_err();
        assert_eq!(refused.code(), "proposal_decided");
        given(&registry, &breaking("a.ito", NOW), (device, 5)).await.unwrap();
        let (_, detail) = last_event(&registry).await;
        assert_eq!((&detail["second"], &detail["broken_glass"]), (&json!("B-000002"), &json!("B-000002")));
        assert_eq!(writer.ledger().open_reviews().await.unwrap().len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_on_a_long_list_is_that_list_and_no_other() {
    for registry in both().await {
        staffed(&registry).await;
        let writer = &registry.writer;
        let mut list = Vec::new();
        for _ in 0..22 {
            let device = writer.apply_device(&operator("d.ueda"), form(Ownership::Office, &[])).await.unwrap();
            list.push(device.to_string());
        }
        let act = Act::ByList { what: ListAct::SuspendDevices, list: list[..21].to_vec(), criterion: String::new() };
        assert_eq!(writer.may_do(&operator("d.ueda"), &act).await.unwrap_err().code(), "needs_two");
        let proposed = propose(&registry, &operator("d.ueda"), &act).await;
        assert_eq!(proposed.outlook.touched.len(), 21);
        approve(&registry, &operator("b.abe"), proposed.no).await.unwrap();
        let other = Act::ByList { what: ListAct::SuspendDevices, list: list[1..].to_vec(), criterion: String::new() };
        // Its approval did it, to these and to no other, and opens nothing more.
        let held = "SELECT CAST(COUNT(*) AS TEXT) FROM devices WHERE suspended = 1";
        assert_eq!(registry.asked(held).await, "21");
        assert_eq!(registry.asked("SELECT CAST(suspended AS TEXT) FROM devices WHERE device = 22").await, "0");
        for again in [&other, &act] {
            let refused = writer.may_do(&on("d.ueda", proposed.no), again).await.unwrap_err();
            assert_eq!(refused.code(), "proposal_decided");
        }
        let few = Act::ByList { what: ListAct::SuspendDevices, list: list[..20].to_vec(), criterion: String::new() };
        writer.may_do(&operator("d.ueda"), &few).await.unwrap();
        let operators = Act::ByList {
            what: ListAct::SuspendPeople,
            list: vec![id("e.kano").to_string()],
            criterion: String::new(),
        };
        let refused = writer.may_do(&at("a.ito", NOW), &operators).await.unwrap_err();
        assert_eq!(refused.code(), "needs_two", "one of the list holds roles");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_many_is_that_table_and_no_other() {
    for registry in both().await {
        staffed(&registry).await;
        let writer = &registry.writer;
        let rows = |name: &str, count: u32| {
            let row =
                |at| RoomRow {
                    room: format!("{name}{at}").parse().unwrap(), name: format!("部屋{at}"), consent: None
                };
            Import::Rooms((0..count).map(row).collect())
        };
        let clerk = operator("d.ueda");
        assert_eq!(writer.import(&clerk, file(&rows("few", 20), "ab"), Vec::new()).await.unwrap().made.len(), 20);
        let table = rows("many", 21);
        let refused = writer.import(&clerk, file(&table, "cd"), Vec::new()).await.unwrap_err().remove(0);
        assert_eq!((refused.at, refused.why.code()), (None, "needs_two"));
        let proposed = propose(&registry, &clerk, &table.act("cd")).await;
        assert_eq!(proposed.outlook.touched.len(), 21);
        approve(&registry, &operator("b.abe"), proposed.no).await.unwrap();
        let by = on("d.ueda", proposed.no);
        let refused = writer.import(&by, file(&table, "ef"), Vec::new()).await.unwrap_err().remove(0);
        assert_eq!(refused.why.code(), "proposal_other_act", "another file is another table");
        writer.import(&by, file(&table, "cd"), Vec::new()).await.unwrap();
        let (action, detail) = last_event(&registry).await;
        assert_eq!(
            (action.as_str(), &detail["count"], &detail["approved_by"]),
            ("room.import", &json!(21), &json!("b.abe"))
        );
        let again = writer.import(&by, file(&rows("other", 21), "cd"), Vec::new()).await.unwrap_err().remove(0);
        assert_eq!(again.why.code(), "proposal_decided");
    }
}
