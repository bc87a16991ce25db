//! From a form to what it asks for, by command, on both databases.

use serde_json::{Value as Json, json};

use crate::fixtures::house::House;

/// A first registration as an operator types it from a paper.
pub(crate) const FIRST: &str = "application receive --kind first_registration --channel post --office １２７２２０００９９ \
    --corporation 社会福祉法人みどり --name みどり訪問介護 --mail midori@example.jp --telephone 04-7167-2222 \
    --address 柏市豊四季台1 --person 森,介護職 --person 林,医師 --contact-person 2 --permission --pledge 2026-04-01";
pub(crate) const DEVICE: &str = "application receive --kind certificate --channel counter --label 訪問用 --os windows \
    --ownership office --tick startup-password --tick default-changed --tick os-supported --tick protected";

/// Receives an application; its number.
pub(crate) fn received(house: &House, line: &str) -> String {
    house.done(line)["application"].as_str().unwrap().to_owned()
}

fn inspected(house: &House, line: &str) -> String {
    let no = received(house, line);
    house.done(&format!("application inspect {no} --result pass"));
    no
}

fn shown(house: &House, no: &str) -> Json {
    house.done(&format!("application show {no}"))
}

#[test]
fn an_office_its_people_and_a_device_come_by_application_alone() {
    for house in House::both() {
        let told = house.done(FIRST);
        let no = told["application"].as_str().unwrap();
        assert!(no.starts_with("A-20") && no.ends_with("-000001") && told["mailed"] == true, "{told}");
        assert_eq!(house.done("office list"), json!([]), "nothing is granted by asking");
        let told = house.tell(&format!("application approve {no}"));
        assert_eq!((told.code, &told.json()["refused"]), (1, &json!("illegal_step")), "{told:?}");
        let state = house.done(&format!("application inspect {no} --result pass"));
        assert_eq!(state["state"], "inspected");

        let approved = house.done(&format!("application approve {no}"));
        let users = approved["users"].as_array().unwrap();
        assert_eq!(users.len(), 2);
        assert_eq!((&users[1]["name"], &users[1]["login_id"]), (&json!("林"), &json!("kn-000002")));
        assert_ne!(users[0]["initial_password"], users[1]["initial_password"]);
        let office = house.done("office show 1272200099");
        assert_eq!((&office["contact"], &office["application"]), (&json!("林"), &json!(no)));
        assert_eq!(house.done("user show kn-000001")["application"], json!(no));
        assert_eq!(house.ask("SELECT login_id || ' ' || office FROM office_contacts"), "kn-000002 1272200099");

        let line = format!("{DEVICE} --office 1272200099 --user kn-000001");
        let told = house.done(&line);
        assert_eq!(
            (&told["device"], house.done("device show DEV-000001")["stage"].as_str()),
            (&json!("DEV-000001"), Some("applied"))
        );
        let no = told["application"].as_str().unwrap();
        house.done(&format!("application inspect {no} --result pass"));
        let approved = house.done(&format!("application approve {no} --until 2030-03-31"));
        assert_eq!(approved["ticket"], "T-000001");
        let device = house.done("device show DEV-000001");
        assert_eq!((&device["stage"], &device["application"]), (&json!("approved"), &json!(no)));
        assert_eq!(device["approved_until"], "2030-03-31T23:59:59+09:00");
        let listed = house.done("application list --state approved");
        assert_eq!(listed.as_array().unwrap().len(), 2);
        assert_eq!(house.done("audit verify")["sound"], json!(true));
    }
}

#[test]
fn every_step_that_asks_something_is_told_to_the_contact_and_a_rejection_with_its_reason() {
    for house in House::both() {
        let no = received(&house, FIRST);
        house.done(&format!("application inspect {no} --result fail --unticked office_confirmed --why 番号が違います"));
        assert_eq!(shown(&house, &no)["state"], "received");
        house.done(&format!("application inspect {no} --result pass"));
        let told = house.tell(&format!("application reject {no}"));
        assert_eq!((told.code, &told.json()["refused"]), (1, &json!("no_why")));
        house.done(&format!("application reject {no} --why 法人の許可がありません"));
        assert_eq!(
            (&shown(&house, &no)["state"], &shown(&house, &no)["reason"]),
            (&json!("rejected"), &json!("法人の許可がありません"))
        );
        assert_eq!(house.done("office list"), json!([]));
        let letters = house.letters();
        let kinds: Vec<_> = letters.iter().map(|(kind, ..)| kind.as_str()).collect();
        // That it passed asks nothing of them: they are told what was decided.
        assert_eq!(kinds, ["application_received", "application_not_passed", "application_rejected"]);
        assert!(letters.iter().all(|(_, to, _)| to == "midori@example.jp"), "{letters:?}");
        assert!(
            letters[1].2.contains("番号が違います") && letters[1].2.contains("事業所番号と法人を確かめた"),
            "{letters:?}"
        );
        assert!(letters[2].2.contains("法人の許可がありません"), "{letters:?}");
        // Nobody decides twice.
        for line in ["approve", "reject --why x", "inspect --result pass"] {
            let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
            let told = house.tell(&format!("application {verb} {no} {rest}"));
            assert_eq!((told.code, &told.json()["refused"]), (1, &json!("illegal_step")), "{line} {told:?}");
            assert!(told.err.contains("すでに「却下」です"), "{told:?}");
        }
    }
}

#[test]
fn form1_adds_and_deletes_on_its_day_and_not_before() {
    for house in House::both() {
        let house = house.furnish();
        let line = "application receive --kind ids --channel email --office 1272200001 --person 森,MSW --delete k.sato --reason 退職";
        let tomorrow = house.day(1);
        let no = inspected(&house, &format!("{line} --effective {tomorrow}"));
        let told = house.tell(&format!("application approve {no}"));
        assert_eq!((told.code, &told.json()["refused"]), (1, &json!("illegal_step")), "{told:?}");
        assert!(told.err.contains("その日になってから承認してください"), "{told:?}");
        assert_eq!(house.done("user show k.sato")["state"], "active");
        let no = inspected(&house, &format!("{line} --effective {}", house.day(0)));
        let approved = house.done(&format!("application approve {no}"));
        assert_eq!((&approved["deleted"], approved["users"].as_array().unwrap().len()), (&json!(["k.sato"]), 1));
        assert_eq!(house.done("user show k.sato")["state"], "deleted");
    }
}

#[test]
fn who_starts_on_monday_has_an_id_on_friday() {
    let house = House::furnished();
    let line = "application receive --kind ids --channel email --office 1272200001 --person 森,MSW --reason 採用";
    let no = inspected(&house, &format!("{line} --effective {}", house.day(3)));
    let asked = house.run(&["--config", "ca/ca.toml", "--operator", "setup", "application", "approve", &no]);
    assert!(asked.code == 2 && asked.err.contains("から使うIDです。初期パスワードは、"), "{asked:?}");
    assert_eq!(house.done(&format!("application approve {no}"))["users"].as_array().unwrap().len(), 1);
    let far = inspected(&house, &format!("{line} --effective {}", house.day(15)));
    let told = house.tell(&format!("application approve {far}"));
    assert!(told.code == 1 && told.err.contains("その14日前から承認できます"), "{told:?}");
}

#[test]
fn form2_keeps_before_and_after_and_a_new_address_is_told_to_the_old_one_too() {
    for house in House::both() {
        let house = house.furnish();
        house.done("office update 1272200001 --mail old@example.jp");
        let line = "application receive --kind office_change --channel email --office 1272200001 --mail new@example.jp --rename k.sato,鈴木";
        let no = inspected(&house, line);
        let form = &shown(&house, &no)["form"];
        let change = json!({ "detail": "mail", "before": "old@example.jp", "after": "new@example.jp" });
        assert_eq!((&form["changes"][0], &form["renamed"][0]["before"]), (&change, &json!("佐藤")));
        assert_eq!(house.done("office show 1272200001")["mail"], "old@example.jp");
        house.done(&format!("application approve {no}"));
        assert_eq!(house.done("office show 1272200001")["mail"], "new@example.jp");
        assert_eq!(house.done("user show k.sato")["name"], "鈴木");
        let told: Vec<_> = house.letters().into_iter().map(|(kind, to, _)| (kind, to)).collect();
        let has = |kind: &str, to: &str| told.contains(&(kind.to_owned(), to.to_owned()));
        assert!(
            has("application_received", "old@example.jp") && has("application_approved", "new@example.jp"),
            "{told:?}"
        );
        assert!(
            has("office_mail_changed", "old@example.jp") && has("office_mail_changed", "new@example.jp"),
            "{told:?}"
        );
    }
}

#[test]
fn a_new_office_number_is_a_registration_anew_in_one_act() {
    for house in House::both() {
        let house = house.furnish();
        let line = "application receive --kind office_number --channel counter --office 1272200001 --new-office 12722000A1 \
            --name 新ひだまり --person 佐藤,看護師 --contact-person 1 --permission --pledge 2026-04-01";
        let serial = house.done("cert issue --device DEV-000001 --format pem --out d.pem")["serial"].clone();
        let no = inspected(&house, line);
        let approved = house.done(&format!("application approve {no}"));
        assert_eq!(approved["users"][0]["login_id"], "kn-000002");
        assert_eq!((&approved["certificates_revoked"], &approved["crl_number"]), (&json!([serial]), &json!(2)));
        assert_eq!(house.done("office show 1272200001")["state"], "replaced");
        let new = house.done("office show 12722000A1");
        assert_eq!(
            (&new["state"], &new["name"], &new["contact"]),
            (&json!("registered"), &json!("新ひだまり"), &json!("佐藤"))
        );
        assert_eq!(house.done("user show k.sato")["state"], "deleted");
        assert_eq!(house.done("device show DEV-000001")["stage"], "retired");
    }
}

#[test]
fn a_device_and_its_application_go_together_whichever_is_named() {
    for house in House::both() {
        house.done("office register 1272200001 --name ひだまり --application A-1");
        let line = format!("{DEVICE} --office 1272200001");
        let first = received(&house, &line);
        house.done("device inspect DEV-000001 --result fail --unticked os-supported");
        let found = shown(&house, &first);
        assert_eq!((&found["state"], &found["inspection"]["os_supported"]), (&json!("received"), &json!(false)));
        house.done("device inspect DEV-000001 --result pass");
        assert_eq!(shown(&house, &first)["state"], "inspected");
        house.done("device approve DEV-000001");
        assert_eq!(shown(&house, &first)["state"], "approved");

        let second = received(&house, &line);
        house.done(&format!("application inspect {second} --result fail --unticked protected"));
        assert_eq!(house.done("device show DEV-000002")["checklist"]["protected"], json!(false));
        let told = house.tell("device reject DEV-000002");
        assert_eq!((told.code, &told.json()["refused"]), (1, &json!("no_why")));
        house.done("device reject DEV-000002 --why 更新が止まっています");
        assert_eq!(shown(&house, &second)["state"], "rejected");

        let third = received(&house, &line);
        house.done(&format!("application reject {third} --why 重複"));
        assert_eq!(house.done("device show DEV-000003")["stage"], "rejected");
        let told = house.tell("application inspect A-2020-000001 --result pass");
        assert_eq!((told.code, &told.json()["refused"]), (1, &json!("unknown")));
    }
}

#[test]
fn of_two_operators_at_once_one_wins_and_the_other_is_told() {
    for house in House::both() {
        let no = inspected(&house, FIRST);
        let line =
            ["--config", "ca/ca.toml", "--operator", "setup", "--json", "--yes", "application", "approve", no.as_str()];
        let piped = || {
            let mut command = house.command(&line);
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
        };
        let both = [piped(), piped()];
        let told = both.map(|child| crate::fixtures::house::Told::of(child.wait_with_output().unwrap()));
        let mut codes: Vec<_> = told.iter().map(|told| told.code).collect();
        codes.sort_unstable();
        assert_eq!(codes, [0, 1], "{told:?}");
        let loser = told.iter().find(|told| told.code == 1).unwrap();
        assert_eq!(loser.json()["refused"], "illegal_step");
        assert!(loser.err.contains("すでに「承認済み」です"), "{loser:?}");
        assert_eq!(house.done("user list").as_array().unwrap().len(), 2);
    }
}

#[test]
fn a_form_with_mistakes_is_told_all_of_them_and_draws_no_number() {
    let house = House::furnished();
    let told = house.tell("application receive --kind certificate --channel email --office 1272200001 --os dos --ownership byod --tick protected");
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!("malformed")));
    for label in [
        "端末の呼び名（--label）：入力してください",
        "OS（--os）：",
        "使う人1のID（--user）：",
        "（--tick startup_password）：",
        "出荷時のパスワード",
        "サポート期間内",
    ] {
        assert!(told.err.contains(label), "{label}: {}", told.err);
    }
    assert!(!told.err.contains("ウイルス対策"), "{}", told.err);
    assert_eq!(house.done("application list"), json!([]));
    assert_eq!(house.done("device list").as_array().unwrap().len(), 1);
}
