//! The page of a room, and what is done there.

use crate::fixtures::console::{CLERK, Console};

const ROOM: &str = "/console/rooms/r12";
const INVITE: &str = "/console/change/rooms/r12/invite";

async fn with_people() -> Console {
    let console = Console::new();
    console.done("office register 1272200002 --name こもれび --application C-3");
    for (office, name, id) in
        [("1272200001", "伊藤", "a.ito"), ("1272200002", "鈴木", "t.suzuki"), ("1272200002", "佐藤", "m.sato")]
    {
        console
            .done(&format!("user add --office {office} --name {name} --profession 薬剤師 --id {id} --application C-4"));
    }
    console.done("room open --name 12号室 --room r12");
    console
}

#[tokio::test(flavor = "multi_thread")]
async fn several_people_are_invited_by_one_press_or_nobody() {
    let console = with_people().await;
    let opened = console.get(CLERK, INVITE).await;
    let listed = console.send(CLERK, &opened, &[("office", "1272200001"), ("do", "list"), ("names", "鈴木")]).await;
    assert!(listed.status == 200 && listed.says("佐藤（k.sato）") && listed.says("伊藤（a.ito）"), "{listed:?}");
    assert!(listed.says(">鈴木</textarea>"), "what was written is lost: {listed:?}");
    // One of them is several people, one is nobody: nobody is invited, and each is told.
    let wrong = console.send(CLERK, &listed, &[("user", "a.ito"), ("names", "佐藤\nだれか\n鈴木")]).await;
    assert_eq!(wrong.status, 422, "{wrong:?}");
    assert!(wrong.says("「佐藤」は2人います") && wrong.says("m.sato") && wrong.says("「だれか」"), "{wrong:?}");
    assert_eq!(console.done("room show r12")["members"], 0);
    let done = console.send(CLERK, &wrong, &[("user", "a.ito"), ("user", "k.sato"), ("names", "鈴木、M.Sato")]).await;
    assert_eq!(done.status, 303, "{done:?}");
    let page = console.get(CLERK, &done.place.unwrap()).await;
    for (person, office) in
        [("a.ito", "1272200001"), ("k.sato", "1272200001"), ("t.suzuki", "1272200002"), ("m.sato", "1272200002")]
    {
        assert!(page.leads_to(&format!("/console/people/{person}")), "{person}: {page:?}");
        assert!(page.leads_to(&format!("/console/offices/{office}")), "{office}: {page:?}");
    }
    assert!(page.says("参加者（4人）") && page.says("こもれび") && page.says("薬剤師"), "{page:?}");
    let invitations = console.house().answer_apart("SELECT COUNT(*) FROM events WHERE action = 'room.invite'");
    assert_eq!(invitations, "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_who_cannot_be_invited_keeps_the_others_out_by_command_too() {
    let console = with_people().await;
    console.done("user delete a.ito");
    let told = tokio::task::block_in_place(|| console.house().tell("room invite r12 k.sato a.ito t.suzuki"));
    assert_eq!(told.code, 1, "{told:?}");
    assert_eq!(console.done("room show r12")["members"], 0);
    let invited = console.done("room invite r12 k.sato t.suzuki");
    assert_eq!((&invited["user"], invited["users"].as_array().map(Vec::len)), (&"k.sato".into(), Some(2)), "{invited}");
    assert_eq!(console.done("room show r12")["members"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_is_opened_once_however_often_it_is_pressed_and_ends_for_good() {
    let console = with_people().await;
    let opened = console.get(CLERK, "/console/change/rooms/new/open").await;
    let (one, two) = (
        console.send(CLERK, &opened, &[("name", "13号室"), ("later", "1")]).await,
        console.send(CLERK, &opened, &[("name", "13号室"), ("later", "1")]).await,
    );
    assert_eq!((one.status, one.place.clone()), (303, two.place), "{one:?}");
    let rooms = console.house().answer_apart("SELECT COUNT(*) FROM rooms WHERE name = '13号室'");
    assert_eq!(rooms, "1");
    console.done("room invite r12 k.sato");
    let out = console.act(CLERK, "/console/change/rooms/r12/remove?user=k.sato", &[]).await;
    assert!(out.says("参加者はいません") && out.says("まで取り消せます"), "{out:?}");
    let closed =
        console.act(CLERK, "/console/change/rooms/r12/close", &[("why", "入所"), ("last_post", "2026-04-01")]).await;
    assert!(closed.says("終了") && !closed.leads_to(INVITE), "{closed:?}");
    assert_eq!(console.get(CLERK, ROOM).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_is_opened_with_its_consent_or_says_that_it_comes_later() {
    let console = with_people().await;
    let opened = console.get(CLERK, "/console/change/rooms/new/open").await;
    let without = console.send(CLERK, &opened, &[("name", "13号室")]).await;
    assert_eq!(without.status, 422, "{without:?}");
    for field in
        ["依頼者：入力して", "本人の同意の日：入力して", "家族の同意の日：入力して", "同意を聞いた人：入力して"]
    {
        assert!(without.says(field), "{field}: {without:?}");
    }
    let whole = [
        ("name", "13号室"),
        ("room", "r13"),
        ("asked_by", "長男の妻"),
        ("person_consent", "なし"),
        ("family_consent", "2026-04-01"),
        ("heard_by", "k.sato"),
    ];
    let done = console.send(CLERK, &without, &whole).await;
    let page = console.get(CLERK, &done.place.unwrap()).await;
    assert!(page.says("長男の妻") && page.says("2026年4月1日") && !page.says("未記録です"), "{page:?}");
    // One that was opened without says so, on its page and on the day's.
    let page = console.get(CLERK, ROOM).await;
    assert!(page.says("同意が未記録です") && page.leads_to("/console/change/rooms/r12/consent"), "{page:?}");
    let today = console.get(CLERK, "/console/").await;
    assert!(today.says("依頼者と同意が未記録の部屋") && today.leads_to("/console/rooms?consent=missing"), "{today:?}");
    let listed = console.get(CLERK, "/console/rooms?consent=missing").await;
    assert!(listed.leads_to(ROOM) && !listed.leads_to("/console/rooms/r13"), "{listed:?}");
    let recorded = console.act(CLERK, "/console/change/rooms/r12/consent", &whole[2..]).await;
    assert!(recorded.says("長男の妻") && !recorded.says("未記録です"), "{recorded:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_with_an_end_shows_its_days_and_who_could_see_the_room_is_asked_for_any_moment() {
    let console = with_people().await;
    let until = console.house().day(9);
    let invite = [("user", "k.sato"), ("user", "a.ito"), ("until", until.as_str()), ("confirmed_by", "林")];
    let half = console.act(CLERK, INVITE, &invite).await;
    assert!(half.status == 422 && half.says("参加を確認した日"), "{half:?}");
    let invited = console.act(CLERK, INVITE, &[&invite[..], &[("confirmed_on", "2026-04-01")]].concat()).await;
    assert!(invited.says("あと9日") && invited.says("林（2026年4月1日）"), "{invited:?}");
    let today = console.get(CLERK, "/console/").await;
    assert!(today.says("14日以内に期限の来る部屋への招待"), "{today:?}");
    let extended = [("user", "a.ito"), ("no_end", "1")];
    let extended = console.act(CLERK, "/console/change/rooms/r12/extend", &extended).await;
    assert!(extended.says("期限なし") && extended.says("あと9日"), "{extended:?}");
    let confirm = [("user", "a.ito"), ("confirmed_by", "岡田ケアマネジャー"), ("confirmed_on", "2026-04-02")];
    let confirmed = console.act(CLERK, "/console/change/rooms/r12/confirm", &confirm).await;
    assert!(confirmed.says("岡田ケアマネジャー"), "{confirmed:?}");
    let now = console.get(CLERK, &format!("/console/rooms/r12/sights?at={}", console.house().day(0))).await;
    assert!(now.says("見ることができた（2件）") && now.leads_to("/console/people/a.ito"), "{now:?}");
    let before = console.get(CLERK, "/console/rooms/r12/sights?at=2026-04-01%2009:05").await;
    assert!(before.says("2026年4月1日 9時05分00秒に見ることができた（0件）"), "{before:?}");
    assert_eq!(console.get(CLERK, "/console/rooms/r12/sights?at=spring").await.status, 422);
    let rooms = console.get(CLERK, "/console/people/k.sato/rooms").await;
    assert!(rooms.leads_to(ROOM), "{rooms:?}");
}
