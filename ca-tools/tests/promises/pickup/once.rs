//! Number and code give one certificate, and the other container once.

use serde_json::json;

use crate::fixtures::open::*;

#[tokio::test(flavor = "multi_thread")]
async fn number_and_code_give_a_certificate_once_and_the_other_container_once() {
    let open = Open::new();
    let (device, number, code) = open.ticket("windows");
    let form = open.get(&format!("/pickup?number={number}"), WINDOWS).await;
    assert_eq!(form.status, 200);
    assert!(form.text().contains(&format!("value=\"{number}\"")) && form.text().contains("K7Q-2XM"), "{}", form.text());

    let given = [("number", number.as_str()), ("code", code.as_str())];
    let ready = open.post("/pickup", &given, (WINDOWS, "192.0.2.1")).await;
    assert_eq!(ready.status, 200, "{}", ready.text());
    assert!(ready.body.len() < 60_000, "{}", ready.body.len());
    assert_eq!(ready.headers["cache-control"], "no-store");
    assert!(
        ready.text().contains("エクスポート可能にする")
            && ready.text().contains("https://gate.example.jp/.gateway/check")
    );
    let [password, loss_code] = ready.secrets().try_into().unwrap();
    assert_eq!((password.len(), loss_code.len()), (16, 11));

    let file = open.post("/pickup/file", &given, (WINDOWS, "192.0.2.1")).await;
    assert_eq!((file.status, file.headers["content-type"].to_str().unwrap()), (200, "application/x-pkcs12"));
    assert_eq!(file.headers["content-disposition"], format!("attachment; filename=\"{device}.p12\""));
    let info = open.house.container(&file.body, &password);
    assert!(
        info.contains("AES-256-CBC") && info.contains("Kashiwani-Net 20") && info.contains(&format!(" {device}")),
        "{info}"
    );
    let held = open.house.done(&format!("cert list --device {device}"));
    assert_eq!(
        (held.as_array().unwrap().len(), &held[0]["state"], &held[0]["key_origin"]),
        (1, &json!("issued"), &json!("server"))
    );
    let first = held[0]["serial"].clone();

    let other = open.post("/pickup/other", &given, (WINDOWS, "192.0.2.1")).await;
    assert_eq!(other.status, 200, "{}", other.text());
    let [other_password, _] = other.secrets().try_into().unwrap();
    assert_ne!(other_password, password);
    let given_other = [given[0], given[1], ("part", "other")];
    let file = open.post("/pickup/file", &given_other, (WINDOWS, "192.0.2.1")).await;
    assert_eq!(file.status, 200, "{}", file.text());
    let info = open.house.container(&file.body, &other_password);
    assert!(
        info.contains("pbeWithSHA1And3-KeyTripleDES-CBC") && !info.contains("PBES2") && !info.contains("RC2"),
        "{info}"
    );
    let held = open.house.done(&format!("cert list --device {device}"));
    let states: Vec<_> =
        held.as_array().unwrap().iter().map(|one| (one["serial"] == first, one["state"].as_str().unwrap())).collect();
    assert!(
        states.contains(&(true, "superseded")) && states.contains(&(false, "issued")) && states.len() == 2,
        "{states:?}"
    );

    for path in ["/pickup", "/pickup/file"] {
        let spent = open.post(path, &given, (WINDOWS, "192.0.2.1")).await;
        assert_eq!(spent.status, 403, "{path}");
        assert!(spent.text().contains("使用済みです"), "{path} {}", spent.text());
    }
    // The certificate can be seen nowhere but in the registry, and no secret at all.
    let whole = std::fs::read(open.house.folder.join("ca/registry.db")).unwrap();
    let kept = String::from_utf8_lossy(&whole).into_owned()
        + &String::from_utf8_lossy(&std::fs::read(open.house.folder.join("ca/registry.db-wal")).unwrap_or_default())
        + &open.log();
    for secret in [&code, &code.replace('-', ""), &password, &other_password, &loss_code, &loss_code.replace('-', "")] {
        assert!(!kept.contains(secret.as_str()), "{secret}");
    }
    assert!(!kept.contains("PRIVATE KEY"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_pick_up_at_once_both_get_the_one_certificate() {
    let open = Open::new();
    let (device, number, code) = open.ticket("linux");
    let given = [("number", number.as_str()), ("code", code.as_str())];
    let from = (LINUX, "192.0.2.1");
    let (one, two, three) = tokio::join!(
        open.post("/pickup/file", &given, from),
        open.post("/pickup/file", &given, from),
        open.post("/pickup/file", &given, from)
    );
    assert_eq!([one.status, two.status, three.status], [200; 3], "{}{}{}", one.text(), two.text(), three.text());
    assert!(one.body == two.body && two.body == three.body, "a second press gets the very same file");
    let held = open.house.done(&format!("cert list --device {device} --state issued"));
    assert_eq!(held.as_array().unwrap().len(), 1);
    assert_eq!(open.house.done("doctor")["sound"], json!(true), "{}", open.house.done("doctor"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_the_devices_own_is_signed_with_what_the_registry_says_alone() {
    let open = Open::new();
    let (device, number, code) = open.ticket("linux");
    let given = [("number", number.as_str()), ("code", code.as_str())];
    let broken = [
        given[0],
        given[1],
        ("request", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----"),
    ];
    let refused = open.post("/pickup/request", &broken, (LINUX, "192.0.2.1")).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(refused.text().contains("まだ使えます"));
    open.house.program(
        "openssl",
        "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=DEV-999999/O=Evil -addext basicConstraints=critical,CA:TRUE -addext subjectAltName=URI:urn:evil -keyout own.key -out own.csr",
    );
    let request = std::fs::read_to_string(open.house.folder.join("own.csr")).unwrap();
    let signed =
        open.post("/pickup/request", &[given[0], given[1], ("request", request.as_str())], (LINUX, "192.0.2.1")).await;
    assert_eq!(signed.status, 200, "{}", signed.text());
    std::fs::write(open.house.folder.join("own.pem"), &signed.body).unwrap();
    let shown = open.house.program("openssl", "x509 -in own.pem -noout -text");
    assert!(
        shown.contains("Kashiwani-Net 20") && shown.contains(&format!(" {device}")) && shown.contains("CA:FALSE"),
        "{shown}"
    );
    assert!(!shown.contains("evil") && !shown.contains("Evil") && !shown.contains("999999"), "{shown}");
    assert_eq!(signed.text().matches("BEGIN CERTIFICATE").count(), 2);
    let held = open.house.done(&format!("cert list --device {device}"));
    assert_eq!(held[0]["key_origin"], "csr");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_used_once_is_not_made_again() {
    let open = Open::new();
    let (device, number, code) = open.ticket("linux");
    let given = [("number", number.as_str()), ("code", code.as_str())];
    assert_eq!(open.post("/pickup/file", &given, (LINUX, "192.0.2.1")).await.status, 200);
    let held = open.house.done(&format!("cert list --device {device}"));
    let serial = held[0]["serial"].as_str().unwrap().parse().unwrap();
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let by = ca_tools::acts::By::desk(certs::Timestamp::from_unix(i64::try_from(now).unwrap())).unwrap();
    open.house.writer().await.first_use(&by, &serial).await.unwrap();
    let other = [given[0], given[1], ("part", "other")];
    let refused = open.post("/pickup/file", &other, (LINUX, "192.0.2.1")).await;
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert_eq!(open.house.done(&format!("cert list --device {device}")).as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_got_lost_is_made_again_on_a_new_number_until_it_was_used() {
    let open = Open::new();
    let (device, number, code) = open.ticket("linux");
    let given = [("number", number.as_str()), ("code", code.as_str())];
    assert_eq!(open.post("/pickup/file", &given, (LINUX, "192.0.2.1")).await.status, 200);
    let first = open.house.done(&format!("cert list --device {device}"))[0]["serial"].clone();
    let again = open.house.done(&format!("ticket issue --device {device}"));
    let number = open.newest_number(&device, &number);
    let given = [("number", number.as_str()), ("code", again["confirmation_code"].as_str().unwrap())];
    assert_eq!(open.post("/pickup/file", &given, (LINUX, "192.0.2.1")).await.status, 200);
    let held = open.house.done(&format!("cert list --device {device}"));
    let gone: Vec<_> = held.as_array().unwrap().iter().filter(|one| one["serial"] == first).collect();
    assert_eq!((held.as_array().unwrap().len(), &gone[0]["state"]), (2, &json!("superseded")));
    // What an operator handed out is not taken back by a number.
    let other = open.house.device();
    open.house.done(&format!("cert issue --device {other} --format pem --out {other}.pem"));
    let refused = open.house.tell(&format!("ticket issue --device {other}"));
    assert_eq!(refused.json()["refused"], "has_certificate", "{refused:?}");
}
