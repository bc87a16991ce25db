//! What a caller reads out leads whoever answers the telephone to the right story: the page that was seen, in its own words, the
//! sentence to say, and the act that mends it.

use ca_tools::rows::Purpose;
use gateway::session::SessionEnd;
use house::{Leaf, OFFICE, OTHER_OFFICE, PASSWORD, Settled, by, empty, until};
use http::Method;
use pages::refusals::Reason;
use registry::change::RevokedReason;

use super::telephone::{Telephone, met, shows};

#[tokio::test(flavor = "multi_thread")]
async fn the_code_of_a_refused_device_leads_to_its_story_its_sentence_and_the_act_that_mends_it() {
    let mut telephone = Telephone::open().await;
    let house = &telephone.house;
    let (suspended, on_hold) = house.device(OFFICE).await;
    house.writer.suspend_device(&by(), suspended).await.unwrap();
    let (lost, revoked) = house.device(OFFICE).await;
    house.writer.revoke(&by(), lost, None, RevokedReason::Lost).await.unwrap();
    let (renewed, old) = house.device(OFFICE).await;
    house.certificate(renewed, &Leaf::default(), Purpose::Renewal { grace: 0 }).await;
    let past = house.approved_device(OFFICE, &[]).await;
    let expired = house.certificate(past, &Leaf::between(-9 * 86_400, -86_400), Purpose::First).await;
    let soon = house.approved_device(OFFICE, &[]).await;
    let early = house.certificate(soon, &Leaf::between(86_400, 9 * 86_400), Purpose::First).await;
    let (lapsed, over) = house.device(OFFICE).await;
    let before = ca_tools::acts::By { at: house::now().plus(-100), ..by() };
    house.writer.approve_device(&before, lapsed, Some(house::now().plus(-1))).await.unwrap();
    house.writer.suspend_office(&by(), &OTHER_OFFICE.parse().unwrap()).await.unwrap();
    house.applied().await;
    let of_office = telephone.settled.other_credentials.clone();
    let act = |noun: &str, id: &dyn std::fmt::Display, act: &str| format!("href=\"/console/{noun}/{id}/{act}\"");
    let cases = [
        (
            telephone.refused(&on_hold, Reason::Suspended).await,
            "いま止めてあります",
            act("change/devices", &suspended, "resume"),
        ),
        (
            telephone.refused(&revoked, Reason::Revoked).await,
            "使えなくしてあります",
            format!("receive?kind=certificate&#38;office={OFFICE}\""),
        ),
        (
            telephone.refused(&old, Reason::Superseded).await,
            "新しいほうを選んでください",
            act("change/devices", &renewed, "ticket?purpose=renewal"),
        ),
        (
            telephone.refused(&expired, Reason::Expired).await,
            "期限が切れました",
            act("change/devices", &past, "ticket?purpose=renewal"),
        ),
        (
            telephone.refused(&early, Reason::NotYetValid).await,
            "からお使いになれます",
            "始まる日を待つだけです".to_owned(),
        ),
        (
            telephone.refused(&over, Reason::NotApproved).await,
            "お使いになれる期限が過ぎています",
            act("approve/devices", &lapsed, "approve"),
        ),
        (
            telephone.refused(&of_office, Reason::OfficeSuspended).await,
            "事業所としてのご利用を、いま止めてあります",
            act("change/offices", &OTHER_OFFICE, "resume"),
        ),
    ];
    for (met, tell, mend) in &cases {
        shows(&telephone.told(met).await, met, [tell, mend]);
    }
    telephone.house.writer.resume_device(&by(), suspended).await.unwrap();
    let mended = telephone.told(&cases[0].0).await;
    assert!(mended.contains("いまは使えるはずです。"), "{mended}");
    let (_, by_device) = telephone.asked("dev-3").await;
    assert!(by_device.contains("いま、使えない理由は見つかりません"), "{by_device}");
    let read = telephone.house.writer.ledger().events_after(0, 1_000).await.unwrap();
    let read: Vec<_> = read.iter().filter(|found| found.event.action == "why.read").collect();
    let one = read.iter().find(|found| found.event.subject == suspended.to_string()).unwrap();
    assert!(one.event.detail.contains(&cases[0].0.reference) && one.event.detail.contains("request_id"), "{one:?}");
    assert_eq!(one.event.operator, by().operator.to_string());
    telephone.desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "one house, and a row for each refusal that a person meets")]
async fn the_code_of_a_refused_person_leads_to_their_story_their_sentence_and_the_act_that_mends_it() {
    let mut telephone = Telephone::open().await;
    let house = &telephone.house;
    house.person_with_initial_password("n.new", OFFICE, &[]).await;
    for id in ["t.gone", "u.held", "h.hoshu", "l.locked", "w.unlisted"] {
        house.person(id, OFFICE, &[]).await;
    }
    let device = house.approved_device(OFFICE, &[Settled::WORKER]).await;
    let listed = house.certificate(device, &Leaf::default(), Purpose::First).await;
    let (_, second) = house.device(OFFICE).await;
    house.writer.delete_user(&by(), &"t.gone".parse().unwrap()).await.unwrap();
    house.writer.suspend_user(&by(), &"u.held".parse().unwrap()).await.unwrap();
    house.writer.make_maintenance(&by(), &"h.hoshu".parse().unwrap()).await.unwrap();
    house.applied().await;
    let mine = telephone.settled.credentials.clone();
    let mut cases = Vec::new();
    for (id, password, reason, tell, mend) in [
        ("nobody", PASSWORD, Reason::UnknownId, "IDかパスワードが違うようです", "登録のないIDです"),
        (
            "k.sato",
            "wrong",
            Reason::WrongPassword,
            "IDかパスワードが違うようです",
            "/console/change/people/k.sato/reset-password",
        ),
        ("t.gone", PASSWORD, Reason::UserDeleted, "新しいIDが必要でしたら", "削除したIDは元に戻せません"),
        (
            "u.held",
            PASSWORD,
            Reason::UserSuspended,
            "届け出によりいま止めてあります",
            "/console/change/people/u.held/resume",
        ),
        (
            "h.hoshu",
            PASSWORD,
            Reason::MaintenanceClosed,
            "作業計画で決めた時間だけ使えます",
            "時間帯を開く提案をします",
        ),
        ("m.suzuki", PASSWORD, Reason::OfficeMismatch, "ほかの事業所のものです", "異動なら"),
    ] {
        cases.push((telephone.login(&mine, (id, password), reason).await, tell, mend.to_owned()));
    }
    let unlisted = telephone.login(&listed, ("w.unlisted", PASSWORD), Reason::UserNotOnDevice).await;
    cases.push((unlisted, "使う方が決まっています", format!("/console/change/devices/{device}/users?add=w.unlisted")));
    // Failures of the second in which a password was set are forgiven.
    let set = house::now();
    until("a later second", async || house::now() > set).await;
    for _ in 0..5 {
        telephone.login(&mine, ("l.locked", "wrong"), Reason::WrongPassword).await;
    }
    let locked = telephone.login(&mine, ("l.locked", PASSWORD), Reason::Locked).await;
    cases.push((locked, "まで止まっています", "/console/change/people/l.locked/unlock".into()));
    let mut talk = telephone.house.talk(&mine).await;
    let initial = telephone.house.login(&mut talk, "n.new").await;
    let first = met(&telephone.room(&mut talk, Some(&initial)).await, Reason::MustChangePassword);
    cases.push((first, "最初の1回だけのものです", "柏市ですることはありません".into()));
    cases.push((
        met(&telephone.room(&mut talk, None).await, Reason::NoSession),
        "入り直してください",
        "柏市ですることはありません".into(),
    ));
    let worker = telephone.house.login(&mut talk, Settled::WORKER).await;
    for (path, reason, tell, mend) in [
        (
            "/rooms/r-jiro/bytes/1",
            Reason::NotInvited,
            "まだ招待されていません",
            "/console/change/rooms/r-jiro/invite?user=k.sato",
        ),
        ("/nowhere", Reason::NoRoute, "最初の画面から", "柏市ですることはありません"),
        ("/closed/x", Reason::PolicyDenied, "開けないことになっています", "承認者が決めます"),
        ("/dead/x", Reason::BackendUnavailable, "こちらの機械の都合で", "運用担当に知らせてください"),
    ] {
        let answer = telephone.house.get(&mut talk, path, Some(&worker)).await;
        cases.push((met(&answer, reason), tell, mend.to_owned()));
    }
    let crossed = telephone.house.request(Method::POST, "/rooms/r-hanako/sink", Some(&worker));
    let crossed = talk.ask(crossed.header("sec-fetch-site", "cross-site").body(empty()).unwrap()).await.unwrap();
    cases.push((met(&crossed, Reason::CrossSite), "もう一度なさってみてください", "柏市ですることはありません".into()));
    let mut thief = telephone.house.talk(&second).await;
    let stolen = telephone.room(&mut thief, Some(&worker)).await;
    cases.push((
        met(&stolen, Reason::SessionCertMismatch),
        "安全のため終わらせました",
        "もう一度ログインすれば使えます".into(),
    ));
    for (why, reason, tell) in [
        (SessionEnd::Idle, Reason::SessionIdle, "しばらくお使いにならなかったので"),
        (SessionEnd::Absolute, Reason::SessionAbsolute, "入ってから時間がたったので"),
    ] {
        let cookie = telephone.house.login(&mut talk, Settled::WORKER).await;
        let key = gateway::session::CookieValue::read(cookie.split_once('=').unwrap().1.as_bytes()).unwrap().key();
        let ended = gateway::session::Ended { why, at: house::now() };
        assert!(telephone.house.gateway.state().sessions.end(&key, ended).await.unwrap().is_some());
        let answer = telephone.room(&mut talk, Some(&cookie)).await;
        cases.push((met(&answer, reason), tell, "柏市ですることはありません".into()));
    }
    for (met, tell, mend) in &cases {
        shows(&telephone.told(met).await, met, [tell, mend]);
    }
    let (_, locked) = telephone.asked("l.locked").await;
    assert!(locked.contains("まで止まっています") && locked.contains("（KW-201）"), "{locked}");
    assert!(
        locked.contains("data-label=\"回数\">5</td>"),
        "each of them, though the device has more of that kind: {locked}"
    );
    telephone.house.writer.unlock_user(&by(), &"l.locked".parse().unwrap()).await.unwrap();
    let met = cases.iter().find(|(met, ..)| met.reason == Reason::Locked).map(|(met, ..)| met).unwrap();
    until("the lock is lifted", async || telephone.told(met).await.contains("いまは使えるはずです。")).await;
    telephone.desk.close().await;
}
