//! A list taken along: whole, as text, by a form, and told by an event.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use crate::fixtures::console::{AUDITOR, CLERK, Console, OPS};
use crate::fixtures::doors::Page;
use crate::fixtures::house::House;

/// The cells of the first sheet of a file.
fn cells(file: &Page) -> Vec<Vec<Data>> {
    let mut book = Xlsx::new(Cursor::new(file.octets.clone())).unwrap();
    book.worksheet_range_at(0).unwrap().unwrap().rows().map(<[Data]>::to_vec).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_holds_all_that_the_search_finds_as_text_and_its_event_says_what_and_how_many() {
    let house = House::furnished();
    house.done("example devices --office 1272200001 --count 59 --application A-9");
    house.done("office register 1272200009 --name =1+1 --application A-1 --telephone 0471670001");
    let console = Console::of(house);
    let list = console.get(AUDITOR, "/console/devices?office=1272200001&sort=-device").await;
    assert!(list.says("60件をExcel（.xlsx）に書き出す"), "{}", list.body());
    let file = console.send(AUDITOR, &list, &[("kind", "xlsx")]).await;
    assert_eq!(file.status, 200);
    let rows = cells(&file);
    assert_eq!((rows.len(), &rows[1][0]), (61, &Data::String("DEV-000060".to_owned())), "all of them, sorted as shown");
    assert_eq!(rows[0][0], Data::String("端末番号".to_owned()));
    let event = &console.done("audit list --action export.write")[0];
    assert_eq!((&event["operator"], &event["detail"]["rows"]), (&AUDITOR.into(), &60.into()));
    assert_eq!(event["detail"]["filter"]["search"], "office=1272200001&sort=-device");

    let offices = console.get(CLERK, "/console/offices").await;
    let book = cells(&console.send(CLERK, &offices, &[("kind", "xlsx")]).await);
    let office = book.iter().find(|row| row[0] == Data::String("1272200009".to_owned())).unwrap();
    assert_eq!(office[1], Data::String("=1+1".to_owned()), "a formula is a text");
    assert_eq!(office[5], Data::String("0471670001".to_owned()), "and so is a number with its zero");
    let table = console.send(CLERK, &offices, &[("kind", "csv")]).await;
    assert!(table.text.starts_with("\u{feff}事業所番号,") && table.text.contains(",'=1+1,"), "{}", table.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_is_taken_along_by_a_form_alone_and_operations_take_no_person() {
    let console = Console::new();
    console.done("office update 1272200001 --mail contact@example.jp");
    console.done("device suspend DEV-000001");
    let written = || {
        console
            .house()
            .answer_apart("SELECT count(*) FROM events WHERE action LIKE '%export%' OR action = 'export.write'")
    };
    for list in [
        "offices",
        "people",
        "devices",
        "certificates",
        "rooms",
        "applications",
        "tickets",
        "letters",
        "proposals",
        "audit",
    ] {
        let before: i64 = written().parse().unwrap();
        let link = console.get(AUDITOR, &format!("/console/export/{list}?of=&kind=csv")).await;
        assert_eq!((link.status, written()), (404, before.to_string()), "{list}: a link writes nothing");
        let table = console.post(AUDITOR, &format!("/console/export/{list}"), &[("of", ""), ("kind", "csv")]).await;
        assert!(table.status == 200 && table.text.starts_with('\u{feff}'), "{list}: {table:?}");
        let book = console.post(AUDITOR, &format!("/console/export/{list}"), &[("of", "")]).await;
        assert!(book.status == 200 && book.octets.starts_with(b"PK"), "{list}");
        assert_eq!(written(), (before + 2).to_string(), "{list}");
        assert_eq!(console.post(OPS, &format!("/console/export/{list}"), &[("of", "")]).await.status, 403, "{list}");
    }
    let letters = console.get(OPS, "/console/operations/letters").await;
    assert!(letters.leads_to("/console/operations/export/letters"), "{}", letters.body());
    let table = console.send(OPS, &letters, &[("kind", "csv")]).await;
    assert!(table.status == 200 && table.text.lines().count() >= 2, "{table:?}");
    assert!(!table.text.contains("contact@example.jp"), "{}", table.text);
    assert_eq!(console.post(AUDITOR, "/console/operations/export/letters", &[]).await.status, 403);
}
