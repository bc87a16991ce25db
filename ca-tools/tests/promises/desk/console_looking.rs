//! The console looks for things: by its field, by its lists, and on the first page of the day.

use crate::fixtures::doors::{Doors, Page};
use crate::fixtures::house::House;

const OFFICE: &str = "1272200001";

struct Looking {
    doors: Doors,
}

impl Looking {
    fn of(house: House) -> Self {
        Self { doors: Doors::of(house) }
    }

    fn is(&self, role: &str) {
        let sql = format!("UPDATE system_users SET roles = '{role}' WHERE login_id = 'k.sato' RETURNING login_id");
        self.doors.house.ask(&sql);
    }

    async fn page(&self, path: &str) -> Page {
        self.doors.as_person(("k.sato", OFFICE), path, None).await
    }
}

/// Of all pages, the links of one list, page after page, each row's first link.
async fn all_rows(looking: &Looking, path: &str) -> (usize, Vec<String>) {
    let (mut path, mut pages, mut rows) = (path.to_owned(), 0, Vec::new());
    loop {
        let page = looking.page(&path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        assert!(page.text.len() < 150 * 1024, "{path} has {} octets", page.text.len());
        pages += 1;
        let links = page.text.split("<th scope=\"row\"><a href=\"").skip(1);
        rows.extend(links.map(|rest| rest.split('"').next().unwrap_or_default().to_owned()));
        let next = page.text.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
        match next {
            Some(next) if pages < 10 => path = next.replace("&#38;", "&").replace("&amp;", "&"),
            Some(_) | None => return (pages, rows),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_exact_hit_opens_at_once_and_several_are_a_list() {
    let looking = Looking::of(House::furnished());
    looking.is("ra_clerk");
    for (typed, place) in [
        ("DEV1", "/console/devices/DEV-000001"),
        ("%EF%BC%91", "/console/devices/DEV-000001"),
        ("1272200001", "/console/offices/1272200001"),
        ("%E3%83%92%E3%83%80%E3%83%9E%E3%83%AA", "/console/offices/1272200001"),
        ("k.sato", "/console/people/k.sato"),
        ("K7P3-W9QX", "/console/why?q=K7P3-W9QX"),
    ] {
        let page = looking.page(&format!("/console/search?q={typed}")).await;
        assert_eq!((page.status, page.place.as_deref()), (303, Some(place)), "{typed}: {}", page.text);
    }
    let several = looking.page("/console/search?q=0000").await;
    assert_eq!(several.status, 200);
    assert!(several.text.contains("href=\"/console/devices/DEV-000001\""), "{}", several.text);
    assert!(several.text.contains("value=\"0000\""), "what was typed stays: {}", several.text);
    let nobody = looking.page("/console/search?q=%E4%BD%90%E7%B1%90").await;
    assert!(nobody.status == 200 && nobody.text.contains("見つかりませんでした"), "{}", nobody.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_has_each_row_once_on_pages_of_fifty_however_it_is_sorted() {
    for house in House::both() {
        let house = house.furnish();
        house.done("example house --offices 60 --people 120 --devices 230 --days 2 --refusals 40 --why 試験");
        let looking = Looking::of(house);
        looking.is("auditor");
        for (list, rows) in [("offices", 61), ("people", 121), ("devices", 231), ("certificates", 230), ("rooms", 60)] {
            let (pages, mut found) = all_rows(&looking, &format!("/console/{list}")).await;
            assert_eq!((pages, found.len()), (rows / 50 + 1, rows), "{list}");
            found.sort();
            found.dedup();
            assert_eq!(found.len(), rows, "{list}: one stands there twice");
        }
        let (_, ascending) = all_rows(&looking, "/console/certificates?sort=not_after").await;
        let (_, mut descending) = all_rows(&looking, "/console/certificates?sort=-not_after").await;
        descending.reverse();
        assert_eq!(ascending, descending);
        let sorted = looking.page("/console/devices?sort=-office").await;
        assert!(sorted.text.contains("aria-sort=\"descending\""), "{}", sorted.text);
        for (path, some) in [
            ("/console/devices?office=9000000003", true),
            ("/console/devices?suspended=1", true),
            ("/console/devices?unused=30", true),
            ("/console/devices?refused=expired", true),
            ("/console/people?locked=1", false),
            ("/console/certificates?ending=30", true),
            ("/console/tickets?ending=14&sort=until", true),
            ("/console/applications?state=received", true),
        ] {
            let (_, found) = all_rows(&looking, path).await;
            assert_eq!(!found.is_empty(), some, "{path}");
            assert!(found.len() < 230, "{path} narrows nothing");
        }
        // What is no filter, no sort and no place of ours is as if it were not there.
        let odd = looking.page("/console/devices?office=%27%20OR%201%3D1&sort=password_hash&after=x").await;
        assert!(odd.status == 200 && odd.text.contains("該当する端末はありません"), "{}", odd.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_tells_what_waits_and_operations_nothing_of_a_person() {
    let house = House::furnished();
    house.done("example house --offices 5 --people 20 --devices 3000 --days 30 --refusals 80 --why 試験");
    house.ask("UPDATE mails SET state = 'refused', ended_at = (SELECT MAX(at) FROM events) WHERE mail = 100001 RETURNING kind");
    // Whoever holds a house without operators sees it whole.
    let told = house.done("today");
    let looking = Looking::of(house);
    looking.is("ra_approver");
    let page = looking.page("/console/").await;
    assert_eq!(page.status, 200, "{}", page.text);
    for told in [
        "検査を待っている申請",
        "30日以内に切れる電子証明書",
        "2日以内に期限の来る取得用番号",
        "昨日から断られた登録端末",
        "届かなかったメール",
        "href=\"/console/applications?state=received&#38;sort=received_at\"",
        "<title id=\"refusals-title\">断られた理由（30日間）</title>",
        "<desc id=\"endings-said\">",
        "<table>\n<caption>電子証明書の有効期限（月ごと）</caption>",
    ] {
        assert!(page.text.contains(told), "{told} is not on {}", page.text);
    }
    assert!(!page.text.contains(" style=\""), "the page's policy lets no such style pass");
    looking.is("ops");
    let page = looking.page("/console/").await;
    assert!(page.text.contains("届かなかったメール"), "{}", page.text);
    for hidden in ["申請", "利用者", "端末", "事業所", "電子証明書の", "断られた理由"] {
        assert!(!page.text.contains(hidden), "{hidden} is on {}", page.text);
    }
    for path in ["/console/search?q=k.sato", "/console/people", "/console/devices", "/console/applications"] {
        let page = looking.page(path).await;
        assert!(page.status == 403 && !page.text.contains("佐藤花子"), "{path}: {page:?}");
    }
    let waits: Vec<_> = told.as_array().unwrap().iter().filter_map(|line| line["waits"].as_str()).collect();
    assert!(waits.contains(&"certificates_ending_30") && waits.contains(&"letters_refused"), "{waits:?}");
}
