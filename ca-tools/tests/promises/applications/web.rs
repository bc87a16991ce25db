//! Applications through the desk's two doors, as the gateway opens them.

use axum::body::Body;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use hyper::Request;

use crate::fixtures::doors::{Doors, Page};
use crate::fixtures::house::House;

fn with<'a>(fields: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = fields.iter().filter(|(name, _)| !more.iter().any(|(other, _)| name == other));
    kept.chain(more).copied().collect()
}

const FIRST: [(&str, &str); 10] = [
    ("office", "１２７２２０００９９"),
    ("corporation", "社会福祉法人みどり"),
    ("name", "みどり<訪問>介護"),
    ("telephone", "04-7167-2222"),
    ("address", "柏市豊四季台1"),
    ("person-1-name", "森　太郎"),
    ("person-1-profession", "介護職"),
    ("contact_person", "1"),
    ("permission", "1"),
    ("pledge", "2026-04-01"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_new_office_confirms_its_address_before_anything_is_kept_and_then_applies() {
    let doors = Doors::of(House::new());
    let page = doors.get("/apply").await;
    assert!(page.status == 200 && page.text.matches("/apply/begin?kind=").count() == 5, "{page:?}");
    let page = doors.get("/apply/begin?kind=first_registration").await;
    assert!(
        page.text.contains("<label for=\"mail\">メールアドレス</label>") && page.text.contains("K7Q-2XM"),
        "{page:?}"
    );
    let page = doors.post("/apply/begin", &[("kind", "first_registration"), ("mail", "midori@")]).await;
    assert!(
        page.status == 422 && page.text.contains("aria-invalid=\"true\"") && page.text.contains("value=\"midori@\""),
        "{page:?}"
    );

    let (to, token) = doors.link(&[("kind", "first_registration"), ("mail", "midori＠example.jp")], 1).await;
    assert_eq!(to, "midori@example.jp");
    assert_eq!(doors.house.ask("SELECT application FROM applications"), "");
    let events = doors.house.ask("SELECT detail FROM events");
    assert!(!events.contains("midori"), "nothing is kept of who never follows the link: {events}");

    let page = doors.get(&format!("/apply/form?t={token}")).await;
    assert!(page.status == 200 && page.text.contains("<strong>midori@example.jp</strong>"), "{page:?}");
    let fields = with(&FIRST, &[("t", token.as_str()), ("mail", "other@example.jp")]);
    let page = doors.post("/apply/form", &with(&fields, &[("do", "check")])).await;
    assert!(page.status == 200 && page.text.contains("まだ送信していません"), "{page:?}");
    assert!(page.text.contains("みどり&#60;訪問&#62;介護") && page.text.contains("midori@example.jp"), "{page:?}");
    assert!(!page.text.contains("other@example.jp</td>"), "the address is the one that was confirmed: {page:?}");
    assert_eq!(doors.house.ask("SELECT application FROM applications"), "");
    let page = doors.post("/apply/form", &with(&fields, &[("do", "send")])).await;
    let no = doors.house.ask("SELECT application FROM applications");
    assert!(page.status == 201 && page.text.contains(&no) && no.ends_with("-000001"), "{page:?} {no}");
    let again = doors.post("/apply/form", &with(&fields, &[("do", "send")])).await;
    assert!(again.text.contains(&no), "a page loaded anew sends nothing twice");
    assert_eq!(doors.house.ask("SELECT channel || received_by || state FROM applications"), "webdeskreceived");
    let (to, text) = doors.letter("application_received", 1).await;
    assert!(to == "midori@example.jp" && text.contains(&no), "{text}");
    doors.house.done(&format!("application inspect {no} --result pass"));
    let approved = doors.house.done(&format!("application approve {no}"));
    assert_eq!(approved["users"][0]["name"], "森 太郎");
    assert_eq!(doors.house.done("office show 1272200099")["mail"], "midori@example.jp");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_mistakes_are_told_beside_the_fields_and_what_was_typed_is_kept() {
    let doors = Doors::of(House::new());
    let (_, token) = doors.link(&[("kind", "first_registration"), ("mail", "midori@example.jp")], 1).await;
    let wrong = [
        ("t", token.as_str()),
        ("office", "12722"),
        ("telephone", "119"),
        ("person-3-name", "林 二郎"),
        ("pledge", ""),
    ];
    let page = doors.post("/apply/form", &with(&FIRST, &wrong)).await;
    assert_eq!(page.status, 422);
    for field in ["office", "telephone", "person-3-profession", "pledge"] {
        assert!(page.text.contains(&format!("<li><a href=\"#{field}\">")), "{field}: {}", page.text);
        let described = format!("id=\"{field}\"");
        let input = page.text.split(&described).nth(1).and_then(|rest| rest.split('>').next()).unwrap();
        assert!(
            input.contains("aria-invalid=\"true\"") && input.contains(&format!("{field}-mistake")),
            "{field}: {input}"
        );
        assert!(page.text.contains(&format!("id=\"{field}-mistake\"")), "{field}");
    }
    assert!(
        page.text.contains("直すところが4件あります") && page.text.contains("<title>エラー：初回登録"),
        "{}",
        page.text
    );
    for kept in ["value=\"12722\"", "value=\"119\"", "value=\"林 二郎\"", "value=\"社会福祉法人みどり\""] {
        assert!(page.text.contains(kept), "{kept}");
    }
    // More rows, without script, and nothing of it is lost or judged.
    let page = doors
        .post("/apply/form", &with(&FIRST, &[("t", token.as_str()), ("rows", "5"), ("do", "rows"), ("office", "12")]))
        .await;
    assert!(
        page.status == 200
            && page.text.contains("id=\"person-10-name\"")
            && !page.text.contains("id=\"person-11-name\""),
        "{page:?}"
    );
    assert!(
        page.text.contains("value=\"12\"")
            && page.text.contains("value=\"森　太郎\"")
            && !page.text.contains("直すところが"),
        "{page:?}"
    );
    let page = doors.post("/apply/form", &with(&FIRST, &[("t", token.as_str()), ("do", "back")])).await;
    assert!(page.status == 200 && page.text.contains("value=\"社会福祉法人みどり\""), "{page:?}");
    // Every field that is shown has a label of its own.
    let ids = page.text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let typed = ids.filter(|id| {
        page.text.contains(&format!("<input type=\"text\" id=\"{id}\""))
            || page.text.contains(&format!("<select id=\"{id}\""))
    });
    for id in typed {
        assert!(page.text.contains(&format!("<label for=\"{id}\">")), "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_link_and_no_forged_or_borrowed_one_opens_a_form() {
    let doors = Doors::of(House::furnished());
    doors.house.done("office update 1272200001 --mail office@example.jp");
    let (_, token) = doors.link(&[("kind", "ids"), ("office", "1272200001")], 1).await;
    let (said, proof) = token.split_once('.').unwrap();
    let other =
        BASE64.encode(String::from_utf8(BASE64.decode(said).unwrap()).unwrap().replace("1272200001", "1272200002"));
    let changed = format!("{other}.{proof}");
    for token in ["", "x.y", said, changed.as_str()] {
        let page = doors.get(&format!("/apply/form?t={token}")).await;
        assert!(page.status == 403 && page.text.contains("このリンクでは申請書を開けません"), "{token} {page:?}");
        let page = doors.post("/apply/form", &with(&FIRST, &[("t", token), ("do", "send")])).await;
        assert_eq!(page.status, 403, "{token}");
    }
    // The link of one office serves no other: the field says what it likes.
    let day = doors.house.day(0);
    let ids = [
        ("t", token.as_str()),
        ("office", "1272200077"),
        ("person-1-name", "森"),
        ("person-1-profession", "医師"),
        ("reason", "採用"),
        ("effective", day.as_str()),
        ("do", "send"),
    ];
    let page = doors.post("/apply/form", &ids).await;
    assert_eq!((page.status, doors.house.ask("SELECT office FROM applications").as_str()), (201, "1272200001"));
    // The address moved on: the link went to one that no longer speaks for the office.
    doors.house.done("office update 1272200001 --mail new@example.jp");
    let page = doors.post("/apply/form", &with(&ids, &[("person-1-name", "林")])).await;
    assert_eq!(page.status, 403, "{page:?}");
    assert_eq!(doors.house.ask("SELECT count(*) || '' FROM applications"), "1");
    for path in ["/office/apply", "/apply/none", "/desk/password"] {
        assert_eq!(doors.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registered_office_is_written_to_where_the_registry_says_and_no_page_tells_whether_there_is_one() {
    let doors = Doors::of(House::furnished());
    doors.house.done("office update 1272200001 --mail office@example.jp");
    let begin = [("kind", "certificate"), ("office", "1272200001"), ("mail", "thief@example.jp")];
    let (to, _) = doors.link(&begin, 1).await;
    assert_eq!(to, "office@example.jp");
    let known = doors.post_from("192.0.2.9", "/apply/begin", &begin).await;
    let unknown = doors.post_from("192.0.2.9", "/apply/begin", &with(&begin, &[("office", "1272299999")])).await;
    // But for the minute at which it was written, and what is sealed anew each time, which is as long for both.
    let timeless = |page: &Page| {
        let page = page.text.split("<footer>").next().unwrap().to_owned();
        let mark = "/apply/mailed%3Fof%3D";
        let sealed = page.split(mark).nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        page.replace(&sealed, &"s".repeat(sealed.len()))
    };
    assert_eq!((known.status, timeless(&known)), (unknown.status, timeless(&unknown)));
    doors.letter("confirm_address", 2).await;
    assert_eq!(doors.sent_to("thief@example.jp"), 0);
    // Who can log in is asked to: a link in a mail is less than two factors.
    doors.house.done("cert issue --device DEV-000001 --format pem --out d.pem");
    doors.house.done("office contact k.sato");
    doors.post("/apply/begin", &begin).await;
    let (to, text) = doors.letter("apply_by_login", 1).await;
    assert!(to == "office@example.jp" && !text.contains("?t="), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobodys_mailbox_is_flooded_and_a_source_that_asks_too_often_waits() {
    let doors = Doors::of(House::new());
    for number in 0..6 {
        let source = format!("192.0.2.{number}");
        let spelled = ["victim@example.jp", "Victim@example.jp", "victim+1@EXAMPLE.jp", "ＶＩＣＴＩＭ＠example.jp"];
        let begin = [("kind", "first_registration"), ("mail", spelled[number % 4])];
        let page = doors.post_from(&source, "/apply/begin", &begin).await;
        // Whoever asks is told the same; the three that came are enough, and whose mailbox it is can still use them.
        assert_eq!(page.status, 200, "{page:?}");
    }
    doors.letter("confirm_address", 3).await;
    for number in 0..25 {
        let mail = format!("a{number}@example.jp");
        let page =
            doors.post_from("192.0.2.77", "/apply/begin", &[("kind", "first_registration"), ("mail", &mail)]).await;
        assert_eq!(page.status, if number < 20 { 200 } else { 429 }, "{number}");
    }
    doors.letter("confirm_address", 23).await;
    let spelled = ["victim@example.jp", "Victim@example.jp", "victim+1@example.jp", "VICTIM@example.jp"];
    assert_eq!(spelled.map(|address| doors.sent_to(address)).iter().sum::<usize>(), 3);
    // Nobody followed a link, and of nobody an address is kept.
    let waiting = || doors.house.ask("SELECT count(*) || '' FROM mails WHERE state <> 'sent'");
    servers::until("no letter waits", async || waiting() == "0").await;
    assert_eq!(doors.house.ask("SELECT count(*) || '' FROM mails WHERE recipient <> ''"), "0");
}

const DEVICE: [(&str, &str); 8] = [
    ("label", "訪問用タブレット"),
    ("os", "ios"),
    ("ownership", "byod"),
    ("user-1", "k.sato"),
    ("check-startup_password", "1"),
    ("check-default_changed", "1"),
    ("check-os_supported", "1"),
    ("check-protected", "1"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_behind_two_factors_applies_for_their_own_office_and_for_no_other() {
    let house = House::furnished();
    house.done("office register 1272200002 --name みどり薬局 --application A-7");
    house.done("user add --office 1272200002 --name 林 --profession 医師 --id t.mori --contact --application A-8");
    let doors = Doors::of(house);
    let sato = ("k.sato", "1272200001");
    for (path, fields) in
        [("/office/apply", None), ("/office/apply/ids", None), ("/office/apply/certificate", Some(&DEVICE[..]))]
    {
        let page = doors.as_person(sato, path, fields).await;
        assert!(page.status == 403 && page.text.contains("カシワニネット担当者だけ"), "{path} {page:?}");
    }
    doors.house.done("office contact k.sato");
    let page = doors.as_person(sato, "/office/apply", None).await;
    assert!(
        page.status == 200
            && page.text.contains("/office/apply/certificate")
            && !page.text.contains("first_registration"),
        "{page:?}"
    );
    let page = doors.as_person(sato, "/office/apply/certificate", None).await;
    assert!(page.status == 200 && page.text.contains("佐藤（k.sato）") && page.text.contains("1272200001"), "{page:?}");
    let send = with(&DEVICE, &[("do", "send")]);
    let page = doors.as_person(sato, "/office/apply/certificate", Some(&send)).await;
    assert!(page.status == 201 && page.text.contains("申請番号"), "{page:?}");
    let row = doors.house.ask("SELECT received_by || ' ' || office || ' ' || device FROM applications");
    assert_eq!(row, "k.sato 1272200001 2");

    // A's contact acting on B: whatever is named, whoever is named.
    let other = with(&send, &[("office", "1272200002"), ("label", "別の端末")]);
    let page = doors.as_person(sato, "/office/apply/certificate", Some(&other)).await;
    assert!(page.status == 403 && page.text.contains("ご自分の事業所（1272200001）だけです"), "{page:?}");
    let page = doors.as_person(("k.sato", "1272200002"), "/office/apply/certificate", Some(&other)).await;
    assert_eq!(page.status, 403, "{page:?}");
    let page = doors.as_person(sato, "/office/apply/certificate", Some(&with(&send, &[("user-1", "t.mori")]))).await;
    assert!(page.status == 422 && page.text.contains("この事業所のIDではありません"), "{page:?}");
    let day = doors.house.day(0);
    let delete = [("delete-1", "t.mori"), ("reason", "退職"), ("effective", day.as_str()), ("do", "send")];
    assert_eq!(doors.as_person(sato, "/office/apply/ids", Some(&delete)).await.status, 422);
    assert_eq!(doors.as_person(sato, "/office/apply/first_registration", None).await.status, 404);
    // Once they have left, or are no longer the contact's office, they speak for nobody.
    doors.house.done("user move k.sato --office 1272200002 --application 異動-1");
    let page = doors.as_person(sato, "/office/apply/certificate", Some(&with(&send, &[("label", "三台目")]))).await;
    assert_eq!(page.status, 403, "{page:?}");
    assert_eq!(doors.house.ask("SELECT count(*) || '' FROM applications"), "1");
    let unsigned = Request::get("/office/apply").header("host", "desk").body(Body::empty()).unwrap();
    assert_eq!(doors.ask("desk.sock", unsigned).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_open_applications_use_up_their_own_and_none_of_the_office_that_they_name() {
    let house = House::furnished();
    house.done("office contact k.sato");
    house.done("office update 1272200001 --mail office@example.jp");
    let doors = Doors::of(house);
    let (_, token) = doors.link(&[("kind", "first_registration"), ("mail", "stranger@example.com")], 1).await;
    for number in 0..34 {
        // Each a little different, and from another address.
        let name = format!("ひだまり{number}");
        let named = [("t", token.as_str()), ("office", "1272200001"), ("name", name.as_str()), ("do", "send")];
        let source = format!("198.51.100.{number}");
        let page = doors.post_from(&source, "/apply/form", &with(&FIRST, &named)).await;
        assert_eq!(page.status, if number < 30 { 201 } else { 403 }, "{number} {page:?}");
    }
    let send = with(&DEVICE, &[("do", "send")]);
    let page = doors.as_person(("k.sato", "1272200001"), "/office/apply/certificate", Some(&send)).await;
    assert_eq!(page.status, 201, "{page:?}");
    let senders = "SELECT sender || ' ' || count(*) FROM applications GROUP BY sender ORDER BY sender";
    assert_eq!(doors.house.ask(senders), "contact k.sato 1\nmailbox stranger@example.com 30");
    // What was done with makes room again.
    doors
        .house
        .done(&format!("application reject {} --why x", doors.house.ask("SELECT min(application) FROM applications")));
    let named = [("t", token.as_str()), ("office", "1272200001"), ("do", "send")];
    let page = doors.post_from("198.51.100.99", "/apply/form", &with(&FIRST, &named)).await;
    assert_eq!(page.status, 201, "{page:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_has_no_more_open_applications_than_anybody_could_look_at() {
    let house = House::furnished();
    house.done("office contact k.sato");
    let doors = Doors::of(house);
    let sato = ("k.sato", "1272200001");
    for number in 0..32 {
        let label = format!("端末{number}");
        let page = doors
            .as_person(sato, "/office/apply/certificate", Some(&with(&DEVICE, &[("label", &label), ("do", "send")])))
            .await;
        assert_eq!(page.status, if number < 30 { 201 } else { 403 }, "{number} {page:?}");
    }
    // A paper is still received.
    doors.house.done(&format!("{} --office 1272200001", super::form::DEVICE));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_seen_and_what_is_a_no_is_refused_on_a_page_and_shown_there() {
    let doors = Doors::of(House::new());
    let (_, token) = doors.link(&[("kind", "first_registration"), ("mail", "midori@example.jp")], 1).await;
    let wrong = [
        ("t", token.as_str()),
        ("name", "みどり\u{202e}介護"),
        ("person-1-name", "森\u{200b}太郎"),
        ("permission", "FALSE"),
        ("pledge", "2025-04-01"),
    ];
    let page = doors.post("/apply/form", &with(&FIRST, &wrong)).await;
    assert!(page.status == 422 && page.text.contains("直すところが4件あります"), "{page:?}");
    for words in ["4文字目に文字の向きを変える見えない文字（U+202E）", "2文字目に見えない文字（U+200B）"]
    {
        assert!(page.text.contains(words), "{words}: {page:?}");
    }
    assert!(page.text.contains("value=\"みどり⟨U+202E⟩介護\""), "{page:?}");
    assert!(!page.text.contains(['\u{202e}', '\u{200b}']), "{page:?}");
    // Whoever sends back what the page showed has changed nothing.
    let page = doors.post("/apply/form", &with(&FIRST, &[("t", token.as_str()), ("name", "みどり⟨U+202E⟩介護")])).await;
    assert!(page.status == 422 && page.text.contains("4文字目に使えない記号"), "{page:?}");
    assert_eq!(doors.house.ask("SELECT application FROM applications"), "");
}

#[test]
fn a_letter_shows_what_was_stored_before_signs_that_are_not_seen_were_refused() {
    let doors = Doors::of(House::furnished());
    doors.house.done("office update 1272200001 --mail hidamari@example.jp --contact 佐藤");
    doors.house.meddle("UPDATE offices SET name = 'ひだ\u{202e}まり', contact = '佐\u{200b}藤'");
    doors.house.meddle("UPDATE devices SET label = 'タブ\u{2066}レット'");
    doors.house.done("device suspend 1");
    let waiting = tokio::runtime::Runtime::new().unwrap();
    let (_, text) = waiting.block_on(doors.letter("device_on_hold", 1));
    assert!(text.contains("佐⟨U+200B⟩藤") && text.contains("タブ⟨U+2066⟩レット"), "{text}");
    assert!(!text.contains(['\u{202e}', '\u{200b}', '\u{2066}']), "{text}");
}
