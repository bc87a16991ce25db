//! An office gets a letter where something happened or is asked of it; each names what it is about and what comes next.

use ca_tools::letters::Letter;
use serde_json::json;
use servers::blocking::until;
use servers::mail::letters_in;

use crate::applications::form::{DEVICE, FIRST, received};
use crate::fixtures::house::House;

fn kinds(house: &House) -> Vec<String> {
    house.letters().into_iter().map(|(kind, ..)| kind).collect()
}

/// The text of every delivered letter of this kind.
fn delivered(house: &House, kind: &str, count: usize) -> Vec<String> {
    let question = format!("SELECT message_id FROM mails WHERE kind = '{kind}' ORDER BY mail");
    until("every letter of this kind", || {
        let files = letters_in(&house.folder.join("ca/outbox"));
        let ids = house.ask(&question);
        let text = |id: &str| {
            let file = files.iter().find(|path| path.to_string_lossy().contains(id))?;
            std::fs::read_to_string(file).ok()
        };
        let texts: Vec<_> = ids.lines().filter_map(text).collect();
        (texts.len() == count).then_some(texts)
    })
}

#[test]
fn five_devices_take_ten_letters_and_each_of_them_names_its_device() {
    for house in House::both() {
        let house = house.furnish();
        house.done("office update 1272200001 --mail yamada@example.jp");
        let before = kinds(&house).len();
        for at in 0..5 {
            let line = DEVICE.replace("--label 訪問用", &format!("--label 訪問用{at}"));
            let no = received(&house, &format!("{line} --office 1272200001"));
            house.done(&format!("application inspect {no} --result pass"));
            // By the application's number, or by the device's own.
            if at % 2 == 0 {
                house.done(&format!("application approve {no}"));
            } else {
                house.done(&format!("device approve DEV-00000{}", at + 2));
            }
        }
        let told = kinds(&house).split_off(before);
        assert_eq!(told, ["application_received", "ticket_issued"].repeat(5));
        let _desk = house.serve("desk.sock");
        for kind in ["application_received", "ticket_issued"] {
            for (at, text) in delivered(&house, kind, 5).iter().enumerate() {
                assert!(text.contains(&format!("端末：訪問用{at}（DEV-00000{}）", at + 2)), "{text}");
            }
        }
        let ticket = &delivered(&house, "ticket_issued", 5)[0];
        assert!(
            ticket.contains("お申し込みを承認し") && ticket.contains("確認コードは、このメールとは別の方法"),
            "{ticket}"
        );
    }
}

#[test]
fn an_approval_says_what_comes_next_and_asks_for_nothing_where_nothing_comes() {
    let house = House::new().furnish();
    house.done("office update 1272200001 --mail yamada@example.jp");
    let approve = |line: &str| {
        let no = received(&house, line);
        house.done(&format!("application inspect {no} --result pass"));
        house.done(&format!("application approve {no}"));
    };
    approve(FIRST);
    let day = house.day(0);
    approve(&format!(
        "application receive --kind ids --channel post --office 1272200001 --person 鈴木,看護師 --reason 採用 --effective {day}"
    ));
    approve("application receive --kind office_change --channel email --office 1272200001 --rename k.sato,鈴木");
    let _desk = house.serve("desk.sock");
    let [first, ids, change] = <[String; 3]>::try_from(delivered(&house, "application_approved", 3)).unwrap();
    assert!(
        first.contains("IDと初期パスワードを、郵送など") && first.contains("端末ごとに電子証明書を申請"),
        "{first}"
    );
    assert!(ids.contains("ご本人にお渡しください") && !ids.contains("端末ごとに"), "{ids}");
    assert!(change.contains("していただくことはありません") && !change.contains("郵送"), "{change}");
    for text in [first, ids, change] {
        assert!(!text.contains("検査") && !text.contains("eメール"), "{text}");
    }
}

#[test]
fn a_device_that_is_resumed_and_a_person_who_is_invited_are_told_of_without_a_room_s_name() {
    for house in House::both() {
        let house = house.furnish();
        house.done("office update 1272200001 --mail yamada@example.jp");
        house.done("device suspend DEV-000001");
        let resumed = house.done("device resume DEV-000001");
        assert_eq!(resumed["mails"], json!(1));
        let room = house.done("room open --name 田中太郎様")["room"].as_str().unwrap().to_owned();
        let invited = house.done(&format!("room invite {room} k.sato"));
        assert_eq!(invited["mails"], json!(1));
        let told = kinds(&house);
        assert_eq!(told[told.len() - 3..], ["device_on_hold", "device_resumed", "room_invited"]);
        let (_, to, facts) = house.letters().pop().unwrap();
        assert_eq!(to, "yamada@example.jp");
        assert!(!facts.contains("田中"), "{facts}");
        let Letter::RoomInvited { login_id, room: named, .. } = serde_json::from_str(&facts).unwrap() else {
            panic!("{facts}")
        };
        assert_eq!((login_id, named), ("k.sato".to_owned(), room.clone()));
        let _desk = house.serve("desk.sock");
        let text = delivered(&house, "room_invited", 1).remove(0);
        assert!(text.contains(&format!("部屋番号：{room}")) && !text.contains("田中"), "{text}");
        let text = delivered(&house, "device_resumed", 1).remove(0);
        assert!(text.contains("端末：タブレット（DEV-000001）") && text.contains("入れ直す必要はありません"), "{text}");
        // A second report of a loss is no news.
        house.done("device report-lost DEV-000001 --why 置き忘れ");
        let once = kinds(&house);
        house.done("device report-lost DEV-000001 --why 再度の電話");
        assert_eq!(kinds(&house), once);
    }
}

#[test]
fn a_contact_is_told_whose_password_was_reset_and_that_their_office_was_stopped() {
    for house in House::both() {
        let house = house.furnish();
        house.done("office update 1272200001 --mail yamada@example.jp");
        let before = kinds(&house).len();
        assert_eq!(house.done("user reset-password k.sato")["mails"], json!(1));
        assert_eq!(house.done("office suspend 1272200001")["mails"], json!(1));
        assert_eq!(house.done("office resume 1272200001")["mails"], json!(1));
        house.done("incident open --user k.sato --found 2026-04-01 --what 覗き見 --reported-by 山田 --stop");
        let told = kinds(&house).split_off(before);
        assert_eq!(told, ["password_reset", "office_on_hold", "office_resumed", "password_reset"]);
        assert!(house.letters().iter().skip(before).all(|(_, to, _)| to == "yamada@example.jp"));
        let _desk = house.serve("desk.sock");
        let [asked, stopped] = <[String; 2]>::try_from(delivered(&house, "password_reset", 2)).unwrap();
        for said in ["利用者：佐藤", "（k.sato）", "メールとは別の方法", "ご本人が頼んだものか"]
        {
            assert!(asked.contains(said), "{said}: {asked}");
        }
        assert!(stopped.contains("このIDは、安全のため一時停止しています"), "{stopped}");
        let held = delivered(&house, "office_on_hold", 1).remove(0);
        assert!(held.contains("事業所番号：1272200001") && held.contains("IDと電子証明書は、残っています"), "{held}");
        let back = delivered(&house, "office_resumed", 1).remove(0);
        assert!(back.contains("1台ずつ停止したものは、停止したまま"), "{back}");
    }
}

#[test]
fn whose_use_has_ended_is_told_that_secrecy_goes_on() {
    let house = House::new().furnish();
    house.done("office update 1272200001 --mail yamada@example.jp");
    house.done("office withdraw 1272200001 --application A-9");
    let _desk = house.serve("desk.sock");
    let text = delivered(&house, "office_closed", 1).remove(0);
    assert!(text.contains("知り得た秘密を守る義務は続きます（誓約事項⑧）"), "{text}");
}
