//! The pages of trainings, and what is done there.

use super::device::ITEMS;
use crate::fixtures::console::{AUDITOR, CLERK, Console, OPS};

const YEAR: &str = "/console/trainings/2026";

async fn held() -> Console {
    let console = Console::new();
    let none = console.get(CLERK, "/console/trainings").await;
    assert!(none.says("まだ登録されていません"), "{none:?}");
    let wrong =
        console.act(CLERK, "/console/change/trainings/new/hold", &[("year", "2026"), ("on", "2027-04-01")]).await;
    assert!(wrong.status == 422 && wrong.says("2026年度（2026年4月から翌年3月まで）の日ではありません"), "{wrong:?}");
    let fields = [("year", "令和8年度"), ("on", "令和8年10月1日"), ("place", "市役所")];
    let page = console.act(CLERK, "/console/change/trainings/new/hold", &fields).await;
    assert!(page.says("2026年10月1日") && page.says("市役所"), "{page:?}");
    console
}

#[tokio::test(flavor = "multi_thread")]
async fn who_attended_is_seen_by_office_and_by_person_and_put_down_from_there() {
    let console = held().await;
    let page = console.get(CLERK, YEAR).await;
    let office = format!("{YEAR}?office=1272200001");
    assert!(page.leads_to(&office) && page.says("<strong>1人</strong>"), "{page:?}");
    let people = console.get(CLERK, &office).await;
    assert!(people.says("name=\"user\" value=\"k.sato\"") && people.says("<strong>まだ</strong>"), "{people:?}");
    let attend = "/console/change/trainings/2026/attend?user=k.sato";
    let asked = console.get(CLERK, attend).await;
    assert!(asked.says(">k.sato</textarea>"), "what was chosen is lost: {asked:?}");
    let nobody = console.send(CLERK, &asked, &[("people", "x"), ("do_what", "attend")]).await;
    assert!(nobody.status == 422 && nobody.says("x："), "{nobody:?}");
    let unknown = console.send(CLERK, &asked, &[("people", "n.nobody"), ("do_what", "attend")]).await;
    assert!(unknown.status == 422 && unknown.says("n.nobody"), "{unknown:?}");
    let fields = [("people", "k.sato、approver"), ("do_what", "attend"), ("on", "2026-11-01")];
    let done = console.act(CLERK, attend, &fields).await;
    assert!(done.says("受講者2名を登録しました"), "{done:?}");
    let people = console.get(AUDITOR, &office).await;
    assert!(people.says("2026年11月1日") && !people.says("name=\"user\""), "{people:?}");
    for (page, says) in
        [("/console/people/k.sato", "2026年11月1日に受講"), ("/console/offices/1272200001", "1人（利用者1人のうち）")]
    {
        let page = console.get(AUDITOR, page).await;
        assert!(page.says(says), "{says}: {page:?}");
    }
    let back = console
        .act(CLERK, "/console/change/trainings/2026/attend", &[("people", "k.sato"), ("do_what", "remove")])
        .await;
    assert!(back.says("1名分を取り消しました"), "{back:?}");
    console.finds(CLERK, "2026年度", YEAR).await;
    let file = console
        .post(AUDITOR, "/console/export/attendances", &[("of", "year=2026&office=1272200001"), ("kind", "csv")])
        .await;
    assert!(file.status == 200 && file.text.contains("k.sato") && !file.text.contains("approver"), "{file:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn offices_are_told_once_however_often_it_is_pressed_and_only_by_who_may() {
    let console = held().await;
    console.done("office update 1272200001 --mail yamada@example.jp --application A-4");
    let letters = "/console/change/trainings/2026/letters";
    for who in [AUDITOR, OPS] {
        assert_eq!(console.get(who, letters).await.status, 403, "{who}");
        assert_eq!(console.post(who, letters, &[("what", "invite")]).await.status, 403, "{who}");
    }
    assert_eq!(console.get(OPS, YEAR).await.status, 403);
    let asked = console.get(CLERK, letters).await;
    assert!(asked.says("研修会の案内：1件の事業所") && asked.says("柏市（1272200099）"), "{asked:?}");
    let none = console.send(CLERK, &asked, &[]).await;
    assert!(none.status == 422 && none.says("送るメールを選んでください"), "{none:?}");
    let (one, two) = (
        console.send(CLERK, &asked, &[("what", "missing")]).await,
        console.send(CLERK, &asked, &[("what", "missing")]).await,
    );
    assert_eq!((one.status, one.place.clone()), (303, two.place), "{one:?}");
    assert_eq!(console.house().answer_apart("SELECT COUNT(*) FROM mails WHERE kind = 'training_missing'"), "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_given_up_in_the_console_and_its_page_says_until_when_it_is_approved() {
    let console = Console::new();
    let device = console.get(CLERK, "/console/devices/DEV-000001").await;
    assert!(device.says("過ぎても使えますが、現況届で確かめます") && device.says("ネットワークの検査"), "{device:?}");
    assert!(device.says("2026-04-01") && device.says("登録した職員（柏市）"), "{device:?}");
    let inspect = "/console/change/devices/DEV-000001/inspect";
    let asked = console.get(CLERK, inspect).await;
    assert!(asked.says("value=\"network_private\"") && asked.says("システム提供者の検査者"), "{asked:?}");
    let mut fields: Vec<_> = ITEMS.map(|item| ("holds", item)).to_vec();
    fields.extend([("result", "pass"), ("inspector", "検-0123")]);
    let half = console.send(CLERK, &asked, &fields).await;
    assert!(half.status == 422 && half.says("報告書の日付を入力してください"), "{half:?}");
    fields.push(("reported_on", "2026-04-02"));
    let page = console.act(CLERK, inspect, &fields).await;
    assert!(page.says("検-0123（システム提供者の報告　2026年4月2日）"), "{page:?}");
    let retire = "/console/change/devices/DEV-000001/retire";
    assert!(page.leads_to(retire), "{page:?}");
    let none = console.act(CLERK, retire, &[]).await;
    assert!(none.status == 422 && none.says("使用を終わる理由を選んでください"), "{none:?}");
    let gone = console.act(CLERK, retire, &[("reason", "ended")]).await;
    assert!(gone.says("使用を終わりました") && !gone.leads_to(retire), "{gone:?}");
}
