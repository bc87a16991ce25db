//! Reports: shown, printed and taken along as they are, each reading an event, and none of them more than one page.

use crate::fixtures::console::{AUDITOR, CLERK, Console, OPS};
use crate::fixtures::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_report_says_the_same_on_its_page_in_a_file_and_by_command_and_each_reading_is_an_event() {
    let console = Console::new();
    console.house().ask("UPDATE events SET at = at - 8640000 RETURNING version");
    console.house().ask("UPDATE devices SET approved_at = approved_at - 8640000 RETURNING device");
    let read = || console.house().answer_apart("SELECT count(*) FROM events WHERE action = 'report.read'");
    let index = console.get(AUDITOR, "/console/reports").await;
    assert!(index.leads_to("/console/reports/unused") && read() == "0", "{}", index.body());
    let page = console.get(AUDITOR, "/console/reports/unused").await;
    assert_eq!((page.status, read()), (200, "1".to_owned()), "{}", page.body());
    for told in ["DEV-000001", "k.sato", "佐藤", "ひだまり", "記録なし", "90日以上"] {
        assert!(page.says(told), "{told}: {}", page.body());
    }
    assert!(page.leads_to("/console/people/k.sato") && page.leads_to("/console/devices/DEV-000001"));
    let told = console.done("report unused");
    let people = told["tables"]["people"].as_array().unwrap();
    assert!(people.iter().any(|one| one["login_id"] == "k.sato" && one["last_login"].is_null()), "{told}");
    assert_eq!(told["tables"]["devices"][0]["device"], "DEV-000001", "{told}");
    let csv = console.send(AUDITOR, &page, &[("kind", "csv")]).await;
    assert!(csv.text.starts_with('\u{feff}') && csv.text.contains("k.sato,佐藤,看護師"), "{}", csv.text);
    let sheet = console.send(AUDITOR, &page, &[("kind", "html")]).await;
    assert!(sheet.text.contains("<h1>使われていないIDと端末</h1>") && sheet.text.contains("k.sato"), "{}", sheet.text);
    assert!(console.send(AUDITOR, &page, &[("kind", "xlsx")]).await.octets.starts_with(b"PK"));
    let event = &console.done("audit list --action report.read --limit 1")[0];
    assert_eq!(event["detail"]["asked"]["format"], "xlsx", "{event}");
    assert!(event["said"].as_str().unwrap().contains("使われていないIDと端末"), "{event}");
    assert_eq!(read(), "5");
    let odd = console.get(CLERK, "/console/reports/unused?days=many").await;
    assert_eq!((odd.status, read()), (422, "5".to_owned()), "what cannot be asked reads nothing");
    assert_eq!(console.get(OPS, "/console/reports/unused").await.status, 403);
    assert_eq!(console.post(OPS, "/console/export/reports/unused", &[("of", "")]).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_a_large_house_is_no_heavy_page_and_its_file_has_all_of_it() {
    let house = House::furnished();
    house.done("example house --offices 60 --people 600 --devices 1200 --days 2 --refusals 40 --why 試験");
    house.ask("UPDATE events SET at = at - 8640000 RETURNING version");
    house.ask("UPDATE devices SET approved_at = 1 RETURNING device");
    house.ask("DELETE FROM device_uses RETURNING device");
    let console = Console::of(house);
    let page = console.get(AUDITOR, "/console/reports/unused").await;
    assert!(page.status == 200 && page.text.len() < 150 * 1024, "{} octets", page.text.len());
    assert!(page.says("はじめの50行です"), "{}", page.body());
    let csv = console.send(AUDITOR, &page, &[("kind", "csv")]).await;
    assert!(csv.text.lines().count() > 1_201, "{}", csv.text.lines().count());
}
