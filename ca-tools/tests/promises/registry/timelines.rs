//! What happened to a thing stands on its timeline: on an office's, what happened to its people and devices as well.

use ca_tools::acts::{By, Writer};
use ca_tools::config::JournalFiles;
use ca_tools::ledger::EventFilter;
use ca_tools::rows::SubjectKind;
use certs::DeviceNo;
use registry::Ownership;

use crate::fixtures::house::House;
use crate::fixtures::registry_at::{OFFICE, RegistryAt, both, by};

async fn actions(registry: &RegistryAt, kind: SubjectKind, id: &str) -> Vec<String> {
    let filter = EventFilter { about: Some((kind, id.to_owned())), ..EventFilter::default() };
    let found = registry.writer.ledger().happened(&filter, 100).await.unwrap();
    let mut actions: Vec<_> = found.into_iter().map(|one| one.event.action).collect();
    actions.reverse();
    actions
}

/// A person, and a device of theirs with a certificate; then it is put on hold.
async fn lived(registry: &RegistryAt) -> (DeviceNo, String) {
    let sato = registry.add("k.sato").await;
    let device = registry.approved(Ownership::Byod, &[&sato]).await;
    let serial = registry.certified(device, 7).await;
    registry.writer.suspend_device(&by(), device).await.unwrap();
    (device, serial.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_s_timeline_has_its_people_and_devices_and_a_device_s_its_certificates() {
    for registry in both().await {
        let (device, serial) = lived(&registry).await;
        let no = device.to_string();
        let of_device =
            ["device.apply", "device.inspect", "device.approve", "cert.intend", "cert.issue", "device.suspend"];
        assert_eq!(actions(&registry, SubjectKind::Device, &no).await, of_device);
        let of_office = [&["office.register", "user.add"], &of_device[..]].concat();
        assert_eq!(actions(&registry, SubjectKind::Office, OFFICE).await, of_office);
        assert_eq!(actions(&registry, SubjectKind::Certificate, &serial).await, ["cert.intend", "cert.issue"]);
        // Of whom it serves it is told when it is theirs.
        assert_eq!(actions(&registry, SubjectKind::Person, "k.sato").await[..2], ["user.add", "device.apply"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_goes_on_where_the_last_one_ended_and_each_filter_leaves_what_it_says() {
    for registry in both().await {
        lived(&registry).await;
        let ledger = registry.writer.ledger();
        let all = ledger.happened(&EventFilter::default(), 100).await.unwrap();
        let mut paged = Vec::new();
        let mut filter = EventFilter::default();
        while let Some(last) = paged.last().map(|one: &ca_tools::ledger::Happened| one.event.version).or(Some(i64::MAX))
        {
            filter.after = Some(last);
            let page = ledger.happened(&filter, 3).await.unwrap();
            if page.is_empty() {
                break;
            }
            paged.extend(page);
        }
        assert_eq!(paged, all);
        let count = async |filter: EventFilter| ledger.happened(&filter, 100).await.unwrap().len();
        let device = || EventFilter { action: Some("device".into()), ..EventFilter::default() };
        assert_eq!(count(device()).await, 4);
        assert_eq!(count(EventFilter { action: Some("device.suspend".into()), ..EventFilter::default() }).await, 1);
        assert_eq!(count(EventFilter { operator: Some("nobody".into()), ..EventFilter::default() }).await, 0);
        assert_eq!(count(EventFilter { operator: Some("operator".into()), ..device() }).await, 4);
        assert_eq!(count(EventFilter { proof: Some(by().proof.as_str().into()), ..device() }).await, 4);
        assert_eq!(count(EventFilter { proof: Some("login".into()), ..device() }).await, 0);
        let at = by().at;
        assert_eq!(count(EventFilter { since: Some(at), until: Some(at), ..device() }).await, 4);
        assert_eq!(count(EventFilter { since: Some(at.plus(1)), ..device() }).await, 0);
        assert_eq!(count(EventFilter { until: Some(at.plus(-1)), ..device() }).await, 0);
        let [newest, ..] = &all[..] else { panic!("no event") };
        assert_eq!(newest.subject_name.as_deref(), Some("訪問用タブレット"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_events_of_before_it_is_found_out_what_they_are_about() {
    for registry in both().await {
        let (device, _) = lived(&registry).await;
        let before = actions(&registry, SubjectKind::Office, OFFICE).await;
        registry.meddle("DELETE FROM event_subjects").await;
        assert_eq!(actions(&registry, SubjectKind::Office, OFFICE).await, [""; 0]);
        let journal = JournalFiles::in_folder(registry.file("registry.db").parent().unwrap());
        let _opened = Writer::open(&registry.place, &journal).await.unwrap();
        assert_eq!(actions(&registry, SubjectKind::Office, OFFICE).await, before);
        let no = device.to_string();
        let filled = actions(&registry, SubjectKind::Device, &no).await;
        registry.writer.resume_device(&by(), device).await.unwrap();
        assert_eq!(
            actions(&registry, SubjectKind::Device, &no).await,
            [&filled[..], &["device.resume".into()]].concat()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_came_through_a_gateway_is_found_by_its_number() {
    for registry in both().await {
        let device = registry.approved(Ownership::Office, &[]).await;
        let request = "0f".repeat(16);
        let asked = By { request: Some(request.clone()), ..by() };
        registry.writer.suspend_device(&asked, device).await.unwrap();
        assert_eq!(actions(&registry, SubjectKind::Request, &request).await, ["device.suspend"]);
        assert_eq!(registry.writer.ledger().known_as(&request).await.unwrap(), [SubjectKind::Request]);
    }
}

#[test]
fn the_record_is_listed_in_sentences_shown_whole_and_written_out_as_an_event() {
    for house in [House::furnished()] {
        house.done("device suspend DEV-000001 --why 盗難");
        let told = house.run(&[
            "--config",
            "ca/ca.toml",
            "--operator",
            "setup",
            "audit",
            "list",
            "--about",
            "dev-000001",
            "--limit",
            "2",
        ]);
        assert_eq!(told.code, 0, "{told:?}");
        let newest = told.out.lines().next().unwrap();
        for part in ["setup", "が、端末 ", "（DEV-000001）を一時停止しました。", "理由：盗難", "〔"]
        {
            assert!(newest.contains(part), "{part}: {newest}");
        }
        assert!(told.out.contains("続きは --after "), "{told:?}");
        let listed = house.done("audit list --about device:DEV-000001 --action device.suspend");
        let version = listed[0]["version"].as_i64().unwrap();
        let shown =
            house.run(&["--config", "ca/ca.toml", "--operator", "setup", "audit", "show", &version.to_string()]);
        for part in ["device.suspend", "端末 DEV-000001", "事業所 1272200001", "ハッシュ"] {
            assert!(shown.out.contains(part), "{part}: {shown:?}");
        }
        assert_eq!(house.tell("audit show 9999").code, 1);
        assert_eq!(house.tell("audit list --about nobody").code, 1);
        let wrong = house.tell("audit list --since 昨日");
        assert!(wrong.code == 2 && wrong.err.contains("2026-11-28"), "{wrong:?}");
        let written = house.done("audit list --about DEV-000001 --csv out.csv --why 監査");
        let table = std::fs::read_to_string(house.folder.join("out.csv")).unwrap();
        assert!(table.starts_with("\u{feff}台帳の版,日時,") && table.contains("盗難"), "{table}");
        assert_eq!(table.lines().count() as u64, written["events"].as_u64().unwrap() + 1);
        let exported = house.done("audit list --action audit.export");
        assert_eq!(exported[0]["detail"]["about"], "device:DEV-000001");
        assert_eq!((&exported[0]["version"], &exported[0]["why"]), (&written["version"], &"監査".into()));
    }
}
