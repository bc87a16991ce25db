//! The commands as they are typed, and what they answer.

use serde_json::json;

use crate::fixtures::house::House;

#[test]
fn from_an_empty_folder_to_a_working_device_by_command_alone() {
    for house in House::both() {
        let office = house.done("office register 1272200001 --name ひだまり --application A-1");
        assert_eq!(office["office"], "1272200001");
        let user = house.done("user add --office 1272200001 --name 佐藤 --profession 看護師 --application A-2");
        assert_eq!(user["login_id"], "kn-000001");
        assert_eq!(user["initial_password"].as_str().unwrap().len(), 14);
        let device = house.device();
        assert_eq!(device, "DEV-000001");

        let issued = house.done("cert issue --device DEV-000001 --format pem --out d.pem");
        assert_eq!((&issued["certificate"], &issued["key"]), (&json!("d.pem"), &json!("d.pem.key")));
        assert_eq!(issued["file_password"], json!(null));
        assert!(issued["not_after"].as_str().unwrap().ends_with("+09:00"), "{issued}");
        let verified = house.program("openssl", "verify -CAfile ca/root.pem -untrusted ca/issuing.pem d.pem");
        assert_eq!(verified, "d.pem: OK\n");
        assert_eq!(
            house.program("openssl", "x509 -in d.pem -noout -pubkey"),
            house.program("openssl", "pkey -in d.pem.key -pubout")
        );

        let renewed = house.done("cert renew --device DEV-000001 --format p12 --out d.p12 --now");
        let password = renewed["file_password"].as_str().unwrap();
        let inside = house.program("openssl", &format!("pkcs12 -in d.p12 -passin pass:{password} -noenc"));
        assert_eq!(inside.matches("BEGIN CERTIFICATE").count(), 3);

        let room = house.done("room open --name 山田様");
        let room = room["room"].as_str().unwrap();
        house.done(&format!("room invite {room} kn-000001"));
        assert_eq!(house.done(&format!("room show {room}"))["users"], json!(["kn-000001"]));
        house.done("device suspend DEV-000001");
        house.done("device resume DEV-000001");
        let revoked = house.done("cert revoke --device DEV-000001 --reason lost");
        assert_eq!(revoked["serials"].as_array().unwrap().len(), 2);
        assert_eq!(revoked["crl_number"], 4);
        let list = house.program("openssl", "crl -inform DER -in ca/issuing.crl -noout -text");
        assert_eq!(list.matches("Key Compromise").count(), 2, "{list}");
        assert_eq!(house.done("audit verify")["sound"], json!(true));
    }
}

#[test]
fn every_container_opens_with_the_programs_of_others() {
    let house = House::furnished();
    let options = [("p12", ""), ("p12-compat", "--now"), ("mobileconfig", "--now")];
    for (format, now) in options {
        let verb = if now.is_empty() { "issue" } else { "renew" };
        let line = format!("cert {verb} --device DEV-000001 --format {format} --out {format}.file {now}");
        let password = house.done(&line)["file_password"].as_str().unwrap().to_owned();
        if format == "mobileconfig" {
            let line = format!("cms -verify -inform DER -in {format}.file -CAfile ca/root.pem");
            assert!(house.program("openssl", &line).contains("<plist"));
        } else {
            house.program("openssl", &format!("pkcs12 -in {format}.file -passin pass:{password} -noenc"));
            house.program("pk12util", &format!("-l {format}.file -W {password}"));
        }
    }
}

#[test]
fn of_a_request_nothing_is_taken_but_its_key_and_no_key_is_handed_out() {
    let house = House::furnished();
    let made =
        "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout own.key -out own.csr -subj /CN=admin";
    house.program("openssl", made);
    let issued = house.done("cert issue --device DEV-000001 --format pem --csr own.csr --out d.pem --days 30");
    assert_eq!((&issued["key"], &issued["file_password"]), (&json!(null), &json!(null)));
    assert!(!house.files().contains(&"d.pem.key".to_owned()));
    let subject = house.program("openssl", "x509 -in d.pem -noout -subject");
    assert!(
        subject.contains("Kashiwani-Net 20") && subject.contains(" DEV-000001") && !subject.contains("admin"),
        "{subject}"
    );
    let serial = issued["serial"].as_str().unwrap();
    assert_eq!(house.done(&format!("cert show {serial}"))["key_origin"], "csr");

    let told = house.tell("cert renew --device DEV-000001 --format p12 --csr own.csr --out d.p12");
    assert_eq!(told.code, 2, "{told:?}");
    std::fs::write(house.folder.join("broken.csr"), "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n").unwrap();
    let told = house.tell("cert renew --device DEV-000001 --format pem --csr broken.csr --out e.pem");
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!("request_refused")));
}

#[test]
fn a_revocation_stands_though_its_list_cannot_be_published() {
    let house = House::furnished();
    house.done("cert issue --device DEV-000001 --format pem --out d.pem");
    house.secret("pass", "another horse battery staple\n");
    let revoked = house.done("cert revoke --device DEV-000001 --reason lost");
    assert_eq!(revoked["crl_number"], json!(null));
    assert_eq!(house.done("cert list")[0]["state"], "revoked");
}

#[test]
fn a_refused_order_leaves_no_file_and_no_serial() {
    let house = House::furnished();
    house.done("device suspend DEV-000001");
    let before = house.files();
    let told = house.tell("cert issue --device DEV-000001 --format p12 --out d.p12");
    assert_eq!(told.code, 1);
    assert!(told.err.contains("端末は一時停止中です。先に device resume で再開してください。"), "{told:?}");
    assert_eq!(house.files(), before);
    assert_eq!(house.done("cert list"), json!([]));
    let told = house.tell("cert issue --device DEV-000001 --format p12 --out no/such/folder/d.p12");
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!("file_refused")));
}

#[test]
fn nobodys_file_is_overwritten_unless_told_so() {
    let house = House::furnished();
    std::fs::write(house.folder.join("d.p12"), "mine").unwrap();
    let line = ["--config", "ca/ca.toml", "--operator", "setup", "cert", "issue", "--device", "DEV-000001"];
    let told = house.run(&[&line[..], &["--format", "p12", "--out", "d.p12"]].concat());
    assert_eq!(told.code, 1);
    assert!(told.err.contains("d.p12 はすでにあります"), "{told:?}");
    assert_eq!(std::fs::read(house.folder.join("d.p12")).unwrap(), b"mine");
    assert_eq!(house.done("cert list"), json!([]));
    house.done("cert issue --device DEV-000001 --format p12 --out d.p12");
    assert_ne!(std::fs::read(house.folder.join("d.p12")).unwrap(), b"mine");
}

#[test]
fn a_command_that_would_ask_says_so_and_does_nothing_without_a_terminal() {
    let house = House::furnished();
    house.done("cert issue --device DEV-000001 --format pem --out d.pem");
    house.done("room open --name 山田様 --room R1");
    house.done("room invite R1 k.sato");
    for line in [
        "device suspend DEV-000001",
        "cert revoke --device DEV-000001 --reason lost",
        "office suspend 1272200001",
        "office withdraw 1272200001",
        "user suspend k.sato",
        "user delete k.sato",
        "user reset-password k.sato",
        "room remove R1 k.sato",
        "room close R1 --last-post 2026-04-01",
    ] {
        let mut arguments = vec!["--config", "ca/ca.toml", "--operator", "setup"];
        arguments.extend(line.split(' '));
        let told = house.run(&arguments);
        assert_eq!((told.code, told.out.as_str()), (2, ""), "{line}: {told:?}");
        assert!(told.err.contains("--yes"), "{line}: {told:?}");
        let english = house.run(&[&["--lang", "en"], &arguments[..]].concat());
        assert!(english.err.contains("add --yes to go on"), "{line}: {english:?}");
    }
    let revoke = ["--config", "ca/ca.toml", "--operator", "setup", "cert", "revoke", "--device", "DEV-000001"];
    let told = house.run(&[&revoke[..], &["--reason", "lost"]].concat());
    let asked = "DEV-000001（ひだまり・タブレット）の電子証明書を失効します。取り消せません。理由：紛失・盗難。";
    assert!(told.err.starts_with(asked), "{told:?}");
    assert_eq!(house.done("device show DEV-000001")["suspended"], json!(false));
}

#[test]
fn wrong_use_says_what_was_wrong_and_where() {
    let house = House::furnished();
    let table = [
        ("device suspend DEV-1a", 2, "端末番号は DEV-000123 の形です。"),
        (
            "device suspend DEV-000099",
            1,
            "端末 DEV-000099 は登録されていません。ca-tools device list で確かめてください。",
        ),
        ("user unlock K.Sato", 2, "カシワニネットIDは、英小文字・数字"),
        ("user unlock nobody", 1, "カシワニネットID nobody は登録されていません"),
        ("office show 123", 2, "事業所番号は、数字か英大文字の10桁です。"),
        ("office register 1272200001 --name x --application A", 1, "事業所 1272200001 はすでに登録されています"),
        ("office register 1272200002 --name x", 1, "--application で申請番号を指定してください"),
        ("room invite R9 k.sato", 1, "部屋 R9 は登録されていません"),
        ("cert issue --device DEV-000001 --format p12 --out d --days 9999", 1, "電子証明書を発行できません"),
        ("cert revoke --device DEV-000001 --reason stolen", 2, "lost、replaced、left、ended、other"),
        ("device inspect DEV-000001 --result pass --unticked startup-password", 1, "合格にはできません"),
        ("nonsense", 2, "「nonsense」というコマンドはありません"),
    ];
    for (line, code, words) in table {
        let told = house.tell(line);
        assert_eq!(told.code, code, "{line}: {told:?}");
        assert!(told.err.contains(words), "{line}: {told:?}");
    }
    let told = house.run(&["--config", "ca/ca.toml", "device", "resume", "DEV-000001"]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("--operator"), "{told:?}");
    let told = house.run(&["device", "suspend"]);
    assert!(told.code == 2 && told.err.starts_with("コマンドの書き方が違います。何もしていません。"), "{told:?}");
    let told = house.run(&["--lang", "en", "device", "suspend"]);
    assert!(told.code == 2 && !told.err.contains("コマンド"), "{told:?}");
    let told = house.run(&["--config", "none.toml", "office", "list"]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("none.toml"), "{told:?}");
}

#[test]
fn a_house_is_made_whole_or_not_at_all_and_never_over_another() {
    let house = House::new();
    let told = house.run(&["init", "--dir", "ca", "--passphrase-file", "pass"]);
    assert_eq!(told.code, 1);
    assert!(told.err.contains("空ではありません"), "{told:?}");
    house.secret("short", "too short\n");
    let before = house.files();
    for (arguments, words) in [
        (&["--passphrase-file", "short"][..], "12文字以上"),
        (&["--passphrase-file", "absent"], "absent"),
        (&["--passphrase-file", "pass", "--registry", "sqlite:no/folder/registry.db"], "no/folder"),
        (&["--passphrase-file", "pass", "--registry", "postgres://nobody@127.0.0.1:1/none"], "接続できません"),
        (&["--passphrase-file", "pass", "--registry", "sqlite:ca/registry.db"], "すでにあります"),
        (&["--passphrase-file", "pass", "--reader", "gateway"], "--reader"),
        (&["--passphrase-file", "pass", "--registry", "sqlite:r.db", "--reader", "gateway"], "--reader"),
    ] {
        let told = house.run(&[&["init", "--dir", "other"], arguments].concat());
        assert_eq!(told.code, 1, "{told:?}");
        assert!(told.err.contains(words), "{words}: {told:?}");
        assert_eq!(house.files(), before, "{arguments:?}");
    }
    std::fs::create_dir(house.folder.join("other")).unwrap();
    assert_eq!(house.run(&["init", "--dir", "other", "--passphrase-file", "pass"]).code, 0);
}

#[test]
fn a_key_file_or_passphrase_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let house = House::furnished();
    for name in ["pass", "ca/issuing.key"] {
        let path = house.folder.join(name);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let told = house.tell("cert issue --device DEV-000001 --format pem --out d.pem");
        assert_eq!((told.code, &told.json()["refused"]), (1, &json!("ca_unavailable")), "{told:?}");
        assert!(told.err.contains("chmod 600"), "{told:?}");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    house.secret("pass", "another horse battery staple\n");
    let told = house.tell("cert issue --device DEV-000001 --format pem --out d.pem");
    assert!(told.code == 1 && told.err.contains("the passphrase is wrong"), "{told:?}");
}

#[test]
fn an_example_house_has_many_devices_each_with_a_whole_certificate() {
    for house in House::both() {
        let house = house.furnish();
        std::fs::create_dir(house.folder.join("pairs")).unwrap();
        let line = "example devices --office 1272200001 --count 150 --out pairs --keep 2 --application A-9";
        let made = house.done(line);
        assert_eq!((&made["first"], &made["last"]), (&json!("DEV-000002"), &json!("DEV-000151")));
        let certificates = house.done("cert list --state issued");
        assert_eq!(certificates.as_array().unwrap().len(), 150);
        assert!(certificates.as_array().unwrap().iter().all(|entry| entry["application"] == "A-9"));
        let line = "verify -CAfile ca/root.pem -untrusted ca/issuing.pem pairs/DEV-000003.pem";
        assert_eq!(house.program("openssl", line), "pairs/DEV-000003.pem: OK\n");
        assert!(!house.folder.join("pairs/DEV-000004.pem").exists());
        assert_eq!(house.done("audit verify")["sound"], json!(true));
        house.done("device suspend DEV-000003");
    }
}
