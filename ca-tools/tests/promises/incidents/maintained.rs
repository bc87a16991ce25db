//! A maintenance account is let in by a work plan that another approved, and at no other time.

use std::time::{SystemTime, UNIX_EPOCH};

use certs::Timestamp;

use crate::fixtures::console::{APPROVER, CLERK, Console};
use crate::fixtures::house::House;

/// So many minutes from now, at a whole one.
fn minutes(from_now: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let minute = i64::try_from(now).unwrap() / 60 * 60;
    Timestamp::from_unix(minute + from_now * 60).to_string()
}

fn open(from: &str, to: &str) -> String {
    format!("maintenance open --plan W-2026-12 --user k.sato --from {from} --to {to}")
}

#[test]
fn a_window_can_be_opened_for_a_maintenance_account_only_and_only_one_that_can_be() {
    for house in House::both() {
        let house = house.furnish();
        let told = house.tell(&open(&minutes(1), &minutes(60)));
        assert_eq!((told.code, &told.json()["refused"]), (1, &"no_maintenance_account".into()), "{told:?}");
        house.done("maintenance account k.sato");
        let told = house.tell("maintenance account k.sato");
        assert_eq!((told.code, &told.json()["refused"]), (1, &"maintenance_already".into()), "{told:?}");
        for (from, to, why) in [
            (minutes(60), minutes(1), "window_backwards"),
            (minutes(-60), minutes(-1), "window_past"),
            (minutes(1), minutes(60 * 24 * 40), "window_too_long"),
        ] {
            let told = house.tell(&open(&from, &to));
            assert_eq!((told.code, &told.json()["refused"]), (1, &why.into()), "{told:?}");
        }
        let told = house.tell("maintenance close k.sato");
        assert_eq!((told.code, &told.json()["refused"]), (1, &"no_window".into()), "{told:?}");
        // Nobody else is there who could approve it: it is done alone, and says so.
        house.done(&open(&minutes(1), &minutes(60)));
        let told = house.tell(&open(&minutes(90), &minutes(120)));
        assert_eq!((told.code, &told.json()["refused"]), (1, &"window_open".into()), "{told:?}");
        let listed = house.done("maintenance list --plan W-2026-12");
        assert_eq!((&listed[0]["login_id"], &listed[0]["name"]), (&"k.sato".into(), &"佐藤".into()), "{listed}");
        house.done("maintenance close k.sato");
        assert_eq!(
            house.ask("SELECT COALESCE(CAST(open_until AS TEXT), '-') FROM system_users WHERE login_id = 'k.sato'"),
            "-"
        );
        assert!(!house.done("maintenance list")[0]["closed_at"].is_null());
        house.done("audit verify");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_maintenance_account_becomes_no_operator_who_would_act_outside_its_windows() {
    let console = Console::new();
    console.done("maintenance account k.sato");
    let give = "user roles k.sato --give auditor";
    let told = tokio::task::block_in_place(|| console.house().tell_as(APPROVER, give));
    assert_eq!((told.code, &told.json()["refused"]), (1, &"maintenance_already".into()), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_takes_another_who_approves_it_and_is_void_where_the_account_changed() {
    let console = Console::new();
    console.done("maintenance account k.sato");
    let alone = tokio::task::block_in_place(|| console.house().tell_as(CLERK, &open(&minutes(1), &minutes(60))));
    assert_eq!((alone.code, &alone.json()["refused"]), (1, &"needs_two".into()), "{alone:?}");
    let page = "/console/change/people/k.sato/maintenance/open";
    let typed = |from: &str| from.replace('T', " ").get(..16).unwrap_or_default().to_owned();
    let (from, to) = (typed(&minutes(1)), typed(&minutes(60)));
    let fields = [("plan", "W-2026-12"), ("from", from.as_str()), ("to", to.as_str()), ("why", "点検")];
    let proposed = console.act(CLERK, page, &[&fields[..], &[("do", "propose")]].concat()).await;
    assert!(proposed.says("保守作業の時間帯") && proposed.says("P-000001"), "{proposed:?}");
    let own = console.get(CLERK, "/console/approve/proposals/P-000001/approve").await;
    assert_eq!(own.status, 403, "a clerk approves nothing, their own least of all: {own:?}");
    let approved = console.act(APPROVER, "/console/approve/proposals/P-000001/approve", &[("why", "確認した")]).await;
    assert!(approved.says("実行済み"), "{approved:?}");
    let person = console.get(CLERK, "/console/people/k.sato").await;
    assert!(person.says("保守用のIDです。時間帯：") && person.says("保守作業の時間帯を閉じる"), "{person:?}");
    let closed = console.act(CLERK, "/console/change/people/k.sato/maintenance/close", &[]).await;
    assert!(closed.says("いま開いている時間帯はありません"), "{closed:?}");
    let report = console.get(CLERK, "/console/reports/maintenance?plan=W-2026-12").await;
    assert!(report.says("個人情報（部屋）への到達：なし") && report.says("k.sato"), "{report:?}");
    let unknown = console.get(CLERK, "/console/reports/maintenance?plan=W-1").await;
    assert_eq!(unknown.status, 422, "{unknown:?}");
}
