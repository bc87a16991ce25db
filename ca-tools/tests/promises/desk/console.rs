//! The console's own door: what a gateway let through, whose snapshot may be older, the desk asks again by the registry.

use crate::fixtures::doors::Doors;
use crate::fixtures::house::House;

const TABLE: &str = include_str!("../../../../policies/cases/console.table");

/// Something in each part of the console, in the order of the table.
const PARTS: [&str; 7] = [
    "/console/",
    "/console/devices/DEV-000001",
    "/console/export/devices",
    "/console/operations/letters/1",
    "/console/change/devices/DEV-000001/suspend",
    "/console/approve/proposals/P-000001/approve",
    "/console/custody/proposals/P-000001/approve",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_name_of_the_consoles_own_site_leads_to_its_first_page() {
    let doors = Doors::of(House::new());
    for path in ["/", "/console"] {
        let page = doors.as_person(("k.sato", "1272200001"), path, None).await;
        assert_eq!((page.status, page.place.as_deref()), (303, Some("/console/")), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_asks_for_the_role_again_by_the_registry_as_it_is_at_this_request() {
    let doors = Doors::of(House::furnished());
    let rows = TABLE.lines().filter(|line| !line.starts_with('#')).skip(1).map(str::split_whitespace);
    for mut row in rows {
        let who = row.next().unwrap();
        let role = if ["nurse", "colleague"].contains(&who) { "" } else { who };
        doors
            .house
            .ask(&format!("UPDATE system_users SET roles = '{role}' WHERE login_id = 'k.sato' RETURNING login_id"));
        for (path, may) in PARTS.iter().zip(row) {
            for (fields, letter) in [(None, 'r'), (Some(&[("why", "x")][..]), 'w')] {
                let page = doors.as_person(("k.sato", "1272200001"), path, fields).await;
                let case = format!("{who}, {letter} of {may}, {path}: {page:?}");
                // Nothing is sent to a page, and a file is never fetched by a link.
                let only_read = letter == 'w' && PARTS[..2].contains(path) || letter == 'r' && *path == PARTS[2];
                match may.contains(letter) {
                    true => assert_ne!(page.status, 403, "{case}"),
                    false if only_read => assert!([403, 404, 405].contains(&page.status), "{case}"),
                    false => assert!(page.status == 403 && page.text.contains("役割"), "{case}"),
                }
            }
        }
    }
}
