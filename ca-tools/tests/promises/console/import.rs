//! A table that is pasted: looked at first, every cell told, and taken over whole or not at all.

use crate::fixtures::console::{AUDITOR, CLERK, Console};

const ROOMS: &str = "/console/change/import/rooms";

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_table_is_looked_at_before_it_is_taken_over() {
    let console = Console::new();
    let rooms = || console.house().answer_apart("SELECT count(*) FROM rooms");
    let opened = console.get(CLERK, ROOMS).await;
    assert!(opened.says("部屋の名前（必須）"), "{}", opened.body());
    let wrong = console.send(CLERK, &opened, &[("table", "部屋番号\t部屋の名前\nR1\t山田様\nR 2\t\n")]).await;
    assert_eq!(wrong.status, 422, "{}", wrong.body());
    assert!(wrong.says("B3：部屋の名前：入力してください") && wrong.says("山田様"), "{}", wrong.body());

    let table = [("table", "部屋番号\t部屋の名前\nR1\t山田様\nR2\t鈴木様\n")];
    let looked = console.send(CLERK, &opened, &table).await;
    assert!(looked.status == 200 && looked.says("部屋2件を開設します。まだ何もしていません"), "{}", looked.body());
    assert_eq!(rooms(), "0");
    let other = console.send(CLERK, &looked, &[("table", "部屋番号\t部屋の名前\nR3\t森様\n")]).await;
    assert!(other.status == 200 && other.says("部屋1件"), "another text is looked at first: {}", other.body());
    let done = console.send(CLERK, &looked, &table).await;
    assert_eq!(done.status, 303, "{}", done.body());
    assert!(done.place.is_some_and(|place| place.starts_with("/console/rooms?done=")));
    assert_eq!(rooms(), "2");
    let again = console.send(CLERK, &looked, &table).await;
    assert_eq!(again.status, 422, "{}", again.body());
    assert!(again.says("A2：部屋番号："), "{}", again.body());
    assert_eq!(rooms(), "2");
    assert_eq!(console.get(AUDITOR, ROOMS).await.status, 403);
    assert_eq!(console.get(CLERK, "/console/change/import/people").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_table_is_proposed_and_not_taken_over() {
    let console = Console::new();
    let rows: String = (0..21).map(|at| format!("L{at}\t部屋{at}\n")).collect();
    let table = format!("部屋番号\t部屋の名前\n{rows}");
    let typed = [("table", table.as_str()), ("why", "移行")];
    let opened = console.get(CLERK, ROOMS).await;
    let looked = console.send(CLERK, &opened, &typed).await;
    let refused = console.send(CLERK, &looked, &typed).await;
    assert_eq!(refused.status, 422, "{}", refused.body());
    let proposed = console.send(CLERK, &refused, &[&typed[..], &[("do", "propose")]].concat()).await;
    let place = proposed.place.unwrap_or_else(|| panic!("{}", proposed.text));
    assert!(place.starts_with("/console/proposals/P-000001?done="), "{place}");
    assert_eq!(console.house().answer_apart("SELECT count(*) FROM rooms"), "0");
}
