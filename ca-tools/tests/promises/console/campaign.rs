//! 現況届 in the console: opened after it was looked at, typed in row by row, taken out and back as a table, and each step against who
//! does not answer proposed with its list and taken back.

use crate::desk::report::{day, open};
use crate::fixtures::console::{APPROVER, AUDITOR, CLERK, Console, OPS};
use crate::fixtures::house::House;

const OFFICE: &str = "1272200001";

impl Console {
    /// With an office of two beside the city's own, and an open campaign: its address.
    fn asked() -> (Self, String) {
        let house = House::furnished();
        house.done("user add --office 1272200001 --name 伊藤 --profession 看護師 --id m.ito --application A-2");
        let console = Self::of(house);
        let campaign = console.done(&open())["campaign"].as_str().unwrap().to_owned();
        (console, format!("/console/campaigns/{campaign}"))
    }

    fn rows(&self, office: &str) -> String {
        let row = "subject || ':' || coalesce(answer, '-') || ':' || coalesce(channel, '-') AS said";
        let of = format!("SELECT {row} FROM campaign_rows WHERE office = '{office}' ORDER BY subject");
        self.house().answer_apart(&format!("SELECT group_concat(said, ' ') FROM ({of})"))
    }
}

fn change(campaign: &str, act: &str) -> String {
    format!("{}/{act}", campaign.replace("/console/", "/console/change/"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_is_looked_at_before_it_is_opened_and_a_second_press_opens_no_other() {
    let console = Console::new();
    let place = "/console/approve/campaigns/new/open";
    for (who, status) in [(CLERK, 403), (AUDITOR, 403), (OPS, 403)] {
        assert_eq!(console.get(who, place).await.status, status, "{who}");
    }
    let list = console.get(CLERK, "/console/campaigns").await;
    assert!(list.says("まだ一度も始めていません") && list.says("承認の役割の職員が行えます"), "{}", list.body());
    let opened = console.get(APPROVER, place).await;
    let wrong = console.send(APPROVER, &opened, &[("due", "きのう"), ("reminders", "x")]).await;
    assert!(wrong.status == 422 && wrong.text.matches("id=\"due-mistake\"").count() == 1, "{}", wrong.body());
    let [due, warn, suspend] = [30, 40, 50].map(day);
    let dates = [("due", due.as_str()), ("warn_on", &warn), ("suspend_on", &suspend)];
    let turned = console.send(APPROVER, &opened, &[("due", warn.as_str()), ("warn_on", &due)]).await;
    assert_eq!(turned.status, 422, "{}", turned.body());
    let looked = console.send(APPROVER, &opened, &dates).await;
    assert!(
        looked.status == 200 && looked.says("尋ねます") && looked.says("ひだまり（1272200001）"),
        "{}",
        looked.body()
    );
    assert_eq!(console.house().answer_apart("SELECT count(*) FROM campaigns"), "0");
    let done = console.send(APPROVER, &looked, &dates).await;
    let place = done.place.clone().unwrap_or_else(|| panic!("{}", done.body()));
    assert_eq!(console.send(APPROVER, &looked, &dates).await.place, done.place);
    assert_eq!(console.house().answer_apart("SELECT count(*) FROM campaigns"), "1");
    let page = console.get(APPROVER, &place).await;
    assert!(page.says("行いました") && page.says("<desc id=\"shares-said\">"), "{}", page.body());
    let today = console.get(CLERK, "/console/").await;
    assert!(today.says("を提出していない事業所"), "{}", today.body());
    assert!(console.get(APPROVER, "/console/approve/campaigns/new/open").await.status == 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_is_typed_in_row_by_row_and_what_has_no_tick_stays_unanswered() {
    let (console, campaign) = Console::asked();
    let answer = change(&campaign, "offices/1272200001/answer");
    assert_eq!(console.get(AUDITOR, &answer).await.status, 403);
    let opened = console.get(CLERK, &answer).await;
    assert!(opened.status == 200 && !opened.text.contains(" checked"), "{}", opened.body());
    let half = console.send(CLERK, &opened, &[("do", "send"), ("answer.k.sato", "continue"), ("why", "郵送")]).await;
    let place = half.place.unwrap_or_else(|| panic!("{}", half.text));
    let page = console.get(CLERK, &place).await;
    assert!(page.says("回答の途中") && page.says("紙") && page.says("clerk、"), "{}", page.body());
    assert_eq!(console.rows(OFFICE), "DEV-000001:-:- k.sato:continue:paper m.ito:-:-");
    // Opened before the one above was sent.
    let late = console.send(CLERK, &opened, &[("do", "send"), ("answer.k.sato", "delete"), ("once", "another")]).await;
    assert!(late.status == 422 && late.says("の回答は「継続」です"), "{}", late.body());
    let opened = console.get(CLERK, &answer).await;
    let rest = console.send(CLERK, &opened, &[("do", "rest"), ("answer.m.ito", "delete")]).await;
    assert_eq!(rest.text.matches("value=\"continue\" checked").count(), 2, "{}", rest.body());
    let all =
        [("do", "send"), ("answer.k.sato", "continue"), ("answer.m.ito", "delete"), ("answer.DEV-000001", "continue")];
    let done = console.send(CLERK, &rest, &all).await;
    let page = console.get(CLERK, &done.place.unwrap_or_else(|| panic!("{}", done.text))).await;
    assert!(page.says("提出済み") && page.says("行いました"), "{}", page.body());
    assert_eq!(console.house().answer_apart("SELECT state FROM system_users WHERE login_id = 'm.ito'"), "deleted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_comes_back_with_a_changed_row_changes_nothing_and_its_cell_is_named() {
    let (console, campaign) = Console::asked();
    let sheet = campaign.replace("/console/", "/console/export/");
    let sent = console.post(AUDITOR, &format!("{sheet}/{OFFICE}"), &[("kind", "csv")]).await;
    assert!(sent.status == 200 && sent.text.contains("k.sato"), "{sent:?}");
    let event = console.house().answer_apart("SELECT action FROM events ORDER BY version DESC LIMIT 1");
    assert_eq!(event, "export.write");
    let filled: String = sent
        .text
        .lines()
        .map(|line| {
            let mut cells: Vec<_> = line.split(',').map(str::to_owned).collect();
            let answered = cells.iter().any(|cell| cell.contains("k.sato") || cell.contains("m.ito"));
            let at = cells.len() - 2;
            if answered {
                cells[at] = "継続".to_owned();
            }
            cells.join(",") + "\r\n"
        })
        .collect();
    let opened = console.get(CLERK, &change(&campaign, "import")).await;
    let wrong = filled.replace("伊藤", "別の人");
    let told = console.send_file(CLERK, &opened, (&[("once", "a")], "r.csv", wrong.as_bytes())).await;
    assert!(told.status == 422 && told.says("書き換えられています") && told.says("<td>別の人</td>"), "{}", told.body());
    assert_eq!(console.rows(OFFICE), "DEV-000001:-:- k.sato:-:- m.ito:-:-");
    let taken = console.send_file(CLERK, &opened, (&[("once", "b")], "r.csv", filled.as_bytes())).await;
    assert_eq!(taken.status, 303, "{}", taken.body());
    assert_eq!(console.rows(OFFICE), "DEV-000001:-:- k.sato:continue:file m.ito:continue:file");
    let nothing = console.send(CLERK, &opened, &[]).await;
    assert!(nothing.status == 422 && nothing.says("ファイルを選んでください"), "{}", nothing.body());
    let large = console.send_file(CLERK, &opened, (&[("once", "c")], "r.csv", &vec![b'x'; 70 << 10])).await;
    assert!([401, 413].contains(&large.status), "{}", large.status);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_is_proposed_with_its_list_approved_by_another_and_taken_back_from_the_same_page() {
    let (console, campaign) = Console::asked();
    let early = console.get(CLERK, &change(&campaign, "warn")).await;
    assert!(early.status == 422 && !early.says("もう1人の承認を求める</button>"), "{}", early.body());
    // Some weeks later.
    let weeks = 55 * 86_400;
    let later = format!(
        "UPDATE campaigns SET due = due - {weeks}, warn_on = warn_on - {weeks}, suspend_on = suspend_on - {weeks}"
    );
    tokio::task::block_in_place(|| console.house().meddle(&later));
    let today = console.get(CLERK, "/console/").await;
    assert!(today.says("の「予告」を提案できる事業所"), "{}", today.body());
    for (step, said) in [("warn", "予告の手紙を送る"), ("suspend", "一時停止する")] {
        let asked = console.get(CLERK, &change(&campaign, step)).await;
        assert!(asked.status == 200 && asked.says(said) && asked.says("承認できる職員："), "{}", asked.body());
        assert!(!asked.says("石井"), "who holds roles is on no list: {}", asked.body());
        let bare = console.send(CLERK, &asked, &[]).await;
        assert!(bare.status == 422 && bare.says("理由がありません"), "{}", bare.body());
        let proposed = console.send(CLERK, &asked, &[("why", "期限を過ぎた")]).await;
        let place = proposed.place.unwrap_or_else(|| panic!("{}", proposed.text));
        let no = place.split(['/', '?']).nth(3).unwrap().to_owned();
        let approved = console.act(APPROVER, &format!("/console/approve/proposals/{no}/approve"), &[("why", "")]).await;
        assert!(approved.says("実行済み"), "{}", approved.body());
    }
    let state = || {
        console
            .house()
            .answer_apart("SELECT group_concat(state, ' ') FROM system_users WHERE login_id IN ('k.sato', 'm.ito')")
    };
    assert_eq!(state(), "suspended suspended");
    let page = console.get(CLERK, &campaign).await;
    assert!(page.leads_to(&change(&campaign, "undo")) && page.says("一時停止中"), "{}", page.body());
    let undo = console.get(CLERK, &change(&campaign, "undo")).await;
    assert!(undo.says("3件が、すぐに使えるようになります"), "{}", undo.body());
    let undone = console.act(CLERK, &change(&campaign, "undo"), &[("why", "電話で回答があった")]).await;
    assert!(undone.status == 200 && undone.says("取消し済み"), "{}", undone.body());
    assert_eq!(state(), "active active");
    let close = format!("{}/close", campaign.replace("/console/", "/console/approve/"));
    let closed = console.act(APPROVER, &close, &[]).await;
    assert!(closed.says("終了"), "{}", closed.body());
}

#[tokio::test(flavor = "multi_thread")]
async fn paper_is_printed_for_who_has_no_mail_and_for_nobody_else() {
    let (console, campaign) = Console::asked();
    console.done("office register 1272200003 --name けやき --mail keyaki@example.jp --application A-1");
    let papers = console.get(AUDITOR, &format!("{campaign}/paper")).await;
    assert!(
        papers.status == 200 && papers.says("ひだまり（1272200001）") && !papers.says("けやき"),
        "{}",
        papers.body()
    );
    assert!(papers.says("□") && papers.says("提出の期限") && papers.says("電話"), "{}", papers.body());
    let one = console.get(AUDITOR, &format!("{campaign}/offices/{OFFICE}/paper")).await;
    assert!(one.says("佐藤（k.sato）") && one.text.matches("class=\"slip paper\"").count() == 1, "{}", one.body());
}
